//! Picture shapes. Every shape is rendered natively at 1080p class, never cropped from another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::AppError;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AspectRatio {
    #[default]
    #[serde(rename = "9:16")]
    Portrait9x16,
    #[serde(rename = "1:1")]
    Square,
    #[serde(rename = "4:5")]
    Portrait4x5,
    #[serde(rename = "16:9")]
    Landscape16x9,
}

impl AspectRatio {
    pub const ALL: [Self; 4] = [Self::Portrait9x16, Self::Square, Self::Portrait4x5, Self::Landscape16x9];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portrait9x16 => "9:16",
            Self::Square => "1:1",
            Self::Portrait4x5 => "4:5",
            Self::Landscape16x9 => "16:9",
        }
    }

    /// Pixels of the finished video: the shorter side is always 1080.
    pub const fn resolution(self) -> Resolution {
        match self {
            Self::Portrait9x16 => Resolution { width: 1080, height: 1920 },
            Self::Square => Resolution { width: 1080, height: 1080 },
            Self::Portrait4x5 => Resolution { width: 1080, height: 1350 },
            Self::Landscape16x9 => Resolution { width: 1920, height: 1080 },
        }
    }
}

impl fmt::Display for AspectRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AspectRatio {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL
            .into_iter()
            .find(|aspect| aspect.as_str() == text)
            .ok_or_else(|| AppError::invalid("aspect_ratio", "Choose one of 9:16, 1:1, 4:5 and 16:9."))
    }
}

/// Pixels. Both sides are even, as 4:2:0 video wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resolution {
    pub width: u32,
    pub height: u32,
}

impl Resolution {
    /// Bytes of one 8-bit RGBA frame.
    pub const fn rgba_len(self) -> usize {
        self.width as usize * self.height as usize * 4
    }
}
