//! How an error travels from a server function to the page that called it: as the domain's
//! [`AppError`], whole, so that a form can show it at the field it is about.

use admint_domain::{AppError, ErrorBody, ErrorCode};
use leptos::server_fn::{
    Bytes,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::json::{self, JsonText};

/// An [`AppError`] that server functions may return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(transparent)]
#[error(transparent)]
pub struct ApiError(pub AppError);

impl ApiError {
    /// Whether it is about the form field `name`.
    pub fn is_about(&self, name: &str) -> bool {
        self.0.field.as_deref() == Some(name)
    }

    pub fn is_unauthorized(&self) -> bool {
        self.0.code == ErrorCode::Unauthorized
    }

    pub fn message(&self) -> String {
        self.0.message.clone()
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonText;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        Self(match value {
            ServerFnErrorErr::Request(_) => AppError::new(
                ErrorCode::Network,
                "You seem to be offline. Check your connection and try again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => AppError::new(
                ErrorCode::BadRequest,
                "This request cannot be read. Please reload the page and try again.",
            ),
            _ => AppError::internal(),
        })
    }

    /// What answers may not be a server function at all: a layer in front of them speaks the REST
    /// API's error schema.
    fn de(data: Bytes) -> Self {
        json::read::<Self>(&data)
            .or_else(|_| {
                json::read::<ErrorBody>(&data).map(|ErrorBody { error }| {
                    Self(AppError {
                        code: error.code,
                        message: error.message,
                        field: error.field,
                        retry_after: error.retry_after,
                        suggestion: error.suggestion,
                    })
                })
            })
            .unwrap_or_else(|_| Self(AppError::internal()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, code: ErrorCode, field: Option<&str>) {
        let error = ApiError::de(Bytes::copy_from_slice(body.as_bytes())).0;
        assert_eq!((error.code, error.field.as_deref()), (code, field), "{body}");
    }

    #[test]
    fn reads_every_kind_of_answer() {
        let sent = ApiError(AppError::invalid("prompt", "Too short."));
        assert_eq!(ApiError::de(sent.ser()), sent);
        check(
            r#"{"error":{"code":"rate_limited","message":"Slow down.","retry_after":9}}"#,
            ErrorCode::RateLimited,
            None,
        );
        check("<html>Bad gateway</html>", ErrorCode::Internal, None);
        check("", ErrorCode::Internal, None);
    }
}
