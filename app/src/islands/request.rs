//! How islands ask the server for something, and hear why not.

use gloo_net::{Error, http::Request};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Serialize, de::DeserializeOwned};

use super::offline;
use crate::{ApiError, json};

/// The answer's body. Where there is no server, the banner is told.
pub async fn send(request: Result<Request, Error>) -> Result<Vec<u8>, ApiError> {
    let answer = match request {
        Ok(request) => request.send().await.inspect_err(|_| offline::tell()),
        Err(error) => Err(error),
    };
    let unreachable = |error: Error| api_error(ServerFnErrorErr::Request(error.to_string()));
    let answer = answer.map_err(unreachable)?;
    let body = answer.binary().await.map_err(unreachable)?;
    if answer.ok() { Ok(body) } else { Err(ApiError::de(body.into())) }
}

/// Puts a question to the REST API.
pub async fn post<Question: Serialize, Answer: DeserializeOwned>(
    path: &str,
    question: &Question,
) -> Result<Answer, ApiError> {
    let unreadable = |error: serde_json::Error| api_error(ServerFnErrorErr::Serialization(error.to_string()));
    let body = serde_json::to_string(question).map_err(unreadable)?;
    let request = Request::post(path).header("content-type", "application/json").body(body);
    json::read(&send(request).await?).map_err(unreadable)
}

fn api_error(error: ServerFnErrorErr) -> ApiError {
    ApiError::from_server_fn_error(error)
}
