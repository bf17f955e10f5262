//! Anthropic's messages, with a tool that must be called and takes the answer:
//! <https://docs.anthropic.com/en/api/messages>.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::{Dialect, MOST_TOKENS, Question, Reading, Settings};

#[derive(Default)]
pub struct Anthropic {
    /// Models that always think first cannot be made to call a tool; they are asked to.
    unforced: AtomicBool,
}

impl Dialect for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn home(&self) -> &'static str {
        "https://api.anthropic.com"
    }

    fn settings(&self) -> Settings {
        Settings { key: "anthropic_api_key", model: "anthropic_model" }
    }

    fn path(&self) -> &'static str {
        "/v1/messages"
    }

    fn models_path(&self) -> &'static str {
        "/v1/models"
    }

    fn credentials(&self, key: &str) -> (&'static str, String) {
        ("x-api-key", key.to_owned())
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn body(&self, model: &str, question: &Question) -> Value {
        let Question { name, instructions, data, schema } = question;
        let choice = match self.unforced.load(Ordering::Relaxed) {
            false => json!({ "type": "tool", "name": name }),
            true => json!({ "type": "auto" }),
        };
        json!({
            "model": model,
            "max_tokens": MOST_TOKENS,
            "system": format!("{instructions}\nGive the object to the tool {name}."),
            "messages": [{ "role": "user", "content": data }],
            "tools": [{ "name": name, "description": "Takes the answer.", "input_schema": schema }],
            "tool_choice": choice,
            "stream": true,
        })
    }

    fn adapt(&self, body: &Value, message: &str) -> bool {
        let message = message.to_lowercase();
        let is_forced = body.pointer("/tool_choice/type").and_then(Value::as_str) == Some("tool");
        let adapts = is_forced && (message.contains("tool_choice") || message.contains("thinking"));
        if adapts {
            self.unforced.store(true, Ordering::Relaxed);
        }
        adapts
    }

    fn read(&self, event: &Value, reading: &mut Reading) {
        let mut count = |usage: &Value| {
            let asked: Vec<u64> = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
                .iter()
                .filter_map(|kind| usage[kind].as_u64())
                .collect();
            if !asked.is_empty() {
                reading.asked = Some(asked.iter().sum());
            }
            // The count so far, not what came on top.
            reading.answered = usage["output_tokens"].as_u64().or(reading.answered);
        };
        match event["type"].as_str() {
            Some("message_start") => count(&event["message"]["usage"]),
            Some("content_block_delta") => {
                let delta = &event["delta"];
                let part = delta["partial_json"].as_str().or_else(|| delta["text"].as_str());
                reading.text.push_str(part.unwrap_or_default());
            }
            Some("message_delta") => {
                count(&event["usage"]);
                stop(&event["delta"], reading);
            }
            Some("message_stop") => reading.ended = true,
            Some("error") => reading.trouble = Some(super::http::message_of(&event["error"])),
            // The whole of it, from a server that does not stream.
            Some("message") => {
                count(&event["usage"]);
                for block in event["content"].as_array().into_iter().flatten() {
                    match block["type"].as_str() {
                        Some("tool_use") => reading.text.push_str(&block["input"].to_string()),
                        _ => reading.text.push_str(block["text"].as_str().unwrap_or_default()),
                    }
                }
                stop(event, reading);
                reading.ended = true;
            }
            _ => {}
        }
    }
}

fn stop(from: &Value, reading: &mut Reading) {
    if from["stop_reason"].as_str() == Some("refusal") {
        let reason = from.pointer("/stop_details/explanation").and_then(Value::as_str);
        reading.refusal = Some(reason.unwrap_or("its safety rules stopped the answer").to_owned());
    }
}
