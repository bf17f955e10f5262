//! Small clips, and what decoding shows of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use admint_domain::{Frames, Resolution};
use admint_media::{Ffmpeg, FrameJob, encode_frames};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub const SMALL: Resolution = Resolution { width: 108, height: 192 };

pub fn ffmpeg() -> Ffmpeg {
    Ffmpeg::discover().expect("the tests need ffmpeg")
}

pub fn folder() -> TempDir {
    // A name that an unquoted command line or filter graph would trip over.
    tempfile::Builder::new().prefix("it's 100%d; [a]:b,").tempdir().expect("a folder")
}

pub fn quiet() -> Arc<dyn Fn(Frames) + Send + Sync> {
    Arc::new(|_| {})
}

/// A house clip whose frame `n` is the grey that `level` gives it.
pub async fn grey_clip(folder: &Path, name: &str, length: u32, level: fn(u32) -> u8) -> PathBuf {
    let out = folder.join(name);
    let job = FrameJob { resolution: SMALL, length: Frames(length), out: out.clone() };
    let draw = move |at: Frames, rgba: &mut [u8]| {
        let level = level(at.0);
        rgba.as_chunks_mut().0.fill([level, level, level, 255]);
    };
    encode_frames(&ffmpeg(), job, Arc::new(draw), quiet(), &CancellationToken::new()).await.expect("encodes");
    out
}

/// The Y, U and V of one pixel in every frame.
pub fn pixel_in_each_frame(video: &Path, size: Resolution, x: usize, y: usize) -> Vec<[u8; 3]> {
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(video)
        .args(["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .output()
        .expect("ffmpeg runs");
    assert!(decoded.status.success(), "{}", String::from_utf8_lossy(&decoded.stderr));
    let (width, height) = (size.width as usize, size.height as usize);
    let (luma, chroma) = (width * height, width * height / 4);
    let half = y / 2 * (width / 2) + x / 2;
    decoded
        .stdout
        .chunks_exact(luma + 2 * chroma)
        .map(|frame| [frame[y * width + x], frame[luma + half], frame[luma + chroma + half]])
        .collect()
}

/// The luma that a grey gets.
pub fn luma(grey: u8) -> u8 {
    (16.0 + f32::from(grey) * 219.0 / 255.0).round() as u8
}

pub fn assert_near(actual: u8, expected: u8, what: &str) {
    assert!(actual.abs_diff(expected) <= 3, "{what}: {actual} and not {expected}");
}

/// What is left in a folder, by name.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
