//! How a document becomes its next revision. Pure, and as small as the change: what is the same stays the same.

use admint_domain::{AssetId, SceneId};

use crate::{Clip, Overlay, Timeline};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no clip shows this scene")]
pub struct NoSuchScene;

impl Timeline {
    /// Shows another clip of a scene in the place of the one before, from its first frame and just as long.
    ///
    /// ```text
    /// | A |  B  | C |  ->  | A |  B' | C |
    /// ```
    pub fn replace_clip(&self, scene: SceneId, asset: AssetId) -> Result<Self, NoSuchScene> {
        let mut next = self.clone();
        let clip = next.clips.iter_mut().find(|clip| clip.scene == scene).ok_or(NoSuchScene)?;
        if clip.asset != asset {
            *clip = Clip { asset, source_in: admint_domain::Frames::ZERO, ..clip.clone() };
        }
        Ok(next)
    }

    /// This document after a change of its plan, of which `laid_out` is a fresh one: clips, words and voice are
    /// those of the plan, the grade and how loud the music is are kept. Words that stand where they stood keep
    /// their ids, and clips that only got other pictures are replaced in place.
    pub fn revised(&self, laid_out: Self) -> Self {
        let same_lengths = self.clips.len() == laid_out.clips.len()
            && self.clips.iter().zip(&laid_out.clips).all(|(was, is)| {
                (was.scene, was.length, was.transition) == (is.scene, is.length, is.transition)
            });
        let clips = if same_lengths {
            let replaced = laid_out
                .clips
                .iter()
                .try_fold(self.clone(), |document, clip| document.replace_clip(clip.scene, clip.asset));
            replaced.map_or(laid_out.clips, |document| document.clips)
        } else {
            laid_out.clips
        };
        let overlays = laid_out.overlays.into_iter().map(|overlay| {
            let stood = |was: &&Overlay| Overlay { id: overlay.id, ..(**was).clone() } == overlay;
            self.overlays.iter().find(stood).cloned().unwrap_or(overlay)
        });
        let music = match (self.music, laid_out.music) {
            (Some(was), Some(is)) => Some(crate::Music { asset: is.asset, ..was }),
            (None, _) => None,
            (_, is) => is,
        };
        Self {
            aspect: self.aspect,
            clips,
            overlays: overlays.collect(),
            music,
            voice: laid_out.voice,
            captioned: laid_out.captioned,
            grade: self.grade,
        }
    }
}
