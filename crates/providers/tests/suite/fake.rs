//! A Replicate of one's own: its documented API over real HTTP on this machine, with a bill, and with faults that
//! strike when a script says so.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use admint_providers::{Catalogue, Limits, Model, ReplicateAccess};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Multipart, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

pub const TOKEN: &str = "r8_a-token-of-tests";

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum On {
    Create,
    Get,
    List,
    Cancel,
    File,
    Upload,
    Socket,
}

/// What goes wrong with the next such request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Instead of what was asked.
    Answer(u16, Value),
    /// Nothing comes, not even a header.
    Silence,
    /// It is done, and the connection breaks before the answer is out.
    AnswerLost,
    /// Half of the body comes, and then nothing.
    Stalls,
    /// Half of the body comes, and the connection breaks.
    Breaks,
    RedirectsTo(String),
}

/// What becomes of the next prediction.
#[derive(Clone, Debug)]
pub enum Fate {
    Succeeds,
    /// With this file.
    Makes(Vec<u8>),
    OutputLiesAt(String),
    NoOutput,
    Fails(&'static str),
    NeverEnds,
}

#[derive(Clone, Debug)]
pub struct Sold {
    pub id: String,
    pub model: String,
    /// The one that was asked for, if one was.
    pub version: Option<String>,
    pub input: Value,
    /// Where it is to call, and when.
    pub webhook: Option<String>,
    pub webhook_events: Value,
    pub is_cancelled: bool,
    /// Its data were deleted, as after an hour.
    pub is_removed: bool,
    fate: Fate,
    made: DateTime<Utc>,
    takes: Duration,
    looks: u32,
}

#[derive(Default)]
struct Shop {
    origin: String,
    clip: Vec<u8>,
    ranges: bool,
    faults: HashMap<On, VecDeque<Fault>>,
    fates: VecDeque<Fate>,
    /// Of the next prediction of a model whose prompt has these words.
    fates_of: Vec<(&'static str, &'static str, Fate)>,
    /// What the models answer that sell nothing.
    closed: HashMap<&'static str, u16>,
    sold: Vec<Sold>,
    /// How many bytes each file has that was sent.
    uploads: Vec<usize>,
    asked: HashMap<On, u32>,
    /// No prediction ends before so many are waited for.
    together: usize,
    /// No prediction ends before it is so old; the next's are taken in turn, the last stays.
    latencies: VecDeque<Duration>,
}

impl Shop {
    fn latency(&mut self) -> Duration {
        match self.latencies.len() {
            0 => Duration::ZERO,
            1 => self.latencies[0],
            _ => self.latencies.pop_front().unwrap_or_default(),
        }
    }
}

#[derive(Clone)]
pub struct Fake(Arc<Mutex<Shop>>);

impl Fake {
    /// Sells this clip.
    pub async fn start(clip: Vec<u8>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self(Arc::new(Mutex::new(Shop { origin, clip, ranges: true, ..Shop::default() })));
        let router = Router::new()
            .route("/v1/account", get(account))
            .route("/v1/predictions", get(list).post(create_by_version))
            .route("/v1/models/{owner}/{name}/predictions", post(create))
            .route("/v1/predictions/{id}", get(prediction))
            .route("/v1/predictions/{id}/cancel", post(cancel))
            .route("/v1/files", post(upload))
            .route("/files/{id}", get(file))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    pub fn access(&self) -> ReplicateAccess {
        ReplicateAccess { token: TOKEN.into(), base: format!("{}/v1", self.shop().origin) }
    }

    pub fn fault(&self, on: On, fault: Fault) {
        self.shop().faults.entry(on).or_default().push_back(fault);
    }

    pub fn fate(&self, fate: Fate) {
        self.shop().fates.push_back(fate);
    }

    /// Of the model's next prediction whose prompt has these words.
    pub fn fate_of(&self, model: &'static str, words: &'static str, fate: Fate) {
        self.shop().fates_of.push((model, words, fate));
    }

    /// From now on the model answers every purchase so.
    pub fn close(&self, model: &'static str, status: u16) {
        self.shop().closed.insert(model, status);
    }

    pub fn reopen(&self, model: &'static str) {
        self.shop().closed.remove(model);
    }

    /// What never ended ends.
    pub fn end_all(&self) {
        self.change_sold(|sold| {
            if let Fate::NeverEnds = sold.fate {
                sold.fate = Fate::Succeeds;
            }
        });
    }

    /// How much the model has sold.
    pub fn sold_by(&self, model: &str) -> usize {
        self.sold().iter().filter(|sold| sold.model == model).count()
    }

    /// No prediction ends before so many are waited for.
    pub fn together(&self, count: usize) {
        self.shop().together = count;
    }

    /// How long the next predictions take, each in turn, and all after them as long as the last.
    pub fn latencies(&self, latencies: impl IntoIterator<Item = Duration>) {
        self.shop().latencies = latencies.into_iter().collect();
    }

    pub fn without_ranges(&self) {
        self.shop().ranges = false;
    }

    /// How many bytes each file has that was sent, the first first.
    pub fn uploads(&self) -> Vec<usize> {
        self.shop().uploads.clone()
    }

    /// Every purchase there was, the oldest first.
    pub fn sold(&self) -> Vec<Sold> {
        self.shop().sold.clone()
    }

    pub fn change_sold(&self, change: impl FnMut(&mut Sold)) {
        self.shop().sold.iter_mut().for_each(change);
    }

    pub fn asked(&self, on: On) -> u32 {
        self.shop().asked.get(&on).copied().unwrap_or_default()
    }

    /// How many faults have not struck yet.
    pub fn faults_left(&self) -> usize {
        self.shop().faults.values().map(VecDeque::len).sum()
    }

    fn shop(&self) -> MutexGuard<'_, Shop> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next fault, unless it is for a later part of the answer.
    fn strikes(&self, on: On) -> Option<Fault> {
        let mut shop = self.shop();
        *shop.asked.entry(on).or_default() += 1;
        shop.faults.get_mut(&on)?.pop_front()
    }
}

/// Small enough that tests do not wait, large enough that a busy machine is not taken for a fault.
pub fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        silence: Duration::from_millis(1500),
        wait: Duration::ZERO,
        poll: (Duration::from_millis(2), Duration::from_millis(20)),
        prediction: Duration::from_secs(30),
        retry: (Duration::from_millis(2), Duration::from_millis(20)),
        tries: Duration::from_secs(20),
        looks: 2,
        download: Duration::from_secs(30),
        most_bytes: 8 << 20,
        ..Limits::default()
    }
}

pub const FAKE: &str = "somebody/fake-video";
pub const SECOND: &str = "somebody/second-video";

/// Another one, of the same kind.
#[allow(dead_code)]
pub fn second_model() -> Model {
    Model { id: "second".into(), title: "Second".into(), name: SECOND.into(), ..model(true) }
}

/// A model that takes a seed, or one that takes none.
pub fn model(with_seed: bool) -> Model {
    let seed = if with_seed { ", seed = \"seed\"" } else { "" };
    let text = format!(
        r#"
        [[model]]
        id = "fake"
        title = "Fake"
        provider = "replicate"
        name = "somebody/fake-video"
        kinds = ["text-to-video", "image-to-video"]
        aspect_ratios = ["16:9", "9:16", "1:1"]
        durations = [3, 5]
        page = "https://replicate.com/somebody/fake-video"
        checked = "2026-11-25"
        input = {{ prompt = "prompt", duration = "duration", aspect_ratio = "aspect_ratio", first_frame = "image"{seed} }}
        price = {{ per = "second", usd = 0.05, date = "2026-11-25", source = "https://replicate.com/somebody/fake-video" }}
        "#
    );
    Catalogue::embedded().with(&text).unwrap().model("fake").unwrap().clone()
}

/// A model that makes pictures.
pub fn image_model() -> Model {
    Catalogue::embedded().model("flux-schnell").unwrap().clone()
}

/// An MP4 of one colour.
pub fn clip(width: u32, height: u32, seconds: f64) -> Vec<u8> {
    let source = format!("color=c=0x2060c0:s={width}x{height}:r=24:d={seconds}");
    ffmpeg(&["-f", "lavfi", "-i", &source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
}

/// An MP4 without pictures.
#[allow(dead_code)]
pub fn sound_only() -> Vec<u8> {
    ffmpeg(&["-f", "lavfi", "-i", "sine=d=5", "-c:a", "aac"])
}

fn ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clip.mp4");
    let run = Command::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(arguments)
        .args(["-movflags", "+faststart"])
        .arg(&file)
        .output()
        .expect("these tests need ffmpeg");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    std::fs::read(file).unwrap()
}

pub fn error(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

fn is_known(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value == format!("Bearer {TOKEN}").as_str())
}

fn stranger() -> Response {
    let detail = "You did not pass a valid authentication token";
    error(401, json!({ "title": "Unauthenticated", "detail": detail, "status": 401 }))
}

/// The answer, as the fault has it.
pub async fn answer(fault: Option<Fault>, status: StatusCode, body: Value) -> Response {
    let bytes = Bytes::from(body.to_string());
    match fault {
        None => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Some(fault) => spoilt(fault, status, bytes).await,
    }
}

pub async fn spoilt(fault: Fault, status: StatusCode, bytes: Bytes) -> Response {
    let half = bytes.slice(..bytes.len() / 2);
    let breaks = |half: Bytes| {
        let broken = stream::once(async {
            // What came before is on its way first.
            tokio::task::yield_now().await;
            Err(std::io::Error::other("the script says so"))
        });
        Body::from_stream(stream::once(async { Ok(half) }).chain(broken))
    };
    let body = match fault {
        Fault::Answer(status, body) => return error(status, body),
        Fault::RedirectsTo(url) => return (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        Fault::Silence => {
            std::future::pending::<()>().await;
            Body::empty()
        }
        Fault::AnswerLost => breaks(Bytes::new()),
        Fault::Breaks => breaks(half),
        Fault::Stalls => {
            let rest = stream::once(std::future::pending::<Result<Bytes, Infallible>>());
            Body::from_stream(stream::once(async { Ok(half) }).chain(rest))
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
    response.headers_mut().insert(header::ACCEPT_RANGES, "bytes".parse().unwrap());
    response
}

async fn account(State(_): State<Fake>, headers: HeaderMap) -> Response {
    match is_known(&headers) {
        true => Json(json!({ "type": "organization", "username": "acme", "name": "Acme" })).into_response(),
        false => stranger(),
    }
}

async fn create(
    State(fake): State<Fake>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    sell(&fake, &headers, format!("{owner}/{name}"), None, &body).await
}

async fn create_by_version(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let version = body["version"].as_str().unwrap_or_default().to_owned();
    sell(&fake, &headers, FAKE.to_owned(), Some(version), &body).await
}

async fn sell(
    fake: &Fake,
    headers: &HeaderMap,
    model: String,
    version: Option<String>,
    body: &Value,
) -> Response {
    if !is_known(headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Create);
    if let Some(Fault::Answer(status, body)) = fault {
        return error(status, body);
    }
    if let Some(Fault::Silence) = fault {
        std::future::pending::<()>().await;
    }
    let closed = fake.shop().closed.get(model.as_str()).copied();
    if let Some(status) = closed {
        let detail = "the script says so";
        return error(status, json!({ "title": "Closed", "detail": detail, "status": status }));
    }
    if !body["input"]["prompt"].is_string() {
        let detail = "- input: prompt is required\n";
        return error(422, json!({ "title": "Input validation failed", "detail": detail, "status": 422 }));
    }
    let made = {
        let mut shop = fake.shop();
        let prompt = body["input"]["prompt"].as_str().unwrap_or_default();
        let its = shop.fates_of.iter().position(|(of, words, _)| *of == model && prompt.contains(words));
        let fate = match its {
            Some(at) => shop.fates_of.remove(at).2,
            None => shop.fates.pop_front().unwrap_or(Fate::Succeeds),
        };
        let sold = Sold {
            id: format!("p{}", shop.sold.len() + 1),
            model,
            version,
            input: body["input"].clone(),
            webhook: body["webhook"].as_str().map(str::to_owned),
            webhook_events: body["webhook_events_filter"].clone(),
            is_cancelled: false,
            is_removed: false,
            fate,
            made: SystemTime::now().into(),
            takes: shop.latency(),
            looks: 0,
        };
        let told = tell(&shop.origin, &sold, false);
        shop.sold.push(sold);
        told
    };
    answer(fault, StatusCode::CREATED, made).await
}

/// `may_end` says whether nothing else holds it up.
fn tell(origin: &str, sold: &Sold, may_end: bool) -> Value {
    let age = (DateTime::<Utc>::from(SystemTime::now()) - sold.made).to_std().unwrap_or_default();
    let done = sold.looks > 1 && may_end && age >= sold.takes;
    let (status, output, error) = match &sold.fate {
        _ if sold.is_cancelled => ("canceled", Value::Null, Value::Null),
        Fate::NeverEnds => ("processing", Value::Null, Value::Null),
        _ if !done => ("starting", Value::Null, Value::Null),
        Fate::Fails(why) => ("failed", Value::Null, Value::from(*why)),
        Fate::NoOutput => ("succeeded", Value::Null, Value::Null),
        Fate::OutputLiesAt(url) => ("succeeded", Value::from(url.as_str()), Value::Null),
        Fate::Succeeds | Fate::Makes(_) => {
            let url = format!("{origin}/files/{}?look={}", sold.id, sold.looks);
            ("succeeded", Value::from(url), Value::Null)
        }
    };
    json!({
        "id": sold.id,
        "model": sold.model,
        "version": sold.version.as_deref().unwrap_or("hidden"),
        "input": if sold.is_removed { json!({}) } else { sold.input.clone() },
        "output": if sold.is_removed { Value::Null } else { output },
        "error": error,
        "data_removed": sold.is_removed,
        "status": status,
        "source": "api",
        "created_at": sold.made.to_rfc3339_opts(SecondsFormat::Micros, true),
        "urls": {
            "get": format!("{origin}/v1/predictions/{}", sold.id),
            "cancel": format!("{origin}/v1/predictions/{}/cancel", sold.id),
        },
    })
}

async fn upload(State(fake): State<Fake>, headers: HeaderMap, mut form: Multipart) -> Response {
    if !is_known(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Upload);
    let mut size = None;
    while let Some(field) = form.next_field().await.unwrap() {
        if field.name() == Some("content") {
            assert!(field.file_name().is_some() && field.content_type().is_some());
            size = Some(field.bytes().await.unwrap().len());
        }
    }
    let told = {
        let mut shop = fake.shop();
        shop.uploads.push(size.expect("a file is sent as `content`"));
        let id = format!("f{}", shop.uploads.len());
        let url = format!("{}/v1/files/{id}", shop.origin);
        json!({ "id": id, "content_type": "image/jpeg", "size": size, "urls": { "get": url } })
    };
    answer(fault, StatusCode::CREATED, told).await
}

async fn prediction(State(fake): State<Fake>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Get);
    let told = {
        let mut shop = fake.shop();
        let origin = shop.origin.clone();
        if let Some(sold) = shop.sold.iter_mut().find(|sold| sold.id == id) {
            sold.looks += 1;
        }
        let waited_for = shop.sold.iter().filter(|sold| sold.looks > 0).count();
        let may_end = waited_for >= shop.together;
        shop.sold.iter().find(|sold| sold.id == id).map(|sold| tell(&origin, sold, may_end))
    };
    match told {
        Some(told) => answer(fault, StatusCode::OK, told).await,
        None => error(
            404,
            json!({ "title": "Not found", "detail": "The requested resource could not be found." }),
        ),
    }
}

async fn list(
    State(fake): State<Fake>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if !is_known(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::List);
    let after = query.get("created_after").map(|text| DateTime::parse_from_rfc3339(text).unwrap());
    let results: Vec<Value> = {
        let shop = fake.shop();
        let recent = shop.sold.iter().rev().filter(|sold| after.is_none_or(|after| sold.made >= after));
        recent.map(|sold| tell(&shop.origin, sold, true)).collect()
    };
    answer(fault, StatusCode::OK, json!({ "previous": null, "next": null, "results": results })).await
}

async fn cancel(State(fake): State<Fake>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return stranger();
    }
    let fault = fake.strikes(On::Cancel);
    fake.change_sold(|sold| sold.is_cancelled |= sold.id == id);
    answer(fault, StatusCode::OK, json!({ "id": id, "status": "canceled" })).await
}

async fn file(State(fake): State<Fake>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    // Addresses of files are their own secret: the token has no business here.
    assert!(headers.get(header::AUTHORIZATION).is_none());
    let fault = fake.strikes(On::File);
    let (bytes, ranges) = {
        let shop = fake.shop();
        let sold = shop.sold.iter().find(|sold| sold.id == id);
        match sold.map(|sold| &sold.fate) {
            Some(Fate::Makes(bytes)) => (bytes.clone(), shop.ranges),
            _ => (shop.clip.clone(), shop.ranges),
        }
    };
    let bytes = Bytes::from(bytes);
    if let Some(fault) = fault {
        return spoilt_file(fault, bytes, ranges).await;
    }
    served(&headers, bytes, ranges)
}

pub async fn spoilt_file(fault: Fault, bytes: Bytes, ranges: bool) -> Response {
    let mut response = spoilt(fault, StatusCode::OK, bytes).await;
    if !ranges {
        response.headers_mut().remove(header::ACCEPT_RANGES);
    }
    response
}

/// A file, or the part of it that is asked for.
pub fn served(headers: &HeaderMap, bytes: Bytes, ranges: bool) -> Response {
    let from = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let from = from.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let kind = (header::CONTENT_TYPE, "video/mp4".to_owned());
    match from {
        Some(from) if ranges => {
            let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
            let headers = [kind, (header::CONTENT_RANGE, range)];
            (StatusCode::PARTIAL_CONTENT, headers, bytes.slice(from..)).into_response()
        }
        _ if ranges => ([kind, (header::ACCEPT_RANGES, "bytes".to_owned())], bytes).into_response(),
        _ => ([kind], bytes).into_response(),
    }
}
