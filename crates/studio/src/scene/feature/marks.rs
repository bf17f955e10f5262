//! Signs that several features use, drawn as a hand would.

use admint_domain::Rgb;
use vello_cpu::kurbo::{BezPath, Point, Vec2};

use crate::{
    canvas::{Canvas, paint},
    motion::{ease_out, mix, overshoot, progress},
};

const GOOD: Rgb = Rgb(22, 163, 74);
const BAD: Rgb = Rgb(220, 38, 38);

const TICK: [[(f64, f64); 2]; 2] = [[(-0.42, 0.04), (-0.12, 0.34)], [(-0.12, 0.34), (0.44, -0.3)]];

/// A tick on a green disc; `part` of it is drawn, from 0 to 1.
pub fn tick(canvas: &mut Canvas, middle: Point, radius: f64, part: f64, rim: Rgb) {
    sign(canvas, middle, radius, part, (rim, GOOD), TICK);
}

/// A tick alone.
pub fn tick_strokes(canvas: &mut Canvas, middle: Point, radius: f64, part: f64, color: Rgb) {
    draw_strokes(canvas, middle, radius, ease_out(part), color, TICK);
}

/// A cross on a red disc.
pub fn cross(canvas: &mut Canvas, middle: Point, radius: f64, part: f64, rim: Rgb) {
    let strokes = [[(-0.3, -0.3), (0.3, 0.3)], [(0.3, -0.3), (-0.3, 0.3)]];
    sign(canvas, middle, radius, part, (rim, BAD), strokes);
}

fn sign(
    canvas: &mut Canvas,
    middle: Point,
    radius: f64,
    part: f64,
    (rim, color): (Rgb, Rgb),
    strokes: [[(f64, f64); 2]; 2],
) {
    if part <= 0.0 {
        return;
    }
    let radius = radius * mix(0.4, 1.0, overshoot(progress(part, 0.0, 0.6)));
    canvas.fill_circle(middle, radius * 1.16, paint(rim, 1.0));
    canvas.fill_circle(middle, radius, paint(color, 1.0));
    draw_strokes(canvas, middle, radius, ease_out(progress(part, 0.3, 1.0)), Rgb::WHITE, strokes);
}

fn draw_strokes(
    canvas: &mut Canvas,
    middle: Point,
    radius: f64,
    drawn: f64,
    color: Rgb,
    strokes: [[(f64, f64); 2]; 2],
) {
    for (index, stroke) in strokes.into_iter().enumerate() {
        let here = progress(drawn, 0.45 * index as f64, 0.45 + 0.55 * index as f64);
        if here > 0.0 {
            let [from, to] = stroke.map(|at| middle + Vec2::from(at) * radius);
            let mut path = BezPath::new();
            path.move_to(from);
            path.line_to(from + (to - from) * here);
            canvas.stroke(&path, radius * 0.26, paint(color, 1.0));
        }
    }
}

/// A disc with many points, as on a price tag.
pub fn burst(middle: Point, radius: f64, points: u32, depth: f64, turn: f64) -> BezPath {
    let mut path = BezPath::new();
    for corner in 0..points * 2 {
        let angle = turn + f64::from(corner) / f64::from(points * 2) * std::f64::consts::TAU;
        let reach = radius * if corner % 2 == 0 { 1.0 } else { 1.0 - depth };
        let point = middle + reach * Vec2::from_angle(angle);
        if corner == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    path.close_path();
    path
}
