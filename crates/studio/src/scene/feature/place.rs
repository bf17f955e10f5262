//! A view in a frame: land or a town under a sky that changes.

use admint_domain::Rgb;
use vello_cpu::kurbo::{BezPath, Point, Rect, RoundedRect, Vec2};

use super::Feature;
use crate::{
    canvas::{Canvas, linear, paint},
    dice::Dice,
    motion::{ease_out, mix, progress, settle, wave},
    scene::{Moment, Plot, camera::View, look::Look},
};

pub struct Place {
    look: Look,
    window: Rect,
    town: bool,
    phase: f64,
    side: f64,
    sky: [Rgb; 2],
}

impl Place {
    pub fn new(plot: &Plot, dice: &mut Dice) -> Self {
        let stage = plot.stage.rect.intersect(plot.frame);
        let size = ((plot.stage.hero * 1.3).min(stage.width() * 0.86), plot.stage.hero * 1.12);
        let middle = stage.center() - Vec2::new(0.0, plot.stage.hero * 0.04);
        let palette = &plot.brief.spec.palette;
        let evening = plot.look.dark || dice.chance(0.4);
        let sky = if evening {
            [Rgb(44, 38, 92).mix(palette.primary, 0.35), Rgb(255, 158, 110).mix(palette.accent, 0.25)]
        } else {
            [Rgb(120, 196, 246).mix(palette.primary, 0.2), Rgb(255, 244, 222)]
        };
        let outdoors =
            matches!(plot.brief.spec.category.as_str(), "plants" | "outdoor" | "eco" | "pets" | "wine");
        Self {
            look: plot.look,
            window: Rect::from_center_size(middle, size),
            town: !outdoors && dice.chance(0.6),
            phase: dice.unit(),
            side: if dice.chance(0.5) { 1.0 } else { -1.0 },
            sky,
        }
    }

    fn draw_land(&self, canvas: &mut Canvas, window: Rect, moment: Moment, view: &View) {
        for ridge in 0..3 {
            let depth = 0.3 + 0.3 * f64::from(ridge);
            let base = window.y0 + window.height() * (0.58 + 0.13 * f64::from(ridge));
            let color = self.sky[1].mix(self.look.stage, 0.4 + 0.28 * f64::from(ridge));
            let shift = view.pan.x * depth * 1.6 + moment.seconds * 14.0 * depth * self.side;
            let mut land = BezPath::new();
            land.move_to((window.x0, window.y1));
            for step in 0..=16 {
                let x = window.x0 + window.width() * f64::from(step) / 16.0;
                let u = (x + shift) / 420.0;
                let height = 34.0 * (u * (1.3 + 0.5 * f64::from(ridge)) + self.phase * 9.0).sin()
                    + 13.0 * (u * 3.7 + f64::from(ridge)).sin();
                land.line_to((x, base + height));
            }
            land.line_to((window.x1, window.y1));
            land.close_path();
            canvas.fill_path(&land, paint(color, 1.0));
        }
    }

    fn draw_town(&self, canvas: &mut Canvas, window: Rect, moment: Moment, view: &View) {
        for row in 0..2 {
            let depth = 0.4 + 0.4 * f64::from(row);
            let color =
                self.sky[1].mix(self.look.stage.mix(Rgb(24, 24, 40), 0.45), 0.4 + 0.45 * f64::from(row));
            let shift = view.pan.x * depth * 1.6 + moment.seconds * 9.0 * depth * self.side;
            let width = window.width() / 7.0;
            for house in -2..10 {
                let number = f64::from(house) + 13.0 * f64::from(row);
                let noise = ((number * 12.9898 + self.phase * 78.233).sin() * 43758.5453).fract().abs();
                let x = window.x0 + f64::from(house) * width * 0.98 + shift;
                let top = window.y1 - window.height() * (0.24 + 0.3 * noise - 0.1 * f64::from(row));
                canvas.fill_rect(Rect::new(x, top, x + width * 0.86, window.y1), paint(color, 1.0));
                for floor in 0..4 {
                    for pane in 0..3 {
                        let lit =
                            ((number + f64::from(floor) * 3.1 + f64::from(pane) * 7.7).sin() * 9.7).fract();
                        if lit.abs() > 0.45 {
                            let at = Point::new(
                                x + width * (0.14 + 0.24 * f64::from(pane)),
                                top + 22.0 + 44.0 * f64::from(floor),
                            );
                            let glow = 0.55 + 0.15 * wave(moment.seconds, 3.0, lit);
                            let pane = Rect::from_origin_size(at, (width * 0.13, 22.0));
                            canvas.fill_rect(pane, paint(Rgb(255, 226, 150), glow));
                        }
                    }
                }
            }
        }
    }
}

impl Feature for Place {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let middle = view.seen(self.window.center(), 0.8, self.window.center());
        let come = settle(progress(moment.seconds + 0.35, 0.0, 1.0));
        let window =
            Rect::from_center_size(middle, self.window.size() * mix(0.92, 1.0, come) * view.scale(0.8));
        let shape = RoundedRect::from_rect(window, 56.0);
        canvas.fill_rounded(window + Vec2::new(0.0, 16.0), 56.0, paint(self.look.shade, 0.28));
        canvas.clip(&shape);
        let sky = linear(
            Point::new(0.0, window.y0),
            Point::new(0.0, window.y1),
            &[paint(self.sky[0], 1.0), paint(self.sky[1], 1.0)],
        );
        canvas.fill_rect_gradient(window, sky);
        let rise = ease_out(progress(moment.seconds + 0.3, 0.0, 3.0));
        let sun = Point::new(
            middle.x + self.side * window.width() * 0.24,
            window.y0 + window.height() * mix(0.5, 0.3, rise),
        );
        let radius = window.height() * 0.12;
        canvas.glow(sun, (radius * 3.0, radius * 3.0), Rgb(255, 236, 180), 0.6);
        canvas.fill_circle(sun, radius, paint(Rgb(255, 244, 214), 1.0));
        for cloud in 0..3 {
            let drift = (moment.seconds * 0.02 + f64::from(cloud) * 0.37 + self.phase).fract();
            let at = Point::new(
                window.x0 + window.width() * (drift * 1.4 - 0.2),
                window.y0 + window.height() * (0.12 + 0.12 * f64::from(cloud)),
            );
            for (dx, size) in [(-46.0, 26.0), (0.0, 38.0), (48.0, 28.0)] {
                canvas.fill_ellipse(
                    at + Vec2::new(dx, 0.0),
                    (size * 1.6, size * 0.62),
                    paint(Rgb::WHITE, 0.55),
                );
            }
        }
        if self.town {
            self.draw_town(canvas, window, moment, view);
        } else {
            self.draw_land(canvas, window, moment, view);
        }
        canvas.unclip();
        canvas.stroke(&shape, 10.0, paint(Rgb::WHITE, 0.92));
    }
}
