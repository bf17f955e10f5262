//! A ComfyUI of one's own: its HTTP API and its socket over real connections on this machine, one card that makes
//! one prompt after the other, and faults that strike when a script says so.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use admint_domain::Usd;
use admint_providers::{Catalogue, ComfyAccess, ComfyPlace, Model};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Multipart, Path, Query, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::fake::{Fate, Fault, On, answer, error, served, spoilt_file};

pub const TOKEN: &str = "a-proxy's-token-of-tests";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Pending,
    Running,
    Done,
    Interrupted,
}

#[derive(Clone, Debug)]
pub struct Prompt {
    pub id: String,
    pub graph: Value,
    extra: Value,
    client: String,
    fate: Fate,
    stage: Stage,
    looks: u32,
}

/// What becomes of sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sockets {
    /// They tell, and with them things go on.
    #[default]
    Tell,
    Refused,
    /// They are cut after their first word.
    Cut,
    /// They never say a word.
    Mute,
}

#[derive(Default)]
struct Desk {
    origin: String,
    clip: Vec<u8>,
    ranges: bool,
    is_old: bool,
    sockets: Sockets,
    token: Option<&'static str>,
    faults: HashMap<On, VecDeque<Fault>>,
    fates: VecDeque<Fate>,
    prompts: Vec<Prompt>,
    /// How many were ever queued, whatever the server still knows.
    queued: usize,
    interrupted: Vec<String>,
    pictures: BTreeMap<String, usize>,
    asked: HashMap<On, u32>,
}

#[derive(Clone)]
pub struct ComfyFake(Arc<Mutex<Desk>>);

impl ComfyFake {
    /// Makes this clip.
    pub async fn start(clip: Vec<u8>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self(Arc::new(Mutex::new(Desk { origin, clip, ranges: true, ..Desk::default() })));
        let router = Router::new()
            .route("/system_stats", get(system_stats))
            .route("/object_info/{class}", get(object_info))
            .route("/upload/image", post(upload))
            .route("/prompt", post(prompt))
            .route("/queue", get(queue).post(change_queue))
            .route("/interrupt", post(interrupt))
            .route("/history", get(history))
            .route("/history/{id}", get(history_of))
            .route("/view", get(view))
            .route("/ws", get(socket))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    /// It costs two tenths of a cent a second.
    pub fn place(&self) -> ComfyPlace {
        let desk = self.desk();
        let access = ComfyAccess { base: desk.origin.clone(), token: desk.token.map(str::to_owned) };
        ComfyPlace { access, workflows: None, per_second: Usd::from_micros(2_000) }
    }

    pub fn fault(&self, on: On, fault: Fault) {
        self.desk().faults.entry(on).or_default().push_back(fault);
    }

    pub fn fate(&self, fate: Fate) {
        self.desk().fates.push_back(fate);
    }

    pub fn without_ranges(&self) {
        self.desk().ranges = false;
    }

    pub fn sockets(&self, sockets: Sockets) {
        self.desk().sockets = sockets;
    }

    /// One that gives prompts ids of its own.
    pub fn is_old(&self) {
        self.desk().is_old = true;
    }

    /// A ComfyUI on a machine that is paid for.
    pub fn free_place(&self) -> ComfyPlace {
        ComfyPlace { per_second: Usd::ZERO, ..self.place() }
    }

    /// A proxy stands before it.
    pub fn wants_token(&self) {
        self.desk().token = Some(TOKEN);
    }

    /// Another's work is on the card, and does not end.
    pub fn foreign_runs(&self) {
        self.desk().prompts.insert(
            0,
            Prompt {
                id: "foreign".into(),
                graph: json!({}),
                extra: json!({}),
                client: "somebody".into(),
                fate: Fate::NeverEnds,
                stage: Stage::Running,
                looks: 0,
            },
        );
    }

    /// Queue and history are gone.
    pub fn restart(&self) {
        self.desk().prompts.clear();
    }

    /// How many were ever queued.
    pub fn queued(&self) -> usize {
        self.desk().queued
    }

    pub fn prompts(&self) -> Vec<Prompt> {
        self.desk().prompts.clone()
    }

    /// Whose prompts were interrupted.
    pub fn interrupted(&self) -> Vec<String> {
        self.desk().interrupted.clone()
    }

    /// How many bytes each picture has that was sent.
    pub fn pictures(&self) -> BTreeMap<String, usize> {
        self.desk().pictures.clone()
    }

    pub fn asked(&self, on: On) -> u32 {
        self.desk().asked.get(&on).copied().unwrap_or_default()
    }

    pub fn faults_left(&self) -> usize {
        self.desk().faults.values().map(VecDeque::len).sum()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strikes(&self, on: On) -> Option<Fault> {
        let mut desk = self.desk();
        *desk.asked.entry(on).or_default() += 1;
        desk.faults.get_mut(&on)?.pop_front()
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let token = self.desk().token;
        token.is_none_or(|token| {
            headers.get("authorization").is_some_and(|value| value == format!("Bearer {token}").as_str())
        })
    }
}

impl Desk {
    /// The card goes on: the first that is not done begins, and ends when it was looked at a few times.
    fn work(&mut self, looks: u32) {
        let Some(at) = self.prompts.iter().position(|p| matches!(p.stage, Stage::Pending | Stage::Running))
        else {
            return;
        };
        let prompt = &mut self.prompts[at];
        prompt.looks += looks;
        prompt.stage = match prompt.fate {
            _ if prompt.looks < 2 => Stage::Pending,
            Fate::NeverEnds => Stage::Running,
            _ if prompt.looks < 4 => Stage::Running,
            _ => Stage::Done,
        };
    }

    fn items(&self, stage: &Stage) -> Vec<Value> {
        let of = self.prompts.iter().filter(|prompt| prompt.stage == *stage);
        of.map(|prompt| json!([1, prompt.id, prompt.graph, prompt.extra, ["17"]])).collect()
    }
}

/// The packaged model that starts from text or a picture.
pub fn comfy_model() -> Model {
    Catalogue::embedded().model("comfy-wan-2.2-5b").unwrap().clone()
}

/// The packaged model that makes pictures.
pub fn comfy_image_model() -> Model {
    Catalogue::embedded().model("comfy-sdxl").unwrap().clone()
}

fn stranger() -> Response {
    error(401, json!({ "error": format!("the proxy does not know {TOKEN}") }))
}

async fn system_stats(State(fake): State<ComfyFake>, headers: HeaderMap) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let device =
        json!({ "name": "cuda:0 NVIDIA GeForce RTX 4090", "type": "cuda", "vram_total": 25_756_696_576_u64 });
    Json(json!({ "system": { "comfyui_version": "0.3.64", "os": "posix" }, "devices": [device] }))
        .into_response()
}

/// Knows every class but those of other people, and few files.
async fn object_info(Path(class): Path<String>) -> Json<Value> {
    if class.starts_with("IPAdapter") {
        return Json(json!({}));
    }
    let input = match class.as_str() {
        "UNETLoader" => json!({ "required": { "unet_name": [["another.safetensors"], {}] } }),
        "VAELoader" => {
            json!({ "required": { "vae_name": ["COMBO", { "options": ["wan2.2_vae.safetensors"] }] } })
        }
        _ => json!({ "required": {} }),
    };
    Json(json!({ class: { "input": input } }))
}

async fn upload(State(fake): State<ComfyFake>, headers: HeaderMap, mut form: Multipart) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Upload);
    let (mut name, mut subfolder, mut size) = (String::new(), String::new(), 0);
    while let Some(field) = form.next_field().await.unwrap() {
        match field.name().unwrap_or_default() {
            "image" => {
                name = field.file_name().unwrap().to_owned();
                size = field.bytes().await.unwrap().len();
            }
            "subfolder" => subfolder = field.text().await.unwrap(),
            _ => {}
        }
    }
    fake.desk().pictures.insert(format!("{subfolder}/{name}"), size);
    answer(fault, StatusCode::OK, json!({ "name": name, "subfolder": subfolder, "type": "input" })).await
}

/// What ComfyUI checks, as far as it matters here: pictures that are not there.
fn node_errors(desk: &Desk, graph: &Value) -> Option<Value> {
    for (id, node) in graph.as_object()? {
        let image = node["inputs"]["image"].as_str();
        if let Some(image) = image.filter(|_| node["class_type"] == "LoadImage")
            && !desk.pictures.contains_key(image)
        {
            let errors = json!([{ "type": "custom_validation_failed",
                "message": "Custom validation failed for node", "details": format!("image - Invalid image file: {image}") }]);
            return Some(json!({ id: { "class_type": "LoadImage", "errors": errors } }));
        }
    }
    None
}

async fn prompt(State(fake): State<ComfyFake>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Create);
    if let Some(Fault::Answer(status, body)) = fault {
        return error(status, body);
    }
    if let Some(Fault::Silence) = fault {
        std::future::pending::<()>().await;
    }
    let told = {
        let mut desk = fake.desk();
        if let Some(errors) = node_errors(&desk, &body["prompt"]) {
            let wrong = json!({ "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation" });
            return error(400, json!({ "error": wrong, "node_errors": errors }));
        }
        let id = match body["prompt_id"].as_str() {
            Some(id) if !desk.is_old => id.to_owned(),
            _ => format!("an-id-of-its-own-{}", desk.queued + 1),
        };
        let fate = desk.fates.pop_front().unwrap_or(Fate::Succeeds);
        let client = body["client_id"].as_str().unwrap_or_default().to_owned();
        let mut extra = body["extra_data"].clone();
        extra["client_id"] = client.as_str().into();
        desk.queued += 1;
        let graph = body["prompt"].clone();
        let stage = Stage::Pending;
        desk.prompts.push(Prompt { id: id.clone(), graph, extra, client, fate, stage, looks: 0 });
        json!({ "prompt_id": id, "number": desk.queued, "node_errors": {} })
    };
    answer(fault, StatusCode::OK, told).await
}

async fn queue(State(fake): State<ComfyFake>, headers: HeaderMap) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::List);
    let told = {
        let mut desk = fake.desk();
        desk.work(1);
        json!({ "queue_running": desk.items(&Stage::Running), "queue_pending": desk.items(&Stage::Pending) })
    };
    answer(fault, StatusCode::OK, told).await
}

async fn change_queue(State(fake): State<ComfyFake>, Json(body): Json<Value>) -> StatusCode {
    let ids: Vec<&str> = body["delete"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    fake.strikes(On::Cancel);
    fake.desk().prompts.retain(|p| p.stage != Stage::Pending || !ids.contains(&p.id.as_str()));
    StatusCode::OK
}

async fn interrupt(State(fake): State<ComfyFake>, Json(body): Json<Value>) -> StatusCode {
    fake.strikes(On::Cancel);
    let mut desk = fake.desk();
    let is_old = desk.is_old;
    let is_meant =
        |p: &&mut Prompt| p.stage == Stage::Running && (is_old || body["prompt_id"] == p.id.as_str());
    if let Some(prompt) = desk.prompts.iter_mut().find(is_meant) {
        prompt.stage = Stage::Interrupted;
        let id = prompt.id.clone();
        desk.interrupted.push(id);
    }
    StatusCode::OK
}

fn entry(prompt: &Prompt) -> Value {
    let file = |name: &str| json!({ "filename": name, "subfolder": "admint", "type": "output" });
    let failed = |what: &str, data: Value| {
        json!({ "status_str": "error", "completed": false, "messages": [
        ["execution_start", { "prompt_id": prompt.id }], [what, data]] })
    };
    let success = json!({ "status_str": "success", "completed": true, "messages": [] });
    let outputs = |file: Value| json!({ "13": { "images": [file], "animated": [true] } });
    let (outputs, status) = match (&prompt.stage, &prompt.fate) {
        (Stage::Interrupted, _) => {
            (json!({}), failed("execution_interrupted", json!({ "prompt_id": prompt.id })))
        }
        (_, Fate::Fails(why)) => {
            let kind = match why.contains("memory") {
                true => "torch.OutOfMemoryError",
                false => "RuntimeError",
            };
            let data = json!({ "node_id": "10", "node_type": "KSampler", "exception_type": kind,
                "exception_message": format!("{why}\n"), "traceback": [] });
            (json!({}), failed("execution_error", data))
        }
        (_, Fate::NoOutput) => (json!({}), success),
        (_, Fate::OutputLiesAt(name)) => (outputs(file(name)), success),
        _ => (outputs(file(&name_of(prompt))), success),
    };
    let told = json!([1, prompt.id, prompt.graph, prompt.extra, ["13"]]);
    json!({ "prompt": told, "outputs": outputs, "status": status })
}

/// What it makes is called as its workflow ends.
fn name_of(prompt: &Prompt) -> String {
    let mut nodes = prompt.graph.as_object().into_iter().flat_map(|nodes| nodes.values());
    let ending = if nodes.any(|node| node["class_type"] == "SaveImage") { "png" } else { "mp4" };
    format!("{}.{ending}", prompt.id)
}

fn is_over(prompt: &Prompt) -> bool {
    matches!(prompt.stage, Stage::Done | Stage::Interrupted)
}

async fn history(State(fake): State<ComfyFake>) -> Json<Value> {
    let desk = fake.desk();
    let entries = desk.prompts.iter().filter(|prompt| is_over(prompt));
    Json(Value::Object(entries.map(|prompt| (prompt.id.clone(), entry(prompt))).collect()))
}

async fn history_of(State(fake): State<ComfyFake>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Get);
    let told = {
        let desk = fake.desk();
        let found = desk.prompts.iter().find(|prompt| prompt.id == id && is_over(prompt));
        found.map_or(json!({}), |prompt| json!({ id: entry(prompt) }))
    };
    answer(fault, StatusCode::OK, told).await
}

async fn view(
    State(fake): State<ComfyFake>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if !fake.knows(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::File);
    let found = {
        let desk = fake.desk();
        let is_it = |prompt: &&Prompt| query.get("filename") == Some(&name_of(prompt));
        let bytes = desk.prompts.iter().find(is_it).map(|prompt| match &prompt.fate {
            Fate::Makes(bytes) => bytes.clone(),
            _ => desk.clip.clone(),
        });
        bytes.map(|bytes| (Bytes::from(bytes), desk.ranges))
    };
    let Some((bytes, ranges)) = found.filter(|_| query.get("subfolder").is_some_and(|name| name == "admint"))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match fault {
        Some(fault) => spoilt_file(fault, bytes, ranges).await,
        None => served(&headers, bytes, ranges),
    }
}

async fn socket(
    State(fake): State<ComfyFake>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let sockets = fake.desk().sockets;
    if !fake.knows(&headers) || sockets == Sockets::Refused {
        return StatusCode::FORBIDDEN.into_response();
    }
    fake.strikes(On::Socket);
    let client = query.get("clientId").cloned().unwrap_or_default();
    upgrade.on_upgrade(move |socket| tell(fake, sockets, client, socket))
}

async fn tell(fake: ComfyFake, sockets: Sockets, client: String, mut socket: WebSocket) {
    let text = |kind: &str, data: Value| Message::text(json!({ "type": kind, "data": data }).to_string());
    if sockets == Sockets::Mute {
        std::future::pending::<()>().await;
    }
    let _ = socket.send(text("status", json!({ "status": { "exec_info": { "queue_remaining": 1 } } }))).await;
    if sockets == Sockets::Cut {
        return;
    }
    // With whoever listens, the card goes on by itself.
    let ours = {
        let mut desk = fake.desk();
        desk.work(2);
        desk.prompts.iter().find(|prompt| prompt.client == client).map(|prompt| prompt.id.clone())
    };
    let Some(id) = ours else { return std::future::pending().await };
    let _ = socket.send(text("execution_start", json!({ "prompt_id": id }))).await;
    let _ = socket.send(text("progress", json!({ "prompt_id": id, "value": 10, "max": 20 }))).await;
    let _ = socket.send(Message::binary(vec![0; 5_000])).await;
    let is_over = {
        let mut desk = fake.desk();
        desk.work(2);
        desk.prompts.iter().any(|prompt| prompt.id == id && is_over(prompt))
    };
    if is_over {
        let _ = socket.send(text("execution_success", json!({ "prompt_id": id }))).await;
    }
    std::future::pending::<()>().await;
}
