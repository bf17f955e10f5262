use std::sync::Arc;

use admint_domain::{Origins, Price};
use async_trait::async_trait;

use crate::{
    IdempotencyKey, Operation, ProviderError, VideoCapabilities, VideoModel, VideoOutput, VideoRequest,
};

/// The model that makes new clips, and others that made clips before another was chosen: each operation goes back
/// to whoever started it.
pub struct VideoChoice {
    chosen: Arc<dyn VideoModel>,
    others: Vec<Arc<dyn VideoModel>>,
}

impl VideoChoice {
    pub fn new(chosen: Arc<dyn VideoModel>, others: Vec<Arc<dyn VideoModel>>) -> Self {
        Self { chosen, others }
    }

    fn maker_of(&self, operation: &Operation) -> &dyn VideoModel {
        let made_it = |model: &&Arc<dyn VideoModel>| model.name() == operation.provider;
        self.others.iter().find(made_it).unwrap_or(&self.chosen).as_ref()
    }
}

#[async_trait]
impl VideoModel for VideoChoice {
    fn name(&self) -> &'static str {
        self.chosen.name()
    }

    fn capabilities(&self) -> VideoCapabilities {
        self.chosen.capabilities()
    }

    fn origins(&self, request: &VideoRequest) -> Origins {
        self.chosen.origins(request)
    }

    fn price(&self, request: &VideoRequest) -> Price {
        self.chosen.price(request)
    }

    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        self.chosen.start(request, key).await
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        self.maker_of(operation).collect(operation).await
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.maker_of(operation).cancel(operation).await
    }
}
