//! What a list shows of a finished ad: a small picture, and a few seconds that move.

use std::path::Path;

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio_util::sync::CancellationToken;

use crate::{Ffmpeg, MediaError, process::Command, publish::Part};

/// Small before all: a list shows many. The ceiling on the rate keeps four seconds of the wildest grain well below
/// 300 KB. Key frames where the parts meet are the encoder's own; nobody seeks in it.
const ENCODER_ARGS: &[&str] = &[
    "-c:v",
    "libx264",
    "-threads",
    "1",
    "-preset",
    "veryfast",
    "-crf",
    "28",
    "-maxrate",
    "450k",
    "-bufsize",
    "450k",
    "-profile:v",
    "main",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "96",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-colorspace",
    "bt709",
    "-color_range",
    "tv",
    "-movflags",
    "+faststart",
    "-f",
    "mp4",
];

/// Writes `length` frames of `video` from each of `parts` on, one after the other, small and silent. What lies between
/// a part and the key frame before it is decoded too, so one that begins at a key frame costs least.
pub async fn preview(
    ffmpeg: &Ffmpeg,
    video: &Path,
    parts: &[Frames],
    length: Frames,
    size: Resolution,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    if parts.is_empty() || length == Frames::ZERO {
        return Err(MediaError::bad(video, "has no part to be shown"));
    }
    let part = Part::of(out);
    let mut command = Command::ffmpeg(ffmpeg);
    for &at in parts {
        // Half a frame early: seeking drops what lies before the time asked for.
        let seconds = (at.seconds() - 0.5 / f64::from(FRAME_RATE)).max(0.0);
        // What smooths the edges of blocks is not seen at a third of the size.
        command = command.args(["-threads", "1", "-skip_loop_filter", "all"]);
        command = command.args(["-ss", &format!("{seconds:.6}")]).input(video);
    }
    let mut filters = String::new();
    let mut joined = String::new();
    let (frames, Resolution { width, height }) = (length.0, size);
    for index in 0..parts.len() {
        filters.push_str(&format!(
            "[{index}:v:0]trim=end_frame={frames},setpts=N/{FRAME_RATE}/TB,scale={width}:{height}:flags=bilinear,\
             setsar=1[p{index}];"
        ));
        joined.push_str(&format!("[p{index}]"));
    }
    let filters = format!("{filters}{joined}concat=n={}:v=1:a=0[out]", parts.len());
    command
        .args(["-filter_complex", &filters, "-map", "[out]", "-an", "-map_metadata", "-1"])
        .args(["-r", &FRAME_RATE.to_string()])
        .args(ENCODER_ARGS)
        .file(part.path())
        .run(cancel)
        .await?;
    part.verify(size, Frames(length.0 * parts.len() as u32))?;
    part.publish()
}

/// Writes a JPEG again, `width` pixels wide.
pub async fn shrink_picture(
    ffmpeg: &Ffmpeg,
    picture: &Path,
    width: u32,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let part = Part::of(out);
    Command::ffmpeg(ffmpeg)
        .args(["-f", "mjpeg"])
        .input(picture)
        .args(["-frames:v", "1", "-vf", &format!("scale={width}:-2:flags=area")])
        .args(["-c:v", "mjpeg", "-q:v", "5", "-f", "mjpeg"])
        .file(part.path())
        .run(cancel)
        .await?;
    let written = std::fs::metadata(part.path()).map_err(MediaError::io(out))?.len();
    if written == 0 {
        return Err(MediaError::bad(picture, "cannot be read as a picture"));
    }
    part.publish()
}
