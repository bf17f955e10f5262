//! Pictures that makers bring along: a photo of the product, a logo.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AppError, PictureId, Rgb};

/// An uploaded picture's file may be this long.
pub const MAX_PICTURE_BYTES: usize = 20_000_000;

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PictureRole {
    /// The product, to be the hero of its scenes.
    Photo,
    /// The maker's mark, for the corner and the end card.
    Logo,
}

impl PictureRole {
    pub const ALL: [Self; 2] = [Self::Photo, Self::Logo];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Logo => "logo",
        }
    }
}

impl fmt::Display for PictureRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PictureRole {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| AppError::invalid("role", "A picture is a `photo` or a `logo`."))
    }
}

/// The product's photo as a planner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPhoto {
    pub id: PictureId,
    /// The product's own, the most telling first; at most five.
    pub colors: Vec<Rgb>,
}

/// An upload as it will appear in an ad.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PictureView {
    pub id: PictureId,
    pub role: PictureRole,
    /// In pixels, as it will be staged.
    pub width: u32,
    pub height: u32,
    pub url: String,
    /// It keeps its background and is shown like a framed print; `note` says why.
    pub framed: bool,
    /// What was done with it, in one sentence.
    pub note: String,
}
