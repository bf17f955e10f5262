//! A still of a house clip, of a finished ad, or of a frame that was drawn.

use std::path::Path;

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio::{io::AsyncWriteExt, process::ChildStdin};
use tokio_util::sync::CancellationToken;

use crate::{Ffmpeg, MediaError, index::read_index, process::Command, publish::Part};

/// Writes the frame at `at`, or the last one before it, as a JPEG of `width` pixels.
pub async fn thumbnail(
    ffmpeg: &Ffmpeg,
    video: &Path,
    at: Frames,
    width: u32,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let picture = read_index(video).map_err(MediaError::io(video))?.and_then(|index| index.picture);
    let picture = picture.ok_or_else(|| MediaError::bad(video, "is no MP4 with a picture"))?;
    let at = at.min(Frames(picture.frame_count.saturating_sub(1)));
    // Half a frame early: seeking drops what lies before the time asked for.
    let seconds = (at.seconds() - 0.5 / f64::from(FRAME_RATE)).max(0.0);
    let part = Part::of(out);
    Command::ffmpeg(ffmpeg)
        .args(["-ss", &format!("{seconds:.6}")])
        .input(video)
        .args(["-map", "0:v:0", "-an", "-frames:v", "1"])
        .args(jpeg(width))
        .file(part.path())
        .run(cancel)
        .await?;
    let written = std::fs::metadata(part.path()).map_err(MediaError::io(out))?.len();
    if written == 0 {
        return Err(MediaError::bad(video, "no picture could be taken from it"));
    }
    part.publish()
}

/// Writes a frame of 8-bit RGBA rows as a JPEG of `width` pixels.
pub async fn still(
    ffmpeg: &Ffmpeg,
    rgba: Vec<u8>,
    size: Resolution,
    width: u32,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    if rgba.len() != size.rgba_len() {
        return Err(MediaError::bad(out, "its picture is of another size"));
    }
    let part = Part::of(out);
    let feed = async |mut stdin: ChildStdin| {
        stdin.write_all(&rgba).await.map_err(MediaError::io(out))?;
        stdin.shutdown().await.map_err(MediaError::io(out))
    };
    Command::ffmpeg(ffmpeg)
        .args(["-f", "rawvideo", "-pixel_format", "rgba"])
        .args(["-video_size", &format!("{}x{}", size.width, size.height), "-i", "pipe:0"])
        .args(["-frames:v", "1"])
        .args(jpeg(width))
        .file(part.path())
        .run_fed(feed, cancel)
        .await?;
    part.publish()
}

fn jpeg(width: u32) -> [String; 8] {
    // JPEG means BT.601 at full range, whatever the video's colours are.
    let scale = format!("scale={width}:-2:out_color_matrix=bt601:out_range=full,format=yuvj420p");
    ["-vf", &scale, "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg"].map(str::to_owned)
}
