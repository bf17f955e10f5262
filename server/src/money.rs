//! The pages about money and the installation, and what their forms do: plain HTML both ways.

use admint_domain::{AppError, GenerationId, Usd};
use app::{MODELS_PATH, SETTINGS_PATH, SPENDING_PATH, cost_page, models_page, settings_page, spending_page};
use axum::{
    Form, Router,
    body::Body,
    extract::{FromRequest, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use crate::{auth::caller::CurrentCaller, models, pages, state::AppState};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/videos/{id}/cost", get(show_cost).post(limit_ad))
        .route(SPENDING_PATH, get(show_spending).post(limit_month))
        .route(SETTINGS_PATH, get(show_settings).post(check_services))
        .route(MODELS_PATH, get(show_models))
}

#[derive(Deserialize)]
struct LimitForm {
    max_usd: String,
}

/// The amount in the form, which may be left empty; and the request, to show the page with.
async fn limit_in(state: &AppState, request: Request) -> (Result<Option<Usd>, AppError>, Request) {
    let (parts, body) = request.into_parts();
    let form = Form::<LimitForm>::from_request(Request::from_parts(parts.clone(), body), state).await;
    let limit = match form {
        Err(_) => Err(AppError::invalid("max_usd", "Use the form of the page.")),
        Ok(Form(LimitForm { max_usd })) if max_usd.trim().is_empty() => Ok(None),
        Ok(Form(LimitForm { max_usd })) => {
            max_usd.parse().map(Some).map_err(|wrong: &str| AppError::invalid("max_usd", wrong))
        }
    };
    (limit, Request::from_parts(parts, Body::empty()))
}

fn no_video() -> AppError {
    AppError::not_found("video")
}

async fn show_cost(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    cost(&state, &caller, id.parse().map_err(|_| no_video()), None, request).await
}

async fn limit_ad(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (limit, request) = limit_in(&state, request).await;
    let id: Result<GenerationId, AppError> = id.parse().map_err(|_| no_video());
    let done = match (&id, limit) {
        (Ok(id), Ok(limit)) => state.backend.limit_ad(caller.user.id, *id, limit).await,
        (Err(error), _) => Err(error.clone()),
        (Ok(_), Err(error)) => Err(error),
    };
    match (done, &id) {
        (Ok(()), Ok(id)) => Redirect::to(&app::cost_path(*id)).into_response(),
        (problem, _) => cost(&state, &caller, id, problem.err(), request).await,
    }
}

async fn cost(
    state: &AppState,
    caller: &CurrentCaller,
    id: Result<GenerationId, AppError>,
    problem: Option<AppError>,
    request: Request,
) -> Response {
    let cost = match id {
        Ok(id) => state.backend.cost(caller.user.id, id).await,
        Err(error) => Err(error),
    };
    // A page that is not there is told once.
    let problem = if cost.is_ok() { problem } else { None };
    let status = cost.as_ref().err().or(problem.as_ref()).map(pages::status_of);
    let page = move |options| cost_page(options, cost.clone(), problem.clone());
    pages::render(state, status, page, request).await
}

async fn show_spending(State(state): State<AppState>, caller: CurrentCaller, request: Request) -> Response {
    spending(&state, &caller, None, request).await
}

async fn limit_month(State(state): State<AppState>, caller: CurrentCaller, request: Request) -> Response {
    let (limit, request) = limit_in(&state, request).await;
    let done = match limit {
        Ok(limit) => state.backend.limit_month(caller.user.id, limit).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Redirect::to(SPENDING_PATH).into_response(),
        Err(error) => spending(&state, &caller, Some(error), request).await,
    }
}

async fn spending(
    state: &AppState,
    caller: &CurrentCaller,
    problem: Option<AppError>,
    request: Request,
) -> Response {
    let spending = state.backend.spending(caller.user.id).await;
    let status = problem.as_ref().or(spending.as_ref().err()).map(pages::status_of);
    let page = move |options| spending_page(options, spending.clone(), problem.clone());
    pages::render(state, status, page, request).await
}

async fn show_settings(State(state): State<AppState>, _: CurrentCaller, request: Request) -> Response {
    let (services, now) = (state.services.seen().await, chrono::Utc::now());
    pages::render(&state, None, move |options| settings_page(options, services.clone(), now), request).await
}

/// Asks, and shows what was found: again after a reload, nobody is asked for that.
async fn check_services(State(state): State<AppState>, _: CurrentCaller) -> Response {
    state.services.check().await;
    Redirect::to(SETTINGS_PATH).into_response()
}

async fn show_models(State(state): State<AppState>, _: CurrentCaller, request: Request) -> Response {
    let models = models::rows(&state.config, state.backend.as_ref()).await;
    let status = models.as_ref().err().map(pages::status_of);
    pages::render(&state, status, move |options| models_page(options, models.clone()), request).await
}
