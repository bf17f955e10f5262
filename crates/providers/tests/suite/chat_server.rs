//! Servers that speak as OpenAI's and Anthropic's do, over real HTTP on loopback, and misbehave by a script.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    OpenAi,
    Anthropic,
}

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer to what was asked, in pieces.
    Answer,
    /// The same in one piece of JSON.
    Whole,
    /// Another text, as an answer.
    Says(String),
    /// The vendor will not say that.
    Refusal,
    Status(u16, Value),
    StatusWith(u16, &'static str, &'static str),
    SlowHeaders,
    /// Begins, and falls silent.
    SlowBody,
    /// The connection ends in the middle.
    Cut,
    /// Never comes to an end.
    Endless,
    /// An answer begins, and an error comes instead of its end.
    Overloaded,
    Garbled,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

pub struct Fake {
    pub url: String,
    desk: Arc<Desk>,
    server: tokio::task::JoinHandle<()>,
}

struct Desk {
    vendor: Vendor,
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
}

/// Tokens of every answer.
pub const ASKED: u64 = 100;
pub const ANSWERED: u64 = 50;

impl Fake {
    /// Follows the script; what comes after it is answered.
    pub async fn start(vendor: Vendor, script: impl IntoIterator<Item = Reply>) -> Self {
        let script = Mutex::new(script.into_iter().collect());
        let desk = Arc::new(Desk { vendor, script, seen: Mutex::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(desk.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, desk, server }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.desk.seen.lock().unwrap().clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    desk.seen.lock().unwrap().push(Seen { path: uri.path().to_owned(), headers, body: body.clone() });
    let reply = desk.script.lock().unwrap().pop_front().unwrap_or(Reply::Answer);
    let text = fill(&schema_of(&body), &mut Filled::default(), "").to_string();
    let vendor = desk.vendor;
    match reply {
        Reply::Answer => events(vendor.events(&text, "end"), Vec::new()),
        Reply::Whole => json_response(200, &vendor.whole(&text)),
        Reply::Says(text) => events(vendor.events(&text, "end"), Vec::new()),
        Reply::Refusal => events(vendor.events("", "refusal"), Vec::new()),
        Reply::Status(status, body) => json_response(status, &body),
        Reply::StatusWith(status, name, value) => Response::builder()
            .status(status)
            .header(name, value)
            .body(Body::from(r#"{"error": {"message": "slow down"}}"#))
            .unwrap(),
        Reply::SlowHeaders => std::future::pending().await,
        Reply::SlowBody => {
            let begun = stream::iter(first_half(vendor.events(&text, "end")));
            respond(Body::from_stream(begun.map(Ok::<_, io::Error>).chain(stream::pending())))
        }
        Reply::Cut => {
            let cut = stream::iter([Err(io::Error::other("the cable is out"))]);
            let begun = stream::iter(first_half(vendor.events(&text, "end")));
            respond(Body::from_stream(begun.map(Ok).chain(cut)))
        }
        Reply::Endless => {
            let more = vendor.piece(&"and so on ".repeat(100));
            respond(Body::from_stream(stream::repeat_with(move || Ok::<_, io::Error>(more.clone()))))
        }
        Reply::Overloaded => events(first_half(vendor.events(&text, "end")), vec![vendor.overloaded()]),
        Reply::Garbled => events(vec!["data: {\"choices\": [\n\n".to_owned()], Vec::new()),
    }
}

fn first_half(mut events: Vec<String>) -> Vec<String> {
    events.truncate(events.len() / 2);
    events
}

fn events(events: Vec<String>, more: Vec<String>) -> Response {
    respond(Body::from_stream(stream::iter(events.into_iter().chain(more).map(Ok::<_, io::Error>))))
}

fn respond(body: Body) -> Response {
    Response::builder().header("content-type", "text/event-stream").body(body).unwrap()
}

fn json_response(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

impl Vendor {
    fn event(self, event: &Value) -> String {
        match self {
            Self::OpenAi => format!("data: {event}\n\n"),
            Self::Anthropic => {
                format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
            }
        }
    }

    fn piece(self, text: &str) -> String {
        self.event(&match self {
            Self::OpenAi => json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }),
            Self::Anthropic => json!({
                "type": "content_block_delta", "index": 0,
                "delta": { "type": "input_json_delta", "partial_json": text },
            }),
        })
    }

    fn overloaded(self) -> String {
        self.event(&match self {
            Self::OpenAi => json!({ "error": { "code": 502, "message": "the model is overloaded" } }),
            Self::Anthropic => {
                json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } })
            }
        })
    }

    fn events(self, text: &str, ending: &str) -> Vec<String> {
        let signs: Vec<char> = text.chars().collect();
        let pieces = signs.chunks(30).map(|piece| self.piece(&piece.iter().collect::<String>()));
        let mut events = vec![": a comment\n\n".to_owned()];
        match self {
            Self::OpenAi => {
                let role =
                    json!({ "choices": [{ "index": 0, "delta": { "role": "assistant", "content": "" } }] });
                events.push(self.event(&role));
                events.extend(pieces);
                if ending == "refusal" {
                    let refusal = json!({ "refusal": "I cannot help with that." });
                    events.push(self.event(&json!({ "choices": [{ "index": 0, "delta": refusal }] })));
                }
                events.push(
                    self.event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] })),
                );
                let usage = json!({ "prompt_tokens": ASKED, "completion_tokens": ANSWERED });
                events.push(self.event(&json!({ "choices": [], "usage": usage })));
                events.push("data: [DONE]\n\n".to_owned());
            }
            Self::Anthropic => {
                let usage = json!({ "input_tokens": ASKED, "output_tokens": 1 });
                events.push(self.event(&json!({ "type": "message_start", "message": { "usage": usage } })));
                let block = json!({ "type": "tool_use", "id": "t", "name": "n", "input": {} });
                events.push(
                    self.event(&json!({ "type": "content_block_start", "index": 0, "content_block": block })),
                );
                events.push(self.event(&json!({ "type": "ping" })));
                events.extend(pieces);
                events.push(self.event(&json!({ "type": "content_block_stop", "index": 0 })));
                let reason = if ending == "refusal" { "refusal" } else { "tool_use" };
                events.push(self.event(&json!({
                    "type": "message_delta",
                    "delta": { "stop_reason": reason },
                    "usage": { "output_tokens": ANSWERED },
                })));
                events.push(self.event(&json!({ "type": "message_stop" })));
            }
        }
        events
    }

    fn whole(self, text: &str) -> Value {
        match self {
            Self::OpenAi => json!({
                "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": ASKED, "completion_tokens": ANSWERED },
            }),
            Self::Anthropic => json!({
                "type": "message",
                "content": [{ "type": "tool_use", "input": serde_json::from_str::<Value>(text).unwrap() }],
                "stop_reason": "tool_use",
                "usage": { "input_tokens": ASKED, "output_tokens": ANSWERED },
            }),
        }
    }
}

/// Wherever a request has it.
fn schema_of(body: &Value) -> Value {
    let in_words = || {
        let system = body.pointer("/messages/0/content")?.as_str()?;
        serde_json::from_str(system.split_once("The JSON schema:\n")?.1).ok()
    };
    body.pointer("/response_format/json_schema/schema")
        .or_else(|| body.pointer("/tools/0/input_schema"))
        .cloned()
        .or_else(in_words)
        .unwrap_or_else(|| panic!("a request without a schema: {body}"))
}

/// Which layouts and lines are in the answer already.
#[derive(Default)]
struct Filled {
    layouts: Vec<String>,
    lines: usize,
}

const POINTED: [&str; 3] = ["callouts", "list", "steps"];

/// The first answer that the schema and the rules allow.
fn fill(schema: &Value, filled: &mut Filled, name: &str) -> Value {
    if let Some(options) = schema["enum"].as_array() {
        if name != "layout" {
            return options[0].clone();
        }
        let is_pointed = |layout: &str| POINTED.contains(&layout);
        let free = |layout: &&str| {
            !filled.layouts.iter().any(|used| used == layout || (is_pointed(used) && is_pointed(layout)))
        };
        // The last one is the one that is least usual.
        let layout = options.iter().rev().filter_map(Value::as_str).find(free).unwrap().to_owned();
        filled.layouts.push(layout.clone());
        return layout.into();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let mut object: serde_json::Map<String, Value> = serde_json::Map::new();
        for (name, schema) in properties {
            object.insert(name.clone(), fill(schema, filled, name));
        }
        if let Some(layout) = object.get("layout").and_then(Value::as_str) {
            let points = json!({ "first": "Cold", "second": "Bold", "third": "Yours" });
            let points = if is_in(layout, &POINTED) { points } else { Value::Null };
            object.insert("points".into(), points);
        }
        return object.into();
    }
    let lines = ["Look here", "Made for you", "Every single day", "So very good", "Yours from now"];
    match name {
        "brand" | "offer" | "support" | "points" => Value::Null,
        "relative_length" => 1.5.into(),
        "background" => "#f6e7d3".into(),
        "surface" => "#fff6ea".into(),
        "ink" => "#2f1a10".into(),
        "primary" => "#7a3e1d".into(),
        "accent" => "#f2a03d".into(),
        "call_to_action" => "Try it now".into(),
        "headline" => {
            filled.lines += 1;
            lines[(filled.lines - 1) % lines.len()].into()
        }
        _ => format!("a good {}", name.replace('_', " ")).into(),
    }
}

fn is_in(text: &str, list: &[&str]) -> bool {
    list.contains(&text)
}
