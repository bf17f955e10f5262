//! How fast and how lean: a whole ad beside the floor, and the weight of the browser's bundle.
//!
//! The floor is one plain ffmpeg command that decodes the finished ad and encodes it again with the
//! same settings: what any program must spend on that many frames. Runs of ad and floor alternate, so
//! that whatever else the machine does hits both. Then one short ad in each art direction, for what a drawn
//! frame costs in it.

mod web;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Flavour};
use crate::postgres::Cluster;
use crate::process::{self, step};
use crate::process_tree::{self, Usage};
use crate::server::{self, Profile};
use crate::setup;
use crate::workspace::Workspace;

const PROMPT: &str = "Cold brew coffee that stays smooth all day, for people who start early and finish late";
const RUNS: usize = 3;
/// As `admint render --help` lists them.
pub const DIRECTIONS: [&str; 9] =
    ["block", "glass", "paper", "night", "rays", "hills", "print", "dash", "clean"];
/// Seconds that the timed ad plays.
const LENGTH: f64 = 15.0;
/// Of making it, on two cores.
const SECONDS_TARGET: f64 = 10.0;
const MEMORY_TARGET_MEBIBYTES: f64 = 800.0;
const BUNDLE_TARGET_KIBIBYTES: f64 = 300.0;

/// The final encode's settings for what `admint` does not tell: picture, sound, container.
const PICTURE: &[&str] = &["-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-pix_fmt", "yuv420p"];
const SOUND: &[&str] = &["-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2"];
const CONTAINER: &[&str] = &["-movflags", "+faststart"];

pub fn bench(workspace: &Workspace) -> Result<()> {
    setup::for_server(workspace)?;
    let manifest = bundle::build(workspace, Flavour::Small)?;
    let admint = server::build(workspace, Profile::Release)?;
    let folder = workspace.target.join("xtask/bench");
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder)?;

    let (mut ads, mut floors) = (Vec::new(), Vec::new());
    let (mut frames, mut encoder) = (0, Vec::new());
    for run in 1..=RUNS {
        step(format!("Run {run} of {RUNS}: a 15 s ad, then the floor"));
        let ad = folder.join(format!("ad-{run}.mp4"));
        let (usage, report) = make_ad(&admint, &folder, &ad, &["--duration", "15"])?;
        ads.push(usage);
        frames = count_frames(&ad)?;
        encoder = encoder_arguments(&report);
        floors.push(encode_again(&ad, &encoder, &folder.join("floor.mp4"))?);
    }

    let mut drawn = Vec::new();
    for direction in DIRECTIONS {
        step(format!("A 9 s ad in the art direction {direction}"));
        let ad = folder.join(format!("{direction}.mp4"));
        let arguments = ["--duration", "9", "--art-direction", direction];
        let (_, report) = make_ad(&admint, &folder, &ad, &arguments)?;
        drawn.push((direction, milliseconds_a_frame(&report)?));
    }

    println!("\n{}\n", description(&folder.join(format!("ad-{RUNS}.mp4")))?);
    print!("{}", table(&median(ads), &median(floors), frames));
    println!("\nfloor: ffmpeg -i AD {} OUT", encoder.join(" "));
    println!("\nms a frame of 1080x1920, drawn and encoded:");
    for (direction, milliseconds) in drawn {
        println!("{direction:<12} {milliseconds:>9.1}");
    }
    let (raw, brotli) = bundle::total(&manifest);
    print!("\n{}", bundle_lines(raw, brotli));
    Ok(())
}

/// What else can be timed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum What {
    Load,
    Clips,
    Web,
}

pub use web::web;

/// Runs `crates/pipeline/examples/side_by_side.rs`, which tells what it times. Fails if the target was missed.
pub fn clips(workspace: &Workspace) -> Result<()> {
    setup::for_tests(workspace)?;
    step("An ad of five clips that a vendor takes its time for");
    process::run(
        process::cargo()
            .args([
                "run",
                "--quiet",
                "--release",
                "--package",
                "admint-pipeline",
                "--example",
                "side_by_side",
            ])
            .current_dir(&workspace.root),
    )
}

/// Runs `server/examples/load.rs`, which tells what it times, on SQLite and on a PostgreSQL of its own. Fails
/// with the targets that were missed.
pub fn load(workspace: &Workspace) -> Result<()> {
    setup::for_tests(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    step("Building the load");
    process::run(
        process::cargo()
            .args(["build", "--release", "--package", "server", "--example", "load"])
            .env_remove("LEPTOS_OUTPUT_NAME")
            .current_dir(&workspace.root),
    )?;
    let cluster = Cluster::start()?;
    let mut load = Command::new(workspace.target.join("release/examples/load"));
    let mut load = load
        .arg(cluster.url())
        .current_dir(&workspace.root)
        .stderr(Stdio::piped())
        .spawn()
        .context("starting the load")?;
    let mut said = String::new();
    std::io::Read::read_to_string(load.stderr.as_mut().context("what the load says")?, &mut said)?;
    let status = load.wait()?;
    if !status.success() {
        bail!("the load ended with {status}: {}", said.trim());
    }
    Ok(())
}

/// The time in which the film was drawn and encoded, over its frames.
fn milliseconds_a_frame(report: &str) -> Result<f64> {
    let report: serde_json::Value = serde_json::from_str(report.trim()).context("reading the ad's report")?;
    let seconds = report["stage_seconds"]["clips"].as_f64().context("the report has no time for clips")?;
    let frames = report["frame_count"].as_f64().context("the report has no frames")?;
    Ok(seconds * 1000.0 / frames)
}

fn make_ad(admint: &Path, folder: &Path, ad: &Path, arguments: &[&str]) -> Result<(Usage, String)> {
    // A folder of its own for each ad: nothing may come from a cache.
    let data = ad.with_extension("data");
    let report = ad.with_extension("json");
    let mut command = Command::new(admint);
    command
        .args(["render", PROMPT, "--seed", "7", "--json"])
        .args(arguments)
        .arg("--out")
        .arg(ad)
        .env("ADMINT_DATA_DIR", &data)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&report)?)
        .stderr(std::fs::File::create(ad.with_extension("log"))?);
    let usage = process_tree::measure(&mut command).with_context(|| {
        let log = std::fs::read_to_string(ad.with_extension("log")).unwrap_or_default();
        format!("making the ad: {}", log.trim().lines().last().unwrap_or("no word of why"))
    })?;
    std::fs::remove_dir_all(&data).ok();
    Ok((usage, std::fs::read_to_string(&report)?))
}

fn encode_again(ad: &Path, encoder: &[String], out: &Path) -> Result<Usage> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y", "-i"]).arg(ad).args(encoder).arg(out);
    process_tree::measure(&mut command)
}

/// `encoder_args` of the report, which is one JSON object, or the last line is. What they leave open is
/// filled in, so that the floor encodes all that the ad has.
fn encoder_arguments(report: &str) -> Vec<String> {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text.trim()).ok();
    let report = parse(report).or_else(|| parse(report.trim().lines().last()?));
    let told = report.as_ref().and_then(|report| report.get("encoder_args")?.as_array());
    let mut words: Vec<String> =
        told.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect();
    for part in [PICTURE, SOUND, CONTAINER] {
        if !words.iter().any(|word| word == part[0]) {
            words.extend(part.iter().map(|word| word.to_string()));
        }
    }
    words
}

fn count_frames(video: &Path) -> Result<u64> {
    let text = ffprobe(
        video,
        &["-select_streams", "v:0", "-count_packets", "-show_entries", "stream=nb_read_packets"],
    )?;
    text.trim().trim_end_matches(',').parse().with_context(|| format!("ffprobe counted `{text}` frames"))
}

fn description(video: &PathBuf) -> Result<String> {
    let stream = ffprobe(
        video,
        &["-select_streams", "v:0", "-show_entries", "stream=codec_name,width,height,r_frame_rate,duration"],
    )?;
    let bytes = std::fs::metadata(video)?.len();
    Ok(format!("the ad: {} ({:.1} MiB)", stream.trim().replace(',', " "), bytes as f64 / f64::from(1 << 20)))
}

fn ffprobe(video: &Path, arguments: &[&str]) -> Result<String> {
    process::output(
        Command::new("ffprobe").args(["-v", "error", "-of", "csv=p=0"]).args(arguments).arg(video),
    )
}

// Each column by itself: the run in the middle for time need not be the one for memory.
fn median(mut runs: Vec<Usage>) -> Usage {
    let middle = runs.len() / 2;
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let seconds = runs[middle].seconds;
    runs.sort_by(|a, b| a.processor_seconds.total_cmp(&b.processor_seconds));
    let processor_seconds = runs[middle].processor_seconds;
    runs.sort_by_key(|run| run.peak_bytes);
    Usage { seconds, processor_seconds, peak_bytes: runs[middle].peak_bytes }
}

fn table(ad: &Usage, floor: &Usage, frames: u64) -> String {
    let mebibytes = |usage: &Usage| usage.peak_bytes as f64 / f64::from(1 << 20);
    let row = |name: &str, usage: &Usage| {
        format!(
            "{name:<12} {:>9.2} {:>10.1} {:>10.2} {:>10.0}\n",
            usage.seconds,
            frames as f64 / usage.seconds,
            usage.processor_seconds,
            mebibytes(usage)
        )
    };
    let ratio = ad.seconds / floor.seconds;
    let drawing = ad.processor_seconds - floor.processor_seconds;
    let mut text =
        format!("{:<12} {:>9} {:>10} {:>10} {:>10}\n", "", "seconds", "frames/s", "CPU s", "peak MiB");
    text += &row("the ad", ad);
    text += &row("the floor", floor);
    text += &format!("{:<12} {ratio:>8.2}x   {frames} frames, median of {RUNS} runs each\n\n", "ratio");
    text += &verdict(
        &format!("the ad takes {:.1} s, {:.2} of the time it plays", ad.seconds, ad.seconds / LENGTH),
        ad.seconds <= SECONDS_TARGET,
        "10 s or less on two cores",
    );
    text += &verdict(
        &format!(
            "all but the floor's work takes {drawing:.1} CPU s, the floor's {:.1}",
            floor.processor_seconds
        ),
        drawing <= floor.processor_seconds,
        "drawing is no slower than encoding",
    );
    let peak = mebibytes(ad);
    text += &verdict(&format!("peak memory {peak:.0} MiB"), peak < MEMORY_TARGET_MEBIBYTES, "under 800 MiB");
    text
}

fn bundle_lines(raw: usize, brotli: usize) -> String {
    let kibibytes = brotli as f64 / 1024.0;
    verdict(
        &format!("browser bundle {kibibytes:.0} KiB as brotli ({:.0} KiB plain)", raw as f64 / 1024.0),
        kibibytes < BUNDLE_TARGET_KIBIBYTES,
        "under 300 KiB",
    )
}

fn verdict(what: &str, is_met: bool, target: &str) -> String {
    format!("{}  {what} (target: {target})\n", if is_met { "met   " } else { "MISSED" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(seconds: f64, mebibytes: u64) -> Usage {
        Usage { seconds, processor_seconds: seconds * 2.0, peak_bytes: mebibytes << 20 }
    }

    #[test]
    fn the_median_is_taken_column_by_column() {
        let median = median(vec![usage(9.0, 100), usage(5.0, 300), usage(7.0, 200)]);
        assert_eq!((median.seconds, median.peak_bytes >> 20), (7.0, 200));
    }

    #[test]
    fn every_art_direction_is_timed() {
        let names = include_str!("../../crates/domain/src/art.rs");
        for direction in DIRECTIONS {
            assert!(names.contains(&format!("=> \"{direction}\"")), "{direction}");
        }
        assert!(names.contains(&format!("[Self; {}]", DIRECTIONS.len())), "as many as there are");
    }

    #[test]
    fn a_frames_cost_is_read_from_the_report() {
        let report = r#"{"stage_seconds": {"clips": 4.8}, "frame_count": 240}"#;
        assert_eq!(milliseconds_a_frame(report).unwrap(), 20.0);
        assert!(milliseconds_a_frame("{}").is_err());
    }

    #[test]
    fn says_which_target_is_missed() {
        let fine = table(&usage(9.0, 500), &usage(5.0, 300), 360);
        assert!(!fine.contains("MISSED"), "{fine}");
        let slow = table(&usage(12.0, 500), &usage(7.0, 300), 360);
        assert!(slow.contains("MISSED  the ad takes 12.0 s, 0.80 of"), "{slow}");
        let heavy = table(&usage(9.0, 500), &usage(4.0, 300), 360);
        assert!(heavy.contains("MISSED  all but the floor's work takes 10.0 CPU s"), "{heavy}");
        let fat = table(&usage(9.0, 1500), &usage(5.0, 300), 360);
        assert!(fat.contains("MISSED  peak memory 1500 MiB"), "{fat}");
    }

    #[test]
    fn the_reports_own_settings_are_used() {
        let report = "{\"encoder_args\": [\"-c:v\", \"libx264\", \"-crf\", \"18\"]}";
        let words = encoder_arguments(report);
        assert_eq!(&words[..4], ["-c:v", "libx264", "-crf", "18"]);
        assert_eq!(words.iter().filter(|word| *word == "-c:v").count(), 1);
        assert!(words.contains(&"-c:a".to_owned()) && words.contains(&"-movflags".to_owned()));
        assert_eq!(encoder_arguments(&format!("a line before\n{report}\n")), words);
        assert_eq!(encoder_arguments("{}")[..2], ["-c:v", "libx264"]);
    }
}
