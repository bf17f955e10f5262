//! Sound under the picture, and the picture that stands for the video.

use std::path::PathBuf;

use admint_domain::{FRAME_RATE, Frames};
use admint_media::{duck, encode_sound, join_sound, read_wav, thumbnail, write_wav};
use admint_providers::SAMPLE_RATE;
use admint_store::{AssetKind, AssetRecord, GenerationWork};
use admint_timeline::{Music, Span, Timeline, VoiceOver};

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// Pixels; twice the widest card in the gallery, for dense screens.
const THUMBNAIL_WIDTH: u32 = 720;

/// Makes the final video and its thumbnail, unless an earlier run did. `sound` is what [`sound`] made;
/// without it the video is silent.
pub(crate) async fn finish(
    job: &Job,
    assets: &[AssetRecord],
    timeline: &Timeline,
    stitched: &AssetRecord,
    sound: Option<PathBuf>,
) -> Result<(), PipelineError> {
    let total = timeline.total();
    let video = match job.finished(assets, AssetKind::Video, None).await {
        Some(finished) => finished,
        None => join(job, stitched, sound, total).await?,
    };
    if job.finished(assets, AssetKind::Thumbnail, None).await.is_some() {
        return Ok(());
    }
    let out = job.scratch("thumbnail.jpg").await?;
    let at = thumbnail_frame(timeline);
    let source = job.local(&video).await?;
    thumbnail(job.ffmpeg()?, source.path(), at, THUMBNAIL_WIDTH, &out, job.stop.token()).await?;
    let draft =
        AssetDraft { kind: AssetKind::Thumbnail, scene: None, content_type: "image/jpeg", frames: None };
    job.publish(&out, "thumbnail.jpg", draft).await?;
    Ok(())
}

/// Pixels; a scene's picture beside its words.
pub(crate) const STILL_WIDTH: u32 = 320;

/// Takes the pictures of scenes that an earlier run did not take, from the finished video.
pub(crate) async fn take_stills(
    job: &Job,
    work: &GenerationWork,
    timeline: &Timeline,
) -> Result<(), PipelineError> {
    let video = asset_now(job, AssetKind::Video).await?;
    let source = job.local(&video).await?;
    for (index, (&scene, span)) in work.scenes.iter().zip(timeline.spans()).enumerate() {
        if job.finished(&work.assets, AssetKind::Still, Some(scene)).await.is_some() {
            continue;
        }
        let name = format!("still-{index}.jpg");
        let out = job.scratch(&name).await?;
        let at = tells_most(span);
        thumbnail(job.ffmpeg()?, source.path(), at, STILL_WIDTH, &out, job.stop.token()).await?;
        let draft = AssetDraft {
            kind: AssetKind::Still,
            scene: Some(scene),
            content_type: "image/jpeg",
            frames: None,
        };
        job.publish(&out, &name, draft).await?;
    }
    Ok(())
}

pub(crate) async fn has_stills(job: &Job, work: &GenerationWork) -> bool {
    for &scene in &work.scenes {
        if job.finished(&work.assets, AssetKind::Still, Some(scene)).await.is_none() {
            return false;
        }
    }
    true
}

/// What this run or an earlier one made.
async fn asset_now(job: &Job, kind: AssetKind) -> Result<AssetRecord, PipelineError> {
    let work = job.pipeline.store.generation_work(&job.lease).await?;
    let found = work.assets.into_iter().find(|asset| asset.kind == kind);
    found.ok_or(PipelineError::Lost("the finished video"))
}

async fn join(
    job: &Job,
    stitched: &AssetRecord,
    sound: Option<PathBuf>,
    total: Frames,
) -> Result<AssetRecord, PipelineError> {
    let out = job.scratch("video.mp4").await?;
    let silent = job.local(stitched).await?;
    match sound {
        Some(sound) => {
            join_sound(job.ffmpeg()?, silent.path(), &sound, total, &out, job.stop.token()).await?
        }
        None => {
            tokio::fs::copy(silent.path(), &out)
                .await
                .map_err(|source| PipelineError::Io { what: "copying the silent video", source })?;
        }
    }
    let draft =
        AssetDraft { kind: AssetKind::Video, scene: None, content_type: "video/mp4", frames: Some(total) };
    job.publish(&out, "video.mp4", draft).await
}

/// What is heard under the picture, encoded into a file of this job's own; none where the timeline has
/// neither music nor a voice, or an earlier run finished the video.
pub(crate) async fn sound(
    job: &Job,
    assets: &[AssetRecord],
    timeline: &Timeline,
) -> Result<Option<PathBuf>, PipelineError> {
    if job.finished(assets, AssetKind::Video, None).await.is_some() {
        return Ok(None);
    }
    let total = timeline.total();
    // The file stays where it is for as long as it is read. Every timeline that generation writes has music; an
    // edited one may not.
    let (music, _kept) = match timeline.music {
        None => (None, None),
        Some(music) => {
            let track = assets.iter().find(|asset| asset.id == music.asset);
            let file = job.local(track.ok_or(PipelineError::Lost("the music"))?).await?;
            (Some((music, file.path().to_owned())), Some(file))
        }
    };
    let (music, wav) = match (&timeline.voice, music) {
        (Some(voice), Some((music, track))) => (music, mixed(job, assets, Some(track), voice, total).await?),
        (Some(voice), None) => {
            let as_it_is = Music {
                asset: voice.asset,
                gain_centibels: 0,
                fade_in: Frames::ZERO,
                fade_out: Frames::ZERO,
            };
            (as_it_is, mixed(job, assets, None, voice, total).await?)
        }
        (None, Some(music)) => music,
        (None, None) => return Ok(None),
    };
    let out = job.scratch("sound.m4a").await?;
    encode_sound(job.ffmpeg()?, &wav, &music, total, &out, job.stop.token()).await?;
    Ok(Some(out))
}

/// The voice over the music, or over silence, as a file of this job's own.
async fn mixed(
    job: &Job,
    assets: &[AssetRecord],
    music: Option<PathBuf>,
    voice: &VoiceOver,
    total: Frames,
) -> Result<PathBuf, PipelineError> {
    let narration = assets.iter().find(|asset| asset.id == voice.asset);
    let narration = narration.ok_or(PipelineError::Lost("the voice"))?;
    let narration = job.local(narration).await?;
    let lines: Vec<_> = voice.lines.iter().map(|line| (line.from, line.to)).collect();
    let out = job.scratch("mixed.wav").await?;
    let file = out.clone();
    tokio::task::spawn_blocking(move || {
        let music = match music {
            Some(music) => read_wav(&music)?,
            None => vec![0.0; (total.0 * (SAMPLE_RATE / FRAME_RATE) * 2) as usize],
        };
        let sound = duck(&music, &read_wav(narration.path())?, &lines, SAMPLE_RATE);
        write_wav(&file, &sound, 2, SAMPLE_RATE)
    })
    .await
    .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
    Ok(out)
}

/// The middle of the scene that shows the product, words and all: what tells most in a gallery.
fn thumbnail_frame(timeline: &Timeline) -> Frames {
    let spans: Vec<_> = timeline.spans().collect();
    let span = spans.get(1).or(spans.first());
    span.map_or(Frames::ZERO, |&span| tells_most(span))
}

/// When a scene's words are all there, and none has left.
fn tells_most(span: Span) -> Frames {
    span.start + Frames(span.length.0 * 3 / 5)
}
