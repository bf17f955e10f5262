//! The embedded engine: it plans, draws and scores an ad with no key and no network.
//!
//! Everything here is a pure function of its brief: the same prompt, settings and seed give the same
//! bytes. No ffmpeg, no database, no HTTP and no clock ever lives here.

mod assets;
mod canvas;
mod dice;
mod error;
mod motion;
mod overlay;
mod planner;
mod scene;
mod score;
mod sprite;
mod text;
pub mod voice;
mod zones;

pub use error::StudioError;
pub use overlay::{Bounds, OverlayDrawing};
pub use planner::{plan_scenes, write_spec};
pub use scene::{SceneBrief, SceneDrawing, grade, overlay_style};
pub use score::{ScoreBrief, compose};
