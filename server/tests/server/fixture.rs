//! A server of one's own for each test, and what tests ask of it again and again.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use admint_domain::{
    Brief, CreateGeneration, ErrorBody, ErrorDetail, Frames, GenerationId, SessionId, SignedIn, Stage, UserId,
};
use admint_store::{AssetKind, Completed, Lease, NewAsset};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use server::{
    build_router,
    config::{Config, Secret},
    wiring::{self, Rooms},
};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub const PASSWORD: &str = "correct horse battery";
pub const PROMPT: &str = "Northwind cold brew for people who get up early";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub struct Server {
    pub base: String,
    pub rooms: Rooms,
    pub shutdown: CancellationToken,
    client: Client,
    folder: TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data_dir: folder.path().join("data"),
            secret: Some(Secret::parse(SECRET).unwrap()),
            ..Config::default()
        };
        change(&mut config);
        let rooms = wiring::open_to_serve(&config).await.unwrap();
        let shutdown = CancellationToken::new();
        let state = wiring::state(config, &rooms, shutdown.clone()).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = build_router(state).into_make_service_with_connect_info::<SocketAddr>();
        let serving =
            axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
        tokio::spawn(serving.into_future());
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { base, rooms, shutdown, client, folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where this server keeps everything, unless it was started with another folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    pub async fn register(&self, username: &str) -> SignedIn {
        let request = json!({ "username": username, "password": PASSWORD });
        let response = self.post("/api/auth/register", &request).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let mut signed_in: SignedIn = response.json().await.unwrap();
        signed_in.session = Some(session_in(&signed_in.access_token));
        signed_in
    }

    pub async fn log_in(&self, username: &str, password: &str) -> Response {
        let request = json!({ "username": username, "password": password });
        self.post("/api/auth/login", &request).send().await.unwrap()
    }

    /// A queued generation of this user.
    pub async fn queued(&self, user: UserId) -> GenerationId {
        self.rooms.store.create_generation(user, &brief()).await.unwrap()
    }

    /// Takes the oldest queued job, as a worker would.
    pub async fn work(&self) -> Lease {
        self.rooms.store.claim_job("test", Duration::from_secs(60)).await.unwrap().expect("a queued job")
    }

    pub async fn progress(&self, lease: &Lease, stage: Stage) {
        self.rooms.store.record_progress(lease, stage).await.unwrap();
    }

    /// Ends the job with the given bytes as its video and all that is shown of it.
    pub async fn finish(&self, lease: &Lease, video: &[u8]) {
        self.publish(lease, video).await;
        let completed = Completed { duration: Frames(360), left_out: Vec::new() };
        self.rooms.store.complete(lease, completed).await.unwrap();
    }

    /// The given bytes become the video and the thumbnail.
    pub async fn publish(&self, lease: &Lease, video: &[u8]) {
        let files = [
            (AssetKind::Video, "video.mp4", "video/mp4"),
            (AssetKind::Thumbnail, "thumbnail.jpg", "image/jpeg"),
            (AssetKind::Preview, "preview.mp4", "video/mp4"),
            (AssetKind::Card, "card.jpg", "image/jpeg"),
        ];
        for (kind, name, content_type) in files {
            let made = self.folder.path().join(name);
            std::fs::write(&made, video).unwrap();
            let key = format!("{}/{name}", lease.generation);
            let published = self.rooms.assets.publish(&made, &key).await.unwrap();
            let asset = NewAsset {
                scene: None,
                kind,
                key,
                bytes: published.bytes,
                sha256: published.sha256,
                content_type: content_type.into(),
                frames: Some(Frames(360)),
                made_by: None,
            };
            self.rooms.store.add_asset(lease, asset).await.unwrap();
        }
    }

    /// As the workers do when nothing that was deleted can be brought back any more.
    pub async fn purge(&self) {
        let later = chrono::Utc::now() + chrono::TimeDelta::minutes(1);
        self.rooms.pipeline.purge(later).await.unwrap();
    }

    /// A generation with a finished video.
    pub async fn finished(&self, user: UserId, video: &[u8]) -> GenerationId {
        let id = self.queued(user).await;
        let lease = self.work().await;
        self.finish(&lease, video).await;
        id
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A PostgreSQL database of a test's own, beside the one that the variable names.
pub struct Postgres {
    pub url: String,
    name: String,
    admin: PgConnection,
}

impl Postgres {
    pub async fn create() -> Self {
        let server = std::env::var("ADMINT_TEST_POSTGRES_URL")
            .expect("ADMINT_TEST_POSTGRES_URL is set by `cargo xtask test`, which starts a PostgreSQL");
        let name = format!("admint_server_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&server).await.unwrap();
        admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        Self { url, name, admin }
    }

    /// Where the server is.
    pub fn address(&self) -> &str {
        self.url.split_once('@').unwrap().1.split_once('/').unwrap().0
    }

    /// The same database, reached at another port of this machine.
    pub fn url_through(&self, port: u16) -> String {
        self.url.replace(self.address(), &format!("127.0.0.1:{port}"))
    }

    /// Ends every connection to it.
    pub async fn cut_off(&mut self) {
        self.end("TRUE").await;
    }

    /// Ends those that wait for notices.
    pub async fn cut_off_listeners(&mut self) {
        self.end("query LIKE 'LISTEN%'").await;
    }

    async fn end(&mut self, which: &'static str) {
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND {which}",
            self.name
        );
        self.admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }

    pub async fn remove(mut self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        self.admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
}

pub fn brief() -> Brief {
    let request = CreateGeneration { prompt: PROMPT.into(), seed: Some(7), ..CreateGeneration::default() };
    request.validate(7).unwrap()
}

/// The session named in an access token; JSON answers leave it out.
fn session_in(access_token: &str) -> SessionId {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let claims = BASE64_URL_SAFE_NO_PAD.decode(access_token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["sid"].as_str().unwrap().parse().unwrap()
}

/// Sends the request; the answer must have this status and the error schema.
#[track_caller]
pub fn refused(request: RequestBuilder, status: StatusCode) -> impl Future<Output = ErrorDetail> {
    let caller = std::panic::Location::caller();
    async move {
        let response = request.send().await.unwrap();
        let (found, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        assert_eq!(found, status, "{caller}: {text}");
        let body: ErrorBody =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{caller}: {error}: {text}"));
        assert_eq!(headers[header::CONTENT_TYPE], "application/json", "{caller}");
        body.error
    }
}

pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

/// The `name=value` parts and the whole lines of all cookies that a response sets.
pub fn set_cookies(response: &Response) -> Vec<String> {
    response.headers().get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap().to_owned()).collect()
}

/// A form as a browser posts it before the page's script is there.
pub fn form(server: &Server, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    server
        .request(Method::POST, path)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("referer", format!("{}/login", server.base))
        .body(body)
}

/// A `Cookie` header that holds what a response set.
pub fn cookie_jar(response: &Response) -> String {
    let pairs: Vec<_> =
        set_cookies(response).iter().map(|line| line.split(';').next().unwrap().to_owned()).collect();
    pairs.join("; ")
}
