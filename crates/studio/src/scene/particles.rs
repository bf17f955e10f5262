//! Small things in the air: confetti, bubbles, sparks, petals.

use std::f64::consts::TAU;

use admint_domain::{ArtDirection, Rgb, SceneRole};
use vello_cpu::kurbo::{Affine, BezPath, Circle, Point, Rect};

use super::{Moment, Plot, camera::View};
use crate::{
    canvas::{Canvas, paint},
    dice::Dice,
    motion::wave,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Confetti,
    Bubble,
    Spark,
    Glitter,
    Petal,
    Dust,
    Streak,
}

struct Particle {
    start: Point,
    size: f64,
    depth: f64,
    /// Pixels a second.
    speed: (f64, f64),
    color: Rgb,
    phase: f64,
}

pub struct Particles {
    kind: Kind,
    frame: Rect,
    texts: Vec<Rect>,
    all: Vec<Particle>,
}

impl Particles {
    pub fn new(plot: &Plot, dice: &mut Dice) -> Self {
        let look = &plot.look;
        let role = plot.brief.scene.role;
        let party = matches!(role, SceneRole::Reveal | SceneRole::CallToAction);
        let (kind, count, fall): (Kind, usize, f64) = match look.direction {
            ArtDirection::Block if party => (Kind::Confetti, 26, 90.0),
            ArtDirection::Block => (Kind::Confetti, 14, 50.0),
            ArtDirection::Glass => (Kind::Bubble, 14, -46.0),
            ArtDirection::Paper => (Kind::Dust, 16, -14.0),
            ArtDirection::Night => (Kind::Glitter, 34, -38.0),
            ArtDirection::Rays => (Kind::Spark, 16, -26.0),
            ArtDirection::Hills => (Kind::Petal, 16, 42.0),
            ArtDirection::Print => (Kind::Spark, 12, 18.0),
            ArtDirection::Dash => (Kind::Streak, 16, 12.0),
            ArtDirection::Clean => (Kind::Dust, 14, -12.0),
        };
        let reach = if kind == Kind::Streak { 130.0 } else { 26.0 };
        let texts = plot.texts.iter().chain(&plot.kept).map(|text| text.inflate(reach, 26.0)).collect();
        let colors = [look.pop, look.stage, look.pop.mix(Rgb::WHITE, 0.5), look.stage.mix(look.pop, 0.5)];
        let all = (0..count)
            .map(|index| {
                let depth = dice.range(0.4, 1.5);
                Particle {
                    start: Point::new(dice.range(0.0, plot.frame.x1), dice.range(0.0, plot.frame.y1)),
                    size: depth * dice.range(8.0, 17.0),
                    depth,
                    speed: (
                        dice.range(-16.0, 16.0) * if kind == Kind::Streak { 18.0 } else { 1.0 },
                        fall * depth * dice.range(0.7, 1.3),
                    ),
                    color: colors[index % colors.len()],
                    phase: dice.unit(),
                }
            })
            .collect();
        Self { kind, frame: plot.frame, texts, all }
    }

    #[cfg(test)]
    pub fn depths(&self) -> impl Iterator<Item = f64> + '_ {
        self.all.iter().map(|particle| particle.depth)
    }

    pub fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        for particle in &self.all {
            let at = self.place(particle, moment.seconds, view);
            if self.texts.iter().any(|text| text.contains(at)) {
                continue;
            }
            self.draw_one(canvas, particle, at, moment.seconds);
        }
    }

    /// Wraps around the frame, so that there are always some.
    fn place(&self, particle: &Particle, seconds: f64, view: &View) -> Point {
        let sway = 22.0 * wave(seconds, 3.2, particle.phase) * particle.depth;
        let x = particle.start.x + particle.speed.0 * seconds + sway + view.pan.x * particle.depth;
        let y = particle.start.y + particle.speed.1 * seconds + view.pan.y * particle.depth;
        let wrap = |value: f64, size: f64| (value + 40.0).rem_euclid(size + 80.0) - 40.0;
        Point::new(wrap(x, self.frame.x1), wrap(y, self.frame.y1))
    }

    fn draw_one(&self, canvas: &mut Canvas, particle: &Particle, at: Point, seconds: f64) {
        let Particle { size, color, phase, .. } = *particle;
        let twinkle = 0.5 + 0.5 * wave(seconds, 1.7, phase);
        match self.kind {
            Kind::Confetti => {
                // Turning in the air: the width is the cosine of the turn.
                let turn = (seconds * 2.2 + phase * TAU).cos();
                let before = canvas.transform();
                canvas.set_transform(
                    before
                        * Affine::translate(at.to_vec2())
                        * Affine::rotate(phase * TAU + seconds * 0.8)
                        * Affine::scale_non_uniform(0.25 + 0.75 * turn.abs(), 1.0),
                );
                if phase < 0.4 {
                    canvas.fill(&Circle::new((0.0, 0.0), size * 0.8), paint(color, 0.95));
                } else {
                    canvas.fill_rounded(
                        Rect::from_center_size((0.0, 0.0), (size * 1.7, size * 2.6)),
                        3.0,
                        paint(color, 0.95),
                    );
                }
                canvas.set_transform(before);
            }
            Kind::Bubble => {
                let radius = size * 1.9;
                canvas.fill_circle(at, radius, paint(Rgb::WHITE, 0.16));
                canvas.stroke(&Circle::new(at, radius), 1.8, paint(Rgb::WHITE, 0.5));
                canvas.fill_circle(
                    Point::new(at.x - radius * 0.35, at.y - radius * 0.4),
                    radius * 0.17,
                    paint(Rgb::WHITE, 0.85),
                );
            }
            Kind::Spark => {
                let reach = size * (1.1 + 0.9 * twinkle);
                canvas.fill_path(&spark(at, reach, 0.22), paint(color, 0.55 + 0.45 * twinkle));
            }
            Kind::Glitter => {
                let radius = size * 0.22 + size * 0.18 * twinkle;
                canvas.fill_circle(at, radius * 2.6, paint(color, 0.10 + 0.08 * twinkle));
                canvas.fill_circle(at, radius, paint(color.mix(Rgb::WHITE, 0.4), 0.35 + 0.6 * twinkle));
            }
            Kind::Petal => {
                let before = canvas.transform();
                let turn = seconds * 1.1 + phase * TAU;
                canvas.set_transform(
                    before
                        * Affine::translate(at.to_vec2())
                        * Affine::rotate(turn)
                        * Affine::scale_non_uniform(1.0, 0.45 + 0.35 * (turn * 1.4).sin().abs()),
                );
                let mut petal = BezPath::new();
                petal.move_to((-size * 1.3, 0.0));
                petal.quad_to((0.0, -size * 1.2), (size * 1.3, 0.0));
                petal.quad_to((0.0, size * 1.2), (-size * 1.3, 0.0));
                canvas.fill_path(&petal, paint(color, 0.85));
                canvas.set_transform(before);
            }
            Kind::Streak => {
                let length = size * (5.0 + 2.0 * twinkle);
                let bar = Rect::new(at.x - length, at.y - 2.0, at.x + length, at.y + 2.0);
                canvas.fill_rounded(bar, 2.0, paint(color, 0.4 + 0.3 * twinkle));
            }
            Kind::Dust => {
                canvas.fill_circle(at, size * 0.28, paint(color, 0.25 + 0.35 * twinkle));
            }
        }
    }
}

/// A star of four thin points; `waist` is how thick it is in the middle, as a part of `reach`.
pub fn spark(at: Point, reach: f64, waist: f64) -> BezPath {
    let mut path = BezPath::new();
    for corner in 0..8 {
        let angle = f64::from(corner) / 8.0 * TAU;
        let radius = if corner % 2 == 0 { reach } else { reach * waist };
        let point = at + radius * vello_cpu::kurbo::Vec2::from_angle(angle);
        if corner == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    path.close_path();
    path
}
