//! Opens what the configuration names and puts the rooms together.

use std::{sync::Arc, time::Duration};

use admint_pipeline::{Ffmpeg, Pipeline, PipelineConfig, Providers};
use admint_store::{AssetStore, DatabaseEngine, Store};
use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::AccountService,
    assets::Bundle,
    config::{Config, DatabaseUrl, TrustedProxies},
    health::Health,
    state::{AppState, Services},
};

/// The rooms below the server, ready to work.
pub struct Rooms {
    pub store: Store,
    pub assets: AssetStore,
    pub ffmpeg: Result<Ffmpeg, String>,
    pub pipeline: Arc<Pipeline>,
}

/// Opens database and asset folder, brings the schema up to date and finds ffmpeg.
pub async fn open(config: &Config) -> Result<Rooms> {
    let folder = config.data_folder();
    folder.ensure()?;
    let lease = Duration::from_secs(config.lease_seconds as u64);
    rooms(&config.database(), assets(config)?, ffmpeg(config), lease).await
}

/// The published files' place, as configured.
pub fn assets(config: &Config) -> Result<AssetStore> {
    let folder = config.data_folder().assets();
    match config.bucket() {
        None => AssetStore::open(&folder).context("cannot open the asset folder"),
        Some(bucket) => AssetStore::open_bucket(&folder, &bucket)
            .context("cannot use the bucket; see ADMINT_ASSETS_URL and ADMINT_S3_ENDPOINT"),
    }
}

/// The rooms over the given database and files.
pub async fn rooms(
    database: &DatabaseUrl,
    assets: AssetStore,
    ffmpeg: Result<Ffmpeg, String>,
    lease: Duration,
) -> Result<Rooms> {
    let store = connect(database).await?;
    store.migrate().await.context("cannot bring the database's schema up to date")?;
    let pipeline = Pipeline::new(PipelineConfig {
        store: store.clone(),
        assets: assets.clone(),
        ffmpeg: ffmpeg.clone(),
        providers: Providers::studio(&assets),
        engine: Arc::new(DatabaseEngine::new(store.clone(), lease)),
    });
    Ok(Rooms { store, assets, ffmpeg, pipeline })
}

pub async fn connect(database: &DatabaseUrl) -> Result<Store> {
    Store::connect(database.expose())
        .await
        .with_context(|| format!("cannot open the database {database:?}; see ADMINT_DATABASE_URL"))
}

/// The configured programs, or those on the PATH; else what the user may do about it.
pub fn ffmpeg(config: &Config) -> Result<Ffmpeg, String> {
    let (Some(ffmpeg), Some(ffprobe)) = (&config.ffmpeg, &config.ffprobe) else {
        if config.ffmpeg.is_none() && config.ffprobe.is_none() {
            return Ffmpeg::discover().map_err(|error| error.to_string());
        }
        let or = |path: &Option<std::path::PathBuf>, name: &str| path.clone().unwrap_or_else(|| name.into());
        return Ok(Ffmpeg::at(or(&config.ffmpeg, "ffmpeg"), or(&config.ffprobe, "ffprobe")));
    };
    Ok(Ffmpeg::at(ffmpeg.clone(), ffprobe.clone()))
}

/// What the router works with.
pub fn state(config: Config, rooms: &Rooms, shutdown: CancellationToken) -> Result<AppState> {
    let secret = match &config.secret {
        Some(secret) => secret.clone(),
        None => config.data_folder().secret()?,
    };
    Ok(AppState::new(Services {
        store: rooms.store.clone(),
        assets: rooms.assets.clone(),
        backend: rooms.pipeline.clone(),
        accounts: Arc::new(AccountService::new(rooms.store.clone(), &secret)),
        health: Health::new(rooms.store.clone(), rooms.assets.clone(), rooms.ffmpeg.clone()),
        proxies: TrustedProxies(config.trusted_proxy.clone()),
        bundle: Bundle::load(),
        config,
        shutdown,
    }))
}
