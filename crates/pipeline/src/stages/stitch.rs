//! The timeline as one silent video: clips joined by their transitions, look graded, words over them.

use std::{collections::HashMap, sync::Arc};

use admint_domain::{AssetId, Frames, Resolution, Stage};
use admint_media::{ClipSource, Drawing, OverlayInput, RenderPlan, render_video};
use admint_store::{AssetKind, AssetRecord, LocalFile};
use admint_studio::{Bounds, OverlayDrawing, Page, StudioError};
use admint_timeline::Timeline;
use futures::future::try_join_all;

use super::clips::redraw;
use crate::{
    PipelineError,
    job::{AssetDraft, Job},
    progress::ProgressSender,
};

pub(crate) async fn render(
    job: &Job,
    assets: &[AssetRecord],
    timeline: &Timeline,
    progress: &ProgressSender,
) -> Result<AssetRecord, PipelineError> {
    if let Some(finished) = job.finished(assets, AssetKind::Stitched, None).await {
        return Ok(finished);
    }
    let _turn = job.turn_to_encode().await?;
    // The files stay where they are for as long as they are read.
    let ((sources, _files), overlays) = tokio::try_join!(clip_sources(job, assets), lay_out_words(timeline))?;
    let is_drawn = sources.values().any(|source| matches!(source, ClipSource::Drawn(_)));
    if !is_drawn {
        progress.report(Stage::Stitch { percent: 0 });
    }
    let missing = || ClipSource::File(Default::default());
    let source = |asset| sources.get(&asset).cloned().unwrap_or_else(missing);
    let plan = RenderPlan::new(timeline, source, overlays)?;

    let out = job.scratch("stitched.mp4").await?;
    let report = reporter(timeline, is_drawn, progress.clone());
    render_video(job.ffmpeg()?, &plan, &out, Arc::new(report), job.stop.token()).await?;
    progress.report(Stage::Stitch { percent: 100 });
    let total = Some(plan.total());
    let draft =
        AssetDraft { kind: AssetKind::Stitched, scene: None, content_type: "video/mp4", frames: total };
    job.publish(&out, "stitched.mp4", draft).await
}

/// A film whose clips are drawn with it is told by its scenes, any other by its share of this stage.
fn reporter(timeline: &Timeline, is_drawn: bool, progress: ProgressSender) -> impl Fn(Frames) + use<> {
    let total = timeline.total().0.max(1);
    let ends: Vec<Frames> = timeline.spans().map(|span| span.start + span.length).collect();
    move |done: Frames| {
        let percent = done.0 * 100 / total;
        progress.report(match is_drawn {
            true => {
                let finished = ends.iter().filter(|&&end| end <= done).count();
                Stage::Clips { done: finished as u32, total: ends.len() as u32, percent }
            }
            false => Stage::Stitch { percent },
        });
    }
}

/// Where each clip's frames come from.
async fn clip_sources(
    job: &Job,
    assets: &[AssetRecord],
) -> Result<(HashMap<AssetId, ClipSource>, Vec<LocalFile>), PipelineError> {
    let clips = assets.iter().filter(|asset| asset.kind == AssetKind::Clip);
    let sources = clips.map(async |clip| {
        let (source, file) = match redraw(job, clip).await? {
            Some(frames) => {
                let draw = move |at, rgba: &mut [u8]| frames.draw(at, rgba);
                (ClipSource::Drawn(Drawing::new(clip.sha256.clone(), draw)), None)
            }
            None => {
                let file = job.local(clip).await?;
                (ClipSource::File(file.path().to_owned()), Some(file))
            }
        };
        Ok::<_, PipelineError>(((clip.id, source), file))
    });
    let (sources, files): (_, Vec<_>) = try_join_all(sources).await?.into_iter().unzip();
    Ok((sources, files.into_iter().flatten().collect()))
}

/// All that is written over the picture: the scenes' own words and, where they are wanted, the captions.
async fn lay_out_words(timeline: &Timeline) -> Result<Vec<OverlayInput>, PipelineError> {
    let timeline = timeline.clone();
    let laid_out = tokio::task::spawn_blocking(move || {
        let page = Page { aspect: timeline.aspect, captioned: timeline.captioned };
        let own = timeline.overlays.iter().map(|overlay| {
            let drawing = OverlayDrawing::new(overlay, page)?;
            Ok(input(format!("{page:?} {overlay:?}"), drawing, overlay.start))
        });
        let captions = timeline.burnt_captions().into_iter().map(|caption| {
            let length = caption.to - caption.from;
            let drawing = OverlayDrawing::caption(&caption.text, length, page.aspect)?;
            Ok(input(format!("{page:?} {caption:?}"), drawing, caption.from))
        });
        own.chain(captions).collect::<Result<Vec<_>, StudioError>>()
    });
    Ok(laid_out.await.map_err(|panic| PipelineError::Panicked(panic.to_string()))??)
}

/// `name` holds all that decides the drawing's pixels.
fn input(name: String, drawing: OverlayDrawing, start: Frames) -> OverlayInput {
    let (Bounds { x, y, width, height }, length) = (drawing.bounds(), drawing.length());
    let drawing = Drawing::new(name, move |at, rgba: &mut [u8]| drawing.draw(at, rgba));
    OverlayInput { drawing, size: Resolution { width, height }, x, y, start, length }
}
