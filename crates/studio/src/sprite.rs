//! Pictures that are rasterised once and drawn often.

use std::sync::Arc;

use admint_domain::Rgb;
use resvg::{tiny_skia, usvg};
use vello_cpu::{
    Pixmap,
    color::PremulRgba8,
    kurbo::{Affine, BezPath, Point},
};

use crate::{
    assets,
    canvas::{Canvas, paint},
};

/// A picture with alpha. Cloning is cheap.
#[derive(Clone)]
pub struct Sprite {
    pub pixmap: Arc<Pixmap>,
    /// Eight sides around everything that is not empty.
    pub outline: Arc<BezPath>,
}

impl Sprite {
    pub fn new(mut pixmap: Pixmap) -> Self {
        pixmap.set_may_have_transparency(true);
        let outline = Arc::new(octagon(&pixmap));
        Self { pixmap: Arc::new(pixmap), outline }
    }

    pub fn width(&self) -> u16 {
        self.pixmap.width()
    }

    pub fn height(&self) -> u16 {
        self.pixmap.height()
    }

    /// The packaged illustration, `size` pixels square; a drawn shape in `stand_in` where it is missing.
    pub fn illustration(name: &str, size: u16, stand_in: Rgb) -> Self {
        rasterise(name, size).unwrap_or_else(|| abstract_shape(size, stand_in))
    }

    /// The illustrations paint what has no colour of its own (cups, bottles, steel) in lavender; here
    /// that becomes a shade of `color`. Strong purples stay.
    pub fn tinted(self, color: Rgb) -> Self {
        let mut pixmap = Arc::unwrap_or_clone(self.pixmap);
        let (hue, _, _) = hsv(f64::from(color.0), f64::from(color.1), f64::from(color.2));
        for pixel in pixmap.data_mut() {
            if pixel.a == 0 {
                continue;
            }
            let (own, saturation, value) = hsv(f64::from(pixel.r), f64::from(pixel.g), f64::from(pixel.b));
            let lavender = ((own - 222.0) / 14.0).clamp(0.0, 1.0) * ((308.0 - own) / 14.0).clamp(0.0, 1.0);
            let pale = ((0.62 - saturation) / 0.16).clamp(0.0, 1.0);
            let amount = lavender * pale;
            if amount > 0.0 {
                let (r, g, b) = from_hsv(hue, (saturation * 1.05).min(1.0), value);
                let blend = |from: u8, to: f64| {
                    (f64::from(from) + (to - f64::from(from)) * amount).round().clamp(0.0, f64::from(pixel.a))
                        as u8
                };
                let (r, g, b) = (blend(pixel.r, r), blend(pixel.g, g), blend(pixel.b, b));
                *pixel = PremulRgba8 { r, g, b, a: pixel.a };
            }
        }
        Self::new(pixmap)
    }

    /// Without most of its colour: how things are before.
    pub fn greyed(self) -> Self {
        let mut pixmap = Arc::unwrap_or_clone(self.pixmap);
        for pixel in pixmap.data_mut() {
            // Rec. 709 luma, as of gamma-encoded values.
            let luma = (u32::from(pixel.r) * 54 + u32::from(pixel.g) * 183 + u32::from(pixel.b) * 19) / 256;
            let dull = |channel: u8| ((u32::from(channel) + 4 * luma) / 5).min(u32::from(pixel.a)) as u8;
            *pixel = PremulRgba8 { r: dull(pixel.r), g: dull(pixel.g), b: dull(pixel.b), a: pixel.a };
        }
        Self::new(pixmap)
    }

    /// The sprite's outline in one colour, blurred by `radius` pixels of this sprite, at a quarter of
    /// its size (blur hides the difference). The border grows by `radius` on each side.
    pub fn shadow(&self, radius: f64, color: Rgb) -> Self {
        let small = 4usize;
        let reach = (radius / small as f64).ceil() as usize;
        let (width, height) = (usize::from(self.width()), usize::from(self.height()));
        let (out_width, out_height) = (width / small + 2 * reach, height / small + 2 * reach);
        let mut alpha = vec![0u32; out_width * out_height];
        let data = self.pixmap.data();
        for y in 0..height / small {
            for x in 0..width / small {
                let sum: u32 = (0..small * small)
                    .map(|i| u32::from(data[(y * small + i / small) * width + x * small + i % small].a))
                    .sum();
                alpha[(y + reach) * out_width + x + reach] = sum / (small * small) as u32;
            }
        }
        // Three boxes make a bell.
        for _ in 0..3 {
            blur_rows(&mut alpha, out_width, (reach / 3).max(1));
            alpha = transpose(&alpha, out_width, out_height);
            blur_rows(&mut alpha, out_height, (reach / 3).max(1));
            alpha = transpose(&alpha, out_height, out_width);
        }
        let mut pixmap = Pixmap::new(out_width as u16, out_height as u16);
        for (pixel, alpha) in pixmap.data_mut().iter_mut().zip(alpha) {
            let part = |channel: u8| (u32::from(channel) * alpha / 255) as u8;
            *pixel = PremulRgba8 { r: part(color.0), g: part(color.1), b: part(color.2), a: alpha as u8 };
        }
        Self::new(pixmap)
    }

    /// The sprite over its own soft shadow, which falls a little to the right and down: one picture, so
    /// that a frame composites once. Also gives how much wider that is than the sprite alone.
    pub fn shaded(&self, color: Rgb, alpha: f64) -> (Self, f64) {
        let size = f64::from(self.width());
        let radius = (size * 0.07).max(8.0);
        let (right, down) = (size * 0.025, size * 0.055);
        let border = (radius + down).ceil();
        let side = size + 2.0 * border;
        let mut canvas = Canvas::new(side as u16, side as u16);
        let middle = Point::new(side / 2.0, side / 2.0);
        let shadow = self.shadow(radius, color);
        let width = f64::from(shadow.width()) * 4.0;
        canvas.sprite_at(&shadow, Point::new(middle.x + right, middle.y + down), width, 0.0, alpha);
        canvas.sprite(self, Affine::translate((border, border)), 1.0);
        (canvas.finish_sprite(), side / size)
    }

    /// Out of focus by about `radius` pixels, at half size.
    pub fn out_of_focus(&self, radius: f64) -> Self {
        let (width, height) = (usize::from(self.width()) / 2, usize::from(self.height()) / 2);
        let reach = (radius / 2.0).ceil() as usize;
        let (out_width, out_height) = (width + 2 * reach, height + 2 * reach);
        let data = self.pixmap.data();
        let source_width = usize::from(self.width());
        let channel = |pixel: PremulRgba8, index: usize| [pixel.r, pixel.g, pixel.b, pixel.a][index];
        let planes: Vec<Vec<u32>> = (0..4)
            .map(|index| {
                let mut plane = vec![0u32; out_width * out_height];
                for y in 0..height {
                    for x in 0..width {
                        let at = |dx: usize, dy: usize| {
                            u32::from(channel(data[(2 * y + dy) * source_width + 2 * x + dx], index))
                        };
                        plane[(y + reach) * out_width + x + reach] =
                            (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
                    }
                }
                for _ in 0..2 {
                    blur_rows(&mut plane, out_width, (reach / 2).max(1));
                    plane = transpose(&plane, out_width, out_height);
                    blur_rows(&mut plane, out_height, (reach / 2).max(1));
                    plane = transpose(&plane, out_height, out_width);
                }
                plane
            })
            .collect();
        let mut pixmap = Pixmap::new(out_width as u16, out_height as u16);
        for (index, pixel) in pixmap.data_mut().iter_mut().enumerate() {
            let a = planes[3][index].min(255) as u8;
            let part = |plane: usize| (planes[plane][index] as u8).min(a);
            *pixel = PremulRgba8 { r: part(0), g: part(1), b: part(2), a };
        }
        Self::new(pixmap)
    }
}

/// The smallest upright octagon around the pixels with any ink.
fn octagon(pixmap: &Pixmap) -> BezPath {
    let width = usize::from(pixmap.width()).max(1);
    let mut left = i32::MAX;
    let (mut top, mut right, mut bottom) = (i32::MAX, i32::MIN, i32::MIN);
    // Along the diagonals: the least and the most of x + y and of x - y.
    let (mut sum_low, mut sum_high, mut gap_low, mut gap_high) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
    for (y, row) in pixmap.data().chunks_exact(width).enumerate() {
        let Some(first) = row.iter().position(|pixel| pixel.a > 0) else { continue };
        let last = row.iter().rposition(|pixel| pixel.a > 0).unwrap_or(first);
        let (y, first, last) = (y as i32, first as i32, last as i32);
        (left, right) = (left.min(first), right.max(last));
        (top, bottom) = (top.min(y), bottom.max(y));
        (sum_low, sum_high) = (sum_low.min(first + y), sum_high.max(last + y));
        (gap_low, gap_high) = (gap_low.min(first - y), gap_high.max(last - y));
    }
    let mut path = BezPath::new();
    if left > right {
        return path;
    }
    // A pixel is a square, and half of one is added for the smoothing of edges.
    let (x0, y0) = (f64::from(left) - 1.0, f64::from(top) - 1.0);
    let (x1, y1) = (f64::from(right) + 2.0, f64::from(bottom) + 2.0);
    let (s0, s1) = (f64::from(sum_low) - 2.0, f64::from(sum_high) + 4.0);
    let (g0, g1) = (f64::from(gap_low) - 3.0, f64::from(gap_high) + 3.0);
    let corners = [
        (x0, (s0 - x0).max(y0)),
        ((s0 - y0).max(x0), y0),
        ((g1 + y0).min(x1), y0),
        (x1, (x1 - g1).max(y0)),
        (x1, (s1 - x1).min(y1)),
        ((s1 - y1).min(x1), y1),
        ((g0 + y1).max(x0), y1),
        (x0, (x0 - g0).min(y1)),
    ];
    path.move_to(corners[0]);
    corners[1..].iter().for_each(|&corner| path.line_to(corner));
    path.close_path();
    path
}

fn rasterise(name: &str, size: u16) -> Option<Sprite> {
    let svg = assets::illustration(name)?;
    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).ok()?;
    let mut target = tiny_skia::Pixmap::new(u32::from(size), u32::from(size))?;
    let scale = f32::from(size) / tree.size().width().max(tree.size().height());
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut target.as_mut());
    let mut pixmap = Pixmap::new(size, size);
    pixmap.data_as_u8_slice_mut().copy_from_slice(target.data());
    Some(Sprite::new(pixmap))
}

/// A lit ball: something to look at where a picture is missing.
fn abstract_shape(size: u16, color: Rgb) -> Sprite {
    let mut canvas = Canvas::new(size, size);
    let half = f64::from(size) / 2.0;
    let middle = Point::new(half, half);
    canvas.fill_circle(middle, half * 0.86, paint(color, 1.0));
    canvas.glow(Point::new(half * 0.7, half * 0.6), (half * 0.7, half * 0.7), Rgb::WHITE, 0.5);
    canvas.finish_sprite()
}

/// Hue in degrees, saturation from 0 to 1, and the largest channel as it is.
fn hsv(r: f64, g: f64, b: f64) -> (f64, f64, f64) {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let range = high - low;
    if range <= 0.0 {
        return (0.0, 0.0, high);
    }
    let sixth = if high == r {
        ((g - b) / range).rem_euclid(6.0)
    } else if high == g {
        (b - r) / range + 2.0
    } else {
        (r - g) / range + 4.0
    };
    (sixth * 60.0, range / high, high)
}

fn from_hsv(hue: f64, saturation: f64, value: f64) -> (f64, f64, f64) {
    let channel = |offset: f64| {
        let k = (offset + hue / 60.0).rem_euclid(6.0);
        value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0)
    };
    (channel(5.0), channel(3.0), channel(1.0))
}

fn blur_rows(plane: &mut [u32], width: usize, reach: usize) {
    let mut row = vec![0u32; width];
    for line in plane.chunks_exact_mut(width) {
        row.copy_from_slice(line);
        let window = 2 * reach as u32 + 1;
        let mut sum: u32 = row[..reach.min(width)].iter().sum();
        for x in 0..width {
            if x + reach < width {
                sum += row[x + reach];
            }
            line[x] = sum / window;
            if x >= reach {
                sum -= row[x - reach];
            }
        }
    }
}

fn transpose(plane: &[u32], width: usize, height: usize) -> Vec<u32> {
    let mut turned = vec![0; plane.len()];
    for y in 0..height {
        for x in 0..width {
            turned[x * height + y] = plane[y * width + x];
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_illustration_is_still_something_to_look_at() {
        let sprite = Sprite::illustration("no-such-thing", 64, Rgb(200, 40, 40));
        assert!(sprite.pixmap.data().iter().any(|pixel| pixel.a == 255));
    }

    #[test]
    fn a_shadow_has_soft_edges_and_nothing_on_its_border() {
        let shadow = Sprite::illustration("no-such-thing", 128, Rgb::WHITE).shadow(24.0, Rgb::BLACK);
        let alphas: Vec<u8> = shadow.pixmap.data().iter().map(|pixel| pixel.a).collect();
        assert!(alphas.iter().any(|&alpha| alpha > 200));
        assert!(alphas.iter().any(|&alpha| (20..200).contains(&alpha)));
    }
}
