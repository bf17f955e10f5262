//! Files: published ones under their keys, in a local folder or an S3-compatible bucket; unfinished ones in a
//! local scratch folder for each attempt at a generation. A key's file is whole or absent, whenever the power
//! goes. A key is never given to other content, so what was fetched once may be kept.

mod archive;
mod bucket;
mod cache;
mod disk;

use std::{
    fs,
    io::{self, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::GenerationId;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, local::LocalFileSystem};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncReadExt, task::spawn_blocking};

#[cfg(test)]
pub(crate) use self::disk::copy_into_place;
pub use self::{
    archive::{Archive, ArchiveDraft},
    bucket::BucketConfig,
    cache::LocalFile,
};
use self::{bucket::Bucket, cache::Cache};
use crate::StoreError;

/// Scratch lies beside the published files, on the same filesystem, so that publishing is a rename.
const PUBLISHED: &str = "files";
const SCRATCH: &str = "scratch";
/// Of a file that is read or copied.
const CHUNK: usize = 256 * 1024;
/// Requests to a bucket at a time, where there are many to make.
const AT_ONCE: usize = 8;

/// A file's bytes as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes, StoreError>>;

/// Where assets are. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AssetStore {
    /// Of what is local, whatever the place of the published files.
    root: Arc<Path>,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder { top: Arc<Path>, objects: Arc<LocalFileSystem> },
    Bucket { bucket: Arc<Bucket>, cache: Cache },
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

/// How a browser is to take what a signed address gives it.
#[derive(Clone, Copy, Debug)]
pub struct SavedAs<'a> {
    pub content_type: &'a str,
    /// The value of `Content-Disposition`.
    pub disposition: &'a str,
}

impl AssetStore {
    /// Everything in a folder, which is made if it is missing.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let root = made(root, &[PUBLISHED, SCRATCH])?;
        let top: Arc<Path> = root.join(PUBLISHED).into();
        let objects = LocalFileSystem::new_with_prefix(&top)
            .map_err(|source| object_error("", source))?
            .with_automatic_cleanup(true);
        Ok(Self { root: root.into(), place: Place::Folder { top, objects: Arc::new(objects) } })
    }

    /// Published files in a bucket; scratch, and copies of what was used lately, in a folder.
    pub fn open_bucket(root: &Path, config: &BucketConfig) -> Result<Self, StoreError> {
        let root = made(root, &[SCRATCH])?;
        let cache = Cache::open(&root, config.cache_bytes)?;
        let bucket = Arc::new(Bucket::open(config)?);
        Ok(Self { root: root.into(), place: Place::Bucket { bucket, cache } })
    }

    /// What to call the place in a message.
    pub fn place(&self) -> String {
        match &self.place {
            Place::Folder { .. } => self.root.display().to_string(),
            Place::Bucket { bucket, .. } => bucket.address(),
        }
    }

    /// Whether the back-up lies among the published files, where it would be taken for files that no row names.
    pub fn holds(&self, archive: &Archive) -> bool {
        match &self.place {
            Place::Folder { top, .. } => archive.is_below_folder(top),
            Place::Bucket { bucket, .. } => archive.is_below_bucket(bucket),
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

    /// Moves `from` to its key's place, over what may be there. The file is on the disk, or confirmed by the
    /// bucket, before its name is, and readers see the old one or the new one, never a part.
    pub async fn publish(&self, from: &Path, key: &str) -> Result<Published, StoreError> {
        check_key(key)?;
        match &self.place {
            Place::Folder { top, .. } => {
                let (from, to) = (from.to_owned(), top.join(key));
                blocking(move || disk::move_into_place(&from, &to)).await
            }
            Place::Bucket { bucket, cache } => {
                let published = bucket.upload(from, key).await?;
                cache.adopt(from, key).await?;
                Ok(published)
            }
        }
    }

    /// Like [`publish`](Self::publish), from memory.
    pub async fn publish_bytes(&self, bytes: Vec<u8>, key: &str) -> Result<Published, StoreError> {
        check_key(key)?;
        let draft = self.draft();
        let from = draft.path();
        tokio::fs::write(from, bytes).await.map_err(|source| io_error(from, source))?;
        self.publish(from, key).await
    }

    /// Like [`publish`](Self::publish), of what comes, without having all of it in memory.
    pub async fn publish_stream(&self, stream: ByteStream, key: &str) -> Result<Published, StoreError> {
        check_key(key)?;
        match &self.place {
            Place::Folder { top, .. } => disk::write(stream, &top.join(key)).await,
            Place::Bucket { bucket, .. } => bucket.send(stream, key).await,
        }
    }

    /// A place on the local disk for a file that goes when the value does.
    pub fn draft(&self) -> DraftFile {
        DraftFile(self.root.join(SCRATCH).join(format!(".{}.part", uuid::Uuid::now_v7())))
    }

    /// The key's file as one that other programs can read, as long as the value lives. `sha256` is what its row
    /// says of it; what a bucket gives is held against it.
    pub async fn local(&self, key: &str, sha256: &str) -> Result<LocalFile, StoreError> {
        check_key(key)?;
        match &self.place {
            Place::Folder { top, .. } => {
                let path = top.join(key);
                tokio::fs::metadata(&path).await.map_err(|source| io_error(&path, source))?;
                Ok(LocalFile::in_place(path))
            }
            Place::Bucket { bucket, cache } => bucket.fetch(cache, key, sha256).await,
        }
    }

    /// Whether the key's file is there.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        match self.objects().head(&self.location(key)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(object_error(key, source)),
        }
    }

    /// All bytes of a small file.
    pub async fn read(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let found = self.stream(key, None).await?;
        let mut stream = found.ok_or_else(|| StoreError::NoFile(key.to_owned()))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The key's bytes, or those of `range`, which must lie within the file; none if there is no such file.
    pub async fn stream(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<ByteStream>, StoreError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let name = key.to_owned();
        match self.objects().get_opts(&self.location(key)?, options).await {
            Ok(found) => {
                let stream = found.into_stream().map_err(move |source| object_error(&name, source));
                Ok(Some(stream.boxed()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(object_error(key, source)),
        }
    }

    /// An address that gives the key's file to whoever has it, for as long as `valid`; none where the place
    /// gives no files out itself.
    pub async fn signed_url(
        &self,
        key: &str,
        saved_as: SavedAs<'_>,
        valid: Duration,
    ) -> Result<Option<String>, StoreError> {
        match &self.place {
            Place::Folder { .. } => Ok(None),
            Place::Bucket { bucket, .. } => bucket.signed_url(key, saved_as, valid).await.map(Some),
        }
    }

    /// Removes the keys' files, and folders that are empty then. A file that is gone already is no
    /// error; the first real one is returned, after the others have been tried.
    pub async fn remove(&self, keys: &[String]) -> Result<(), StoreError> {
        let located = keys.iter().map(|key| Ok((key.clone(), self.location(key)?)));
        let located = located.collect::<Result<Vec<_>, StoreError>>()?;
        let objects = self.objects();
        let removed = stream::iter(located).map(|(key, location)| async move {
            if let Place::Bucket { cache, .. } = &self.place {
                cache.forget(&key).await;
            }
            match objects.delete(&location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(source) => Err(object_error(&key, source)),
            }
        });
        let removed: Vec<_> = removed.buffer_unordered(AT_ONCE).collect().await;
        removed.into_iter().collect()
    }

    /// Removes every published file below `folder`, a key without its last part: for what a worker
    /// left there that no row names. None there is no error.
    pub async fn remove_folder(&self, folder: &str) -> Result<(), StoreError> {
        check_key(folder)?;
        match &self.place {
            // With the folders, which may hold parts that have no key.
            Place::Folder { top, .. } => remove_tree(&top.join(folder)).await,
            Place::Bucket { .. } => {
                let below = self.list_below(Some(folder)).await?;
                self.remove(&below.into_iter().map(|file| file.key).collect::<Vec<_>>()).await
            }
        }
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

    /// Every attempt that has a scratch folder here, in no order.
    pub async fn scratch_folders(&self) -> Result<Vec<(GenerationId, i64)>, StoreError> {
        let root = self.root.join(SCRATCH);
        blocking(move || {
            let mut attempts = Vec::new();
            for generation in names_below(&root)? {
                // What has another name is not ours to collect.
                let Ok(id) = generation.parse() else { continue };
                let fences = names_below(&root.join(&generation))?;
                attempts.extend(fences.iter().filter_map(|fence| Some((id, fence.parse().ok()?))));
            }
            Ok(attempts)
        })
        .await
    }

    /// Every published file, in no order.
    pub async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        self.list_below(None).await
    }

    async fn list_below(&self, folder: Option<&str>) -> Result<Vec<StoredFile>, StoreError> {
        let prefix = match (folder, &self.place) {
            (Some(folder), _) => Some(self.location(folder)?),
            (None, Place::Bucket { bucket, .. }) => bucket.prefix().cloned(),
            (None, Place::Folder { .. }) => None,
        };
        let listed = self.objects().list(prefix.as_ref());
        let files = listed.map_ok(|object| StoredFile {
            key: self.key_of(&object.location),
            bytes: object.size,
            modified: object.last_modified.into(),
        });
        files.try_collect().await.map_err(|source| object_error(folder.unwrap_or_default(), source))
    }

    /// Size and hash of what lies under the key now; none if nothing does.
    pub async fn measure(&self, key: &str) -> Result<Option<Published>, StoreError> {
        match self.stream(key, None).await? {
            Some(stream) => measured(stream, io::sink()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether a file can be written here, read back and removed; and whether the bucket answers.
    pub async fn check(&self) -> Result<(), StoreError> {
        let probe = self.root.join(SCRATCH).join(format!(".check-{}", uuid::Uuid::now_v7()));
        blocking(move || {
            let written = fs::write(&probe, b"admint").and_then(|()| fs::read(&probe));
            let removed = fs::remove_file(&probe);
            written.and(removed).map_err(|source| io_error(&probe, source))
        })
        .await?;
        match &self.place {
            Place::Folder { .. } => Ok(()),
            // Asked often, so by the cheapest question that needs the right to read.
            Place::Bucket { .. } => self.exists("check").await.map(drop),
        }
    }

    fn objects(&self) -> &dyn ObjectStore {
        match &self.place {
            Place::Folder { objects, .. } => &**objects,
            Place::Bucket { bucket, .. } => bucket.objects(),
        }
    }

    fn location(&self, key: &str) -> Result<object_store::path::Path, StoreError> {
        check_key(key)?;
        Ok(match &self.place {
            Place::Folder { .. } => key.into(),
            Place::Bucket { bucket, .. } => bucket.location(key),
        })
    }

    fn key_of(&self, location: &object_store::path::Path) -> String {
        match &self.place {
            Place::Folder { .. } => location.to_string(),
            Place::Bucket { bucket, .. } => bucket.key_of(location),
        }
    }

    fn scratch_folder(&self, generation: GenerationId) -> PathBuf {
        self.root.join(SCRATCH).join(generation.to_string())
    }
}

/// A file on its way somewhere.
#[derive(Debug)]
pub struct DraftFile(PathBuf);

impl DraftFile {
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Its bytes.
    pub async fn read(&self) -> Result<ByteStream, StoreError> {
        let name = || StoreError::NoFile(self.0.display().to_string());
        whole(&self.0).await?.ok_or_else(name)
    }

    /// Makes it of what comes.
    pub async fn write(&self, stream: ByteStream) -> Result<Published, StoreError> {
        disk::write(stream, &self.0).await
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        // It may never have been made; what resists is collected later.
        let _ = fs::remove_file(&self.0);
    }
}

/// A key is lower-case letters, digits, `-`, `_` and `.` between single slashes; no part of it is `.` or `..`, so
/// no key leads out of its place.
fn check_key(key: &str) -> Result<(), StoreError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let well_formed = key.len() <= 512
        && key.split('/').all(|part| {
            !part.is_empty() && part.chars().all(allowed) && !part.starts_with('.') && !part.ends_with('.')
        });
    if well_formed { Ok(()) } else { Err(StoreError::BadKey(key.chars().take(100).collect())) }
}

/// The names of the folders in a folder; none where it has gone meanwhile.
fn names_below(folder: &Path) -> Result<Vec<String>, StoreError> {
    let failed = |source| io_error(folder, source);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(failed(source)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

/// The folder, absolute, with these in it.
fn made(root: &Path, folders: &[&str]) -> Result<PathBuf, StoreError> {
    let root = std::path::absolute(root).map_err(|source| io_error(root, source))?;
    for folder in folders {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
    }
    Ok(root)
}

/// Reads the stream to its end, for its size and hash, and copies it to `copy`.
async fn measured(mut stream: ByteStream, mut copy: impl Write) -> Result<Published, StoreError> {
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(chunk) = stream.try_next().await? {
        hash.update(&chunk);
        copy.write_all(&chunk).map_err(|source| io_error(Path::new("a copy"), source))?;
        bytes += chunk.len() as u64;
    }
    Ok(Published { bytes, sha256: hex::encode(hash.finalize()) })
}

/// The bytes of a file on the disk; none if there is no such file.
async fn whole(path: &Path) -> Result<Option<ByteStream>, StoreError> {
    let file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io_error(path, source)),
    };
    let chunks = stream::try_unfold((file, path.to_owned()), |(mut file, path)| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await.map_err(|source| io_error(&path, source))?;
        chunk.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(chunk), (file, path))))
    });
    Ok(Some(chunks.boxed()))
}

fn once(bytes: impl Into<Bytes>) -> ByteStream {
    let bytes = bytes.into();
    stream::once(async { Ok(bytes) }).boxed()
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

fn object_error(key: &str, source: object_store::Error) -> StoreError {
    StoreError::Object { key: key.to_owned(), source: Box::new(source) }
}
