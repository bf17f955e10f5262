//! Three round pictures, each with a tick: reasons to believe.

use admint_domain::Rgb;
use vello_cpu::kurbo::{Circle, Point, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, paint},
    dice::Dice,
    motion::{mix, overshoot, progress, wave},
    scene::{Moment, Plot, camera::View, look::Look, pictures::Pictures},
    sprite::Sprite,
};

pub struct Checks {
    look: Look,
    focus: Point,
    medals: Vec<Medal>,
}

struct Medal {
    sprite: Sprite,
    rest: Point,
    radius: f64,
    delay: f64,
    phase: f64,
}

impl Checks {
    pub fn new(plot: &Plot, pictures: &Pictures, dice: &mut Dice) -> Self {
        let (stage, focus) = (plot.stage.rect, plot.stage.rect.center());
        let names = std::iter::once(&pictures.product).chain(&pictures.props).take(3);
        let tall = stage.height() > 700.0;
        let radius = if tall {
            (stage.width().min(1080.0) * 0.19).min(stage.height() * 0.19)
        } else {
            (stage.height() * 0.25).min(stage.width() * 0.138)
        };
        // A triangle where there is height, a row where there is none.
        let places = if tall {
            [(0.0, -0.95), (-1.22, 1.05), (1.22, 1.05)]
        } else {
            [(0.0, 0.0), (-2.2, 0.1), (2.2, 0.1)]
        };
        let medal = |(index, (name, place)): (usize, (&String, (f64, f64)))| Medal {
            sprite: Sprite::illustration(name, (radius * 1.5) as u16, plot.look.pop)
                .tinted(plot.brief.spec.palette.primary),
            rest: focus + Vec2::from(place) * radius,
            radius,
            delay: 0.28 * index as f64,
            phase: dice.unit(),
        };
        Self { look: plot.look, focus, medals: names.zip(places).enumerate().map(medal).collect() }
    }
}

impl Feature for Checks {
    fn draw_before(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        let plate = if look.dark { look.ground.mix(Rgb::WHITE, 0.14) } else { Rgb::WHITE };
        for medal in &self.medals {
            let come = progress(moment.seconds + 0.3, medal.delay, medal.delay + 0.7);
            if come <= 0.0 {
                continue;
            }
            let bob = Vec2::new(0.0, 9.0 * wave(moment.seconds, 2.8, medal.phase));
            let at = view.seen(medal.rest, 1.0, self.focus) + bob;
            let radius = medal.radius * mix(0.5, 1.0, overshoot(come)) * view.scale(1.0);
            canvas.glow(at + Vec2::new(0.0, radius * 0.16), (radius * 1.3, radius * 1.25), look.shade, 0.4);
            canvas.fill_circle(at, radius, paint(plate, 1.0));
            canvas.stroke(&Circle::new(at, radius), 7.0, paint(look.pop, 1.0));
            let angle = 0.05 * wave(moment.seconds, 3.0, medal.phase);
            canvas.sprite_at(&medal.sprite, at, radius * 1.3, angle, 1.0);
            let tick = progress(moment.seconds, medal.delay + 0.45, medal.delay + 0.95);
            marks::tick(canvas, at + Vec2::new(radius * 0.7, radius * 0.68), radius * 0.32, tick, plate);
        }
    }
}
