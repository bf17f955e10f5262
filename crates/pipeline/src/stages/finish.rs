//! Sound under the picture, and the picture that stands for the video.

use admint_domain::Frames;
use admint_media::{add_sound, thumbnail};
use admint_store::{AssetKind, AssetRecord};
use admint_timeline::Timeline;

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// Pixels; twice the widest card in the gallery, for dense screens.
const THUMBNAIL_WIDTH: u32 = 720;

/// Makes the final video and its thumbnail, unless an earlier run did.
pub(crate) async fn finish(
    job: &Job,
    assets: &[AssetRecord],
    timeline: &Timeline,
    stitched: &AssetRecord,
    soundtrack: &AssetRecord,
) -> Result<(), PipelineError> {
    let total = timeline.total();
    let video = match job.finished(assets, AssetKind::Video, None).await {
        Some(finished) => finished,
        None => add_music(job, timeline, stitched, soundtrack, total).await?,
    };
    if job.finished(assets, AssetKind::Thumbnail, None).await.is_some() {
        return Ok(());
    }
    let out = job.scratch("thumbnail.jpg").await?;
    let at = thumbnail_frame(timeline);
    let source = job.pipeline.assets.path(&video.key)?;
    thumbnail(job.ffmpeg()?, &source, at, THUMBNAIL_WIDTH, &out, job.stop.token()).await?;
    let draft =
        AssetDraft { kind: AssetKind::Thumbnail, scene: None, content_type: "image/jpeg", frames: None };
    job.publish(&out, "thumbnail.jpg", draft).await?;
    Ok(())
}

async fn add_music(
    job: &Job,
    timeline: &Timeline,
    stitched: &AssetRecord,
    soundtrack: &AssetRecord,
    total: Frames,
) -> Result<AssetRecord, PipelineError> {
    let out = job.scratch("video.mp4").await?;
    let silent = job.pipeline.assets.path(&stitched.key)?;
    let sound = job.pipeline.assets.path(&soundtrack.key)?;
    // Every timeline that generation writes has music; an edited one may not, and is then silent.
    let music = timeline.music.as_ref();
    match music {
        Some(music) => {
            add_sound(job.ffmpeg()?, &silent, &sound, music, total, &out, job.stop.token()).await?;
        }
        None => {
            tokio::fs::copy(&silent, &out)
                .await
                .map_err(|source| PipelineError::Io { what: "copying the silent video", source })?;
        }
    }
    let draft =
        AssetDraft { kind: AssetKind::Video, scene: None, content_type: "video/mp4", frames: Some(total) };
    job.publish(&out, "video.mp4", draft).await
}

/// The middle of the scene that shows the product, words and all: what tells most in a gallery.
fn thumbnail_frame(timeline: &Timeline) -> Frames {
    let spans: Vec<_> = timeline.spans().collect();
    let span = spans.get(1).or(spans.first());
    span.map_or(Frames::ZERO, |span| span.start + Frames(span.length.0 * 3 / 5))
}
