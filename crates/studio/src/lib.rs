//! The embedded engine: it plans, draws and scores an ad with no key and no network.
//!
//! Everything here is a pure function of its brief: the same prompt, settings and seed give the same
//! bytes. No ffmpeg, no database, no HTTP and no clock ever lives here.

mod artwork;
mod assets;
mod canvas;
mod credits;
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

pub use artwork::Artwork;
pub use credits::{overlay_origins, plan_origins, scene_origins, score_origins, voice_origins};
pub use error::StudioError;
pub use overlay::{Bounds, OverlayDrawing};
pub use planner::{draft, pace::STAGGER, plain_picture, plan_scenes, transcript, write_spec};
pub use scene::{SceneBrief, SceneDrawing, grade, overlay_style, transition_style, words_after};
pub use score::{
    BeatGrid, Measured, Mood, Place, RECORDINGS, Recording, Score, ScoreBrief, ScoreWarning, Timbre,
    beat_grid, listen, measure, score,
};
pub use zones::{COVERS, Cover, Page};
