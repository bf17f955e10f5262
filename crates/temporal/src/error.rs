use admint_store::StoreError;
use temporalio_client::{
    errors::{ClientConnectError, WorkflowStartError},
    tonic,
};

/// Why Temporal could not be put to use. Whoever meets one while at work waits and tries again; jobs wait.
#[derive(Debug, thiserror::Error)]
pub enum TemporalError {
    #[error("`{url}` is no address of a Temporal server, such as http://127.0.0.1:7233: {why}")]
    Address { url: String, why: String },
    #[error("no connection: {0}")]
    Connection(#[from] ClientConnectError),
    #[error("{0}")]
    Call(#[from] tonic::Status),
    #[error("no workflow could be started: {0}")]
    Start(#[from] WorkflowStartError),
    #[error("the worker {what}: {why}")]
    Worker { what: &'static str, why: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}
