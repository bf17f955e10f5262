//! How every error of the API looks: `{ "error": { "code", "message", "field"?, "retry_after"?, "suggestion"? } }`.

use admint_domain::{AppError, ErrorBody, ErrorCode};
use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// An [`AppError`] with the HTTP status it is answered with.
#[derive(Debug)]
pub struct ApiError {
    pub status: StatusCode,
    pub error: AppError,
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let status =
            StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let retry_after = self.error.retry_after;
        let unauthorized = self.status == StatusCode::UNAUTHORIZED;
        let mut response = (self.status, Json(ErrorBody::from(self.error))).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if unauthorized {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// For paths under `/api` that do not exist.
pub async fn not_found() -> ApiError {
    AppError::new(ErrorCode::NotFound, "There is nothing at this address. See /api/docs for what there is.")
        .into()
}

/// For paths that exist, but not with this method.
pub async fn method_not_allowed(request: Request) -> ApiError {
    let message = format!("{} is not possible at this address. See /api/docs for what is.", request.method());
    ApiError { status: StatusCode::METHOD_NOT_ALLOWED, error: AppError::new(ErrorCode::BadRequest, message) }
}
