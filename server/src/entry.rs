//! The pages for logging in and signing up, and their plain forms: whatever is wrong is shown at its field, with what
//! was typed, the password alone excepted.

use admint_domain::{AppError, LoginRequest, RegisterRequest, SignedIn};
use app::{
    EntryNews, EntryPage,
    context::{CallersClient, cookies},
    destination, log_in_page, register_page,
};
use axum::{
    Extension, Form, Router,
    extract::{FromRequest, Query, Request, State},
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use leptos::{config::LeptosOptions, prelude::IntoView};
use serde::Deserialize;

use crate::{
    api::error::ApiError,
    auth::caller::Caller,
    pages::{self, body_left_out},
    state::AppState,
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(show_log_in).post(log_in))
        .route("/register", get(show_register).post(register))
}

#[derive(Default, Deserialize)]
struct Asked {
    next: Option<String>,
    logged_out: Option<String>,
    expired: Option<String>,
    deleted: Option<String>,
}

impl Asked {
    fn page(self) -> EntryPage {
        let news = [
            (self.deleted, EntryNews::Deleted),
            (self.logged_out, EntryNews::LoggedOut),
            (self.expired, EntryNews::Expired),
        ];
        let news = news.into_iter().find_map(|(said, news)| said.map(|_| news));
        EntryPage { next: self.next, news, ..EntryPage::default() }
    }
}

#[derive(Default, Deserialize)]
struct EntryForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    email: String,
    next: Option<String>,
}

async fn show_log_in(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
    caller: Extension<Caller>,
    request: Request,
) -> Response {
    show(&state, &caller, asked.page(), log_in_page, request).await
}

async fn show_register(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
    caller: Extension<Caller>,
    request: Request,
) -> Response {
    show(&state, &caller, asked.page(), register_page, request).await
}

/// Who is signed in goes on at once.
async fn show<V: IntoView + 'static>(
    state: &AppState,
    caller: &Caller,
    page: EntryPage,
    view: fn(LeptosOptions, EntryPage) -> V,
    request: Request,
) -> Response {
    if caller.user().is_some() {
        return Redirect::to(&destination(page.next.as_deref())).into_response();
    }
    render(state, page, view, request).await
}

async fn log_in(
    State(state): State<AppState>,
    Extension(client): Extension<CallersClient>,
    request: Request,
) -> Response {
    let (form, request) = form_in(&state, request).await;
    let tried = match &form {
        Ok(form) => {
            let request = LoginRequest { username: form.username.clone(), password: form.password.clone() };
            state.accounts.login(request, &client.0).await
        }
        Err(error) => Err(error.clone()),
    };
    entered(&state, form.unwrap_or_default(), tried, log_in_page, request).await
}

async fn register(
    State(state): State<AppState>,
    Extension(client): Extension<CallersClient>,
    request: Request,
) -> Response {
    let (form, request) = form_in(&state, request).await;
    let tried = match &form {
        Ok(EntryForm { username, password, email, .. }) => {
            let request = RegisterRequest {
                username: username.clone(),
                password: password.clone(),
                email: Some(email.clone()),
            };
            state.accounts.register(request, &client.0).await
        }
        Err(error) => Err(error.clone()),
    };
    entered(&state, form.unwrap_or_default(), tried, register_page, request).await
}

async fn form_in(state: &AppState, request: Request) -> (Result<EntryForm, AppError>, Request) {
    let (body, request) = body_left_out(request);
    let form = Form::<EntryForm>::from_request(body, state).await;
    let unreadable = |_| AppError::invalid("form", "Use the form of the page.");
    (form.map(|Form(form)| form).map_err(unreadable), request)
}

/// On to the page first asked for, or the form again with the reason.
async fn entered<V: IntoView + 'static>(
    state: &AppState,
    form: EntryForm,
    tried: Result<SignedIn, AppError>,
    view: fn(LeptosOptions, EntryPage) -> V,
    request: Request,
) -> Response {
    match tried {
        Ok(signed_in) => {
            let cookies = cookies::signed_in(state.cookie_policy(), &signed_in);
            let cookies = cookies.map(|cookie| (header::SET_COOKIE, cookie));
            (AppendHeaders(cookies), Redirect::to(&destination(form.next.as_deref()))).into_response()
        }
        Err(error) => {
            let EntryForm { username, email, next, .. } = form;
            let refusal = Some(error.into());
            render(state, EntryPage { next, username, email, refusal, news: None }, view, request).await
        }
    }
}

async fn render<V: IntoView + 'static>(
    state: &AppState,
    page: EntryPage,
    view: fn(LeptosOptions, EntryPage) -> V,
    request: Request,
) -> Response {
    let refusal = page.refusal.as_ref().map(|refusal| ApiError::from(refusal.0.clone()));
    let status = refusal.as_ref().map(|refusal| refusal.status);
    let shown = move |options| view(options, page.clone());
    let mut response = pages::render(state, status, shown, request).await;
    if let Some(seconds) = refusal.and_then(|refusal| refusal.error.retry_after) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
