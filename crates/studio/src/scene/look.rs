//! The art direction of an ad, and the colours of each of its scenes. Pure functions of the
//! specification, so that scenes and words agree without having met.

use admint_domain::{AdSpec, OverlayRole, Palette, Rgb, SceneRole, Tone};
use admint_timeline::{Animation, Font, Grade, OverlayStyle};

use crate::dice::{Dice, hash};

/// A way of making pictures: its own background, stage, light and ornaments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Flat panels of colour, a big disc, a ribbon of type.
    Block,
    /// Soft light in drifting colours, a podium, panes of glass.
    Glass,
    /// Paper, thin lines, an arched window.
    Paper,
    /// Dark, with beams, a ring of light and a mirror floor.
    Night,
    /// A turning sunburst and halftone dots.
    Rays,
    /// Layered land under a sun.
    Hills,
}

impl Direction {
    #[cfg(test)]
    pub const ALL: [Self; 6] = [Self::Block, Self::Glass, Self::Paper, Self::Night, Self::Rays, Self::Hills];

    /// By tone and category; the seed has its say through the palette that the planner chose with it.
    pub fn of(spec: &AdSpec) -> Self {
        let mut candidates: Vec<Self> = match spec.tone {
            Tone::Calm => vec![Self::Glass, Self::Paper, Self::Hills],
            Tone::Warm => vec![Self::Glass, Self::Block, Self::Hills, Self::Rays],
            Tone::Playful => vec![Self::Block, Self::Rays, Self::Hills],
            Tone::Energetic => vec![Self::Rays, Self::Block, Self::Night],
            Tone::Elegant => vec![Self::Paper, Self::Night, Self::Glass],
            Tone::Confident => vec![Self::Night, Self::Glass, Self::Block],
        };
        match spec.category.as_str() {
            "plants" | "travel" | "eco" | "bike" | "outdoor" | "pets" => candidates.push(Self::Hills),
            "phone" | "software" | "headphones" | "gaming" | "music" | "camera" => {
                candidates.push(Self::Night)
            }
            "perfume" | "jewellery" | "watch" | "books" | "wine" => candidates.push(Self::Paper),
            _ => {}
        }
        let palette = &spec.palette;
        let key = format!("{}{}{}", palette.background, palette.primary, spec.product);
        candidates[Dice::new(hash(&key) as u32, "direction").below(candidates.len())]
    }
}

/// The colours of one scene.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub direction: Direction,
    /// What lies under the words, and the furthest the drawing strays from it there.
    pub ground: Rgb,
    pub ground_far: Rgb,
    pub ink: Rgb,
    /// The word that stands out; reads on the ground like `ink`.
    pub emphasis: Rgb,
    pub button: Rgb,
    pub on_button: Rgb,
    /// The shape behind the hero.
    pub stage: Rgb,
    /// Words on the stage's colour.
    pub on_stage: Rgb,
    /// Ornaments.
    pub pop: Rgb,
    /// Shadows on the ground.
    pub shade: Rgb,
    pub dark: bool,
}

impl Look {
    pub fn of(spec: &AdSpec, role: SceneRole) -> Self {
        Self::with(Direction::of(spec), &spec.palette, role)
    }

    pub fn with(direction: Direction, palette: &Palette, role: SceneRole) -> Self {
        let loud = matches!(role, SceneRole::Hook | SceneRole::CallToAction);
        let p = palette;
        let (ground, ground_far, stage, pop) = match direction {
            Direction::Block => match role {
                SceneRole::Hook => (p.primary, p.primary, p.accent, p.background),
                SceneRole::Agitate => (p.ink, p.ink, p.primary, p.accent),
                SceneRole::Reveal => (p.background, p.background, p.primary, p.accent),
                SceneRole::Benefit => (p.accent, p.accent, p.background, p.primary),
                SceneRole::Proof => (p.background, p.background, p.accent, p.primary),
                SceneRole::CallToAction => (p.primary, p.primary, p.background, p.accent),
            },
            Direction::Glass => {
                let base =
                    if role == SceneRole::Agitate { p.background.mix(p.ink, 0.12) } else { p.background };
                (base, base.mix(p.primary, 0.16), p.surface, p.accent)
            }
            Direction::Paper => {
                let base = match role {
                    SceneRole::Hook => p.surface,
                    SceneRole::CallToAction => p.background,
                    _ => p.surface.mix(p.background, 0.5),
                };
                (base, base.mix(p.ink, 0.05), p.primary.mix(p.surface, 0.25), p.accent)
            }
            Direction::Night => {
                let deep = p.primary.mix(Rgb(8, 8, 20), 0.86);
                (deep, p.primary.mix(Rgb(8, 8, 20), 0.68), vivid(p.primary), vivid(p.accent))
            }
            Direction::Rays if loud || role == SceneRole::Reveal => {
                // As bright as the words on it allow.
                let lit = [0.13, 0.1, 0.07, 0.04].map(|amount| p.primary.mix(toward(p.primary), amount));
                let reads = |lit: &&Rgb| p.on_primary.contrast(**lit) >= Palette::MIN_CONTRAST + 0.1;
                (p.primary, lit.iter().find(reads).copied().unwrap_or(p.primary), p.accent, p.background)
            }
            Direction::Rays => (p.background, p.background.mix(p.accent, 0.2), p.primary, p.accent),
            Direction::Hills => {
                let sky = if loud { p.background.mix(p.accent, 0.22) } else { p.background };
                (sky, sky.mix(p.surface, 0.6), p.primary, p.accent)
            }
        };
        let ink = readable_on(
            &[ground, ground_far],
            &[p.ink, p.on_primary, p.background, Rgb::WHITE, Rgb(20, 18, 24)],
        );
        let emphasis =
            emphasis_on(&[ground, ground_far], &[p.accent, p.primary, p.on_primary, p.background], ink);
        let (button, on_button) = button_on(ground, p);
        let dark = ground.luminance() < 0.18;
        let shade = ground.mix(Rgb::BLACK, if dark { 0.75 } else { 0.55 });
        let on_stage = readable_on(&[stage], &[pop, p.background, p.ink, Rgb::WHITE, Rgb(20, 18, 24)]);
        Self {
            direction,
            ground,
            ground_far,
            ink,
            emphasis,
            button,
            on_button,
            stage,
            on_stage,
            pop,
            shade,
            dark,
        }
    }
}

/// How a role's words are set in a scene of this ad.
pub fn overlay_style(spec: &AdSpec, role: OverlayRole, scene: SceneRole) -> OverlayStyle {
    style(spec, Look::of(spec, scene), role, scene)
}

pub fn style(spec: &AdSpec, look: Look, role: OverlayRole, scene: SceneRole) -> OverlayStyle {
    let font = match spec.tone {
        Tone::Energetic => Font::Poster,
        Tone::Playful | Tone::Warm => Font::Friendly,
        Tone::Elegant => Font::Elegant,
        Tone::Calm if look.direction == Direction::Paper => Font::Elegant,
        Tone::Calm => Font::Friendly,
        Tone::Confident => Font::Technical,
    };
    let animation = match (role, scene) {
        (_, SceneRole::CallToAction) => Animation::Fade,
        (OverlayRole::Support | OverlayRole::Name, _) => Animation::Rise,
        _ => match (spec.tone, scene) {
            (Tone::Playful | Tone::Energetic, _) => Animation::Pop,
            (Tone::Confident, SceneRole::Hook | SceneRole::Benefit) => Animation::Slide,
            _ => Animation::Rise,
        },
    };
    if role == OverlayRole::CallToAction {
        return OverlayStyle {
            font,
            ink: look.on_button,
            plate: Some(look.button),
            accent: look.button,
            animation,
        };
    }
    // No ink at all would read on a ground that varies this much: the words bring their own.
    let readable = [look.ground, look.ground_far]
        .iter()
        .all(|ground| look.ink.contrast(*ground) >= Palette::MIN_CONTRAST);
    let (ink, plate) = if readable {
        (look.ink, None)
    } else {
        (readable_on(&[look.ground], &[spec.palette.ink, Rgb::WHITE, Rgb::BLACK]), Some(look.ground))
    };
    OverlayStyle { font, ink, plate, accent: look.emphasis, animation }
}

/// A light hand: the drawing already has its colours.
pub fn grade(spec: &AdSpec) -> Grade {
    let (contrast, saturation, temperature) = match spec.tone {
        Tone::Calm => (0, -20, 0),
        Tone::Warm => (10, 20, 30),
        Tone::Playful => (10, 50, 0),
        Tone::Energetic => (30, 50, 0),
        Tone::Elegant => (20, -30, 10),
        Tone::Confident => (30, 0, -20),
    };
    Grade { contrast, saturation, brightness: 0, temperature }
}

/// The first of `inks` that reads well on every ground; else the best there is.
fn readable_on(grounds: &[Rgb], inks: &[Rgb]) -> Rgb {
    let worst = |ink: &Rgb| grounds.iter().map(|ground| ink.contrast(*ground)).fold(f64::MAX, f64::min);
    inks.iter()
        .find(|ink| worst(ink) >= Palette::MIN_CONTRAST + 1.0)
        .or_else(|| inks.iter().max_by(|a, b| worst(a).total_cmp(&worst(b))))
        .copied()
        .unwrap_or(Rgb::BLACK)
}

/// A colour that differs from `ink` and still reads; moved towards `ink` as far as it must be.
fn emphasis_on(grounds: &[Rgb], colors: &[Rgb], ink: Rgb) -> Rgb {
    let worst = |color: Rgb| grounds.iter().map(|ground| color.contrast(*ground)).fold(f64::MAX, f64::min);
    for amount in [0.0, 0.2, 0.35] {
        for color in colors {
            let moved = color.mix(ink, amount);
            if worst(moved) >= Palette::MIN_CONTRAST + 0.4 && distance(moved, ink) > 90.0 {
                return moved;
            }
        }
    }
    ink
}

fn button_on(ground: Rgb, p: &Palette) -> (Rgb, Rgb) {
    let labels = [p.on_primary, p.ink, p.background, Rgb::WHITE, Rgb(20, 18, 24)];
    for stands_out in [2.6, 1.7] {
        for button in [p.accent, p.primary, p.ink, p.on_primary, p.background] {
            let gleam = button.mix(Rgb::WHITE, 0.2);
            let label = readable_on(&[button, gleam], &labels);
            if button.contrast(ground) >= stands_out
                && label.contrast(button) >= Palette::MIN_CONTRAST
                && label.contrast(gleam) >= Palette::MIN_CONTRAST
            {
                return (button, label);
            }
        }
    }
    if ground.luminance() > 0.3 { (Rgb(20, 18, 24), Rgb::WHITE) } else { (Rgb::WHITE, Rgb(20, 18, 24)) }
}

fn distance(a: Rgb, b: Rgb) -> f64 {
    let d = |x: u8, y: u8| (f64::from(x) - f64::from(y)).powi(2);
    (d(a.0, b.0) + d(a.1, b.1) + d(a.2, b.2)).sqrt()
}

/// White for a dark colour, black for a light one: where there is room to move.
fn toward(color: Rgb) -> Rgb {
    if color.luminance() < 0.25 { Rgb::WHITE } else { Rgb(40, 20, 10) }
}

/// Bright enough to glow on black.
fn vivid(color: Rgb) -> Rgb {
    let top = f64::from(color.0.max(color.1).max(color.2)).max(1.0);
    let lift = (235.0 / top).min(3.0);
    let up = |channel: u8| (f64::from(channel) * lift).min(255.0) as u8;
    Rgb(up(color.0), up(color.1), up(color.2)).mix(Rgb::WHITE, 0.08)
}
