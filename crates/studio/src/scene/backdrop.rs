//! What is behind everything: colour, light and land. The part under the words stays calm.

use std::f64::consts::{PI, TAU};

use admint_domain::{ArtDirection, Rgb, SceneRole};
use vello_cpu::kurbo::{BezPath, Circle, Point, Rect};

use super::{Moment, Plot, camera::View, look::Look};
use crate::{
    canvas::{Canvas, linear, paint},
    dice::Dice,
    motion::{ease_out, progress, wave},
    sprite::Sprite,
};

pub struct Backdrop {
    look: Look,
    role: SceneRole,
    frame: Rect,
    words: Rect,
    /// The middle of the stage: beams and rings start here.
    focus: Point,
    /// How large the hero is.
    hero: f64,
    blobs: Vec<Blob>,
    /// Halftone dots, repeated.
    texture: Option<Sprite>,
    phase: f64,
    side: f64,
}

struct Blob {
    at: Point,
    radius: f64,
    color: Rgb,
    alpha: f64,
    sway: (f64, f64),
    period: f64,
    phase: f64,
}

impl Backdrop {
    pub fn new(plot: &Plot, dice: &mut Dice) -> Self {
        let look = plot.look;
        let focus = plot.stage.rect.center();
        let palette = &plot.brief.spec.palette;
        let reach = plot.frame.width().min(plot.frame.height());
        let blobs = match look.direction {
            ArtDirection::Glass => [palette.primary, palette.accent, palette.surface, palette.accent]
                .into_iter()
                .enumerate()
                .map(|(index, color)| {
                    let angle = index as f64 / 4.0 * TAU + dice.range(0.0, 1.2);
                    Blob {
                        at: focus + reach * 0.4 * vello_cpu::kurbo::Vec2::new(angle.cos(), angle.sin() * 0.8),
                        radius: reach * dice.range(0.42, 0.62),
                        color,
                        alpha: dice.range(0.4, 0.62),
                        sway: (dice.range(60.0, 130.0), dice.range(50.0, 110.0)),
                        period: dice.range(5.0, 8.0),
                        phase: dice.unit(),
                    }
                })
                .collect(),
            _ => Vec::new(),
        };
        let texture = match look.direction {
            ArtDirection::Block | ArtDirection::Rays => Some(halftone(look.pop)),
            ArtDirection::Print => Some(halftone(look.stage)),
            _ => None,
        };
        Self {
            look,
            role: plot.brief.scene.role,
            frame: plot.frame,
            words: plot.words,
            focus,
            hero: plot.stage.hero.min(plot.stage.rect.height() * 0.75),
            blobs,
            texture,
            phase: dice.unit(),
            side: if dice.chance(0.5) { 1.0 } else { -1.0 },
        }
    }

    /// Levels of paper in the ground.
    pub fn grain(&self) -> u8 {
        match self.look.direction {
            ArtDirection::Paper => 3,
            ArtDirection::Print => 5,
            _ => 0,
        }
    }

    /// What has no edges, to be drawn small: it covers the whole frame.
    pub fn draw_soft(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        match self.look.direction {
            ArtDirection::Block | ArtDirection::Rays => {
                canvas.fill_rect(self.beyond(), paint(self.look.ground, 1.0))
            }
            ArtDirection::Glass => self.draw_glass(canvas, moment, view),
            ArtDirection::Paper => self.draw_window_light(canvas, moment, view),
            ArtDirection::Night => self.draw_dark(canvas, moment, view),
            ArtDirection::Hills => self.draw_sky(canvas, moment, view),
            ArtDirection::Print => self.draw_stock(canvas, moment),
            ArtDirection::Dash => self.draw_track(canvas, moment, view),
            ArtDirection::Clean => self.draw_sweep(canvas, moment, view),
        }
    }

    /// The frame and a little more, for small pictures whose last pixel is cut by the frame's edge.
    fn beyond(&self) -> Rect {
        self.frame.inflate(16.0, 16.0)
    }

    /// What has edges.
    pub fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        match self.look.direction {
            ArtDirection::Block => self.draw_block(canvas, moment, view),
            ArtDirection::Glass => {}
            ArtDirection::Paper => self.draw_paper(canvas, moment, view),
            ArtDirection::Night => self.draw_night(canvas, moment, view),
            ArtDirection::Rays => self.draw_rays(canvas, moment, view),
            ArtDirection::Hills => self.draw_hills(canvas, moment, view),
            ArtDirection::Print => self.draw_print(canvas, moment, view),
            ArtDirection::Dash => self.draw_dash(canvas, moment, view),
            ArtDirection::Clean => {}
        }
    }

    fn draw_stock(&self, canvas: &mut Canvas, moment: Moment) {
        canvas.fill_rect(self.beyond(), paint(self.look.ground, 1.0));
        // The ink lies thicker here than there, and the press never stands still.
        let drift = vello_cpu::kurbo::Vec2::new(
            wave(moment.seconds, 6.0, self.phase),
            wave(moment.seconds, 7.5, 0.4),
        );
        canvas.glow(self.focus + drift * 70.0, (720.0, 720.0), self.look.ground_far, 0.9);
    }

    /// Halftone at the frame's foot or head, away from the words, and a printer's border.
    fn draw_print(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let area = self.off_words(30.0);
        if let Some(dots) = &self.texture {
            let drift = moment.seconds * 9.0 * self.side;
            for (part, alpha) in [(0.34, 0.10), (0.22, 0.12), (0.11, 0.16)] {
                let strip = if area.y0 > 0.0 || self.wide() {
                    Rect { y0: area.y1 - area.height() * part, ..area }
                } else {
                    Rect { y1: area.y0 + area.height() * part, ..area }
                };
                canvas.tile(dots, strip, Point::new(drift + view.pan.x * 0.5, drift * 0.4), alpha);
            }
        }
        let inset = 26.0 + 2.0 * wave(moment.seconds, 5.0, 0.0);
        let line = self.frame.inset(-inset);
        canvas.stroke(
            &vello_cpu::kurbo::RoundedRect::from_rect(line, 30.0),
            6.0,
            paint(self.look.stage, 0.85),
        );
    }

    fn draw_track(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (from, to) = (Point::new(0.0, self.frame.y1), Point::new(self.frame.x1, 0.0));
        canvas.fill_rect_gradient(
            self.beyond(),
            linear(from, to, &[paint(self.look.ground, 1.0), paint(self.look.ground_far, 1.0)]),
        );
        let pulse = 1.0 + 0.05 * wave(moment.seconds, 1.6, self.phase);
        canvas.glow(self.focus + view.pan * 0.4, (560.0 * pulse, 560.0 * pulse), self.look.pop, 0.24);
        self.calm(canvas, self.look.ground, 0.82);
    }

    /// Slanted bands race through the picture's part; thin ones faster than wide ones.
    fn draw_dash(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        const SLANT: f64 = 0.36;
        let area = self.off_words(10.0);
        canvas.clip_rect(area);
        let span = self.frame.width() + self.frame.height() * SLANT + 500.0;
        let colors = [self.look.stage, self.look.pop, self.look.ground_far.mix(self.look.ink, 0.2)];
        for index in 0..9 {
            let wide = 150.0 / (1.0 + f64::from(index % 3) * 1.6);
            let speed = (70.0 + 85.0 * f64::from(index % 3)) * self.side;
            let start = f64::from(index) * span / 9.0 + self.phase * span;
            let x = (start + moment.seconds * speed + view.pan.x).rem_euclid(span) - 250.0;
            let lean = self.frame.height() * SLANT;
            let mut band = BezPath::new();
            band.move_to((x, self.frame.y1));
            band.line_to((x + wide, self.frame.y1));
            band.line_to((x + wide + lean, 0.0));
            band.line_to((x + lean, 0.0));
            band.close_path();
            canvas.fill_path(&band, paint(colors[index as usize % 3], [0.16, 0.2, 0.26][index as usize % 3]));
        }
        canvas.unclip();
    }

    /// Seamless paper: a wall that becomes a floor, lit from one side.
    fn draw_sweep(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (paper, far) = (self.look.ground, self.look.ground_far);
        let floor = self.floor();
        canvas.fill_rect_gradient(
            self.beyond(),
            linear(
                Point::new(0.0, floor - 520.0),
                Point::new(0.0, floor + 420.0),
                &[
                    paint(paper, 1.0),
                    paint(paper.mix(far, 0.5), 1.0),
                    paint(far, 1.0),
                    paint(paper.mix(far, 0.35), 1.0),
                ],
            ),
        );
        let drift = 46.0 * wave(moment.seconds, 5.5, self.phase);
        let light =
            Point::new(self.focus.x - self.side * 300.0 + drift, self.focus.y - 330.0) + view.pan * 0.3;
        canvas.glow(light, (620.0, 560.0), Rgb::WHITE, 0.8);
        canvas.glow(
            Point::new(self.focus.x + self.side * 130.0 - drift * 0.4, floor + 70.0),
            (560.0, 90.0),
            self.look.shade,
            0.16,
        );
        self.calm(canvas, paper, 0.6);
    }

    fn draw_block(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        // A slanted panel slides in under the hero.
        let slide = ease_out(progress(moment.seconds + 0.35, 0.0, 1.0));
        let below = self.focus.y > self.words.center().y;
        let edge = if self.wide() {
            None
        } else if below {
            Some(self.words.y1 + 70.0 + (1.0 - slide) * 160.0)
        } else {
            Some(self.words.y0 - 70.0 - (1.0 - slide) * 160.0)
        };
        let color = paint(self.look.ground.mix(self.look.stage, 0.16), 1.0);
        let tilt = self.side * (46.0 + 8.0 * wave(moment.seconds, 5.0, self.phase));
        let mut panel = BezPath::new();
        match edge {
            Some(y) if below => {
                panel.move_to((0.0, y + tilt));
                panel.line_to((self.frame.x1, y - tilt));
                panel.line_to((self.frame.x1, self.frame.y1));
                panel.line_to((0.0, self.frame.y1));
            }
            Some(y) => {
                panel.move_to((0.0, y + tilt));
                panel.line_to((self.frame.x1, y - tilt));
                panel.line_to((self.frame.x1, 0.0));
                panel.line_to((0.0, 0.0));
            }
            None => {
                let right = self.focus.x > self.words.center().x;
                let (x, outer) = if right {
                    (self.words.x1 + 60.0 + (1.0 - slide) * 160.0, self.frame.x1)
                } else {
                    (self.words.x0 - 60.0 - (1.0 - slide) * 160.0, 0.0)
                };
                panel.move_to((x + tilt, 0.0));
                panel.line_to((x - tilt, self.frame.y1));
                panel.line_to((outer, self.frame.y1));
                panel.line_to((outer, 0.0));
            }
        }
        panel.close_path();
        canvas.fill_path(&panel, color);
        if let Some(dots) = &self.texture {
            let drift = moment.seconds * 14.0;
            let area = self.off_words(0.0);
            let strip = if area.height() < area.width() && area.y0 > 0.0 || area.height() > area.width() {
                Rect::new(area.x0, area.y1 - area.height() * 0.3, area.x1, area.y1)
            } else {
                Rect::new(area.x0, area.y0, area.x1, area.y0 + area.height() * 0.3)
            };
            canvas.tile(dots, strip, Point::new(drift + view.pan.x, drift * 0.5), 0.16);
        }
    }

    fn draw_glass(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let turn = moment.seconds * 0.12 + self.phase * TAU;
        let middle = self.frame.center();
        let reach = self.frame.height().max(self.frame.width()) * 0.5;
        let along = vello_cpu::kurbo::Vec2::new(turn.cos() * 0.45, 1.0) * reach;
        let tint = self.look.ground_far;
        canvas.fill_rect_gradient(
            self.beyond(),
            linear(middle - along, middle + along, &[paint(self.look.ground, 1.0), paint(tint, 1.0)]),
        );
        for blob in &self.blobs {
            let at = blob.at
                + vello_cpu::kurbo::Vec2::new(
                    blob.sway.0 * wave(moment.seconds, blob.period, blob.phase),
                    blob.sway.1 * wave(moment.seconds, blob.period * 1.3, blob.phase + 0.3),
                )
                + view.pan * 0.4;
            canvas.glow(at, (blob.radius, blob.radius), blob.color, blob.alpha);
        }
        self.calm(canvas, self.look.ground, 0.86);
    }

    fn draw_window_light(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        canvas.fill_rect(self.beyond(), paint(self.look.ground, 1.0));
        // The shadow of leaves at a window, far out of focus, moves over the paper.
        for index in 0..5 {
            let place = f64::from(index) / 5.0;
            let sway = wave(moment.seconds, 4.5 + place, place + self.phase);
            let at = Point::new(
                self.focus.x + self.side * (220.0 + 150.0 * place) + 42.0 * sway + view.pan.x * 0.3,
                self.focus.y - 380.0 + 200.0 * f64::from(index) + 26.0 * sway,
            );
            canvas.glow(at, (150.0 + 40.0 * place, 330.0), self.look.ground.mix(self.look.ink, 0.5), 0.10);
        }
    }

    fn draw_paper(&self, canvas: &mut Canvas, moment: Moment, _view: &View) {
        // A thin frame, breathing.
        let inset = 34.0 + 3.0 * wave(moment.seconds, 6.0, 0.0);
        let line = self.frame.inflate(-inset, -inset);
        let drawn = ease_out(progress(moment.seconds + 0.4, 0.0, 1.4));
        let color = paint(self.look.ink, 0.55);
        for (from, to) in [
            (Point::new(line.x0, line.y0), Point::new(line.x1, line.y0)),
            (Point::new(line.x1, line.y0), Point::new(line.x1, line.y1)),
            (Point::new(line.x1, line.y1), Point::new(line.x0, line.y1)),
            (Point::new(line.x0, line.y1), Point::new(line.x0, line.y0)),
        ] {
            let to = from + (to - from) * drawn;
            canvas.fill_rect(Rect::from_points(from, to).inflate(1.2, 1.2), color);
        }
    }

    fn draw_dark(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (dark, lit) = (self.look.ground, self.look.ground_far);
        let floor = self.floor();
        canvas.fill_rect_gradient(
            Rect::new(0.0, 0.0, self.frame.x1, floor),
            linear(
                Point::new(0.0, 0.0),
                Point::new(0.0, floor),
                &[paint(dark.mix(Rgb::BLACK, 0.25), 1.0), paint(dark, 1.0), paint(dark.mix(lit, 0.4), 1.0)],
            ),
        );
        canvas.fill_rect_gradient(
            Rect::new(0.0, floor, self.frame.x1, self.frame.y1 + 16.0),
            linear(
                Point::new(0.0, floor),
                Point::new(0.0, self.frame.y1),
                &[paint(dark.mix(lit, 0.9), 1.0), paint(dark.mix(Rgb::BLACK, 0.5), 1.0)],
            ),
        );
        // Light behind the hero, alive.
        let pulse = 1.0 + 0.06 * wave(moment.seconds, 2.6, self.phase);
        let focus = self.focus + view.pan * 0.5;
        canvas.glow(focus, (620.0 * pulse, 520.0 * pulse), self.look.stage, 0.34);
        canvas.glow(
            focus + vello_cpu::kurbo::Vec2::new(self.side * 260.0 * wave(moment.seconds, 6.0, 0.2), 120.0),
            (420.0, 360.0),
            self.look.pop,
            0.22,
        );
        self.calm(canvas, dark, 0.72);
    }

    fn draw_night(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let floor = self.floor();
        let focus = self.focus + view.pan * 0.5;
        // Two beams sweep from above, where no words are in their way.
        if !self.wide() && focus.y < self.words.center().y {
            for (index, side) in [(0.0, -1.0), (1.0, 1.0)] {
                let swing = 0.16 * wave(moment.seconds, 5.0, self.phase + index * 0.37);
                let top = Point::new(focus.x + side * 420.0, (focus.y - 900.0).min(-40.0));
                let aim = PI / 2.0 - side * (0.42 + swing);
                let spread = 0.11;
                let far = (focus.y - top.y) * 1.7;
                let mut beam = BezPath::new();
                beam.move_to(top);
                beam.line_to(top + far * vello_cpu::kurbo::Vec2::from_angle(aim - spread));
                beam.line_to(top + far * vello_cpu::kurbo::Vec2::from_angle(aim + spread));
                beam.close_path();
                let end = top + far * 0.8 * vello_cpu::kurbo::Vec2::from_angle(aim);
                canvas.fill_gradient(
                    &beam,
                    linear(top, end, &[paint(self.look.stage, 0.24), paint(self.look.stage, 0.0)]),
                );
            }
        }
        // Lines of the floor run towards the viewer.
        let color = self.look.stage;
        let depth = self.frame.y1 - floor;
        canvas.clip_rect(Rect::new(0.0, floor, self.frame.x1, self.frame.y1).intersect(self.off_words(0.0)));
        for index in 0..7 {
            let part = (f64::from(index) + (moment.seconds * 0.55).fract()) / 7.0;
            let y = floor + depth * part * part;
            canvas.fill_rect(
                Rect::new(0.0, y, self.frame.x1, y + 1.0 + 2.0 * part),
                paint(color, 0.26 * part.min(1.0)),
            );
        }
        for index in -8..=8 {
            let x = f64::from(index) + (view.pan.x / 90.0);
            let mut line = BezPath::new();
            let (near, far) = (focus.x + x * 330.0, focus.x + x * 92.0);
            line.move_to((far - 0.8, floor));
            line.line_to((far + 0.8, floor));
            line.line_to((near + 3.0, self.frame.y1));
            line.line_to((near - 3.0, self.frame.y1));
            line.close_path();
            canvas.fill_path(&line, paint(color, 0.16));
        }
        canvas.unclip();
        canvas.fill_rect(
            Rect::new(0.0, floor - 1.0, self.frame.x1, floor + 1.0).intersect(self.off_words(0.0)).abs(),
            paint(color, 0.5),
        );
    }

    fn draw_rays(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (ground, lit) = (self.look.ground, self.look.ground_far);
        let focus = self.focus + view.pan * 0.6;
        let far = self.frame.width().hypot(self.frame.height());
        let count = 14;
        let turn = self.side * moment.seconds * 0.16 + self.phase * TAU;
        let mut rays = BezPath::new();
        for index in 0..count {
            let angle = turn + f64::from(index) / f64::from(count) * TAU;
            let width =
                TAU / f64::from(count) * (0.5 + 0.05 * wave(moment.seconds, 3.0, f64::from(index) * 0.21));
            rays.move_to(focus);
            rays.line_to(focus + far * vello_cpu::kurbo::Vec2::from_angle(angle));
            rays.line_to(focus + far * vello_cpu::kurbo::Vec2::from_angle(angle + width));
            rays.close_path();
        }
        canvas.fill_path(&rays, paint(lit, 1.0));
        if let Some(dots) = &self.texture {
            let drift = moment.seconds * -12.0;
            let y = if self.focus.y > self.frame.center().y { self.frame.y1 - 330.0 } else { 0.0 };
            let strip = Rect::new(0.0, y, self.frame.x1, y + 330.0).intersect(self.off_words(0.0)).abs();
            canvas.tile(dots, strip, Point::new(drift, drift * 0.4), 0.12);
        }
        canvas.glow(focus, (460.0, 460.0), lit.mix(Rgb::WHITE, 0.25), 0.55);
        self.calm(canvas, ground, 0.6);
    }

    fn draw_sky(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (sky, far) = (self.look.ground, self.look.ground_far);
        let (from, to) = (Point::ZERO, Point::new(0.0, self.frame.y1));
        canvas.fill_rect_gradient(
            self.beyond(),
            linear(from, to, &[paint(sky, 1.0), paint(far, 1.0), paint(far, 1.0)]),
        );
        if self.role == SceneRole::Agitate {
            canvas.fill_rect(self.beyond(), paint(self.look.shade, 0.12));
        }
        let (sun, radius) = self.sun(moment, view);
        canvas.glow(sun, (radius * 2.2, radius * 2.2), self.look.pop, 0.5);
        self.calm(canvas, self.calm_sky(), 0.86);
    }

    /// Its middle and its radius; it rises.
    fn sun(&self, moment: Moment, view: &View) -> (Point, f64) {
        let rise = ease_out(progress(moment.seconds + 0.5, 0.0, 2.6));
        let away = vello_cpu::kurbo::Vec2::new(self.side * 0.22, -0.28 + (1.0 - rise) * 0.22) * self.hero;
        let breathe = 1.0 + 0.02 * wave(moment.seconds, 3.4, 0.0);
        (self.focus + away + view.pan * 0.25, self.hero * 0.34 * breathe)
    }

    fn calm_sky(&self) -> Rgb {
        if self.wide() { self.look.ground } else { self.look.ground_far.mix(self.look.ground, 0.5) }
    }

    fn draw_hills(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let (sky, far) = (self.look.ground, self.look.ground_far);
        let below = self.focus.y >= self.words.center().y || self.wide();
        let (sun, radius) = self.sun(moment, view);
        canvas.fill_circle(sun, radius, paint(self.look.pop.mix(Rgb::WHITE, 0.25), 0.95));
        // Ridges, the far ones pale; each drifts by its depth.
        let base = if below { self.focus.y - 10.0 } else { self.frame.y1 - 320.0 };
        let strength = if below { 1.0 } else { 0.14 };
        for ridge in 0..4 {
            let depth = 0.3 + 0.3 * f64::from(ridge);
            let y = base + f64::from(ridge) * if below { 135.0 } else { 80.0 };
            let color = far.mix(self.look.stage, (0.30 + 0.22 * f64::from(ridge)).min(1.0) * strength);
            let shift = view.pan.x * depth + moment.seconds * 10.0 * depth * self.side;
            let mut land = BezPath::new();
            land.move_to((0.0, self.frame.y1));
            let steps = 18;
            for step in 0..=steps {
                let x = self.frame.x1 * f64::from(step) / f64::from(steps);
                let u = (x + shift) / 1080.0;
                let height = 62.0
                    * (u * (2.3 + 0.7 * f64::from(ridge)) + self.phase * 9.0 + f64::from(ridge) * 1.7).sin()
                    + 26.0 * (u * 6.1 + f64::from(ridge)).sin();
                let point = Point::new(x, y + height + view.pan.y * depth);
                land.line_to(point);
            }
            land.line_to((self.frame.x1, self.frame.y1));
            land.close_path();
            if below && !self.wide() {
                canvas.clip_rect(Rect::new(0.0, self.words.y1, self.frame.x1, self.frame.y1));
                canvas.fill_path(&land, paint(color, 1.0));
                canvas.unclip();
            } else if self.wide() {
                canvas.fill_path(&land, paint(sky.mix(color, 0.5), 1.0));
            } else {
                canvas.fill_path(&land, paint(color, 1.0));
            }
        }
        if self.wide() || !below {
            self.calm(canvas, self.calm_sky(), 0.86);
        }
    }

    /// Words stand on a quiet patch: the ground's colour laid softly over the picture there.
    fn calm(&self, canvas: &mut Canvas, color: Rgb, alpha: f64) {
        let soft = 130.0;
        let zone = self.words.inflate(30.0, 10.0);
        let clear = paint(color, 0.0);
        let full = paint(color, alpha);
        if self.wide() {
            // From the frame's edge over the words, then slowly away.
            let soft = 340.0;
            let (outer, inner, away) = if zone.center().x < self.frame.center().x {
                (0.0, zone.x1, zone.x1 + soft)
            } else {
                (self.frame.x1, zone.x0, zone.x0 - soft)
            };
            canvas.fill_rect(Rect::new(outer, 0.0, inner, self.frame.y1).abs(), full);
            let (from, to) = (Point::new(inner, 0.0), Point::new(away, 0.0));
            let half = paint(color, alpha * 0.5);
            canvas.fill_rect_gradient(
                Rect::new(inner, 0.0, away, self.frame.y1).abs(),
                linear(from, to, &[full, half, clear]),
            );
        } else {
            let height = zone.height() + 2.0 * soft;
            let body = Rect::new(0.0, zone.y0 - soft, self.frame.x1, zone.y0 - soft + height);
            let (from, to) = (Point::new(0.0, body.y0), Point::new(0.0, body.y1));
            canvas.fill_rect_gradient(body, linear(from, to, &[clear, full, full, full, full, full, clear]));
        }
    }

    fn wide(&self) -> bool {
        self.frame.width() > self.frame.height()
    }

    fn floor(&self) -> f64 {
        if self.wide() || self.focus.y > self.words.center().y {
            (self.focus.y + 250.0).min(self.frame.y1 - 130.0)
        } else {
            self.focus.y + 230.0
        }
    }

    /// The largest part of the frame beside the words.
    fn off_words(&self, gap: f64) -> Rect {
        let (frame, words) = (self.frame, self.words);
        if self.wide() {
            let right = Rect::new(words.x1 + gap, 0.0, frame.x1, frame.y1);
            let left = Rect::new(0.0, 0.0, words.x0 - gap, frame.y1);
            if right.width() > left.width() { right } else { left }
        } else {
            let below = Rect::new(0.0, words.y1 + gap, frame.x1, frame.y1);
            let above = Rect::new(0.0, 0.0, frame.x1, words.y0 - gap);
            if below.height() > above.height() { below } else { above }
        }
    }
}

fn halftone(color: Rgb) -> Sprite {
    let mut canvas = Canvas::new(28, 28);
    for (x, y) in [(7.0, 7.0), (21.0, 21.0)] {
        canvas.fill(&Circle::new((x, y), 4.6), paint(color, 1.0));
    }
    canvas.finish_sprite()
}
