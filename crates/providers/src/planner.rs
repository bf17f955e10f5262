use admint_domain::{AdSpec, Brief, Origins, ScenePlan};
use async_trait::async_trait;

use crate::ProviderError;

/// Turns a brief into a specification, and that into scenes.
#[async_trait]
pub trait Planner: Send + Sync {
    /// For logs and the ledger.
    fn name(&self) -> &'static str;

    /// Whose work helped to plan.
    fn origins(&self, brief: &Brief) -> Origins;

    async fn write_spec(&self, brief: &Brief) -> Result<AdSpec, ProviderError>;

    /// The scenes' lengths less their crossfades add up to the brief's duration, to the frame.
    async fn plan_scenes(&self, brief: &Brief, spec: &AdSpec) -> Result<ScenePlan, ProviderError>;
}
