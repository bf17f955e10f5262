//! Server-sent events: replay, resume, live, end.

use admint_domain::{GenerationStatus, ProgressEvent, Stage};
use futures::{StreamExt, stream::BoxStream};
use reqwest::{Response, StatusCode};

use crate::fixture::{Server, header, refused};

/// One stream, as a client reads it.
pub struct Reader {
    chunks: BoxStream<'static, reqwest::Result<axum::body::Bytes>>,
    text: String,
}

impl Reader {
    pub fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), Some("text/event-stream"));
        assert_eq!(header(&response, "content-encoding"), None, "events must not wait for a compressor");
        Self { chunks: response.bytes_stream().boxed(), text: String::new() }
    }

    /// The next event, or `None` when the stream has ended, in order or not. Of an event that came by half,
    /// nothing is told.
    pub async fn next(&mut self) -> Option<ProgressEvent> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let field =
                    |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
                let event = field("data:").map(|data| {
                    assert_eq!(field("event:"), Some("progress"));
                    let event: ProgressEvent = serde_json::from_str(data).unwrap();
                    assert_eq!(field("id:"), Some(event.seq.to_string().as_str()));
                    event
                });
                self.text = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            let chunk = self.chunks.next().await?.ok()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// All that is still to come.
    pub async fn rest(&mut self) -> Vec<ProgressEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// What stays true of the events: what is still to come was only so when each was told.
pub fn story(events: Vec<ProgressEvent>) -> Vec<ProgressEvent> {
    let kept = |event| ProgressEvent { ready_in_seconds: None, scene_pictures: Vec::new(), ..event };
    events.into_iter().map(kept).collect()
}

async fn read(response: Response) -> Vec<ProgressEvent> {
    Reader::of(response).rest().await
}

#[tokio::test]
async fn a_finished_story_is_replayed_whole_and_resumed_anywhere() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let lease = server.work().await;
    server.progress(&lease, Stage::Plan).await;
    server.progress(&lease, Stage::Scenes).await;
    server.finish(&lease, b"a video").await;

    let path = format!("/api/generations/{id}/events");
    let get = |query: &str| server.get(&format!("{path}{query}")).bearer_auth(&ann.access_token);
    let all = read(get("").header("accept-encoding", "gzip, br").send().await.unwrap()).await;
    assert!(all.is_sorted_by(|a, b| a.seq < b.seq), "{all:?}");
    let last = all.last().unwrap();
    assert_eq!((last.status, last.progress), (GenerationStatus::Completed, 100));

    let seen = all[1].seq;
    let resumed = read(get("").header("last-event-id", seen).send().await.unwrap()).await;
    assert_eq!(resumed, all[2..]);
    let resumed = read(get(&format!("?after={seen}")).send().await.unwrap()).await;
    assert_eq!(resumed, all[2..]);
    // The browser's header is newer than the address it reconnects to.
    let both = get("?after=0").header("last-event-id", seen).send().await.unwrap();
    assert_eq!(read(both).await, all[2..]);
    for after in [last.seq, i64::MAX] {
        let done = get("").header("last-event-id", after).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::NO_CONTENT, "an EventSource must not come back for ever");
    }

    let polled: Vec<ProgressEvent> =
        get(&format!("?poll=1&after={seen}")).send().await.unwrap().json().await.unwrap();
    let listed: Vec<ProgressEvent> =
        get(&format!(".json?after={seen}")).send().await.unwrap().json().await.unwrap();
    assert_eq!(polled, all[2..]);
    assert_eq!(listed, polled);

    refused(get("").header("last-event-id", "x"), StatusCode::UNPROCESSABLE_ENTITY).await;
    let error = refused(get("?after=x"), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("after"));
}

#[tokio::test]
async fn live_events_follow_the_replayed_ones_until_the_end() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let path = format!("/api/generations/{id}/events");
    let response = server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap();
    let reading = tokio::spawn(read(response));
    let lease = server.work().await;
    for stage in [Stage::Plan, Stage::Scenes, Stage::Audio] {
        server.progress(&lease, stage).await;
    }
    server.finish(&lease, b"a video").await;
    let events = reading.await.unwrap();
    let progress: Vec<u8> = events.iter().map(|event| event.progress).collect();
    assert!(
        progress.is_sorted() && progress.first() == Some(&0) && progress.last() == Some(&100),
        "{progress:?}"
    );
    assert!(progress.contains(&90));
}

#[tokio::test]
async fn a_deleted_generation_ends_its_stream() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let path = format!("/api/generations/{id}/events");
    let response = server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap();
    let reading = tokio::spawn(read(response));
    server.rooms.store.delete_generation(ann.user.id, id).await.unwrap().unwrap();
    let events = reading.await.unwrap();
    assert!(
        events.iter().all(|event| !event.status.is_final() || event.status == GenerationStatus::Cancelled)
    );
}

#[tokio::test]
async fn a_stopping_server_ends_its_streams() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let path = format!("/api/generations/{id}/events");
    let response = server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap();
    let reading = tokio::spawn(read(response));
    server.shutdown.cancel();
    reading.await.unwrap();
}

/// A number from another story, or from a database that was put back from an older copy.
#[tokio::test]
async fn who_has_seen_more_than_there_is_hears_of_what_comes() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let path = format!("/api/generations/{id}/events");
    let get = server.get(&path).bearer_auth(&ann.access_token).header("last-event-id", i64::MAX);
    let reading = tokio::spawn(read(get.send().await.unwrap()));
    let lease = server.work().await;
    server.finish(&lease, b"a video").await;
    let events = reading.await.unwrap();
    assert_eq!(events.last().unwrap().status, GenerationStatus::Completed);
}

#[tokio::test]
async fn a_story_goes_on_over_the_end_of_an_earlier_attempt() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let lease = server.work().await;
    server.rooms.store.fail(&lease, "The disk is full.", false).await.unwrap();
    server.rooms.store.retry(ann.user.id, id).await.unwrap();
    let path = format!("/api/generations/{id}/events");
    let reading = tokio::spawn(read(server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap()));
    let lease = server.work().await;
    server.finish(&lease, b"a video").await;
    let told = reading.await.unwrap();
    let mut all = server.rooms.store.events_after(ann.user.id, id, 0).await.unwrap().unwrap();
    all.retain(|event| event.status != GenerationStatus::Failed);
    assert_eq!(told, all, "readers leave at the first end they are told of");
    assert_eq!(told.last().unwrap().status, GenerationStatus::Completed);
}
