//! ComfyUI's socket, which tells at once what polling would find out later. Nothing depends on it: who has none, or
//! loses it, looks by itself.

use std::time::Duration;

use futures::StreamExt;
use serde_json::Value;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::api::Api;

/// A picture of what is being made comes along with some messages, which nobody looks at.
const MOST_BYTES: usize = 32 << 20;

pub struct Socket {
    stream: WebSocketStream<reqwest::Upgraded>,
}

/// What came of listening.
pub enum Heard {
    /// The prompt began, or came to an end.
    News,
    /// Nothing for so long.
    Silence,
    /// It is over with this socket.
    Broken,
}

impl Socket {
    /// One that hears of the prompts of this client; none where it is refused.
    pub async fn open(api: &Api, client: &str) -> Option<Self> {
        match Self::try_open(api, client).await {
            Ok(socket) => Some(socket),
            Err(reason) => {
                tracing::debug!(reason, "ComfyUI's socket is not to be had; it is asked from time to time");
                None
            }
        }
    }

    async fn try_open(api: &Api, client: &str) -> Result<Self, String> {
        let patience = api.limits().silence;
        let opened = tokio::time::timeout(patience, async {
            let (response, key) = api.handshake(client).await?;
            let accepted = response.headers().get("sec-websocket-accept").map(|value| value.as_bytes());
            if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
                return Err("it does not speak the protocol of sockets".to_owned());
            }
            response.upgrade().await.map_err(|error| crate::vendor::describe(&error))
        });
        let upgraded = opened.await.map_err(|_| "it does not answer".to_owned())??;
        let config =
            WebSocketConfig::default().max_message_size(Some(MOST_BYTES)).max_frame_size(Some(MOST_BYTES));
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await;
        Ok(Self { stream })
    }

    /// Listens for news of the prompt, for so long at most.
    pub async fn listen(&mut self, prompt: &str, patience: Duration) -> Heard {
        let heard = tokio::time::timeout(patience, async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) if is_news(&text, prompt) => return Heard::News,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Heard::Broken,
                    Some(Ok(_)) => {}
                }
            }
        });
        heard.await.unwrap_or(Heard::Silence)
    }
}

fn is_news(text: &str, prompt: &str) -> bool {
    let Ok(message) = serde_json::from_str::<Value>(text) else { return false };
    let data = &message["data"];
    if data["prompt_id"] != prompt {
        return false;
    }
    match message["type"].as_str() {
        Some("progress") => {
            tracing::debug!(prompt, value = %data["value"], of = %data["max"], "ComfyUI's progress");
            false
        }
        Some("executing") => data["node"].is_null(),
        Some("execution_start" | "execution_success" | "execution_error" | "execution_interrupted") => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_a_prompts_own_begin_and_end() {
        let check = |text: &str, expected| assert_eq!(is_news(text, "p-1"), expected, "{text}");
        check(r#"{ "type": "execution_success", "data": { "prompt_id": "p-1" } }"#, true);
        check(r#"{ "type": "executing", "data": { "prompt_id": "p-1", "node": null } }"#, true);
        check(r#"{ "type": "executing", "data": { "prompt_id": "p-1", "node": "4" } }"#, false);
        check(r#"{ "type": "execution_success", "data": { "prompt_id": "p-2" } }"#, false);
        check(r#"{ "type": "progress", "data": { "prompt_id": "p-1", "value": 3, "max": 20 } }"#, false);
        check(r#"{ "type": "status", "data": {} }"#, false);
        check("no JSON", false);
    }
}
