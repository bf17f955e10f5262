//! How much memory a large file takes on its way through an adapter: a few pieces of it. In a process of its own, for
//! the peak is the whole process's.

use std::{convert::Infallible, sync::Arc};

use admint_providers::{
    Catalogue, Limits, Operation, Pictures, ProviderError, Replicate, ReplicateAccess, VideoModel,
    VideoOutput,
};
use async_trait::async_trait;
use axum::{
    Json, Router,
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{StreamExt, stream};
use serde_json::json;

const FILE: u64 = 500 << 20;
const PIECE: usize = 1 << 20;
const MOST_GROWTH: u64 = 64 << 20;

struct NoPictures;

#[async_trait]
impl Pictures for NoPictures {
    async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::MissingPicture { key: key.into(), reason: "there are none".into() })
    }
}

/// The most memory that this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() << 10
}

async fn file() -> Response {
    let piece = Bytes::from(vec![7; PIECE]);
    let pieces = (0..FILE / PIECE as u64).map(move |_| Ok::<_, Infallible>(piece.clone()));
    let headers = [(header::CONTENT_LENGTH, FILE.to_string()), (header::CONTENT_TYPE, "video/mp4".into())];
    (headers, Body::from_stream(stream::iter(pieces))).into_response()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_500_mb_passes_in_pieces() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let output = format!("{base}/file.mp4");
    let router = Router::new().route("/file.mp4", get(file)).route(
        "/predictions/{id}",
        get(async move || Json(json!({ "id": "p1", "status": "succeeded", "output": output }))),
    );
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let access = ReplicateAccess { token: "r8_a-token-of-tests".into(), base };
    let model = Catalogue::embedded().model("kling-2.6").unwrap().clone();
    let model = Replicate::new(access, model, Arc::new(NoPictures), Limits::default()).unwrap();
    let handle = json!({ "prediction": "p1", "model": "kling-2.6", "seconds": 5 });
    let operation = Operation { provider: "replicate".into(), model: String::new(), handle };

    let before = peak();
    let VideoOutput::Download(mut download) = model.collect(&operation).await.unwrap() else {
        panic!("a vendor's clip is a file");
    };
    assert_eq!(download.length, Some(FILE));
    let mut got = 0;
    while let Some(chunk) = download.bytes.next().await {
        got += chunk.unwrap().len() as u64;
    }
    let grown = peak() - before;
    assert_eq!(got, FILE);
    assert!(grown < MOST_GROWTH, "{} MiB more than before", grown >> 20);
    println!("{} MiB passed, with {} MiB more at the peak", got >> 20, grown >> 20);
}
