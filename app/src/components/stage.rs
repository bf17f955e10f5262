//! Where an ad is looked at.

use admint_domain::AspectRatio;

/// The CSS class that gives a stage the shape of the picture.
pub const fn shape(aspect: AspectRatio) -> &'static str {
    match aspect {
        AspectRatio::Portrait9x16 => "shape-9x16",
        AspectRatio::Square => "shape-1x1",
        AspectRatio::Portrait4x5 => "shape-4x5",
        AspectRatio::Landscape16x9 => "shape-16x9",
    }
}
