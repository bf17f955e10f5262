//! The queue's page and what its forms do: plain HTML both ways.

use admint_domain::{AppError, GenerationId, QueueMove};
use app::{QUEUE_PATH, queue_page};
use axum::{
    Form, Router,
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use crate::{auth::caller::CurrentCaller, pages, state::AppState};

pub fn routes() -> Router<AppState> {
    Router::new().route(QUEUE_PATH, get(show).post(act))
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    First,
    Earlier,
    Later,
    Cancel,
    Retry,
}

#[derive(Deserialize)]
struct ActForm {
    id: GenerationId,
    action: Action,
}

async fn show(State(state): State<AppState>, caller: CurrentCaller, request: Request) -> Response {
    page(&state, &caller, None, request).await
}

/// Does it and shows the page anew; what cannot be done is said on the page.
async fn act(State(state): State<AppState>, caller: CurrentCaller, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<ActForm>::from_request(Request::from_parts(parts.clone(), body), &state).await;
    let done = match form {
        Ok(Form(ActForm { id, action })) => {
            let (backend, user) = (&state.backend, caller.user.id);
            match action {
                Action::First => backend.move_in_queue(user, id, QueueMove::First).await,
                Action::Earlier => backend.move_in_queue(user, id, QueueMove::Earlier).await,
                Action::Later => backend.move_in_queue(user, id, QueueMove::Later).await,
                Action::Cancel => backend.cancel_generation(user, id).await,
                Action::Retry => backend.retry_generation(user, id).await,
            }
        }
        Err(_) => Err(AppError::invalid("action", "Use the buttons of the page.")),
    };
    match done {
        Ok(()) => Redirect::to(QUEUE_PATH).into_response(),
        Err(error) => {
            let request = Request::from_parts(parts, axum::body::Body::empty());
            page(&state, &caller, Some(error), request).await
        }
    }
}

async fn page(
    state: &AppState,
    caller: &CurrentCaller,
    problem: Option<AppError>,
    request: Request,
) -> Response {
    let queue = state.backend.queue(caller.user.id).await;
    let now = chrono::Utc::now();
    let status = problem.as_ref().map(pages::status_of);
    let page = move |options| queue_page(options, queue.clone(), problem.clone(), now);
    pages::render(state, status, page, request).await
}
