//! The art direction of an ad, and the colours of each of its scenes. Pure functions of the
//! specification, so that scenes and words agree without having met.

use admint_domain::{
    AdSpec, ArtDirection, OverlayRole, Palette, PlannedScene, Rgb, SceneRole, TextPlacement, Tone,
};
use admint_timeline::{Animation, Font, Grade, OverlayStyle, TransitionStyle};

use crate::dice::{Dice, hash};

/// By tone and category; the dice choose among what fits.
pub fn direction(tone: Tone, category: &str, dice: &mut Dice) -> ArtDirection {
    use ArtDirection::{Block, Clean, Dash, Glass, Hills, Night, Paper, Print, Rays};
    let mut candidates = match tone {
        Tone::Calm => vec![Glass, Paper, Hills, Clean],
        Tone::Warm => vec![Glass, Block, Hills, Rays, Print],
        Tone::Playful => vec![Block, Rays, Hills, Print],
        Tone::Energetic => vec![Rays, Block, Night, Dash],
        Tone::Elegant => vec![Paper, Night, Glass, Clean],
        Tone::Confident => vec![Night, Glass, Block, Clean, Dash],
    };
    match category {
        "plants" | "travel" | "eco" | "outdoor" | "pets" => candidates.push(Hills),
        "phone" | "software" | "headphones" | "gaming" | "camera" => candidates.extend([Night, Clean]),
        "perfume" | "jewellery" | "watch" | "books" | "wine" => candidates.push(Paper),
        "skincare" | "furniture" | "cleaning" => candidates.push(Clean),
        "fitness" | "bike" | "shoes" | "car" => candidates.extend([Dash, Dash]),
        "coffee" | "bakery" | "pizza" | "music" | "restaurant" => candidates.push(Print),
        _ => {}
    }
    candidates[dice.below(candidates.len())]
}

/// The colours of one scene.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub direction: ArtDirection,
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
        Self::with(spec.direction, &spec.palette, role)
    }

    pub fn with(direction: ArtDirection, palette: &Palette, role: SceneRole) -> Self {
        let loud = matches!(role, SceneRole::Hook | SceneRole::CallToAction);
        let p = palette;
        let (ground, ground_far, stage, pop) = match direction {
            ArtDirection::Block => match role {
                SceneRole::Hook => (p.primary, p.primary, p.accent, p.background),
                SceneRole::Agitate => (p.ink, p.ink, p.primary, p.accent),
                SceneRole::Reveal => (p.background, p.background, p.primary, p.accent),
                SceneRole::Benefit => (p.accent, p.accent, p.background, p.primary),
                SceneRole::Proof => (p.background, p.background, p.accent, p.primary),
                SceneRole::CallToAction => (p.primary, p.primary, p.background, p.accent),
            },
            ArtDirection::Glass => {
                let base =
                    if role == SceneRole::Agitate { p.background.mix(p.ink, 0.12) } else { p.background };
                (base, base.mix(p.primary, 0.16), p.surface, p.accent)
            }
            ArtDirection::Paper => {
                let base = match role {
                    SceneRole::Hook => p.surface,
                    SceneRole::CallToAction => p.background,
                    _ => p.surface.mix(p.background, 0.5),
                };
                (base, base.mix(p.ink, 0.05), p.primary.mix(p.surface, 0.25), p.accent)
            }
            ArtDirection::Night => {
                let deep = p.primary.mix(Rgb(8, 8, 20), 0.86);
                (deep, p.primary.mix(Rgb(8, 8, 20), 0.68), vivid(p.primary), vivid(p.accent))
            }
            ArtDirection::Rays if loud || role == SceneRole::Reveal => {
                // As bright as the words on it allow.
                let lit = [0.13, 0.1, 0.07, 0.04].map(|amount| p.primary.mix(toward(p.primary), amount));
                let reads = |lit: &&Rgb| p.on_primary.contrast(**lit) >= Palette::MIN_CONTRAST + 0.1;
                (p.primary, lit.iter().find(reads).copied().unwrap_or(p.primary), p.accent, p.background)
            }
            ArtDirection::Rays => (p.background, p.background.mix(p.accent, 0.2), p.primary, p.accent),
            ArtDirection::Print => {
                // Uncoated stock, warmer than any palette's white.
                let stock = p.surface.mix(Rgb(247, 233, 205), 0.62);
                match role {
                    SceneRole::Hook | SceneRole::CallToAction => {
                        (stock, stock.mix(p.accent, 0.14), p.primary, p.accent)
                    }
                    SceneRole::Agitate => (p.ink, p.ink.mix(p.primary, 0.25), p.accent, stock),
                    _ => (stock.mix(p.accent, 0.1), stock, p.primary, p.accent),
                }
            }
            ArtDirection::Dash => match role {
                SceneRole::Reveal | SceneRole::Benefit => {
                    (p.background, p.background.mix(p.primary, 0.1), p.primary, p.accent)
                }
                SceneRole::Agitate => {
                    (Rgb(18, 18, 22), p.primary.mix(Rgb(18, 18, 22), 0.8), p.primary, p.accent)
                }
                _ => {
                    let deep = p.primary.mix(Rgb(12, 12, 18), 0.62);
                    (deep, p.primary.mix(Rgb(12, 12, 18), 0.46), p.accent, vivid(p.primary))
                }
            },
            ArtDirection::Clean => {
                let paper = if role == SceneRole::Agitate {
                    p.background.mix(p.ink, 0.10)
                } else {
                    p.background.mix(Rgb::WHITE, 0.3)
                };
                (paper, paper.mix(p.primary, 0.13), p.primary.mix(Rgb::WHITE, 0.12), p.accent)
            }
            ArtDirection::Hills => {
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

impl Look {
    /// With a stage that the hero, whose mean colour is `hero`, stands out from.
    pub fn staging(self, hero: Rgb) -> Self {
        const APART: f64 = 90.0;
        if distance(self.stage, hero) >= APART {
            return self;
        }
        let [light, dark] =
            [(Rgb::WHITE, 0.45), (Rgb(24, 22, 30), 0.5)].map(|(to, part)| self.stage.mix(to, part));
        let away = if hero.luminance() > 0.3 { [dark, light] } else { [light, dark] };
        let choice = [self.pop, self.stage.mix(self.pop, 0.6), away[0], away[1]];
        let seen = |color: &Rgb| distance(*color, hero) >= APART && distance(*color, self.ground) >= 40.0;
        let Some(stage) = choice.into_iter().find(seen) else { return self };
        // What is left of the two colours is the ornament's.
        let pop = if stage == self.pop { self.stage } else { self.pop };
        let on_stage = readable_on(&[stage], &[pop, self.ground, self.ink, Rgb::WHITE, Rgb(20, 18, 24)]);
        Self { stage, pop, on_stage, ..self }
    }
}

/// How a role's words are set in a scene of this ad.
pub fn overlay_style(spec: &AdSpec, role: OverlayRole, scene: &PlannedScene) -> OverlayStyle {
    style(spec, Look::of(spec, scene.role), role, scene)
}

/// The type pairing that belongs to a direction, and to no other.
pub fn font(direction: ArtDirection) -> Font {
    match direction {
        ArtDirection::Block => Font::Poster,
        ArtDirection::Glass => Font::Modern,
        ArtDirection::Paper => Font::Elegant,
        ArtDirection::Night => Font::Technical,
        ArtDirection::Rays => Font::Lively,
        ArtDirection::Hills => Font::Friendly,
        ArtDirection::Print => Font::Retro,
        ArtDirection::Dash => Font::Sport,
        ArtDirection::Clean => Font::Neutral,
    }
}

/// The entrances that belong to a direction.
fn entrances(direction: ArtDirection) -> [Animation; 3] {
    match direction {
        ArtDirection::Block => [Animation::Pop, Animation::Drop, Animation::Rise],
        ArtDirection::Glass => [Animation::Rise, Animation::Zoom, Animation::Wipe],
        ArtDirection::Paper => [Animation::Wipe, Animation::Rise, Animation::Wipe],
        ArtDirection::Night => [Animation::Type, Animation::Slide, Animation::Zoom],
        ArtDirection::Rays => [Animation::Swing, Animation::Pop, Animation::Drop],
        ArtDirection::Hills => [Animation::Rise, Animation::Swing, Animation::Pop],
        ArtDirection::Print => [Animation::Flip, Animation::Drop, Animation::Swing],
        ArtDirection::Dash => [Animation::Slide, Animation::Zoom, Animation::Wipe],
        ArtDirection::Clean => [Animation::Rise, Animation::Flip, Animation::Zoom],
    }
}

pub fn style(spec: &AdSpec, look: Look, role: OverlayRole, scene: &PlannedScene) -> OverlayStyle {
    let font = font(look.direction);
    let animation = match (role, scene.role) {
        (_, SceneRole::CallToAction) => Animation::Fade,
        (OverlayRole::Support | OverlayRole::Name, _) => Animation::Rise,
        _ if role.point().is_some() => match look.direction {
            ArtDirection::Block | ArtDirection::Rays => Animation::Pop,
            ArtDirection::Dash | ArtDirection::Night => Animation::Slide,
            ArtDirection::Print => Animation::Flip,
            _ => Animation::Rise,
        },
        (_, scene) => {
            let seed = hash(&format!("{}{}", spec.product, scene.as_str())) as usize;
            entrances(look.direction)[seed % 3]
        }
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
    if role.point().is_some() && scene.placement == TextPlacement::Beside {
        // A label lies on the picture and brings its own ground.
        let plate = look.ground.mix(look.ink, if look.dark { 0.16 } else { 0.08 });
        let ink = readable_on(&[plate], &[look.ink, Rgb::WHITE, Rgb(20, 18, 24)]);
        return OverlayStyle { font, ink, plate: Some(plate), accent: look.emphasis, animation };
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

/// How the scene at `index`, from 1, comes after the one before it: loud directions move, quiet ones dissolve.
/// Neighbouring scenes differ.
pub fn transition_style(spec: &AdSpec, seed: u32, index: usize) -> TransitionStyle {
    use TransitionStyle::{Dissolve, SlideDown, SlideLeft, SlideUp};
    let styles: &[TransitionStyle] = match spec.direction {
        ArtDirection::Block => &[SlideLeft, SlideUp],
        ArtDirection::Dash => &[SlideLeft, SlideUp],
        ArtDirection::Rays => &[SlideUp, SlideDown],
        ArtDirection::Print => &[SlideUp, Dissolve],
        ArtDirection::Paper => &[SlideLeft, Dissolve],
        ArtDirection::Hills => &[Dissolve, SlideUp],
        ArtDirection::Clean => &[SlideUp, Dissolve],
        ArtDirection::Glass => &[Dissolve, SlideUp],
        ArtDirection::Night => &[Dissolve, SlideLeft],
    };
    let turn = Dice::new(seed, "transitions").below(styles.len());
    styles[(index + turn) % styles.len()]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_direction_has_a_pairing_and_entrances_of_its_own_and_two_ways_to_come() {
        use admint_domain::OverlayRole::{Headline, Support};

        use crate::text::Face;
        let pairing = |direction| [Headline, Support].map(|role| Face::of(font(direction), role).file());
        for (index, direction) in ArtDirection::ALL.into_iter().enumerate() {
            for other in &ArtDirection::ALL[index + 1..] {
                assert_ne!(pairing(direction), pairing(*other), "{direction:?} {other:?}");
                assert_ne!(entrances(direction), entrances(*other), "{direction:?} {other:?}");
            }
        }
    }

    #[test]
    fn no_hero_stands_before_its_own_colour() {
        for palette in crate::planner::every_palette() {
            for direction in ArtDirection::ALL {
                let look = Look::with(direction, &palette, SceneRole::Reveal);
                for hero in [Rgb(128, 128, 134), Rgb(230, 228, 235), Rgb(40, 40, 48), look.stage] {
                    let staged = look.staging(hero);
                    let apart = distance(staged.stage, hero);
                    assert!(apart >= 60.0, "{direction:?} {hero}: {} {apart}", staged.stage);
                }
            }
        }
    }
}
