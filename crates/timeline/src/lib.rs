//! The ad as a document. Generation writes one, the renderer reads it, the editor will change it.
//!
//! All time is whole frames at [`admint_domain::FRAME_RATE`]. No pixel, no file and no async runtime
//! lives here: a clip names its asset by id, and who renders finds the file.

mod captions;
mod document;
mod layout;
mod revise;

pub use captions::{Caption, SpokenLine, captions_of_overlays, captions_of_speech};
pub use document::{
    Animation, Clip, Font, Grade, InvalidTimeline, Music, Overlay, OverlayStyle, Timeline, Transition,
    TransitionStyle, VoiceOver,
};
pub use layout::{Span, span_of_clip};
pub use revise::NoSuchScene;
