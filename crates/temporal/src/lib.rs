//! The job engine on Temporal.
//!
//! The database stays the truth of jobs, of their order, limits and back-off, and of who may write: the fence.
//! Temporal sees to it that what was begun ends, on whatever machine. Nothing here knows what a job's steps do.
