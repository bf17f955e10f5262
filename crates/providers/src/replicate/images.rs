use std::sync::Arc;

use admint_domain::{Origins, Price};
use async_trait::async_trait;

use super::{Asked, NAME, Replicate, ReplicateAccess, api::Api};
use crate::{
    IdempotencyKey, ImageCapabilities, ImageModel, ImageRequest, Limits, MadeImage, Model, ModelKind,
    Operation, Pictures, ProviderError, images, shot,
};

/// One model at Replicate that makes pictures from words.
pub struct ReplicateImages(Replicate);

impl ReplicateImages {
    /// The error says what is wrong with the access or the model.
    pub fn new(
        access: ReplicateAccess,
        model: Model,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Self, String> {
        if model.provider != NAME || !model.makes(ModelKind::TextToImage) {
            return Err(format!("the model `{}` makes no pictures at Replicate", model.id));
        }
        let limits = Limits { most_bytes: limits.most_bytes.min(images::MOST_BYTES), ..limits };
        Ok(Self(Replicate { api: Api::new(access, limits)?, model, pictures, webhooks: None }))
    }
}

#[async_trait]
impl ImageModel for ReplicateImages {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities { reference: false, control: false }
    }

    fn origins(&self, request: &ImageRequest) -> Origins {
        let left_out = images::left_out(&self.0.model.title, self.capabilities(), request);
        Origins { credits: vec![self.0.credit()], left_out }
    }

    fn price(&self, _: &ImageRequest) -> Price {
        self.0.model.price_of(0)
    }

    async fn start(&self, request: &ImageRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        let (prompt, aspect) = (request.prompt.clone(), request.aspect);
        let asked = Asked { prompt, aspect, seed: shot::seed(request.seed, key), seconds: None };
        self.0.buy(key, &asked, async { Ok(Vec::new()) }).await
    }

    async fn collect(&self, operation: &Operation) -> Result<MadeImage, ProviderError> {
        let download = self.0.fetch(&Replicate::handle(operation)?).await?;
        images::read(NAME, download).await
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.0.api.cancel(&Replicate::handle(operation)?.prediction).await
    }
}
