//! The list and what is done with several of it: orders and cursors, deleting and bringing back, an archive, what
//! lists show, and one stream that follows all.

use admint_domain::{
    Deleted, GenerationChange, GenerationId, GenerationStatus, GenerationView, Page, Restored, Stage,
};
use async_zip::base::read1::seek::ZipArchiveReader;
use futures::{AsyncReadExt, StreamExt, io::Cursor, stream::BoxStream};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::fixture::{Postgres, Server, header, refused};

async fn list(server: &Server, token: &str, query: &str) -> Page<GenerationView> {
    let response = server.get(&format!("/api/generations{query}")).bearer_auth(token).send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn ids(page: &Page<GenerationView>) -> Vec<GenerationId> {
    page.items.iter().map(|view| view.id).collect()
}

#[tokio::test]
async fn the_list_goes_from_page_to_page_by_cursors() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(server.queued(ann.user.id).await);
    }
    let first = list(&server, token, "?sort=oldest&per_page=2").await;
    assert_eq!((ids(&first), first.total, first.page), (made[..2].to_vec(), 5, Some(1)));
    assert_eq!(first.previous, None);
    let next = first.next.unwrap();
    let second = list(&server, token, &format!("?sort=oldest&per_page=2&cursor={next}")).await;
    assert_eq!((ids(&second), second.page), (made[2..4].to_vec(), None));
    let back = second.previous.unwrap();
    let back = list(&server, token, &format!("?sort=oldest&per_page=2&cursor={back}")).await;
    assert_eq!(ids(&back), made[..2]);
    made.reverse();
    assert_eq!(ids(&list(&server, token, "").await), made);
    // Alike in length and cost, they are the newest first.
    assert_eq!(ids(&list(&server, token, "?sort=longest").await), made);
    assert_eq!(ids(&list(&server, token, "?sort=dearest").await), made);

    for (query, field) in [
        (format!("?cursor={next}"), "cursor"),
        ("?sort=oldest&cursor=nonsense".to_owned(), "cursor"),
        (format!("?sort=oldest&page=2&cursor={next}"), "cursor"),
        ("?sort=shortest".to_owned(), "sort"),
        ("?per_page=101".to_owned(), "per_page"),
    ] {
        let request = server.get(&format!("/api/generations{query}")).bearer_auth(token);
        let error = refused(request, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(error.field.as_deref(), Some(field), "{query}: {}", error.message);
    }
    // Somebody else's cursor leads to nothing of theirs.
    let eve = server.register("eve").await;
    let stolen = list(&server, &eve.access_token, &format!("?sort=oldest&cursor={next}")).await;
    assert_eq!((stolen.items.len(), stolen.total, stolen.next, stolen.previous), (0, 0, None, None));
}

#[tokio::test]
async fn a_deletion_is_undone_or_final() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let id = server.finished(ann.user.id, b"a video").await;
    let path = format!("/api/generations/{id}");
    let ask = |method: Method, path: &str, token: &str| server.request(method, path).bearer_auth(token);
    let restore = format!("{path}/restore");

    refused(ask(Method::DELETE, &path, &eve.access_token), StatusCode::NOT_FOUND).await;
    let deleted = ask(Method::DELETE, &path, &ann.access_token).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    for part in ["", "/video", "/thumbnail", "/preview", "/card", "/captions.srt", "/events", "/events.json"]
    {
        refused(ask(Method::GET, &format!("{path}{part}"), &ann.access_token), StatusCode::NOT_FOUND).await;
    }
    // Another tab.
    refused(ask(Method::DELETE, &path, &ann.access_token), StatusCode::NOT_FOUND).await;
    refused(ask(Method::POST, &restore, &eve.access_token), StatusCode::NOT_FOUND).await;
    for _ in 0..2 {
        let back = ask(Method::POST, &restore, &ann.access_token).send().await.unwrap();
        assert_eq!(back.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(ask(Method::GET, &path, &ann.access_token).send().await.unwrap().status(), StatusCode::OK);

    server.rooms.store.delete_generation(ann.user.id, id).await.unwrap().unwrap();
    let error = refused(ask(Method::POST, &restore, &ann.access_token), StatusCode::NOT_FOUND).await;
    assert!(error.message.contains("10 seconds"), "{}", error.message);
}

#[tokio::test]
async fn several_are_deleted_and_brought_back_at_once() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let theirs = server.finished(eve.user.id, b"hers").await;
    let mut own = vec![server.finished(ann.user.id, b"one").await];
    // One is being made, one waits.
    own.push(server.queued(ann.user.id).await);
    let lease = server.work().await;
    own.push(server.queued(ann.user.id).await);
    let forged: GenerationId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let post = |path: &str, ids: &[GenerationId]| {
        server.post(path, &json!({ "ids": ids })).bearer_auth(&ann.access_token)
    };
    let chosen = [own[0], theirs, own[1], forged, own[2], own[0]];
    let done: Deleted = post("/api/generations/delete", &chosen).send().await.unwrap().json().await.unwrap();
    assert_eq!((done.deleted, done.not_found), (own.clone(), vec![theirs, forged]));
    assert_eq!(list(&server, &ann.access_token, "").await.total, 0);
    assert_eq!(list(&server, &eve.access_token, "").await.total, 1);
    server.rooms.store.cancelled(&lease).await.unwrap();

    let done: Restored =
        post("/api/generations/restore", &chosen).send().await.unwrap().json().await.unwrap();
    assert_eq!((done.restored, done.not_found), (own.clone(), vec![theirs, forged]));
    let back = list(&server, &ann.access_token, "?sort=oldest").await;
    let statuses: Vec<_> = back.items.iter().map(|view| view.status).collect();
    use GenerationStatus::{Cancelled, Completed};
    assert_eq!(statuses, [Completed, Cancelled, Cancelled]);

    for ids in [json!([]), json!(["x", "x", "x"])] {
        let request =
            server.post("/api/generations/delete", &json!({ "ids": ids })).bearer_auth(&ann.access_token);
        let error = refused(request, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert!(error.field.is_some_and(|field| field.starts_with("ids")), "{}", error.message);
    }
    let many: Vec<GenerationId> =
        (0..101).map(|number| GenerationId::from_uuid(uuid::Uuid::from_u128(number))).collect();
    let error = refused(post("/api/generations/delete", &many), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("ids"));
}

#[tokio::test]
async fn an_archive_holds_the_videos_that_are_there() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let theirs = server.finished(eve.user.id, b"hers").await;
    let large: Vec<u8> = (0..700_000_u32).map(|byte| (byte % 251) as u8).collect();
    let one = server.finished(ann.user.id, &large).await;
    let two = server.finished(ann.user.id, b"two").await;
    let waiting = server.queued(ann.user.id).await;
    let get = |query: String| {
        server.get(&format!("/api/generations/archive{query}")).bearer_auth(&ann.access_token)
    };

    let request = get(format!("?ids={one},{theirs}&ids={two}&ids={waiting}"));
    let response = request.header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), Some("application/zip"));
    assert_eq!(header(&response, "content-encoding"), None);
    assert_eq!(header(&response, "cache-control"), Some("no-store"));
    assert_eq!(header(&response, "content-disposition"), Some("attachment; filename=\"ads.zip\""));
    let bytes = response.bytes().await.unwrap();
    let entries = entries(&bytes).await;
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [&*format!("ad_{one}.mp4"), &*format!("ad_{two}.mp4"), "left-out.txt"]);
    assert!(entries[0].1 == large && entries[1].1 == b"two");
    let left_out = String::from_utf8_lossy(&entries[2].1);
    assert!(left_out.contains(&theirs.to_string()) && left_out.contains(&waiting.to_string()), "{left_out}");

    refused(get(format!("?ids={theirs}")), StatusCode::NOT_FOUND).await;
    for query in ["", "?ids=", "?ids=../../etc/passwd", "?id=1"] {
        refused(get(query.to_owned()), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let anonymous = server.get(&format!("/api/generations/archive?ids={one}"));
    refused(anonymous, StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn an_archive_that_cannot_be_finished_breaks_off() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.finished(ann.user.id, b"one").await;
    std::fs::remove_file(server.data().join("assets/files").join(format!("{id}/video.mp4"))).unwrap();
    let request = server.get(&format!("/api/generations/archive?ids={id}")).bearer_auth(&ann.access_token);
    assert!(request.send().await.unwrap().bytes().await.is_err(), "it must not look whole");
}

/// Name and bytes of each file in a ZIP, held against its own sums.
async fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchiveReader::open(Cursor::new(bytes)).await.unwrap();
    let mut entries = Vec::new();
    for index in 0..zip.cdrs().len() {
        let name = zip.cdrs()[index].insecure_file_name.as_str().unwrap().to_owned();
        let mut bytes = Vec::new();
        zip.file(index).await.unwrap().read_to_end(&mut bytes).await.unwrap();
        entries.push((name, bytes));
    }
    entries
}

#[tokio::test]
async fn what_lists_show_is_the_users_alone_and_kept_by_its_version() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let id = server.finished(ann.user.id, b"0123456789").await;
    let view = list(&server, &ann.access_token, "").await.items.remove(0);
    for (url, content_type) in [(view.preview_url, "video/mp4"), (view.card_url, "image/jpeg")] {
        let url = url.unwrap();
        let get = |url: &str, token: &str| server.get(url).bearer_auth(token);
        let response = get(&url, &ann.access_token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), Some(content_type));
        assert_eq!(header(&response, "cache-control"), Some("private, max-age=3600, immutable"));
        let etag = header(&response, "etag").unwrap().to_owned();
        let again = get(&url, &ann.access_token).header("if-none-match", etag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let part = get(&url, &ann.access_token).header("range", "bytes=2-4").send().await.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(part.text().await.unwrap(), "234");

        let plain = url.split('?').next().unwrap();
        for other in [plain.to_owned(), format!("{plain}?v=000000000000"), format!("{plain}?v=a")] {
            let response = get(&other, &ann.access_token).send().await.unwrap();
            assert_eq!(header(&response, "cache-control"), Some("private, no-cache"), "{other}");
        }
        refused(get(&url, &eve.access_token), StatusCode::NOT_FOUND).await;
        refused(server.get(&url), StatusCode::UNAUTHORIZED).await;
        refused(get(&format!("{plain}?w=1"), &ann.access_token), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    refused(server.get(&format!("/api/generations/{id}/preview")).bearer_auth("x"), StatusCode::UNAUTHORIZED)
        .await;
}

/// The stream of all, as a client reads it.
struct Changes {
    chunks: BoxStream<'static, reqwest::Result<axum::body::Bytes>>,
    text: String,
}

impl Changes {
    fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), Some("text/event-stream"));
        Self { chunks: response.bytes_stream().boxed(), text: String::new() }
    }

    async fn next(&mut self) -> Option<GenerationChange> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let data = block.lines().find_map(|line| line.strip_prefix("data:"));
                let change = data.map(|data| {
                    assert!(block.contains("event: change"), "{block}");
                    serde_json::from_str(data.trim()).unwrap()
                });
                self.text = rest.to_owned();
                if change.is_some() {
                    return change;
                }
            }
            let chunk = self.chunks.next().await?.ok()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn until(&mut self, found: impl Fn(&GenerationChange) -> bool) -> GenerationChange {
        loop {
            let change = self.next().await.expect("the stream goes on");
            if found(&change) {
                return change;
            }
        }
    }
}

/// What happens on one server is told by the stream of another.
async fn check_followed(here: &Server, there: &Server) {
    let (ann, eve) = (here.register("ann").await, here.register("eve").await);
    let early = here.finished(ann.user.id, b"early").await;
    let theirs = here.queued(eve.user.id).await;
    let follow = || there.get("/api/events").bearer_auth(&ann.access_token).send();
    let mut changes = Changes::of(follow().await.unwrap());
    let first = changes.next().await.unwrap();
    assert_eq!((first.id, first.status), (early, GenerationStatus::Completed), "what ended of late is told");

    let own = [here.queued(ann.user.id).await, here.queued(ann.user.id).await];
    for id in own {
        changes.until(|change| change.id == id && change.status == GenerationStatus::Queued).await;
    }
    // Eve's waits longest, and is never told.
    let mut leases = Vec::new();
    for _ in 0..3 {
        leases.push(here.work().await);
    }
    for lease in leases.iter().filter(|lease| lease.user == ann.user.id) {
        here.progress(lease, Stage::Scenes).await;
        changes.until(|change| change.id == lease.generation && change.progress == 20).await;
    }
    let lease = leases.iter().find(|lease| lease.generation == own[0]).unwrap();
    here.finish(lease, b"a video").await;
    changes.until(|change| change.id == own[0] && change.status == GenerationStatus::Completed).await;
    here.rooms.store.hide_generation(chrono::Utc::now(), ann.user.id, early).await.unwrap();
    changes.until(|change| change.id == early && change.deleted).await;
    here.rooms.store.restore_generation(ann.user.id, early).await.unwrap();
    changes.until(|change| change.id == early && !change.deleted).await;

    // Who comes back is told all that matters, and nothing of anybody else.
    let mut again = Changes::of(follow().await.unwrap());
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(again.next().await.unwrap().id);
    }
    told.sort();
    assert_eq!(told, [early, own[0], own[1]]);
    assert!(!told.contains(&theirs));

    refused(there.get("/api/events"), StatusCode::UNAUTHORIZED).await;
    there.shutdown.cancel();
    while changes.next().await.is_some() {}
}

#[tokio::test]
async fn one_stream_follows_all_of_a_users_videos() {
    let server = Server::start().await;
    check_followed(&server, &server).await;
}

#[tokio::test]
async fn one_stream_follows_what_happens_on_another_server_on_postgres() {
    let postgres = Postgres::create().await;
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        Server::start_with(|config| {
            config.data_dir = folder.path().join("data");
            config.database_url = Some(serde_json::from_value(json!(postgres.url)).unwrap());
        })
    };
    let (here, there) = (start().await, start().await);
    check_followed(&here, &there).await;
    drop((here, there));
    postgres.remove().await;
}
