//! Where a generation stands. Percent and step text derive from here, and nowhere else.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GenerationStatus {
    #[default]
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl GenerationStatus {
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Completed, Self::Failed, Self::Cancelled];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for GenerationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for GenerationStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a status"))
    }
}

/// The pipeline's stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    Queued,
    Plan,
    Scenes,
    /// `percent` of this stage's own work, 0-100, over all `total` clips; `done` clips are finished.
    Clips {
        done: u32,
        total: u32,
        percent: u32,
    },
    /// `percent` of this stage's own work, 0-100.
    Stitch {
        percent: u32,
    },
    Audio,
    Done,
}

impl Stage {
    /// Overall progress: 10 plan, 20 scenes, 30-70 clips, 80 stitch, 90 audio, 100 done.
    pub fn progress(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Plan => 10,
            Self::Scenes => 20,
            Self::Clips { percent, .. } => 30 + (percent.min(100) * 40 / 100) as u8,
            Self::Stitch { percent } => 80 + (percent.min(99) / 10) as u8,
            Self::Audio => 90,
            Self::Done => 100,
        }
    }

    /// What is being done, for the user.
    pub fn step(self) -> String {
        match self {
            Self::Queued => "Waiting for a free worker".into(),
            Self::Plan => "Reading your prompt".into(),
            Self::Scenes => "Planning the scenes".into(),
            Self::Clips { done, total, .. } => {
                format!("Drawing scene {} of {total}", (done + 1).min(total))
            }
            Self::Stitch { .. } => "Putting the scenes together".into(),
            Self::Audio => "Mixing the sound".into(),
            Self::Done => "Your ad is ready".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_meets_the_stages_numbers_and_never_falls() {
        let stages = [
            (Stage::Queued, 0),
            (Stage::Plan, 10),
            (Stage::Scenes, 20),
            (Stage::Clips { done: 0, total: 4, percent: 0 }, 30),
            (Stage::Clips { done: 2, total: 4, percent: 50 }, 50),
            (Stage::Clips { done: 4, total: 4, percent: 100 }, 70),
            (Stage::Stitch { percent: 0 }, 80),
            (Stage::Stitch { percent: 100 }, 89),
            (Stage::Audio, 90),
            (Stage::Done, 100),
        ];
        for (stage, progress) in stages {
            assert_eq!(stage.progress(), progress, "{stage:?}");
        }
    }

    #[test]
    fn the_last_scene_is_named_until_the_stage_ends() {
        assert_eq!(Stage::Clips { done: 3, total: 4, percent: 80 }.step(), "Drawing scene 4 of 4");
        assert_eq!(Stage::Clips { done: 4, total: 4, percent: 100 }.step(), "Drawing scene 4 of 4");
    }
}
