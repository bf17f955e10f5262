//! The ad's own words said aloud, where its maker asked for it.

use admint_domain::{AdSpec, ScenePlan};
use admint_media::write_wav;
use admint_providers::{Narration, SAMPLE_RATE, VoiceRequest};
use admint_store::{AssetKind, GenerationWork, LedgerEntry};
use admint_timeline::VoiceOver;

use crate::{
    PipelineError,
    job::{AssetDraft, Job},
};

/// Why there is no voice, should nobody remember it.
const UNSPOKEN: &str = "The words of this ad could not be spoken, so it has music without a voice.";

/// What the timeline is to hold of a voice.
pub(crate) enum Voice {
    Unasked,
    Speaks(VoiceOver),
    /// Asked for and not there; the reason is for the ad's maker.
    Missing(String),
}

impl Voice {
    /// As a saved timeline has it.
    pub fn of(work: &GenerationWork, saved: Option<&VoiceOver>) -> Self {
        match saved {
            Some(voice) => Self::Speaks(voice.clone()),
            None if work.brief.options.voice => Self::Missing(UNSPOKEN.to_owned()),
            None => Self::Unasked,
        }
    }

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

pub(crate) async fn narrate(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> Result<Voice, PipelineError> {
    if !work.brief.options.voice {
        return Ok(Voice::Unasked);
    }
    let request = VoiceRequest { spec: spec.clone(), plan: plan.clone() };
    let model = &job.providers().voice;
    let price = model.price(&request);
    let entry = LedgerEntry { scene: None, provider: model.name().into(), operation: "voice".into(), price };
    let booked = job.pipeline.store.reserve(&job.lease, entry).await?;
    let narration = job.unless_stopped(model.narrate(&request)).await??;
    job.pipeline.store.settle(&job.lease, booked, price).await?;
    let (samples, lines) = match narration {
        Narration::Spoken { samples, lines } => (samples, lines),
        Narration::Unspoken { reason } => return Ok(Voice::Missing(reason)),
    };

    let out = job.scratch("narration.wav").await?;
    let file = out.clone();
    tokio::task::spawn_blocking(move || write_wav(&file, &samples, 1, SAMPLE_RATE))
        .await
        .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
    let draft = AssetDraft {
        kind: AssetKind::Narration,
        scene: None,
        content_type: "audio/wav",
        frames: Some(plan.total()),
    };
    let asset = job.publish(&out, "narration.wav", draft).await?.id;
    Ok(Voice::Speaks(VoiceOver { asset, lines }))
}
