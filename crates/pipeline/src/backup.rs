//! The whole installation in a folder, and back; and whether rows and files agree.
//!
//! ```text
//! BACKUP/manifest.json    what is in it: version, schema, rows by table, files with size and hash
//! BACKUP/rows.jsonl       every row, as it was at one moment
//! BACKUP/files/KEY        every file that a row named at that moment
//! ```
//! The folder appears under its name when it is whole, so one that is there is complete.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use admint_domain::GenerationId;
use admint_store::{AssetStore, FileEntry, Snapshot, Store, StoreError};
use serde::{Deserialize, Serialize};

/// What this program writes; another number is another layout.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const ROWS: &str = "rows.jsonl";
const FILES: &str = "files";
/// A younger file without a row may be one whose row is just being written.
const YOUNG: Duration = Duration::from_secs(3600);

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{path} is there already; name a folder that is not", path = .0.display())]
    Exists(PathBuf),
    #[error("{path} is no back-up: {reason}", path = path.display())]
    NoBackup { path: PathBuf, reason: String },
    #[error(
        "the back-up is of AdMint {version}, whose database has other steps than this one's; restore it with \
         that version, then upgrade"
    )]
    OtherSchema { version: String },
    #[error("the back-up's file {0} is not what it was when it was made")]
    Changed(String),
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Of the program that made it.
    pub version: String,
    /// The steps of the database's schema.
    pub schema: Vec<String>,
    pub rows: BTreeMap<String, u64>,
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// Of all files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// What does not agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// How many rows name a file.
    pub named: usize,
    /// A row names them, and they are not there.
    pub missing: Vec<String>,
    /// They are there with other content than their row says.
    pub changed: Vec<String>,
    /// They are there, and no row names them; those that may be news of the last hour are not counted.
    pub orphans: Vec<String>,
}

impl Verification {
    pub fn is_good(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.orphans.is_empty()
    }
}

/// Backs everything up into `to`, while others go on working. A file whose video was deleted meanwhile is left out
/// together with nothing else: its row stays, and `verify` will name it after a restore.
pub async fn backup(
    store: &Store,
    assets: &AssetStore,
    to: &Path,
    on_file: impl Fn(usize, usize),
) -> Result<(Manifest, Vec<String>), BackupError> {
    if tokio::fs::try_exists(to).await.map_err(io(to))? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    if let Err(error) = tokio::fs::remove_dir_all(&part).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(io(&part)(error));
    }
    tokio::fs::create_dir_all(&part).await.map_err(io(&part))?;
    let Snapshot { rows, files } = store.dump(&part.join(ROWS)).await?;
    let mut gone = Vec::new();
    for (done, file) in files.iter().enumerate() {
        match assets.copy_out(&file.key, &part.join(FILES).join(&file.key)).await? {
            Some(copied) if copied.sha256 != file.sha256 => {
                return Err(BackupError::Changed(file.key.clone()));
            }
            Some(_) => {}
            None => gone.push(file.key.clone()),
        }
        on_file(done + 1, files.len());
    }
    let lost: HashSet<&String> = gone.iter().collect();
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: store.status().await?.applied,
        rows,
        files: files.into_iter().filter(|file| !lost.contains(&file.key)).collect(),
    };
    let path = part.join(MANIFEST);
    let json = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain JSON");
    tokio::fs::write(&path, json).await.map_err(io(&path))?;
    tokio::fs::rename(&part, to).await.map_err(io(to))?;
    Ok((manifest, gone))
}

/// Puts the back-up into an installation that has no accounts yet. Files first: rows that are there have
/// theirs. Every file is checked against its hash on the way.
pub async fn restore(
    store: &Store,
    assets: &AssetStore,
    from: &Path,
    on_file: impl Fn(usize, usize),
) -> Result<Manifest, BackupError> {
    let path = from.join(MANIFEST);
    let no_backup = |reason: String| BackupError::NoBackup { path: from.to_owned(), reason };
    let json = tokio::fs::read(&path).await.map_err(|error| no_backup(format!("{MANIFEST}: {error}")))?;
    let manifest: Manifest =
        serde_json::from_slice(&json).map_err(|error| no_backup(format!("{MANIFEST}: {error}")))?;
    if manifest.format != FORMAT {
        return Err(no_backup(format!("its format is {}, and this program knows {FORMAT}", manifest.format)));
    }
    if manifest.schema != store.status().await?.applied {
        return Err(BackupError::OtherSchema { version: manifest.version });
    }
    if !store.is_empty().await? {
        return Err(StoreError::NotEmpty.into());
    }
    for (done, file) in manifest.files.iter().enumerate() {
        let source = from.join(FILES).join(&file.key);
        let copied = assets.copy_in(&source, &file.key).await?;
        if copied.sha256 != file.sha256 {
            assets.remove(std::slice::from_ref(&file.key)).await?;
            return Err(BackupError::Changed(file.key.clone()));
        }
        on_file(done + 1, manifest.files.len());
    }
    let rows = store.load(&from.join(ROWS)).await?;
    let told: BTreeMap<_, _> = manifest.rows.iter().filter(|(_, count)| **count > 0).collect();
    if rows.iter().collect::<BTreeMap<_, _>>() != told {
        return Err(no_backup(format!("{ROWS} does not have the rows that {MANIFEST} tells of")));
    }
    Ok(manifest)
}

/// Reads every file that a row names, and looks for files that none does.
pub async fn verify(
    store: &Store,
    assets: &AssetStore,
    on_file: impl Fn(usize, usize),
) -> Result<Verification, BackupError> {
    let (named, orphans) = named_and_orphans(store, assets).await?;
    let mut found = Verification { named: named.len(), ..Verification::default() };
    for (done, file) in named.iter().enumerate() {
        match assets.measure(&file.key).await? {
            None => found.missing.push(file.key.clone()),
            Some(is) if is.sha256 != file.sha256 || is.bytes != file.bytes => {
                found.changed.push(file.key.clone());
            }
            Some(_) => {}
        }
        on_file(done + 1, named.len());
    }
    found.orphans = orphans;
    Ok(found)
}

/// Every file that a row names, and the keys of those that none does and that are not young, sorted.
async fn named_and_orphans(
    store: &Store,
    assets: &AssetStore,
) -> Result<(Vec<FileEntry>, Vec<String>), BackupError> {
    // Listed first: what is published in between has a row by then, or is young.
    let lying = assets.list().await?;
    let named = store.named_files().await?;
    let names: HashSet<&str> = named.iter().map(|file| file.key.as_str()).collect();
    let now = SystemTime::now();
    let is_old = |modified: SystemTime| now.duration_since(modified).is_ok_and(|age| age > YOUNG);
    let mut orphans: Vec<String> = lying
        .into_iter()
        .filter(|file| !names.contains(file.key.as_str()) && is_old(file.modified))
        .map(|file| file.key)
        .collect();
    orphans.sort();
    Ok((named, orphans))
}

/// Removes files that no row names, unless they are young. What a row has come to name since it was listed stays.
pub async fn remove_orphans(store: &Store, assets: &AssetStore) -> Result<Vec<String>, BackupError> {
    let (_, orphans) = named_and_orphans(store, assets).await?;
    assets.remove(&orphans).await?;
    Ok(orphans)
}

/// Collects what killed processes and interrupted deletions left, while others work. A file goes only when two
/// passes in a row found that no row names it, and a scratch folder when both found that its attempt is over: the age
/// that a date tells is not enough, for clocks jump.
#[derive(Default)]
pub struct Sweeper {
    suspects: HashSet<String>,
    idle: HashSet<(GenerationId, i64)>,
}

/// What a pass removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Keys, sorted.
    pub files: Vec<String>,
    /// Whose scratch folders, and of which attempt.
    pub scratch: Vec<(GenerationId, i64)>,
}

impl Swept {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.scratch.is_empty()
    }
}

impl Sweeper {
    /// Looks once. Passes are to be an hour or so apart.
    pub async fn pass(&mut self, store: &Store, assets: &AssetStore) -> Result<Swept, BackupError> {
        let (_, orphans) = named_and_orphans(store, assets).await?;
        let (files, suspects): (Vec<_>, Vec<_>) =
            orphans.into_iter().partition(|key| self.suspects.contains(key));
        assets.remove(&files).await?;
        self.suspects = suspects.into_iter().collect();

        // Listed first: an attempt that begins in between is at work by then. One that is over never begins again,
        // for each has a fence of its own.
        let mut scratch = assets.scratch_folders().await?;
        let at_work = store.attempts_at_work().await?;
        scratch.retain(|attempt| !at_work.contains(attempt));
        let (scratch, idle): (Vec<_>, Vec<_>) =
            scratch.into_iter().partition(|attempt| self.idle.contains(attempt));
        for &(generation, fence) in &scratch {
            assets.remove_scratch(generation, fence).await?;
        }
        self.idle = idle.into_iter().collect();
        Ok(Swept { files, scratch })
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::Io { path, source }
}
