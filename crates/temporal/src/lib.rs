//! The job engine on Temporal.
//!
//! The database stays the truth of jobs: of their order, limits, priorities, pause and back-off, and, by the fence,
//! of who may write. Temporal sees to it that what was begun ends, on whatever machine: a job is a workflow, each
//! of its steps an activity that any process may perform.
//!
//! ```text
//! a process with a free worker     claims the next job, starts the workflow generation-ID with the lease
//!   workflow                       orders step after step
//!     any process, a step          keeps the lease by heartbeats, as it tells Temporal that it is alive
//!     ... it vanishes              Temporal orders the step again; who gets it takes the job over: a new fence
//!   no more to do                  the process that claimed the job has its worker free again
//! ```
//! A claim ends an older workflow of the same job, and a workflow whose lease is not the job's any more ends by
//! itself. Nothing here knows what a job's steps do.

mod activity;
mod connection;
mod engine;
mod error;
mod outage;
mod worker;
mod workflow;

pub use engine::{TemporalConfig, TemporalEngine};
pub use error::TemporalError;
