//! Register, log in, refresh, log out, profile.

use admint_domain::{ErrorBody, LoginRequest, ProfileView, RefreshRequest, RegisterRequest, SignedIn};
use app::context::{CallersClient, cookies};
use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse},
};

use super::{error::ApiError, json::ApiJson};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// Makes an account and logs it in.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "accounts",
    request_body = RegisterRequest,
    responses(
        (status = CREATED, body = SignedIn),
        (status = CONFLICT, body = ErrorBody, description = "the user name is taken"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn register(
    State(state): State<AppState>,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<RegisterRequest>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.accounts.register(request, &client.0).await?)))
}

/// Answers an access token (15 minutes) and a refresh token (30 days, good for one use).
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "accounts",
    request_body = LoginRequest,
    responses(
        (status = OK, body = SignedIn),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody, description = "too many failures; see Retry-After")
    )
)]
pub async fn login(
    State(state): State<AppState>,
    Extension(client): Extension<CallersClient>,
    ApiJson(request): ApiJson<LoginRequest>,
) -> Result<Json<SignedIn>, ApiError> {
    Ok(Json(state.accounts.login(request, &client.0).await?))
}

/// Swaps a refresh token for new tokens. A token used twice ends its session.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "accounts",
    request_body = RefreshRequest,
    responses((status = OK, body = SignedIn), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn refresh(
    State(state): State<AppState>,
    ApiJson(request): ApiJson<RefreshRequest>,
) -> Result<Json<SignedIn>, ApiError> {
    Ok(Json(state.accounts.refresh(&request.refresh_token).await?))
}

/// Ends the session: its access and refresh tokens are refused from now on.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn logout(
    State(state): State<AppState>,
    caller: CurrentCaller,
) -> Result<impl IntoResponse, ApiError> {
    state.accounts.logout(caller.session).await?;
    let cleared = cookies::signed_out(state.cookie_policy()).map(|cookie| (header::SET_COOKIE, cookie));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cleared)))
}

/// The signed-in user, with their statistics.
#[utoipa::path(
    get,
    path = "/api/user/profile",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = OK, body = ProfileView), (status = UNAUTHORIZED, body = ErrorBody))
)]
pub async fn profile(
    State(state): State<AppState>,
    caller: CurrentCaller,
) -> Result<Json<ProfileView>, ApiError> {
    Ok(Json(state.backend.profile(caller.user.id).await?))
}
