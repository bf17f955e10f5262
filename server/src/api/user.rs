//! One's own account: sessions, password, e-mail address, all one's data, and the way out.

use admint_domain::{
    ChangeEmail, ChangePassword, DeleteAccount, ErrorBody, PasswordStrength, SessionId, SessionView,
    StrengthRequest,
};
use app::context::{CallersClient, cookies};
use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;

use super::{error::ApiError, json::ApiJson, query::ApiQuery};
use crate::{auth::caller::CurrentCaller, export, state::AppState};

/// How good a password would be. It is neither kept nor logged; ask when somebody pauses, not at each letter.
#[utoipa::path(
    post,
    path = "/api/auth/password-strength",
    tag = "accounts",
    request_body = StrengthRequest,
    responses(
        (status = OK, body = PasswordStrength),
        (status = TOO_MANY_REQUESTS, body = ErrorBody, description = "see Retry-After"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn password_strength(
    State(state): State<AppState>,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<StrengthRequest>,
) -> Result<Json<PasswordStrength>, ApiError> {
    Ok(Json(state.accounts.password_strength(request, &client.0).await?))
}

/// Where you are logged in: the present session first, then the one used last.
#[utoipa::path(
    get,
    path = "/api/user/sessions",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = OK, body = Vec<SessionView>), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn sessions(
    State(state): State<AppState>,
    caller: CurrentCaller,
) -> Result<Json<Vec<SessionView>>, ApiError> {
    Ok(Json(state.accounts.sessions(caller.user.id, caller.session).await?))
}

/// Logs out there. Its tokens are refused from now on.
#[utoipa::path(
    delete,
    path = "/api/user/sessions/{id}",
    tag = "accounts",
    security(("bearer" = [])),
    params(("id" = SessionId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn end_session(
    State(state): State<AppState>,
    caller: CurrentCaller,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let not_found = || admint_domain::AppError::not_found("session");
    let id = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(not_found)?;
    state.accounts.end_session(caller.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SessionsToEnd {
    /// With any value but 0: also the one that asks.
    #[serde(default)]
    all: Option<String>,
}

/// Logs out everywhere else, or with `all=1` everywhere.
#[utoipa::path(
    delete,
    path = "/api/user/sessions",
    tag = "accounts",
    security(("bearer" = [])),
    params(SessionsToEnd),
    responses((status = NO_CONTENT), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn end_sessions(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiQuery(query): ApiQuery<SessionsToEnd>,
) -> Result<Response, ApiError> {
    let is_all = query.all.is_some_and(|all| all != "0");
    state.accounts.end_sessions(caller.user.id, (!is_all).then_some(caller.session)).await?;
    Ok(if is_all { signed_out(&state) } else { StatusCode::NO_CONTENT.into_response() })
}

/// Changes the password, and logs out everywhere else. A wrong present password counts as a failed log-in.
#[utoipa::path(
    post,
    path = "/api/user/password",
    tag = "accounts",
    security(("bearer" = [])),
    request_body = ChangePassword,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody, description = "too many failures; see Retry-After")
    )
)]
pub async fn change_password(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    state.accounts.change_password(caller.user.id, caller.session, request, &client.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the e-mail address, or takes it away.
#[utoipa::path(
    post,
    path = "/api/user/email",
    tag = "accounts",
    security(("bearer" = [])),
    request_body = ChangeEmail,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody, description = "too many failures; see Retry-After")
    )
)]
pub async fn change_email(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<ChangeEmail>,
) -> Result<StatusCode, ApiError> {
    state.accounts.change_email(caller.user.id, request, &client.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that is kept for you, as a ZIP file: account, videos with their captions and records, pictures, ledger.
#[utoipa::path(
    get,
    path = "/api/user/export",
    tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = OK, content_type = "application/zip", body = Vec<u8>),
        (status = UNAUTHORIZED, body = ErrorBody)
    )
)]
pub async fn export(State(state): State<AppState>, caller: CurrentCaller) -> Result<Response, ApiError> {
    Ok(export::export(&state, caller).await?)
}

/// Deletes the account and all that is yours: videos, files, pictures, share links, sessions. It cannot be undone.
/// `confirmation` is your user name.
#[utoipa::path(
    delete,
    path = "/api/user",
    tag = "accounts",
    security(("bearer" = [])),
    request_body = DeleteAccount,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody, description = "too many failures; see Retry-After")
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<DeleteAccount>,
) -> Result<Response, ApiError> {
    state.accounts.delete_account(caller.user.id, request, &client.0).await?;
    Ok(signed_out(&state))
}

fn signed_out(state: &AppState) -> Response {
    let cleared = cookies::signed_out(state.cookie_policy()).map(|cookie| (header::SET_COOKIE, cookie));
    (StatusCode::NO_CONTENT, AppendHeaders(cleared)).into_response()
}
