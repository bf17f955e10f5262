//! Everything that touches ffmpeg: the tools, the house formats, drawn frames into clips, foreign
//! clips into house clips, render plans, sound, thumbnails and probing.
//!
//! Files come in and go out; no database and no HTTP ever live here. What leaves this crate is
//! published atomically: written beside its name, verified, then renamed. Nothing goes through a
//! shell, and no user's text reaches a command line: what is asked of ffmpeg are numbers.

mod colour;
mod decode;
mod error;
mod frames;
mod index;
mod ingest;
mod mix;
mod plan;
mod planes;
mod priority;
mod probe;
mod process;
mod profile;
mod publish;
mod render;
mod sound;
mod thumbnail;
mod tools;
mod wav;

pub use error::MediaError;
pub use frames::{Draw, FrameJob, Progress, encode_frames};
pub use ingest::ingest;
pub use mix::duck;
pub use plan::{ClipInput, ClipSource, Drawing, InvalidPlan, OverlayInput, RenderPlan};
pub use probe::{AudioProbe, Probe, probe};
pub use profile::{FINAL_AUDIO_ARGS, FINAL_ENCODER_ARGS};
pub use render::render_video;
pub use sound::{encode_sound, join_sound};
pub use thumbnail::{still, thumbnail};
pub use tools::Ffmpeg;
pub use wav::{read_wav, write_wav};
