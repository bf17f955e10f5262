#![cfg(unix)]

use std::{ffi::OsStr, fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use admint_domain::Frames;
use admint_media::{
    ClipInput, ClipSource, Drawing, Ffmpeg, FrameJob, MediaError, RenderPlan, encode_frames, render_video,
};
use admint_timeline::{Grade, TransitionStyle};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::fixture::{SMALL, ffmpeg, folder, names_in, quiet};

/// An ffmpeg that is a shell script. It leaves its process id in the file `pid`.
fn scripted(folder: &Path, script: &str) -> Ffmpeg {
    let program = folder.join("ffmpeg.sh");
    let words = format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho $$ > pid\n{script}\n");
    fs::write(&program, words).expect("writes");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("may be run");
    Ffmpeg::at(program, "ffprobe".into())
}

fn is_alive(folder: &Path) -> bool {
    let pid = fs::read_to_string(folder.join("pid")).expect("it was started");
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    // A zombie has died and only waits to be counted.
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

fn clip_job(folder: &Path) -> FrameJob {
    FrameJob { resolution: SMALL, length: Frames(48), out: folder.join("clip.mp4") }
}

fn plan() -> RenderPlan {
    let clip = ClipInput {
        source: ClipSource::Drawn(Drawing::new("grey", |_, rgba| rgba.fill(200))),
        source_in: Frames::ZERO,
        length: Frames(240),
        overlap: Frames::ZERO,
        style: TransitionStyle::Dissolve,
    };
    RenderPlan { resolution: SMALL, clips: vec![clip], overlays: Vec::new(), grade: Grade::default() }
}

/// Encodes and renders with an ffmpeg that runs `script`, which is to fail.
async fn check(script: &str, expected_status: &str) {
    let folder = folder();
    let broken = scripted(folder.path(), script);
    let cancel = CancellationToken::new();
    let draw = Arc::new(|_: Frames, rgba: &mut [u8]| rgba.fill(7));
    let encoded = encode_frames(&broken, clip_job(folder.path()), draw, quiet(), &cancel).await;
    let rendered = render_video(&broken, &plan(), &folder.path().join("ad.mp4"), quiet(), &cancel).await;
    for failed in [encoded, rendered] {
        match failed {
            Err(MediaError::Failed { command, stderr_tail, status }) => {
                assert!(command.contains("ffmpeg.sh") && command.contains(".mp4.part"), "{command}");
                assert!(stderr_tail.ends_with("I am undone\n"), "{stderr_tail}");
                assert!(stderr_tail.len() <= 2048);
                assert!(status.contains(expected_status), "{status}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(names_in(folder.path()), ["ffmpeg.sh", "pid"]);
}

#[tokio::test]
async fn ffmpeg_refusing_at_once_is_its_own_failure() {
    check("echo 'I am undone' >&2; exit 3", "3").await;
}

#[tokio::test]
async fn ffmpeg_dying_in_the_middle_is_its_own_failure() {
    check("head -c 100000 > clip.mp4.part; echo 'I am undone' >&2; rm -f clip.mp4.part; kill -9 $$", "9")
        .await;
}

#[tokio::test]
async fn only_the_end_of_a_long_lament_is_kept() {
    check("seq 1 5000 >&2; echo 'I am undone' >&2; exit 1", "1").await;
}

#[tokio::test]
async fn ffmpeg_leaving_early_without_a_word_is_a_failure_too() {
    let folder = folder();
    let broken = scripted(folder.path(), "exit 0");
    let draw = Arc::new(|_: Frames, rgba: &mut [u8]| rgba.fill(7));
    let job = FrameJob { length: Frames(4800), ..clip_job(folder.path()) };
    let failed = encode_frames(&broken, job, draw, quiet(), &CancellationToken::new()).await;
    assert!(matches!(failed, Err(MediaError::Failed { .. })), "{failed:?}");
}

#[tokio::test]
async fn a_missing_ffmpeg_says_what_to_install() {
    let nowhere = Ffmpeg::at("/nowhere/ffmpeg".into(), "/nowhere/ffprobe".into());
    let errors = [
        nowhere.version().await.expect_err("not there"),
        Ffmpeg::discover_in(OsStr::new("/nowhere:/nowhere/else")).expect_err("not there"),
    ];
    for error in errors {
        match error {
            MediaError::FfmpegMissing { tried, hint } => {
                assert!(tried.contains("ff") && hint.contains("apt-get install ffmpeg"), "{tried}, {hint}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_version_is_one_line() {
    let version = ffmpeg().version().await.expect("it is installed");
    assert!(version.starts_with("ffmpeg version"), "{version}");
    assert_eq!(version.lines().count(), 1);
}

#[tokio::test]
async fn cancelling_while_drawing_leaves_no_ffmpeg_and_no_file() {
    let folder = folder();
    let real = scripted(folder.path(), "exec ffmpeg \"$@\"");
    let cancel = CancellationToken::new();
    let cancelling = {
        let cancel = cancel.clone();
        Arc::new(move |done: Frames| {
            if done >= TAKEN {
                cancel.cancel();
            }
        })
    };
    let draw = Arc::new(|_: Frames, rgba: &mut [u8]| rgba.fill(7));
    let job = FrameJob { length: Frames(240), ..clip_job(folder.path()) };
    let cancelled = encode_frames(&real, job, draw, cancelling, &cancel).await;
    assert!(matches!(cancelled, Err(MediaError::Cancelled)), "{cancelled:?}");
    assert!(!is_alive(folder.path()));
    assert_eq!(names_in(folder.path()), ["ffmpeg.sh", "pid"]);
}

/// Begins the file, takes two megabytes of frames, and then would run for ever.
const ENDLESS: &str = "echo begun > ad.mp4.part; head -c 2000000 > /dev/null; exec tail -f /dev/null";
/// So many frames of 31 kB that not all can wait in the pipe: some have been taken.
const TAKEN: Frames = Frames(50);

#[tokio::test]
async fn cancelling_a_render_leaves_no_ffmpeg_and_no_file() {
    let folder = folder();
    let endless = scripted(folder.path(), ENDLESS);
    let cancel = CancellationToken::new();
    let cancelling = {
        let cancel = cancel.clone();
        Arc::new(move |done: Frames| {
            if done >= TAKEN {
                cancel.cancel();
            }
        })
    };
    let cancelled = render_video(&endless, &plan(), &folder.path().join("ad.mp4"), cancelling, &cancel).await;
    assert!(matches!(cancelled, Err(MediaError::Cancelled)), "{cancelled:?}");
    assert!(!is_alive(folder.path()));
    assert_eq!(names_in(folder.path()), ["ffmpeg.sh", "pid"]);
}

#[tokio::test]
async fn dropping_a_render_kills_its_ffmpeg() {
    let folder = folder();
    let endless = scripted(folder.path(), ENDLESS);
    let begun = Arc::new(Notify::new());
    let telling = {
        let begun = Arc::clone(&begun);
        Arc::new(move |done: Frames| {
            if done >= TAKEN {
                begun.notify_one();
            }
        })
    };
    let cancel = CancellationToken::new();
    let out = folder.path().join("ad.mp4");
    let plan = plan();
    tokio::select! {
        ended = render_video(&endless, &plan, &out, telling, &cancel) => panic!("it ended: {ended:?}"),
        () = begun.notified() => {}
    }
    // The signal is sent when the future is dropped; the process goes when the system gets to it.
    while is_alive(folder.path()) {
        tokio::task::yield_now().await;
    }
    assert_eq!(names_in(folder.path()), ["ffmpeg.sh", "pid"]);
}

#[tokio::test]
async fn what_is_cancelled_before_it_starts_starts_nothing() {
    let folder = folder();
    let endless = scripted(folder.path(), ENDLESS);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let cancelled = render_video(&endless, &plan(), &folder.path().join("ad.mp4"), quiet(), &cancel).await;
    assert!(matches!(cancelled, Err(MediaError::Cancelled)), "{cancelled:?}");
    assert_eq!(names_in(folder.path()), ["ffmpeg.sh"]);
}
