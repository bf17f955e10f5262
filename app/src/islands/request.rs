//! How islands ask the server for something, and hear why not.

use gloo_net::{
    Error,
    http::{Request, Response},
};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Serialize, de::DeserializeOwned};

use super::offline;
use crate::{ApiError, json};

/// The answer, unless it says why not. Where there is no server, the banner is told.
pub async fn send(request: Result<Request, Error>) -> Result<Response, ApiError> {
    let request = request.map_err(|error| api_error(ServerFnErrorErr::Args(error.to_string())))?;
    let answer = request.send().await.map_err(unreachable)?;
    if answer.ok() { Ok(answer) } else { Err(ApiError::de(body(answer).await?.into())) }
}

/// Puts a question to the REST API.
pub async fn post(path: &str, question: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_string(question)
        .map_err(|error| api_error(ServerFnErrorErr::Serialization(error.to_string())))?;
    send(Request::post(path).header("content-type", "application/json").body(body)).await
}

/// What the answer says, if there is one.
pub async fn read<T: DeserializeOwned>(answer: Result<Response, ApiError>) -> Result<T, ApiError> {
    json::read(&body(answer?).await?)
        .map_err(|error| api_error(ServerFnErrorErr::Deserialization(error.to_string())))
}

async fn body(answer: Response) -> Result<Vec<u8>, ApiError> {
    answer.binary().await.map_err(unreachable)
}

fn unreachable(error: Error) -> ApiError {
    offline::tell();
    api_error(ServerFnErrorErr::Request(error.to_string()))
}

fn api_error(error: ServerFnErrorErr) -> ApiError {
    ApiError::from_server_fn_error(error)
}
