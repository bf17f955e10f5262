//! Vision: a user's product photo becomes a clean cut-out that an ad can stage.
//!
//! [`Photo::read`] turns uploaded bytes into a picture of sane size, upright, sRGB, free of metadata, or
//! says in a user's words what is wrong with them. [`cut_out`] takes the background away.
//! [`dominant_colors`] names the product's own colours.
//!
//! All of it is a function of its input: no clock, no network, no files but the packaged model, and the
//! same bytes for the same photo. Layout, scenes and words never live here.

mod colors;
mod credibility;
mod cut_out;
mod error;
mod foreground;
mod islands;
mod jpeg;
mod matte;
mod model;
mod photo;
mod picture;
mod plane;
mod sniff;

pub use colors::dominant_colors;
pub use credibility::WholeReason;
pub use cut_out::{CutOut, Origin, Sides, cut_out};
pub use error::PhotoError;
pub use photo::{Encoded, LEAST_PIXELS_A_SIDE, MOST_BYTES, MOST_PIXELS_A_SIDE, Photo};
pub use picture::Picture;
