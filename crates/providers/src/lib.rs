//! The traits behind which models stand, and their adapters. Who calls them never asks which one
//! it is: what an adapter can do is a value, [`VideoCapabilities`].
//!
//! No ffmpeg command line and no database lives here. An adapter starts an operation and returns a
//! handle that can be stored; whoever holds the handle can collect the result, also after a restart. What there is to
//! know of vendors' models is data, [`Catalogue`].

mod books;
mod breaker;
mod catalogue;
mod chat;
mod comfy;
mod download;
mod error;
mod fallback;
mod first_frame;
mod frames;
mod images;
mod key;
mod models;
mod music;
mod planner;
mod reach;
mod replicate;
mod scripted;
mod shot;
mod studio;
mod vendor;
mod video;
mod voice;

pub use books::Purchase;
pub use breaker::{Admission, Breakers, Change, Health, Resting};
pub use catalogue::{Catalogue, CatalogueError, Model, ModelKind, PricedBy};
pub use chat::{ApiKey, ChatConfig, ChatPlanner, Patience, TokenPrices};
pub use comfy::{ComfyAccess, ComfyImages, ComfyPlace, ComfyUi, Machine, Missing};
pub use download::Download;
pub use error::{Failure, ProviderError};
pub use fallback::Fallback;
pub use frames::FrameSource;
pub use images::{ImageCapabilities, ImageModel, ImageRequest, MadeImage};
pub use key::IdempotencyKey;
pub use models::VideoModels;
pub use music::{MusicModel, MusicRequest, SAMPLE_RATE, Soundtrack};
pub use planner::{Bill, Planned, Planner, RefusedPicture};
pub use reach::Reach;
pub use replicate::{Call, Forged, Replicate, ReplicateAccess, ReplicateImages, Webhooks};
pub use scripted::{Fault, Scripted};
pub use studio::Studio;
pub use vendor::Limits;
pub use video::{Artwork, Operation, Pictures, VideoCapabilities, VideoModel, VideoOutput, VideoRequest};
pub use voice::{Narration, VoiceModel, VoiceRequest};
