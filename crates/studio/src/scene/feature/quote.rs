//! A pair of quotation marks over somebody's words.

use admint_domain::AspectRatio;
use vello_cpu::kurbo::{BezPath, Point, Vec2};

use super::Feature;
use crate::{
    canvas::{Canvas, paint},
    motion::{mix, overshoot, progress, wave},
    scene::{Moment, Plot, camera::View, look::Look},
};

pub struct Quote {
    look: Look,
    focus: Point,
    /// Half the size of the product's plate.
    radius: f64,
    mark: Point,
    size: f64,
}

impl Quote {
    pub fn new(plot: &Plot) -> Self {
        let focus = plot.stage.rect.center();
        let radius = plot.stage.hero * 0.42;
        let side = if plot.brief.aspect == AspectRatio::Landscape16x9 { -0.9 } else { -0.95 };
        Self {
            look: plot.look,
            focus,
            radius,
            mark: focus + Vec2::new(side * radius, -radius * 0.72),
            size: radius * 0.42,
        }
    }
}

impl Feature for Quote {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let at = view.seen(self.focus, 0.85, self.focus);
        let breathe = 1.0 + 0.012 * wave(moment.seconds, 2.6, 0.0);
        canvas.glow(
            at + Vec2::new(0.0, 12.0),
            (self.radius * 1.25, self.radius * 1.25),
            self.look.shade,
            0.3,
        );
        canvas.fill_circle(at, self.radius * breathe, paint(self.look.stage, 1.0));
    }

    fn draw_before(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let come = overshoot(progress(moment.seconds + 0.3, 0.0, 0.7));
        let at = view.seen(self.mark, 1.15, self.focus);
        let size = self.size * mix(0.6, 1.0, come);
        canvas.fill_circle(at, size * 1.15, paint(self.look.button, 1.0));
        for side in [-0.42, 0.42] {
            let middle = at + Vec2::new(side * size, 0.06 * size);
            canvas.fill_circle(
                middle + Vec2::new(0.0, size * 0.2),
                size * 0.27,
                paint(self.look.on_button, 1.0),
            );
            // The tail of a six.
            let mut tail = BezPath::new();
            tail.move_to(middle + Vec2::new(-size * 0.27, size * 0.2));
            tail.quad_to(
                middle + Vec2::new(-size * 0.27, -size * 0.34),
                middle + Vec2::new(size * 0.2, -size * 0.46),
            );
            tail.line_to(middle + Vec2::new(size * 0.2, -size * 0.26));
            tail.quad_to(middle + Vec2::new(-size * 0.02, -size * 0.2), middle + Vec2::new(0.0, size * 0.04));
            tail.close_path();
            canvas.fill_path(&tail, paint(self.look.on_button, 1.0));
        }
    }
}
