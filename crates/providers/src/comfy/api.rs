//! ComfyUI's HTTP API, as far as a workflow needs it. A prompt is what ComfyUI calls a graph in its queue.

use std::{collections::BTreeSet, fmt, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Response, StatusCode, header, multipart};
use serde::Deserialize;
use serde_json::{Value, json};

use super::NAME;
use crate::{
    Download, Limits, ProviderError,
    vendor::{Http, Tries, Trouble, Turn, Vendor, is_same_place},
};

/// Where ComfyUI is.
#[derive(Clone)]
pub struct ComfyAccess {
    /// Http is enough for a machine on one's own network, as long as no token goes along.
    pub base: String,
    /// ComfyUI itself asks for none; a proxy in front of it may.
    pub token: Option<String>,
}

impl fmt::Debug for ComfyAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComfyAccess").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Its own machine is the only one that is ever asked, and its queue has no limit of its own.
const VENDOR: Vendor =
    Vendor { name: NAME, says, has_file: is_same_place, purchases: None, others: None, may_be_plain: true };

/// The mark that we leave with a prompt, for servers that give it an id of their own.
const MARK: &str = "admint";
/// How many of the last prompts are searched for that mark.
const HISTORY: &str = "200";
/// Of a list of what a field may be, more than is of use to anybody.
const MOST_CHOICES: usize = 10_000;

/// What is known of a prompt.
#[derive(Clone, Debug)]
pub enum State {
    Pending,
    Running,
    Done(Box<Entry>),
    /// Neither in the queue nor in the history.
    Gone,
}

/// A prompt of the history.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Entry {
    /// Its number, its id, its graph, what was sent along, the outputs wanted.
    #[serde(default)]
    prompt: Value,
    #[serde(default)]
    pub outputs: Value,
    #[serde(default)]
    status: Value,
}

/// A file that a prompt has made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct File {
    pub filename: String,
    #[serde(default)]
    pub subfolder: String,
    #[serde(default, rename = "type")]
    pub folder: String,
}

#[derive(Deserialize)]
struct Queue {
    queue_running: Vec<Value>,
    queue_pending: Vec<Value>,
}

#[derive(Deserialize)]
struct Queued {
    prompt_id: String,
}

/// A ComfyUI as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    pub version: String,
    /// Each graphics card, with its memory in bytes.
    pub devices: Vec<(String, u64)>,
}

#[derive(Clone)]
pub struct Api {
    http: Arc<Http>,
}

impl Api {
    /// What is wrong with the access, if anything.
    pub fn new(access: ComfyAccess, limits: Limits) -> Result<Self, String> {
        Ok(Self { http: Http::new(VENDOR, &access.base, access.token, limits)? })
    }

    pub fn limits(&self) -> &Limits {
        &self.http.limits
    }

    pub fn tries(&self) -> Tries {
        self.http.tries()
    }

    pub async fn machine(&self) -> Result<Machine, ProviderError> {
        let request = self.http.get(&self.http.at(&["system_stats"]));
        let stats: Value = self.http.read(request, Turn::Other).await.map_err(into_error)?;
        let Some(version) = stats["system"]["comfyui_version"].as_str() else {
            let reason = "what answers there is no ComfyUI, or one from before 2025".to_owned();
            return Err(ProviderError::BadOutput { provider: NAME, reason });
        };
        let device = |device: &Value| {
            let name = device["name"].as_str().unwrap_or("a device without a name");
            (name.to_owned(), device["vram_total"].as_u64().unwrap_or_default())
        };
        let devices = stats["devices"].as_array().into_iter().flatten().map(device).collect();
        Ok(Machine { version: version.to_owned(), devices })
    }

    /// What the field of a node class may be; none if there is no such class, an empty set where any text will do.
    pub async fn choices(&self, class: &str, field: &str) -> Result<Option<BTreeSet<String>>, ProviderError> {
        let url = self.http.at(&["object_info", class]);
        let info: Value = self.http.until_answered(|| self.http.get(&url)).await.map_err(into_error)?;
        let Some(info) = info.get(class) else { return Ok(None) };
        let input = &info["input"];
        let declared = ["required", "optional"].iter().find_map(|kind| input[kind].get(field));
        let declared = declared.unwrap_or(&Value::Null);
        // A list stands where otherwise a type does; newer nodes say `COMBO` and list its options.
        let listed = declared[0].as_array().or_else(|| declared[1]["options"].as_array());
        let listed = listed.into_iter().flatten().take(MOST_CHOICES);
        Ok(Some(listed.filter_map(Value::as_str).map(str::to_owned).collect()))
    }

    /// Puts a picture where `LoadImage` finds it; what to call it there. The same picture is kept once.
    pub async fn upload(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Result<String, ProviderError> {
        let url = self.http.at(&["upload", "image"]);
        let bytes = bytes::Bytes::from(bytes);
        let form = || {
            let stream = reqwest::Body::from(bytes.clone());
            let part = multipart::Part::stream_with_length(stream, bytes.len() as u64);
            let part = part.file_name(name.to_owned()).mime_str(kind).expect("a type of our own");
            let form = multipart::Form::new().part("image", part);
            form.text("type", "input").text("subfolder", MARK).text("overwrite", "true")
        };
        #[derive(Deserialize)]
        struct Kept {
            name: String,
            #[serde(default)]
            subfolder: String,
        }
        let request = || self.http.post(&url).multipart(form());
        let Kept { name, subfolder } = self.http.until_answered(request).await.map_err(into_error)?;
        Ok(if subfolder.is_empty() { name } else { format!("{subfolder}/{name}") })
    }

    /// Queues the graph, once. The id is the server's: ours, if it lets us choose.
    pub async fn queue(&self, id: &str, graph: &Value) -> Result<String, Trouble> {
        let body = json!({
            "prompt": graph,
            "prompt_id": id,
            "client_id": id,
            "extra_data": { MARK: id },
        });
        let request = self.http.post(&self.http.at(&["prompt"])).json(&body);
        let queued: Queued = self.http.read(request, Turn::Purchase).await?;
        Ok(queued.prompt_id)
    }

    pub async fn state(&self, id: &str) -> Result<State, ProviderError> {
        if let Some(entry) = self.history(id).await? {
            return Ok(State::Done(Box::new(entry)));
        }
        match self.queued(|item| item[1] == id).await? {
            Some((_, state)) => Ok(state),
            // It may have left the queue for the history between the two questions.
            None => Ok(self.history(id).await?.map_or(State::Gone, |entry| State::Done(Box::new(entry)))),
        }
    }

    /// The prompt that has our mark, whatever its id: for servers that choose it themselves.
    pub async fn marked(&self, mark: &str) -> Result<Option<(String, State)>, ProviderError> {
        if let Some(found) = self.queued(|item| item[3][MARK] == mark).await? {
            return Ok(Some(found));
        }
        let mut url = self.http.at(&["history"]);
        url.query_pairs_mut().append_pair("max_items", HISTORY);
        let entries: std::collections::BTreeMap<String, Entry> =
            self.http.until_answered(|| self.http.get(&url)).await.map_err(into_error)?;
        let found = entries.into_iter().find(|(_, entry)| entry.prompt[3][MARK] == mark);
        Ok(found.map(|(id, entry)| (id, State::Done(Box::new(entry)))))
    }

    async fn history(&self, id: &str) -> Result<Option<Entry>, ProviderError> {
        let url = self.http.at(&["history", id]);
        let entries = self.http.until_answered(|| self.http.get(&url)).await.map_err(into_error)?;
        let mut entries: std::collections::BTreeMap<String, Entry> = entries;
        Ok(entries.remove(id))
    }

    async fn queued(&self, is_it: impl Fn(&Value) -> bool) -> Result<Option<(String, State)>, ProviderError> {
        let url = self.http.at(&["queue"]);
        let queue: Queue = self.http.until_answered(|| self.http.get(&url)).await.map_err(into_error)?;
        let find = |items: &[Value], state: State| {
            let item = items.iter().find(|item| is_it(item))?;
            Some((item[1].as_str()?.to_owned(), state))
        };
        let running = find(&queue.queue_running, State::Running);
        Ok(running.or_else(|| find(&queue.queue_pending, State::Pending)))
    }

    /// Takes a prompt out of the queue that has not begun.
    pub async fn remove(&self, id: &str) -> Result<(), ProviderError> {
        self.tell(&["queue"], &json!({ "delete": [id] })).await
    }

    /// Stops the prompt that runs. Servers from before the autumn of 2025 do not read whose it shall be.
    pub async fn interrupt(&self, id: &str) -> Result<(), ProviderError> {
        self.tell(&["interrupt"], &json!({ "prompt_id": id })).await
    }

    async fn tell(&self, path: &[&str], body: &Value) -> Result<(), ProviderError> {
        let url = self.http.at(path);
        let request = || self.http.post(&url).json(body);
        self.http.until_answered::<serde::de::IgnoredAny>(request).await.map_err(into_error)?;
        Ok(())
    }

    /// Begins to fetch a file.
    pub async fn open(&self, file: &File) -> Result<Download, Trouble> {
        let mut url = self.http.at(&["view"]);
        let folder = if file.folder.is_empty() { "output" } else { &file.folder };
        url.query_pairs_mut()
            .append_pair("filename", &file.filename)
            .append_pair("subfolder", &file.subfolder)
            .append_pair("type", folder);
        self.http.open(url, true).await
    }

    /// The answer to a handshake for a socket that hears of this prompt.
    pub async fn handshake(&self, client: &str) -> Result<(Response, String), String> {
        let mut url = self.http.at(&["ws"]);
        url.query_pairs_mut().append_pair("clientId", client);
        let key = BASE64_STANDARD.encode(rand::random::<[u8; 16]>());
        let request = self
            .http
            .get(&url)
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let response = request.send().await.map_err(|error| crate::vendor::describe(&error))?;
        match response.status() {
            StatusCode::SWITCHING_PROTOCOLS => Ok((response, key)),
            status => Err(format!("it answered {status}")),
        }
    }
}

impl Entry {
    /// Why there is nothing, if it failed.
    pub fn failure(&self) -> Option<String> {
        let messages = self.status["messages"].as_array();
        let message = |name: &str| {
            let mut named = messages.into_iter().flatten().filter(|message| message[0] == name);
            named.next_back().map(|message| &message[1])
        };
        if let Some(error) = message("execution_error") {
            return Some(failed(error));
        }
        if message("execution_interrupted").is_some() {
            return Some("it was interrupted there".into());
        }
        (self.status["status_str"] == "error").then(|| "it failed, and does not say why".into())
    }

    /// The first file whose name ends with one of these, kept ones before previews.
    pub fn file(&self, endings: &[&str]) -> Option<File> {
        let outputs = self.outputs.as_object().into_iter().flat_map(|outputs| outputs.values());
        let lists = outputs.filter_map(Value::as_object).flat_map(|kinds| kinds.values());
        let files = lists.filter_map(Value::as_array).flatten();
        let files: Vec<File> =
            files.filter_map(|file| serde_json::from_value::<File>(file.clone()).ok()).collect();
        let ends = |file: &&File| {
            let ending = file.filename.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            ending.is_some_and(|ending| endings.contains(&ending.as_str()))
        };
        let kept = files.iter().filter(ends).find(|file| file.folder != "temp");
        kept.or_else(|| files.iter().find(ends)).cloned()
    }
}

pub fn into_error(trouble: Trouble) -> ProviderError {
    match trouble {
        // Nobody but its operator can mend a workflow or a server.
        Trouble::Refused { status, reason } if !matches!(status.as_u16(), 401..=403) => {
            ProviderError::Rejected { provider: NAME, status: status.as_u16(), reason }
        }
        other => other.into_error(NAME),
    }
}

/// What went wrong in a node while it ran, and what may be done.
fn failed(error: &Value) -> String {
    let text = |field: &str| error[field].as_str().unwrap_or_default();
    let node = format!("{} (node {})", text("node_type"), text("node_id"));
    let kind = text("exception_type");
    let message = crate::vendor::bounded(text("exception_message"));
    if kind.contains("OutOfMemory")
        || message.contains("out of memory")
        || message.contains("ran out of memory")
    {
        return format!(
            "its graphics card ran out of memory in {node}; choose a smaller `resolution` or model, or free the card"
        );
    }
    format!("{node} failed: {message}")
}

/// What a refusal says: which node does not like what, and what to do.
fn says(said: &Value) -> String {
    let error = &said["error"];
    let message = error["message"].as_str().or_else(|| error.as_str()).unwrap_or_default();
    let nodes = said["node_errors"].as_object().into_iter().flatten();
    let nodes: Vec<String> = nodes.flat_map(|(id, node)| node_says(id, node)).collect();
    if !nodes.is_empty() {
        return nodes.join("; ");
    }
    let is_missing = error["type"] == "missing_node_type" || message.contains("does not exist");
    match is_missing {
        true => format!("{message} Install the custom nodes that bring it, or another workflow without it"),
        false => message.to_owned(),
    }
}

fn node_says(id: &str, node: &Value) -> Vec<String> {
    let class = node["class_type"].as_str().unwrap_or("a node");
    let errors = node["errors"].as_array().into_iter().flatten();
    let says = |error: &Value| {
        let text = |field: &str| error[field].as_str().unwrap_or_default();
        let (message, details) = (text("message"), text("details"));
        let what = match text("type") {
            "value_not_in_list" => {
                // What is there would be the whole list of a folder.
                let (value, _) = details.split_once(" not in ").unwrap_or((details, ""));
                format!(
                    "{value} is not there; put the file into ComfyUI's folder of models, or name one that is there \
                     in `fixed` of a models_file"
                )
            }
            "required_input_missing" => format!("its input {details} is missing; mend the workflow"),
            _ => format!("{message}: {details}"),
        };
        format!("{class} (node {id}): {what}")
    };
    errors.map(says).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: Value, expected: &str) {
        assert_eq!(says(&said), expected);
    }

    #[test]
    fn a_refusal_names_the_node_and_what_to_do() {
        let not_there = json!({ "type": "value_not_in_list", "message": "Value not in list",
            "details": "ckpt_name: 'a.safetensors' not in ['b.safetensors', 'c.safetensors']" });
        check(
            json!({ "error": { "type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed" },
                "node_errors": { "4": { "class_type": "CheckpointLoaderSimple", "errors": [not_there] } } }),
            "CheckpointLoaderSimple (node 4): ckpt_name: 'a.safetensors' is not there; put the file into ComfyUI's \
             folder of models, or name one that is there in `fixed` of a models_file",
        );
        check(
            json!({ "error": { "type": "invalid_prompt",
                "message": "Cannot execute because node IPAdapter does not exist." }, "node_errors": {} }),
            "Cannot execute because node IPAdapter does not exist. Install the custom nodes that bring it, or \
             another workflow without it",
        );
        check(json!("gateway"), "");
    }

    #[test]
    fn the_file_is_the_one_of_the_kind_and_kept() {
        let entry = |outputs| Entry { outputs, ..Entry::default() };
        let file = |name: &str, folder: &str| json!({ "filename": name, "subfolder": "", "type": folder });
        let outputs = json!({
            "3": { "images": [file("frame.png", "temp")] },
            "9": { "images": [file("preview.mp4", "temp")], "animated": [true] },
            "17": { "gifs": [file("clip.MP4", "output")] },
        });
        let name = |endings: &[&str]| entry(outputs.clone()).file(endings).map(|file| file.filename);
        assert_eq!(name(&["mp4"]).as_deref(), Some("clip.MP4"));
        assert_eq!(name(&["png"]).as_deref(), Some("frame.png"));
        assert_eq!(name(&["webm"]), None);
        assert_eq!(entry(Value::Null).file(&["mp4"]), None);
    }
}
