//! What is to be rendered, with files in place of ids.

use std::path::PathBuf;

use admint_domain::{AssetId, Frames, Resolution};
use admint_timeline::{Grade, InvalidTimeline, Timeline, TransitionStyle};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    MediaError,
    profile::{FINAL_ENCODER_ARGS, MEZZANINE_ARGS, OVERLAY_ARGS},
};

/// A stretch of a house clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClipInput {
    pub path: PathBuf,
    pub source_in: Frames,
    pub length: Frames,
    /// With the clip before; zero is a cut.
    pub overlap: Frames,
    /// How it comes in while they overlap.
    pub style: TransitionStyle,
}

/// An overlay file and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverlayInput {
    pub path: PathBuf,
    /// Pixels from the left and from the top; even, because colour has half the resolution.
    pub x: u32,
    pub y: u32,
    /// On the timeline.
    pub start: Frames,
    pub length: Frames,
}

/// Everything the picture of an ad is made of. Later overlays lie over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenderPlan {
    pub resolution: Resolution,
    pub clips: Vec<ClipInput>,
    pub overlays: Vec<OverlayInput>,
    pub grade: Grade,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlan {
    #[error(transparent)]
    Timeline(#[from] InvalidTimeline),
    #[error("there is no clip")]
    Empty,
    #[error("clip {0} has no length")]
    NoLength(usize),
    #[error("the first clip cannot come from a clip before it")]
    FirstClipOverlaps,
    #[error("the transitions around clip {0} are longer than the clip")]
    TransitionTooLong(usize),
    #[error("overlay {0} is not within the video")]
    OverlayOutside(usize),
}

impl RenderPlan {
    /// The plan for `timeline`, whose overlays have been drawn into `overlays`.
    pub fn new(
        timeline: &Timeline,
        clip_path: impl Fn(AssetId) -> PathBuf,
        overlays: Vec<OverlayInput>,
    ) -> Result<Self, MediaError> {
        timeline.validate().map_err(InvalidPlan::from)?;
        let clips = timeline
            .clips
            .iter()
            .map(|clip| ClipInput {
                path: clip_path(clip.asset),
                source_in: clip.source_in,
                length: clip.length,
                overlap: clip.transition.map_or(Frames::ZERO, |transition| transition.length),
                style: clip.transition.map(|transition| transition.style).unwrap_or_default(),
            })
            .collect();
        let plan = Self { resolution: timeline.aspect.resolution(), clips, overlays, grade: timeline.grade };
        plan.validate()?;
        Ok(plan)
    }

    /// The video's exact length: all clips less all overlaps.
    pub fn total(&self) -> Frames {
        let clips: Frames = self.clips.iter().map(|clip| clip.length).sum();
        clips.saturating_sub(self.clips.iter().map(|clip| clip.overlap).sum())
    }

    /// The same for the same plan and settings, and different for any other: a name for the result
    /// in a cache. Files count by their path, so a path must never get other content.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        // Plain data with no maps in it always serialises, and always alike.
        hash.update(serde_json::to_vec(self).unwrap_or_default());
        for arguments in [MEZZANINE_ARGS, OVERLAY_ARGS, FINAL_ENCODER_ARGS] {
            for argument in arguments {
                hash.update(argument);
                hash.update([0]);
            }
        }
        hex::encode(hash.finalize())
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidPlan> {
        let first = self.clips.first().ok_or(InvalidPlan::Empty)?;
        if first.overlap != Frames::ZERO {
            return Err(InvalidPlan::FirstClipOverlaps);
        }
        for (index, clip) in self.clips.iter().enumerate() {
            if clip.length == Frames::ZERO {
                return Err(InvalidPlan::NoLength(index));
            }
            let overlaps_next = self.clips.get(index + 1).map_or(Frames::ZERO, |next| next.overlap);
            if clip.overlap + overlaps_next > clip.length {
                return Err(InvalidPlan::TransitionTooLong(index));
            }
        }
        let total = self.total();
        for (index, overlay) in self.overlays.iter().enumerate() {
            let inside = overlay.x < self.resolution.width && overlay.y < self.resolution.height;
            if overlay.length == Frames::ZERO || overlay.start + overlay.length > total || !inside {
                return Err(InvalidPlan::OverlayOutside(index));
            }
        }
        Ok(())
    }
}
