//! The timeline as one silent video: words drawn, clips joined by their transitions, look graded.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use admint_domain::{AssetId, Frames, Resolution, Stage};
use admint_media::{FrameJob, FrameProfile, OverlayInput, RenderPlan, encode_frames, render_video};
use admint_store::{AssetKind, AssetRecord};
use admint_studio::{OverlayDrawing, Page, StudioError};
use admint_timeline::Timeline;
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
    let words = words_of(timeline);
    let count = words.len();
    // Boxed: the compiler cannot yet see for itself that such a stream may go to another thread.
    let drawn: Vec<_> =
        (0..).zip(words).map(|(index, words)| draw_overlay(job, index, words).boxed()).collect();
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

/// Words to be drawn over the picture.
struct Words {
    start: Frames,
    length: Frames,
    draw: Box<dyn FnOnce() -> Result<OverlayDrawing, StudioError> + Send>,
}

/// All that is written over the picture: the scenes' own words and, where they are wanted, the captions.
fn words_of(timeline: &Timeline) -> Vec<Words> {
    let page = Page { aspect: timeline.aspect, captioned: timeline.captioned };
    let own = timeline.overlays.iter().cloned().map(|overlay| Words {
        start: overlay.start,
        length: overlay.length,
        draw: Box::new(move || OverlayDrawing::new(&overlay, page)),
    });
    let captions = timeline.burnt_captions().into_iter().map(|caption| Words {
        start: caption.from,
        length: caption.to - caption.from,
        draw: Box::new(move || {
            OverlayDrawing::caption(&caption.text, caption.to - caption.from, page.aspect)
        }),
    });
    own.chain(captions).collect()
}

async fn draw_overlay(job: &Job, index: usize, words: Words) -> Result<OverlayInput, PipelineError> {
    let Words { start, length, draw } = words;
    let drawing = tokio::task::spawn_blocking(draw)
        .await
        .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
    let bounds = drawing.bounds();
    let path = job.scratch(&format!("overlay-{index}.mov")).await?;
    let frame_job = FrameJob {
        resolution: Resolution { width: bounds.width, height: bounds.height },
        length,
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
    Ok(OverlayInput { path, x: bounds.x, y: bounds.y, start, length })
}

/// Read afresh: the clips made in this run were not there when the job was taken up.
async fn clip_paths(job: &Job) -> Result<HashMap<AssetId, PathBuf>, PipelineError> {
    let work = job.pipeline.store.generation_work(&job.lease).await?;
    let clips = work.assets.into_iter().filter(|asset| asset.kind == AssetKind::Clip);
    clips.map(|clip| Ok((clip.id, job.pipeline.assets.path(&clip.key)?))).collect()
}
