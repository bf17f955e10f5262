//! A pipeline with a private database and folder, and one user at it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use admint_domain::{
    Backend, CreateGeneration, GenerationId, GenerationQuery, ProgressEvent, StatusFilter, UserId, Username,
};
use admint_pipeline::{Ffmpeg, Pipeline, PipelineConfig, Providers};
use admint_providers::{Planner, Scripted, VideoModels};
use admint_store::{AssetKind, AssetRecord, AssetStore, BucketConfig, DatabaseEngine, Store};
use chrono::{TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

pub struct Desk {
    pub pipeline: Arc<Pipeline>,
    pub store: Store,
    pub user: UserId,
    assets: AssetStore,
    ffmpeg: Option<Ffmpeg>,
    folder: tempfile::TempDir,
}

/// Workers that run until they are stopped.
pub struct Workers {
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Workers {
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }
}

/// The shortest ad: tests wait for every frame of it.
pub fn create(prompt: &str) -> CreateGeneration {
    CreateGeneration {
        prompt: prompt.into(),
        duration_seconds: Some(9),
        seed: Some(7),
        ..CreateGeneration::default()
    }
}

impl Desk {
    pub async fn open(scripted: Scripted) -> Self {
        Self::with(|_| all_by(scripted), Ok(Ffmpeg::discover().expect("these tests need ffmpeg"))).await
    }

    /// A script for everything that `change` leaves to it.
    pub async fn scripted_with(
        scripted: Scripted,
        change: impl FnOnce(Providers, &AssetStore) -> Providers,
    ) -> Self {
        let ffmpeg = Ffmpeg::discover().expect("these tests need ffmpeg");
        Self::with(|assets| change(all_by(scripted), assets), Ok(ffmpeg)).await
    }

    /// As [`Desk::open`], with another planner.
    pub async fn planned_by(planner: impl Planner + 'static, scripted: Scripted) -> Self {
        let providers = |_: &AssetStore| Providers { planner: Arc::new(planner), ..all_by(scripted) };
        Self::with(providers, Ok(Ffmpeg::discover().expect("these tests need ffmpeg"))).await
    }

    /// With the embedded engine, as a newcomer has it.
    pub async fn studio() -> Self {
        Self::with(Providers::studio, Ok(Ffmpeg::discover().expect("these tests need ffmpeg"))).await
    }

    pub async fn in_bucket(scripted: Scripted, bucket: &BucketConfig) -> Self {
        let ffmpeg = Ffmpeg::discover().expect("these tests need ffmpeg");
        let open = |root: &Path| AssetStore::open_bucket(root, bucket).unwrap();
        Self::over(open, |_| all_by(scripted), Ok(ffmpeg), None).await
    }

    /// The embedded engine, with the files in a bucket.
    pub async fn studio_in_bucket(bucket: &BucketConfig) -> Self {
        let ffmpeg = Ffmpeg::discover().expect("these tests need ffmpeg");
        let open = |root: &Path| AssetStore::open_bucket(root, bucket).unwrap();
        Self::over(open, Providers::studio, Ok(ffmpeg), None).await
    }

    /// Each user may have so many bytes.
    pub async fn with_quota(scripted: Scripted, bytes: u64) -> Self {
        let ffmpeg = Ffmpeg::discover().expect("these tests need ffmpeg");
        let open = |root: &Path| AssetStore::open(root).unwrap();
        Self::over(open, |_| all_by(scripted), Ok(ffmpeg), Some(bytes)).await
    }

    pub async fn without_ffmpeg(scripted: Scripted) -> Self {
        Self::with(|_| all_by(scripted), Err("ffmpeg is not installed on this server.".into())).await
    }

    async fn with(providers: impl FnOnce(&AssetStore) -> Providers, ffmpeg: Result<Ffmpeg, String>) -> Self {
        Self::over(|root| AssetStore::open(root).unwrap(), providers, ffmpeg, None).await
    }

    async fn over(
        assets: impl FnOnce(&Path) -> AssetStore,
        providers: impl FnOnce(&AssetStore) -> Providers,
        ffmpeg: Result<Ffmpeg, String>,
        quota: Option<u64>,
    ) -> Self {
        // A failed test then shows why; another test of this process may have set it already.
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/admint.db?mode=rwc", folder.path().display());
        let store = Store::connect(&database).await.unwrap().with_quota(quota);
        store.migrate().await.unwrap();
        let assets = assets(&folder.path().join("assets"));
        let providers = providers(&assets);
        let config = PipelineConfig {
            store: store.clone(),
            assets: assets.clone(),
            ffmpeg: ffmpeg.clone(),
            providers,
            encoders: 1,
            engine: Arc::new(DatabaseEngine::new(store.clone(), std::time::Duration::from_secs(30))),
        };
        let name = Username::parse("maker").unwrap();
        let user = store.create_user(&name, "no hash", None).await.unwrap().id;
        Self { pipeline: Pipeline::new(config), store, user, assets, ffmpeg: ffmpeg.ok(), folder }
    }

    pub async fn create(&self, request: CreateGeneration) -> GenerationId {
        self.pipeline.create_generation(self.user, request).await.unwrap().id
    }

    pub async fn another_user(&self, name: &str) -> UserId {
        self.store.create_user(&Username::parse(name).unwrap(), "no hash", None).await.unwrap().id
    }

    pub fn start_workers(&self) -> Workers {
        self.start_many_workers(1)
    }

    pub fn start_many_workers(&self, count: usize) -> Workers {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(self.pipeline.clone().run_workers(count, shutdown.clone()));
        Workers { shutdown, task }
    }

    /// Removes what is deleted, as if the time to bring it back were over.
    pub async fn purge(&self) {
        self.pipeline.purge(Utc::now() + TimeDelta::minutes(1)).await.unwrap();
    }

    /// Runs a worker until nothing waits or runs any more.
    pub async fn work(&self) {
        self.work_by(1).await;
    }

    pub async fn work_by(&self, workers: usize) {
        let mut notices = self.store.subscribe();
        let workers = self.start_many_workers(workers);
        let unfinished =
            || GenerationQuery { status: Some(StatusFilter::Processing), ..GenerationQuery::default() };
        while self.pipeline.generations(self.user, unfinished()).await.unwrap().total > 0 {
            // Lagging behind is as good as a notice.
            let _ = notices.recv().await;
        }
        workers.stop().await;
    }

    /// Waits for the event, which may have come already.
    pub async fn until(&self, id: GenerationId, found: impl Fn(&ProgressEvent) -> bool) {
        let mut notices = self.store.subscribe();
        loop {
            let events = self.pipeline.events(self.user, id, 0).await.unwrap();
            if events.iter().any(&found) {
                return;
            }
            if let Some(end) = events.last().filter(|event| event.status.is_final()) {
                panic!("it ended without that event: {end:?}");
            }
            let _ = notices.recv().await;
        }
    }

    /// Waits until every fault of the script has struck.
    pub async fn until_struck(&self, scripted: &Scripted) {
        while scripted.faults_left() > 0 {
            tokio::task::yield_now().await;
        }
    }

    pub async fn asset(&self, id: GenerationId, kind: AssetKind) -> Option<AssetRecord> {
        self.store.asset_of(self.user, id, kind).await.unwrap()
    }

    pub fn ffmpeg(&self) -> &Ffmpeg {
        self.ffmpeg.as_ref().unwrap()
    }

    pub fn assets(&self) -> &AssetStore {
        &self.assets
    }

    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join("assets/files").join(key)
    }

    /// How loud a narrow band around `hertz` is from one second to another, in dB.
    pub fn level_of_band(&self, file: &Path, hertz: u32, from: f64, to: f64) -> f64 {
        let filter = format!(
            "atrim=start={from}:end={to},bandpass=frequency={hertz}:width_type=h:width=20,volumedetect"
        );
        let run = std::process::Command::new("ffmpeg")
            .args(["-hide_banner", "-nostats", "-i"])
            .arg(file)
            .args(["-vn", "-af", &filter, "-f", "null", "-"])
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&run.stderr).into_owned();
        let (_, level) = log.split_once("mean_volume:").unwrap_or_else(|| panic!("{log}"));
        level.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The mean of each colour in a part of one frame; `crop` is width, height, left and top in pixels.
    pub fn mean_color(&self, file: &Path, crop: [u32; 4], second: f64) -> [u8; 3] {
        let [width, height, left, top] = crop;
        let run = std::process::Command::new("ffmpeg")
            .args(["-v", "error", "-ss", &second.to_string(), "-i"])
            .arg(file)
            .args(["-frames:v", "1", "-vf"])
            .arg(format!("crop={width}:{height}:{left}:{top},scale=1:1:flags=area"))
            .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
            .output()
            .unwrap();
        run.stdout.try_into().unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&run.stderr)))
    }

    pub fn scratch_exists(&self, id: GenerationId) -> bool {
        files_below(self.folder.path())
            .iter()
            .any(|file| file.contains("scratch") && file.contains(&id.to_string()))
    }

    /// Every published or unfinished file, sorted.
    pub fn files(&self) -> Vec<String> {
        files_below(&self.folder.path().join("assets"))
    }
}

fn all_by(scripted: Scripted) -> Providers {
    let scripted = Arc::new(scripted);
    let video = VideoModels::new(scripted.clone());
    Providers { planner: scripted.clone(), video, music: scripted.clone(), voice: scripted }
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path.display().to_string());
        }
    }
    files.sort();
    files
}

/// A red square on nothing.
pub fn png() -> Vec<u8> {
    let side = 100;
    let inside = |at: u32| (20..80).contains(&(at % side)) && (20..80).contains(&(at / side));
    let pixels = (0..side * side).flat_map(|at| [210, 30, 40, if inside(at) { 255 } else { 0 }]).collect();
    admint_vision::Picture::new(side, side, pixels).unwrap().to_png()
}
