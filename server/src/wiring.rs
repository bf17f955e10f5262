//! Opens what the configuration names and puts the rooms together.

use std::{sync::Arc, time::Duration};

use admint_pipeline::{Ffmpeg, Limits, Model, Pipeline, PipelineConfig, Providers, Webhooks};
use admint_store::{AssetStore, DatabaseEngine, JobEngine, Store};
use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::AccountService,
    assets::Bundle,
    config::{Chosen, Config, DatabaseUrl, TrustedProxies},
    health::Health,
    services,
    sharing::ShareService,
    state::{AppState, Services},
};

/// The rooms below the server, ready to work.
pub struct Rooms {
    pub store: Store,
    pub assets: AssetStore,
    pub ffmpeg: Result<Ffmpeg, String>,
    pub pipeline: Arc<Pipeline>,
    /// Where Replicate's calls wake whom, in the process that hears them.
    pub webhooks: Option<Arc<Webhooks>>,
}

/// Opens database and asset folder, brings the schema up to date and finds ffmpeg.
pub async fn open(config: &Config) -> Result<Rooms> {
    open_with(config, None).await
}

/// The same for the process that vendors call: it can wait for that instead of asking.
pub async fn open_to_serve(config: &Config) -> Result<Rooms> {
    open_with(config, config.webhooks().map_err(anyhow::Error::msg)?).await
}

async fn open_with(config: &Config, webhooks: Option<Arc<Webhooks>>) -> Result<Rooms> {
    let folder = config.data_folder();
    folder.ensure()?;
    let engine = |store: &Store| engine(config, store);
    let assets = assets(config)?;
    let providers = providers(config, &assets, webhooks.clone())?;
    let may = |store: Store| store.with_quota(config.quota()).with_caps(config.caps());
    let rooms = rooms(&config.database(), assets, ffmpeg(config), providers, engine, may).await?;
    Ok(Rooms { webhooks, ..rooms })
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

/// Who makes an ad's parts, as configured: plans by whoever is asked first, clips by the chosen models in their
/// order, all else by Studio. Every model of a vendor that knows this installation may be wished for.
pub fn providers(config: &Config, assets: &AssetStore, webhooks: Option<Arc<Webhooks>>) -> Result<Providers> {
    let planned = Providers::studio(assets)
        .with_chat(config.anthropic(), config.openai())
        .context("cannot get ready to ask the models that plan")?;
    let chosen = config.chosen_models().map_err(anyhow::Error::msg)?;
    for chosen in &chosen {
        if let Chosen::AtVendor(model) = chosen
            && let Some(setting) = config.lacks_for(model)
        {
            anyhow::bail!("the model `{}` needs {setting}", model.id);
        }
    }
    let catalogue = config.catalogue().map_err(anyhow::Error::msg)?;
    let clips_of = |provider: &'static str| {
        let makes_clips = move |model: &&Model| model.provider == provider && model.makes_video();
        catalogue.models().iter().filter(makes_clips).cloned()
    };
    let mut known = planned;
    if let Some(access) = config.replicate() {
        let limits = Limits::default();
        known = known.with_replicate(access, clips_of("replicate"), limits, assets, webhooks).map_err(
            |reason| anyhow::anyhow!("cannot use Replicate; see ADMINT_REPLICATE_BASE_URL: {reason}"),
        )?;
    }
    if let Some(place) = config.comfyui() {
        known =
            known.with_comfyui(&place, clips_of("comfyui"), Providers::comfyui_limits(), assets).map_err(
                |reason| anyhow::anyhow!("cannot use ComfyUI; see the settings ADMINT_COMFYUI_...: {reason}"),
            )?;
    }
    known
        .asking(&config.video_model)
        .map_err(|model| anyhow::anyhow!("ADMINT_VIDEO_MODEL: no model `{model}`"))
}

/// Who sees that jobs get done, as configured.
fn engine(config: &Config, store: &Store) -> Result<Arc<dyn JobEngine>> {
    let (store, lease) = (store.clone(), Duration::from_secs(config.lease_seconds as u64));
    match &config.temporal_url {
        None => Ok(Arc::new(DatabaseEngine::new(store, lease))),
        Some(url) => on_temporal(config, url, store, lease),
    }
}

#[cfg(feature = "temporal")]
fn on_temporal(config: &Config, url: &str, store: Store, lease: Duration) -> Result<Arc<dyn JobEngine>> {
    let place = admint_temporal::TemporalConfig {
        url: url.to_owned(),
        namespace: config.temporal_namespace.clone(),
        task_queue: config.temporal_task_queue.clone(),
    };
    let engine = admint_temporal::TemporalEngine::new(store, lease, place)
        .context("cannot use Temporal; see ADMINT_TEMPORAL_URL")?;
    Ok(Arc::new(engine))
}

#[cfg(not(feature = "temporal"))]
fn on_temporal(_: &Config, _: &str, _: Store, _: Duration) -> Result<Arc<dyn JobEngine>> {
    anyhow::bail!(
        "ADMINT_TEMPORAL_URL is set, but this program was built without Temporal: build it with \
         `cargo build --release --features temporal`, or leave the setting out"
    )
}

/// The rooms over the given database and files; `may` says what users may have and spend.
pub async fn rooms(
    database: &DatabaseUrl,
    assets: AssetStore,
    ffmpeg: Result<Ffmpeg, String>,
    providers: Providers,
    engine: impl FnOnce(&Store) -> Result<Arc<dyn JobEngine>>,
    may: impl FnOnce(Store) -> Store,
) -> Result<Rooms> {
    let store = may(connect(database).await?);
    store.migrate().await.context("cannot bring the database's schema up to date")?;
    let pipeline = Pipeline::new(PipelineConfig {
        store: store.clone(),
        assets: assets.clone(),
        ffmpeg: ffmpeg.clone(),
        providers,
        engine: engine(&store)?,
        encoders: crate::config::encoders(),
    });
    Ok(Rooms { store, assets, ffmpeg, pipeline, webhooks: None })
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
        sharing: Arc::new(ShareService::new(rooms.store.clone(), &secret, config.public_url.as_ref())),
        health: Health::new(rooms.store.clone(), rooms.assets.clone(), rooms.ffmpeg.clone()),
        services: services::Services::new(&config),
        proxies: TrustedProxies(config.trusted_proxy.clone()),
        bundle: Bundle::load(),
        webhooks: rooms.webhooks.clone(),
        config,
        shutdown,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(temporal_url: &str, mistake: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: folder.path().join("data"),
            temporal_url: Some(temporal_url.to_owned()),
            ..Config::default()
        };
        let opened = open(&config).await.err().map(|error| format!("{error:#}"));
        match (opened, mistake) {
            (None, None) => {}
            (Some(error), Some(part)) => assert!(error.contains(part), "`{part}` is not in: {error}"),
            (opened, _) => panic!("{temporal_url}: {opened:?}"),
        }
    }

    #[tokio::test]
    async fn temporal_is_used_or_it_is_said_why_not() {
        if cfg!(feature = "temporal") {
            // It need not answer yet.
            check("http://127.0.0.1:1", None).await;
            check("localhost:7233", Some("ADMINT_TEMPORAL_URL")).await;
        } else {
            check("http://127.0.0.1:1", Some("--features temporal")).await;
        }
    }
}
