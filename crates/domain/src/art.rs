//! Ways of making pictures.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::AppError;

/// A way of making pictures: its own background, stage, light, type and movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArtDirection {
    /// Flat panels of colour, a big disc, a ribbon of type.
    Block,
    /// Soft light in drifting colours, a podium, panes of glass.
    Glass,
    /// Paper, thin lines, an arched window.
    Paper,
    /// Dark, with beams, a ring of light and a mirror floor.
    Night,
    /// A turning sunburst and halftone dots.
    Rays,
    /// Layered land under a sun.
    Hills,
    /// Two inks on warm paper, stripes and a low sun: the seventies.
    Print,
    /// Slanted panels that race by.
    Dash,
    /// A photographer's studio: seamless paper, a plinth, one light.
    #[default]
    Clean,
}

impl ArtDirection {
    pub const ALL: [Self; 9] = [
        Self::Block,
        Self::Glass,
        Self::Paper,
        Self::Night,
        Self::Rays,
        Self::Hills,
        Self::Print,
        Self::Dash,
        Self::Clean,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Glass => "glass",
            Self::Paper => "paper",
            Self::Night => "night",
            Self::Rays => "rays",
            Self::Hills => "hills",
            Self::Print => "print",
            Self::Dash => "dash",
            Self::Clean => "clean",
        }
    }

    /// As a page offers it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Block => "Colour block",
            Self::Glass => "Soft glass",
            Self::Paper => "Editorial paper",
            Self::Night => "Neon night",
            Self::Rays => "Sunburst",
            Self::Hills => "Open country",
            Self::Print => "Retro print",
            Self::Dash => "Sporty diagonal",
            Self::Clean => "Clean studio",
        }
    }
}

impl fmt::Display for ArtDirection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ArtDirection {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            AppError::invalid("art_direction", format!("Choose one of {known}, or none."))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_json_agree_and_round_trip() {
        for direction in ArtDirection::ALL {
            assert_eq!(direction.as_str().parse(), Ok(direction));
            assert_eq!(serde_json::to_value(direction).unwrap(), direction.as_str());
        }
        assert!("baroque".parse::<ArtDirection>().is_err());
    }
}
