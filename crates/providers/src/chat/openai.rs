//! Chat completions, as OpenAI defined them: <https://platform.openai.com/docs/api-reference/chat>.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::{Dialect, MOST_TOKENS, Question, Reading, Settings};

/// Servers that speak the same know more or less of it; what one does not know is learnt once.
#[derive(Default)]
pub struct OpenAi {
    known: Mutex<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    format: Format,
    /// `stream_options`: whether the tokens are counted at the end of a stream.
    counts: bool,
    /// `max_completion_tokens`; its older name otherwise.
    new_limit: bool,
}

impl Default for Known {
    fn default() -> Self {
        Self { format: Format::Schema, counts: true, new_limit: true }
    }
}

/// How an answer is held to JSON, the surest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Schema,
    Object,
    Asked,
}

impl OpenAi {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dialect for OpenAi {
    fn name(&self) -> &'static str {
        "openai"
    }

    fn home(&self) -> &'static str {
        "https://api.openai.com/v1"
    }

    fn settings(&self) -> Settings {
        Settings { key: "openai_api_key", model: "openai_model" }
    }

    fn path(&self) -> &'static str {
        "/chat/completions"
    }

    fn models_path(&self) -> &'static str {
        "/models"
    }

    fn credentials(&self, key: &str) -> (&'static str, String) {
        ("authorization", format!("Bearer {key}"))
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn body(&self, model: &str, question: &Question) -> Value {
        let Known { format, counts, new_limit } = *self.known();
        let Question { name, instructions, data, schema } = question;
        // Who is not held to the schema has to read it.
        let instructions = match format {
            Format::Schema => instructions.clone(),
            Format::Object | Format::Asked => format!("{instructions}\nThe JSON schema:\n{schema}"),
        };
        let mut body = json!({
            "model": model,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": data },
            ],
            "stream": true,
        });
        match format {
            Format::Schema => {
                body["response_format"] = json!({
                    "type": "json_schema",
                    "json_schema": { "name": name, "strict": true, "schema": schema },
                });
            }
            Format::Object => body["response_format"] = json!({ "type": "json_object" }),
            Format::Asked => {}
        }
        if counts {
            body["stream_options"] = json!({ "include_usage": true });
        }
        body[if new_limit { "max_completion_tokens" } else { "max_tokens" }] = MOST_TOKENS.into();
        body
    }

    fn adapt(&self, body: &Value, message: &str) -> bool {
        let message = message.to_lowercase();
        let about = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let mut known = self.known();
        if about(&["stream_options", "include_usage"]) && body.get("stream_options").is_some() {
            known.counts = false;
        } else if about(&["max_completion_tokens"]) && body.get("max_completion_tokens").is_some() {
            known.new_limit = false;
        } else if about(&["response_format", "json_schema", "json_object", "schema", "structured", "grammar"])
        {
            // What this request asked for is not known; another may have learnt more in the meantime.
            match body.pointer("/response_format/type").and_then(Value::as_str) {
                Some("json_schema") if known.format == Format::Schema => known.format = Format::Object,
                Some("json_schema") => {}
                Some(_) => known.format = Format::Asked,
                None => return false,
            }
        } else {
            return false;
        }
        true
    }

    /// A chunk has `delta` where a whole answer has `message`.
    fn read(&self, event: &Value, reading: &mut Reading) {
        if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
            reading.trouble = Some(super::http::message_of(error));
            return;
        }
        if let Some(usage) = event.get("usage").filter(|usage| usage.is_object()) {
            reading.asked = usage["prompt_tokens"].as_u64().or(reading.asked);
            reading.answered = usage["completion_tokens"].as_u64().or(reading.answered);
        }
        let Some(choice) = event.pointer("/choices/0") else { return };
        let part = choice.get("delta").or_else(|| choice.get("message")).unwrap_or(&Value::Null);
        reading.text.push_str(part["content"].as_str().unwrap_or_default());
        if let Some(refusal) = part["refusal"].as_str().filter(|refusal| !refusal.is_empty()) {
            reading.refusal.get_or_insert_default().push_str(refusal);
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            reading.ended = true;
            if reason == "content_filter" {
                reading.refusal.get_or_insert_with(|| "its content filter stopped the answer".to_owned());
            }
        }
    }
}
