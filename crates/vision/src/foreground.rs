//! The thing's own colours along its edge, without what shone through from the old background.
//!
//! A pixel of the edge is `alpha F + (1 - alpha) B`; staged as it is, it would carry a rim of the old
//! background. F and B are first guessed as the averages of the two sides around, then F is corrected so
//! that the mixture gives the photo's pixel again: Forte 2021, "Approximate Fast Foreground Colour
//! Estimation" (blur fusion), once with wide windows and once with narrow ones.

use crate::plane::Plane;

/// The two windows' radii, in cells of the mask.
const WIDE: f32 = 12.0;
const NARROW: f32 = 1.0;

/// The colours to stage with `alpha`; where it is 1 they are the photo's own.
pub(crate) fn foreground(colors: &[Plane; 3], alpha: &Plane, cell: f32) -> [Plane; 3] {
    let radius = |cells: f32| ((cells * cell).round() as usize).max(2);
    let (wide, narrow) = (Window::new(alpha, radius(WIDE)), Window::new(alpha, radius(NARROW)));
    colors.each_ref().map(|photo| {
        let (front, back) = wide.fuse(photo, photo, photo);
        let (mut own, _) = narrow.fuse(photo, &front, &back);
        for (at, alpha) in alpha.values.iter().enumerate() {
            if *alpha >= 1.0 {
                own.values[at] = photo.values[at];
            }
        }
        own
    })
}

struct Window<'a> {
    alpha: &'a Plane,
    radius: usize,
    /// How much of each window is foreground, from 0 to 1.
    share: Plane,
}

impl<'a> Window<'a> {
    fn new(alpha: &'a Plane, radius: usize) -> Self {
        Self { alpha, radius, share: alpha.box_blurred(radius) }
    }

    /// One channel's front and back, estimated anew from a first guess of both.
    fn fuse(&self, photo: &Plane, front: &Plane, back: &Plane) -> (Plane, Plane) {
        let mut front = front.zip(self.alpha, |color, alpha| color * alpha).box_blurred(self.radius);
        let mut back = back.zip(self.alpha, |color, alpha| color * (1.0 - alpha)).box_blurred(self.radius);
        for (at, alpha) in self.alpha.values.iter().enumerate() {
            // Keeps a window of one side only from dividing nothing by nothing.
            const HAIR: f32 = 1e-5;
            let share = self.share.values[at];
            let (near_front, near_back) =
                (front.values[at] / (share + HAIR), back.values[at] / (1.0 - share + HAIR));
            let missing = photo.values[at] - alpha * near_front - (1.0 - alpha) * near_back;
            front.values[at] = (near_front + alpha * missing).clamp(0.0, 1.0);
            back.values[at] = near_back.clamp(0.0, 1.0);
        }
        (front, back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_background_leaves_the_edge() {
        // A red thing right of a green ground, with a soft edge between.
        let (width, height) = (80, 40);
        let alpha = (0..width * height).map(|at| ((((at % width) as f32) - 37.0) / 6.0).clamp(0.0, 1.0));
        let alpha = Plane { width, height, values: alpha.collect() };
        let (red, green) = ([0.8, 0.1, 0.2], [0.2, 0.7, 0.3]);
        let photo = [0, 1, 2].map(|at| alpha.map(|alpha| red[at] * alpha + green[at] * (1.0 - alpha)));
        let own = foreground(&photo, &alpha, 3.0);
        for at in 0..width * height {
            if alpha.values[at] > 0.1 {
                for channel in 0..3 {
                    let off = (own[channel].values[at] - red[channel]).abs();
                    assert!(off < 0.06, "{off} in channel {channel} where alpha is {}", alpha.values[at]);
                }
            }
        }
    }

    #[test]
    fn what_is_opaque_keeps_its_color() {
        let photo = [0.3, 0.6, 0.9].map(|value| Plane::filled(20, 20, value));
        let mut alpha = Plane::filled(20, 20, 1.0);
        alpha.values[..100].fill(0.0);
        let own = foreground(&photo, &alpha, 1.0);
        assert_eq!(own[1].values[100..], photo[1].values[100..]);
    }
}
