//! The use cases: from a brief to a finished video, one saved stage after the other.
//!
//! ```text
//! Brief -> AdSpec -> ScenePlan -> clips -> Timeline -> stitched video -> video with sound
//! ```
//! Each arrow's result is stored before the next begins, so a job that is taken up again goes on at
//! the first result that is missing. No web framework is known here.

mod backend;
mod backup;
mod change;
mod departures;
mod error;
mod estimate;
mod job;
mod pictures;
mod progress;
mod providers;
mod render_once;
mod stages;
mod worker;

use std::sync::Arc;

pub use admint_media::{Ffmpeg, MediaError};
pub use admint_providers::{
    ApiKey, Call, Catalogue, ChatConfig, ChatPlanner, ComfyAccess, ComfyPlace, Forged, Limits, Model,
    ModelKind, Patience, PricedBy, ProviderError, Reach, ReplicateAccess, TokenPrices, Webhooks,
};
use admint_store::{AssetStore, JobEngine, Store};
pub use backup::{
    BackupError, Manifest, Sweeper, Swept, Verification, backup, remove_orphans, restore, verify,
};
pub use error::PipelineError;
pub use providers::{Providers, STUDIO};
pub use render_once::Rendered;
use tokio::sync::Semaphore;

pub struct PipelineConfig {
    pub store: Store,
    pub assets: AssetStore,
    /// Without ffmpeg everything but rendering works; the text tells the user what is missing.
    pub ffmpeg: Result<Ffmpeg, String>,
    pub providers: Providers,
    /// Who sees that jobs get done.
    pub engine: Arc<dyn JobEngine>,
    /// How many pictures are drawn and encoded at a time, however many jobs are under way; at least one. Each
    /// takes what `cargo xtask bench` prints as its peak.
    pub encoders: usize,
}

/// Everything AdMint does for its users, behind [`admint_domain::Backend`].
pub struct Pipeline {
    store: Store,
    assets: AssetStore,
    ffmpeg: Result<Ffmpeg, String>,
    providers: Providers,
    engine: Arc<dyn JobEngine>,
    /// Whose turn it is to draw and encode.
    encoding: Arc<Semaphore>,
    /// Whose turn it is to draw a scene's picture ahead of its film.
    sketching: Arc<Semaphore>,
    /// Whose turn it is to have an upload read.
    decoding: Arc<Semaphore>,
}

impl Pipeline {
    pub fn new(config: PipelineConfig) -> Arc<Self> {
        let PipelineConfig { store, assets, ffmpeg, providers, engine, encoders } = config;
        Arc::new(Self {
            store,
            assets,
            ffmpeg,
            providers,
            engine,
            encoding: Arc::new(Semaphore::new(encoders.max(1))),
            sketching: Arc::new(Semaphore::new(1)),
            decoding: Arc::new(Semaphore::new(1)),
        })
    }
}
