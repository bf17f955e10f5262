//! The pipeline with real ffmpeg, a database and a folder.

mod backup;
mod bucket;
mod change;
// The vendors that the adapters' own suite uses; these ask them less.
#[allow(dead_code)]
#[path = "../../../providers/tests/suite/comfy_fake.rs"]
mod comfy_fake;
#[allow(dead_code)]
#[path = "../../../providers/tests/suite/fake.rs"]
mod fake;
mod generation;
#[cfg(unix)]
mod killed;
mod money;
mod planning;
mod quota;
mod routing;
// The service that the store's own tests use; these ask it less.
#[allow(dead_code)]
#[path = "../../../store/src/tests/s3.rs"]
mod s3;
mod studio;
mod support;
mod sweeper;
mod vendor;

use admint_store::BucketConfig;
