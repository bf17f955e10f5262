use admint_domain::Frames;

use crate::Clip;

/// A half-open stretch of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Frames,
    pub length: Frames,
}

impl Span {
    /// The first frame after it.
    pub fn end(self) -> Frames {
        self.start + self.length
    }
}

/// Where the clip at `index` lies; a transition pulls it over its predecessor's end.
///
/// ```text
/// | A 48     |            A at 0, length 48
///        | B 36    |      B comes in over 8: it starts at 40
/// ```
///
/// # Panics
/// If there is no clip at `index`.
pub fn span_of_clip(clips: &[Clip], index: usize) -> Span {
    let overlap = |clip: &Clip| clip.transition.map_or(Frames::ZERO, |fade| fade.length);
    let start = clips[..index].iter().fold(Frames::ZERO, |start, clip| start + clip.length - overlap(clip));
    Span { start: start - overlap(&clips[index]), length: clips[index].length }
}
