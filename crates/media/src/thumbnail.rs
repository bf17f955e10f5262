//! A still of a house clip or a finished ad.

use std::path::Path;

use admint_domain::{FRAME_RATE, Frames};
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
