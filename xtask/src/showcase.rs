//! Two dozen ads through the real pipeline, for people to look at: `docs/showcase/`.
//!
//! Every sheet shows frames of the finished file, and every figure is measured on it with ffmpeg.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::bench::DIRECTIONS;
use crate::bundle::{self, Flavour};
use crate::check::TEMPORAL;
use crate::process::{self, step};
use crate::server::{self, Profile};
use crate::setup;
use crate::workspace::Workspace;

/// Frames on a sheet.
const FRAMES: usize = 10;
/// A sheet's frames are this high, in pixels.
const HEIGHT: u32 = 288;

/// What every art direction shows on the form.
const LOOK_PROMPT: &str = "Fresh cold brew coffee for slow mornings";
/// Pixels; twice what the form shows.
const LOOK_WIDTH: usize = 180;
const LOOK_HEIGHT: usize = 224;
const WEBP_STILL: [&str; 6] = ["-frames:v", "1", "-c:v", "libwebp", "-quality", "80"];

#[derive(Deserialize)]
struct Prompts {
    #[serde(rename = "ad")]
    ads: Vec<Ad>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ad {
    /// Of its file.
    name: String,
    prompt: String,
    aspect: String,
    seed: u32,
}

/// What `admint render --json` tells.
#[derive(Deserialize)]
struct Report {
    frame_count: u32,
    duration_seconds: f64,
    framework: String,
    framework_reason: String,
    scenes: Vec<Scene>,
    elapsed_seconds: f64,
}

#[derive(Deserialize)]
struct Scene {
    role: String,
    layout: String,
    texts: Vec<String>,
    duration_seconds: f64,
}

struct Measured {
    loudness: f64,
    true_peak: f64,
    /// Of all steps from one frame to the next.
    moving: f64,
}

/// What the test that walks all laid-out words found.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Readability {
    boxes: usize,
    /// Between words and what is behind them, by WCAG 2's relative luminance.
    least_contrast: f64,
}

/// Makes every ad, or those whose names hold `only`, and writes the page when all were made.
pub fn command(workspace: &Workspace, only: Option<&str>) -> Result<()> {
    let admint = release(workspace)?;
    let readable = if only.is_none() { Some(readability(workspace)?) } else { None };
    let folder = workspace.root.join("docs/showcase");
    let text = std::fs::read_to_string(folder.join("prompts.toml"))?;
    let prompts: Prompts = toml::from_str(&text).context("parsing docs/showcase/prompts.toml")?;
    let films = workspace.target.join("xtask/showcase");
    std::fs::create_dir_all(&films)?;
    let mut made = Vec::new();
    for ad in prompts.ads.iter().filter(|ad| only.is_none_or(|part| ad.name.contains(part))) {
        step(format!("{}: {}", ad.name, ad.prompt));
        let film = films.join(format!("{}.mp4", ad.name));
        let arguments = ["--aspect", &ad.aspect, "--seed", &ad.seed.to_string()];
        let report = render(&admint, &ad.prompt, &arguments, &film)?;
        draw_sheet(&film, &report, &folder.join(format!("{}.webp", ad.name)))?;
        let measured = measure(&film, &report)?;
        println!("{}", figures(ad, &report, &measured));
        made.push((ad, report, measured));
    }
    if made.is_empty() {
        bail!("no ad of docs/showcase/prompts.toml has that in its name");
    }
    if let Some(readable) = readable {
        std::fs::write(folder.join("README.md"), page(&made, readable))?;
    }
    println!("films: {}", films.display());
    Ok(())
}

fn release(workspace: &Workspace) -> Result<PathBuf> {
    setup::for_server(workspace)?;
    bundle::ensure_folder(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    server::build(workspace, Profile::Release)
}

fn render(admint: &Path, prompt: &str, arguments: &[&str], film: &Path) -> Result<Report> {
    let mut command = Command::new(admint);
    command.args(["render", prompt, "--json"]).args(arguments).arg("--out").arg(film).stdin(Stdio::null());
    let text = process::output(&mut command)?;
    serde_json::from_str(text.trim()).with_context(|| format!("reading what `render` told of `{prompt}`"))
}

/// One product in every art direction, for the form on which people choose: a picture each, and one of all.
pub fn looks(workspace: &Workspace) -> Result<()> {
    let admint = release(workspace)?;
    let films = workspace.target.join("xtask/showcase");
    let folder = workspace.root.join("public/looks");
    std::fs::create_dir_all(&films)?;
    std::fs::create_dir_all(&folder)?;
    let mut all = Command::new("ffmpeg");
    all.args(["-v", "error", "-nostdin", "-y"]);
    for direction in DIRECTIONS {
        step(format!("The look {direction}"));
        let film = films.join(format!("look-{direction}.mp4"));
        let arguments = ["--aspect", "4:5", "--duration", "9", "--seed", "3", "--art-direction", direction];
        let report = render(&admint, LOOK_PROMPT, &arguments, &film)?;
        // Late in the second scene, the reveal: product and words stand.
        let at = report.scenes.iter().take(2).map(|scene| scene.duration_seconds).sum::<f64>() - 1.2;
        let picture = folder.join(format!("{direction}.webp"));
        let mut still = Command::new("ffmpeg");
        still.args(["-v", "error", "-nostdin", "-y", "-ss", &format!("{at:.2}"), "-i"]).arg(&film);
        still.args(["-vf", &format!("scale={LOOK_WIDTH}:{LOOK_HEIGHT}:flags=lanczos")]);
        process::output(still.args(WEBP_STILL).arg(&picture))?;
        all.arg("-i").arg(picture);
    }
    // Three by three, shrunk to the size of one.
    let places: Vec<String> = (0..DIRECTIONS.len())
        .map(|index| format!("{}_{}", index % 3 * LOOK_WIDTH, index / 3 * LOOK_HEIGHT))
        .collect();
    let filter = format!(
        "xstack=inputs={}:layout={},scale={LOOK_WIDTH}:{LOOK_HEIGHT}",
        DIRECTIONS.len(),
        places.join("|")
    );
    all.args(["-filter_complex", &filter]).args(WEBP_STILL).arg(folder.join("any.webp"));
    process::output(&mut all)?;
    Ok(())
}

/// Frames spread over the whole film, none of them within a transition's first half.
fn draw_sheet(film: &Path, report: &Report, sheet: &Path) -> Result<()> {
    let total = f64::from(report.frame_count);
    let picked: Vec<String> = (0..FRAMES)
        .map(|index| format!("eq(n,{})", ((index as f64 + 0.62) / FRAMES as f64 * total) as u32))
        .collect();
    let filter = format!(
        "select='{}',scale=-2:{HEIGHT}:flags=lanczos,tile={}x1:padding=6:color=white",
        picked.join("+"),
        FRAMES
    );
    let part = sheet.with_extension("part.webp");
    process::output(
        Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-y", "-i"])
            .arg(film)
            .args(["-vf", &filter, "-frames:v", "1", "-c:v", "libwebp", "-quality", "72"])
            .arg(&part),
    )?;
    std::fs::rename(part, sheet)?;
    Ok(())
}

fn measure(film: &Path, report: &Report) -> Result<Measured> {
    let (_, summary) = listen(film, "ebur128=peak=true", "-af")?;
    let field = |name: &str, text: &str| -> Result<f64> {
        let line = text.lines().rev().find(|line| line.trim_start().starts_with(name));
        let value = line.and_then(|line| line.split_whitespace().nth(1));
        value.and_then(|value| value.parse().ok()).with_context(|| format!("ffmpeg told no {name}"))
    };
    // The difference in luma between a frame and the one before, of 255.
    let (steps, _) = listen(film, "signalstats,metadata=print:key=lavfi.signalstats.YDIF:file=-", "-vf")?;
    let moving = steps
        .lines()
        .filter_map(|line| line.strip_prefix("lavfi.signalstats.YDIF="))
        .skip(1)
        .filter(|value| value.parse::<f64>().is_ok_and(|value| value > 0.02))
        .count();
    Ok(Measured {
        loudness: field("I:", &summary)?,
        true_peak: field("Peak:", &summary)?,
        moving: moving as f64 / f64::from(report.frame_count.max(2) - 1),
    })
}

/// What ffmpeg writes to standard output and to standard error while it plays `film` through `filter`.
fn listen(film: &Path, filter: &str, option: &str) -> Result<(String, String)> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-hide_banner", "-nostdin", "-nostats", "-i"])
        .arg(film)
        .args([option, filter, "-f", "null", "-"]);
    let output = command.output().context("could not start ffmpeg")?;
    if !output.status.success() {
        bail!("`{}` failed: {}", process::line(&command), output.status);
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((text(output.stdout), text(output.stderr)))
}

/// Runs the test and reads what it prints: `Night: 72 text boxes, least contrast 4.61`.
fn readability(workspace: &Workspace) -> Result<Readability> {
    step("Walking the text boxes of every composition, shape, art direction and length of copy");
    let said = process::output(
        process::cargo()
            .args(["nextest", "run", "--workspace", "--exclude", "frontend", "--exclude", TEMPORAL])
            .arg("--no-capture")
            .args(["-E", "package(admint-studio) and test(/scene::tests::words_can_be_read/)"])
            .current_dir(&workspace.root),
    )?;
    let readable = readable(&said).context("the test told no figures")?;
    println!("{readable:?}");
    Ok(readable)
}

fn readable(said: &str) -> Option<Readability> {
    said.lines()
        .filter_map(|line| {
            let (boxes, contrast) = line.split_once(": ")?.1.split_once(" text boxes, least contrast ")?;
            Some(Readability { boxes: boxes.parse().ok()?, least_contrast: contrast.trim().parse().ok()? })
        })
        .reduce(|all, one| Readability {
            boxes: all.boxes + one.boxes,
            least_contrast: all.least_contrast.min(one.least_contrast),
        })
}

fn figures(ad: &Ad, report: &Report, measured: &Measured) -> String {
    format!(
        "| [{}](#{}) | {} | {:.1} s | {:.1} s | {:.1} | {:.1} | {:.1} % |",
        ad.name,
        ad.name,
        ad.aspect,
        report.duration_seconds,
        report.elapsed_seconds,
        measured.loudness,
        measured.true_peak,
        measured.moving * 100.0
    )
}

fn page(made: &[(&Ad, Report, Measured)], readable: Readability) -> String {
    let mut page = String::from(
        "# Showcase\n\nWhat Studio makes with no key and no network, from one sentence each. Written by \
         `cargo xtask showcase`, which makes every ad with the release binary and measures the finished file; \
         do not edit by hand. Prompts and seeds: [prompts.toml](prompts.toml).\n\n\
         Loudness is integrated (LUFS) and the peak a true peak (dBTP), both by EBU R 128; the target is \
         -14 and at most -1. *Moving* is the share of frames that differ from the one before (mean luma \
         difference above 0.02 of 255). *Made in* depends on the machine.\n\n",
    );
    let _ = write!(
        page,
        "{} text boxes were walked, of every composition in every shape and art direction with short and \
         with long copy: none leaves what every platform of its shape leaves free, none meets the product or \
         another picture in any seventh frame, and the least contrast with what is drawn behind them, in the \
         first, the middle and the last frame of each scene, is {:.2}:1 (at least 4.5:1 is asked for).\n\n\
         | ad | shape | length | made in | loudness | peak | moving |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        readable.boxes, readable.least_contrast
    );
    for (ad, report, measured) in made {
        let _ = writeln!(page, "{}", figures(ad, report, measured));
    }
    for (ad, report, _) in made {
        let _ = write!(
            page,
            "\n## {}\n\n> {}\n\n![{} frames of the ad]({}.webp)\n\n{}: {}\n\n| scene | composition | seconds | words |\n\
             | --- | --- | --- | --- |\n",
            ad.name, ad.prompt, FRAMES, ad.name, report.framework, report.framework_reason
        );
        for scene in &report.scenes {
            let words = scene.texts.join(" / ").replace('|', "\\|");
            let _ = writeln!(
                page,
                "| {} | {} | {:.1} | {words} |",
                scene.role.replace('_', " "),
                scene.layout.replace('_', " "),
                scene.duration_seconds
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_dozen_prompts_with_names_of_their_own() {
        let prompts: Prompts = toml::from_str(include_str!("../../docs/showcase/prompts.toml")).unwrap();
        assert_eq!(prompts.ads.len(), 24);
        let mut names: Vec<_> = prompts.ads.iter().map(|ad| &ad.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 24);
    }

    #[test]
    fn the_figures_of_all_art_directions_are_one() {
        let said = "  PASS one\nNight: 70 text boxes, least contrast 4.71\nRays: 72 text boxes, least contrast 4.52\n";
        assert_eq!(readable(said), Some(Readability { boxes: 142, least_contrast: 4.52 }));
        assert_eq!(readable("nothing"), None);
    }

    #[test]
    fn the_page_shows_each_ad_with_its_plan() {
        let ad = Ad { name: "tea".into(), prompt: "Tea".into(), aspect: "1:1".into(), seed: 1 };
        let report = Report {
            frame_count: 360,
            duration_seconds: 15.0,
            framework: "AIDA".into(),
            framework_reason: "It fits.".into(),
            scenes: vec![Scene {
                role: "call_to_action".into(),
                layout: "end_card".into(),
                texts: vec!["Sip | smile".into(), "Now".into()],
                duration_seconds: 3.4,
            }],
            elapsed_seconds: 12.0,
        };
        let measured = Measured { loudness: -14.1, true_peak: -1.4, moving: 1.0 };
        let page = page(&[(&ad, report, measured)], Readability { boxes: 1234, least_contrast: 4.613 });
        assert!(page.contains("1234 text boxes were walked") && page.contains("is 4.61:1"), "{page}");
        assert!(page.contains("![10 frames of the ad](tea.webp)"), "{page}");
        assert!(page.contains("| call to action | end card | 3.4 | Sip \\| smile / Now |"), "{page}");
        assert!(page.contains("| [tea](#tea) | 1:1 | 15.0 s | 12.0 s | -14.1 | -1.4 | 100.0 % |"), "{page}");
    }
}
