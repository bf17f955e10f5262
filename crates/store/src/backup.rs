//! The whole database as lines of JSON, read in one snapshot and written back into an empty one. It knows
//! nothing of the kind of database, so a back-up of SQLite can be restored into PostgreSQL.

use std::{collections::BTreeMap, path::Path};

use futures::TryStreamExt;
use sea_orm::{
    AccessMode, ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    IntoActiveModel, IsolationLevel, Iterable, PaginatorTrait, PrimaryKeyToColumn, QueryOrder, Statement,
    TransactionOptions, TransactionTrait,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};

use crate::{
    Store, StoreError,
    entity::{
        asset, generation, generation_picture, job, job_attempt, job_event, ledger_entry, login_failure,
        picture, queue_state, queue_turn, refresh_token, revision, scene, session, share_link, timeline,
        timeline_revision, user,
    },
    rows::unsigned,
};

/// Rows in one statement: every table's columns times this stay within what a statement may hold.
const BATCH: usize = 200;

/// A published file as its row knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileEntry {
    pub key: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// What a snapshot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// How many rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Every file that a row names.
    pub files: Vec<FileEntry>,
}

#[derive(Serialize, Deserialize)]
struct Line<R> {
    table: String,
    row: R,
}

/// Calls `$then` with every table, those that others point at first.
macro_rules! for_each_table {
    ($then:ident) => {
        $then!(
            user,
            session,
            refresh_token,
            login_failure,
            queue_turn,
            queue_state,
            generation,
            scene,
            asset,
            timeline,
            timeline_revision,
            revision,
            job,
            job_attempt,
            job_event,
            ledger_entry,
            picture,
            generation_picture,
            share_link
        )
    };
}

impl Store {
    /// Writes every row to `out`, as they are at one moment, while others go on writing.
    pub async fn dump(&self, out: &Path) -> Result<Snapshot, StoreError> {
        let transaction = self.begin_snapshot().await?;
        let failed = |source| StoreError::Io { path: out.to_owned(), source };
        let mut file = BufWriter::new(tokio::fs::File::create(out).await.map_err(failed)?);
        let mut snapshot = Snapshot::default();
        macro_rules! dump_all {
            ($($table:ident),+) => {$(
                let count = dump_table::<$table::Entity>(&transaction, &mut file, out).await?;
                snapshot.rows.insert(stringify!($table).to_owned(), count);
            )+};
        }
        for_each_table!(dump_all);
        snapshot.files = files(&transaction).await?;
        file.flush().await.map_err(failed)?;
        file.into_inner().sync_all().await.map_err(failed)?;
        transaction.rollback().await?;
        Ok(snapshot)
    }

    /// Writes the rows of [`dump`](Self::dump) into this database, all or none. It has to have the same
    /// schema and no accounts.
    pub async fn load(&self, from: &Path) -> Result<BTreeMap<String, u64>, StoreError> {
        let transaction = self.begin().await?;
        if user::Entity::find().count(&transaction).await? > 0 {
            return Err(StoreError::NotEmpty);
        }
        // The migrations put its one row there.
        queue_state::Entity::delete_many().exec(&transaction).await?;
        let failed = |source| StoreError::Io { path: from.to_owned(), source };
        let file = tokio::fs::File::open(from).await.map_err(failed)?;
        let mut lines = BufReader::new(file).lines();
        let mut rows = BTreeMap::<String, u64>::new();
        let mut batch = Batch::default();
        while let Some(line) = lines.next_line().await.map_err(failed)? {
            let Line { table, row } = serde_json::from_str(&line)
                .map_err(|error| StoreError::corrupt("a line of the back-up", error))?;
            if batch.table != table || batch.rows.len() >= BATCH {
                batch.insert(&transaction).await?;
                batch.table.clone_from(&table);
            }
            batch.rows.push(row);
            *rows.entry(table).or_default() += 1;
        }
        batch.insert(&transaction).await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            // Rows that bring their number leave the counter where it was.
            let sql = "SELECT setval(pg_get_serial_sequence('job_events', 'seq'), \
                       GREATEST((SELECT max(seq) FROM job_events), 1))";
            transaction.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        }
        transaction.commit().await?;
        Ok(rows)
    }

    /// Whether nobody has an account.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(user::Entity::find().count(self.reader()).await? == 0)
    }

    /// Every file that a row names, by its key.
    pub async fn named_files(&self) -> Result<Vec<FileEntry>, StoreError> {
        let transaction = self.begin_snapshot().await?;
        let files = files(&transaction).await?;
        transaction.rollback().await?;
        Ok(files)
    }

    /// Everything read in it is of one moment. On SQLite that is any read transaction; the connection is a
    /// reader's, so nobody waits.
    async fn begin_snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = match self.reader().get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions::default(),
        };
        Ok(self.reader().begin_with_options(options).await?)
    }
}

/// Rows of one table on their way in.
#[derive(Default)]
struct Batch {
    table: String,
    rows: Vec<serde_json::Value>,
}

impl Batch {
    async fn insert(&mut self, transaction: &DatabaseTransaction) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        macro_rules! insert_into {
            ($($table:ident),+) => {
                match self.table.as_str() {
                    $(stringify!($table) => insert::<$table::Entity>(transaction, rows).await,)+
                    other => Err(StoreError::corrupt("a line of the back-up", format!("no table `{other}`"))),
                }
            };
        }
        for_each_table!(insert_into)
    }
}

async fn insert<E>(transaction: &DatabaseTransaction, rows: Vec<serde_json::Value>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: DeserializeOwned + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let models = rows
        .into_iter()
        .map(|row| serde_json::from_value::<E::Model>(row).map(IntoActiveModel::into_active_model))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| StoreError::corrupt("a line of the back-up", error))?;
    E::insert_many(models).exec_without_returning(transaction).await?;
    Ok(())
}

async fn dump_table<E>(
    transaction: &DatabaseTransaction,
    file: &mut BufWriter<tokio::fs::File>,
    out: &Path,
) -> Result<u64, StoreError>
where
    E: EntityTrait,
    E::Model: Serialize + Send + Sync,
{
    // The entity's own name is the table's in the schema; the module's name says the same and lasts longer.
    let module = std::any::type_name::<E>().rsplit("::").nth(1).unwrap_or_default().to_owned();
    let mut rows = E::find();
    for key in E::PrimaryKey::iter() {
        rows = rows.order_by_asc(key.into_column());
    }
    let mut stream = rows.stream(transaction).await?;
    let mut count = 0;
    while let Some(row) = stream.try_next().await? {
        let line = Line { table: module.clone(), row };
        let mut json = serde_json::to_vec(&line).map_err(|error| StoreError::corrupt("a row", error))?;
        json.push(b'\n');
        let failed = |source| StoreError::Io { path: out.to_owned(), source };
        file.write_all(&json).await.map_err(failed)?;
        count += 1;
    }
    Ok(count)
}

async fn files(transaction: &DatabaseTransaction) -> Result<Vec<FileEntry>, StoreError> {
    let mut files = Vec::new();
    for row in asset::Entity::find().all(transaction).await? {
        let bytes = unsigned("a file's size", row.bytes)?;
        files.push(FileEntry { key: row.key, bytes, sha256: row.sha256 });
    }
    for row in picture::Entity::find().all(transaction).await? {
        let bytes = unsigned("a file's size", row.bytes)?;
        files.push(FileEntry { key: row.key, bytes, sha256: row.sha256 });
    }
    files.sort();
    Ok(files)
}
