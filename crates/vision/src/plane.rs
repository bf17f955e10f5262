//! One channel of a picture as numbers, and the two operations everything else is built from.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::Picture;

/// `width` × `height` values, row by row from the top left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// A rectangle of whole pixels inside a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

impl Area {
    pub fn right(&self) -> usize {
        self.left + self.width
    }

    pub fn bottom(&self) -> usize {
        self.top + self.height
    }

    /// Grown by `margin` pixels on each side, as far as a picture of this size reaches.
    pub fn grown(&self, margin: usize, width: usize, height: usize) -> Self {
        let (left, top) = (self.left.saturating_sub(margin), self.top.saturating_sub(margin));
        let right = (self.right() + margin).min(width);
        let bottom = (self.bottom() + margin).min(height);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

impl Plane {
    pub fn filled(width: usize, height: usize, value: f32) -> Self {
        Self { width, height, values: vec![value; width * height] }
    }

    /// Red, green and blue of an area, each from 0 to 1 in sRGB.
    pub fn of_colors(picture: &Picture, area: Area) -> [Self; 3] {
        let stride = picture.width() as usize * 4;
        [0, 1, 2].map(|channel| {
            let rows = picture.rgba().chunks_exact(stride).skip(area.top).take(area.height);
            let values = rows.flat_map(|row| {
                let pixels = row[area.left * 4..area.right() * 4].as_chunks::<4>().0;
                pixels.iter().map(|pixel| f32::from(pixel[channel]) / 255.0)
            });
            Self { width: area.width, height: area.height, values: values.collect() }
        })
    }

    pub fn map(&self, change: impl Fn(f32) -> f32) -> Self {
        let values = self.values.iter().map(|value| change(*value)).collect();
        Self { width: self.width, height: self.height, values }
    }

    /// Both planes' values, pixel by pixel; they have one size.
    pub fn zip(&self, other: &Self, join: impl Fn(f32, f32) -> f32) -> Self {
        debug_assert_eq!((self.width, self.height), (other.width, other.height));
        let values = self.values.iter().zip(&other.values).map(|(a, b)| join(*a, *b)).collect();
        Self { width: self.width, height: self.height, values }
    }

    /// Resampled: averaged where it shrinks, interpolated in straight lines where it grows.
    pub fn resized(&self, width: usize, height: usize) -> Self {
        if (self.width, self.height) == (width, height) {
            return self.clone();
        }
        let pixels: Vec<F32> = self.values.iter().map(|value| F32::new(*value)).collect();
        let source = TypedImageRef::new(self.width as u32, self.height as u32, &pixels).expect("sizes agree");
        let mut target = TypedImage::<F32>::new(width as u32, height as u32);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        Resizer::new().resize_typed(&source, &mut target, &options).expect("two planes of some size");
        let values = target.pixels().iter().map(|pixel| pixel.0).collect();
        Self { width, height, values }
    }

    /// The mean over a square of 2 × `radius` + 1 pixels a side, or over what of it lies in the picture.
    /// Takes the same time for every radius: running sums, in twice the precision so that they do not drift.
    pub fn box_blurred(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        let (width, height) = (self.width, self.height);
        let mut across = vec![0.0; self.values.len()];
        for (row, blurred) in self.values.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
            let mut sum: f64 = row.iter().take(radius).map(|value| f64::from(*value)).sum();
            for x in 0..width {
                if x + radius < width {
                    sum += f64::from(row[x + radius]);
                }
                if x > radius {
                    sum -= f64::from(row[x - radius - 1]);
                }
                let count = (x + radius + 1).min(width) - x.saturating_sub(radius);
                blurred[x] = (sum / count as f64) as f32;
            }
        }
        let row = |y: usize| &across[y * width..(y + 1) * width];
        let mut sums = vec![0.0_f64; width];
        for y in 0..radius.min(height) {
            sums.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..height {
            if y + radius < height {
                sums.iter_mut().zip(row(y + radius)).for_each(|(sum, value)| *sum += f64::from(*value));
            }
            if y > radius {
                sums.iter_mut().zip(row(y - radius - 1)).for_each(|(sum, value)| *sum -= f64::from(*value));
            }
            let count = (y + radius + 1).min(height) - y.saturating_sub(radius);
            let share = 1.0 / count as f64;
            values.extend(sums.iter().map(|sum| (sum * share) as f32));
        }
        Self { width, height, values }
    }

    /// The smallest area that holds every value above `threshold`.
    pub fn bounds_above(&self, threshold: f32) -> Option<Area> {
        let mut bounds: Option<(usize, usize, usize, usize)> = None;
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            let Some(first) = row.iter().position(|value| *value > threshold) else { continue };
            let last = row.iter().rposition(|value| *value > threshold).unwrap_or(first);
            let (left, top, right, _) = bounds.unwrap_or((first, y, last, y));
            bounds = Some((left.min(first), top, right.max(last), y));
        }
        bounds.map(|(left, top, right, bottom)| Area {
            left,
            top,
            width: right - left + 1,
            height: bottom - top + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(rows: &[&[f32]]) -> Plane {
        Plane { width: rows[0].len(), height: rows.len(), values: rows.concat() }
    }

    #[test]
    fn a_blur_is_the_mean_of_what_lies_inside() {
        let dot = plane(&[&[0.0, 0.0, 0.0], &[0.0, 36.0, 0.0], &[0.0, 0.0, 0.0]]);
        let blurred = dot.box_blurred(1);
        assert_eq!(blurred, plane(&[&[9.0, 6.0, 9.0], &[6.0, 4.0, 6.0], &[9.0, 6.0, 9.0]]));
    }

    #[test]
    fn a_blur_wider_than_the_picture_is_its_mean() {
        let blurred = plane(&[&[1.0, 2.0], &[3.0, 6.0]]).box_blurred(9);
        assert_eq!(blurred.values, [3.0; 4]);
    }

    #[test]
    fn bounds_hold_what_is_above() {
        let values = plane(&[&[0.0, 0.0, 0.0], &[0.0, 0.6, 0.0], &[0.9, 0.0, 0.0]]);
        assert_eq!(values.bounds_above(0.5), Some(Area { left: 0, top: 1, width: 2, height: 2 }));
        assert_eq!(values.bounds_above(0.9), None);
    }

    #[test]
    fn growing_stops_at_the_pictures_edge() {
        let area = Area { left: 2, top: 5, width: 3, height: 4 };
        assert_eq!(area.grown(3, 7, 20), Area { left: 0, top: 2, width: 7, height: 10 });
    }
}
