use async_trait::async_trait;

use crate::{ComfyPlace, ComfyUi, ProviderError, Replicate, ReplicateAccess};

/// A vendor, or a server of the operator's, as far as asking goes whether it is there and knows this installation.
/// Nothing is bought.
#[async_trait]
pub trait Reach: Send + Sync {
    /// Whose account it is, where that is told.
    async fn reach(&self) -> Result<Option<String>, ProviderError>;
}

#[async_trait]
impl Reach for ReplicateAccess {
    async fn reach(&self) -> Result<Option<String>, ProviderError> {
        Replicate::account(self.clone()).await.map(Some)
    }
}

#[async_trait]
impl Reach for ComfyPlace {
    async fn reach(&self) -> Result<Option<String>, ProviderError> {
        ComfyUi::machine(self).await.map(|_| None)
    }
}
