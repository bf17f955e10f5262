//! Copies of a bucket's files on the local disk, for ffmpeg, which reads files.
//!
//! ```text
//! cache/copies/HASH-OF-KEY     the copies, the least lately used of which go when there are too many
//! cache/links/RANDOM           a reader's own name for one, so that nobody can take it away
//! ```
//! All state is in the folder, so any number of processes may share it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

use super::{blocking, io_error, made};
use crate::StoreError;

const COPIES: &str = "copies";
const LINKS: &str = "links";
/// Whoever made an older link, or part of a copy, is gone.
const FORGOTTEN: Duration = Duration::from_hours(24);

/// A file that other programs can read, as long as this lives.
#[derive(Debug)]
pub struct LocalFile {
    path: PathBuf,
    is_link: bool,
}

impl LocalFile {
    /// One that stays where it is.
    pub(super) fn in_place(path: PathBuf) -> Self {
        Self { path, is_link: false }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for LocalFile {
    fn drop(&mut self) {
        if self.is_link {
            // At worst it stays until the next start a day later.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    most_bytes: u64,
}

impl Cache {
    pub fn open(root: &Path, most_bytes: u64) -> Result<Self, StoreError> {
        let folder = made(&root.join("cache"), &[COPIES, LINKS])?;
        let cache = Self { folder, most_bytes };
        for file in cache.files(LINKS)?.into_iter().chain(cache.files(COPIES)?) {
            let is_part = file.path.extension().is_some_and(|extension| extension == "part");
            let is_link = file.path.parent().is_some_and(|folder| folder.ends_with(LINKS));
            let age = SystemTime::now().duration_since(file.used).unwrap_or_default();
            if (is_part || is_link) && age > FORGOTTEN {
                // Another process that starts may have been quicker.
                let _ = fs::remove_file(file.path);
            }
        }
        Ok(cache)
    }

    /// A reader's own name for the copy; none if there is none.
    pub async fn get(&self, key: &str) -> Result<Option<LocalFile>, StoreError> {
        let (copy, link) = (self.copy(key), self.folder.join(LINKS).join(uuid::Uuid::now_v7().to_string()));
        blocking(move || {
            match fs::hard_link(&copy, &link) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(source) => return Err(io_error(&copy, source)),
            }
            let file = LocalFile { path: link, is_link: true };
            // Says that it was used. What cannot be said only makes it go sooner.
            let _ = fs::File::options()
                .append(true)
                .open(&file.path)
                .and_then(|file| file.set_modified(SystemTime::now()));
            Ok(Some(file))
        })
        .await
    }

    /// Where a copy is written before it is whole.
    pub fn part(&self) -> PathBuf {
        self.folder.join(COPIES).join(format!("{}.part", uuid::Uuid::now_v7()))
    }

    /// Makes `from`, which is whole, the key's copy.
    pub async fn adopt(&self, from: &Path, key: &str) -> Result<(), StoreError> {
        let (from, copy, cache) = (from.to_owned(), self.copy(key), self.clone());
        blocking(move || {
            match fs::rename(&from, &copy) {
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    super::disk::copy_into_place(&from, &copy)?;
                }
                other => other.map_err(|source| io_error(&copy, source))?,
            }
            cache.make_room()
        })
        .await
    }

    /// Drops the key's copy. Who reads it reads on.
    pub async fn forget(&self, key: &str) {
        // It is no more than a copy of what is gone.
        let _ = tokio::fs::remove_file(self.copy(key)).await;
    }

    fn make_room(&self) -> Result<(), StoreError> {
        let mut copies = self.files(COPIES)?;
        copies.sort_by_key(|file| file.used);
        let mut bytes: u64 = copies.iter().map(|file| file.bytes).sum();
        // The newest stays, however large: it is about to be used.
        for file in copies.iter().take(copies.len().saturating_sub(1)) {
            if bytes <= self.most_bytes {
                break;
            }
            // Another process may have been quicker.
            let _ = fs::remove_file(&file.path);
            bytes -= file.bytes;
        }
        Ok(())
    }

    fn copy(&self, key: &str) -> PathBuf {
        self.folder.join(COPIES).join(hex::encode(Sha256::digest(key)))
    }

    fn files(&self, folder: &str) -> Result<Vec<Kept>, StoreError> {
        let folder = self.folder.join(folder);
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|source| io_error(&folder, source))? {
            let entry = entry.map_err(|source| io_error(&folder, source))?;
            // One that went meanwhile is none.
            let Ok(data) = entry.metadata() else { continue };
            let used = data.modified().map_err(|source| io_error(&folder, source))?;
            files.push(Kept { path: entry.path(), bytes: data.len(), used });
        }
        Ok(files)
    }
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}
