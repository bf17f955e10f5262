//! What may happen to a worker in the middle of a video: real processes, real ffmpeg, real signals. After each
//! the video is there, whole, and nothing was bought, counted or told twice.
#![cfg(unix)]

use std::{
    collections::HashSet,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use admint_domain::{
    AspectRatio, AttemptOutcome, CreateGeneration, GenerationId, GenerationStatus, ProgressEvent, QueueItem,
    UserId, Username,
};
use admint_store::{AssetKind, Store};
use server::config::Config;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::watch,
};

pub const LEASE_SECONDS: &str = "3";
/// Longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(240);
pub const LOOK: Duration = Duration::from_millis(20);

/// A data folder with one user in it, for workers to share.
pub struct Site {
    folder: TempDir,
    pub store: Store,
    pub user: UserId,
    /// What the workers are told; SQLite in the data folder if nothing.
    pub database: Option<String>,
}

impl Site {
    pub async fn open() -> Self {
        Self::open_with(None, None).await
    }

    /// `workers`: by which address they reach the database, if not by `database`.
    pub async fn open_with(database: Option<String>, workers: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data_dir: folder.path().join("data"), ..Config::default() };
        config.data_folder().ensure().unwrap();
        let url = database.clone().unwrap_or_else(|| config.database().expose().to_owned());
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        let name = Username::parse("ann").unwrap();
        let user = store.create_user(&name, "!", None).await.unwrap().id;
        Self { folder, store, user, database: workers.or(database) }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub async fn ad(&self) -> GenerationId {
        self.ad_of(AspectRatio::Square, 9).await
    }

    async fn ad_of(&self, aspect: AspectRatio, seconds: u32) -> GenerationId {
        let request = CreateGeneration {
            prompt: "Northwind cold brew for people who get up early".into(),
            aspect_ratio: Some(aspect),
            duration_seconds: Some(seconds),
            ..CreateGeneration::default()
        };
        self.store.create_generation(self.user, &request.validate(7).unwrap()).await.unwrap()
    }

    pub fn worker(&self) -> Worker {
        self.start(&["worker", "--workers", "1"])
    }

    /// A process of the program itself, over this folder and database.
    pub fn start(&self, command: &[&str]) -> Worker {
        let child = Command::new(env!("CARGO_BIN_EXE_admint"))
            .args(command)
            .args(["--lease-seconds", LEASE_SECONDS, "--data-dir"])
            .arg(self.data())
            .args(self.database.iter().flat_map(|url| ["--database-url", url]))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Worker(child)
    }

    pub async fn events(&self, id: GenerationId) -> Vec<ProgressEvent> {
        self.store.events_after(self.user, id, 0).await.unwrap().unwrap()
    }

    async fn item(&self, id: GenerationId) -> Option<QueueItem> {
        self.store.queue_of(self.user).await.unwrap().items.into_iter().find(|item| item.id == id)
    }

    /// Until the newest event is what is waited for; other processes give no notice on SQLite.
    pub async fn until(&self, id: GenerationId, what: &str, found: impl Fn(&ProgressEvent) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let events = self.events(id).await;
            let newest = events.last().unwrap();
            if found(newest) {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: still {newest:?}");
            assert!(!newest.status.is_final(), "{what}: ended as {newest:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn until_taken_up(&self, id: GenerationId, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.item(id).await.is_some_and(|item| item.attempts.len() < times) {
            assert!(Instant::now() < deadline, "not taken up {times} times");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn until_done(&self, id: GenerationId) {
        self.until(id, "done", |event| event.status == GenerationStatus::Completed).await;
    }

    /// One video, whole; one operation a scene and one for the music, each settled; one completion; the
    /// story's progress never falls; no scratch.
    async fn check_whole(&self, id: GenerationId) {
        let view = self.store.generation_view(self.user, id).await.unwrap().unwrap();
        assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);

        let ledger = self.store.ledger_of(self.user, id).await.unwrap();
        let bought: HashSet<_> = ledger.iter().map(|line| &line.operation).collect();
        assert_eq!(
            (ledger.len(), bought.len()),
            (view.scenes.len() + 1, view.scenes.len() + 1),
            "{ledger:?}"
        );
        assert!(ledger.iter().all(|line| line.settled.is_some()), "{ledger:?}");

        let events = self.events(id).await;
        assert!(events.is_sorted_by_key(|event| event.progress), "{events:?}");
        let ends = events.iter().filter(|event| event.status.is_final()).count();
        assert_eq!((ends, events.last().unwrap().progress), (1, 100));
        let profile = self.store.profile(self.user).await.unwrap().unwrap();
        assert_eq!(profile.total_generations, 1, "counted once");

        let video = self.store.asset_of(self.user, id, AssetKind::Video).await.unwrap().unwrap();
        let file = self.data().join("assets/files").join(&video.key);
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(hex::encode(Sha256::digest(&bytes)), video.sha256);
        let probe = Command::new("ffprobe")
            .args(["-v", "error", "-count_frames", "-select_streams", "v:0"])
            .args(["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&probe.stdout).trim().trim_end_matches(','), "216");
    }

    pub fn scratch(&self) -> usize {
        std::fs::read_dir(self.data().join("assets/scratch")).unwrap().count()
    }
}

/// A process that works, and is gone at the test's end.
pub struct Worker(Child);

impl Worker {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").arg(format!("-{name}")).arg(self.0.id().to_string()).status().unwrap();
        assert!(sent.success(), "kill -{name}");
    }

    /// Without a word, as when the machine loses its power or its memory.
    pub fn kill(mut self) {
        self.signal("KILL");
        self.0.wait().unwrap();
    }

    /// In order; whether it said that all went well.
    pub fn stop(mut self) -> bool {
        self.signal("TERM");
        self.0.wait().unwrap().success()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Gone already where the test was about that.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a moment is called, and how its event is known.
type Moment = (&'static str, fn(&ProgressEvent) -> bool);

/// Kills a worker at each of these moments of one video, and then lets one finish it.
async fn check_killed(moments: &[Moment]) {
    let site = Site::open().await;
    let id = site.ad().await;
    for (attempt, (moment, found)) in (1..).zip(moments) {
        let worker = site.worker();
        site.until_taken_up(id, attempt).await;
        site.until(id, moment, found).await;
        worker.kill();
    }
    let worker = site.worker();
    site.until_taken_up(id, moments.len() + 1).await;
    let outcomes: Vec<_> =
        site.item(id).await.unwrap().attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes[..moments.len()], vec![Some(AttemptOutcome::Vanished); moments.len()]);
    site.until_done(id).await;
    assert!(worker.stop(), "it ends in order");
    site.check_whole(id).await;
    assert_eq!(site.scratch(), 0, "nothing half-made stays");
}

#[tokio::test]
async fn killed_between_plan_and_scenes_and_in_the_middle_of_two_scenes() {
    check_killed(&[
        ("taken up", |event| event.status == GenerationStatus::Running),
        ("the plan", |event| event.progress >= 20),
        ("the first scene", |event| event.current_step.starts_with("Drawing scene 1") && event.progress > 32),
        ("the second scene", |event| {
            event.current_step.starts_with("Drawing scene 2") && event.progress > 42
        }),
    ])
    .await;
}

#[tokio::test]
async fn killed_before_the_film_near_its_end_after_it_and_at_its_sound() {
    check_killed(&[
        ("the first frame", |event| event.progress >= 30),
        ("the last frames", |event| event.progress >= 66),
        ("the film", |event| event.progress >= 80),
        ("the sound", |event| event.progress >= 90),
    ])
    .await;
}

/// Frozen for longer than its lease, and woken when another has finished its video.
#[tokio::test]
async fn a_worker_that_was_frozen_beyond_its_lease_writes_nothing_any_more() {
    let site = Site::open().await;
    let id = site.ad().await;
    let frozen = site.worker();
    site.until(id, "the second scene", |event| event.current_step.starts_with("Drawing scene 2")).await;
    frozen.signal("STOP");
    let other = site.worker();
    site.until_done(id).await;
    let (events, ledger) = (site.events(id).await, site.store.ledger_of(site.user, id).await.unwrap());
    frozen.signal("CONT");
    assert!(frozen.stop(), "it finds its lease lost, and goes on with what else there is");
    assert_eq!(site.events(id).await, events);
    assert_eq!(site.store.ledger_of(site.user, id).await.unwrap(), ledger);
    assert!(other.stop());
    site.check_whole(id).await;
    assert_eq!(site.scratch(), 0);
}

#[tokio::test]
async fn told_to_end_in_the_middle_of_a_video_it_hands_it_back() {
    let site = Site::open().await;
    let id = site.ad().await;
    let first = site.worker();
    site.until(id, "the second scene", |event| event.current_step.starts_with("Drawing scene 2")).await;
    assert!(first.stop(), "it ends in order");
    let item = site.item(id).await.unwrap();
    assert_eq!((item.status, item.position), (GenerationStatus::Queued, Some(1)));
    assert_eq!(item.attempts[0].outcome, Some(AttemptOutcome::HandedBack));
    assert_eq!(site.scratch(), 0);

    let second = site.worker();
    site.until_done(id).await;
    assert!(second.stop());
    site.check_whole(id).await;
}

/// The page that cancels is another process than the one that draws.
#[tokio::test]
async fn a_cancel_from_another_process_ends_the_work() {
    let site = Site::open().await;
    let id = site.ad().await;
    let worker = site.worker();
    site.until(id, "the second scene", |event| event.current_step.starts_with("Drawing scene 2")).await;
    site.store.request_cancel(site.user, id).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    while site.events(id).await.last().unwrap().status != GenerationStatus::Cancelled {
        assert!(Instant::now() < deadline, "still {:?}", site.events(id).await.last());
        tokio::time::sleep(LOOK).await;
    }
    assert!(worker.stop());
    assert_eq!(site.scratch(), 0);
    let view = site.store.generation_view(site.user, id).await.unwrap().unwrap();
    assert_eq!(view.video_url, None);
}

/// No file may grow beyond a limit: what a full disk is to the encoder. SQLite's log is cut before it gets there.
#[tokio::test]
async fn a_full_disk_fails_clearly_leaves_nothing_behind_and_can_be_mended() {
    let site = Site::open().await;
    // Its film is larger than the limit, its sound is not; the next ad is smaller altogether.
    let id = site.ad_of(AspectRatio::Portrait9x16, 15).await;
    let unharmed = site.ad().await;
    let script = "trap '' XFSZ; ulimit -f 4500; exec \"$@\"";
    let child = Command::new("bash")
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_admint"), "worker", "--workers", "1"])
        .args(["--lease-seconds", LEASE_SECONDS, "--data-dir"])
        .arg(site.data())
        .current_dir(site.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let full = Worker(child);
    let deadline = Instant::now() + PATIENCE;
    let failed = loop {
        let item = site.item(id).await.expect("it is in the queue");
        if item.status == GenerationStatus::Failed {
            break item;
        }
        assert!(Instant::now() < deadline, "{item:?}");
        tokio::time::sleep(LOOK).await;
    };
    let reason = failed.error.unwrap();
    assert!(reason.contains("disk is full") && reason.contains("kept"), "{reason}");
    site.until_done(unharmed).await;
    assert!(full.stop(), "it goes on with what fits");
    assert_eq!(site.scratch(), 0, "partial files are gone");

    site.store.retry(site.user, id).await.unwrap();
    let worker = site.worker();
    site.until_taken_up(id, 2).await;
    let deadline = Instant::now() + PATIENCE;
    while site.store.generation_view(site.user, id).await.unwrap().unwrap().status
        != GenerationStatus::Completed
    {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(LOOK).await;
    }
    assert!(worker.stop());
    let view = site.store.generation_view(site.user, id).await.unwrap().unwrap();
    assert_eq!(view.error, None);
    assert_eq!(site.store.profile(site.user).await.unwrap().unwrap().total_generations, 2);
}

/// The way to the database, which can be closed and opened again.
struct Gate {
    open: watch::Sender<bool>,
    port: u16,
}

impl Gate {
    async fn to(address: String) -> Self {
        let socket = bound_to(0);
        let port = socket.local_addr().unwrap().port();
        let (open, mut is_open) = watch::channel(true);
        tokio::spawn(async move {
            let mut socket = socket;
            loop {
                let listener = socket.listen(64).unwrap();
                loop {
                    let (mut here, _) = tokio::select! {
                        come = listener.accept() => come.unwrap(),
                        _ = is_open.wait_for(|open| !open) => break,
                    };
                    let (address, mut is_open) = (address.clone(), is_open.clone());
                    tokio::spawn(async move {
                        let mut there = TcpStream::connect(address).await.unwrap();
                        // What is cut off half-way is what this is about.
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                            _ = is_open.wait_for(|open| !open) => {}
                        }
                    });
                }
                // A socket that is bound and does not listen refuses, and keeps the port.
                drop(listener);
                socket = bound_to(port);
                if is_open.wait_for(|open| *open).await.is_err() {
                    return;
                }
            }
        });
        Self { open, port }
    }
}

fn bound_to(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], port).into()).unwrap();
    socket
}

/// Every connection to PostgreSQL breaks in the middle of a video, and all are refused for longer than any
/// lease or pool waits. The videos wait, and go on; who asks is told why there is no answer, and who listens
/// hears the rest.
mod the_database_goes_away {
    use reqwest::{Client, StatusCode};
    use serde_json::json;

    use admint_domain::{ErrorCode, SignedIn};

    use super::*;
    use crate::{
        across::until_live,
        events::{Reader, story},
        fixture::{PASSWORD, Postgres, refused},
    };

    const AWAY: Duration = Duration::from_secs(31);

    // More than one thread: the gate carries bytes while the test waits for a process.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let postgres = Postgres::create().await;
        let gate = Gate::to(postgres.address().to_owned()).await;
        let gated = postgres.url_through(gate.port);
        let mut site = Site::open_with(Some(postgres.url.clone()), Some(gated)).await;

        let port = bound_to(0).local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}");
        let mut server =
            site.start(&["serve", "--workers", "0", "--listen", base.trim_start_matches("http://")]);
        let client = Client::builder().no_proxy().build().unwrap();
        until_live(&client, &base).await;
        let account = json!({ "username": "ben", "password": PASSWORD });
        let answer = client.post(format!("{base}/api/auth/register")).json(&account).send().await.unwrap();
        let ben: SignedIn = answer.json().await.unwrap();
        site.user = ben.user.id;
        let get = |path: &str| client.get(format!("{base}{path}")).bearer_auth(&ben.access_token);

        let (id, waiting) = (site.ad().await, site.ad().await);
        let reader = get(&format!("/api/generations/{id}/events")).send().await.unwrap();
        let reading = tokio::spawn(async move { Reader::of(reader).rest().await });
        let mut worker = site.worker();
        site.until(id, "the second scene", |event| event.current_step.starts_with("Drawing scene 2")).await;

        gate.open.send_replace(false);
        let back = Instant::now() + AWAY;
        while Instant::now() < back {
            let error = refused(get("/api/generations"), StatusCode::SERVICE_UNAVAILABLE).await;
            assert_eq!(error.code, ErrorCode::Unavailable);
            assert!(error.message.contains("The database does not answer"), "{}", error.message);
            let ready = get("/api/health/ready").send().await.unwrap();
            assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
            tokio::time::sleep(LOOK).await;
        }
        assert_eq!(site.item(waiting).await.unwrap().status, GenerationStatus::Queued);
        gate.open.send_replace(true);

        let deadline = Instant::now() + PATIENCE;
        while get("/api/generations").send().await.unwrap().status() != StatusCode::OK {
            assert!(Instant::now() < deadline, "the server does not find the database again");
            tokio::time::sleep(LOOK).await;
        }
        for id in [id, waiting] {
            site.until_done(id).await;
        }
        let heard = story(reading.await.unwrap());
        assert_eq!(heard, story(site.events(id).await), "without the reader's having to come back");
        assert!(worker.is_alive() && server.is_alive(), "the same processes");
        for id in [id, waiting] {
            let ledger = site.store.ledger_of(site.user, id).await.unwrap();
            let bought: HashSet<_> = ledger.iter().map(|line| &line.operation).collect();
            assert_eq!(ledger.len(), bought.len(), "{ledger:?}");
            let events = site.events(id).await;
            assert_eq!(events.iter().filter(|event| event.status.is_final()).count(), 1);
        }
        let profile = site.store.profile(site.user).await.unwrap().unwrap();
        assert_eq!(profile.total_generations, 2);
        assert!(worker.stop() && server.stop());
        site.store.close().await.unwrap();
        postgres.remove().await;
    }
}
