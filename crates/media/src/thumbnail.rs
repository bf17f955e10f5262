//! A still of a video.

use std::path::Path;

use admint_domain::Frames;
use tokio_util::sync::CancellationToken;

use crate::{Ffmpeg, MediaError, probe::probe, process::Command, publish::Part};

/// Writes the frame at `at`, or the last one before it, as a JPEG of `width` pixels.
pub async fn thumbnail(
    ffmpeg: &Ffmpeg,
    video: &Path,
    at: Frames,
    width: u32,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let source = probe(ffmpeg, video).await?;
    let last = u32::try_from(source.frame_count.saturating_sub(1)).unwrap_or(u32::MAX);
    // Half a frame early: seeking drops what lies before the time asked for.
    let seconds = (Frames(at.0.min(last)).seconds() - 0.5 / source.frame_rate.max(1.0)).max(0.0);
    let part = Part::of(out);
    Command::ffmpeg(ffmpeg)
        .args(["-ss", &format!("{seconds:.6}")])
        .input(video)
        .args(["-map", "0:v:0", "-an", "-frames:v", "1"])
        // JPEG means BT.601 at full range, whatever the video's colours are.
        .args(["-vf", &format!("scale={width}:-2:out_color_matrix=bt601:out_range=full,format=yuvj420p")])
        .args(["-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg"])
        .file(part.path())
        .run(cancel)
        .await?;
    let written = std::fs::metadata(part.path()).map_err(MediaError::io(out))?.len();
    if written == 0 {
        return Err(MediaError::bad(video, "no picture could be taken from it"));
    }
    part.publish()
}
