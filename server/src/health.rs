//! Whether AdMint can do its work: the database answers, the asset folder can be written, ffmpeg is
//! there. Anybody may ask, so the answers are kept for a moment and say only yes or no.

use std::time::{Duration, Instant};

use admint_pipeline::Ffmpeg;
use admint_store::{AssetStore, Store};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

const KEPT: Duration = Duration::from_secs(2);
/// Starting a process costs more than a query, and ffmpeg seldom goes away.
const FFMPEG_KEPT: Duration = Duration::from_secs(30);

/// What `GET /api/health` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HealthView {
    /// The program runs.
    pub live: bool,
    /// Everything it needs is there.
    pub ready: bool,
    pub checks: ChecksView,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChecksView {
    pub database: bool,
    pub storage: bool,
    pub ffmpeg: bool,
}

pub struct Health {
    store: Store,
    assets: AssetStore,
    ffmpeg: Result<Ffmpeg, String>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    storage_and_database: Option<(Instant, bool, bool)>,
    ffmpeg: Option<(Instant, bool)>,
}

impl Health {
    pub fn new(store: Store, assets: AssetStore, ffmpeg: Result<Ffmpeg, String>) -> Self {
        Self { store, assets, ffmpeg, known: Mutex::default() }
    }

    pub async fn check(&self) -> HealthView {
        // Held over the checks: many who ask at once start one check.
        let mut known = self.known.lock().await;
        let (database, storage) = match known.storage_and_database {
            Some((at, database, storage)) if at.elapsed() < KEPT => (database, storage),
            _ => {
                let database = self.database().await;
                let storage = self.storage().await;
                known.storage_and_database = Some((Instant::now(), database, storage));
                (database, storage)
            }
        };
        let ffmpeg = match known.ffmpeg {
            Some((at, ffmpeg)) if at.elapsed() < FFMPEG_KEPT => ffmpeg,
            _ => {
                let ffmpeg = self.ffmpeg().await;
                known.ffmpeg = Some((Instant::now(), ffmpeg));
                ffmpeg
            }
        };
        let checks = ChecksView { database, storage, ffmpeg };
        HealthView { live: true, ready: database && storage && ffmpeg, checks }
    }

    async fn database(&self) -> bool {
        let answer = tokio::time::timeout(Duration::from_secs(5), self.store.ping()).await;
        match answer {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database does not answer");
                false
            }
            Err(_) => {
                tracing::warn!("the database does not answer in time");
                false
            }
        }
    }

    async fn storage(&self) -> bool {
        self.assets
            .check()
            .await
            .inspect_err(|error| tracing::warn!(%error, "the asset folder fails"))
            .is_ok()
    }

    async fn ffmpeg(&self) -> bool {
        match &self.ffmpeg {
            Ok(ffmpeg) => {
                ffmpeg.version().await.inspect_err(|error| tracing::warn!(%error, "ffmpeg fails")).is_ok()
            }
            Err(reason) => {
                tracing::warn!(reason, "ffmpeg is missing");
                false
            }
        }
    }
}
