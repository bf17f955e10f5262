//! What `cargo xtask bench load` runs: how fast the queue hands jobs out, and how quick a page is while
//! videos are made and many follow them; each beside what the machine does with nothing of ours in the way.
//!
//! ```text
//! load [postgres://...]      the database must be empty, and is left full
//! ```

use std::{
    collections::HashSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use admint_domain::{AspectRatio, CreateGeneration, Frames, SignedIn, UserId, Username};
use admint_store::{Completed, Store};
use anyhow::{Context, Result, ensure};
use axum::{Router, routing::get};
use futures::StreamExt;
use reqwest::Client;
use serde_json::json;
use server::{build_router, config::Config, wiring};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

const JOBS: usize = 1_000;
const USERS: usize = 20;
const WORKERS: usize = 4;
const LEASE: Duration = Duration::from_secs(30);
const STREAMS: usize = 200;
const RENDERS: usize = 4;
const REQUESTS: usize = 400;
/// Asked for at a time.
const READERS: usize = 4;

#[tokio::main]
async fn main() -> Result<()> {
    println!("{JOBS} jobs of {USERS} users, {WORKERS} workers that only claim and complete");
    println!(
        "{:<12} {:>10} {:>12} {:>12} {:>6} {:>8}",
        "", "claims/s", "claim p50", "claim p99", "lost", "doubled"
    );
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}?mode=rwc", folder.path().join("queue.db").display());
    queue("SQLite", &sqlite).await?;
    if let Some(postgres) = std::env::args().nth(1) {
        queue("PostgreSQL", &postgres).await?;
    }
    pages().await
}

async fn queue(name: &str, url: &str) -> Result<()> {
    let store = Store::connect(url).await?;
    store.migrate().await?;
    store.set_jobs_per_user(JOBS as u32).await?;
    let brief = CreateGeneration { prompt: "A job that does nothing".into(), ..CreateGeneration::default() };
    let brief = brief.validate(7)?;
    let mut wanted = HashSet::new();
    for index in 0..USERS {
        let user = user(&store, &format!("user-{index}")).await?;
        for _ in 0..JOBS / USERS {
            wanted.insert(store.create_generation(user, &brief).await?);
        }
    }
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let store = store.clone();
        workers.spawn(async move {
            let mut taken = Vec::new();
            loop {
                let asked = Instant::now();
                let Some(lease) = store.claim_job(&format!("worker {worker}"), LEASE).await? else { break };
                taken.push((lease.generation, asked.elapsed()));
                let completed = Completed { duration: Frames(1), left_out: Vec::new() };
                store.complete(&lease, completed).await?;
            }
            anyhow::Ok(taken)
        });
    }
    let mut taken = Vec::new();
    while let Some(worker) = workers.join_next().await {
        taken.extend(worker??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let ids: HashSet<_> = taken.iter().map(|(id, _)| *id).collect();
    let claims = Times::of(taken.iter().map(|(_, time)| *time));
    println!(
        "{name:<12} {:>10.0} {:>9.1} ms {:>9.1} ms {:>6} {:>8}",
        taken.len() as f64 / seconds,
        claims.at(0.5),
        claims.at(0.99),
        wanted.difference(&ids).count(),
        taken.len() - ids.len(),
    );
    Ok(store.close().await?)
}

async fn user(store: &Store, name: &str) -> Result<UserId> {
    Ok(store.create_user(&Username::parse(name)?, "!", None).await?.id)
}

async fn pages() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let config = Config { data_dir: folder.path().join("data"), workers: RENDERS, ..Config::default() };
    let rooms = wiring::open(&config).await?;
    if let Err(reason) = &rooms.ffmpeg {
        anyhow::bail!("videos cannot be made: {reason}");
    }
    let shutdown = CancellationToken::new();
    let state = wiring::state(config, &rooms, shutdown.clone())?;
    let base = serve(build_router(state)).await?;
    let bare = serve(Router::new().route("/", get(|| async { "hello" }))).await?;

    let client = Client::builder().no_proxy().build()?;
    let account = json!({ "username": "ann", "password": "correct horse battery" });
    let answer = client.post(format!("{base}/api/auth/register")).json(&account).send().await?;
    let signed_in: SignedIn = answer.error_for_status()?.json().await?;
    let token = signed_in.access_token;
    let gallery = format!("{base}/gallery");

    println!("\n{REQUESTS} requests, {READERS} at a time     p50        p99        most");
    row("bare axum handler, idle", &ask(&client, &format!("{bare}/"), &token).await?);
    row("gallery page, idle", &ask(&client, &gallery, &token).await?);

    let mut ids = Vec::new();
    for index in 0..RENDERS {
        let request = CreateGeneration {
            prompt: format!("Cold brew coffee number {index} for people who start early"),
            aspect_ratio: Some(AspectRatio::Portrait9x16),
            duration_seconds: Some(30),
            ..CreateGeneration::default()
        };
        ids.push(rooms.store.create_generation(signed_in.user.id, &request.validate(7)?).await?);
    }
    let mut streams = JoinSet::new();
    for index in 0..STREAMS {
        let url = format!("{base}/api/generations/{}/events", ids[index % RENDERS]);
        let request = client.get(url).bearer_auth(&token);
        streams.spawn(async move {
            let mut events = request.send().await?.error_for_status()?.bytes_stream();
            let mut bytes = 0;
            while let Some(part) = events.next().await {
                bytes += part?.len();
            }
            anyhow::Ok(bytes)
        });
    }
    let working = tokio::spawn(rooms.pipeline.clone().run_workers(RENDERS, shutdown.clone()));
    // All at work, and every stream open.
    while rooms.store.queue_summary().await?.running < RENDERS as u64 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let what = format!("with {RENDERS} renders, {STREAMS} streams");
    let busy_bare = ask(&client, &format!("{bare}/"), &token).await?;
    let busy_page = ask(&client, &gallery, &token).await?;
    ensure!(
        rooms.store.queue_summary().await?.running == RENDERS as u64,
        "the renders were done before the pages were asked for"
    );
    row(&format!("bare axum handler, {what}"), &busy_bare);
    row(&format!("gallery page, {what}"), &busy_page);
    let p99 = busy_page.at(0.99);
    println!(
        "\n{}  a page's p99 is {p99:.0} ms while {RENDERS} videos are made (target: under 250 ms)",
        if p99 < 250.0 { "met   " } else { "MISSED" }
    );
    ensure!(streams.try_join_next().is_none(), "a stream ended early");
    shutdown.cancel();
    working.await.context("a worker ended")?;
    streams.shutdown().await;
    Ok(rooms.store.close().await?)
}

async fn serve(router: Router) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, service).await {
            eprintln!("the server ended: {error}");
        }
    });
    Ok(base)
}

async fn ask(client: &Client, url: &str, token: &str) -> Result<Times> {
    let times = futures::stream::iter(0..REQUESTS)
        .map(|_| async {
            let asked = Instant::now();
            let answer = client.get(url).bearer_auth(token).send().await?.error_for_status()?;
            answer.bytes().await?;
            anyhow::Ok(asked.elapsed())
        })
        .buffer_unordered(READERS);
    let times: Vec<Result<Duration>> = times.collect().await;
    Ok(Times::of(times.into_iter().collect::<Result<Vec<_>>>()?))
}

fn row(name: &str, times: &Times) {
    println!("{name:<52} {:>7.1} ms {:>7.1} ms {:>7.1} ms", times.at(0.5), times.at(0.99), times.at(1.0));
}

/// Milliseconds, sorted.
struct Times(Vec<f64>);

impl Times {
    fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The time that `part` of all stayed within.
    fn at(&self, part: f64) -> f64 {
        let index = ((self.0.len() as f64 * part).ceil() as usize).clamp(1, self.0.len().max(1)) - 1;
        self.0.get(index).copied().unwrap_or_default()
    }
}
