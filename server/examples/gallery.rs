//! What `cargo xtask bench web` measures pages with: a data folder in which two people have galleries, and requests
//! at a steady pace. The folder is the setting `ADMINT_DATA_DIR`.
//!
//! ```text
//! gallery fill                 makes the galleries, and says the id of an ad that was really made
//! gallery log-in NAME          says the cookies of `few` or `many`
//! gallery load ADDRESS         times the gallery of the server that serves the folder there, beside a floor
//! gallery floor                is the floor: answers what it reads, and says where
//! ```
//!
//! The pace is kept whatever the answers do, and a time counts from the moment for which its request was planned:
//! a server that stands still is charged for everybody who came meanwhile.

mod measure;

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};

use admint_domain::{
    AspectRatio, CreateGeneration, Frames, GenerationId, GenerationStatus, LoginRequest, RegisterRequest,
    UserId,
};
use admint_store::{AssetKind, AssetRecord, Completed, EditedAd, Lease, NewAsset};
use anyhow::{Context, Result, anyhow, bail, ensure};
use axum::{Router, http::header, response::IntoResponse, routing::get};
use reqwest::Client;
use server::{
    config::Config,
    state::AppState,
    wiring::{self, Rooms},
};
use tokio::{net::TcpListener, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::measure::{Targets, Times, machine};

/// Whose gallery is measured, and how many ads are in it.
const PEOPLE: [(&str, usize); 2] = [("few", 200), ("many", 10_000)];
const PASSWORD: &str = "correct horse battery";

/// The ads that are really made. All others are theirs once more, under other prompts.
const ADS: [(&str, AspectRatio); 3] = [
    ("Cold brew coffee in a can for people who wake up before their alarm", AspectRatio::Portrait9x16),
    ("Handmade leather running shoes that last ten years, free repairs included", AspectRatio::Square),
    ("A quiet robot vacuum for families with two cats and no time", AspectRatio::Landscape16x9),
];
const SHORTEST: u32 = 9;
/// Different pictures of each ad.
const PICTURES: usize = 8;
/// As wide as an ad's own.
const PICTURE_WIDTH: u32 = 540;

const LEASE: Duration = Duration::from_secs(60);

const A_SECOND: u32 = 50;
const SECONDS: u32 = 10;
/// Floor and galleries are asked for in turn, so that whatever else the machine does hits all of them.
const ROUNDS: usize = 3;
const CARDS: usize = 24;
const P99_MILLISECONDS: f64 = 20.0;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["fill"] => fill().await,
        ["log-in", name] => log_in(name).await,
        ["load", address] => load(address).await,
        ["floor"] => floor().await,
        _ => Err(anyhow!("gallery fill | log-in NAME | load ADDRESS | floor")),
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

/// The rooms over the folder, and the accounts in it.
async fn open() -> Result<(Rooms, AppState)> {
    let data_dir = std::env::var_os("ADMINT_DATA_DIR").context("ADMINT_DATA_DIR is not set")?;
    let config = Config { data_dir: data_dir.into(), ..Config::default() };
    let rooms = wiring::open(&config).await?;
    let state = wiring::state(config, &rooms, CancellationToken::new())?;
    Ok((rooms, state))
}

/// As whom the example logs in.
fn bench() -> admint_domain::Client {
    admint_domain::Client { address: "127.0.0.1".into(), agent: "a bench".into() }
}

async fn fill() -> Result<()> {
    let (rooms, state) = open().await?;
    let scratch = tempfile::tempdir_in(&state.config.data_dir)?;
    let mut made = None;
    let mut samples = Vec::new();
    for (name, count) in PEOPLE {
        let request =
            RegisterRequest { username: name.to_owned(), password: PASSWORD.to_owned(), email: None };
        let user = state.accounts.register(request, &bench()).await?.user.id;
        if made.is_none() {
            let ads = make_ads(&rooms, user).await?;
            for &ad in &ads {
                samples.push(sample(&rooms, user, ad, scratch.path()).await?);
            }
            made = ads.first().copied();
        }
        let there = rooms.store.profile(user).await?.map_or(0, |profile| profile.total_generations);
        for index in there as usize..count {
            copy(&rooms, user, &samples[index % samples.len()], index, scratch.path()).await?;
        }
    }
    println!("{}", made.context("no ad was made")?);
    Ok(rooms.store.close().await?)
}

/// Makes the ads as the server would.
async fn make_ads(rooms: &Rooms, user: UserId) -> Result<Vec<GenerationId>> {
    if let Err(reason) = &rooms.ffmpeg {
        bail!("videos cannot be made: {reason}");
    }
    let shutdown = CancellationToken::new();
    let working = tokio::spawn(rooms.pipeline.clone().run_workers(1, shutdown.clone()));
    let mut ads = Vec::new();
    for (prompt, aspect_ratio) in ADS {
        let request = CreateGeneration {
            prompt: prompt.to_owned(),
            aspect_ratio: Some(aspect_ratio),
            duration_seconds: Some(SHORTEST),
            ..CreateGeneration::default()
        };
        ads.push(rooms.store.create_generation(user, &request.validate(7)?).await?);
    }
    for &ad in &ads {
        loop {
            let view = rooms.store.generation_view(user, ad).await?.context("an ad is there")?;
            match view.status {
                GenerationStatus::Completed => break,
                GenerationStatus::Failed | GenerationStatus::Cancelled => {
                    bail!("an ad was not made: {}", view.error.unwrap_or_default())
                }
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
    shutdown.cancel();
    working.await.context("the worker ended")?;
    Ok(ads)
}

/// An ad of which there will be more: what it says, and small files with its pictures.
struct Sample {
    ad: EditedAd,
    video: PathBuf,
    pictures: Vec<PathBuf>,
    /// What else a page may show of it, as it was made.
    others: Vec<AssetRecord>,
}

async fn sample(rooms: &Rooms, user: UserId, id: GenerationId, folder: &Path) -> Result<Sample> {
    let ad = rooms.store.edited_ad(user, id).await?.context("an ad is there")?;
    let file = rooms.store.asset_of(user, id, AssetKind::Video).await?.context("an ad has a video")?;
    let film = rooms.assets.local(&file.key, &file.sha256).await?;
    let video = folder.join(format!("{id}.mp4"));
    ffmpeg(film.path(), &["-ss", "1", "-t", "2", "-vf", "scale=90:-2", "-an"], &video)?;
    let pictures: Vec<PathBuf> =
        (1..=PICTURES).map(|index| folder.join(format!("{id}-{index}.jpg"))).collect();
    let filter = format!("fps={PICTURES}/{SHORTEST},scale={PICTURE_WIDTH}:-2");
    let most = PICTURES.to_string();
    ffmpeg(
        film.path(),
        &["-vf", &filter, "-frames:v", &most, "-q:v", "4"],
        &folder.join(format!("{id}-%d.jpg")),
    )?;
    ensure!(pictures.iter().all(|picture| picture.is_file()), "ffmpeg made fewer pictures");
    let mut others = Vec::new();
    for kind in AssetKind::ALL {
        let is_known = matches!(kind, AssetKind::Video | AssetKind::Thumbnail | AssetKind::Stitched);
        let found = rooms.store.asset_of(user, id, kind).await?;
        others.extend(found.filter(|file| {
            let is_seen = file.content_type.starts_with("image/") || file.content_type.starts_with("video/");
            !is_known && is_seen && file.scene.is_none()
        }));
    }
    Ok(Sample { ad, video, pictures, others })
}

fn ffmpeg(from: &Path, arguments: &[&str], to: &Path) -> Result<()> {
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(from)
        .args(arguments)
        .arg(to)
        .status()
        .context("starting ffmpeg")?;
    ensure!(status.success(), "ffmpeg ended with {status}");
    Ok(())
}

/// A finished video of which only its pictures and its prompt are new.
async fn copy(rooms: &Rooms, user: UserId, sample: &Sample, index: usize, folder: &Path) -> Result<()> {
    let store = &rooms.store;
    let mut brief = sample.ad.work.brief.clone();
    let prompt = format!("Batch {index}: {}", brief.prompt.as_str());
    brief.prompt = admint_domain::Prompt::parse(&prompt)?;
    let id = store.create_generation(user, &brief).await?;
    let lease = store.claim_job("a bench", LEASE).await?.context("what was queued can be taken")?;
    ensure!(lease.generation == id, "somebody else's job is in the queue");
    store.save_spec(&lease, sample.ad.work.spec.as_ref().context("an ad has a specification")?).await?;
    store.save_plan(&lease, sample.ad.work.plan.as_ref().context("an ad has a plan")?).await?;
    let picture = &sample.pictures[index / ADS.len() % sample.pictures.len()];
    publish(rooms, &lease, AssetKind::Video, &sample.video, "video/mp4", folder).await?;
    publish(rooms, &lease, AssetKind::Thumbnail, picture, "image/jpeg", folder).await?;
    for other in &sample.others {
        let file = rooms.assets.local(&other.key, &other.sha256).await?;
        publish(rooms, &lease, other.kind, file.path(), &other.content_type, folder).await?;
    }
    let completed = Completed { duration: Frames::from_seconds(SHORTEST), left_out: Vec::new() };
    store.complete(&lease, completed).await?;
    Ok(())
}

/// Books the file under one more name: ten thousand of them take no room.
async fn publish(
    rooms: &Rooms,
    lease: &Lease,
    kind: AssetKind,
    from: &Path,
    content_type: &str,
    folder: &Path,
) -> Result<()> {
    let draft = folder.join("draft");
    std::fs::hard_link(from, &draft)?;
    let ending = content_type.rsplit('/').next().unwrap_or_default();
    let key = format!("{}/{}.{ending}", lease.generation, kind.as_str());
    let published = rooms.assets.publish(&draft, &key).await?;
    let asset = NewAsset {
        scene: None,
        kind,
        key,
        bytes: published.bytes,
        sha256: published.sha256,
        content_type: content_type.to_owned(),
        frames: Some(Frames::from_seconds(SHORTEST)),
        made_by: None,
    };
    Ok(rooms.store.add_asset(lease, asset).await.map(drop)?)
}

async fn log_in(name: &str) -> Result<()> {
    let (rooms, state) = open().await?;
    println!("{}", cookies(&state, name).await?);
    Ok(rooms.store.close().await?)
}

async fn cookies(state: &AppState, name: &str) -> Result<String> {
    let request = LoginRequest { username: name.to_owned(), password: PASSWORD.to_owned() };
    let signed_in = state.accounts.login(request, &bench()).await?;
    Ok(format!("{}={}", state.cookie_policy().access_name(), signed_in.access_token))
}

async fn load(address: &str) -> Result<()> {
    let client = Client::builder().no_proxy().build()?;
    let (rooms, state) = open().await?;
    let mut pages = Vec::new();
    let mut html = String::new();
    for (name, count) in PEOPLE {
        let page = Page {
            name: format!("gallery of {count}, {CARDS} cards"),
            url: format!("{address}/gallery"),
            cookies: cookies(&state, name).await?,
            times: Vec::new(),
        };
        let plain = client.get(&page.url).header(header::COOKIE, &page.cookies).send().await?;
        html = plain.error_for_status()?.text().await?;
        ensure!(cards(&html) == CARDS, "the gallery of `{name}` shows {} cards", cards(&html));
        pages.push(page);
    }
    rooms.store.close().await?;
    let (floor, url) = start_floor(&html)?;
    let name = "floor: such a page, from a bare handler".into();
    pages.insert(0, Page { name, url, cookies: String::new(), times: Vec::new() });

    println!("{}", machine());
    println!(
        "{A_SECOND} requests a second for {SECONDS} s, {ROUNDS} times each in turn; {} KiB",
        html.len() / 1024
    );
    println!("{:<40} {:>9} {:>10} {:>10} {:>10}", "", "answers", "p50", "p99", "most");
    for page in &pages {
        page.ask(&client, A_SECOND).await?;
    }
    for _ in 0..ROUNDS {
        for page in &mut pages {
            let times = page.ask(&client, A_SECOND * SECONDS).await?;
            page.times.extend(times);
        }
    }
    drop(floor);
    let rows: Vec<(&str, Times)> =
        pages.iter().map(|page| (page.name.as_str(), Times::of(page.times.iter().copied()))).collect();
    for (name, times) in &rows {
        let [middle, p99, most] = [0.5, 0.99, 1.0].map(|part| times.at(part));
        println!("{name:<40} {:>9} {middle:>7.1} ms {p99:>7.1} ms {most:>7.1} ms", times.count());
    }
    let floor = &rows[0].1;
    for (name, times) in &rows[1..] {
        let ratio = |part| times.at(part) / floor.at(part);
        println!("{name:<40} {:>9} {:>7.1} x  {:>7.1} x   of the floor", "", ratio(0.5), ratio(0.99));
    }
    println!("{}\n", machine());
    let mut targets = Targets::default();
    for (name, times) in &rows[1..] {
        let p99 = times.at(0.99);
        targets.check(
            format!("{name}: p99 {p99:.1} ms at {A_SECOND} requests a second"),
            p99 < P99_MILLISECONDS,
            &format!("under {P99_MILLISECONDS} ms on two cores"),
        );
    }
    targets.end()
}

/// How many videos a gallery leads to.
fn cards(html: &str) -> usize {
    let ids = html.split("href=\"/videos/").skip(1).filter_map(|rest| rest.get(..36));
    ids.filter(|id| id.parse::<GenerationId>().is_ok()).collect::<HashSet<_>>().len()
}

struct Page {
    name: String,
    url: String,
    cookies: String,
    times: Vec<Duration>,
}

impl Page {
    async fn ask(&self, client: &Client, requests: u32) -> Result<Vec<Duration>> {
        let begun = Instant::now();
        let mut under_way = JoinSet::new();
        for number in 0..requests {
            let planned = begun + Duration::from_secs(1) * number / A_SECOND;
            tokio::time::sleep_until(planned).await;
            // As a browser asks.
            let request = client
                .get(&self.url)
                .header(header::COOKIE, &self.cookies)
                .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
                .header(header::ACCEPT_ENCODING, "gzip, deflate, br, zstd");
            under_way.spawn(async move {
                request.send().await?.error_for_status()?.bytes().await?;
                anyhow::Ok(planned.elapsed())
            });
        }
        let mut times = Vec::new();
        while let Some(time) = under_way.join_next().await {
            times.push(time.context("a request ended")??);
        }
        Ok(times)
    }
}

/// A process that goes with the value.
struct Floor(Child);

impl Drop for Floor {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A server of one handler, in a process of its own as the other is.
fn start_floor(html: &str) -> Result<(Floor, String)> {
    let mut floor = Command::new(std::env::current_exe()?)
        .arg("floor")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the floor")?;
    let (input, output) = (floor.stdin.take(), floor.stdout.take());
    let floor = Floor(floor);
    input.context("what the floor reads")?.write_all(html.as_bytes())?;
    let mut url = String::new();
    BufReader::new(output.context("what the floor says")?).read_line(&mut url)?;
    Ok((floor, url.trim().to_owned()))
}

/// Answers one page, compressed as pages are.
async fn floor() -> Result<()> {
    let html = std::io::read_to_string(std::io::stdin())?;
    let answer = move || {
        let html = html.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response() }
    };
    let router = Router::new().route("/", get(answer)).layer(CompressionLayer::new());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
