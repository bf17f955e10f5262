//! Files in a local folder: published ones under their keys, unfinished ones in a scratch folder for
//! each generation. A key's file is whole or absent, whenever the power goes.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use admint_domain::GenerationId;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::StoreError;

/// Scratch lies beside the published files, on the same filesystem, so that publishing is a rename.
const PUBLISHED: &str = "files";
const SCRATCH: &str = "scratch";
const COPY_BUFFER: usize = 256 * 1024;

/// The asset folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AssetStore {
    root: Arc<Path>,
}

/// What a published file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// A file that lies in the store, whether a row names it or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub key: String,
    pub bytes: u64,
    /// When it was last written.
    pub modified: SystemTime,
}

impl AssetStore {
    /// Makes the folder if it is missing.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let root = std::path::absolute(root).map_err(|source| io_error(root, source))?;
        for folder in [PUBLISHED, SCRATCH] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
        }
        Ok(Self { root: root.into() })
    }

    /// Where the file of `key` is, or will be. A key is lower-case letters, digits, `-`, `_` and `.`
    /// between single slashes; no part of it is `.` or `..`, so no key leads out of the folder.
    pub fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        let well_formed = key.len() <= 512
            && key.split('/').all(|part| {
                !part.is_empty()
                    && part.chars().all(allowed)
                    && !part.starts_with('.')
                    && !part.ends_with('.')
            });
        if well_formed {
            Ok(self.root.join(PUBLISHED).join(key))
        } else {
            Err(StoreError::BadKey(key.chars().take(100).collect()))
        }
    }

    /// The folder for what this attempt at a generation has not finished. It is made, and kept until
    /// [`remove_scratch`](Self::remove_scratch). Each attempt has its own: one that was believed dead may
    /// still have an ffmpeg that writes.
    pub async fn scratch(&self, generation: GenerationId, fence: i64) -> Result<PathBuf, StoreError> {
        let folder = self.scratch_folder(generation).join(fence.to_string());
        tokio::fs::create_dir_all(&folder).await.map_err(|source| io_error(&folder, source))?;
        Ok(folder)
    }

    /// Moves `from` to its key's place, over what may be there. The file is on the disk before its
    /// name is, and readers see the old one or the new one, never a part.
    pub async fn publish(&self, from: &Path, key: &str) -> Result<Published, StoreError> {
        let (from, to) = (from.to_owned(), self.path(key)?);
        blocking(move || move_into_place(&from, &to)).await
    }

    /// Like [`publish`](Self::publish), from memory.
    pub async fn publish_bytes(&self, bytes: Vec<u8>, key: &str) -> Result<Published, StoreError> {
        let to = self.path(key)?;
        let from = self.root.join(SCRATCH).join(format!(".{}.part", uuid::Uuid::now_v7()));
        blocking(move || {
            let written = fs::write(&from, bytes).map_err(|source| io_error(&from, source));
            let published = written.and_then(|()| move_into_place(&from, &to));
            if published.is_err() {
                // The error that counts is the first one.
                let _ = fs::remove_file(&from);
            }
            published
        })
        .await
    }

    /// Removes the keys' files, and folders that are empty then. A file that is gone already is no
    /// error; the first real one is returned, after the others have been tried.
    pub async fn remove(&self, keys: &[String]) -> Result<(), StoreError> {
        let paths = keys.iter().map(|key| self.path(key)).collect::<Result<Vec<_>, _>>()?;
        let top = self.root.join(PUBLISHED);
        blocking(move || {
            let mut result = Ok(());
            for path in paths {
                match fs::remove_file(&path) {
                    Err(source) if source.kind() != io::ErrorKind::NotFound => {
                        result = result.and(Err(io_error(&path, source)));
                    }
                    _ => remove_empty_folders(&path, &top),
                }
            }
            result
        })
        .await
    }

    /// Removes every published file below `folder`, a key without its last part: for what a worker
    /// left there that no row names. None there is no error.
    pub async fn remove_folder(&self, folder: &str) -> Result<(), StoreError> {
        remove_tree(&self.path(folder)?).await
    }

    /// Removes the attempt's scratch folder; none is no error.
    pub async fn remove_scratch(&self, generation: GenerationId, fence: i64) -> Result<(), StoreError> {
        let folder = self.scratch_folder(generation);
        remove_tree(&folder.join(fence.to_string())).await?;
        // Only if no other attempt has one.
        let _ = tokio::fs::remove_dir(&folder).await;
        Ok(())
    }

    /// Removes what attempts before `fence` left.
    pub async fn remove_older_scratch(&self, generation: GenerationId, fence: i64) -> Result<(), StoreError> {
        let folder = self.scratch_folder(generation);
        let mut entries = match tokio::fs::read_dir(&folder).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(io_error(&folder, source)),
        };
        while let Some(entry) = entries.next_entry().await.map_err(|source| io_error(&folder, source))? {
            let is_older = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
                .is_some_and(|old: i64| old < fence);
            if is_older {
                remove_tree(&entry.path()).await?;
            }
        }
        Ok(())
    }

    /// Every published file, in no order.
    pub async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        let top = self.root.join(PUBLISHED);
        blocking(move || {
            let mut files = Vec::new();
            let mut folders = vec![top.clone()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(&folder).map_err(|source| io_error(&folder, source))? {
                    let entry = entry.map_err(|source| io_error(&folder, source))?;
                    let path = entry.path();
                    let data = match entry.metadata() {
                        Ok(data) => data,
                        // Removed since.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                        Err(source) => return Err(io_error(&path, source)),
                    };
                    if data.is_dir() {
                        folders.push(path);
                        continue;
                    }
                    let parts: Vec<_> = path
                        .strip_prefix(&top)
                        .unwrap_or(&path)
                        .iter()
                        .map(|part| part.to_string_lossy())
                        .collect();
                    files.push(StoredFile {
                        key: parts.join("/"),
                        bytes: data.len(),
                        modified: data.modified().map_err(|source| io_error(&path, source))?,
                    });
                }
            }
            Ok(files)
        })
        .await
    }

    /// Size and hash of what lies under the key now; none if nothing does.
    pub async fn measure(&self, key: &str) -> Result<Option<Published>, StoreError> {
        let path = self.path(key)?;
        blocking(move || match digest_of(&path, io::sink()) {
            Ok(published) => Ok(Some(published)),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Copies the key's file to `to`, which is on the disk then; none if there is no such file.
    pub async fn copy_out(&self, key: &str, to: &Path) -> Result<Option<Published>, StoreError> {
        let (from, to) = (self.path(key)?, to.to_owned());
        blocking(move || {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
            }
            let copy = File::create(&to).map_err(|source| io_error(&to, source))?;
            match digest_of(&from, &copy) {
                Ok(published) => {
                    copy.sync_all().map_err(|source| io_error(&to, source))?;
                    Ok(Some(published))
                }
                Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                    fs::remove_file(&to).map_err(|source| io_error(&to, source))?;
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Copies `from` to the key's place; like [`publish`](Self::publish), but `from` stays.
    pub async fn copy_in(&self, from: &Path, key: &str) -> Result<Published, StoreError> {
        let (from, to) = (from.to_owned(), self.path(key)?);
        blocking(move || {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
            }
            copy_beside(&from, &to)
        })
        .await
    }

    /// Whether a file can be written, read back and removed.
    pub async fn check(&self) -> Result<(), StoreError> {
        let probe = self.root.join(SCRATCH).join(format!(".check-{}", uuid::Uuid::now_v7()));
        blocking(move || {
            let written = fs::write(&probe, b"admint").and_then(|()| fs::read(&probe));
            let removed = fs::remove_file(&probe);
            written.and(removed).map_err(|source| io_error(&probe, source))
        })
        .await
    }

    fn scratch_folder(&self, generation: GenerationId) -> PathBuf {
        self.root.join(SCRATCH).join(generation.to_string())
    }
}

fn move_into_place(from: &Path, to: &Path) -> Result<Published, StoreError> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
    let published = digest(from, io::sink())?;
    match fs::rename(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => return copy_into_place(from, to),
        Err(source) => return Err(io_error(to, source)),
    }
    sync_folder(folder)?;
    Ok(published)
}

/// The way across filesystems: a copy beside the place, then the rename.
pub(crate) fn copy_into_place(from: &Path, to: &Path) -> Result<Published, StoreError> {
    let copied = copy_beside(from, to)?;
    fs::remove_file(from).map_err(|source| io_error(from, source))?;
    Ok(copied)
}

/// A copy beside the place, then the rename.
fn copy_beside(from: &Path, to: &Path) -> Result<Published, StoreError> {
    let mut part = OsString::from(to);
    part.push(format!(".{}.part", uuid::Uuid::now_v7()));
    let part = PathBuf::from(part);
    let copied = File::create(&part)
        .map_err(|source| io_error(&part, source))
        .and_then(|file| {
            let published = digest(from, &file)?;
            file.sync_all().map_err(|source| io_error(&part, source))?;
            Ok(published)
        })
        .and_then(|published| {
            fs::rename(&part, to).map_err(|source| io_error(to, source))?;
            Ok(published)
        });
    if copied.is_err() {
        // The error that counts is the first one.
        let _ = fs::remove_file(&part);
        return copied;
    }
    sync_folder(to.parent().unwrap_or(to))?;
    copied
}

/// Reads the file through once, for its size and hash, copies it to `copy`, and makes sure that it is
/// on the disk.
fn digest(from: &Path, copy: impl Write) -> Result<Published, StoreError> {
    let published = digest_of(from, copy)?;
    File::open(from).and_then(|file| file.sync_all()).map_err(|source| io_error(from, source))?;
    Ok(published)
}

/// Reads the file through once, for its size and hash, and copies it to `copy`.
fn digest_of(from: &Path, mut copy: impl Write) -> Result<Published, StoreError> {
    let failed = |source| io_error(from, source);
    let mut file = File::open(from).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; COPY_BUFFER];
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        copy.write_all(&buffer[..read]).map_err(failed)?;
        bytes += read as u64;
    }
    Ok(Published { bytes, sha256: hex::encode(hash.finalize()) })
}

/// A rename is on the disk when its folder is.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| io_error(folder, source))
}

/// Upwards from `path`, as far as folders are empty, but never `top` itself.
fn remove_empty_folders(path: &Path, top: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != top && folder.starts_with(top)) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

async fn remove_tree(folder: &Path) -> Result<(), StoreError> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error(folder, source)),
        _ => Ok(()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(work).await.map_err(|panic| StoreError::Interrupted(panic.to_string()))?
}

fn io_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), source }
}
