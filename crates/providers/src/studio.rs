//! The embedded engine behind the traits: no key, no network, and a price that is known to be zero.

use std::sync::Arc;

use admint_domain::{AdSpec, Brief, Frames, Origins, Price, Resolution, ScenePlan, Usd};
use admint_studio::{Artwork as StagedArtwork, SceneBrief, SceneDrawing, ScoreBrief, voice};
use async_trait::async_trait;
use tokio::task::spawn_blocking;

use crate::{
    Artwork, Failure, FrameSource, IdempotencyKey, MusicModel, MusicRequest, Narration, Operation, Pictures,
    Planned, Planner, ProviderError, Soundtrack, VideoCapabilities, VideoModel, VideoOutput, VideoRequest,
    VoiceModel, VoiceRequest,
};

/// Plans, draws, scores and speaks on this machine.
#[derive(Clone)]
pub struct Studio {
    pictures: Arc<dyn Pictures>,
}

impl Studio {
    /// `pictures` are those that requests name.
    pub fn new(pictures: Arc<dyn Pictures>) -> Self {
        Self { pictures }
    }

    async fn artwork(&self, artwork: Option<Artwork>) -> Result<Option<StagedArtwork>, ProviderError> {
        let Some(Artwork { key, framed }) = artwork else { return Ok(None) };
        let png = self.pictures.read(&key).await?;
        let staged = in_background(move || StagedArtwork::from_png(&png, framed)).await?;
        staged.map(Some).map_err(|error| ProviderError::MissingPicture { key, reason: error.to_string() })
    }
}

const NAME: &str = "studio";

#[async_trait]
impl Planner for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self, brief: &Brief) -> Origins {
        admint_studio::plan_origins(brief)
    }

    fn is_repeatable(&self) -> bool {
        true
    }

    fn price(&self, _brief: &Brief) -> Price {
        Price::Known(Usd::ZERO)
    }

    async fn write_spec(&self, brief: &Brief, _key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        let brief = brief.clone();
        planned(in_background(move || admint_studio::write_spec(&brief)).await)
    }

    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        _key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        let (brief, spec) = (brief.clone(), spec.clone());
        planned(in_background(move || admint_studio::plan_scenes(&brief, &spec)).await)
    }
}

fn planned<T>(result: Result<T, ProviderError>) -> Result<Planned<T>, Failure> {
    let cost = Price::Known(Usd::ZERO);
    result.map(|result| Planned::by(NAME, result, cost)).map_err(|error| Failure { error, cost })
}

#[async_trait]
impl VideoModel for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &str {
        "Studio"
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities {
            image_to_video: false,
            deterministic: true,
            any_length: true,
            drawn_anew: true,
            made_elsewhere: false,
            at_once: None,
        }
    }

    fn origins(&self, request: &VideoRequest) -> Origins {
        admint_studio::scene_origins(&scene_brief(request.clone(), None, None), request.photo.is_some())
    }

    fn price(&self, _request: &VideoRequest) -> Price {
        Price::Known(Usd::ZERO)
    }

    /// The handle is the request itself: drawing it again costs nothing and gives the same frames.
    /// The handle is all there is to it: it costs nothing, and the same request is the same handle.
    async fn start(&self, request: &VideoRequest, _key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        let handle = serde_json::to_value(request)
            .map_err(|error| ProviderError::BadOutput { provider: NAME, reason: error.to_string() })?;
        Ok(Operation { provider: NAME.into(), model: NAME.into(), handle })
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let unknown =
            || ProviderError::UnknownOperation { provider: NAME, handle: operation.handle.to_string() };
        if operation.provider != NAME {
            return Err(unknown());
        }
        let request: VideoRequest =
            serde_json::from_value(operation.handle.clone()).map_err(|_| unknown())?;
        let photo = self.artwork(request.photo.clone()).await?;
        let logo = self.artwork(request.logo.clone()).await?;
        let brief = scene_brief(request, photo, logo);
        let drawing = in_background(move || SceneDrawing::new(&brief))
            .await?
            .map_err(|error| ProviderError::BadOutput { provider: NAME, reason: error.to_string() })?;
        Ok(VideoOutput::Frames(Arc::new(DrawnScene(drawing))))
    }

    /// Nothing runs between [`start`](VideoModel::start) and the drawing of a frame.
    async fn cancel(&self, _operation: &Operation) -> Result<(), ProviderError> {
        Ok(())
    }
}

fn scene_brief(
    request: VideoRequest,
    photo: Option<admint_studio::Artwork>,
    logo: Option<admint_studio::Artwork>,
) -> SceneBrief {
    let VideoRequest { spec, scene, scene_index, scene_count, aspect, captioned, seed, take, .. } = request;
    SceneBrief { spec, scene, scene_index, scene_count, aspect, captioned, seed, take, photo, logo }
}

#[async_trait]
impl MusicModel for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self, request: &MusicRequest) -> Origins {
        admint_studio::score_origins(&score_brief(request))
    }

    fn price(&self, _request: &MusicRequest) -> Price {
        Price::Known(Usd::ZERO)
    }

    async fn compose(
        &self,
        request: &MusicRequest,
        _key: &IdempotencyKey,
    ) -> Result<Soundtrack, ProviderError> {
        let brief = score_brief(request);
        let score = in_background(move || admint_studio::score(&brief)).await?;
        if let Some(warning) = score.warning {
            tracing::warn!(%warning, "the music is not as it should be");
        }
        Ok(Soundtrack { samples: score.samples })
    }
}

#[async_trait]
impl VoiceModel for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self) -> Origins {
        admint_studio::voice_origins()
    }

    fn price(&self, _request: &VoiceRequest) -> Price {
        Price::Known(Usd::ZERO)
    }

    async fn narrate(
        &self,
        request: &VoiceRequest,
        _key: &IdempotencyKey,
    ) -> Result<Narration, ProviderError> {
        let VoiceRequest { spec, plan } = request.clone();
        Ok(match in_background(move || voice::narrate(&spec, &plan)).await? {
            Ok(voice::Narration { samples, lines }) => Narration::Spoken { samples, lines },
            Err(reason) => {
                if let voice::Unvoiced::Failed(error) = &reason {
                    tracing::warn!(%error, "the voice failed");
                }
                Narration::Unspoken { reason: reason.to_string() }
            }
        })
    }
}

fn score_brief(request: &MusicRequest) -> ScoreBrief {
    let MusicRequest { spec, length, cuts, seed } = request.clone();
    ScoreBrief { spec, length, cuts, seed }
}

struct DrawnScene(SceneDrawing);

impl FrameSource for DrawnScene {
    fn resolution(&self) -> Resolution {
        self.0.resolution()
    }

    fn length(&self) -> Frames {
        self.0.length()
    }

    fn draw(&self, at: Frames, rgba: &mut [u8]) {
        self.0.draw(at, rgba);
    }
}

/// Studio computes; the async threads must not wait for it.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ProviderError> {
    spawn_blocking(work)
        .await
        .map_err(|error| ProviderError::BadOutput { provider: NAME, reason: error.to_string() })
}
