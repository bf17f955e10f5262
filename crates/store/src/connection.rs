use std::{str::FromStr, sync::Arc, time::Duration};

use admint_domain::GenerationId;
use chrono::{DateTime, TimeDelta, Utc};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions,
    TransactionTrait,
};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{Notify, broadcast};
use tokio_util::task::AbortOnDropHandle;

use crate::StoreError;

/// How long a statement waits for a connection, and SQLite's writer for another process's.
const PATIENCE: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// Notices of events that a slow listener may fall behind before it must look for itself.
const NOTICES: usize = 1024;
/// Any number that nobody else uses: keeps two processes from migrating one database at a time.
const MIGRATION_LOCK: i64 = 0x0041_444d_494e_5401;

/// What PostgreSQL carries between processes: the generation that has news, or [`A_JOB`].
const CHANNEL: &str = "admint";
const A_JOB: &str = "job";
const LISTEN_AGAIN: Duration = Duration::from_secs(2);

/// The database. Cheap to clone; all clones share connections and notices.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

/// SQLite knows one writer at a time. Writes go through a single connection and begin as write
/// transactions: one that reads first and writes later would be refused with SQLITE_BUSY_SNAPSHOT
/// without any waiting. Readers have connections of their own and never wait for the writer. On
/// PostgreSQL both are the same pool.
struct Shared {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    events: broadcast::Sender<GenerationId>,
    jobs: Arc<Notify>,
    called_off: Notify,
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
        let (events, _) = broadcast::channel(NOTICES);
        let jobs = Arc::new(Notify::new());
        let mut listening = None;
        let (writer, reader) = if url.starts_with("sqlite:") {
            connect_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let (pool, connection) = connect_postgres(url).await?;
            let listener = listen(pool, events.clone(), Arc::clone(&jobs));
            listening = Some(AbortOnDropHandle::new(tokio::spawn(listener)));
            (connection.clone(), connection)
        } else {
            // The part before the colon only: what follows may hold a password.
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(StoreError::UnknownDatabase { url: format!("{scheme}:...") });
        };
        Ok(Self {
            shared: Arc::new(Shared { writer, reader, events, jobs, called_off: Notify::new(), listening }),
        })
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

    /// Hears of every event after its transaction: on PostgreSQL of all processes', on SQLite of this
    /// one's. A listener that lags misses notices, not events: those are rows.
    pub fn subscribe(&self) -> broadcast::Receiver<GenerationId> {
        self.shared.events.subscribe()
    }

    /// Resolves when a job was queued that may not be taken yet. One waiting worker is woken for each; on
    /// SQLite, jobs of other processes are found by looking.
    pub async fn job_added(&self) {
        self.shared.jobs.notified().await;
    }

    /// Resolves when an operation may have been called off in this process; what other processes call off is
    /// found by looking.
    pub async fn operation_called_off(&self) {
        self.shared.called_off.notified().await;
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

    /// Commits, then tells whoever follows this generation.
    pub(crate) async fn commit_event(
        &self,
        transaction: DatabaseTransaction,
        generation: GenerationId,
    ) -> Result<(), StoreError> {
        self.tell(&transaction, &generation.to_string()).await?;
        transaction.commit().await?;
        if self.shared.listening.is_none() {
            // Nobody listening is no error.
            let _ = self.shared.events.send(generation);
        }
        Ok(())
    }

    /// Commits a transaction that made a job ready to be taken up, tells whoever follows its generation, and
    /// wakes a worker, of whatever process.
    pub(crate) async fn commit_job(
        &self,
        transaction: DatabaseTransaction,
        generation: GenerationId,
    ) -> Result<(), StoreError> {
        self.tell(&transaction, A_JOB).await?;
        self.commit_event(transaction, generation).await?;
        self.wake_a_worker();
        Ok(())
    }

    /// Heard by all processes once the transaction is committed.
    async fn tell(&self, transaction: &DatabaseTransaction, what: &str) -> Result<(), StoreError> {
        if transaction.get_database_backend() == DbBackend::Postgres {
            let sql = "SELECT pg_notify($1, $2)";
            let values = [CHANNEL.into(), what.into()];
            transaction.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
        }
        Ok(())
    }

    pub(crate) fn wake_a_worker(&self) {
        self.shared.jobs.notify_one();
    }

    pub(crate) fn wake_the_caller(&self) {
        self.shared.called_off.notify_one();
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

/// Hands on what the processes tell each other. After a lost connection anything may have been missed;
/// then those who wait are only as quick as their own looking.
async fn listen(pool: PgPool, events: broadcast::Sender<GenerationId>, jobs: Arc<Notify>) {
    loop {
        let told = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(CHANNEL).await?;
            loop {
                let notification = listener.recv().await?;
                match notification.payload() {
                    A_JOB => jobs.notify_one(),
                    id => {
                        if let Ok(id) = id.parse() {
                            // Nobody listening is no error.
                            let _ = events.send(id);
                        }
                    }
                }
            }
        };
        let ended: Result<(), sqlx::Error> = told.await;
        if pool.is_closed() {
            return;
        }
        if let Err(error) = ended {
            tracing::warn!(%error, "not listening to the database; trying again");
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
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
