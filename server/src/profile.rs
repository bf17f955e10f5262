//! The page of one's own account, and what its forms do: plain HTML both ways.

use admint_domain::{AppError, ChangeEmail, ChangePassword, DeleteAccount, SessionId};
use app::{
    LOGGED_OUT_PATH, PROFILE_PATH, ProfileForm, ProfilePage, RefusedForm,
    context::{CallersClient, cookies},
    profile_page,
};
use axum::{
    Extension, Form, Router,
    extract::{FromRequest, Path, Query, Request, State},
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use crate::{
    auth::caller::CurrentCaller,
    pages::{self, body_left_out},
    state::AppState,
};

/// Where who has deleted the account goes.
const DELETED_PATH: &str = "/login?deleted=1";

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(PROFILE_PATH, get(show))
        // A form that was refused stands at this address: a reload by its address shows the page.
        .route("/profile/{form}", get(back).post(act))
}

#[derive(Deserialize)]
struct Shown {
    done: Option<String>,
}

async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Query(shown): Query<Shown>,
    request: Request,
) -> Response {
    let done = ProfileForm::ALL.into_iter().find(|form| shown.done.as_deref() == Some(form.name()));
    page(&state, &caller, None, done, request).await
}

async fn back(_: CurrentCaller) -> Redirect {
    Redirect::to(PROFILE_PATH)
}

#[derive(Default, Deserialize)]
struct Sent {
    #[serde(default)]
    email: String,
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirmation: String,
    id: Option<SessionId>,
    which: Option<String>,
}

async fn act(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Extension(client): Extension<CallersClient>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (body, request) = body_left_out(request);
    let Some(form) = ProfileForm::ALL.into_iter().find(|form| form.name() == name) else {
        return Redirect::to(PROFILE_PATH).into_response();
    };
    let sent = Form::<Sent>::from_request(body, &state).await;
    let Ok(Form(sent)) = sent else {
        let error = AppError::invalid("form", "Use the forms of the page.");
        let refused = RefusedForm { form, error, typed: String::new() };
        return page(&state, &caller, Some(refused), None, request).await;
    };
    let typed = match form {
        ProfileForm::Email => sent.email.clone(),
        ProfileForm::Deletion => sent.confirmation.clone(),
        ProfileForm::Password | ProfileForm::Sessions => String::new(),
    };
    match done(&state, &caller, &client, form, sent).await {
        Ok(Next::Here) => Redirect::to(&format!("{PROFILE_PATH}?done={0}#{0}", form.name())).into_response(),
        Ok(Next::Out(path)) => {
            let cleared = cookies::signed_out(state.cookie_policy());
            let cleared = cleared.map(|cookie| (header::SET_COOKIE, cookie));
            (AppendHeaders(cleared), Redirect::to(path)).into_response()
        }
        Err(error) => page(&state, &caller, Some(RefusedForm { form, error, typed }), None, request).await,
    }
}

/// Where it goes on.
enum Next {
    Here,
    /// To a page for who is logged out.
    Out(&'static str),
}

async fn done(
    state: &AppState,
    caller: &CurrentCaller,
    client: &CallersClient,
    form: ProfileForm,
    sent: Sent,
) -> Result<Next, AppError> {
    let (accounts, user) = (&state.accounts, caller.user.id);
    let Sent { email, current_password, new_password, confirmation, id, which } = sent;
    match form {
        ProfileForm::Email => {
            let request = ChangeEmail { email: Some(email), current_password };
            accounts.change_email(user, request, &client.0).await?;
        }
        ProfileForm::Password => {
            let request = ChangePassword { current_password, new_password };
            accounts.change_password(user, caller.session, request, &client.0).await?;
        }
        ProfileForm::Sessions => match (id, which.as_deref()) {
            (Some(id), _) => accounts.end_session(user, id).await?,
            (None, Some("others")) => accounts.end_sessions(user, Some(caller.session)).await?,
            (None, Some("all")) => {
                accounts.end_sessions(user, None).await?;
                return Ok(Next::Out(LOGGED_OUT_PATH));
            }
            _ => return Err(AppError::invalid("which", "Use the buttons of the page.")),
        },
        ProfileForm::Deletion => {
            let request = DeleteAccount { current_password, confirmation };
            accounts.delete_account(user, request, &client.0).await?;
            return Ok(Next::Out(DELETED_PATH));
        }
    }
    Ok(Next::Here)
}

async fn page(
    state: &AppState,
    caller: &CurrentCaller,
    refused: Option<RefusedForm>,
    done: Option<ProfileForm>,
    request: Request,
) -> Response {
    let status = refused.as_ref().map(|refused| pages::status_of(&refused.error));
    let shown = shown(state, caller, refused, done).await;
    let status = shown.as_ref().err().map(pages::status_of).or(status);
    let now = chrono::Utc::now();
    pages::render(state, status, move |options| profile_page(options, shown.clone(), now), request).await
}

async fn shown(
    state: &AppState,
    caller: &CurrentCaller,
    refused: Option<RefusedForm>,
    done: Option<ProfileForm>,
) -> Result<ProfilePage, AppError> {
    let profile = state.backend.profile(caller.user.id).await?;
    let sessions = state.accounts.sessions(caller.user.id, caller.session).await?;
    Ok(ProfilePage { profile, sessions, refused, done })
}
