//! A generation's progress, as server-sent events that can be resumed, and as a list for those who
//! poll.

use std::{convert::Infallible, sync::Arc, time::Duration};

use admint_domain::{AppError, Backend, ErrorBody, ErrorCode, GenerationId, ProgressEvent, UserId};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::{error::ApiError, generations::Generation, query::ApiQuery};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// Events written by another process give no notice here; this is how often they are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// Proxies close what is silent for long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

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
/// generation ends. With `poll=1`: the list of those there are. 204 when there will be no more.
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
    // Subscribed before the first look, so that nothing falls between the two.
    let notices = state.store.subscribe();
    let events = state.backend.events(user, id, after).await?;
    if query.poll.is_some_and(|poll| poll != "0") {
        return Ok(Json(events).into_response());
    }
    if events.is_empty() && state.backend.generation(user, id).await?.status.is_final() {
        // Tells an `EventSource` not to come back.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let follower = Follower {
        backend: state.backend.clone(),
        notices,
        shutdown: state.shutdown.clone(),
        user,
        id,
        seen: after,
        waiting: events.into_iter().collect(),
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
    notices: broadcast::Receiver<GenerationId>,
    shutdown: CancellationToken,
    user: UserId,
    id: GenerationId,
    seen: i64,
    waiting: std::collections::VecDeque<ProgressEvent>,
    ended: bool,
}

impl Follower {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(sse_event(&event)), follower))
        })
    }

    /// The next event, or `None` after the last, when the generation is gone, or when the server stops.
    async fn next(&mut self) -> Option<ProgressEvent> {
        loop {
            if self.ended || self.shutdown.is_cancelled() {
                return None;
            }
            if let Some(event) = self.waiting.pop_front() {
                self.seen = event.seq;
                self.ended = event.status.is_final();
                return Some(event);
            }
            if self.wait().await.is_shutdown() {
                return None;
            }
            match self.backend.events(self.user, self.id, self.seen).await {
                Ok(events) if events.is_empty() => match self.backend.generation(self.user, self.id).await {
                    // Ended, and the story does not tell: the client asked for what comes after its end.
                    Ok(view) if view.status.is_final() => {
                        let rest = self.backend.events(self.user, self.id, self.seen).await.ok()?;
                        self.ended = rest.is_empty();
                        self.waiting.extend(rest);
                    }
                    Ok(_) => {}
                    Err(error) if error.code == ErrorCode::NotFound => return None,
                    Err(_) => {}
                },
                Ok(events) => self.waiting.extend(events),
                Err(error) if error.code == ErrorCode::NotFound => return None,
                // Logged where it happened; the stream goes on when the database does.
                Err(_) => {}
            }
        }
    }

    /// Until there may be news of this generation.
    async fn wait(&mut self) -> Woken {
        let look = tokio::time::sleep(LOOK);
        tokio::pin!(look);
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return Woken::Shutdown,
                () = &mut look => return Woken::Look,
                notice = self.notices.recv() => match notice {
                    Ok(id) if id != self.id => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return Woken::Look,
                    Err(broadcast::error::RecvError::Closed) => return Woken::Shutdown,
                },
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Woken {
    Look,
    Shutdown,
}

impl Woken {
    const fn is_shutdown(self) -> bool {
        matches!(self, Self::Shutdown)
    }
}

fn sse_event(event: &ProgressEvent) -> Event {
    let data = serde_json::to_string(event).expect("an event is plain JSON");
    Event::default().id(event.seq.to_string()).event("progress").data(data)
}
