//! A scene's picture before there is a film to take it from, for whoever watches the ad being made. It is a courtesy:
//! nothing waits for it, and nothing fails for want of it.

use std::{path::Path, sync::Arc};

use admint_domain::{Frames, Resolution, SceneId};
use admint_media::{still, thumbnail};
use admint_providers::{FrameSource, VideoRequest};
use admint_store::AssetKind;
use admint_studio::{Bounds, OverlayDrawing, Page, StudioError, words_after};

use super::{assemble::scene_overlays, finish::STILL_WIDTH};
use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// Of a clip whose frames are drawn: one of them, with the scene's words.
pub(crate) async fn of_frames(
    job: &Job,
    scene: SceneId,
    request: &VideoRequest,
    frames: Arc<dyn FrameSource>,
) {
    let made = async {
        let _turn = job.turn_to_sketch().await?;
        let (asked, size) = (request.clone(), frames.resolution());
        let rgba = tokio::task::spawn_blocking(move || draw(&asked, frames.as_ref())).await;
        let rgba = rgba.map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
        let out = job.scratch(&file_name(request)).await?;
        still(job.ffmpeg()?, rgba, size, STILL_WIDTH, &out, job.stop.token()).await?;
        publish(job, scene, request, &out).await
    };
    told(job, made.await);
}

/// Of a clip that is a file.
pub(crate) async fn of_file(job: &Job, scene: SceneId, request: &VideoRequest, clip: &Path) {
    let made = async {
        let out = job.scratch(&file_name(request)).await?;
        let at = tells_most(request.scene.length);
        thumbnail(job.ffmpeg()?, clip, at, STILL_WIDTH, &out, job.stop.token()).await?;
        publish(job, scene, request, &out).await
    };
    told(job, made.await);
}

fn file_name(request: &VideoRequest) -> String {
    format!("sketch-{}.jpg", request.scene_index)
}

async fn publish(
    job: &Job,
    scene: SceneId,
    request: &VideoRequest,
    file: &Path,
) -> Result<(), PipelineError> {
    let draft =
        AssetDraft { kind: AssetKind::Sketch, scene: Some(scene), content_type: "image/jpeg", frames: None };
    job.publish(file, &file_name(request), draft).await?;
    Ok(())
}

/// Whoever may not write any more finds out at the next thing that matters.
fn told(job: &Job, made: Result<(), PipelineError>) {
    if let Err(error) = made {
        tracing::debug!(generation.id = %job.lease.generation, %error, "a scene has no picture yet");
    }
}

/// When the words are all there, and none has left.
fn tells_most(length: Frames) -> Frames {
    Frames(length.0 * 3 / 5)
}

fn draw(request: &VideoRequest, frames: &dyn FrameSource) -> Result<Vec<u8>, StudioError> {
    let VideoRequest { spec, scene, seed, scene_index, .. } = request;
    let size = frames.resolution();
    let at = tells_most(frames.length());
    let mut rgba = vec![0; size.rgba_len()];
    frames.draw(at, &mut rgba);
    let page = Page { aspect: request.aspect, captioned: request.captioned };
    let first = words_after(spec, *seed, *scene_index as usize, scene);
    for overlay in scene_overlays(spec, scene, first, scene.length) {
        if overlay.start > at {
            continue;
        }
        let drawing = OverlayDrawing::new(&overlay, page)?;
        let mut words = vec![0; drawing.bounds().rgba_len()];
        drawing.draw(at - overlay.start, &mut words);
        lay_over(&mut rgba, size, &words, drawing.bounds());
    }
    Ok(rgba)
}

/// Straight alpha over an opaque picture.
fn lay_over(picture: &mut [u8], size: Resolution, words: &[u8], bounds: Bounds) {
    let rows = words.chunks_exact(bounds.width as usize * 4).zip(bounds.y..);
    for (words, y) in rows.filter(|(_, y)| *y < size.height) {
        let start = (y as usize * size.width as usize + bounds.x as usize) * 4;
        let row = picture[start..].chunks_exact_mut(4).take((size.width.saturating_sub(bounds.x)) as usize);
        for (below, above) in row.zip(words.chunks_exact(4)) {
            let alpha = u32::from(above[3]);
            for (below, above) in below.iter_mut().zip(&above[..3]) {
                let mixed = u32::from(*above) * alpha + u32::from(*below) * (255 - alpha);
                *below = (mixed / 255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lie_over_the_picture_where_they_belong() {
        let size = Resolution { width: 4, height: 2 };
        let mut picture = [10, 10, 10, 255].repeat(8);
        let words = [[210, 210, 210, 255], [210, 210, 210, 0]].concat();
        lay_over(&mut picture, size, &words, Bounds { x: 2, y: 1, width: 2, height: 1 });
        let mut expected = [10, 10, 10, 255].repeat(8);
        expected[24..28].copy_from_slice(&[210, 210, 210, 255]);
        assert_eq!(picture, expected);
    }
}
