//! Whether the model's mask may be believed.
//!
//! A wrong cut-out looks broken, a framed photo never does; so a mask that is in doubt is not used. Measured
//! on the model's own values, before anything refines them.

use crate::plane::Plane;

/// Why a photo is shown whole instead of cut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeReason {
    /// The packaged model is missing or does not run.
    NoModel,
    /// The mask covers less than [`LEAST_COVERAGE`].
    FoundNothing,
    /// The mask covers more than [`MOST_COVERAGE`].
    FoundEverything,
    /// The mask is less decided than [`LEAST_DECIDED`].
    Unclear,
    /// The mask covers more than [`MOST_OF_A_BORDER`] of each of the four borders.
    EveryBorder,
}

impl std::fmt::Display for WholeReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoModel => "the model that removes backgrounds is not installed",
            Self::FoundNothing => "no product stands out in it",
            Self::FoundEverything => "the product fills all of it",
            Self::Unclear => "product and background cannot be told apart",
            Self::EveryBorder => "the product runs out of the picture on every side",
        })
    }
}

/// Share of the photo that a product must cover.
pub(crate) const LEAST_COVERAGE: f32 = 0.01;
/// Share of the photo beyond which there is no background to remove.
pub(crate) const MOST_COVERAGE: f32 = 0.9;
/// How decided the mask must be where it sees anything at all: the mean of `|2 p - 1|` over the values
/// above [`SEEN`], each weighing as much as it is; 1 is a mask of nothing but 0 and 1. Photos of one thing
/// reach 0.86 and more, pictures of nothing in particular stay below 0.73.
pub(crate) const LEAST_DECIDED: f32 = 0.75;
/// Values below this are background for sure.
pub(crate) const SEEN: f32 = 0.1;
/// Share of a border that a product may cover on all four at once.
pub(crate) const MOST_OF_A_BORDER: f32 = 0.25;

/// The first reason against believing `mask`, whose values are probabilities.
pub(crate) fn doubt(mask: &Plane) -> Option<WholeReason> {
    let coverage = coverage(mask);
    if coverage < LEAST_COVERAGE {
        Some(WholeReason::FoundNothing)
    } else if coverage > MOST_COVERAGE {
        Some(WholeReason::FoundEverything)
    } else if decidedness(mask) < LEAST_DECIDED {
        Some(WholeReason::Unclear)
    } else if borders(mask).iter().all(|share| *share > MOST_OF_A_BORDER) {
        Some(WholeReason::EveryBorder)
    } else {
        None
    }
}

/// The share of values above one half.
pub(crate) fn coverage(mask: &Plane) -> f32 {
    share_inside(mask.values.iter())
}

pub(crate) fn decidedness(mask: &Plane) -> f32 {
    let seen = mask.values.iter().filter(|value| **value > SEEN);
    let (mut decided, mut weight) = (0.0_f64, 0.0_f64);
    for value in seen {
        let value = f64::from(*value);
        decided += value * (2.0 * value - 1.0).abs();
        weight += value;
    }
    if weight == 0.0 { 0.0 } else { (decided / weight) as f32 }
}

/// The shares of the top, right, bottom and left border that the mask covers.
pub(crate) fn borders(mask: &Plane) -> [f32; 4] {
    let (width, height) = (mask.width, mask.height);
    let row = |y: usize| share_inside(mask.values[y * width..(y + 1) * width].iter());
    let column = |x: usize| share_inside(mask.values.iter().skip(x).step_by(width));
    [row(0), column(width - 1), row(height - 1), column(0)]
}

fn share_inside<'a>(values: impl ExactSizeIterator<Item = &'a f32>) -> f32 {
    let all = values.len().max(1);
    values.filter(|value| **value > 0.5).count() as f32 / all as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    // A mask of 100 × 100 that is `value` inside the given rectangle and 0 outside.
    fn mask(left: usize, top: usize, right: usize, bottom: usize, value: f32) -> Plane {
        let mut mask = Plane::filled(100, 100, 0.0);
        for y in top..bottom {
            mask.values[y * 100 + left..y * 100 + right].fill(value);
        }
        mask
    }

    #[test]
    fn a_clear_thing_in_the_middle_is_believed() {
        assert_eq!(doubt(&mask(30, 20, 70, 90, 0.98)), None);
    }

    #[test]
    fn a_thing_cut_off_on_three_sides_is_believed() {
        assert_eq!(doubt(&mask(0, 30, 100, 100, 0.98)), None);
    }

    #[test]
    fn almost_nothing_is_not_believed() {
        assert_eq!(doubt(&mask(0, 0, 0, 0, 0.0)), Some(WholeReason::FoundNothing));
        assert_eq!(doubt(&mask(50, 50, 59, 61, 1.0)), Some(WholeReason::FoundNothing));
        assert_eq!(doubt(&mask(50, 50, 60, 61, 1.0)), None);
    }

    #[test]
    fn almost_everything_is_not_believed() {
        assert_eq!(doubt(&mask(0, 0, 100, 91, 1.0)), Some(WholeReason::FoundEverything));
    }

    #[test]
    fn mush_is_not_believed() {
        assert_eq!(doubt(&mask(20, 20, 80, 80, 0.7)), Some(WholeReason::Unclear));
        assert_eq!(doubt(&mask(20, 20, 80, 80, 0.9)), None);
    }

    #[test]
    fn what_touches_every_border_widely_is_not_believed() {
        let mut cross = mask(30, 0, 70, 100, 1.0);
        for (all, across) in cross.values.iter_mut().zip(mask(0, 30, 100, 70, 1.0).values) {
            *all = all.max(across);
        }
        assert_eq!(doubt(&cross), Some(WholeReason::EveryBorder));
    }
}
