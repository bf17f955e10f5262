//! `admint render`: one ad in this process, with a database and a folder that are gone afterwards.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    str::FromStr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use admint_domain::{
    AppError, ArtDirection, AspectRatio, Brief, CaptionFormat, CreateGeneration, ErrorBody, ErrorCode,
    Framework, GenerationId, PictureRole, PictureView, ProgressEvent, SceneView,
};
use admint_pipeline::Rendered;
use admint_store::{AssetStore, DatabaseEngine, JobEngine, Store};
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
    /// A photo of the product, to be its hero: JPEG, PNG or WebP
    #[arg(long, value_name = "FILE")]
    photo: Option<PathBuf>,
    /// A logo, for the corner and the end card: JPEG, PNG or WebP
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Let a voice speak the ad's words over the music; English only
    #[arg(long)]
    voice: bool,

    /// Write what the voice says into the picture; takes --voice
    #[arg(long, requires = "voice")]
    burn_captions: bool,
    /// Also write the ad's words in time: SubRip, or WebVTT where the name ends in .vtt
    #[arg(long, value_name = "FILE")]
    captions: Option<PathBuf>,
    /// Print one JSON object on standard output, errors too
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    id: GenerationId,
    out: &'a Path,
    captions: Option<&'a Path>,
    width: u32,
    height: u32,
    frame_count: u32,
    duration_seconds: f64,
    framework: Option<Framework>,
    framework_reason: Option<&'a str>,
    scenes: &'a [SceneView],
    seed: u32,
    art_direction: Option<ArtDirection>,
    pictures: &'a [PictureView],
    left_out: &'a [String],
    elapsed_seconds: f64,
    encoder_args: &'a [String],
    stage_seconds: BTreeMap<&'static str, f64>,
}

pub async fn run(config: &Config, arguments: Arguments) -> Result<ExitCode> {
    let started = Instant::now();
    let stages = Stages::default();
    let result = match arguments.brief().and_then(|brief| Ok((brief, arguments.pictures()?))) {
        Ok((brief, pictures)) => render(config, brief, pictures, &arguments, &stages).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(rendered) => {
            let view = &rendered.view;
            let report = Report {
                id: view.id,
                out: &arguments.out,
                captions: arguments.captions.as_deref(),
                width: rendered.width,
                height: rendered.height,
                frame_count: rendered.frame_count,
                duration_seconds: view.duration_seconds,
                framework: view.framework,
                framework_reason: view.framework_reason.as_deref(),
                scenes: &view.scenes,
                seed: view.seed,
                art_direction: view.art_direction,
                pictures: &rendered.pictures,
                left_out: &view.left_out,
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
            photo: None,
            logo: None,
            voice: self.voice,
            captions: self.burn_captions,
            ..CreateGeneration::default()
        };
        let brief = request.validate(rand::random())?;
        check_out("out", &self.out)?;
        if let Some(captions) = &self.captions {
            check_out("captions", captions)?;
            if *captions == self.out {
                return Err(AppError::invalid("captions", "The captions need another file than the video."));
            }
        }
        Ok(brief)
    }

    /// By the name of the file they are to be written to.
    fn caption_format(&self) -> Option<CaptionFormat> {
        let is_webvtt = |extension: &std::ffi::OsStr| extension.eq_ignore_ascii_case("vtt");
        let out = self.captions.as_ref()?;
        Some(if out.extension().is_some_and(is_webvtt) { CaptionFormat::WebVtt } else { CaptionFormat::Srt })
    }

    /// The files that were named, by what they are for.
    fn pictures(&self) -> Result<Vec<(PictureRole, Vec<u8>)>, AppError> {
        let named = [(PictureRole::Photo, &self.photo), (PictureRole::Logo, &self.logo)];
        let read = |(role, path): (PictureRole, &Option<PathBuf>)| {
            let path = path.as_ref()?;
            let bytes = std::fs::read(path).map_err(|error| {
                AppError::invalid(role.as_str(), format!("{} cannot be read: {error}.", path.display()))
            });
            Some(bytes.map(|bytes| (role, bytes)))
        };
        named.into_iter().filter_map(read).collect()
    }
}

/// Before the work, not after it.
fn check_out(field: &str, out: &Path) -> Result<(), AppError> {
    let refuse = |message: String| Err(AppError::invalid(field, message));
    if out.is_dir() {
        return refuse(format!("{} is a folder; name the file in it.", out.display()));
    }
    let folder = folder_of(out);
    if !folder.is_dir() {
        return refuse(format!("There is no folder {}; make it first.", folder.display()));
    }
    if let Err(error) = tempfile::Builder::new().prefix(".admint-").tempfile_in(folder) {
        return refuse(format!("{} cannot be written to: {error}.", folder.display()));
    }
    Ok(())
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
    pictures: Vec<(PictureRole, Vec<u8>)>,
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
    let lease = Duration::from_secs(config.lease_seconds as u64);
    let assets = AssetStore::open(&folder.path().join("assets")).map_err(|error| ours(&error))?;
    // A database that nobody else knows of: no engine but its own.
    let engine = |store: &Store| -> Result<Arc<dyn JobEngine>> {
        Ok(Arc::new(DatabaseEngine::new(store.clone(), lease)))
    };
    let providers = wiring::providers(config, &assets, None).map_err(|error| ours(&format!("{error:#}")))?;
    let rooms = wiring::rooms(&database, assets, wiring::ffmpeg(config), providers, engine, |store| store)
        .await
        .map_err(|error| ours(&format!("{error:#}")))?;

    let on_progress = |event: &ProgressEvent| {
        stages.note(event.progress);
        bar.set_position(event.progress.into());
        bar.set_message(event.current_step.clone());
    };
    let rendered =
        rooms.pipeline.render_once(brief, pictures, arguments.caption_format(), on_progress, cancel).await;
    bar.finish_and_clear();
    if let Err(error) = rooms.store.close().await {
        tracing::debug!(%error, "the private database did not close");
    }
    let rendered = rendered?;
    let unwritten = |out: &Path, error: std::io::Error| {
        AppError::unavailable(format!("{} cannot be written: {error}.", out.display()))
    };
    let out = &arguments.out;
    let video = std::fs::File::open(rendered.video.path()).and_then(|mut video| publish(&mut video, out));
    video.map_err(|error| unwritten(out, error))?;
    if let (Some(text), Some(out)) = (&rendered.captions, &arguments.captions) {
        publish(&mut text.as_bytes(), out).map_err(|error| unwritten(out, error))?;
    }
    Ok(rendered)
}

/// Copies beside the target, then renames: nobody ever sees half a file.
fn publish(content: &mut impl Read, out: &Path) -> std::io::Result<()> {
    let mut part = tempfile::Builder::new().prefix(".admint-").suffix(".part").tempfile_in(folder_of(out))?;
    std::io::copy(content, part.as_file_mut())?;
    part.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; the finished one is an ordinary file.
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
        // Standard output holds what the user may want to read by program.
        for note in self.pictures.iter().map(|picture| &picture.note).chain(self.left_out) {
            eprintln!("admint: {note}");
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
            photo: None,
            logo: None,
            voice: false,
            burn_captions: false,
            captions: None,
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
        check(|a| a.captions = Some("/nowhere/at/all/ad.srt".into()), "captions");
        check(|a| a.captions = Some(a.out.clone()), "captions");
        let mut arguments = arguments();
        arguments.logo = Some("/nowhere/logo.png".into());
        assert_eq!(arguments.caption_format(), None);
        for (name, format) in
            [("ad.VTT", CaptionFormat::WebVtt), ("ad.srt", CaptionFormat::Srt), ("ad", CaptionFormat::Srt)]
        {
            arguments.captions = Some(name.into());
            assert_eq!(arguments.caption_format(), Some(format), "{name}");
        }
        assert_eq!(arguments.pictures().unwrap_err().field.as_deref(), Some("logo"));
    }

    #[test]
    fn a_published_video_replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("ad.mp4");
        std::fs::write(&out, "old").unwrap();
        publish(&mut "new".as_bytes(), &out).unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
