//! Rows and files. Repositories take and return domain types; the entities behind them stay here.
//!
//! Two rules hold everywhere. What a user reads or writes is scoped by the user's id in the query
//! itself, so that somebody else's row is as good as absent. What a worker writes is fenced by its
//! [`Lease`] in the same transaction, so that one who lost it changes nothing.
//!
//! Nothing here knows of pages, of models or of ffmpeg.

mod accounts;
mod assets;
mod attempts;
mod backup;
mod called_off;
mod complete;
mod connection;
mod engine;
mod entity;
mod error;
mod events;
mod files;
#[cfg(any(test, feature = "conformance"))]
mod fixtures;
mod forecast;
mod generations;
mod jobs;
mod ledger;
mod notices;
mod pictures;
mod prices;
mod queue;
mod resting;
mod revisions;
mod routes;
mod rows;
mod search;
mod sessions;
mod shares;
mod spending;
mod storage;
mod throttling;
mod timelines;
mod work;

#[cfg(test)]
mod tests;

pub use accounts::Credentials;
pub use assets::{AssetKind, AssetRecord, NewAsset};
pub use backup::{FileEntry, Snapshot};
pub use called_off::CalledOff;
pub use complete::Completed;
pub use connection::{SchemaStatus, Store};
#[cfg(any(test, feature = "conformance"))]
pub use engine::suite as conformance;
pub use engine::{
    Attempt, AttemptEnd, DatabaseEngine, JobEngine, RunningGuard, RunningJobs, Step, StepError, Stop,
    StopReason, Work,
};
pub use error::StoreError;
pub use files::{
    Archive, ArchiveDraft, AssetStore, BucketConfig, ByteStream, DraftFile, LocalFile, Published, SavedAs,
    StoredFile,
};
pub use generations::CancelOutcome;
pub use jobs::{Heartbeat, Lease};
pub use ledger::{LedgerEntry, LedgerId, LedgerLine, Reservation};
pub use notices::News;
pub use pictures::PictureRecord;
pub use prices::{ModelPrices, PlannerPrices};
pub use queue::{QueueSummary, RetryOutcome};
pub use resting::RestingModel;
pub use revisions::{BackOutcome, ChangeOutcome, ClipChange, EditedAd, NewRevision};
pub use routes::{FailedModel, Handle, Route};
pub use sessions::{REFRESH_GRACE, Rotation};
pub use shares::{ShareLink, ShareOutcome};
pub use throttling::LoginFailures;
pub use work::GenerationWork;
