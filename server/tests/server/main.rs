//! The server as its clients meet it: a real one, on a free port, over a real database. Only the
//! videos are made up, because what is in them is not the server's business.

mod abuse;
mod accounts;
mod across;
mod backup;
mod docs;
mod events;
mod faults;
mod files;
mod fixture;
mod generations;
mod money;
mod pages;
mod pictures;
mod queue;
mod quota;
// The service that the store's own tests use; these ask it less.
#[allow(dead_code)]
#[path = "../../../crates/store/src/tests/s3.rs"]
mod s3;
mod scenes;
mod security;
mod sharing;
mod webhooks;

use admint_store::BucketConfig;
