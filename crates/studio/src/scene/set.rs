//! What the hero stands on and in front of, and the ornaments that carry words: ribbon and badge.

use std::f64::consts::{PI, TAU};

use admint_domain::{ArtDirection, AspectRatio, OverlayRole, Palette, Rgb, SceneLayout, SceneRole};
use admint_timeline::Font;
use vello_cpu::kurbo::{Affine, Arc, BezPath, Circle, Point, Rect, RoundedRect, Shape, Vec2};

use super::{Moment, Plot, camera::View, hill, look::Look};
use crate::{
    canvas::{Canvas, linear, paint},
    dice::Dice,
    motion::{ease_out, mix, overshoot, progress, settle, wave},
    sprite::Sprite,
    text::{self, Align, Face},
};

pub struct Set {
    look: Look,
    role: SceneRole,
    focus: Point,
    hero: f64,
    frame: Rect,
    ribbon: Option<Sprite>,
    badge: Option<Badge>,
    side: f64,
    phase: f64,
    /// The ground at the picture's foot, where there is one: its highest point and its radius.
    hill: Option<(Point, f64)>,
    /// What the layout adds stands on something of its own.
    layout_has_own_ground: bool,
}

struct Badge {
    sprite: Sprite,
    at: Point,
    size: f64,
}

impl Set {
    pub fn new(plot: &Plot, dice: &mut Dice) -> Self {
        let role = plot.brief.scene.role;
        let focus = plot.stage.rect.center();
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        // In a wide picture the words stand beside the hero, where the ribbon would run through them.
        let ribbon = (plot.look.direction == ArtDirection::Block
            && plot.brief.aspect != AspectRatio::Landscape16x9
            && matches!(role, SceneRole::Reveal | SceneRole::CallToAction))
        .then(|| ribbon(&plot.brief.spec.product, plot.look.on_stage))
        .flatten();
        let offered = matches!(plot.brief.scene.layout, SceneLayout::Offer | SceneLayout::Counter);
        let badge = (!offered
            && !plot.brief.scene.placement.has_points()
            && matches!(role, SceneRole::Reveal | SceneRole::Benefit | SceneRole::CallToAction))
        .then_some(plot.brief.spec.offer.as_deref())
        .flatten()
        // Said once is enough.
        .filter(|offer| plot.brief.scene.overlays.iter().all(|copy| !copy.text.contains(*offer)))
        .and_then(|offer| Badge::new(offer, plot, side));
        Self {
            look: plot.look,
            role,
            focus,
            hero: plot.stage.hero.min(reach(plot)),
            frame: plot.frame,
            ribbon,
            badge,
            side,
            phase: dice.unit(),
            // Hills has land of its own.
            hill: plot.foot().filter(|_| plot.look.direction != ArtDirection::Hills).map(hill),
            layout_has_own_ground: matches!(
                plot.brief.scene.layout,
                SceneLayout::Counter
                    | SceneLayout::Offer
                    | SceneLayout::BeforeAfter
                    | SceneLayout::Comparison
                    | SceneLayout::Place
                    | SceneLayout::Testimonial
                    | SceneLayout::Ingredients
                    | SceneLayout::List
                    | SceneLayout::Steps
            ),
        }
    }

    /// The part of the frame that the badge takes, wherever it swings.
    pub fn badge(&self) -> Option<Rect> {
        let badge = self.badge.as_ref()?;
        Some(Rect::from_center_size(badge.at, (badge.size * 1.08, badge.size * 1.08)))
    }

    pub fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let focus = view.seen(self.focus, 0.7, self.focus);
        // Already most of the way there on the first frame, which is the poster.
        let grown = mix(0.84, 1.0, settle(progress(moment.seconds, 0.0, 1.1)));
        let radius = self.hero * 0.64 * grown * view.scale(0.7);
        self.draw_hill(canvas, moment, view);
        if self.layout_has_own_ground {
            return;
        }
        match self.look.direction {
            ArtDirection::Block => self.draw_disc(canvas, moment, focus, radius),
            ArtDirection::Glass => self.draw_pane(canvas, moment, focus, grown),
            ArtDirection::Paper => self.draw_arch(canvas, moment, focus, grown),
            ArtDirection::Night => self.draw_ring(canvas, moment, focus, radius),
            ArtDirection::Rays => self.draw_scallop(canvas, moment, focus, radius),
            ArtDirection::Hills => {}
            ArtDirection::Print => self.draw_sunset(canvas, moment, focus, grown),
            ArtDirection::Dash => self.draw_panel(canvas, moment, focus, grown),
            ArtDirection::Clean => self.draw_plinth(canvas, moment, focus, grown),
        }
        if self.role == SceneRole::Reveal {
            self.draw_burst(canvas, moment, focus);
        }
    }

    pub fn draw_before(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        if let Some(badge) = &self.badge {
            let come = progress(moment.seconds, 0.55, 1.15);
            if come > 0.0 {
                // It hangs before the picture: the camera carries it a little, and never off the frame.
                let half = badge.size * 0.54;
                let at = view.seen(badge.at, 0.4, badge.at);
                let at = Point::new(
                    at.x.clamp(half, self.frame.x1 - half),
                    at.y.clamp(half, self.frame.y1 - half),
                );
                let size = badge.size
                    * mix(0.3, 1.0, overshoot(come))
                    * (1.0 + 0.025 * wave(moment.seconds, 1.3, 0.0));
                let angle = self.side * 0.1 + 0.06 * wave(moment.seconds, 2.6, self.phase);
                canvas.sprite_at(&badge.sprite, at, size, angle, progress(come, 0.0, 0.3));
            }
        }
    }

    /// A wide, quiet hill in the stage's colour, and its rim.
    fn draw_hill(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let Some((head, radius)) = self.hill else { return };
        let rise = (1.0 - settle(progress(moment.seconds + 0.5, 0.0, 1.2))) * 60.0;
        let middle = view.seen(head + Vec2::new(0.0, radius), 0.35, self.focus) + Vec2::new(0.0, rise);
        let (top, foot) =
            (self.look.ground.mix(self.look.stage, 0.34), self.look.ground.mix(self.look.stage, 0.16));
        let fade = linear(
            Point::new(0.0, middle.y - radius),
            Point::new(0.0, self.frame.y1),
            &[paint(top, 1.0), paint(foot, 1.0)],
        );
        canvas.fill_gradient(&Circle::new(middle, radius), fade);
        let breathe = 16.0 + 4.0 * wave(moment.seconds, 3.4, self.phase);
        canvas.stroke(&Circle::new(middle, radius + breathe), 3.0, paint(self.look.pop, 0.5));
    }

    fn draw_disc(&self, canvas: &mut Canvas, moment: Moment, focus: Point, radius: f64) {
        if let Some(ribbon) = &self.ribbon {
            let angle = -0.09 * self.side;
            let before = canvas.transform();
            let y = focus.y + self.hero * 0.2;
            canvas.set_transform(
                before * Affine::translate((self.frame.center().x, y)) * Affine::rotate(angle),
            );
            let half = f64::from(ribbon.height()) / 2.0;
            let reach = self.frame.width();
            let band = Rect::new(-reach, -half - 8.0, reach, half + 8.0);
            canvas.fill_rect(band, paint(self.look.stage, 1.0));
            let run = (moment.seconds * 90.0 * self.side).rem_euclid(f64::from(ribbon.width()));
            canvas.tile(ribbon, Rect::new(-reach, -half, reach, half), Point::new(run, -half), 1.0);
            canvas.set_transform(before);
        }
        canvas.fill_circle(focus, radius, paint(self.look.stage, 1.0));
        let inner = radius * (0.86 + 0.012 * wave(moment.seconds, 2.3, self.phase));
        canvas.stroke(
            &Circle::new(focus, inner),
            3.0,
            paint(self.look.stage.mix(self.look.ground, 0.35), 0.9),
        );
        // A quarter of a ring turns around the disc.
        let turn = moment.seconds * 0.7 * self.side + self.phase * TAU;
        let arc = Arc::new(focus, (radius * 1.09, radius * 1.09), turn, PI * 0.5, 0.0);
        canvas.stroke(&arc, 12.0, paint(self.look.pop, 1.0));
    }

    fn draw_pane(&self, canvas: &mut Canvas, moment: Moment, focus: Point, grown: f64) {
        let (width, height) = (self.hero * 1.02 * grown, self.hero * 1.12 * grown);
        let before = canvas.transform();
        for (index, (turn, alpha)) in [(0.16, 0.28), (-0.07, 0.42)].into_iter().enumerate() {
            let sway = 0.03 * wave(moment.seconds, 5.5, self.phase + 0.3 * index as f64);
            canvas.set_transform(
                before * Affine::translate(focus.to_vec2()) * Affine::rotate(self.side * turn + sway),
            );
            let pane = RoundedRect::from_rect(Rect::from_center_size((0.0, 0.0), (width, height)), 64.0);
            let (from, to) = (Point::new(-width / 2.0, -height / 2.0), Point::new(width / 2.0, height / 2.0));
            let glass = linear(from, to, &[paint(Rgb::WHITE, alpha), paint(Rgb::WHITE, alpha * 0.35)]);
            canvas.fill_gradient(&pane, glass);
            canvas.stroke(&pane, 2.5, paint(Rgb::WHITE, 0.7));
        }
        canvas.set_transform(before);
        self.draw_podium(canvas, focus, grown, self.look.stage, self.look.ground.mix(self.look.stage, 0.4));
    }

    /// A low round platform, lit from above.
    fn draw_podium(&self, canvas: &mut Canvas, focus: Point, grown: f64, top: Rgb, body: Rgb) {
        let base = Point::new(focus.x, focus.y + self.hero * 0.5);
        let (rx, ry) = (self.hero * 0.52 * grown, self.hero * 0.085);
        let depth = self.hero * 0.11;
        let shade = self.look.shade;
        canvas.glow(Point::new(base.x, base.y + depth + ry), (rx * 1.25, ry * 1.5), shade, 0.4);
        let mut side = BezPath::new();
        side.move_to((base.x - rx, base.y));
        side.line_to((base.x - rx, base.y + depth));
        side.extend(Arc::new((base.x, base.y + depth), (rx, ry), PI, -PI, 0.0).append_iter(0.2));
        side.line_to((base.x + rx, base.y));
        side.close_path();
        let shading = linear(
            Point::new(base.x - rx, 0.0),
            Point::new(base.x + rx, 0.0),
            &[
                paint(body.mix(shade, 0.28), 1.0),
                paint(body.mix(Rgb::WHITE, 0.35), 1.0),
                paint(body.mix(shade, 0.38), 1.0),
            ],
        );
        canvas.fill_gradient(&side, shading);
        canvas.fill_ellipse(base, (rx, ry), paint(top.mix(Rgb::WHITE, 0.35), 1.0));
    }

    fn draw_arch(&self, canvas: &mut Canvas, moment: Moment, focus: Point, grown: f64) {
        let (half, height) = (self.hero * 0.56, self.hero * 1.26);
        let base = focus.y + self.hero * 0.56;
        let arch = |inset: f64| {
            let half = half - inset;
            let top = base - height * grown + half + inset;
            let mut path = BezPath::new();
            path.move_to((focus.x - half, base));
            path.line_to((focus.x - half, top));
            path.extend(Arc::new((focus.x, top), (half, half), PI, PI, 0.0).append_iter(0.2));
            path.line_to((focus.x + half, base));
            path.close_path();
            path
        };
        let window = arch(0.0);
        let color = self.look.stage;
        canvas.fill_gradient(
            &window,
            linear(
                Point::new(focus.x - half, base - height),
                Point::new(focus.x + half, base),
                &[paint(color.mix(Rgb::WHITE, 0.22), 1.0), paint(color, 1.0)],
            ),
        );
        // Sunlight wanders across the wall.
        canvas.clip(&window);
        let drift = moment.seconds * 22.0 * self.side;
        for index in 0..2 {
            let x = focus.x - half * 0.5 + f64::from(index) * half * 0.75 + drift;
            let mut light = BezPath::new();
            light.move_to((x, base - height));
            light.line_to((x + half * 0.42, base - height));
            light.line_to((x + half * 0.42 - 210.0, base));
            light.line_to((x - 210.0, base));
            light.close_path();
            canvas.fill_path(&light, paint(Rgb::WHITE, 0.13));
        }
        canvas.unclip();
        canvas.stroke(&arch(-18.0), 2.4, paint(self.look.ink, 0.7));
        let ground = Rect::new(focus.x - half - 90.0, base - 1.5, focus.x + half + 90.0, base + 1.5);
        canvas.fill_rect(ground, paint(self.look.ink, 0.8));
    }

    fn draw_ring(&self, canvas: &mut Canvas, moment: Moment, focus: Point, radius: f64) {
        let ring = Circle::new(focus, radius);
        let flicker = 0.85 + 0.15 * wave(moment.seconds, 1.9, self.phase);
        for (width, alpha) in [(46.0, 0.06), (26.0, 0.12), (12.0, 0.3)] {
            canvas.stroke(&ring, width, paint(self.look.stage, alpha * flicker));
        }
        canvas.stroke(&ring, 5.0, paint(self.look.stage.mix(Rgb::WHITE, 0.55), 0.95));
        let turn = moment.seconds * 1.1 * self.side + self.phase * TAU;
        for offset in [0.0, PI] {
            let arc = Arc::new(focus, (radius * 1.12, radius * 1.12), turn + offset, 0.9, 0.0);
            canvas.stroke(&arc, 14.0, paint(self.look.pop, 0.25));
            canvas.stroke(&arc, 5.0, paint(self.look.pop, 0.95));
        }
    }

    /// Four bands of a low sun, printed a little out of register, on a line.
    fn draw_sunset(&self, canvas: &mut Canvas, moment: Moment, focus: Point, grown: f64) {
        let base = focus.y + self.hero * 0.5;
        let look = &self.look;
        let bands = [look.stage, look.pop, look.stage.mix(look.pop, 0.5), look.ground.mix(look.pop, 0.4)];
        let breathe = 1.0 + 0.008 * wave(moment.seconds, 2.6, self.phase);
        canvas.clip_rect(Rect::new(0.0, 0.0, self.frame.x1, base));
        for (index, color) in bands.into_iter().enumerate() {
            let drawn = mix(0.8, 1.0, settle(progress(moment.seconds + 0.3, 0.07 * index as f64, 1.0)));
            let radius = self.hero * (0.74 - 0.13 * index as f64) * grown * drawn * breathe;
            // The second ink never lands exactly on the first.
            let slip = Vec2::new(5.0 * self.side, 4.0) * (index % 2) as f64;
            canvas.fill_circle(Point::new(focus.x, base) + slip, radius, paint(color, 1.0));
        }
        canvas.unclip();
        let reach = self.frame.width() * mix(0.3, 0.42, ease_out(progress(moment.seconds + 0.4, 0.0, 1.2)));
        for line in 0..3 {
            let y = base + 4.0 + 20.0 * f64::from(line);
            let run = reach * (1.0 - 0.16 * f64::from(line))
                + 10.0 * wave(moment.seconds, 3.0, 0.2 * f64::from(line));
            let bar = Rect::new(focus.x - run, y, focus.x + run, y + 8.0);
            canvas.fill_rounded(bar, 4.0, paint(look.stage, 1.0 - 0.25 * f64::from(line)));
        }
    }

    /// A slanted panel, its outline beside it, and arrows that run.
    fn draw_panel(&self, canvas: &mut Canvas, moment: Moment, focus: Point, grown: f64) {
        let (half, high) = (self.hero * 0.46 * grown, self.hero * 0.53 * grown);
        let lean = self.hero * 0.17;
        let panel = |shift: f64| {
            let mut path = BezPath::new();
            path.move_to((focus.x - half + lean + shift, focus.y - high));
            path.line_to((focus.x + half + lean + shift, focus.y - high));
            path.line_to((focus.x + half - lean + shift, focus.y + high));
            path.line_to((focus.x - half - lean + shift, focus.y + high));
            path.close_path();
            path
        };
        canvas.fill_path(&panel(0.0), paint(self.look.stage, 1.0));
        let slide = 26.0 + 8.0 * wave(moment.seconds, 1.8, self.phase);
        canvas.stroke(&panel(slide * self.side), 5.0, paint(self.look.pop, 1.0));
        let run = (moment.seconds * 1.4).fract();
        for index in 0..3 {
            let step = f64::from(index) + run;
            let at = Point::new(focus.x - half * 0.9 + step * 54.0, focus.y + high + 34.0);
            let mut arrow = BezPath::new();
            arrow.move_to(at + Vec2::new(-14.0, -20.0));
            arrow.line_to(at + Vec2::new(8.0, 0.0));
            arrow.line_to(at + Vec2::new(-14.0, 20.0));
            let alpha = (step.min(3.0 - step)).clamp(0.0, 1.0);
            canvas.stroke(&arrow, 9.0, paint(self.look.pop, alpha));
        }
    }

    /// A round wall panel and a plinth before it.
    fn draw_plinth(&self, canvas: &mut Canvas, moment: Moment, focus: Point, grown: f64) {
        let look = &self.look;
        let radius = self.hero * 0.6 * grown;
        let at = Point::new(focus.x, focus.y - self.hero * 0.06);
        // A deep colour on white paper would be a grey.
        let color = if look.stage.luminance() < 0.12 { look.pop } else { look.stage };
        let tint = look.ground_far.mix(color, 0.5);
        let (from, to) = (Point::new(at.x - radius, at.y - radius), Point::new(at.x + radius, at.y + radius));
        canvas.fill_gradient(
            &Circle::new(at, radius),
            linear(from, to, &[paint(tint.mix(Rgb::WHITE, 0.3), 1.0), paint(tint, 1.0)]),
        );
        let turn = moment.seconds * 0.3 * self.side + self.phase * TAU;
        let arc = Arc::new(at, (radius * 1.07, radius * 1.07), turn, PI * 0.7, 0.0);
        canvas.stroke(&arc, 4.0, paint(look.pop, 0.9));
        self.draw_podium(
            canvas,
            focus,
            grown,
            look.ground.mix(Rgb::WHITE, 0.6),
            look.ground.mix(look.stage, 0.3),
        );
    }

    fn draw_scallop(&self, canvas: &mut Canvas, moment: Moment, focus: Point, radius: f64) {
        let turn = moment.seconds * 0.25 * self.side;
        canvas.fill_path(
            &scallop(focus + Vec2::new(0.0, 14.0), radius * 1.06, 18, turn),
            paint(self.look.shade, 0.35),
        );
        canvas.fill_path(&scallop(focus, radius * 1.06, 18, turn), paint(self.look.stage, 1.0));
        canvas.stroke(&Circle::new(focus, radius * 0.9), 4.0, paint(self.look.pop, 0.85));
    }

    /// Two rings of light leave the product as it appears.
    fn draw_burst(&self, canvas: &mut Canvas, moment: Moment, focus: Point) {
        for delay in [0.0, 0.22] {
            let part = progress(moment.seconds, delay, delay + 0.9);
            if part > 0.0 && part < 1.0 {
                let radius = mix(self.hero * 0.35, self.hero * 0.95, ease_out(part));
                canvas.stroke(
                    &Circle::new(focus, radius),
                    16.0 * (1.0 - part) + 1.0,
                    paint(self.look.pop, 0.8 * (1.0 - part)),
                );
            }
        }
    }
}

impl Badge {
    fn new(offer: &str, plot: &Plot, side: f64) -> Option<Self> {
        let words = text::readable(offer);
        if words.is_empty() || words.chars().count() > 22 {
            return None;
        }
        let size = (plot.stage.hero * 0.42).clamp(150.0, 250.0);
        let (hero, look) = (plot.stage.hero, &plot.look);
        let room = plot.stage.rect.intersect(plot.frame).inflate(-size * 0.6, -size * 0.6).abs();
        // Over a shoulder of the hero, the upper ones first.
        let slots = [(side, -0.42), (-side, -0.42), (side, 0.4), (-side, 0.4)].map(|(x, y)| {
            let at = plot.stage.rect.center() + Vec2::new(x * (hero * 0.4 + size * 0.42), y * hero);
            Point::new(at.x.clamp(room.x0, room.x1), at.y.clamp(room.y0, room.y1))
        });
        let takes = |at: &Point| Rect::from_center_size(*at, (size * 1.1, size * 1.1));
        let free = |at: &&Point| {
            let taken = plot.texts.iter().chain(&plot.kept);
            taken.into_iter().all(|taken| taken.intersect(takes(at)).area() <= 0.0)
        };
        let at = *slots.iter().find(free)?;
        let (color, ink) = set_off(look);
        let mut canvas = Canvas::new(size.ceil() as u16, size.ceil() as u16);
        let middle = Point::new(size / 2.0, size / 2.0);
        canvas
            .fill_path(&scallop(middle + Vec2::new(0.0, 4.0), size * 0.47, 14, 0.0), paint(Rgb::BLACK, 0.22));
        canvas.fill_path(&scallop(middle, size * 0.47, 14, 0.0), paint(color, 1.0));
        canvas.stroke(&Circle::new(middle, size * 0.385), 2.5, paint(ink, 0.6));
        let face = Face::of(Font::Friendly, OverlayRole::Headline);
        let block = text::fit(&words, face, (size * 0.62, size * 0.5), (14.0, size * 0.21), Align::Center);
        let offset = (middle.x - block.width / 2.0, middle.y - block.height / 2.0);
        block.draw(&mut canvas, offset, ink);
        Some(Self { sprite: canvas.finish_sprite(), at, size })
    }
}

/// A badge's colour, which is seen on the stage and beside it, and that of the words on it.
fn set_off(look: &Look) -> (Rgb, Rgb) {
    let inks = [look.on_button, look.ink, look.ground, Rgb::WHITE, Rgb(20, 18, 24)];
    let worn = |color: Rgb| inks.into_iter().find(|ink| ink.contrast(color) >= Palette::MIN_CONTRAST);
    for apart in [2.0, 1.5] {
        for color in [look.button, look.pop, look.ink, look.on_button, Rgb(20, 18, 24), Rgb::WHITE] {
            let seen = color.contrast(look.stage) >= 2.0 && color.contrast(look.ground) >= apart;
            if let Some(ink) = worn(color).filter(|_| seen) {
                return (color, ink);
            }
        }
    }
    if look.stage.luminance() > 0.2 { (Rgb(20, 18, 24), Rgb::WHITE) } else { (Rgb::WHITE, Rgb(20, 18, 24)) }
}

/// The product's name and a star, to be repeated along a band.
fn ribbon(product: &str, color: Rgb) -> Option<Sprite> {
    let words = text::readable(product);
    if words.is_empty() || words.chars().count() > 28 {
        return None;
    }
    let face = Face::of(Font::Poster, OverlayRole::Headline);
    let block = text::fit(&words.to_uppercase(), face, (1400.0, 76.0), (20.0, 58.0), Align::Center);
    let height = 76.0;
    let width = block.width + 110.0;
    let mut canvas = Canvas::new(width.ceil() as u16, height as u16);
    let top = (height - block.height) / 2.0;
    block.draw(&mut canvas, (10.0, top), color);
    let star = super::particles::spark(Point::new(block.width + 60.0, height / 2.0), 20.0, 0.35);
    canvas.fill_path(&star, paint(color, 1.0));
    Some(canvas.finish_sprite())
}

/// The largest hero whose set, seen by a camera that comes close, keeps off the words.
fn reach(plot: &Plot) -> f64 {
    let (focus, words) = (plot.stage.rect.center(), plot.words);
    let clear = if plot.frame.width() > plot.frame.height() {
        (words.x0 - focus.x).max(focus.x - words.x1)
    } else {
        (words.y0 - focus.y).max(focus.y - words.y1)
    };
    let frame = plot.frame;
    let edge = (frame.y1 - focus.y).min(focus.y - frame.y0).min(frame.x1 - focus.x).min(focus.x - frame.x0);
    ((clear.max(120.0) - 45.0) / 0.79).min((edge - 8.0) / 0.72)
}

fn scallop(middle: Point, radius: f64, bumps: u32, turn: f64) -> BezPath {
    let mut path = BezPath::new();
    let steps = bumps * 8;
    for step in 0..steps {
        let angle = f64::from(step) / f64::from(steps) * TAU;
        let reach = radius * (1.0 - 0.055 * (0.5 + 0.5 * (angle * f64::from(bumps)).cos()));
        let point = middle + reach * Vec2::from_angle(angle + turn);
        if step == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    path.close_path();
    path.to_path(0.2)
}
