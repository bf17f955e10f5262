//! The ad's own words said aloud, where its maker asked for it.

use admint_domain::{AdSpec, Price, ScenePlan, Usd};
use admint_providers::{IdempotencyKey, Narration, VoiceRequest};
use admint_store::{AssetKind, GenerationWork, LedgerEntry, Reservation};
use admint_timeline::{SpokenLine, VoiceOver};
use serde::{Deserialize, Serialize};

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// What the timeline is to hold of a voice.
pub(crate) enum Voice {
    Unasked,
    Speaks(VoiceOver),
    /// Asked for and not there; the reason is for the ad's maker.
    Missing(String),
}

impl Voice {
    pub fn left_out(&self) -> Option<&str> {
        match self {
            Self::Missing(reason) => Some(reason),
            Self::Unasked | Self::Speaks(_) => None,
        }
    }

    pub fn over(&self) -> Option<&VoiceOver> {
        match self {
            Self::Speaks(voice) => Some(voice),
            Self::Unasked | Self::Missing(_) => None,
        }
    }
}

/// What is kept beside the sound: the sound alone does not tell its words, nor why there is none.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Script {
    Spoken(Vec<SpokenLine>),
    Unspoken(String),
}

/// Speaks, unless an earlier run did.
pub(crate) async fn narrate(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> Result<Voice, PipelineError> {
    if let Some(voice) = kept(job, work).await? {
        return Ok(voice);
    }
    let request = VoiceRequest { spec: spec.clone(), plan: plan.clone() };
    let model = &job.providers().voice;
    let price = model.price(&request);
    let entry = LedgerEntry { scene: None, provider: model.name().into(), operation: "voice".into(), price };
    let Reservation { id: booked, open_since } = job.pipeline.store.reserve(&job.lease, entry).await?;
    let key = IdempotencyKey::new(booked).asked_since(open_since.map(Into::into));
    match job.unless_stopped(model.narrate(&request, &key)).await?? {
        Narration::Spoken { samples, lines } => {
            let asset = job.publish_sound(AssetKind::Narration, samples, 1, plan.total()).await?.id;
            keep_script(job, &Script::Spoken(lines.clone())).await?;
            job.pipeline.store.settle(&job.lease, booked, price).await?;
            Ok(Voice::Speaks(VoiceOver { asset, lines }))
        }
        Narration::Unspoken { reason } => {
            keep_script(job, &Script::Unspoken(reason.clone())).await?;
            job.pipeline.store.settle(&job.lease, booked, Price::Known(Usd::ZERO)).await?;
            Ok(Voice::Missing(reason))
        }
    }
}

/// What became of the voice, if that is settled: it was not asked for, or an earlier run spoke.
pub(crate) async fn kept(job: &Job, work: &GenerationWork) -> Result<Option<Voice>, PipelineError> {
    if !work.brief.options.voice {
        return Ok(Some(Voice::Unasked));
    }
    let Some(script) = job.finished(&work.assets, AssetKind::Script, None).await else { return Ok(None) };
    let failed = |source| PipelineError::Io { what: "reading what the voice says", source };
    let json = job.pipeline.assets.read(&script.key).await?;
    let script = serde_json::from_slice(&json).map_err(|error| failed(error.into()))?;
    Ok(match script {
        Script::Unspoken(reason) => Some(Voice::Missing(reason)),
        Script::Spoken(lines) => {
            let sound = job.finished(&work.assets, AssetKind::Narration, None).await;
            sound.map(|sound| Voice::Speaks(VoiceOver { asset: sound.id, lines }))
        }
    })
}

async fn keep_script(job: &Job, script: &Script) -> Result<(), PipelineError> {
    let out = job.scratch("script.json").await?;
    let json = serde_json::to_vec(script).expect("a script is plain JSON");
    let failed = |source| PipelineError::Io { what: "writing what the voice says", source };
    tokio::fs::write(&out, json).await.map_err(failed)?;
    let draft =
        AssetDraft { kind: AssetKind::Script, scene: None, content_type: "application/json", frames: None };
    job.publish(&out, "script.json", draft).await?;
    Ok(())
}
