//! Where a finished ad comes from: what was asked, who made its parts, whose work is in it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ArtDirection, AspectRatio, Framework, GenerationId};

/// Somebody's work that is in an ad, or helped to make it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credit {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: String,
    pub author: String,
    /// Where it is published.
    pub source: String,
    pub used_for: String,
}

/// What the makers of an ad's parts have to say of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    pub credits: Vec<Credit>,
    /// What is missing from the ad, and why; each a sentence for its maker.
    pub left_out: Vec<String>,
}

impl Origins {
    /// Adds what is not there yet.
    pub fn join(&mut self, other: Self) {
        for credit in other.credits {
            if !self.credits.contains(&credit) {
                self.credits.push(credit);
            }
        }
        for sentence in other.left_out {
            if !self.left_out.contains(&sentence) {
                self.left_out.push(sentence);
            }
        }
    }
}

/// The record that is kept beside every finished ad.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provenance {
    /// Program and version.
    pub made_with: String,
    pub made_at: DateTime<Utc>,
    pub id: GenerationId,
    pub prompt: String,
    pub seed: u32,
    pub aspect_ratio: AspectRatio,
    pub duration_seconds: f64,
    pub art_direction: ArtDirection,
    pub framework: Framework,
    /// Who wrote the plan, made the pictures and made the music.
    pub planner: String,
    pub video_model: String,
    pub music_model: String,
    /// Who speaks, where somebody does.
    pub voice_model: Option<String>,
    pub credits: Vec<Credit>,
    /// What is missing, and why.
    pub left_out: Vec<String>,
}
