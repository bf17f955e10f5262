//! JSON request bodies, with errors that name the field.

use admint_domain::{AppError, ErrorCode};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;

/// A request body of type `T`. Unknown fields, missing fields and wrong types are `validation_failed`
/// with the field's name; what is no JSON object at all is `bad_request`.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let message = "Send JSON, with the header `Content-Type: application/json`.";
            return Err(ApiError {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                error: AppError::new(ErrorCode::BadRequest, message),
            });
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                AppError::new(ErrorCode::PayloadTooLarge, "This request is too large; 64 KiB is the most.")
            } else {
                AppError::new(ErrorCode::BadRequest, "The request broke off before it was complete.")
            }
        })?;
        Ok(Self(parse(&bytes)?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| AppError::new(ErrorCode::BadRequest, format!("This is no valid JSON: {error}.")))?;
    // Serde would also fill a struct from a list, by position. Nobody means that.
    if !value.is_object() {
        return Err(AppError::new(ErrorCode::BadRequest, "Send a JSON object: {\"field\": value, ...}."));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        wrong_field(&path, &error.into_inner().to_string())
    })
}

/// What serde says, as an error that names the field. `path` is `.` for the object itself.
pub fn wrong_field(path: &str, message: &str) -> AppError {
    let quoted = |prefix: &str| message.strip_prefix(prefix)?.split('`').nth(1);
    if let Some(field) = quoted("unknown field ") {
        return AppError::invalid(field, format!("There is no field `{field}` here."));
    }
    if let Some(field) = quoted("missing field ") {
        return AppError::invalid(field, format!("The field `{field}` is missing."));
    }
    if path == "." {
        return AppError::new(ErrorCode::BadRequest, format!("This request is not understood: {message}."));
    }
    AppError::invalid(path, format!("`{path}` is wrong: {message}."))
}

#[cfg(test)]
mod tests {
    use admint_domain::CreateGeneration;

    use super::*;

    #[track_caller]
    fn check(json: &str, code: ErrorCode, field: Option<&str>) {
        let error = parse::<CreateGeneration>(json.as_bytes()).unwrap_err();
        assert_eq!((error.code, error.field.as_deref()), (code, field), "{json}: {}", error.message);
    }

    #[test]
    fn errors_name_the_field() {
        use ErrorCode::{BadRequest, ValidationFailed};
        check(r#"{"prompt":"x","colour":"red"}"#, ValidationFailed, Some("colour"));
        check(r#"{"prompt":7}"#, ValidationFailed, Some("prompt"));
        check(r#"{"prompt":null}"#, ValidationFailed, Some("prompt"));
        check(r"{}", ValidationFailed, Some("prompt"));
        check(r#"{"prompt":"x","duration_seconds":"15"}"#, ValidationFailed, Some("duration_seconds"));
        check(r#"{"prompt":"x","duration_seconds":-1}"#, ValidationFailed, Some("duration_seconds"));
        check(r#"{"prompt":"x","duration_seconds":1.5}"#, ValidationFailed, Some("duration_seconds"));
        check(r#"{"prompt":"x","seed":4294967296}"#, ValidationFailed, Some("seed"));
        check(r#"{"prompt":"x","aspect_ratio":"2:1"}"#, ValidationFailed, Some("aspect_ratio"));
        check(r#"["x"]"#, BadRequest, None);
        check(r#""x""#, BadRequest, None);
        check("null", BadRequest, None);
        check("", BadRequest, None);
        check("{\"prompt\":", BadRequest, None);
        check("{\"prompt\":\"\u{0}\"}", BadRequest, None);
        check(&"[".repeat(10_000), BadRequest, None);
    }
}
