//! The use cases: from a brief to a finished video, one saved stage after the other.
//!
//! ```text
//! Brief -> AdSpec -> ScenePlan -> clips -> Timeline -> stitched video -> video with sound
//! ```
//! Each arrow's result is stored before the next begins, so a job that is taken up again goes on at
//! the first result that is missing. No web framework is known here.

mod backend;
mod backup;
mod error;
mod job;
mod pictures;
mod progress;
mod render_once;
mod stages;
mod worker;

use std::sync::Arc;

pub use admint_media::{Ffmpeg, MediaError};
pub use admint_providers::{ApiKey, ChatConfig, Patience, ProviderError, TokenPrices};
use admint_providers::{ChatPlanner, Fallback, MusicModel, Planner, Studio, VideoModel, VoiceModel};
use admint_store::{AssetStore, JobEngine, Store};
pub use backup::{
    BackupError, Manifest, Sweeper, Swept, Verification, backup, remove_orphans, restore, verify,
};
pub use error::PipelineError;
use pictures::StoredPictures;
pub use render_once::Rendered;
use tokio::sync::Semaphore;

/// Who plans, makes the pictures, makes the music and speaks.
#[derive(Clone)]
pub struct Providers {
    pub planner: Arc<dyn Planner>,
    pub video: Arc<dyn VideoModel>,
    pub music: Arc<dyn MusicModel>,
    pub voice: Arc<dyn VoiceModel>,
}

impl Providers {
    /// The embedded engine for everything. It finds users' pictures in `assets`.
    pub fn studio(assets: &AssetStore) -> Self {
        let studio = Arc::new(Studio::new(Arc::new(StoredPictures(assets.clone()))));
        Self { planner: studio.clone(), video: studio.clone(), music: studio.clone(), voice: studio }
    }

    /// Language models plan, Anthropic's before OpenAI's (or whoever speaks like it); the planner that was there
    /// before answers where neither does.
    pub fn with_chat(
        self,
        anthropic: Option<ChatConfig>,
        openai: Option<ChatConfig>,
    ) -> Result<Self, ProviderError> {
        let anthropic = anthropic.map(ChatPlanner::anthropic).transpose()?;
        let openai = openai.map(ChatPlanner::openai).transpose()?;
        let chat =
            [anthropic, openai].into_iter().flatten().map(|planner| Arc::new(planner) as Arc<dyn Planner>);
        let mut planners = chat.chain([self.planner.clone()]);
        let first = planners.next().expect("there is one at least");
        let others: Vec<_> = planners.collect();
        let planner = if others.is_empty() { first } else { Arc::new(Fallback::new(first, others)) };
        Ok(Self { planner, ..self })
    }
}

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
            decoding: Arc::new(Semaphore::new(1)),
        })
    }
}
