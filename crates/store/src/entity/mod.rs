//! One module for each table. Rows never leave this crate: repositories turn them into domain types.

pub mod asset;
pub mod called_off_operation;
pub mod generation;
pub mod generation_picture;
pub mod job;
pub mod job_attempt;
pub mod job_event;
pub mod ledger_entry;
pub mod login_failure;
pub mod picture;
pub mod queue_state;
pub mod queue_turn;
pub mod refresh_token;
pub mod resting_model;
pub mod revision;
pub mod scene;
pub mod session;
pub mod share_link;
pub mod timeline;
pub mod timeline_revision;
pub mod user;
