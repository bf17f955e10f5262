//! The one error the edge knows. It tells the user what happened and what to do.

use serde::{Deserialize, Serialize};

use crate::{StorageView, Suggestion};

/// What kind of thing went wrong; `snake_case` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A field of the request is wrong; `field` names it.
    ValidationFailed,
    /// The request cannot be read at all.
    BadRequest,
    /// No token, or one that is wrong, expired or revoked.
    Unauthorized,
    /// The request came from another site, or is not allowed to this user.
    Forbidden,
    /// Not there, or not this user's: both look the same.
    NotFound,
    /// The thing is not in a state that allows this, or the name is taken.
    Conflict,
    PayloadTooLarge,
    /// It costs more than may be spent; `suggestion` is what would do.
    OverBudget,
    /// What the user keeps takes as much as it may.
    StorageFull,
    RateLimited,
    /// Something AdMint needs (ffmpeg, a provider, the database) does not answer.
    Unavailable,
    /// Ours to mend; the log has the cause.
    Internal,
    /// The server could not be reached. Only a browser makes this one.
    Network,
}

impl ErrorCode {
    pub const fn http_status(self) -> u16 {
        match self {
            Self::ValidationFailed => 422,
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::PayloadTooLarge => 413,
            Self::OverBudget => 402,
            // As WebDAV's quotas answer (RFC 4331): 413 is about the request, which may be tiny.
            Self::StorageFull => 507,
            Self::RateLimited => 429,
            Self::Unavailable | Self::Network => 503,
            Self::Internal => 500,
        }
    }
}

/// An error as the user sees it. JSON form: [`ErrorBody`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct AppError {
    pub code: ErrorCode,
    /// A sentence for the user: what is wrong and what to do.
    pub message: String,
    /// The request's field that is wrong, if it is one field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// Seconds until another try makes sense.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
    /// What to ask for instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggestion: Option<Box<Suggestion>>,
}

impl AppError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after: None, suggestion: None }
    }

    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::ValidationFailed, message) }
    }

    pub fn unauthorized() -> Self {
        Self::new(ErrorCode::Unauthorized, "Please log in to go on.")
    }

    /// `what` with its article stripped: "video", "user".
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("This {what} does not exist, or is not yours."))
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    pub fn rate_limited(message: impl Into<String>, retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ErrorCode::RateLimited, message) }
    }

    /// More than may be spent.
    pub fn over_budget(message: impl Into<String>, suggestion: Option<Suggestion>) -> Self {
        Self { suggestion: suggestion.map(Box::new), ..Self::new(ErrorCode::OverBudget, message) }
    }

    /// Nothing more can be kept for this user.
    pub fn storage_full(storage: &StorageView) -> Self {
        Self::new(ErrorCode::StorageFull, storage.advice())
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unavailable, message)
    }

    /// For what the user can neither cause nor mend. The cause belongs in the log, not here.
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "Something went wrong on our side. Please try again.")
    }
}

/// The one error schema of the API: `{ "error": { "code", "message", "field"?, "retry_after"?, "suggestion"? } }`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    pub code: ErrorCode,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
    /// With `over_budget`: what to ask for instead, and its price.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Suggestion>))]
    pub suggestion: Option<Box<Suggestion>>,
}

impl From<AppError> for ErrorBody {
    fn from(error: AppError) -> Self {
        let AppError { code, message, field, retry_after, suggestion } = error;
        Self { error: ErrorDetail { code, message, field, retry_after, suggestion } }
    }
}
