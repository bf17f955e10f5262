//! Music as long as the video, composed before the timeline that names it.

use admint_domain::{AdSpec, ScenePlan};
use admint_providers::{IdempotencyKey, MusicRequest};
use admint_store::{AssetKind, AssetRecord, GenerationWork, LedgerEntry, Reservation};

use crate::{PipelineError, job::Job};

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
    let Reservation { id: booked, open_since } = job.pipeline.store.reserve(&job.lease, entry).await?;
    let key = IdempotencyKey::new(booked).asked_since(open_since.map(Into::into));
    let soundtrack = job.unless_stopped(music.compose(&request, &key)).await??;
    tracing::debug!(generation.id = %job.lease.generation, "music composed");
    // Kept before it is settled: what is killed in between finds it, and does not buy it again.
    let asset = job.publish_sound(AssetKind::Soundtrack, soundtrack.samples, 2, plan.total()).await?;
    job.pipeline.store.settle(&job.lease, booked, price).await?;
    Ok(asset)
}
