//! An S3 service over HTTP, with a bucket in a folder, and the faults of a bad day.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::service::{Service, service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

use crate::BucketConfig;

pub const BUCKET: &str = "ads";
const KEY: (&str, &str) = ("tester", "not a secret");

pub struct S3 {
    folder: tempfile::TempDir,
    endpoint: String,
    days: Arc<Days>,
}

/// What is to happen, and what has.
#[derive(Default)]
struct Days {
    failures: AtomicU32,
    /// A part of the paths that are answered with 500.
    down: Mutex<Option<String>>,
    /// Before each answer, and before each piece of it.
    pause: Mutex<Duration>,
    asked: AtomicU32,
    fetched: AtomicU32,
}

impl S3 {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
        let service = builder.build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let days = Arc::<Days>::default();
        let told = days.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let (service, days) = (service.clone(), told.clone());
                let answer = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let (service, days) = (service.clone(), days.clone());
                    async move {
                        days.asked.fetch_add(1, Ordering::SeqCst);
                        if request.method() == http::Method::GET {
                            days.fetched.fetch_add(1, Ordering::SeqCst);
                        }
                        let fails = |left: u32| left.checked_sub(1);
                        let pause = *days.pause.lock().unwrap();
                        tokio::time::sleep(pause).await;
                        let path = request.uri().path();
                        let is_down =
                            days.down.lock().unwrap().as_ref().is_some_and(|down| path.contains(down));
                        if is_down
                            || days.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok()
                        {
                            let mut answer = http::Response::new(s3s::Body::from(String::from(
                                "<Error><Code>InternalError</Code><Message>We encountered an internal \
                                 error. Please try again.</Message></Error>",
                            )));
                            *answer.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                            return Ok(answer);
                        }
                        match Service::call(&service, request).await {
                            Ok(answer) if !pause.is_zero() => Ok(dripping(answer, pause).await),
                            other => other,
                        }
                    }
                });
                // A connection that breaks is its client's to notice.
                let connection = async move {
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(socket), answer)
                        .await;
                };
                tokio::spawn(connection);
            }
        });
        Self { folder, endpoint, days }
    }

    pub fn config(&self) -> BucketConfig {
        BucketConfig {
            bucket: BUCKET.into(),
            prefix: "some/where".into(),
            endpoint: Some(self.endpoint.clone()),
            region: None,
            access_key: Some((KEY.0.into(), KEY.1.into())),
            cache_bytes: 1 << 30,
            patience: BucketConfig::PATIENCE,
        }
    }

    /// Where it is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Id and secret of the one who may ask.
    pub fn key(&self) -> (&'static str, &'static str) {
        KEY
    }

    /// Requests for a path that holds this are answered with 500; with none, none are.
    pub fn break_down(&self, at: Option<&str>) {
        *self.days.down.lock().unwrap() = at.map(str::to_owned);
    }

    /// Each answer takes so long to begin, and each of the eight pieces in which it then comes as long again.
    pub fn slow_down(&self, pause: Duration) {
        *self.days.pause.lock().unwrap() = pause;
    }

    /// The next so many requests are answered with 500.
    pub fn fail_next(&self, requests: u32) {
        self.days.failures.store(requests, Ordering::SeqCst);
    }

    /// How many requests there were.
    pub fn asked(&self) -> u32 {
        self.days.asked.load(Ordering::SeqCst)
    }

    /// How many of them asked for content.
    pub fn fetched(&self) -> u32 {
        self.days.fetched.load(Ordering::SeqCst)
    }

    /// The service's own file.
    pub fn path(&self, key: &str) -> std::path::PathBuf {
        self.file(&format!("some/where/{key}"))
    }

    /// The same without the prefix.
    pub fn file(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(BUCKET).join(path)
    }
}

/// The same answer, piece by piece.
async fn dripping(answer: http::Response<s3s::Body>, pause: Duration) -> http::Response<s3s::Body> {
    let (head, body) = answer.into_parts();
    let whole = body.collect().await.unwrap().to_bytes();
    let piece = whole.len().div_ceil(8).max(1);
    let pieces: Vec<_> =
        (0..whole.len()).step_by(piece).map(|at| whole.slice(at..whole.len().min(at + piece))).collect();
    let drops = stream::unfold(pieces.into_iter(), move |mut pieces| async move {
        let piece = pieces.next()?;
        tokio::time::sleep(pause).await;
        Some((Ok::<_, std::io::Error>(Frame::data(piece)), pieces))
    });
    http::Response::from_parts(head, s3s::Body::http_body_unsync(StreamBody::new(drops)))
}
