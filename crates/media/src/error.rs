use std::{io, path::PathBuf};

use admint_domain::{is_disk_full, says_disk_full};

use crate::plan::InvalidPlan;

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error("{tried} was not found; {hint}")]
    FfmpegMissing {
        tried: String,
        /// What the user can do about it.
        hint: String,
    },
    /// ffmpeg ran and did not succeed.
    #[error("ffmpeg failed ({status}): {}\nits command was: {command}", stderr_tail.trim())]
    Failed {
        command: String,
        /// At most the last two kilobytes.
        stderr_tail: String,
        status: String,
    },
    #[error("cancelled")]
    Cancelled,
    /// A file is not what it was taken for, or what ffmpeg made is not what was asked for.
    #[error("{}: {reason}", path.display())]
    BadMedia { path: PathBuf, reason: String },
    #[error("the plan cannot be rendered: {0}")]
    BadPlan(#[from] InvalidPlan),
    /// The caller's drawing function panicked.
    #[error("drawing frame {frame} failed: {reason}")]
    Drawing { frame: u32, reason: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl MediaError {
    /// Whether the same work may succeed a little later: ffmpeg was killed, as by a machine that ran out of
    /// memory, and did not find fault with what it was given.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Failed { status, .. } if status.starts_with("signal"))
    }

    /// Whether there was no room for what was to be written.
    pub fn is_disk_full(&self) -> bool {
        match self {
            // Words are all that ffmpeg passes on.
            Self::Failed { stderr_tail, .. } => says_disk_full(stderr_tail),
            other => is_disk_full(other),
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn bad(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        Self::BadMedia { path: path.into(), reason: reason.into() }
    }
}
