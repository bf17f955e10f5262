use super::*;

both_databases!(goes_forward_and_back, migrates_from_two_processes_at_once);

async fn goes_forward_and_back(store: Store) {
    let forward = store.status().await.unwrap();
    assert!(forward.pending.is_empty() && forward.applied.len() >= 4, "{forward:?}");
    let id = user(&store, "ann").await;

    store.rollback_all().await.unwrap();
    let back = store.status().await.unwrap();
    assert!(back.applied.is_empty(), "{back:?}");
    assert_eq!(back.pending, forward.applied);
    assert!(store.user(id).await.is_err(), "the users' table is gone");
    assert_eq!(tables(&store).await, ["seaql_migrations"]);

    store.migrate().await.unwrap();
    assert_eq!(store.status().await.unwrap(), forward);
    assert_eq!(store.user(id).await.unwrap(), None);
    store.migrate().await.unwrap();
}

async fn migrates_from_two_processes_at_once(store: Store) {
    store.rollback_all().await.unwrap();
    let (one, two) = tokio::join!(store.migrate(), store.migrate());
    one.unwrap();
    two.unwrap();
    store.ping().await.unwrap();
}

async fn tables(store: &Store) -> Vec<String> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    let backend = store.reader().get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let rows = store.reader().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect()
}

#[tokio::test]
async fn refuses_other_databases_without_telling_the_password() {
    let error = Store::connect("mysql://root:hunter2@localhost/x").await.err().unwrap().to_string();
    assert!(error.contains("mysql:") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_database_in_memory_works_alone() {
    let store = Store::connect("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    let (_, id, lease) = at_work(&store).await;
    assert_eq!(lease.generation, id);
}

#[tokio::test]
async fn sqlite_keeps_readers_going_while_one_writes() {
    on_sqlite(async |store: Store| {
        let id = user(&store, "ann").await;
        let writing = store.begin().await.unwrap();
        assert!(store.user(id).await.unwrap().is_some());
        writing.commit().await.unwrap();
    })
    .await;
}
