//! Lines from the labels beside a close-up to the parts they name.

use admint_domain::OverlayRole;
use vello_cpu::kurbo::{BezPath, Circle, Point, Vec2};

use super::{Feature, rows::point_time};
use crate::{
    canvas::{Canvas, paint},
    motion::{ease_out, mix, progress, wave},
    overlay,
    scene::{
        Moment, Plot,
        camera::View,
        look::{self, Look},
    },
};

pub struct Callouts {
    look: Look,
    focus: Point,
    lines: Vec<Line>,
}

struct Line {
    from: Point,
    /// On the product, seen by a camera at rest.
    to: Point,
    at: f64,
    until: f64,
}

/// Where the plate of a label ends, towards the product.
fn label_edge(plot: &Plot, role: OverlayRole) -> Point {
    let (brief, scene) = (plot.brief, &plot.brief.scene);
    let style = look::style(&brief.spec, plot.look, role, scene);
    let words = scene.overlays.iter().find(|copy| copy.role == role).map_or("", |copy| copy.text.as_str());
    let plate = overlay::plate(role, words, scene.placement, style, brief.page());
    // The product is on the right, and a line begins a little under the plate.
    Point::new(plate.x1 - 4.0, plate.center().y)
}

impl Callouts {
    pub fn new(plot: &Plot) -> Self {
        let scene = &plot.brief.scene;
        let focus = plot.stage.rect.center();
        let hero = plot.stage.hero;
        // Parts of the product that the frame shows.
        let parts = [Vec2::new(-0.16, -0.26), Vec2::new(-0.26, 0.0), Vec2::new(-0.14, 0.26)];
        let line = |(index, role): (usize, &OverlayRole)| {
            scene.overlays.iter().any(|copy| copy.role == *role).then(|| {
                let (at, until) = point_time(plot, index);
                Line { from: label_edge(plot, *role), to: focus + parts[index] * hero, at: at + 0.35, until }
            })
        };
        Self {
            look: plot.look,
            focus,
            lines: OverlayRole::POINTS.iter().enumerate().filter_map(line).collect(),
        }
    }
}

impl Feature for Callouts {
    fn draw_before(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let color = self.look.button;
        for line in &self.lines {
            let gone = progress(moment.seconds, line.until - 0.25, line.until - 0.05);
            let drawn = ease_out(progress(moment.seconds, line.at, line.at + 0.5)) * (1.0 - gone);
            if drawn <= 0.0 {
                continue;
            }
            let to = view.seen(line.to, 1.0, self.focus);
            let elbow = Point::new(mix(line.from.x, to.x, 0.45), line.from.y);
            let mut path = BezPath::new();
            path.move_to(line.from);
            let first = (drawn / 0.5).min(1.0);
            path.line_to(line.from + (elbow - line.from) * first);
            if drawn > 0.5 {
                path.line_to(elbow + (to - elbow) * ((drawn - 0.5) / 0.5));
            }
            canvas.stroke(&path, 8.0, paint(self.look.ground, 0.55));
            canvas.stroke(&path, 4.0, paint(color, 1.0));
            if drawn >= 1.0 {
                let beat = progress((moment.seconds + line.at) % 1.6, 0.0, 1.2);
                canvas.stroke(&Circle::new(to, 13.0 + 26.0 * beat), 3.0, paint(color, 0.7 * (1.0 - beat)));
                let radius = 14.0 + 1.5 * wave(moment.seconds, 1.6, line.at);
                canvas.fill_circle(to, radius + 5.0, paint(self.look.ground, 0.8));
                canvas.fill_circle(to, radius, paint(color, 1.0));
            }
        }
    }
}
