use std::sync::Arc;

use admint_domain::{Origins, Price, Usd};
use async_trait::async_trait;

use super::{ComfyPlace, ComfyUi, Filling, NAME, credit};
use crate::{
    Artwork, IdempotencyKey, ImageCapabilities, ImageModel, ImageRequest, Limits, MadeImage, Model,
    ModelKind, Operation, Pictures, ProviderError, images, shot,
};

const PICTURES: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// One workflow at a ComfyUI that makes pictures from words.
pub struct ComfyImages(ComfyUi);

impl ComfyImages {
    /// The error says what is wrong with the access, the model or the workflow.
    pub fn new(
        place: ComfyPlace,
        model: Model,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Self, String> {
        if !model.makes(ModelKind::TextToImage) {
            return Err(format!("the model `{}` makes no pictures", model.id));
        }
        let limits = Limits { most_bytes: limits.most_bytes.min(images::MOST_BYTES), ..limits };
        ComfyUi::new(place, model, pictures, limits).map(Self)
    }

    async fn picture(&self, artwork: &Artwork, request: &ImageRequest) -> Result<String, ProviderError> {
        let jpeg = shot::picture(self.0.pictures.as_ref(), artwork, request.aspect, request.ground).await?;
        self.0.upload(jpeg).await
    }
}

#[async_trait]
impl ImageModel for ComfyImages {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> ImageCapabilities {
        let input = &self.0.model.input;
        ImageCapabilities {
            reference: input.reference_image.is_some(),
            control: input.control_image.is_some(),
        }
    }

    fn origins(&self, request: &ImageRequest) -> Origins {
        let model = &self.0.model;
        let left_out = images::left_out(&model.title, self.capabilities(), request);
        Origins { credits: vec![credit(model)], left_out }
    }

    /// A price for a second of a clip says nothing of a picture, unless it is nothing.
    fn price(&self, _: &ImageRequest) -> Price {
        if self.0.per_second == Usd::ZERO { Price::Known(Usd::ZERO) } else { Price::Unknown }
    }

    async fn start(&self, request: &ImageRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        let graph = async {
            let input = &self.0.model.input;
            let wanted = [
                ("reference_image", &input.reference_image, &request.reference),
                ("control_image", &input.control_image, &request.control),
            ];
            let mut pictures = Vec::new();
            for (name, address, artwork) in wanted {
                if let (Some(address), Some(artwork)) = (address, artwork) {
                    pictures.push((name, address.as_str(), self.picture(artwork, request).await?));
                }
            }
            let (prompt, aspect) = (request.prompt.clone(), request.aspect);
            let seed = shot::seed(request.seed, key);
            self.0.graph(Filling { prompt, seed, aspect, seconds: 0, pictures })
        };
        self.0.run(key, 0, graph).await
    }

    async fn collect(&self, operation: &Operation) -> Result<MadeImage, ProviderError> {
        let download = self.0.fetch(&ComfyUi::handle(operation)?, &PICTURES).await?;
        images::read(NAME, download).await
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.0.stop(&ComfyUi::handle(operation)?.prompt).await
    }
}
