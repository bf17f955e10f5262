//! The list of a user who has made 10,000 videos, and of one who has made a few.

use std::{collections::HashSet, fmt::Write as _};

use admint_domain::{
    Cursor, GenerationQuery, GenerationSort, GenerationStatus, GenerationView, Page, PageDirection,
    StatusFilter,
};
use chrono::{TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, QuerySelect, QueryTrait, Statement,
    TransactionTrait, sea_query::Expr,
};

use super::*;
use crate::{
    deletion::deleted_since,
    entity::generation,
    gallery::{matching, ordered},
    rows::{new_key, now},
    search,
};

both_databases!(
    ten_thousand_videos_are_listed_by_their_indexes,
    pages_neither_skip_nor_repeat_while_videos_come_and_go,
    pages_go_forward_and_back_in_every_order,
    search_status_and_order_apply_together,
    a_page_whose_neighbours_are_gone_says_so,
);

const MANY: usize = 10_000;

/// A finished video for each number, a minute apart, alike in length and cost more often than not.
async fn seed(store: &Store, user: UserId, numbers: impl Iterator<Item = usize>) -> Vec<GenerationId> {
    let first = now() - TimeDelta::days(30);
    let rows: Vec<generation::ActiveModel> = numbers
        .map(|number| {
            let prompt =
                format!("Ad number {number} for fresh {}", if number % 100 == 7 { "Tea" } else { "coffee" });
            let status = match number % 50 {
                3 => GenerationStatus::Failed,
                _ => GenerationStatus::Completed,
            };
            generation::ActiveModel {
                id: Set(new_key()),
                user_id: Set(user.uuid()),
                prompt_search: Set(search::fold(&prompt)),
                prompt: Set(prompt),
                aspect_ratio: Set("1:1".into()),
                target_seconds: Set(15),
                final_frames: Set((number % 10 != 0).then_some(288 + (number % 4) as i32)),
                seed: Set(1),
                status: Set(status.as_str().into()),
                progress: Set(100),
                current_step: Set("Done".into()),
                spec: Set(None),
                // As large as such rows are: to read all of them is not what a count should do.
                plan: Set(Some(serde_json::json!({ "scenes": "a cup of coffee ".repeat(100) }))),
                framework: Set(None),
                framework_reason: Set(None),
                num_scenes: Set(3),
                generation_time_seconds: Set(None),
                cost: Set((number % 9 != 0).then_some((number % 3) as i64 * 10_000)),
                booked: Set(0),
                error_message: Set(None),
                options: Set(None),
                left_out: Set(None),
                estimate: Set(None),
                // Some of them at the same instant.
                created_at: Set(first + TimeDelta::minutes((number / 2) as i64)),
                completed_at: Set(None),
                revision: Set(1),
                shown_revision: Set(1),
                former_revision: Set(None),
                deleted_at: Set(None),
                title: Set(None),
            }
        })
        .collect();
    let ids = rows.iter().map(|row| GenerationId::from_uuid(*row.id.as_ref())).collect();
    let transaction = store.begin().await.unwrap();
    for batch in rows.chunks(200) {
        generation::Entity::insert_many(batch.to_vec()).exec_without_returning(&transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    ids
}

fn by(sort: GenerationSort) -> GenerationQuery {
    GenerationQuery { sort: Some(sort), ..GenerationQuery::default() }
}

async fn ten_thousand_videos_are_listed_by_their_indexes(store: Store) {
    let (ann, ben) = (user(&store, "ann").await, user(&store, "ben").await);
    seed(&store, ann, 0..MANY).await;
    seed(&store, ben, 0..50).await;
    analyze(&store).await;
    let middle = |sort| {
        let key = match sort {
            GenerationSort::Newest | GenerationSort::Oldest => now().timestamp_micros() - 86_400_000_000 * 27,
            GenerationSort::Longest => 289,
            GenerationSort::Dearest => 10_000,
        };
        let id = GenerationId::from_uuid(new_key());
        [
            None,
            Some(Cursor { sort, direction: PageDirection::Next, key, id }),
            Some(Cursor { sort, direction: PageDirection::Previous, key, id }),
        ]
    };
    for sort in GenerationSort::ALL {
        let index = match sort {
            GenerationSort::Newest | GenerationSort::Oldest => {
                "ix_generations_user_id_created_at_id_deleted_at_status"
            }
            GenerationSort::Longest => "ix_generations_user_id_length_key_id_deleted_at_status",
            GenerationSort::Dearest => "ix_generations_user_id_cost_key_id_deleted_at_status",
        };
        for place in middle(sort) {
            for status in [None, Some(StatusFilter::Failed), Some(StatusFilter::Completed)] {
                let query = GenerationQuery { status, ..by(sort) };
                let plan = explain(&store, ordered(ann, &query, place).limit(25)).await;
                let what = format!("{query:?} {place:?}\n{plan}");
                assert!(plan.contains(index), "{what}");
                assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{what}");
            }
        }
    }
    let count = matching(ann, &GenerationQuery::default()).select_only().expr_as(Expr::cust("COUNT(*)"), "n");
    let plan = explain_by_index(&store, count).await;
    assert!(plan.contains("COVERING INDEX") || plan.contains("Index Only Scan"), "{plan}");
    // Asked with every page: what was deleted last is found without looking through the others.
    let plan = explain_by_index(&store, deleted_since(ann, now())).await;
    let is_narrow = plan.contains("ix_generations_user_id_deleted_at (user_id=? AND deleted_at>?)")
        || plan.contains("ix_generations_user_id_deleted_at on generations");
    assert!(is_narrow, "{plan}");

    for (query, total) in [
        (by(GenerationSort::Dearest), MANY),
        (GenerationQuery { search: Some("TEA".into()), ..GenerationQuery::default() }, MANY / 100),
        (GenerationQuery { status: Some(StatusFilter::Failed), ..GenerationQuery::default() }, MANY / 50),
    ] {
        assert_eq!(page(&store, ann, &query).await.total, total as u64, "{query:?}");
    }
}

/// As the databases do by themselves, now and then.
async fn analyze(store: &Store) {
    let backend = store.reader().get_database_backend();
    let sql = if backend == DbBackend::Postgres { "VACUUM ANALYZE generations" } else { "SELECT 1" };
    store.reader().execute_raw(Statement::from_string(backend, sql)).await.unwrap();
}

/// What an index can do. PostgreSQL reads a small table as it lies while it has not seen all of its pages at rest, which
/// no index helps.
async fn explain_by_index(store: &Store, select: sea_orm::Select<generation::Entity>) -> String {
    let transaction = store.reader().begin().await.unwrap();
    if transaction.get_database_backend() == DbBackend::Postgres {
        for way in ["enable_seqscan", "enable_bitmapscan"] {
            transaction.execute_unprepared(&format!("SET LOCAL {way} = off")).await.unwrap();
        }
    }
    let plan = explain_in(&transaction, select).await;
    transaction.rollback().await.unwrap();
    plan
}

async fn explain(store: &Store, select: sea_orm::Select<generation::Entity>) -> String {
    explain_in(store.reader(), select).await
}

async fn explain_in(
    connection: &impl ConnectionTrait,
    select: sea_orm::Select<generation::Entity>,
) -> String {
    let backend = connection.get_database_backend();
    let mut statement = backend.build(&select.into_query());
    let (explain, column) = match backend {
        DbBackend::Postgres => ("EXPLAIN ", "QUERY PLAN"),
        _ => ("EXPLAIN QUERY PLAN ", "detail"),
    };
    statement.sql.insert_str(0, explain);
    let mut plan = String::new();
    for row in connection.query_all_raw(statement).await.unwrap() {
        writeln!(plan, "{}", row.try_get::<String>("", column).unwrap()).unwrap();
    }
    plan
}

fn ids(page: &Page<GenerationView>) -> Vec<GenerationId> {
    page.items.iter().map(|view| view.id).collect()
}

async fn page(store: &Store, user: UserId, query: &GenerationQuery) -> Page<GenerationView> {
    query.validate().unwrap();
    store.generations_page(user, query).await.unwrap()
}

/// All pages from the first on.
async fn walk(store: &Store, user: UserId, query: &GenerationQuery) -> Vec<GenerationId> {
    let mut query = query.clone();
    let mut seen = Vec::new();
    loop {
        let page = page(store, user, &query).await;
        seen.extend(page.items.iter().map(|view| view.id));
        let Some(next) = page.next else { return seen };
        query.cursor = Some(next);
    }
}

async fn pages_neither_skip_nor_repeat_while_videos_come_and_go(store: Store) {
    let ann = user(&store, "ann").await;
    for sort in GenerationSort::ALL {
        let there = seed(&store, ann, 0..60).await;
        let mut query = GenerationQuery { per_page: Some(7), ..by(sort) };
        let (mut seen, mut gone) = (Vec::new(), Vec::new());
        let mut number = 60;
        loop {
            let page = page(&store, ann, &query).await;
            seen.extend(page.items.iter().map(|view| view.id));
            // The last of the page goes, so that its cursor's row is not there any more, and others come everywhere.
            let last = *seen.last().unwrap();
            assert!(store.hide_generation(Utc::now(), ann, last).await.unwrap());
            gone.push(last);
            seed(&store, ann, number..number + 3).await;
            number += 3;
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        let once: HashSet<_> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "{sort:?}: nothing twice");
        assert!(there.iter().all(|id| once.contains(id)), "{sort:?}: nothing skipped");
        assert!(gone.iter().all(|id| once.contains(id)), "{sort:?}: they were seen before they went");
        let transaction = store.begin().await.unwrap();
        generation::Entity::delete_many().exec(&transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

async fn pages_go_forward_and_back_in_every_order(store: Store) {
    let ann = user(&store, "ann").await;
    seed(&store, ann, 0..23).await;
    for sort in GenerationSort::ALL {
        let all = page(&store, ann, &GenerationQuery { per_page: Some(100), ..by(sort) }).await;
        assert_eq!((all.items.len(), all.next, all.previous), (23, None, None));
        let all: Vec<GenerationId> = all.items.iter().map(|view| view.id).collect();

        let query = GenerationQuery { per_page: Some(5), ..by(sort) };
        assert_eq!(walk(&store, ann, &query).await, all, "{sort:?}");
        let numbered = page(&store, ann, &GenerationQuery { page: Some(3), ..query.clone() }).await;
        assert_eq!(numbered.page, Some(3));
        assert_eq!(ids(&numbered), all[10..15], "{sort:?}");

        // From a page in the middle to the first, by cursors alone.
        let mut previous = numbered.previous;
        let mut from = 10;
        while let Some(cursor) = previous.take() {
            let page = page(&store, ann, &GenerationQuery { cursor: Some(cursor), ..query.clone() }).await;
            assert_eq!((ids(&page), page.page), (all[from - 5..from].to_vec(), None), "{sort:?}");
            let next = GenerationQuery { cursor: page.next, ..query.clone() };
            assert_eq!(ids(&self::page(&store, ann, &next).await), all[from..from + 5], "{sort:?}");
            from -= 5;
            previous = page.previous;
        }
        assert_eq!(from, 0, "{sort:?}");
    }
}

async fn prompts(store: &Store, user: UserId, query: GenerationQuery) -> Vec<String> {
    let page = page(store, user, &query).await;
    assert_eq!(page.total, page.items.len() as u64);
    page.items.into_iter().map(|view| view.prompt).collect()
}

async fn search_status_and_order_apply_together(store: Store) {
    let ann = user(&store, "ann").await;
    seed(&store, ann, 0..120).await;
    let tea = |sort| GenerationQuery { search: Some("tEa".into()), ..by(sort) };
    assert_eq!(
        prompts(&store, ann, tea(GenerationSort::Newest)).await,
        ["Ad number 107 for fresh Tea", "Ad number 7 for fresh Tea"]
    );
    assert_eq!(
        prompts(&store, ann, tea(GenerationSort::Oldest)).await,
        ["Ad number 7 for fresh Tea", "Ad number 107 for fresh Tea"]
    );
    // Number 7 costs 0.01, number 107 0.02.
    assert_eq!(
        prompts(&store, ann, tea(GenerationSort::Dearest)).await,
        ["Ad number 107 for fresh Tea", "Ad number 7 for fresh Tea"]
    );
    let failed = GenerationQuery { status: Some(StatusFilter::Failed), ..by(GenerationSort::Longest) };
    // Numbers 3 and 103 are 291 frames long, number 53 is 289.
    let longest = [103, 3, 53].map(|number| format!("Ad number {number} for fresh coffee"));
    assert_eq!(prompts(&store, ann, failed).await, longest, "of those alike, the newer comes first");
    let both = GenerationQuery { status: Some(StatusFilter::Failed), ..tea(GenerationSort::Newest) };
    assert_eq!(prompts(&store, ann, both).await, [""; 0]);
}

async fn a_page_whose_neighbours_are_gone_says_so(store: Store) {
    let ann = user(&store, "ann").await;
    let ids = seed(&store, ann, 0..6).await;
    let query = GenerationQuery { per_page: Some(3), ..by(GenerationSort::Oldest) };
    let first = page(&store, ann, &query).await;
    let second = GenerationQuery { cursor: first.next, ..query.clone() };
    for id in &ids[3..] {
        store.hide_generation(Utc::now(), ann, *id).await.unwrap();
    }
    let empty = page(&store, ann, &second).await;
    assert_eq!((empty.items.len(), empty.next, empty.total), (0, None, 3));
    let back = page(&store, ann, &GenerationQuery { cursor: empty.previous, ..query.clone() }).await;
    assert_eq!(back.items.iter().map(|view| view.id).collect::<Vec<_>>(), ids[..3]);
    assert_eq!((back.next, back.previous), (None, None));

    for cursor in ["", "na", "oa00", "' OR 1=1 --"] {
        let query = GenerationQuery { cursor: Some(cursor.into()), ..query.clone() };
        assert_eq!(query.validate().unwrap_err().field.as_deref(), Some("cursor"), "{cursor}");
    }
}
