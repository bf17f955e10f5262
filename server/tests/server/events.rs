//! Server-sent events: replay, resume, live, end.

use admint_domain::{GenerationStatus, ProgressEvent, Stage};
use futures::StreamExt;
use reqwest::{Response, StatusCode};

use crate::fixture::{Server, header, refused};

/// Reads events until the stream ends or `most` are there.
async fn read(response: Response, most: usize) -> Vec<(i64, ProgressEvent)> {
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), Some("text/event-stream"));
    assert_eq!(header(&response, "content-encoding"), None, "events must not wait for a compressor");
    let mut chunks = response.bytes_stream();
    let (mut text, mut events) = (String::new(), Vec::new());
    while events.len() < most
        && let Some(chunk) = chunks.next().await
    {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        while let Some((block, rest)) = text.split_once("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
            if let Some(data) = field("data:") {
                assert_eq!(field("event:"), Some("progress"));
                events.push((field("id:").unwrap().parse().unwrap(), serde_json::from_str(data).unwrap()));
            }
            text = rest.to_owned();
        }
    }
    events
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
    let all = read(get("").header("accept-encoding", "gzip, br").send().await.unwrap(), usize::MAX).await;
    assert!(all.iter().all(|(id, event)| *id == event.seq) && all.is_sorted_by(|a, b| a.0 < b.0), "{all:?}");
    let last = all.last().unwrap();
    assert_eq!((last.1.status, last.1.progress), (GenerationStatus::Completed, 100));

    let seen = all[1].0;
    let resumed = read(get("").header("last-event-id", seen).send().await.unwrap(), usize::MAX).await;
    assert_eq!(resumed, all[2..]);
    let resumed = read(get(&format!("?after={seen}")).send().await.unwrap(), usize::MAX).await;
    assert_eq!(resumed, all[2..]);
    // The browser's header is newer than the address it reconnects to.
    let both = get("?after=0").header("last-event-id", seen).send().await.unwrap();
    assert_eq!(read(both, usize::MAX).await, all[2..]);
    for after in [last.0, i64::MAX] {
        let done = get("").header("last-event-id", after).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::NO_CONTENT, "an EventSource must not come back for ever");
    }

    let polled: Vec<ProgressEvent> =
        get(&format!("?poll=1&after={seen}")).send().await.unwrap().json().await.unwrap();
    let listed: Vec<ProgressEvent> =
        get(&format!(".json?after={seen}")).send().await.unwrap().json().await.unwrap();
    assert_eq!(polled, all[2..].iter().map(|(_, event)| event.clone()).collect::<Vec<_>>());
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
    let reading = tokio::spawn(read(response, usize::MAX));
    let lease = server.work().await;
    for stage in [Stage::Plan, Stage::Scenes, Stage::Audio] {
        server.progress(&lease, stage).await;
    }
    server.finish(&lease, b"a video").await;
    let events = reading.await.unwrap();
    let progress: Vec<u8> = events.iter().map(|(_, event)| event.progress).collect();
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
    let reading = tokio::spawn(read(response, usize::MAX));
    server.rooms.store.delete_generation(ann.user.id, id).await.unwrap().unwrap();
    let events = reading.await.unwrap();
    assert!(
        events
            .iter()
            .all(|(_, event)| !event.status.is_final() || event.status == GenerationStatus::Cancelled)
    );
}

#[tokio::test]
async fn a_stopping_server_ends_its_streams() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let path = format!("/api/generations/{id}/events");
    let response = server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap();
    let reading = tokio::spawn(read(response, usize::MAX));
    server.shutdown.cancel();
    reading.await.unwrap();
}
