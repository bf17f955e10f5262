//! The queue as its users see it.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{GenerationId, GenerationStatus};

/// One user's share of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueView {
    /// What runs, then what waits in its order, then what failed or was cancelled, the newest first.
    pub items: Vec<QueueItem>,
    /// How many wait, of all users.
    pub waiting: u32,
    /// Nothing new is taken up until the operator resumes the queue.
    pub paused: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueItem {
    pub id: GenerationId,
    /// What its maker calls it; by its prompt if `null`.
    #[serde(default)]
    pub title: Option<String>,
    pub prompt: String,
    pub status: GenerationStatus,
    pub progress: u8,
    pub current_step: String,
    /// What went wrong, also of one that is to be tried again.
    pub error: Option<String>,
    /// From 1, among all that wait, of all users, if nobody comes or goes.
    pub position: Option<u32>,
    /// Seconds until it is done, by what videos took here before; none before the first one.
    pub ready_in_seconds: Option<f64>,
    /// When a failed attempt is followed by the next.
    #[serde(with = "crate::instant::option")]
    pub retry_at: Option<DateTime<Utc>>,
    /// The oldest first.
    pub attempts: Vec<AttemptView>,
    #[serde(with = "crate::instant")]
    pub created_at: DateTime<Utc>,
}

/// One time that the work was taken up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptView {
    #[serde(with = "crate::instant")]
    pub started_at: DateTime<Utc>,
    #[serde(with = "crate::instant::option")]
    pub ended_at: Option<DateTime<Utc>>,
    /// None while it is under way.
    pub outcome: Option<AttemptOutcome>,
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AttemptOutcome {
    Done,
    /// It failed, and is tried again by itself.
    Again,
    Failed,
    Cancelled,
    /// The program ended in order; the next one goes on.
    HandedBack,
    /// The program ended without a word.
    Vanished,
}

impl AttemptOutcome {
    pub const ALL: [Self; 6] =
        [Self::Done, Self::Again, Self::Failed, Self::Cancelled, Self::HandedBack, Self::Vanished];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::HandedBack => "handed_back",
            Self::Vanished => "vanished",
        }
    }
}

impl FromStr for AttemptOutcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no outcome of an attempt"))
    }
}

/// Where one's own waiting video goes among one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum QueueMove {
    First,
    Earlier,
    Later,
    Last,
}
