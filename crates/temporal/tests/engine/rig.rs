//! A fresh database, a real Temporal server, and a task queue of one's own on it.

use std::{sync::Arc, time::Duration};

use admint_store::{JobEngine, Store, conformance::Rig};
use admint_temporal::{TemporalConfig, TemporalEngine};
use async_trait::async_trait;
use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

const POSTGRES_URL: &str = "ADMINT_TEST_POSTGRES_URL";
const TEMPORAL_URL: &str = "ADMINT_TEST_TEMPORAL_URL";

pub struct Workshop {
    store: Store,
    database: String,
    temporal: String,
    task_queue: String,
}

impl Workshop {
    async fn open(database: String) -> Arc<Self> {
        let store = Store::connect(&database).await.unwrap();
        store.migrate().await.unwrap();
        let task_queue = format!("admint-test-{}", Uuid::now_v7().simple());
        Arc::new(Self { store, database, temporal: variable(TEMPORAL_URL), task_queue })
    }

    /// Where the server really is.
    pub fn temporal(&self) -> &str {
        &self.temporal
    }

    /// An engine that believes the server to be at `temporal`.
    pub async fn engine_at(&self, temporal: &str, lease: Duration) -> Arc<dyn JobEngine> {
        let store = Store::connect(&self.database).await.unwrap();
        let config = TemporalConfig {
            url: temporal.into(),
            namespace: "default".into(),
            task_queue: self.task_queue.clone(),
        };
        Arc::new(TemporalEngine::new(store, lease, config).unwrap())
    }
}

#[async_trait]
impl Rig for Workshop {
    fn store(&self) -> &Store {
        &self.store
    }

    async fn engine(&self, lease: Duration) -> Arc<dyn JobEngine> {
        self.engine_at(&self.temporal, lease).await
    }
}

pub async fn with_sqlite(check: fn(Arc<dyn Rig>) -> BoxFuture<'static, ()>) {
    in_a_workshop(async |workshop| check(workshop).await).await;
}

/// On SQLite.
pub async fn in_a_workshop(check: impl AsyncFnOnce(Arc<Workshop>)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("admint.db").display());
    check(Workshop::open(url).await).await;
}

/// In a database of its own, beside the one that the variable names.
pub async fn with_postgres(check: fn(Arc<dyn Rig>) -> BoxFuture<'static, ()>) {
    let server = variable(POSTGRES_URL);
    let name = format!("admint_test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (host, _) = server.rsplit_once('/').unwrap();
    let workshop = Workshop::open(format!("{host}/{name}")).await;
    let outcome = tokio::spawn(check(workshop)).await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, which starts what the tests need")
    })
}
