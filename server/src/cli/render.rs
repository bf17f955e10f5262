//! `admint render`: one ad in this process, with a database and a folder that are gone afterwards.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    str::FromStr,
    sync::Mutex,
    time::{Duration, Instant},
};

use admint_domain::{
    AppError, ArtDirection, AspectRatio, Brief, CreateGeneration, ErrorBody, ErrorCode, Framework,
    GenerationId, ProgressEvent, SceneView,
};
use admint_pipeline::Rendered;
use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::BAD_INPUT;
use crate::{
    config::{Config, DatabaseUrl},
    shutdown, wiring,
};

#[derive(Args)]
pub struct Arguments {
    /// What to advertise, in 10 to 500 characters
    prompt: String,
    /// Where the video goes; an existing file is replaced
    #[arg(long, value_name = "FILE", default_value = "ad.mp4")]
    out: PathBuf,
    /// 9:16, 1:1, 4:5 or 16:9
    #[arg(long, default_value = "9:16")]
    aspect: String,
    /// Seconds, 9 to 30
    #[arg(long, default_value = "15")]
    duration: String,
    /// The same prompt, settings and seed give the same ad
    #[arg(long)]
    seed: Option<String>,
    /// block, glass, paper, night, rays, hills, print, dash or clean; chosen to fit if left out
    #[arg(long, value_name = "NAME")]
    art_direction: Option<String>,
    /// Print one JSON object on standard output, errors too
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    id: GenerationId,
    out: &'a Path,
    width: u32,
    height: u32,
    frame_count: u32,
    duration_seconds: f64,
    framework: Option<Framework>,
    framework_reason: Option<&'a str>,
    scenes: &'a [SceneView],
    seed: u32,
    art_direction: Option<ArtDirection>,
    elapsed_seconds: f64,
    encoder_args: &'a [String],
    stage_seconds: BTreeMap<&'static str, f64>,
}

pub async fn run(config: &Config, arguments: Arguments) -> Result<ExitCode> {
    let started = Instant::now();
    let stages = Stages::default();
    let result = match arguments.brief() {
        Ok(brief) => render(config, brief, &arguments, &stages).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(rendered) => {
            let view = &rendered.view;
            let report = Report {
                id: view.id,
                out: &arguments.out,
                width: rendered.width,
                height: rendered.height,
                frame_count: rendered.frame_count,
                duration_seconds: view.duration_seconds,
                framework: view.framework,
                framework_reason: view.framework_reason.as_deref(),
                scenes: &view.scenes,
                seed: view.seed,
                art_direction: view.art_direction,
                elapsed_seconds: started.elapsed().as_secs_f64(),
                encoder_args: &rendered.encoder_args,
                stage_seconds: stages.seconds(),
            };
            report.show(arguments.json)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let code = if error.code == ErrorCode::ValidationFailed { BAD_INPUT } else { 1 };
            if arguments.json {
                print(&serde_json::to_string(&ErrorBody::from(error))?)?;
            } else {
                eprintln!("admint: {error}");
            }
            Ok(ExitCode::from(code))
        }
    }
}

impl Arguments {
    fn brief(&self) -> Result<Brief, AppError> {
        let request = CreateGeneration {
            prompt: self.prompt.clone(),
            aspect_ratio: Some(AspectRatio::from_str(&self.aspect)?),
            duration_seconds: Some(number("duration_seconds", &self.duration)?),
            seed: self.seed.as_deref().map(|seed| number("seed", seed)).transpose()?,
            art_direction: self.art_direction.as_deref().map(ArtDirection::from_str).transpose()?,
        };
        let brief = request.validate(rand::random())?;
        self.check_out()?;
        Ok(brief)
    }

    /// Before the work, not after it.
    fn check_out(&self) -> Result<(), AppError> {
        let refuse = |message: String| Err(AppError::invalid("out", message));
        if self.out.is_dir() {
            return refuse(format!("{} is a folder; name the file in it.", self.out.display()));
        }
        let folder = folder_of(&self.out);
        if !folder.is_dir() {
            return refuse(format!("There is no folder {}; make it first.", folder.display()));
        }
        if let Err(error) = tempfile::Builder::new().prefix(".admint-").tempfile_in(folder) {
            return refuse(format!("{} cannot be written to: {error}.", folder.display()));
        }
        Ok(())
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn number(field: &str, text: &str) -> Result<u32, AppError> {
    text.trim().parse().map_err(|_| AppError::invalid(field, format!("`{text}` is no whole number.")))
}

async fn render(
    config: &Config,
    brief: Brief,
    arguments: &Arguments,
    stages: &Stages,
) -> Result<Rendered, AppError> {
    let cancel = shutdown::on_signal();
    let bar = progress_bar();
    // Removed when this function ends, however it ends.
    let folder = tempfile::Builder::new().prefix("admint-render-").tempdir().map_err(|error| ours(&error))?;
    let database =
        DatabaseUrl::parse(&format!("sqlite://{}?mode=rwc", folder.path().join("admint.db").display()));
    let database = database.map_err(|error| ours(&error))?;
    let rooms = wiring::rooms(&database, &folder.path().join("assets"), wiring::ffmpeg(config))
        .await
        .map_err(|error| ours(&format!("{error:#}")))?;

    let on_progress = |event: &ProgressEvent| {
        stages.note(event.progress);
        bar.set_position(event.progress.into());
        bar.set_message(event.current_step.clone());
    };
    let rendered = rooms.pipeline.render_once(brief, on_progress, cancel).await;
    bar.finish_and_clear();
    if let Err(error) = rooms.store.close().await {
        tracing::debug!(%error, "the private database did not close");
    }
    let rendered = rendered?;
    publish(&rendered.video, &arguments.out).map_err(|error| {
        AppError::unavailable(format!("{} cannot be written: {error}.", arguments.out.display()))
    })?;
    Ok(rendered)
}

/// Copies beside the target, then renames: nobody ever sees half a video.
fn publish(video: &Path, out: &Path) -> std::io::Result<()> {
    let mut part = tempfile::Builder::new().prefix(".admint-").suffix(".part").tempfile_in(folder_of(out))?;
    std::io::copy(&mut std::fs::File::open(video)?, part.as_file_mut())?;
    part.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; the finished video is an ordinary file.
        part.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    part.persist(out).map_err(|error| error.error)?;
    Ok(())
}

fn ours(cause: &dyn std::fmt::Display) -> AppError {
    AppError::unavailable(format!("The ad could not be started: {cause}."))
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos:>3} %  {msg}  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr()).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("cannot write to standard output")
}

impl Report<'_> {
    fn show(&self, json: bool) -> Result<()> {
        if json {
            return print(&serde_json::to_string(self)?);
        }
        let framework = self.framework.map_or("", Framework::as_str);
        print(&format!(
            "{}: {}x{}, {:.1} s, {framework}, seed {} (made in {:.1} s)",
            self.out.display(),
            self.width,
            self.height,
            self.duration_seconds,
            self.seed,
            self.elapsed_seconds
        ))
    }
}

/// When each stage began, by the progress it begins with.
#[derive(Default)]
struct Stages(Mutex<Vec<(&'static str, Instant)>>);

impl Stages {
    fn note(&self, progress: u8) {
        let stage = match progress {
            0..10 => "start",
            10..20 => "plan",
            20..30 => "scenes",
            30..80 => "clips",
            80..90 => "stitch",
            90..100 => "audio",
            _ => "done",
        };
        let mut begun = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if begun.last().is_none_or(|(last, _)| *last != stage) {
            begun.push((stage, Instant::now()));
        }
    }

    /// Seconds from each stage's beginning to the next one's.
    fn seconds(&self) -> BTreeMap<&'static str, f64> {
        let begun = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        begun.windows(2).map(|pair| (pair[0].0, (pair[1].1 - pair[0].1).as_secs_f64())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> Arguments {
        Arguments {
            prompt: "Cold brew for early risers".into(),
            out: std::env::temp_dir().join("ad.mp4"),
            aspect: "9:16".into(),
            duration: "15".into(),
            seed: Some("7".into()),
            art_direction: None,
            json: true,
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Arguments), field: &str) {
        let mut arguments = arguments();
        change(&mut arguments);
        assert_eq!(arguments.brief().unwrap_err().field.as_deref(), Some(field));
    }

    #[test]
    fn bad_input_names_its_field() {
        assert_eq!(arguments().brief().unwrap().seed, 7);
        check(|a| a.prompt = "short".into(), "prompt");
        check(|a| a.aspect = "2:1".into(), "aspect_ratio");
        check(|a| a.duration = "long".into(), "duration_seconds");
        check(|a| a.duration = "31".into(), "duration_seconds");
        check(|a| a.seed = Some("-1".into()), "seed");
        check(|a| a.art_direction = Some("baroque".into()), "art_direction");
        check(|a| a.out = "/nowhere/at/all/ad.mp4".into(), "out");
        check(|a| a.out = std::env::temp_dir(), "out");
    }

    #[test]
    fn a_published_video_replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (video, out) = (folder.path().join("made.mp4"), folder.path().join("ad.mp4"));
        std::fs::write(&video, "new").unwrap();
        std::fs::write(&out, "old").unwrap();
        publish(&video, &out).unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
