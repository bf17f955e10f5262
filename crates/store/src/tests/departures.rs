use admint_domain::{PictureId, PictureRole, Price, ProductPhoto, Rgb, Usd};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::*;
use crate::{
    ClipChange, Completed, LedgerEntry, NewRevision, PictureRecord, SessionPlace, entity::departed_spending,
    rows::now,
};

both_databases!(
    nothing_of_a_user_who_left_is_in_any_table,
    who_leaves_is_locked_out_and_the_name_is_free,
    an_account_with_an_ad_does_not_end,
    the_bills_of_several_who_left_add_up,
);

/// Tables that hold nobody's rows.
const OF_NOBODY: [&str; 5] =
    ["seaql_migrations", "queue_state", "resting_models", "called_off_operations", "departed_spending"];

/// A row in every table that can hold a user's: a table that is new has to be filled here, too.
async fn lived_in(store: &Store, name: &str) -> UserId {
    let ann = user(store, name).await;
    let place = SessionPlace { device: "Firefox on Linux".into(), network: "203.0.113.0/24".into() };
    store.create_session(ann, name, now() + chrono::TimeDelta::days(1), &place).await.unwrap();
    store.record_login_failure(&format!("name:{name}@203.0.113.7")).await.unwrap();
    store.record_login_failure(&format!("account:{name}")).await.unwrap();
    let picture = PictureRecord {
        id: PictureId::from_uuid(Uuid::now_v7()),
        role: PictureRole::Photo,
        key: format!("pictures/{ann}/photo.png"),
        bytes: 10,
        sha256: "ab".repeat(32),
        width: 1,
        height: 1,
        framed: false,
        note: String::new(),
        colors: vec![Rgb(1, 2, 3)],
    };
    store.add_picture(ann, &picture).await.unwrap();
    let mut brief = brief("Fresh coffee for early birds");
    brief.options.photo = Some(ProductPhoto { id: picture.id, colors: Vec::new() });
    let id = store.create_generation(ann, &brief).await.unwrap();
    let lease = claim(store).await;
    assert_eq!(lease.generation, id);
    store.save_spec(&lease, &spec()).await.unwrap();
    let headlines = ["Wake up", "Sip", "Go"];
    store.save_plan(&lease, &plan(&headlines)).await.unwrap();
    store.add_asset(&lease, file(AssetKind::Video, &format!("{id}/video.mp4"))).await.unwrap();
    store.save_timeline(&lease, &timeline(3)).await.unwrap();
    for (operation, price) in
        [("scene 1", Price::Known(Usd::from_micros(250_000))), ("scene 2", Price::Unknown)]
    {
        let entry =
            LedgerEntry { scene: None, provider: "replicate".into(), operation: operation.into(), price };
        let booked = store.reserve(&lease, entry).await.unwrap();
        store.settle(&lease, booked.id, price).await.unwrap();
    }
    store.complete(&lease, Completed { duration: Frames(288), left_out: Vec::new() }).await.unwrap();
    store.share(ann, id, None).await.unwrap();
    let change = NewRevision {
        of: 1,
        plan: plan(&headlines),
        options: brief.options,
        clips: vec![ClipChange::Kept, ClipChange::Again, ClipChange::Kept],
        anew: vec![AssetKind::Video],
    };
    assert_eq!(store.change(ann, id, &change).await.unwrap(), crate::ChangeOutcome::Queued);
    claim(store).await;
    ann
}

async fn nothing_of_a_user_who_left_is_in_any_table(store: Store) {
    let ann = lived_in(&store, "an_n").await;
    let bob = lived_in(&store, "anon").await;
    let traces = |id: UserId, name: &'static str| {
        let store = store.clone();
        async move {
            let mut found = Vec::new();
            for table in tables(&store).await {
                if holds(&store, &table, id, name).await {
                    found.push(table);
                }
            }
            found
        }
    };
    let generations = store.files_by_generation(ann).await.unwrap();
    let before: Vec<String> = tables(&store).await;
    for table in before.iter().filter(|table| !OF_NOBODY.contains(&table.as_str())) {
        assert!(count(&store, table).await > 0, "fill the table {table} in this test");
    }
    assert!(traces(ann, "an_n").await.len() >= 6, "{:?}", traces(ann, "an_n").await);
    let his = traces(bob, "anon").await;

    store.begin_departure(ann).await.unwrap();
    for (id, keys) in &generations {
        assert_eq!(keys.len(), 1);
        assert!(store.delete_generation(ann, *id).await.unwrap().is_some());
    }
    let pictures = store.pictures_of(ann).await.unwrap();
    assert_eq!(
        pictures.iter().map(|picture| &picture.key).collect::<Vec<_>>(),
        [&format!("pictures/{ann}/photo.png")]
    );
    assert!(store.end_departure(ann).await.unwrap());
    assert!(store.end_departure(ann).await.unwrap(), "done again it is done");

    assert_eq!(traces(ann, "an_n").await, Vec::<String>::new());
    for (id, _) in generations {
        for table in tables(&store).await {
            assert!(!holds(&store, &table, UserId::from_uuid(id.uuid()), "no name").await, "{table}");
        }
    }
    assert_eq!(traces(bob, "anon").await, his, "another's are as they were");
    assert_eq!(sums(&store).await, [("replicate".to_owned(), 250_000, 1)]);
}

async fn who_leaves_is_locked_out_and_the_name_is_free(store: Store) {
    let ann = user(&store, "ann").await;
    let session = store
        .create_session(ann, "hash", now() + chrono::TimeDelta::days(1), &SessionPlace::default())
        .await
        .unwrap();
    assert_eq!(store.departures().await.unwrap(), []);
    store.begin_departure(ann).await.unwrap();
    store.begin_departure(ann).await.unwrap();
    assert_eq!(store.departures().await.unwrap(), [ann]);
    assert_eq!(store.session_user(session).await.unwrap(), None);
    assert!(store.credentials(&Username::parse("ann").unwrap()).await.unwrap().is_none());
    // Nothing that comes late brings it back.
    store.change_password(ann, "hash", session).await.unwrap();
    assert_eq!(store.credentials_of(ann).await.unwrap().unwrap().password_hash, "");

    let new = user(&store, "ann").await;
    assert_ne!(new, ann);
    assert!(store.end_departure(ann).await.unwrap());
    assert_eq!(store.departures().await.unwrap(), []);
    assert!(store.user(new).await.unwrap().is_some());
    assert!(store.end_departure(new).await.unwrap(), "who stays has nothing to end");
    assert!(store.user(new).await.unwrap().is_some());
}

async fn an_account_with_an_ad_does_not_end(store: Store) {
    let ann = user(&store, "ann").await;
    store.begin_departure(ann).await.unwrap();
    let late = generation(&store, ann).await;
    assert!(!store.end_departure(ann).await.unwrap());
    store.delete_generation(ann, late).await.unwrap();
    assert!(store.end_departure(ann).await.unwrap());
}

async fn the_bills_of_several_who_left_add_up(store: Store) {
    for name in ["ann", "bob"] {
        let id = lived_in(&store, name).await;
        store.begin_departure(id).await.unwrap();
        for (generation, _) in store.files_by_generation(id).await.unwrap() {
            store.delete_generation(id, generation).await.unwrap();
        }
        assert!(store.end_departure(id).await.unwrap());
    }
    assert_eq!(sums(&store).await, [("replicate".to_owned(), 500_000, 2)]);
}

async fn sums(store: &Store) -> Vec<(String, i64, i64)> {
    use sea_orm::EntityTrait;
    let rows = departed_spending::Entity::find().all(store.reader()).await.unwrap();
    rows.into_iter().map(|row| (row.provider, row.settled, row.unknown)).collect()
}

async fn query(store: &Store, sqlite: &str, postgres: &str) -> Vec<sea_orm::QueryResult> {
    let backend = store.reader().get_database_backend();
    let sql = if backend == DbBackend::Postgres { postgres } else { sqlite };
    store.reader().query_all_raw(Statement::from_string(backend, sql)).await.unwrap()
}

async fn tables(store: &Store) -> Vec<String> {
    let rows = query(
        store,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    )
    .await;
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

async fn count(store: &Store, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS rows FROM {table}");
    query(store, &sql, &sql).await[0].try_get("", "rows").unwrap()
}

/// Whether any column of any row holds the id, as a key or within a text, or the name.
async fn holds(store: &Store, table: &str, id: UserId, name: &str) -> bool {
    let rows = query(
        store,
        &format!("SELECT name FROM pragma_table_info('{table}')"),
        &format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
    )
    .await;
    let hex = id.uuid().simple().to_string();
    let name = name.replace('_', "\\_");
    let (mut sqlite, mut postgres) = (Vec::new(), Vec::new());
    for row in rows {
        let column: String = row.try_get("", "name").unwrap();
        // SQLite keeps a key as its bytes.
        sqlite.push(format!("lower(hex(\"{column}\")) = '{hex}'"));
        for part in [id.to_string(), name.clone()] {
            sqlite.push(format!("\"{column}\" LIKE '%{part}%' ESCAPE '\\'"));
            postgres.push(format!("\"{column}\"::text LIKE '%{part}%'"));
        }
    }
    let sql = |conditions: Vec<String>| {
        format!("SELECT count(*) AS rows FROM {table} WHERE {}", conditions.join(" OR "))
    };
    query(store, &sql(sqlite), &sql(postgres)).await[0].try_get::<i64>("", "rows").unwrap() > 0
}
