//! How the view travels through a scene.

use vello_cpu::kurbo::{Point, Vec2};

use crate::{
    dice::Dice,
    motion::{ease_in_out, ease_out, mix, settle},
};

/// Camera moves as shot lists name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Push,
    Pull,
    Pan,
    Tilt,
    Orbit,
    /// Held by hand: never quite still.
    Drift,
}

#[derive(Clone, Copy, Debug)]
pub struct Camera {
    pub shot: Move,
    /// Left or right, up or down.
    pub side: f64,
    pub strength: f64,
}

/// The view at one moment. Things nearer than the hero (depth above 1) move more.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub zoom: f64,
    pub pan: Vec2,
    pub roll: f64,
}

impl Camera {
    pub fn choose(dice: &mut Dice, moves: &[Move], strength: f64) -> Self {
        let shot = dice.pick(moves).copied().unwrap_or(Move::Push);
        Self { shot, side: if dice.chance(0.5) { 1.0 } else { -1.0 }, strength }
    }

    /// `part` of the scene is over (0 to 1), which is `seconds`.
    pub fn at(&self, part: f64, seconds: f64) -> View {
        // Even a still camera breathes.
        let breath = Vec2::new((seconds * 0.9).sin() * 3.0, (seconds * 0.7 + 1.0).cos() * 3.0);
        // Comes into the scene with a little speed, then travels on evenly.
        let travel = 0.25 * ease_out((seconds / 0.9).min(1.0)) + 0.75 * ease_in_out(part * 0.8 + 0.1);
        let amount = self.strength;
        let (zoom, pan, roll) = match self.shot {
            Move::Push => (mix(1.0, 1.0 + 0.11 * amount, travel), Vec2::ZERO, 0.0),
            Move::Pull => (mix(1.0 + 0.13 * amount, 1.0, travel), Vec2::ZERO, 0.0),
            Move::Pan => (1.03, Vec2::new(self.side * mix(55.0, -55.0, travel) * amount, 0.0), 0.0),
            Move::Tilt => (
                1.03,
                Vec2::new(0.0, mix(48.0, -26.0, travel) * amount),
                self.side * mix(0.03, -0.02, travel),
            ),
            Move::Orbit => {
                let swing = mix(-1.0, 1.0, travel) * self.side;
                (1.0 + 0.03 * travel, Vec2::new(swing * 46.0 * amount, 0.0), swing * 0.018)
            }
            Move::Drift => {
                let arrive = settle((seconds / 1.2).min(1.0));
                (
                    mix(0.97, 1.02, arrive) + 0.02 * part,
                    breath * 3.0,
                    self.side * 0.012 * (seconds * 0.8).sin(),
                )
            }
        };
        View { zoom, pan: pan + breath, roll }
    }
}

impl View {
    /// Where `point` at `depth` is seen; `middle` is what the camera looks at.
    pub fn seen(&self, point: Point, depth: f64, middle: Point) -> Point {
        let scale = self.scale(depth);
        middle + (point - middle) * scale + self.pan * depth
    }

    pub fn scale(&self, depth: f64) -> f64 {
        1.0 + (self.zoom - 1.0) * depth
    }
}
