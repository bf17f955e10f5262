use admint_domain::{AdSpec, Frames, Origins, Price};
use async_trait::async_trait;

use crate::{IdempotencyKey, ProviderError};

/// Samples per second of every soundtrack.
pub const SAMPLE_RATE: u32 = 48_000;

/// Music to be made.
#[derive(Clone, Debug)]
pub struct MusicRequest {
    pub spec: AdSpec,
    /// The video's length; the music ends with it.
    pub length: Frames,
    /// Where scenes begin, the first at 0: accents belong there.
    pub cuts: Vec<Frames>,
    pub seed: u32,
}

/// Interleaved stereo samples from -1 to 1 at [`SAMPLE_RATE`].
#[derive(Clone, Debug)]
pub struct Soundtrack {
    pub samples: Vec<f32>,
}

/// A model that makes music.
#[async_trait]
pub trait MusicModel: Send + Sync {
    /// For logs and the ledger.
    fn name(&self) -> &'static str;

    /// Whose work is in the music, and what had to be left out of it.
    fn origins(&self, request: &MusicRequest) -> Origins;

    fn price(&self, request: &MusicRequest) -> Price;

    /// Under the key of an earlier call it is the same music, paid once.
    async fn compose(
        &self,
        request: &MusicRequest,
        key: &IdempotencyKey,
    ) -> Result<Soundtrack, ProviderError>;
}
