//! A generation's progress, as server-sent events that can be resumed, and as a list for those who
//! poll; and where all of a user's generations stand, in one stream.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::Arc,
    time::Duration,
};

use admint_domain::{
    AppError, Backend, ErrorBody, ErrorCode, GenerationChange, GenerationId, ProgressEvent, UserId,
};
use admint_store::{News, NewsOfAll};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{error::ApiError, generations::Generation, query::ApiQuery};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// Proxies close what is silent for long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long one stream lasts: then the reader comes back, and is asked again who it is. A browser does so by itself.
const LONGEST: Duration = Duration::from_secs(600);

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Only events after this `seq`. The header `Last-Event-ID`, which browsers send when they
    /// reconnect, comes first.
    #[serde(default)]
    after: Option<i64>,
    /// With any value but 0: the list instead of the stream.
    #[serde(default)]
    poll: Option<String>,
}

/// Progress as server-sent events named `progress`: those there are, then each new one, until the
/// generation ends; of one that failed and is tried again, the earlier end is left out. A stream ends after ten minutes
/// at the latest, for readers to come back with the last `id` that they saw. With `poll=1`: the list of those there
/// are. 204 when there will be no more.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/events",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), EventsQuery, ("Last-Event-ID" = Option<i64>, Header)),
    responses(
        (status = OK, body = ProgressEvent, content_type = "text/event-stream"),
        (status = NO_CONTENT, description = "the generation has ended and every event was seen"),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn stream(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let user = caller.user.id;
    let after = last_event_id(&headers)?.or(query.after).unwrap_or(0);
    // Before the first look, so that nothing falls between the two.
    let news = state.store.news_of(id);
    let mut events = state.backend.events(user, id, after).await?;
    if query.poll.is_some_and(|poll| poll != "0") {
        return Ok(Json(events).into_response());
    }
    let mut seen = after;
    if events.is_empty() {
        // Who claims to have seen what is not there yet is told of it when it comes.
        let all = state.backend.events(user, id, 0).await?;
        seen = after.min(all.last().map_or(0, |event| event.seq));
        if state.backend.generation(user, id).await?.status.is_final() {
            // It may have ended just after the look.
            events = state.backend.events(user, id, after).await?;
            if events.is_empty() {
                // Tells an `EventSource` not to come back.
                return Ok(StatusCode::NO_CONTENT.into_response());
            }
        }
    }
    let follower = Follower {
        backend: state.backend.clone(),
        news,
        shutdown: state.shutdown.clone(),
        until: Instant::now() + LONGEST,
        user,
        id,
        seen,
        waiting: since_the_last_change(events),
        ended: false,
    };
    let sse = Sse::new(follower.stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // nginx would hold events back to fill its buffer.
    Ok(([(header::HeaderName::from_static("x-accel-buffering"), "no")], sse).into_response())
}

/// The events there are, for clients that poll.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/events.json",
    tag = "generations",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path), EventsQuery),
    responses(
        (status = OK, body = Vec<ProgressEvent>),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn poll(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiQuery(query): ApiQuery<EventsQuery>,
) -> Result<Json<Vec<ProgressEvent>>, ApiError> {
    Ok(Json(state.backend.events(caller.user.id, id, query.after.unwrap_or(0)).await?))
}

/// Where your generations stand, as server-sent events named `change`: those under way and those that ended of late at
/// once, then each whenever it changes, is deleted or is brought back. An event says what is so, not what happened:
/// a reader that comes back is told all that matters again, and has nothing to resume. The stream ends after ten
/// minutes, for readers to come back.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "generations",
    security(("bearer" = [])),
    responses(
        (status = OK, body = GenerationChange, content_type = "text/event-stream"),
        (status = UNAUTHORIZED, body = ErrorBody)
    )
)]
pub async fn all(State(state): State<AppState>, caller: CurrentCaller) -> Result<Response, ApiError> {
    let user = caller.user.id;
    // Before the first look, so that nothing falls between the two.
    let news = state.store.news_of_all(user);
    let standings = state.backend.standings(user, &[]).await?;
    let mut follower = FollowerOfAll {
        backend: state.backend.clone(),
        news,
        shutdown: state.shutdown.clone(),
        until: Instant::now() + LONGEST,
        user,
        told: HashMap::new(),
        waiting: VecDeque::new(),
    };
    follower.take_in(standings);
    let sse = Sse::new(follower.stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([(header::HeaderName::from_static("x-accel-buffering"), "no")], sse).into_response())
}

/// One client that follows all of a user's generations.
struct FollowerOfAll {
    backend: Arc<dyn Backend>,
    news: NewsOfAll,
    shutdown: CancellationToken,
    until: Instant,
    user: UserId,
    /// As each was last told of.
    told: HashMap<GenerationId, GenerationChange>,
    waiting: VecDeque<GenerationChange>,
}

impl FollowerOfAll {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        // Sent at once, so that a reader knows it is connected though there is nothing to tell.
        let hello = stream::once(async { Ok(Event::default().comment("following")) });
        let changes = stream::unfold(self, |mut follower| async move {
            let change = follower.next().await?;
            let data = serde_json::to_string(&change).expect("a change is plain JSON");
            Some((Ok(Event::default().event("change").data(data)), follower))
        });
        hello.chain(changes)
    }

    /// The next change, or `None` when the time is over or the server stops.
    async fn next(&mut self) -> Option<GenerationChange> {
        loop {
            if let Some(change) = self.waiting.pop_front() {
                return Some(change);
            }
            let news = tokio::time::timeout_at(self.until, self.news.wait());
            let told_of = self.shutdown.run_until_cancelled(news).await?.ok()?;
            let also = told_of.as_slice();
            // What fails is logged where it happened; the stream goes on when the database does.
            if let Ok(standings) = self.backend.standings(self.user, also).await {
                self.take_in(standings);
            }
        }
    }

    fn take_in(&mut self, standings: Vec<GenerationChange>) {
        for change in standings {
            if self.told.get(&change.id) != Some(&change) {
                self.told.insert(change.id, change.clone());
                self.waiting.push_back(change);
            }
        }
    }
}

/// Without what was before the ad was last changed: its making is over, and its progress begins anew.
fn since_the_last_change(mut events: Vec<ProgressEvent>) -> VecDeque<ProgressEvent> {
    let begins = events.windows(2).rposition(|pair| pair[1].progress < pair[0].progress);
    if let Some(before) = begins {
        events.drain(..=before);
    }
    events.into()
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, AppError> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let text = value.to_str().unwrap_or("?").trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| AppError::invalid("Last-Event-ID", "Last-Event-ID must be the number of an event."))
}

/// One client's place in one generation's story.
struct Follower {
    backend: Arc<dyn Backend>,
    news: News,
    shutdown: CancellationToken,
    until: Instant,
    user: UserId,
    id: GenerationId,
    seen: i64,
    waiting: VecDeque<ProgressEvent>,
    ended: bool,
}

impl Follower {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(sse_event(&event)), follower))
        })
    }

    /// The next event, or `None` after the last, when the generation is gone, when the time is over, or when the server
    /// stops.
    async fn next(&mut self) -> Option<ProgressEvent> {
        loop {
            if self.ended || self.shutdown.is_cancelled() {
                return None;
            }
            while let Some(event) = self.waiting.pop_front() {
                self.seen = event.seq;
                self.ended = event.status.is_final();
                // One that failed and was tried again has an end in the middle of its story. A reader would take
                // it for the last.
                if !self.ended || self.waiting.is_empty() {
                    return Some(event);
                }
            }
            let news = tokio::time::timeout_at(self.until, self.news.wait());
            self.shutdown.run_until_cancelled(news).await?.ok()?;
            match self.backend.events(self.user, self.id, self.seen).await {
                Ok(events) => self.waiting.extend(events),
                Err(error) if error.code == ErrorCode::NotFound => return None,
                // Logged where it happened; the stream goes on when the database does.
                Err(_) => {}
            }
        }
    }
}

fn sse_event(event: &ProgressEvent) -> Event {
    let data = serde_json::to_string(event).expect("an event is plain JSON");
    Event::default().id(event.seq.to_string()).event("progress").data(data)
}

#[cfg(test)]
mod tests {
    use admint_domain::GenerationStatus;

    use super::*;

    #[track_caller]
    fn check(progress: &[u8], left: &[u8]) {
        let event = |(seq, &progress): (i64, &u8)| ProgressEvent {
            seq,
            at: chrono::DateTime::UNIX_EPOCH,
            status: GenerationStatus::Running,
            progress,
            current_step: String::new(),
            error: None,
            ready_in_seconds: None,
            scene_pictures: Vec::new(),
        };
        let events = since_the_last_change((1..).zip(progress).map(event).collect());
        assert_eq!(events.iter().map(|event| event.progress).collect::<Vec<_>>(), left);
    }

    #[test]
    fn a_reader_is_told_of_the_last_change_alone() {
        check(&[0, 10, 30, 100], &[0, 10, 30, 100]);
        check(&[0, 30, 100, 0, 30], &[0, 30]);
        check(&[0, 100, 0, 30, 30, 0, 70, 100], &[0, 70, 100]);
        check(&[], &[]);
    }
}
