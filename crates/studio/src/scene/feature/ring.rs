//! What goes into the product, on plates around it.

use std::f64::consts::TAU;

use admint_domain::Rgb;
use vello_cpu::kurbo::{BezPath, Circle, Point, Vec2};

use super::Feature;
use crate::{
    canvas::{Canvas, paint},
    motion::{ease_out, mix, overshoot, progress, wave},
    planner,
    scene::{Moment, Plot, SceneBrief, camera::View, look::Look, named, pictures::Subject},
    sprite::Sprite,
};

pub struct Ring {
    look: Look,
    focus: Point,
    radii: (f64, f64),
    plate: f64,
    props: Vec<Sprite>,
}

/// The pictures of what the ad's own words name; one thing alone is no list.
pub fn names(brief: &SceneBrief) -> Vec<String> {
    let SceneBrief { spec, scene, .. } = brief;
    let hero = planner::hero_picture(spec);
    let words = scene.overlays.iter().map(|copy| copy.text.as_str());
    let mut names: Vec<String> = Vec::new();
    for text in words.chain([spec.product.as_str(), spec.benefit.as_str()]) {
        for name in named::pictures(text) {
            if Some(name.as_str()) != hero && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.len() < 2 { Vec::new() } else { names }
}

impl Ring {
    pub fn new(plot: &Plot) -> Self {
        let stage = plot.stage.rect.intersect(plot.frame);
        let plate = plot.stage.hero * 0.155;
        let spec = &plot.brief.spec;
        let names = names(plot.brief);
        let sprite = |name: String| {
            let pixels = (plate * 1.5).clamp(32.0, 400.0) as u16;
            Subject::Illustration(name).sprite(pixels, plot.look.stage, spec.palette.primary)
        };
        Self {
            look: plot.look,
            focus: stage.center(),
            // The camera carries it to and fro.
            radii: (
                (stage.width() / 2.0 - plate * 1.25 - 64.0).min(plot.stage.hero * 0.66),
                (stage.height() / 2.0 - plate * 1.2 - 16.0).min(plot.stage.hero * 0.56),
            ),
            plate,
            props: names.into_iter().take(5).map(sprite).collect(),
        }
    }
}

impl Feature for Ring {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        let focus = view.seen(self.focus, 0.95, self.focus);
        let plate =
            if look.dark { look.ground.mix(Rgb::WHITE, 0.14) } else { look.ground.mix(Rgb::WHITE, 0.7) };
        // Alone, the product has more light about it.
        let alone = if self.props.is_empty() { 0.86 } else { 0.62 };
        let core = self.radii.1.min(self.radii.0) * alone;
        canvas.fill_circle(focus, core, paint(look.stage, 1.0));
        canvas.stroke(&Circle::new(focus, core), 3.0, paint(look.pop, 0.9));
        let turn = moment.seconds * 0.09 - TAU / 4.0;
        for (index, sprite) in self.props.iter().enumerate() {
            let angle = turn + index as f64 / self.props.len() as f64 * TAU;
            let delay = 0.12 * index as f64;
            let come = progress(moment.seconds + 0.4, delay, delay + 0.7);
            let reach = mix(0.75, 1.0, overshoot(come));
            let away = Vec2::new(angle.cos() * self.radii.0, angle.sin() * self.radii.1) * reach;
            let at = focus + away + Vec2::new(0.0, 6.0 * wave(moment.seconds, 2.7, index as f64 * 0.3));
            let mut line = BezPath::new();
            let direction = away.normalize();
            line.move_to(focus + direction * core);
            line.line_to(focus + direction * core + (at - focus - direction * core) * ease_out(come));
            canvas.stroke(&line, 3.0, paint(look.pop, 0.8));
            let radius = self.plate * mix(0.4, 1.0, overshoot(come));
            canvas.glow(at + Vec2::new(0.0, radius * 0.15), (radius * 1.25, radius * 1.2), look.shade, 0.3);
            canvas.fill_circle(at, radius, paint(plate, 1.0));
            canvas.stroke(&Circle::new(at, radius), 4.0, paint(look.pop, 1.0));
            canvas.sprite_at(
                sprite,
                at,
                radius * 1.36,
                0.06 * wave(moment.seconds, 3.0, index as f64 * 0.2),
                1.0,
            );
        }
    }
}
