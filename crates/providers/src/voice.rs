use admint_domain::{AdSpec, Origins, Price, ScenePlan};
use admint_timeline::SpokenLine;
use async_trait::async_trait;

use crate::{IdempotencyKey, ProviderError};

/// An ad to be spoken.
#[derive(Clone, Debug)]
pub struct VoiceRequest {
    pub spec: AdSpec,
    pub plan: ScenePlan,
}

/// What became of a [`VoiceRequest`].
#[derive(Clone, Debug)]
pub enum Narration {
    Spoken {
        /// Mono from -1 to 1 at [`SAMPLE_RATE`](crate::SAMPLE_RATE), as long as the plan, silent where nobody speaks.
        samples: Vec<f32>,
        /// In order, never overlapping.
        lines: Vec<SpokenLine>,
    },
    /// This voice cannot speak this ad, which is made without it.
    Unspoken {
        /// A sentence for the ad's maker.
        reason: String,
    },
}

/// A model that speaks.
#[async_trait]
pub trait VoiceModel: Send + Sync {
    /// For logs and the ledger.
    fn name(&self) -> &'static str;

    /// Whose work is in the voice.
    fn origins(&self) -> Origins;

    fn price(&self, request: &VoiceRequest) -> Price;

    /// Speaks the plan's own words, each scene's within its time. Under the key of an earlier call it is the same
    /// voice, paid once.
    async fn narrate(&self, request: &VoiceRequest, key: &IdempotencyKey)
    -> Result<Narration, ProviderError>;
}
