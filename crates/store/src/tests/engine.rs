//! The database's engine passes the suite of all engines, on both databases.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;

use super::*;
use crate::{DatabaseEngine, JobEngine, conformance::Rig};

struct Database {
    store: Store,
    url: String,
}

#[async_trait]
impl Rig for Database {
    fn store(&self) -> &Store {
        &self.store
    }

    async fn engine(&self, lease: Duration) -> Arc<dyn JobEngine> {
        Arc::new(DatabaseEngine::new(Store::connect(&self.url).await.unwrap(), lease))
    }
}

async fn with_sqlite(check: fn(Arc<dyn Rig>) -> BoxFuture<'static, ()>) {
    on_sqlite_with_url(async |store, url| check(Arc::new(Database { store, url })).await).await;
}

async fn with_postgres(check: fn(Arc<dyn Rig>) -> BoxFuture<'static, ()>) {
    on_postgres_with_url(move |store, url| check(Arc::new(Database { store, url }))).await;
}

mod sqlite {
    crate::job_engine_suite!(super::with_sqlite);
}

mod postgres {
    crate::job_engine_suite!(super::with_postgres);
}
