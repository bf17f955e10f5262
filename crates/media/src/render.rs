//! The picture of an ad: one run of ffmpeg from clips and overlays to the final encode.

use std::{path::Path, sync::Arc};

use admint_domain::{FRAME_RATE, Frames};
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError, RenderPlan,
    graph::{graph, seek_seconds},
    process::Command,
    profile::FINAL_ENCODER_ARGS,
    publish::Part,
};

/// Renders `plan` into a silent MP4 of exactly [`RenderPlan::total`] frames.
pub async fn render_video(
    ffmpeg: &Ffmpeg,
    plan: &RenderPlan,
    out: &Path,
    progress: Arc<dyn Fn(Frames) + Send + Sync>,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    plan.validate()?;
    let part = Part::of(out);
    let mut command = Command::ffmpeg(ffmpeg);
    for clip in &plan.clips {
        let seconds = seek_seconds(clip.source_in);
        if seconds > 0 {
            command = command.args(["-ss", &seconds.to_string()]);
        }
        command = command.input(&clip.path);
    }
    for overlay in &plan.overlays {
        // Small pictures that each stand alone; more threads would only hold more frames.
        command = command.args(["-threads", "1"]).input(&overlay.path);
    }
    command
        .args(["-filter_complex", &graph(plan), "-map", "[out]", "-an", "-r", &FRAME_RATE.to_string()])
        .args(FINAL_ENCODER_ARGS)
        .args(["-movflags", "+faststart", "-f", "mp4"])
        .file(part.path())
        .run_with_progress(|frames| progress(frames), cancel)
        .await?;
    part.verify(plan.resolution, plan.total())?;
    part.publish()
}
