use std::path::PathBuf;

use admint_domain::{OverBudget, StorageView, is_disk_full, says_disk_full};
use sea_orm::{DbErr, RuntimeErr};

/// What rows or files refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    #[error("`{url}` is no database address; it begins with sqlite: or postgres:")]
    UnknownDatabase { url: String },
    #[error("the user name is taken")]
    UsernameTaken,
    /// Another worker has the job, or it has ended: what was to be written was not.
    #[error("the lease on the job is lost")]
    LeaseLost,
    /// A row holds what no version of this program wrote.
    #[error("{what} in the database cannot be read: {reason}")]
    Corrupt { what: &'static str, reason: String },
    /// A back-up is only restored into a database where nobody has an account.
    #[error("the database is not empty")]
    NotEmpty,
    /// The user's files would take more than they may. Nothing was booked.
    #[error("{storage} are used, and {wanted} bytes more are not allowed")]
    OverQuota { storage: StorageView, wanted: u64 },
    /// The operation would pass what may be spent. Nothing was booked.
    #[error("{0}")]
    OverBudget(Box<OverBudget>),
    /// A back-up is only written where nothing is.
    #[error("{0} is there already; name a folder or a prefix that is not")]
    Occupied(String),
    #[error("`{0}` cannot be an asset's key")]
    BadKey(String),
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// No file lies under the key.
    #[error("there is no file `{0}`")]
    NoFile(String),
    /// What lies under the key is not what its row says.
    #[error("the file `{0}` is not what it was")]
    Changed(String),
    #[error("`{key}`: {source}")]
    Object { key: String, source: Box<object_store::Error> },
    /// A thread that handled files did not come back.
    #[error("file work ended early: {0}")]
    Interrupted(String),
}

impl StoreError {
    pub(crate) fn corrupt(what: &'static str, reason: impl ToString) -> Self {
        Self::Corrupt { what, reason: reason.to_string() }
    }

    /// The disk had no room for what was to be written.
    pub fn is_disk_full(&self) -> bool {
        match self {
            // Of a database's own disk it tells in words.
            Self::Database(error) => is_disk_full(error) || says_disk_full(&error.to_string()),
            other => is_disk_full(other),
        }
    }

    /// Database or bucket do not answer, so another try later may do.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(DbErr::Conn(_) | DbErr::ConnectionAcquire(_)) => true,
            // The connection was there, and broke under the statement.
            Self::Database(DbErr::Exec(error) | DbErr::Query(error)) => match error {
                RuntimeErr::SqlxError(error) => is_broken_connection(error),
                RuntimeErr::Internal(_) => false,
            },
            // All that has no name of its own: connections that break, time-outs, answers like 500 and 503.
            Self::Object { source, .. } => matches!(**source, object_store::Error::Generic { .. }),
            _ => false,
        }
    }
}

/// Whether the database went away, as opposed to having refused the statement.
fn is_broken_connection(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut};
    match error {
        Io(_) | PoolTimedOut | PoolClosed => true,
        // PostgreSQL's last words: connection exceptions, too many connections, and the server's end or begin.
        Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || ["53300", "57P01", "57P02", "57P03"].contains(&&*code)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use super::*;

    fn check(error: sqlx::Error, is_unavailable: bool) {
        let text = error.to_string();
        let error = StoreError::Database(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))));
        assert_eq!(error.is_unavailable(), is_unavailable, "{text}");
    }

    #[test]
    fn a_statement_under_which_the_connection_broke_may_do_later() {
        check(sqlx::Error::Io(io::ErrorKind::UnexpectedEof.into()), true);
        check(sqlx::Error::Io(io::ErrorKind::ConnectionReset.into()), true);
        check(sqlx::Error::PoolTimedOut, true);
        check(sqlx::Error::RowNotFound, false);
        check(sqlx::Error::Protocol("nonsense".into()), false);
    }
}
