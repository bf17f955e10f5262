//! Tells the breakers how asking a model went, and whoever looks from outside what that changed.

use admint_providers::{Change, ProviderError, Resting, VideoModel};

use crate::job::Job;

pub(super) async fn record(job: &Job, video: &dyn VideoModel, outcome: Result<(), &ProviderError>) {
    let model = video.model();
    let told = match job.providers().video.breakers().record(model, outcome) {
        None => return,
        Some(Change::Opened(Resting { pause, last })) => {
            tracing::warn!(model, ?pause, error = %last, "the model is not asked for a while");
            job.pipeline.store.model_rests(model, pause, last.in_short()).await
        }
        Some(Change::Closed) => {
            tracing::info!(model, "the model is asked again");
            job.pipeline.store.model_is_back(model).await
        }
    };
    if let Err(error) = told {
        // Only who looks from outside misses it.
        tracing::warn!(model, %error, "cannot take down how the model does");
    }
}
