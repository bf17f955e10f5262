//! Uploads, straight to the API: a file is no argument of a server function.

use admint_domain::{AppError, ErrorCode, MAX_PICTURE_BYTES, PictureId, PictureRole};
use gloo_net::http::Request;
use leptos::server_fn::{Bytes, error::FromServerFnError};
use serde::Deserialize;
use web_sys::File;

use crate::{ApiError, json};

/// As much of the answer, a `PictureView`, as a form needs: every field that is read costs every visitor.
#[derive(Deserialize)]
pub struct KeptPicture {
    pub id: PictureId,
    pub note: String,
}

/// Keeps the file for the next ads.
pub async fn add_picture(role: PictureRole, file: File) -> Result<KeptPicture, ApiError> {
    // The server says the same, but only after the whole file has travelled.
    if file.size() > MAX_PICTURE_BYTES as f64 {
        let message = "This file has more than 20 MB. Save it smaller or at a lower quality.";
        return Err(AppError::invalid(role.as_str(), message).into());
    }
    let offline = |_| {
        ApiError(AppError::new(
            ErrorCode::Network,
            "The picture did not arrive. Check your connection and choose it again.",
        ))
    };
    let request = Request::post(&format!("/api/pictures?role={role}")).body(file).map_err(offline)?;
    let response = request.send().await.map_err(offline)?;
    let body = response.binary().await.map_err(offline)?;
    if response.ok() {
        json::read(&body).map_err(|_| ApiError(AppError::internal()))
    } else {
        Err(ApiError::de(Bytes::from(body)))
    }
}
