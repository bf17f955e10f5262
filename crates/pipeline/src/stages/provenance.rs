//! The record of where an ad comes from, kept beside it.

use std::time::SystemTime;

use admint_domain::{AdSpec, Origins, Provenance, ScenePlan};
use admint_providers::MusicRequest;
use admint_store::{AssetKind, GenerationWork};
use admint_studio::overlay_origins;
use admint_timeline::Timeline;

use super::{clips, narration::Voice, planning, soundtrack};
use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// Writes the record, unless an earlier run did; what is missing from the ad.
pub(crate) async fn record(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
    timeline: &Timeline,
    voice: &Voice,
) -> Result<Vec<String>, PipelineError> {
    let music = soundtrack::request(work, spec, plan);
    let mut origins = origins(job, work, spec, plan, timeline, &music);
    let planned = planning::story(job, work).await?;
    origins.left_out.extend(planned.notes);
    origins.left_out.extend(clips::notes(job, work, plan));
    origins.left_out.extend(voice.left_out().map(str::to_owned));
    let Origins { credits, left_out } = origins;
    if job.finished(&work.assets, AssetKind::Provenance, None).await.is_some() {
        return Ok(left_out);
    }
    let providers = job.providers();
    let first = providers.video_for(&work.brief.options)[0].model().to_owned();
    let record = Provenance {
        made_with: format!("AdMint {}", env!("CARGO_PKG_VERSION")),
        made_at: SystemTime::now().into(),
        id: job.lease.generation,
        prompt: work.brief.prompt.as_str().to_owned(),
        seed: work.brief.seed,
        aspect_ratio: work.brief.aspect,
        duration_seconds: timeline.total().seconds(),
        art_direction: spec.direction,
        framework: spec.framework,
        planner: planned.by,
        video_model: makers(work, &first).join(", "),
        music_model: providers.music.name().to_owned(),
        voice_model: voice.over().map(|_| providers.voice.name().to_owned()),
        credits,
        left_out: left_out.clone(),
    };
    let out = job.scratch("provenance.json").await?;
    let json = serde_json::to_vec_pretty(&record).expect("a record is plain JSON");
    let failed = |source| PipelineError::Io { what: "writing the provenance", source };
    tokio::fs::write(&out, json).await.map_err(failed)?;
    let draft = AssetDraft {
        kind: AssetKind::Provenance,
        scene: None,
        content_type: "application/json",
        frames: None,
    };
    job.publish(&out, "provenance.json", draft).await?;
    Ok(left_out)
}

/// Every model that made a scene's clip, each once; `first` made those of which nothing is kept.
fn makers<'a>(work: &'a GenerationWork, first: &'a str) -> Vec<&'a str> {
    let mut makers = Vec::new();
    for &scene in &work.scenes {
        let maker = clips::maker(work, scene).unwrap_or(first);
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }
    makers
}

fn origins(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
    timeline: &Timeline,
    music: &MusicRequest,
) -> Origins {
    let mut origins = job.providers().planner.origins(&work.brief);
    let first = &job.providers().video_for(&work.brief.options)[0];
    for (request, &scene) in clips::requests(work, spec, plan).zip(&work.scenes) {
        // A clip from before that was kept is the first one's; of a model that is gone nothing more is known.
        let video = match clips::maker(work, scene) {
            Some(maker) => job.providers().video.find(maker),
            None => Some(first.clone()),
        };
        if let Some(video) = video {
            origins.join(video.origins(&request));
        }
    }
    origins.join(overlay_origins(&timeline.overlays));
    origins.join(job.providers().music.origins(music));
    if timeline.voice.is_some() {
        origins.join(job.providers().voice.origins());
    }
    origins
}
