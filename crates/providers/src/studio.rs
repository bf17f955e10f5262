//! The embedded engine behind the traits: no key, no network, and a price that is known to be zero.

use std::sync::Arc;

use admint_domain::{AdSpec, Brief, Frames, Price, Resolution, ScenePlan, Usd};
use admint_studio::{SceneBrief, SceneDrawing, ScoreBrief};
use async_trait::async_trait;
use tokio::task::spawn_blocking;

use crate::{
    FrameSource, MusicModel, MusicRequest, Operation, Planner, ProviderError, Soundtrack, VideoCapabilities,
    VideoModel, VideoOutput, VideoRequest,
};

/// Plans, draws and scores on this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Studio;

const NAME: &str = "studio";

#[async_trait]
impl Planner for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn write_spec(&self, brief: &Brief) -> Result<AdSpec, ProviderError> {
        let brief = brief.clone();
        in_background(move || admint_studio::write_spec(&brief)).await
    }

    async fn plan_scenes(&self, brief: &Brief, spec: &AdSpec) -> Result<ScenePlan, ProviderError> {
        let (brief, spec) = (brief.clone(), spec.clone());
        in_background(move || admint_studio::plan_scenes(&brief, &spec)).await
    }
}

#[async_trait]
impl VideoModel for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities { image_to_video: false, deterministic: true, any_length: true }
    }

    fn price(&self, _request: &VideoRequest) -> Price {
        Price::Known(Usd::ZERO)
    }

    /// The handle is the request itself: drawing it again costs nothing and gives the same frames.
    async fn start(&self, request: &VideoRequest) -> Result<Operation, ProviderError> {
        let handle = serde_json::to_value(request)
            .map_err(|error| ProviderError::BadOutput { provider: NAME, reason: error.to_string() })?;
        Ok(Operation { provider: NAME.into(), handle })
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let unknown =
            || ProviderError::UnknownOperation { provider: NAME, handle: operation.handle.to_string() };
        if operation.provider != NAME {
            return Err(unknown());
        }
        let VideoRequest { spec, scene, scene_index, scene_count, aspect, seed } =
            serde_json::from_value(operation.handle.clone()).map_err(|_| unknown())?;
        let brief = SceneBrief { spec, scene, scene_index, scene_count, aspect, seed };
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

#[async_trait]
impl MusicModel for Studio {
    fn name(&self) -> &'static str {
        NAME
    }

    fn price(&self, _request: &MusicRequest) -> Price {
        Price::Known(Usd::ZERO)
    }

    async fn compose(&self, request: &MusicRequest) -> Result<Soundtrack, ProviderError> {
        let MusicRequest { spec, length, cuts, seed } = request.clone();
        let brief = ScoreBrief { spec, length, cuts, seed };
        Ok(Soundtrack { samples: in_background(move || admint_studio::compose(&brief)).await? })
    }
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
