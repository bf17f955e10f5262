//! The whole installation in a folder or a bucket, and back; and whether rows and files agree.
//!
//! ```text
//! BACKUP/manifest.json    what is in it: version, schema, rows by table, files with size and hash
//! BACKUP/rows.jsonl       every row, as it was at one moment
//! BACKUP/files/KEY        every file that a row named at that moment
//! ```
//! A back-up has its manifest when it is whole, so one that has it is complete.

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, SystemTime},
};

use admint_domain::GenerationId;
use admint_store::{Archive, AssetStore, FileEntry, Snapshot, Store, StoreError};
use serde::{Deserialize, Serialize};

/// What this program writes; another number is another layout.
const FORMAT: u32 = 1;
const ROWS: &str = "rows.jsonl";
/// A younger file without a row may be one whose row is just being written.
const YOUNG: Duration = Duration::from_secs(3600);

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It would be swept up as what no row names.
    #[error("{0} is where the videos themselves are; name another place")]
    Inside(String),
    #[error("{place} is no back-up: {reason}")]
    NoBackup { place: String, reason: String },
    #[error(
        "the back-up is of AdMint {version}, whose database has other steps than this one's; restore it with \
         that version, then upgrade"
    )]
    OtherSchema { version: String },
    #[error("the back-up's file {0} is not what it was when it was made")]
    Changed(String),
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
    /// Of the file that has them; older back-ups do not tell.
    #[serde(default)]
    pub rows_sha256: Option<String>,
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

/// Backs everything up into `to`, while others go on working, file by file and none of them whole in memory. A file
/// whose video was deleted meanwhile is left out together with nothing else: its row stays, and `verify` will name it
/// after a restore.
pub async fn backup(
    store: &Store,
    assets: &AssetStore,
    to: &Archive,
    on_file: impl Fn(usize, usize),
) -> Result<(Manifest, Vec<String>), BackupError> {
    if assets.holds(to) {
        return Err(BackupError::Inside(to.place()));
    }
    let draft = to.begin().await?;
    let dumped = assets.draft();
    let Snapshot { rows, files } = store.dump(dumped.path()).await?;
    let rows_file = draft.put(dumped.read().await?, ROWS).await?;
    drop(dumped);
    let mut gone = Vec::new();
    for (done, file) in files.iter().enumerate() {
        match assets.stream(&file.key, None).await? {
            Some(stream) => {
                let copied = draft.put(stream, &name_of(&file.key)).await?;
                if copied.sha256 != file.sha256 {
                    return Err(BackupError::Changed(file.key.clone()));
                }
            }
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
        rows_sha256: Some(rows_file.sha256),
        files: files.into_iter().filter(|file| !lost.contains(&file.key)).collect(),
    };
    draft.finish(serde_json::to_vec_pretty(&manifest).expect("a manifest is plain JSON")).await?;
    Ok((manifest, gone))
}

/// Puts the back-up into an installation that has no accounts yet. Files first: rows that are there have
/// theirs. Every file is checked against its hash on the way.
pub async fn restore(
    store: &Store,
    assets: &AssetStore,
    from: &Archive,
    on_file: impl Fn(usize, usize),
) -> Result<Manifest, BackupError> {
    let no_backup = |reason: String| BackupError::NoBackup { place: from.place(), reason };
    let json = from.manifest().await?.ok_or_else(|| no_backup("it has no manifest.json".into()))?;
    let manifest: Manifest =
        serde_json::from_slice(&json).map_err(|error| no_backup(format!("manifest.json: {error}")))?;
    if manifest.format != FORMAT {
        return Err(no_backup(format!("its format is {}, and this program knows {FORMAT}", manifest.format)));
    }
    if manifest.schema != store.status().await?.applied {
        return Err(BackupError::OtherSchema { version: manifest.version });
    }
    if !store.is_empty().await? {
        return Err(StoreError::NotEmpty.into());
    }
    let missing = |name: &str| no_backup(format!("{name} is missing"));
    for (done, file) in manifest.files.iter().enumerate() {
        let name = name_of(&file.key);
        let stream = from.stream(&name).await?.ok_or_else(|| missing(&name))?;
        let copied = assets.publish_stream(stream, &file.key).await?;
        if copied.sha256 != file.sha256 {
            assets.remove(std::slice::from_ref(&file.key)).await?;
            return Err(BackupError::Changed(file.key.clone()));
        }
        on_file(done + 1, manifest.files.len());
    }
    let dumped = assets.draft();
    let copied = dumped.write(from.stream(ROWS).await?.ok_or_else(|| missing(ROWS))?).await?;
    if manifest.rows_sha256.as_ref().is_some_and(|sha256| *sha256 != copied.sha256) {
        return Err(BackupError::Changed(ROWS.to_owned()));
    }
    let rows = store.load(dumped.path()).await?;
    let told: BTreeMap<_, _> = manifest.rows.iter().filter(|(_, count)| **count > 0).collect();
    if rows.iter().collect::<BTreeMap<_, _>>() != told {
        return Err(no_backup(format!("{ROWS} does not have the rows that manifest.json tells of")));
    }
    Ok(manifest)
}

/// What a published file is called in a back-up.
fn name_of(key: &str) -> String {
    format!("files/{key}")
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
