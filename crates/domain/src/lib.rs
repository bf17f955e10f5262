//! What AdMint is about, in plain types: ids, prompts, specifications, plans, money, stages, errors,
//! and the requests and views that pages and API share.
//!
//! Everything here is pure and compiles to WebAssembly. No clock, no file, no SQL, no HTTP and no
//! async runtime ever lives here; [`Backend`] and [`Accounts`] only name what others implement.

mod account;
mod art;
mod aspect;
mod backend;
mod captions;
mod color;
mod disk;
mod error;
mod estimate;
mod generation;
mod id;
mod instant;
mod money;
mod picture;
mod plan;
mod prompt;
mod provenance;
mod queue;
mod revision;
mod share;
mod spec;
mod spending;
mod stage;
mod time;

pub use account::{
    EmailAddress, LoginRequest, Password, ProfileView, RefreshRequest, RegisterRequest, SignedIn,
    StorageView, UserView, Username,
};
pub use art::ArtDirection;
pub use aspect::{AspectRatio, Resolution};
pub use backend::{Accounts, Backend, Sharing};
pub use captions::CaptionFormat;
pub use color::Rgb;
pub use disk::{is_disk_full, says_disk_full};
pub use error::{AppError, ErrorBody, ErrorCode, ErrorDetail};
pub use estimate::{Estimate, EstimateLine, EstimatePart, Suggestion};
pub use generation::{
    AdOptions, Brief, CreateGeneration, Created, GenerationQuery, GenerationView, Page, ProgressEvent,
    SceneView, StatusFilter,
};
pub use id::{
    AssetId, GenerationId, JobId, OverlayId, PictureId, SceneId, SessionId, ShareId, TimelineId, UserId,
};
pub use money::{Price, Usd};
pub use picture::{MAX_PICTURE_BYTES, PictureRole, PictureView, ProductPhoto};
pub use plan::{
    OverlayCopy, OverlayRole, PlannedScene, SceneLayout, ScenePlan, ScenePlanError, SceneRole, TextPlacement,
    scene_starts,
};
pub use prompt::Prompt;
pub use provenance::{Credit, Origins, Provenance};
pub use queue::{AttemptOutcome, AttemptView, QueueItem, QueueMove, QueueView};
pub use revision::{
    ChangeAd, EditableScene, EditableText, ModelOffer, SceneChange, ScenesView, is_about_cost,
};
pub use share::{RenameAd, ShareVideo, ShareView, Title};
pub use spec::{AdSpec, Framework, Palette, Tone};
pub use spending::{
    Budget, Caps, CostView, LedgerQuery, Limit, ModelSpending, Month, OverBudget, PurchaseState,
    PurchaseView, SpendingView, Spent,
};
pub use stage::{GenerationStatus, Stage};
pub use time::{FRAME_RATE, Frames, TargetDuration};
