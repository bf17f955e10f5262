//! Time is counted in whole frames; seconds exist only at ffmpeg's and the browser's edge.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
};

use serde::{Deserialize, Serialize};

use crate::AppError;

/// Frames per second of everything AdMint makes.
pub const FRAME_RATE: u32 = 24;

/// A length or a position, in frames at [`FRAME_RATE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frames(pub u32);

impl Frames {
    pub const ZERO: Self = Self(0);

    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds * FRAME_RATE)
    }

    /// The nearest whole frame to `milliseconds`.
    pub const fn from_millis(milliseconds: u32) -> Self {
        Self((milliseconds * FRAME_RATE + 500) / 1000)
    }

    /// Seconds, for display and for ffmpeg's command line.
    pub fn seconds(self) -> f64 {
        f64::from(self.0) / f64::from(FRAME_RATE)
    }

    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Frames {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Frames {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Frames {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Frames {
    fn sum<I: Iterator<Item = Self>>(frames: I) -> Self {
        frames.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} f", self.0)
    }
}

/// How long the finished ad shall be, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TargetDuration(u32);

impl TargetDuration {
    pub const MIN: u32 = 9;
    pub const MAX: u32 = 30;
    pub const DEFAULT: Self = Self(15);

    /// From [`Self::MIN`] to [`Self::MAX`] seconds: what three to five scenes of 3-7 s can fill.
    pub fn parse(seconds: u32) -> Result<Self, AppError> {
        if (Self::MIN..=Self::MAX).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(AppError::invalid(
                "duration_seconds",
                format!("Choose a length from {} to {} seconds.", Self::MIN, Self::MAX),
            ))
        }
    }

    pub const fn seconds(self) -> u32 {
        self.0
    }

    pub const fn frames(self) -> Frames {
        Frames::from_seconds(self.0)
    }
}
