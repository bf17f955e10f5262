use std::sync::Arc;

use admint_domain::{AdSpec, AspectRatio, Origins, PlannedScene, Price};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{Download, FrameSource, IdempotencyKey, ProviderError};

/// What a model of moving pictures can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoCapabilities {
    /// Can start from a picture.
    pub image_to_video: bool,
    /// The same request and seed give the same clip.
    pub deterministic: bool,
    /// Clips of any length; otherwise the model's own lengths are trimmed.
    pub any_length: bool,
    /// An operation can be collected again at any time, for nothing and with the same frames: its clip needs
    /// no file, the handle is enough.
    pub drawn_anew: bool,
    /// Clips are made elsewhere and take their time: all may be started before the first is collected.
    pub made_elsewhere: bool,
    /// So many of a provider's operations may be under way at a time, over all of its models; any number if left
    /// out.
    pub at_once: Option<usize>,
}

/// One scene to be made. Serialisable, because it is the handle's memory of what was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoRequest {
    /// For words and colours that all scenes share.
    pub spec: AdSpec,
    pub scene: PlannedScene,
    /// From 0, of `scene_count`.
    pub scene_index: u32,
    pub scene_count: u32,
    pub aspect: AspectRatio,
    /// A strip of the frame is to be left to captions.
    #[serde(default)]
    pub captioned: bool,
    pub seed: u32,
    /// How often the scene was made again: another one is another clip, with the same product and look.
    #[serde(default)]
    pub take: u32,
    /// The product, where its maker brought a photo.
    #[serde(default)]
    pub photo: Option<Artwork>,
    #[serde(default)]
    pub logo: Option<Artwork>,
}

/// A picture that a maker brought, by where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artwork {
    /// For [`Pictures::read`].
    pub key: String,
    /// It has its background.
    pub framed: bool,
}

/// Reads the pictures that requests name.
#[async_trait]
pub trait Pictures: Send + Sync {
    /// The PNG kept under `key`.
    async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError>;
}

/// A started operation. Stored before it is first collected, so that a restart finds it again and
/// nobody pays twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub provider: String,
    /// [`VideoModel::model`]; empty in handles from before there were several.
    #[serde(default)]
    pub model: String,
    /// The adapter's own reference: an id at the vendor, or the request itself.
    pub handle: serde_json::Value,
}

/// A finished clip, in the form the model has it.
pub enum VideoOutput {
    /// Frames yet to be drawn and encoded, by whoever asked.
    Frames(Arc<dyn FrameSource>),
    /// A file to be fetched. Fetched only in part, it is had again by collecting the operation again.
    Download(Download),
}

/// A model that makes a scene's moving pictures.
#[async_trait]
pub trait VideoModel: Send + Sync {
    /// Who is paid: for logs and the ledger.
    fn name(&self) -> &'static str;

    /// What it is asked for by, in the catalogue: one provider may have many.
    fn model(&self) -> &str {
        self.name()
    }

    /// What people call it.
    fn title(&self) -> &str {
        self.model()
    }

    fn capabilities(&self) -> VideoCapabilities;

    /// Whose work is in the clip, and what had to be left out of it.
    fn origins(&self, request: &VideoRequest) -> Origins;

    /// What [`start`](Self::start) will cost.
    fn price(&self, request: &VideoRequest) -> Price;

    /// The day on which the rule behind [`price`](Self::price) was read, as `2026-10-06`, where it is of such a day.
    fn priced_on(&self) -> Option<&str> {
        None
    }

    /// Has the scene made. Under the key of an earlier start it is that one's operation; whoever has lost sight of
    /// that start says so with [`IdempotencyKey::asked_since`].
    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError>;

    /// Waits for the operation's end. Dropping the future stops the wait, not the operation.
    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError>;

    /// Tells the model that nobody wants the result any more. It may be told twice, and of what has ended.
    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError>;
}
