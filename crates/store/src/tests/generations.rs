use std::collections::HashSet;

use admint_domain::{GenerationQuery, GenerationStatus, StatusFilter, Title, Usd};
use sea_orm::{ConnectionTrait, DbBackend, Statement, StatementBuilder};

use super::*;
use crate::{CancelOutcome, Completed};

both_databases!(
    a_new_generation_waits,
    somebody_elses_generation_is_as_good_as_absent,
    search_takes_every_character_literally,
    search_knows_every_scripts_small_letters,
    search_and_status_both_apply,
    pages_are_stable_and_complete,
    the_single_view_has_scenes_and_files,
    an_ad_is_found_by_its_title_and_by_its_prompt,
    scenes_have_pictures_before_there_is_a_film,
    deletion_takes_rows_and_names_files,
    a_deleted_generation_stops_its_worker,
);

async fn list(store: &Store, user: UserId, query: GenerationQuery) -> Vec<String> {
    let page = store.generations_page(user, &query).await.unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    page.items.into_iter().map(|view| view.prompt).collect()
}

fn searching(text: &str) -> GenerationQuery {
    GenerationQuery { search: Some(text.into()), ..Default::default() }
}

async fn a_new_generation_waits(store: Store) {
    let ann = user(&store, "ann").await;
    let id = generation(&store, ann).await;
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!((view.status, view.progress), (GenerationStatus::Queued, 0));
    assert_eq!(view.current_step, "Waiting for a free worker");
    assert_eq!((view.aspect_ratio, view.duration_seconds, view.seed), (AspectRatio::Square, 12.0, u32::MAX));
    assert_eq!((view.cost_usd, view.num_scenes), (Some(Usd::ZERO), 0));
    assert_eq!((view.video_url, view.thumbnail_url, view.error), (None, None, None));
}

async fn somebody_elses_generation_is_as_good_as_absent(store: Store) {
    let (ann, eve) = (user(&store, "ann").await, user(&store, "eve").await);
    let id = generation(&store, ann).await;
    let lease = claim(&store).await;
    store.add_asset(&lease, file(AssetKind::Video, "v.mp4")).await.unwrap();

    assert_eq!(list(&store, eve, GenerationQuery::default()).await, [""; 0]);
    assert_eq!(store.generation_view(eve, id).await.unwrap(), None);
    assert_eq!(store.events_after(eve, id, 0).await.unwrap(), None);
    assert_eq!(store.asset_of(eve, id, AssetKind::Video).await.unwrap(), None);
    assert_eq!(store.request_cancel(eve, id).await.unwrap(), CancelOutcome::NotFound);
    assert_eq!(store.delete_generation(eve, id).await.unwrap(), None);

    assert!(store.generation_view(ann, id).await.unwrap().is_some());
    assert!(store.asset_of(ann, id, AssetKind::Video).await.unwrap().is_some());
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), crate::Heartbeat::Held);
}

async fn search_takes_every_character_literally(store: Store) {
    let ann = user(&store, "ann").await;
    let prompts = [
        "Soap at 20% off today",
        "Soap at 20 dollars off",
        r"A snake_case and back\slash",
        "Plain snakes and cases",
    ];
    for prompt in prompts {
        store.create_generation(ann, &brief(prompt)).await.unwrap();
    }
    for (text, found) in [
        ("20%", vec![prompts[0]]),
        ("snake_c", vec![prompts[2]]),
        (r"k\s", vec![prompts[2]]),
        ("%", vec![prompts[0]]),
        ("_", vec![prompts[2]]),
        ("'; DROP TABLE users; --", vec![]),
        ("SOAP", vec![prompts[1], prompts[0]]),
        ("   ", vec![prompts[3], prompts[2], prompts[1], prompts[0]]),
    ] {
        assert_eq!(list(&store, ann, searching(text)).await, found, "{text}");
    }
}

async fn search_knows_every_scripts_small_letters(store: Store) {
    let ann = user(&store, "ann").await;
    for (prompt, text) in [
        ("Café crème für ÄRZTE", "ärzte"),
        ("Свежий КОФЕ каждое утро", "кофе"),
        ("ΚΑΦΕΣ στον δρόμο", "καφες"),
    ] {
        store.create_generation(ann, &brief(prompt)).await.unwrap();
        assert_eq!(list(&store, ann, searching(text)).await, [prompt]);
        assert_eq!(list(&store, ann, searching(&text.to_uppercase())).await, [prompt]);
    }
}

async fn search_and_status_both_apply(store: Store) {
    let ann = user(&store, "ann").await;
    for prompt in ["First coffee ad", "Second coffee ad", "First tea advert"] {
        store.create_generation(ann, &brief(prompt)).await.unwrap();
    }
    let first = claim(&store).await;
    store.fail(&first, "No ffmpeg.", false).await.unwrap();
    claim(&store).await;

    let with = |status, search: Option<&str>| GenerationQuery {
        status: Some(status),
        search: search.map(Into::into),
        ..Default::default()
    };
    for (query, found) in [
        (with(StatusFilter::Failed, Some("coffee")), vec!["First coffee ad"]),
        (with(StatusFilter::Failed, Some("tea")), vec![]),
        (with(StatusFilter::Running, None), vec!["Second coffee ad"]),
        (with(StatusFilter::Queued, None), vec!["First tea advert"]),
        (with(StatusFilter::Processing, None), vec!["First tea advert", "Second coffee ad"]),
        (with(StatusFilter::Processing, Some("FIRST")), vec!["First tea advert"]),
        (with(StatusFilter::Completed, None), vec![]),
        (with(StatusFilter::Cancelled, None), vec![]),
    ] {
        assert_eq!(list(&store, ann, query.clone()).await, found, "{query:?}");
    }
    let failed = store.generation_view(ann, first.generation).await.unwrap().unwrap();
    assert_eq!(failed.error.as_deref(), Some("No ffmpeg."));
}

async fn pages_are_stable_and_complete(store: Store) {
    let ann = user(&store, "ann").await;
    let mut newest_first = Vec::new();
    for _ in 0..7 {
        newest_first.insert(0, generation(&store, ann).await);
    }
    let mut seen = Vec::new();
    for page in 1..=3 {
        let query = GenerationQuery { page: Some(page), per_page: Some(3), ..Default::default() };
        let page = store.generations_page(ann, &query).await.unwrap();
        assert_eq!((page.total, page.pages()), (7, 3));
        seen.extend(page.items.into_iter().map(|view| view.id));
    }
    assert_eq!(seen, newest_first);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 7);

    let beyond = GenerationQuery { page: Some(u32::MAX), per_page: Some(100), ..Default::default() };
    let beyond = store.generations_page(ann, &beyond).await.unwrap();
    assert_eq!((beyond.items.len(), beyond.total), (0, 7));
}

async fn the_single_view_has_scenes_and_files(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.save_spec(&lease, &spec()).await.unwrap();
    store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    store.add_asset(&lease, file(AssetKind::Video, "v.mp4")).await.unwrap();
    store.add_asset(&lease, file(AssetKind::Thumbnail, "t.jpg")).await.unwrap();
    let completed = Completed { duration: Frames(287), left_out: Vec::new() };
    store.complete(&lease, completed).await.unwrap();

    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!(view.framework, Some(Framework::Bab));
    assert_eq!(view.framework_reason.as_deref(), Some("It shows a change for the better."));
    assert_eq!((view.num_scenes, view.scenes.len()), (3, 3));
    assert_eq!(view.scenes[1].texts, ["Sip"]);
    assert_eq!((view.scenes[1].index, view.scenes[1].duration_seconds), (1, 4.0));
    assert_eq!(view.duration_seconds, 287.0 / 24.0);
    assert_eq!(view.video_url, Some(format!("/api/generations/{id}/video")));
    assert_eq!(view.thumbnail_url, Some(format!("/api/generations/{id}/thumbnail")));
    assert!(view.completed_at >= Some(view.created_at));

    let listed = store.generations_page(ann, &GenerationQuery::default()).await.unwrap().items.remove(0);
    assert_eq!(listed, admint_domain::GenerationView { scenes: Vec::new(), ..view });
}

async fn an_ad_is_found_by_its_title_and_by_its_prompt(store: Store) {
    let (ann, eve) = (user(&store, "ann").await, user(&store, "eve").await);
    let id = generation(&store, ann).await;
    let title = Title::parse("Frühling, 20 %").unwrap();
    assert!(!store.rename(eve, id, title.as_ref()).await.unwrap());
    assert!(store.rename(ann, id, title.as_ref()).await.unwrap());
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!((view.name(), view.prompt.as_str()), ("Frühling, 20 %", "Fresh coffee for early birds"));
    assert_eq!(store.queue_of(ann).await.unwrap().items[0].title.as_deref(), Some("Frühling, 20 %"));
    for (text, found) in [("FRÜHLING", 1), ("20 %", 1), ("coffee", 1), ("% fresh", 0), ("winter", 0)] {
        assert_eq!(list(&store, ann, searching(text)).await.len(), found, "{text}");
    }
    assert!(store.rename(ann, id, None).await.unwrap());
    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!((view.name(), view.title.as_deref()), ("Fresh coffee for early birds", None));
    assert_eq!(list(&store, ann, searching("frühling")).await.len(), 0);
    assert_eq!(list(&store, ann, searching("early")).await.len(), 1);
}

async fn scenes_have_pictures_before_there_is_a_film(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.save_spec(&lease, &spec()).await.unwrap();
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let pictures = async || {
        let view = store.generation_view(ann, id).await.unwrap().unwrap();
        let shown: Vec<bool> = view.scenes.iter().map(|scene| scene.still_url.is_some()).collect();
        let newest = store.events_after(ann, id, 0).await.unwrap().unwrap().pop().unwrap();
        (shown, newest.scene_pictures)
    };
    assert_eq!(pictures().await, (vec![false; 3], Vec::new()));
    let sketch = NewAsset { scene: Some(scenes[1]), ..file(AssetKind::Sketch, "sketch-1.jpg") };
    store.add_asset(&lease, sketch).await.unwrap();
    assert_eq!(pictures().await, (vec![false, true, false], vec![1]));
    let still_of = async |user, position| {
        store.scene_picture_of(user, id, position).await.unwrap().map(|asset| asset.key)
    };
    assert_eq!(still_of(ann, 1).await.as_deref(), Some("sketch-1.jpg"));
    assert_eq!(still_of(ann, 0).await, None);
    let still = NewAsset { scene: Some(scenes[1]), ..file(AssetKind::Still, "still-1.jpg") };
    store.add_asset(&lease, still).await.unwrap();
    assert_eq!(still_of(ann, 1).await.as_deref(), Some("still-1.jpg"), "the film's own, once there is one");
    let eve = user(&store, "eve").await;
    assert_eq!(still_of(eve, 1).await, None);
}

async fn deletion_takes_rows_and_names_files(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let kept = generation(&store, ann).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let clip = NewAsset { scene: Some(scenes[0]), ..file(AssetKind::Clip, "clip-0.mp4") };
    store.add_asset(&lease, clip).await.unwrap();
    store.add_asset(&lease, file(AssetKind::Video, "v.mp4")).await.unwrap();
    store.save_timeline(&lease, &timeline(2)).await.unwrap();
    store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await.unwrap();

    let keys = store.delete_generation(ann, id).await.unwrap().unwrap();
    assert_eq!(keys, ["clip-0.mp4", "v.mp4"]);
    assert_eq!(store.delete_generation(ann, id).await.unwrap(), None);
    assert_eq!(store.generation_view(ann, id).await.unwrap(), None);
    for table in ["scenes", "assets", "timelines", "timeline_revisions"] {
        assert_eq!(rows(&store, table).await, 0, "{table}");
    }
    for table in ["generations", "jobs", "job_events"] {
        assert_eq!(rows(&store, table).await, 1, "{table}: the other generation's");
    }
    assert!(store.generation_view(ann, kept).await.unwrap().is_some());
    assert_eq!(store.profile(ann).await.unwrap().unwrap().total_generations, 1, "it was made");
}

async fn a_deleted_generation_stops_its_worker(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert_eq!(store.delete_generation(ann, id).await.unwrap(), Some(Vec::new()));
    assert_eq!(store.heartbeat(&lease, LEASE).await.unwrap(), crate::Heartbeat::Lost);
    let late = store.add_asset(&lease, file(AssetKind::Video, "v.mp4")).await;
    assert!(matches!(late, Err(crate::StoreError::LeaseLost)), "{late:?}");
}

async fn rows(store: &Store, table: &str) -> i64 {
    let backend = store.reader().get_database_backend();
    let count = Statement::from_string(backend, format!("SELECT COUNT(*) AS n FROM {table}"));
    store.reader().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn the_gallery_reads_its_index_in_order() {
    on_sqlite(async |store: Store| {
        let ann = user(&store, "ann").await;
        let select = crate::generations::gallery(ann, &GenerationQuery::default());
        let plan = explain(&store, &sea_orm::QueryTrait::into_query(select)).await;
        assert!(plan.contains("USING INDEX ix_generations_user_id_created_at_id"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    })
    .await;
}

async fn explain(store: &Store, query: &impl StatementBuilder) -> String {
    let mut statement = DbBackend::Sqlite.build(query);
    statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
    let rows = store.reader().query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap() + "\n").collect()
}
