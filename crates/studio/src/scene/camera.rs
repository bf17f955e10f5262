//! How the view travels through a scene.

use admint_domain::ArtDirection;
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
    /// How far it travels; 1 is a usual move.
    pub strength: f64,
    /// The share of the way that is behind it within the scene's first second.
    pub haste: f64,
}

/// The view at one moment. Things nearer than the hero (depth above 1) move more.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub zoom: f64,
    pub pan: Vec2,
    pub roll: f64,
}

impl Camera {
    /// Loud directions move far and arrive early; quiet ones hardly travel.
    pub fn choose(dice: &mut Dice, moves: &[Move], direction: ArtDirection) -> Self {
        let (strength, haste) = match direction {
            ArtDirection::Paper => (0.7, 0.1),
            ArtDirection::Clean => (0.75, 0.16),
            ArtDirection::Glass => (0.85, 0.12),
            ArtDirection::Hills => (0.9, 0.2),
            ArtDirection::Night => (1.0, 0.18),
            ArtDirection::Print => (0.95, 0.4),
            ArtDirection::Block => (1.05, 0.45),
            ArtDirection::Rays => (1.15, 0.35),
            ArtDirection::Dash => (1.25, 0.5),
        };
        let shot = dice.pick(moves).copied().unwrap_or(Move::Push);
        Self { shot, side: if dice.chance(0.5) { 1.0 } else { -1.0 }, strength, haste }
    }

    /// `part` of the scene is over (0 to 1), which is `seconds`.
    pub fn at(&self, part: f64, seconds: f64) -> View {
        // Even a still camera breathes.
        let breath = Vec2::new((seconds * 0.9).sin() * 3.0, (seconds * 0.7 + 1.0).cos() * 3.0);
        // Comes into the scene with a little speed, then travels on evenly.
        let travel = self.haste * ease_out((seconds / 0.9).min(1.0))
            + (1.0 - self.haste) * ease_in_out(part * 0.8 + 0.1);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How a thing at `depth`, right of and above what the camera looks at, is displaced over a scene of four
    /// seconds: to the right, down, and by how much it grows.
    fn travelled(shot: Move, side: f64, depth: f64) -> (Vec2, f64) {
        let camera = Camera { shot, side, strength: 1.0, haste: 0.25 };
        let (from, to) = (camera.at(0.0, 0.0), camera.at(1.0, 4.0));
        let at = |view: View| view.seen(Point::new(300.0, -300.0), depth, Point::ZERO);
        (at(to) - at(from), to.scale(depth) / from.scale(depth))
    }

    #[test]
    fn every_move_displaces_as_its_name_says_and_the_near_more_than_the_far() {
        for side in [-1.0, 1.0] {
            let (away, grown) = travelled(Move::Push, side, 1.0);
            assert!(grown > 1.06 && away.x > 10.0 && away.y < -10.0, "{away} {grown}");
            let (away, grown) = travelled(Move::Pull, side, 1.0);
            assert!(grown < 0.94 && away.x < -10.0 && away.y > 10.0, "{away} {grown}");
            let (away, _) = travelled(Move::Pan, side, 1.0);
            assert!(away.x * side < -60.0 && away.y.abs() < 12.0, "{away}");
            let (away, _) = travelled(Move::Tilt, side, 1.0);
            assert!(away.y < -40.0 && away.x.abs() < 12.0, "{away}");
            let (away, _) = travelled(Move::Orbit, side, 1.0);
            assert!(away.x * side > 50.0, "{away}");
            for shot in [Move::Push, Move::Pull, Move::Pan, Move::Tilt, Move::Orbit] {
                let [far, middle, near] = [0.4, 1.0, 1.4].map(|depth| travelled(shot, side, depth).0.hypot());
                assert!(far < middle && middle < near, "{shot:?}: {far} {middle} {near}");
            }
        }
    }

    #[test]
    fn a_camera_that_drifts_never_stands_still_and_never_goes_far() {
        let camera = Camera { shot: Move::Drift, side: 1.0, strength: 1.0, haste: 0.25 };
        let at = |frame: u32| camera.at(f64::from(frame) / 96.0, f64::from(frame) / 24.0);
        for frame in 0..96 {
            let (one, two) = (at(frame), at(frame + 1));
            assert!((one.pan - two.pan).hypot() + (one.zoom - two.zoom).abs() > 1e-4, "{frame}");
            assert!(one.pan.hypot() < 30.0 && one.zoom < 1.06, "{frame}: {one:?}");
        }
    }
}
