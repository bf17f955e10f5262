//! One clip per scene: a house clip, or, where the model draws its frames whenever they are wanted, the handle
//! to have them drawn by.
//!
//! ```text
//! start -> collect -> frames     -> draw  -> publish
//!                     file       -> adopt -> publish
//!                     drawn anew -> keep the handle
//! ```

mod counter;
mod errand;
mod file;
mod health;
mod story;

use std::sync::Arc;

use admint_domain::{AdSpec, AssetId, SceneId, ScenePlan};
use admint_providers::{FrameSource, ProviderError, VideoCapabilities, VideoOutput, VideoRequest};
use admint_store::{AssetKind, AssetRecord, GenerationWork};
use futures::future::join_all;

use self::{
    counter::Counter,
    errand::{Errand, HANDLE, Started},
};
use crate::{PipelineError, job::Job, pictures::artwork, progress::ProgressSender};

/// A scene with its clip.
pub(crate) struct SceneClip {
    pub scene: SceneId,
    pub asset: AssetId,
}

/// Every scene's clip, if none is missing.
pub(crate) async fn kept(job: &Job, work: &GenerationWork) -> Option<Vec<SceneClip>> {
    let mut clips = Vec::with_capacity(work.scenes.len());
    for &scene in &work.scenes {
        let asset = job.finished(&work.assets, AssetKind::Clip, Some(scene)).await?.id;
        clips.push(SceneClip { scene, asset });
    }
    Some(clips)
}

/// Makes the clips that are missing: side by side where they are made elsewhere, in turn where this machine is what
/// they wait for.
pub(crate) async fn make(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
    progress: &ProgressSender,
) -> Result<(), PipelineError> {
    let chain = job.providers().video_for(&work.brief.options);
    let VideoCapabilities { made_elsewhere, .. } = chain[0].capabilities();
    let counter = Counter::new(plan, progress.clone());
    let mut missing = Vec::new();
    for (&scene, request) in work.scenes.iter().zip(requests(work, spec, plan)) {
        let index = request.scene_index as usize;
        if job.finished(&work.assets, AssetKind::Clip, Some(scene)).await.is_some() {
            counter.finished(index);
        } else {
            missing.push(Errand::new(scene, request, chain.clone(), work));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    // Said before a model is asked: it may take its time before there is a first frame.
    counter.report();
    match made_elsewhere {
        true => side_by_side(job, missing, &counter).await,
        false => in_turn(job, missing, &counter).await,
    }
}

/// Every scene at once, each to its end whatever becomes of the others: what is paid for is kept. How many a vendor
/// makes at a time, and how many clips are encoded here, is seen to where it is done.
async fn side_by_side(job: &Job, missing: Vec<Errand>, counter: &Counter) -> Result<(), PipelineError> {
    job.check_stop()?;
    let ended = join_all(missing.into_iter().map(|mut errand| async move {
        let started = errand.begin(job).await?;
        errand.end(job, started, counter).await
    }));
    match ended.await.into_iter().filter_map(Result::err).min_by_key(urgency) {
        Some(error) if error.is_lost_lease() => Err(error),
        // Who is told to stop while a vendor does not answer stops, and does not fail.
        Some(error) => job.check_stop().and(Err(error)),
        None => Ok(()),
    }
}

/// Of several scenes' errors, the one that decides what becomes of the job: who may not write any more stops, what
/// only its user can mend is not waited for.
fn urgency(error: &PipelineError) -> u8 {
    match error {
        error if error.is_lost_lease() => 0,
        error if error.is_stop() => 1,
        error if !error.is_passing() => 2,
        _ => 3,
    }
}

/// One after the other: drawing already uses every core. While one is drawn, the model is asked for the next.
async fn in_turn(job: &Job, missing: Vec<Errand>, counter: &Counter) -> Result<(), PipelineError> {
    let mut missing = missing.into_iter();
    let mut next = missing.next();
    let mut ready: Option<(Errand, Started)> = None;
    while next.is_some() || ready.is_some() {
        job.check_stop()?;
        // Both are seen to their end: a start that is dropped half-way may be paid for nothing.
        let (kept, asked) = tokio::join!(
            async {
                match ready {
                    Some((mut errand, started)) => errand.end(job, started, counter).await,
                    None => Ok(()),
                }
            },
            async {
                let Some(mut errand) = next else { return Ok(None) };
                let started = errand.begin(job).await?;
                Ok::<_, PipelineError>(Some((errand, started)))
            }
        );
        kept?;
        ready = asked?;
        next = missing.next();
    }
    Ok(())
}

/// Who made a scene's clip, by its name in the catalogue.
pub(crate) fn maker(work: &GenerationWork, scene: SceneId) -> Option<&str> {
    let is_its = |clip: &&AssetRecord| clip.kind == AssetKind::Clip && clip.scene == Some(scene);
    work.assets.iter().find(is_its)?.made_by.as_deref()
}

/// What has to be told of the scenes that are not as they were planned, or not by the first that was asked.
pub(crate) fn notes(job: &Job, work: &GenerationWork, plan: &ScenePlan) -> Vec<String> {
    let mut notes = Vec::new();
    let scenes = work.scenes.iter().zip(&work.routes).zip(plan.scenes()).zip(0..);
    for (((&scene, route), planned), index) in scenes {
        if route.refused.is_some() {
            notes.push(story::described_anew(index, &planned.visual_prompt));
        }
        let Some(maker) = maker(work, scene) else { continue };
        let known = job.providers().video.find(maker);
        notes.extend(story::of(index, route, known.as_ref().map_or(maker, |video| video.title())));
    }
    notes
}

/// What each scene of the plan asks of the video model.
pub(crate) fn requests(
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> impl Iterator<Item = VideoRequest> {
    let options = &work.brief.options;
    let photo = artwork(&work.pictures, options.photo.as_ref().map(|photo| photo.id));
    let logo = artwork(&work.pictures, options.logo);
    let scene_count = plan.scenes().len() as u32;
    plan.scenes().iter().zip(0..).map(move |(scene, scene_index)| VideoRequest {
        spec: spec.clone(),
        scene: scene.clone(),
        scene_index,
        scene_count,
        aspect: work.brief.aspect,
        captioned: options.captions,
        seed: work.brief.seed,
        take: work.takes.get(scene_index as usize).copied().unwrap_or_default(),
        photo: photo.clone(),
        logo: logo.clone(),
    })
}

/// Its frames are drawn with the film.
pub(crate) fn is_drawn(clip: &AssetRecord) -> bool {
    clip.content_type == HANDLE
}

/// The frames of a clip that is not a file of frames.
pub(crate) async fn redraw(
    job: &Job,
    clip: &AssetRecord,
) -> Result<Option<Arc<dyn FrameSource>>, PipelineError> {
    if !is_drawn(clip) {
        return Ok(None);
    }
    let json = job.pipeline.assets.read(&clip.key).await?;
    let bad = |reason: String| ProviderError::BadOutput { provider: "this installation", reason };
    let operation = serde_json::from_slice(&json).map_err(|error| bad(error.to_string()))?;
    match job.unless_stopped(job.providers().collect(&operation)).await?? {
        VideoOutput::Frames(frames) => Ok(Some(frames)),
        VideoOutput::Download(_) => Err(bad("its clip was to be drawn, and is a file".into()).into()),
    }
}
