//! Times the way of an ad through ffmpeg on synthetic 1080x1920 frames, beside the floor: one plain
//! decode and encode of the finished picture at the same settings. Run it with `--release`.
//!
//! Drawing is kept as cheap as it gets, so what shows is the cost of this crate's settings.

use std::{
    error::Error,
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use admint_domain::{Frames, Resolution};
use admint_media::{
    ClipInput, ClipSource, Drawing, FINAL_ENCODER_ARGS, Ffmpeg, OverlayInput, RenderPlan, probe, render_video,
};
use admint_timeline::{Grade, TransitionStyle};
use tokio_util::sync::CancellationToken;

const PICTURE: Resolution = Resolution { width: 1080, height: 1920 };
const WORDS: Resolution = Resolution { width: 920, height: 360 };
const SCENES: u32 = 4;
const FADE: Frames = Frames(12);
const SECONDS: u32 = 15;
const OVERLAYS: u32 = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // With a folder named, what was made stays there to be looked at.
    if let Some(folder) = std::env::args_os().nth(1) {
        fs::create_dir_all(&folder)?;
        return measure(Path::new(&folder)).await;
    }
    let folder = std::env::temp_dir().join(format!("render-speed-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder).await;
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path) -> Result<(), Box<dyn Error>> {
    let ffmpeg = Ffmpeg::discover()?;
    println!("{}", ffmpeg.version().await?);
    let memory = Memory::watch();
    let total = Frames::from_seconds(SECONDS);
    let scene_length = Frames((total.0 + (SCENES - 1) * FADE.0) / SCENES);

    let clips = (0..SCENES).map(|scene| {
        let draw = move |at: Frames, rgba: &mut [u8]| draw_scene(scene, at, rgba);
        ClipInput {
            source: ClipSource::Drawn(Drawing::new(format!("scene {scene}"), draw)),
            source_in: Frames::ZERO,
            length: scene_length,
            overlap: if scene == 0 { Frames::ZERO } else { FADE },
            style: TransitionStyle::Dissolve,
        }
    });
    let overlays = (0..OVERLAYS).map(|index| OverlayInput {
        drawing: Drawing::new("words", draw_words),
        size: WORDS,
        x: 80,
        y: if index % 2 == 0 { 300 } else { 1200 },
        start: Frames(index * 40),
        length: Frames(60),
    });
    let plan = RenderPlan {
        resolution: PICTURE,
        clips: clips.collect(),
        overlays: overlays.collect(),
        grade: Grade { contrast: 40, saturation: 60, brightness: 0, temperature: 100 },
    };
    let finished = folder.join("ad.mp4");
    let rendering = Stopwatch::start("draw, join and encode");
    render_video(&ffmpeg, &plan, &finished, Arc::new(|_| {}), &CancellationToken::new()).await?;
    let ours = rendering.stop(memory.peak());

    let plain = Stopwatch::start("floor: decode and encode");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(&finished)
        .args(FINAL_ENCODER_ARGS)
        .arg(folder.join("floor.mp4"))
        .status()?;
    let floor = plain.stop(memory.peak());
    if !status.success() {
        return Err("the floor's ffmpeg failed".into());
    }
    let size = |path: &Path| fs::metadata(path).map(|file| file.len() as f64 / 1e6);
    println!(
        "{:>8.1} MB  finished, {} frames",
        size(&finished)?,
        probe(&ffmpeg, &finished).await?.frame_count
    );
    println!(
        "{:>8.2} times the floor, {:.1} frames per second",
        ours.as_secs_f64() / floor.as_secs_f64(),
        f64::from(plan.total().0) / ours.as_secs_f64()
    );
    Ok(())
}

/// A gradient that drifts, with a disc crossing it.
fn draw_scene(scene: u32, at: Frames, rgba: &mut [u8]) {
    let time = at.0 as f32 / 24.0;
    let width = PICTURE.width as usize;
    let (centre_x, centre_y) = (540.0 + 400.0 * (time * 1.3).sin(), 960.0 + 600.0 * (time * 0.9).cos());
    for (y, row) in rgba.chunks_exact_mut(width * 4).enumerate() {
        let y = y as f32;
        let base = [y * 0.1 + 10.0 * time, 90.0 + scene as f32 * 30.0, 220.0 - y * 0.08];
        let depth = 90_000.0 - (y - centre_y) * (y - centre_y);
        let half = if depth > 0.0 { depth.sqrt() } else { 0.0 };
        for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let inside = (x as f32 - centre_x).abs() < half;
            let shade = x as f32 * 0.05;
            *pixel = if inside {
                [250, 200, 60, 255]
            } else {
                [(base[0] + shade) as u8, (base[1] + shade) as u8, base[2] as u8, 255]
            };
        }
    }
}

/// Bars like letters, that rise in and stand.
fn draw_words(at: Frames, rgba: &mut [u8]) {
    let width = WORDS.width as usize;
    let rise = 40_usize.saturating_sub(4 * at.0 as usize);
    for (y, row) in rgba.chunks_exact_mut(width * 4).enumerate() {
        for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let ink = (40 + rise..160 + rise).contains(&(y % 180)) && (x + y / 3) % 70 < 28;
            *pixel = if ink { [255, 244, 220, 255] } else { [0; 4] };
        }
    }
}

struct Stopwatch {
    label: &'static str,
    started: Instant,
    processor: f64,
}

impl Stopwatch {
    fn start(label: &'static str) -> Self {
        Self { label, started: Instant::now(), processor: processor_seconds() }
    }

    fn stop(self, peak_kilobytes: u64) -> Duration {
        let elapsed = self.started.elapsed();
        println!(
            "{:<26} {:>6.2} s  {:>6.2} s of processor  {:>5} MB at most so far",
            self.label,
            elapsed.as_secs_f64(),
            processor_seconds() - self.processor,
            peak_kilobytes / 1024
        );
        elapsed
    }
}

/// Of this process and all children that have ended. Zero where there is no `/proc`.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split_whitespace();
    // utime, stime, cutime, cstime, in hundredths of a second.
    fields.skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Watches how much memory this process and its children hold together.
struct Memory {
    peak_kilobytes: Arc<AtomicU64>,
    done: Arc<AtomicBool>,
}

impl Memory {
    fn watch() -> Self {
        let memory = Self { peak_kilobytes: Arc::default(), done: Arc::default() };
        let (peak, done) = (Arc::clone(&memory.peak_kilobytes), Arc::clone(&memory.done));
        thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(tree_kilobytes(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            }
        });
        memory
    }

    fn peak(&self) -> u64 {
        self.peak_kilobytes.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

fn tree_kilobytes() -> u64 {
    let mut kilobytes = resident_kilobytes("self");
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    for thread in threads {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        kilobytes += children.split_whitespace().map(resident_kilobytes).sum::<u64>();
    }
    kilobytes
}

fn resident_kilobytes(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
