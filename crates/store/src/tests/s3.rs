//! An S3 service over HTTP, with a bucket in a folder, and the faults of a bad day.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

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

pub struct S3 {
    folder: tempfile::TempDir,
    endpoint: String,
    days: Arc<Days>,
}

/// What is to happen, and what has.
#[derive(Default)]
struct Days {
    failures: AtomicU32,
    asked: AtomicU32,
    fetched: AtomicU32,
}

impl S3 {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single("tester", "not a secret"));
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
                        if days.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
                            let mut answer = http::Response::new(s3s::Body::from(String::from(
                                "<Error><Code>InternalError</Code><Message>We encountered an internal \
                                 error. Please try again.</Message></Error>",
                            )));
                            *answer.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                            return Ok(answer);
                        }
                        Service::call(&service, request).await
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
            access_key: Some(("tester".into(), "not a secret".into())),
            cache_bytes: 1 << 30,
        }
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
        self.folder.path().join(BUCKET).join("some/where").join(key)
    }
}
