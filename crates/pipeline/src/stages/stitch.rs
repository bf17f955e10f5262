//! The timeline as one silent video: words drawn, clips joined by their transitions, look graded.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use admint_domain::{AspectRatio, AssetId, Frames, Resolution, Stage};
use admint_media::{FrameJob, FrameProfile, OverlayInput, RenderPlan, encode_frames, render_video};
use admint_store::{AssetKind, AssetRecord};
use admint_studio::OverlayDrawing;
use admint_timeline::{Overlay, Timeline};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
    progress::ProgressSender,
};

/// How much of this stage's percentage the words take; the rest is the encoder's.
const OVERLAYS_PERCENT: u32 = 25;

pub(crate) async fn render(
    job: &Job,
    assets: &[AssetRecord],
    timeline: &Timeline,
    progress: &ProgressSender,
) -> Result<AssetRecord, PipelineError> {
    if let Some(finished) = job.finished(assets, AssetKind::Stitched, None).await {
        return Ok(finished);
    }
    let overlays = draw_overlays(job, timeline, progress).await?;
    let paths = clip_paths(job).await?;
    let plan = RenderPlan::new(timeline, |asset| paths.get(&asset).cloned().unwrap_or_default(), overlays)?;

    let out = job.scratch("stitched.mp4").await?;
    let total = plan.total();
    let sender = progress.clone();
    let report = move |done: Frames| {
        let percent = OVERLAYS_PERCENT + done.0 * (100 - OVERLAYS_PERCENT) / total.0.max(1);
        sender.report(Stage::Stitch { percent });
    };
    render_video(job.ffmpeg()?, &plan, &out, Arc::new(report), job.stop.token()).await?;
    let draft =
        AssetDraft { kind: AssetKind::Stitched, scene: None, content_type: "video/mp4", frames: Some(total) };
    job.publish(&out, "stitched.mp4", draft).await
}

/// Draws each overlay as a small video with transparency, only as large as its words. Two at a time: most
/// of one's time is ffmpeg starting and ending.
async fn draw_overlays(
    job: &Job,
    timeline: &Timeline,
    progress: &ProgressSender,
) -> Result<Vec<OverlayInput>, PipelineError> {
    let count = timeline.overlays.len();
    let drawn = (0..).zip(&timeline.overlays);
    // Boxed: the compiler cannot yet see for itself that such a stream may go to another thread.
    let drawn: Vec<_> =
        drawn.map(|(index, overlay)| draw_overlay(job, index, overlay, timeline.aspect).boxed()).collect();
    stream::iter(drawn)
        .buffered(2)
        .enumerate()
        .map(|(done, input)| {
            progress.report(Stage::Stitch { percent: (done as u32 + 1) * OVERLAYS_PERCENT / count as u32 });
            input
        })
        .try_collect()
        .await
}

async fn draw_overlay(
    job: &Job,
    index: usize,
    overlay: &Overlay,
    aspect: AspectRatio,
) -> Result<OverlayInput, PipelineError> {
    let subject = overlay.clone();
    let drawing = tokio::task::spawn_blocking(move || OverlayDrawing::new(&subject, aspect))
        .await
        .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
    let bounds = drawing.bounds();
    let path = job.scratch(&format!("overlay-{index}.mov")).await?;
    let frame_job = FrameJob {
        resolution: Resolution { width: bounds.width, height: bounds.height },
        length: overlay.length,
        profile: FrameProfile::Overlay,
        out: path.clone(),
    };
    encode_frames(
        job.ffmpeg()?,
        frame_job,
        Arc::new(move |at, rgba: &mut [u8]| drawing.draw(at, rgba)),
        Arc::new(|_| {}),
        job.stop.token(),
    )
    .await?;
    Ok(OverlayInput { path, x: bounds.x, y: bounds.y, start: overlay.start, length: overlay.length })
}

/// Read afresh: the clips made in this run were not there when the job was taken up.
async fn clip_paths(job: &Job) -> Result<HashMap<AssetId, PathBuf>, PipelineError> {
    let work = job.pipeline.store.generation_work(&job.lease).await?;
    let clips = work.assets.into_iter().filter(|asset| asset.kind == AssetKind::Clip);
    clips.map(|clip| Ok((clip.id, job.pipeline.assets.path(&clip.key)?))).collect()
}
