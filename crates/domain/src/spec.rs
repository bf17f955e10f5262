//! What an ad says and to whom, before anybody thinks of pictures.

use serde::{Deserialize, Serialize};

use crate::{ArtDirection, Rgb};

/// The order in which an ad persuades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Framework {
    /// Problem, agitate, solve.
    #[serde(rename = "PAS")]
    Pas,
    /// Before, after, bridge.
    #[serde(rename = "BAB")]
    Bab,
    /// Attention, interest, desire, action.
    #[serde(rename = "AIDA")]
    Aida,
}

impl Framework {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pas => "PAS",
            Self::Bab => "BAB",
            Self::Aida => "AIDA",
        }
    }

    pub const fn long_name(self) -> &'static str {
        match self {
            Self::Pas => "Problem, agitate, solve",
            Self::Bab => "Before, after, bridge",
            Self::Aida => "Attention, interest, desire, action",
        }
    }
}

/// How the ad speaks; it decides type, tempo and movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Calm,
    Warm,
    Playful,
    Energetic,
    Elegant,
    Confident,
}

/// Five colours that belong together. `ink` reads on `background` and on `surface` with a contrast
/// of at least 4.5:1, `on_primary` on `primary` likewise; who makes a palette keeps that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    pub background: Rgb,
    pub surface: Rgb,
    pub ink: Rgb,
    pub primary: Rgb,
    pub on_primary: Rgb,
    pub accent: Rgb,
}

impl Palette {
    /// WCAG 2.2's minimum for body text.
    pub const MIN_CONTRAST: f64 = 4.5;

    pub fn is_readable(&self) -> bool {
        self.ink.contrast(self.background) >= Self::MIN_CONTRAST
            && self.ink.contrast(self.surface) >= Self::MIN_CONTRAST
            && self.on_primary.contrast(self.primary) >= Self::MIN_CONTRAST
    }
}

/// The advertisement's specification: a planner's first answer to a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdSpec {
    /// The product as the ad names it: "Northwind cold brew".
    pub product: String,
    /// The maker's name, where the prompt gives one.
    pub brand: Option<String>,
    /// The product category's key, such as `coffee`; the planner's own vocabulary.
    pub category: String,
    pub audience: String,
    /// What the buyer gains, as a short phrase.
    pub benefit: String,
    /// What bothers the buyer today, as a short phrase.
    pub pain: String,
    /// "20 % off", "from $29": only what the prompt says.
    pub offer: Option<String>,
    pub call_to_action: String,
    pub tone: Tone,
    #[serde(default)]
    pub direction: ArtDirection,
    pub palette: Palette,
    pub framework: Framework,
    /// One sentence for the user: why this framework.
    pub framework_reason: String,
}
