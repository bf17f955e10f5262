//! What is to be rendered, with files and drawings in place of ids.

use std::{fmt, path::PathBuf, sync::Arc};

use admint_domain::{AssetId, Frames, Resolution};
use admint_timeline::{Grade, InvalidTimeline, Timeline, TransitionStyle};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{
    MediaError,
    frames::Draw,
    profile::{FINAL_ENCODER_ARGS, MEZZANINE_ARGS},
};

/// Pictures that are drawn when they are needed, in any order and from several threads at once.
#[derive(Clone)]
pub struct Drawing {
    name: String,
    draw: Arc<Draw>,
}

impl Drawing {
    /// Two drawings of one name are taken for the same, so the name has to hold all that decides the pixels.
    pub fn new(name: impl Into<String>, draw: impl Fn(Frames, &mut [u8]) + Send + Sync + 'static) -> Self {
        Self { name: name.into(), draw: Arc::new(draw) }
    }

    pub(crate) fn draw(&self, at: Frames, rgba: &mut [u8]) {
        (self.draw)(at, rgba);
    }
}

impl fmt::Debug for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Drawing").field(&self.name).finish()
    }
}

impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Drawing {}

impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

/// Where a clip's frames come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipSource {
    /// A house clip.
    File(PathBuf),
    /// Opaque pictures of the video's own size.
    Drawn(Drawing),
}

/// A stretch of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClipInput {
    pub source: ClipSource,
    pub source_in: Frames,
    pub length: Frames,
    /// With the clip before; zero is a cut.
    pub overlap: Frames,
    /// How it comes in while they overlap.
    pub style: TransitionStyle,
}

/// Words or pictures with alpha, and where they go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverlayInput {
    pub drawing: Drawing,
    pub size: Resolution,
    /// Pixels from the left and from the top; even, as the size is, because colour has half the resolution.
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
    #[error("overlay {0} does not lie on even pixels")]
    OverlayUneven(usize),
    #[error("{0}x{1} is not an even, visible size")]
    Size(u32, u32),
}

impl RenderPlan {
    /// The plan for `timeline`, whose overlays are drawn as `overlays`.
    pub fn new(
        timeline: &Timeline,
        clip_source: impl Fn(AssetId) -> ClipSource,
        overlays: Vec<OverlayInput>,
    ) -> Result<Self, MediaError> {
        timeline.validate().map_err(InvalidPlan::from)?;
        let clips = timeline
            .clips
            .iter()
            .map(|clip| ClipInput {
                source: clip_source(clip.asset),
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
        for arguments in [MEZZANINE_ARGS, FINAL_ENCODER_ARGS] {
            for argument in arguments {
                hash.update(argument);
                hash.update([0]);
            }
        }
        hex::encode(hash.finalize())
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidPlan> {
        let Resolution { width, height } = self.resolution;
        if width == 0 || height == 0 || !is_even(&[width, height]) {
            return Err(InvalidPlan::Size(width, height));
        }
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
            let Resolution { width: wide, height: high } = overlay.size;
            if !is_even(&[overlay.x, overlay.y, wide, high]) {
                return Err(InvalidPlan::OverlayUneven(index));
            }
            let inside = overlay.x + wide <= width && overlay.y + high <= height;
            if overlay.length == Frames::ZERO || overlay.start + overlay.length > total || !inside {
                return Err(InvalidPlan::OverlayOutside(index));
            }
        }
        Ok(())
    }
}

fn is_even(pixels: &[u32]) -> bool {
    pixels.iter().all(|count| count % 2 == 0)
}
