//! What `cargo xtask bench load` runs: how fast the queue hands jobs out, and how quick a page is while
//! videos are made and many follow them; each beside what the machine does with nothing of ours in the way.
//! Fails, and says which, if a target is missed.
//!
//! ```text
//! load [postgres://...]      the database must be empty, and is left full
//! load claim DATABASE-URL    one of the processes that the first starts: claims when it is told to
//! ```

mod measure;

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use admint_domain::{AspectRatio, CreateGeneration, Frames, GenerationId, SignedIn, UserId, Username};
use admint_store::{Completed, Store};
use anyhow::{Context, Result, anyhow, bail, ensure};
use axum::{Router, routing::get};
use futures::{StreamExt, future::try_join_all};
use reqwest::Client;
use serde_json::json;
use server::{build_router, config::Config, wiring};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::measure::{Targets, Times, machine};

const JOBS: usize = 1_000;
const USERS: usize = 20;
const WORKERS: usize = 4;
const PROCESSES: usize = 2;
const LEASE: Duration = Duration::from_secs(30);
const STREAMS: usize = 200;
const RENDERS: usize = 4;
/// How long each is asked for, and by how many, each of whom asks again at once.
const ASKED_FOR: Duration = Duration::from_secs(10);
const READERS: usize = 4;
/// When drawing and encoding have begun.
const FRAMES_COME: u8 = 31;

/// Two cores make a video in some ten seconds: this is a thousand times what they need.
const CLAIMS_A_SECOND: f64 = 100.0;
/// SQLite's second process looks every 100 ms whether the first has written.
const CLAIM_P99_MILLISECONDS: f64 = 250.0;
const PAGE_P99_MILLISECONDS: f64 = 250.0;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["claim", url] => claim(url).await,
        [] => all(None).await,
        [postgres] => all(Some(postgres)).await,
        _ => Err(anyhow!("load [postgres://...]")),
    };
    // A target that is missed is no fault of this program: no backtrace.
    done.map_or_else(
        |error| {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

async fn all(postgres: Option<&str>) -> Result<()> {
    let mut targets = Targets::default();
    println!("{}", machine());
    println!("\n{JOBS} jobs of {USERS} users, {WORKERS} workers that only claim and complete");
    println!(
        "{:<26} {:>10} {:>12} {:>12} {:>6} {:>8}",
        "", "claims/s", "claim p50", "claim p99", "lost", "doubled"
    );
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}?mode=rwc", folder.path().join("queue.db").display());
    for (name, url) in [("SQLite", Some(&*sqlite)), ("PostgreSQL", postgres)] {
        let Some(url) = url else { continue };
        queue(name, url, &mut targets).await?;
    }
    println!();
    pages(&mut targets).await?;
    println!("\n{}\n", machine());
    targets.end()
}

/// A job that was taken, and how long the claim took.
type Taken = (GenerationId, Duration);

async fn queue(name: &str, url: &str, targets: &mut Targets) -> Result<()> {
    let store = Store::connect(url).await?;
    store.migrate().await?;
    store.set_jobs_per_user(JOBS as u32).await?;

    let wanted = fill(&store, "tasks").await?;
    let begun = Instant::now();
    let workers = (0..WORKERS).map(|worker| tokio::spawn(work(store.clone(), format!("worker {worker}"))));
    let mut taken = Vec::new();
    for worker in try_join_all(workers).await? {
        taken.extend(worker?);
    }
    tell(&format!("{name}, {WORKERS} tasks"), &wanted, &taken, begun.elapsed(), targets);

    let wanted = fill(&store, "processes").await?;
    let mut processes: Vec<Child> = (0..PROCESSES).map(|_| start(url)).collect::<Result<_>>()?;
    let mut outputs = Vec::new();
    for process in &mut processes {
        let mut output = BufReader::new(process.stdout.take().context("a process's output")?);
        let mut ready = String::new();
        output.read_line(&mut ready)?;
        ensure!(ready == "ready\n", "a process says {ready:?}");
        outputs.push(output);
    }
    let begun = Instant::now();
    for process in &mut processes {
        process.stdin.take().context("a process's input")?.write_all(b"go\n")?;
    }
    // Each is read by a thread of its own: one that may not write stands still.
    let reading = outputs.into_iter().map(|output| {
        tokio::task::spawn_blocking(|| {
            output.lines().map(|line| parse(&line?)).collect::<Result<Vec<Taken>>>()
        })
    });
    let mut taken = Vec::new();
    for process in try_join_all(reading).await? {
        taken.extend(process?);
    }
    let elapsed = begun.elapsed();
    for mut process in processes {
        ensure!(process.wait()?.success(), "a process failed");
    }
    tell(&format!("{name}, {PROCESSES} processes"), &wanted, &taken, elapsed, targets);
    Ok(store.close().await?)
}

/// Queues the jobs, of users whose names begin so.
async fn fill(store: &Store, name: &str) -> Result<HashSet<GenerationId>> {
    let brief = CreateGeneration { prompt: "A job that does nothing".into(), ..CreateGeneration::default() };
    let brief = brief.validate(7)?;
    let mut wanted = HashSet::new();
    for index in 0..USERS {
        let user = user(store, &format!("{name}-{index}")).await?;
        for _ in 0..JOBS / USERS {
            wanted.insert(store.create_generation(user, &brief).await?);
        }
    }
    Ok(wanted)
}

async fn work(store: Store, worker: String) -> Result<Vec<Taken>> {
    let mut taken = Vec::new();
    loop {
        let asked = Instant::now();
        let Some(lease) = store.claim_job(&worker, LEASE).await? else { return Ok(taken) };
        taken.push((lease.generation, asked.elapsed()));
        let completed = Completed { duration: Frames(1), left_out: Vec::new() };
        store.complete(&lease, completed).await?;
    }
}

fn tell(
    name: &str,
    wanted: &HashSet<GenerationId>,
    taken: &[Taken],
    elapsed: Duration,
    targets: &mut Targets,
) {
    let ids: HashSet<_> = taken.iter().map(|(id, _)| *id).collect();
    let times = Times::of(taken.iter().map(|(_, time)| *time));
    let pace = taken.len() as f64 / elapsed.as_secs_f64();
    let (lost, doubled, p99) = (wanted.difference(&ids).count(), taken.len() - ids.len(), times.at(0.99));
    println!("{name:<26} {pace:>10.0} {:>9.1} ms {p99:>9.1} ms {lost:>6} {doubled:>8}", times.at(0.5));
    targets.check(
        format!("{name}: {lost} of {JOBS} jobs lost, {doubled} doubled"),
        lost == 0 && doubled == 0,
        "none",
    );
    targets.check(
        format!("{name}: {pace:.0} claims a second"),
        pace >= CLAIMS_A_SECOND,
        &format!("{CLAIMS_A_SECOND} or more"),
    );
    targets.check(
        format!("{name}: a claim's p99 is {p99:.1} ms"),
        p99 < CLAIM_P99_MILLISECONDS,
        &format!("under {CLAIM_P99_MILLISECONDS} ms"),
    );
}

fn start(url: &str) -> Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["claim", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting a process that claims")
}

/// Says "ready", waits for a line, and says what it had.
async fn claim(url: &str) -> Result<()> {
    let store = Store::connect(url).await?;
    println!("ready");
    std::io::stdin().read_line(&mut String::new())?;
    let name = std::process::id();
    let workers =
        (0..WORKERS / PROCESSES).map(|worker| tokio::spawn(work(store.clone(), format!("{name}-{worker}"))));
    for worker in try_join_all(workers).await? {
        for (id, time) in worker? {
            println!("{id} {}", time.as_micros());
        }
    }
    Ok(store.close().await?)
}

fn parse(line: &str) -> Result<Taken> {
    let (id, time) = line.split_once(' ').context("a job and its time")?;
    Ok((id.parse()?, Duration::from_micros(time.parse()?)))
}

async fn user(store: &Store, name: &str) -> Result<UserId> {
    Ok(store.create_user(&Username::parse(name)?, "!", None).await?.id)
}

async fn pages(targets: &mut Targets) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let config = Config { data_dir: folder.path().join("data"), workers: RENDERS, ..Config::default() };
    let rooms = wiring::open(&config).await?;
    if let Err(reason) = &rooms.ffmpeg {
        bail!("videos cannot be made: {reason}");
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

    println!(
        "{:<50} {:>9} {:>10} {:>10} {:>10}",
        format!("{READERS} ask for {} s", ASKED_FOR.as_secs()),
        "answers",
        "p50",
        "p99",
        "most"
    );
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
        let answer = client.get(url).bearer_auth(&token).send().await?.error_for_status()?;
        streams.spawn(async move {
            let mut events = answer.bytes_stream();
            let mut bytes = 0;
            while let Some(part) = events.next().await {
                bytes += part?.len();
            }
            anyhow::Ok(bytes)
        });
    }
    let working = tokio::spawn(rooms.pipeline.clone().run_workers(RENDERS, shutdown.clone()));
    // All at work, and beyond what is quick.
    for id in &ids {
        let view = || rooms.store.generation_view(signed_in.user.id, *id);
        while view().await?.context("the video is there")?.progress < FRAMES_COME {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
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
    targets.check(
        format!("a page's p99 is {p99:.0} ms while {RENDERS} videos are made and {STREAMS} follow them"),
        p99 < PAGE_P99_MILLISECONDS,
        &format!("under {PAGE_P99_MILLISECONDS} ms"),
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
    let until = Instant::now() + ASKED_FOR;
    let reader = || async {
        let mut times = Vec::new();
        while Instant::now() < until {
            let asked = Instant::now();
            let answer = client.get(url).bearer_auth(token).send().await?.error_for_status()?;
            answer.bytes().await?;
            times.push(asked.elapsed());
        }
        anyhow::Ok(times)
    };
    Ok(Times::of(try_join_all((0..READERS).map(|_| reader())).await?.into_iter().flatten()))
}

fn row(name: &str, times: &Times) {
    let [middle, p99, most] = [0.5, 0.99, 1.0].map(|part| times.at(part));
    println!("{name:<50} {:>9} {middle:>7.1} ms {p99:>7.1} ms {most:>7.1} ms", times.count());
}
