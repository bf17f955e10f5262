use std::{str::FromStr, sync::Arc, time::Duration};

use admint_domain::Caps;
use chrono::{DateTime, TimeDelta, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions,
    TransactionTrait,
};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio_util::task::AbortOnDropHandle;

use crate::{StoreError, notices::NoticeBoard};

/// How long a statement waits for a connection, and SQLite's writer for another process's.
const PATIENCE: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// Any number that nobody else uses: keeps two processes from migrating one database at a time.
const MIGRATION_LOCK: i64 = 0x0041_444d_494e_5401;

/// The database. Cheap to clone; all clones share connections and notices.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
    /// As many bytes as one user's files may take.
    pub(crate) quota: Option<u64>,
    /// What the operator lets be spent.
    pub(crate) caps: Caps,
}

/// SQLite knows one writer at a time. Writes go through a single connection and begin as write
/// transactions: one that reads first and writes later would be refused with SQLITE_BUSY_SNAPSHOT
/// without any waiting. Readers have connections of their own and never wait for the writer. On
/// PostgreSQL both are the same pool.
struct Shared {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    notices: NoticeBoard,
    /// Hears, on PostgreSQL, what other processes tell.
    listening: Option<AbortOnDropHandle<()>>,
}

/// Which steps of the schema a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaStatus {
    /// "SQLite" or "PostgreSQL".
    pub database: &'static str,
    pub applied: Vec<String>,
    pub pending: Vec<String>,
}

impl Store {
    /// `sqlite://PATH?mode=rwc`, `sqlite::memory:` or `postgres://...`. The schema is left alone.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let notices = NoticeBoard::new();
        let mut listening = None;
        let (writer, reader) = if url.starts_with("sqlite:") {
            connect_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let (pool, connection) = connect_postgres(url).await?;
            listening = Some(AbortOnDropHandle::new(tokio::spawn(notices.clone().listen(pool))));
            (connection.clone(), connection)
        } else {
            // The part before the colon only: what follows may hold a password.
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(StoreError::UnknownDatabase { url: format!("{scheme}:...") });
        };
        let shared = Arc::new(Shared { writer, reader, notices, listening });
        Ok(Self { shared, quota: None, caps: Caps::default() })
    }

    /// Brings the schema up to date. Several processes may do so at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let transaction = self.begin_migration().await?;
        Migrator::up(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes the whole schema back, and everything in it.
    pub async fn rollback_all(&self) -> Result<(), StoreError> {
        let transaction = self.begin_migration().await?;
        Migrator::down(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.shared.reader.ping().await?)
    }

    pub async fn status(&self) -> Result<SchemaStatus, StoreError> {
        let database = match self.shared.reader.get_database_backend() {
            DbBackend::Postgres => "PostgreSQL",
            _ => "SQLite",
        };
        let names =
            |steps: Vec<migrations::Migration>| steps.iter().map(|step| step.name().to_owned()).collect();
        Ok(SchemaStatus {
            database,
            applied: names(Migrator::get_applied_migrations_read_only(&self.shared.reader).await?),
            pending: names(Migrator::get_pending_migrations_read_only(&self.shared.reader).await?),
        })
    }

    /// Ends all connections; a later call fails. For tests and for a shutdown that wants the
    /// write-ahead log folded back into its file.
    pub async fn close(&self) -> Result<(), StoreError> {
        if let Some(listening) = &self.shared.listening {
            listening.abort();
        }
        self.shared.reader.close_by_ref().await?;
        Ok(self.shared.writer.close_by_ref().await?)
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.shared.reader
    }

    pub(crate) fn notices(&self) -> &NoticeBoard {
        &self.shared.notices
    }

    /// A write transaction. Dropped without `commit`, it changes nothing.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: match self.shared.writer.get_database_backend() {
                DbBackend::Sqlite => Some(SqliteTransactionMode::Immediate),
                _ => None,
            },
            ..TransactionOptions::default()
        };
        Ok(self.shared.writer.begin_with_options(options).await?)
    }

    async fn begin_migration(&self) -> Result<DatabaseTransaction, StoreError> {
        let transaction = self.begin().await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [MIGRATION_LOCK.into()],
            );
            transaction.execute_raw(lock).await?;
        }
        Ok(transaction)
    }
}

/// The writer first: it makes the file and switches the write-ahead log on.
async fn connect_sqlite(url: &str) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(connection_error)?
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .synchronous(SqliteSynchronous::Normal)
        .disable_statement_logging();
    let pool = |most| {
        SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(most)
            .acquire_timeout(PATIENCE)
            // A connection to a file does not go stale, and a database in memory dies with its last.
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = options.clone().journal_mode(SqliteJournalMode::Wal);
    let writer = pool(1).connect_with(writer).await.map_err(connection_error)?;
    let writer = SqlxSqliteConnector::from_sqlx_sqlite_pool(writer);
    if is_in_memory(url) {
        // Every connection would see a database of its own.
        return Ok((writer.clone(), writer));
    }
    let reader = options.pragma("query_only", "ON");
    let reader = pool(SQLITE_READERS).connect_with(reader).await.map_err(connection_error)?;
    Ok((writer, SqlxSqliteConnector::from_sqlx_sqlite_pool(reader)))
}

async fn connect_postgres(url: &str) -> Result<(PgPool, DatabaseConnection), StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(connection_error)?.disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await
        .map_err(connection_error)?;
    Ok((pool.clone(), SqlxPostgresConnector::from_sqlx_postgres_pool(pool)))
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn connection_error(error: sqlx::Error) -> StoreError {
    StoreError::Database(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

/// `at` moved by a duration; one too long for a calendar ends at the calendar's end.
pub(crate) fn later(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
    at.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
