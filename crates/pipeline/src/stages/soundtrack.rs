//! Music as long as the video, composed before the timeline that names it.

use admint_domain::{AdSpec, ScenePlan};
use admint_media::write_wav;
use admint_providers::{MusicRequest, SAMPLE_RATE};
use admint_store::{AssetKind, AssetRecord, GenerationWork, LedgerEntry};

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// The music that a plan asks for.
pub(crate) fn request(work: &GenerationWork, spec: &AdSpec, plan: &ScenePlan) -> MusicRequest {
    MusicRequest { spec: spec.clone(), length: plan.total(), cuts: plan.starts(), seed: work.brief.seed }
}

pub(crate) async fn compose(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> Result<AssetRecord, PipelineError> {
    if let Some(finished) = job.finished(&work.assets, AssetKind::Soundtrack, None).await {
        return Ok(finished);
    }
    let request = request(work, spec, plan);
    let music = &job.providers().music;
    let price = music.price(&request);
    let entry = LedgerEntry { scene: None, provider: music.name().into(), operation: "music".into(), price };
    let booked = job.pipeline.store.reserve(&job.lease, entry).await?;
    let soundtrack = job.unless_stopped(music.compose(&request)).await??;
    job.pipeline.store.settle(&job.lease, booked, price).await?;

    let out = job.scratch("soundtrack.wav").await?;
    let file = out.clone();
    tokio::task::spawn_blocking(move || write_wav(&file, &soundtrack.samples, 2, SAMPLE_RATE))
        .await
        .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
    let draft = AssetDraft {
        kind: AssetKind::Soundtrack,
        scene: None,
        content_type: "audio/wav",
        frames: Some(plan.total()),
    };
    job.publish(&out, "soundtrack.wav", draft).await
}
