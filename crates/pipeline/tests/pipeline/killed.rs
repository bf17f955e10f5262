//! A worker killed at every boundary of every step, where each scene, the music and the voice are paid for. After
//! each kill another goes on; in the end the video is there, and nothing was bought, booked, told or counted
//! twice.

use std::{
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use admint_domain::{
    AspectRatio, AttemptOutcome, GenerationId, GenerationStatus, Price, Usd, UserId, Username,
};
use admint_providers::Scripted;
use admint_store::{AssetKind, ChangeOutcome, ClipChange, EditedAd, NewRevision, Store};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::support::create;

const KILLED: i32 = 9;
/// A worker that takes this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

struct Site {
    folder: TempDir,
    url: String,
    store: Store,
    user: UserId,
}

impl Site {
    async fn open(url: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("admint.db");
        let url = url.unwrap_or_else(|| format!("sqlite://{}?mode=rwc", file.display()));
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        let user = store.create_user(&Username::parse("ann").unwrap(), "!", None).await.unwrap().id;
        Self { folder, url, store, user }
    }

    fn books(&self) -> PathBuf {
        self.folder.path().join("books")
    }

    fn worker(&self, moment: Option<&str>) -> Worker {
        // target/debug/deps/pipeline-... -> target/debug/examples/scripted_worker
        let tests = std::env::current_exe().unwrap();
        let program = tests.parent().unwrap().parent().unwrap().join("examples/scripted_worker");
        let child = Command::new(&program)
            .arg(&self.url)
            .arg(self.folder.path().join("assets"))
            .arg(self.books())
            .args(moment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Worker(child.unwrap_or_else(|error| panic!("{}: {error}", program.display())))
    }

    fn scratch(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("assets/scratch")).unwrap().count()
    }

    async fn status(&self, id: GenerationId) -> GenerationStatus {
        self.store.generation_view(self.user, id).await.unwrap().unwrap().status
    }
}

struct Worker(Child);

impl Worker {
    async fn dies(mut self, moment: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(ended) = self.0.try_wait().unwrap() {
                assert_eq!(ended.signal(), Some(KILLED), "at {moment:?}");
                return;
            }
            assert!(Instant::now() < deadline, "{moment:?} never came");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Gone already where it died by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One video, whose worker is killed at each of these moments in turn; and then it is finished.
async fn check(url: Option<String>, moments: &[&str]) {
    let site = Site::open(url).await;
    let mut request = create("A cold brew for busy developers");
    request.aspect_ratio = Some(AspectRatio::Square);
    request.voice = true;
    let id = site.store.create_generation(site.user, &request.validate(7).unwrap()).await.unwrap();
    let books = Scripted::default().with_books(site.books());
    for moment in moments {
        site.worker(Some(moment)).dies(moment).await;
    }
    let is_done = site.status(id).await == GenerationStatus::Completed;
    if !is_done {
        let queue = site.store.queue_of(site.user).await.unwrap();
        let vanished = queue.items[0].attempts.iter().filter(|attempt| attempt.outcome.is_some());
        assert_eq!(vanished.clone().count() + 1, moments.len(), "the last is not missed yet");
        assert!(vanished.into_iter().all(|attempt| attempt.outcome == Some(AttemptOutcome::Vanished)));
    }
    let last = site.worker(None);
    let deadline = Instant::now() + PATIENCE;
    while site.status(id).await != GenerationStatus::Completed {
        assert!(Instant::now() < deadline, "{:?}", site.store.generation_view(site.user, id).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // It tidies up after the end. What dies just there leaves its scratch to the sweeper.
    while site.scratch() > 0 && !is_done {
        assert!(Instant::now() < deadline, "half-made files stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(last);

    let mut bought: Vec<_> = books.purchases().into_iter().map(|purchase| purchase.what).collect();
    bought.sort();
    assert_eq!(bought, ["music", "scene 1", "scene 2", "scene 3", "voice"], "each once");
    let ledger = site.store.ledger_of(site.user, id).await.unwrap();
    // The ledger also names the model.
    let what = |operation: &'_ str| operation.split(',').next().unwrap_or_default().to_owned();
    let mut booked: Vec<_> = ledger.iter().map(|line| what(&line.operation)).collect();
    booked.sort_unstable();
    assert_eq!(booked, bought, "one entry each");
    let price = Price::Known(Usd::from_micros(250_000));
    assert!(ledger.iter().all(|line| line.settled == Some(price)), "{ledger:?}");
    let profile = site.store.profile(site.user).await.unwrap().unwrap();
    assert_eq!((profile.total_generations, profile.total_cost_usd), (1, Usd::from_micros(1_250_000)));
    let events = site.store.events_after(site.user, id, 0).await.unwrap().unwrap();
    assert_eq!(events.iter().filter(|event| event.status.is_final()).count(), 1, "told once");
    assert!(events.is_sorted_by_key(|event| event.progress), "{events:?}");
    for kind in [AssetKind::Video, AssetKind::Thumbnail, AssetKind::Provenance] {
        assert!(site.store.asset_of(site.user, id, kind).await.unwrap().is_some(), "{kind:?}");
    }
    site.store.close().await.unwrap();
}

/// A complete ad of which the second scene is made again, by workers that are killed at each of these moments in
/// turn; and then it is finished. One clip was bought more than the ad has, and nothing else was.
async fn check_again(url: Option<String>, moments: &[&str]) {
    let site = Site::open(url).await;
    let mut request = create("A cold brew for busy developers");
    request.aspect_ratio = Some(AspectRatio::Square);
    let id = site.store.create_generation(site.user, &request.validate(7).unwrap()).await.unwrap();
    let completed = async || {
        let worker = site.worker(None);
        let deadline = Instant::now() + PATIENCE;
        while site.status(id).await != GenerationStatus::Completed {
            assert!(Instant::now() < deadline, "{:?}", site.store.generation_view(site.user, id).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(worker);
    };
    completed().await;
    let before = site.store.edited_ad(site.user, id).await.unwrap().unwrap();
    let video = site.store.asset_of(site.user, id, AssetKind::Video).await.unwrap();

    let made = [AssetKind::Stitched, AssetKind::Video, AssetKind::Thumbnail, AssetKind::Provenance];
    let change = NewRevision {
        of: before.revision,
        plan: before.work.plan.clone().unwrap(),
        options: before.work.brief.options.clone(),
        clips: vec![ClipChange::Kept, ClipChange::Again, ClipChange::Kept],
        anew: [&made[..], &[AssetKind::Still]].concat(),
    };
    assert_eq!(site.store.change(site.user, id, &change).await.unwrap(), ChangeOutcome::Queued);
    for moment in moments {
        site.worker(Some(moment)).dies(moment).await;
        if site.status(id).await != GenerationStatus::Completed {
            let shown = site.store.asset_of(site.user, id, AssetKind::Video).await.unwrap();
            assert_eq!(shown, video, "the ad is seen as it was, at {moment:?}");
        }
    }
    completed().await;

    let bought = Scripted::default().with_books(site.books()).purchases();
    let mut bought: Vec<_> = bought.into_iter().map(|purchase| purchase.what).collect();
    bought.sort();
    assert_eq!(bought, ["music", "scene 1", "scene 2", "scene 2", "scene 3"], "exactly one more");
    let ledger = site.store.ledger_of(site.user, id).await.unwrap();
    let price = Price::Known(Usd::from_micros(250_000));
    assert!(ledger.len() == 5 && ledger.iter().all(|line| line.settled == Some(price)), "{ledger:?}");
    let after = site.store.edited_ad(site.user, id).await.unwrap().unwrap();
    let clips = |ad: &EditedAd| -> Vec<_> {
        let clip = |scene| ad.work.assets.iter().find(move |asset| asset.scene == Some(scene));
        ad.work.scenes.iter().map(|&scene| clip(scene).unwrap().sha256.clone()).collect()
    };
    let (was, is) = (clips(&before), clips(&after));
    assert_eq!((&was[0], &was[2]), (&is[0], &is[2]));
    assert_ne!(was[1], is[1]);
    assert!(after.can_undo && !after.is_changing && after.stills == [true; 3]);
    let profile = site.store.profile(site.user).await.unwrap().unwrap();
    assert_eq!((profile.total_generations, profile.total_cost_usd), (1, Usd::from_micros(1_250_000)));
    site.store.close().await.unwrap();
}

/// The same over a PostgreSQL database of its own.
async fn check_on_postgres(moments: &'static [&'static str]) {
    const POSTGRES_URL: &str = "ADMINT_TEST_POSTGRES_URL";
    let Ok(server) = std::env::var(POSTGRES_URL) else {
        panic!("{POSTGRES_URL} is not set: run `cargo xtask test`, which starts a PostgreSQL for the tests");
    };
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let name = format!("admint_killed_{}", uuid::Uuid::now_v7().simple());
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (host, _) = server.rsplit_once('/').unwrap();
    let outcome = tokio::spawn(check(Some(format!("{host}/{name}")), moments)).await;
    admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

#[tokio::test]
async fn before_and_after_the_plan_and_at_a_purchase() {
    check(None, &["step begins spec", "step done spec", "step done plan", "bought scene 2"]).await;
}

// Music and voice are made side by side, so a worker is killed at one of them only.

#[tokio::test]
async fn at_the_purchase_of_scenes_and_music() {
    check(None, &["bought scene 1", "operation started", "bought music"]).await;
}

#[tokio::test]
async fn at_the_purchase_of_scenes_and_the_voice() {
    check(None, &["bought scene 3", "bought voice"]).await;
}

#[tokio::test]
async fn at_purchases_on_postgres() {
    check_on_postgres(&["bought scene 1", "operation started", "bought music"]).await;
}

#[tokio::test]
async fn between_an_operation_and_its_clip() {
    check(None, &["operation saved", "file published clip", "file booked clip", "step done clips"]).await;
}

#[tokio::test]
async fn between_the_music_and_its_keeping() {
    check(None, &["music composed", "file published soundtrack", "file booked soundtrack"]).await;
}

#[tokio::test]
async fn between_the_voice_its_keeping_and_the_timeline() {
    let kept = ["file booked narration", "file published script", "file booked script"];
    check(None, &[kept[0], kept[1], kept[2], "step done sound"]).await;
}

#[tokio::test]
async fn in_and_after_the_film() {
    let kept = ["file published stitched", "file booked stitched", "file booked video"];
    check(None, &[kept[0], kept[1], kept[2], "file booked thumbnail"]).await;
}

#[tokio::test]
async fn at_the_very_end() {
    let kept = ["file published provenance", "file booked provenance"];
    check(None, &["step begins finish", kept[0], kept[1], "step done finish"]).await;
}

#[tokio::test]
async fn one_scene_again_at_its_purchase() {
    check_again(None, &["bought scene 2", "operation saved", "file booked clip"]).await;
}

#[tokio::test]
async fn one_scene_again_in_and_after_its_film() {
    let kept = ["step done sound", "file booked stitched", "file booked still", "step done finish"];
    check_again(None, &kept).await;
}
