//! Every test is written once, over a [`Store`], and runs on both databases: see
//! [`both_databases`]. They live inside the crate because some set the clock and ask the databases
//! for their query plans.

mod accounts;
mod archive;
mod backup;
mod bucket;
mod called_off;
mod engine;
mod events;
mod files;
mod generations;
mod jobs;
mod ledger;
mod notices;
mod pictures;
mod queue;
mod race;
mod revisions;
mod routes;
// The tests of others ask more of it.
#[allow(dead_code)]
mod s3;
mod schema;
mod sessions;
mod shares;
mod spending;
mod storage;
mod throttling;
mod work;

use std::{str::FromStr, time::Duration};

use admint_domain::{
    AdOptions, ArtDirection, AspectRatio, Brief, Frames, Framework, GenerationId, Prompt, Rgb,
    TargetDuration, UserId, Username,
};
use admint_timeline::{Clip, Grade, Timeline};
use sqlx::{Connection, Executor, PgConnection};

pub(crate) use crate::fixtures::{plan, spec};
use crate::{AssetKind, Lease, NewAsset, Store};

/// Makes a module of two tests from an async function that takes a [`Store`] with a fresh schema.
macro_rules! both_databases {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                crate::tests::on_sqlite(super::$name).await;
            }

            #[tokio::test]
            async fn postgres() {
                crate::tests::on_postgres(super::$name).await;
            }
        }
    )+};
}
pub(crate) use both_databases;

const POSTGRES_URL: &str = "ADMINT_TEST_POSTGRES_URL";
pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn on_sqlite<F: Future<Output = ()>>(check: impl FnOnce(Store) -> F) {
    on_sqlite_with_url(|store, _| check(store)).await;
}

/// In a file of its own.
pub(crate) async fn on_sqlite_with_url<F: Future<Output = ()>>(check: impl FnOnce(Store, String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("admint.db").display());
    let store = Store::connect(&url).await.unwrap();
    store.migrate().await.unwrap();
    check(store.clone(), url).await;
    store.close().await.unwrap();
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(
    check: impl FnOnce(Store) -> F + Send + 'static,
) {
    on_postgres_with_url(|store, _| check(store)).await;
}

/// In a database of its own, beside the one that the variable names.
pub(crate) async fn on_postgres_with_url<F: Future<Output = ()> + Send + 'static>(
    check: impl FnOnce(Store, String) -> F + Send + 'static,
) {
    let Ok(server) = std::env::var(POSTGRES_URL) else {
        panic!("{POSTGRES_URL} is not set: run `cargo xtask test`, which starts a PostgreSQL for the tests");
    };
    let name = format!("admint_test_{}", uuid::Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();

    let url = beside(&server, &name);
    let store = Store::connect(&url).await.unwrap();
    store.migrate().await.unwrap();
    let outcome = tokio::spawn(check(store.clone(), url)).await;

    store.close().await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// The same server's address with another database.
fn beside(server: &str, database: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let (host, _) = address.rsplit_once('/').unwrap();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}/{database}{query}")
}

pub(crate) async fn user(store: &Store, name: &str) -> UserId {
    store.create_user(&Username::parse(name).unwrap(), "hash", None).await.unwrap().id
}

pub(crate) fn brief(prompt: &str) -> Brief {
    Brief {
        prompt: Prompt::parse(prompt).unwrap(),
        aspect: AspectRatio::Square,
        duration: TargetDuration::parse(12).unwrap(),
        seed: u32::MAX,
        options: AdOptions { art_direction: Some(ArtDirection::Paper), ..AdOptions::default() },
    }
}

pub(crate) async fn generation(store: &Store, user: UserId) -> GenerationId {
    store.create_generation(user, &brief("Fresh coffee for early birds")).await.unwrap()
}

/// Takes the next job, which must be there.
pub(crate) async fn claim(store: &Store) -> Lease {
    store.claim_job("test", LEASE).await.unwrap().expect("a job is queued")
}

/// A user, its generation, and the lease on it.
pub(crate) async fn at_work(store: &Store) -> (UserId, GenerationId, Lease) {
    let user = user(store, "worker").await;
    let id = generation(store, user).await;
    let lease = claim(store).await;
    assert_eq!((lease.user, lease.generation), (user, id));
    (user, id, lease)
}

pub(crate) fn timeline(clips: u32) -> Timeline {
    let nil = "00000000-0000-0000-0000-000000000000";
    let clip = |length| Clip {
        asset: FromStr::from_str(nil).unwrap(),
        scene: FromStr::from_str(nil).unwrap(),
        source_in: Frames::ZERO,
        length: Frames(length),
        transition: None,
    };
    Timeline {
        aspect: AspectRatio::Square,
        clips: (1..=clips).map(clip).collect(),
        overlays: Vec::new(),
        music: None,
        voice: None,
        captioned: false,
        grade: Grade::default(),
    }
}

pub(crate) fn file(kind: AssetKind, key: &str) -> NewAsset {
    NewAsset {
        scene: None,
        kind,
        key: key.into(),
        bytes: 5_000_000_000,
        sha256: "ab".repeat(32),
        content_type: "video/mp4".into(),
        frames: Some(Frames(288)),
        made_by: None,
    }
}
