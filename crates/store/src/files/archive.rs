//! Where a back-up lies: a folder, or a bucket below a prefix.
//!
//! ```text
//! NAME                the files, as they are put
//! manifest.json       comes last, so that what has it is whole
//! unfinished          in a bucket, until then: names who writes
//! ```
//! A folder bears another name until it is whole; a bucket has no names to change, so there the mark says that what
//! lies beside it is an interrupted back-up's and may go.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use futures::TryStreamExt;

use super::{
    ByteStream, Published, bucket::Bucket, check_key, disk, io_error, object_error, once, remove_tree, whole,
};
use crate::{BucketConfig, StoreError};

const MANIFEST: &str = "manifest.json";
const UNFINISHED: &str = "unfinished";
/// Below it, and under the name of the rows, lies all that a back-up consists of.
const FILES: &str = "files/";
const ROWS: &str = "rows.jsonl";

/// A place for one back-up.
#[derive(Debug)]
pub struct Archive {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A back-up that is being written. Dropped before [`finish`](Self::finish) it is none.
#[derive(Debug)]
pub struct ArchiveDraft<'a> {
    archive: &'a Archive,
    /// What the mark holds.
    writer: String,
    put: Mutex<BTreeMap<String, u64>>,
}

impl Archive {
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        let folder = std::path::absolute(folder).map_err(|source| io_error(folder, source))?;
        Ok(Self { place: Place::Folder(folder) })
    }

    pub fn in_bucket(config: &BucketConfig) -> Result<Self, StoreError> {
        Ok(Self { place: Place::Bucket(Bucket::open(config)?) })
    }

    /// What to call it in a message.
    pub fn place(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Bucket(bucket) => bucket.address(),
        }
    }

    /// Begins to write. What an interrupted attempt left is removed; where anything else lies nothing is written:
    /// [`StoreError::Occupied`].
    pub async fn begin(&self) -> Result<ArchiveDraft<'_>, StoreError> {
        let writer = uuid::Uuid::now_v7().to_string();
        match &self.place {
            Place::Folder(folder) => {
                let is_there = tokio::fs::try_exists(folder).await;
                if is_there.map_err(|source| io_error(folder, source))? {
                    return Err(StoreError::Occupied(self.place()));
                }
                let part = part_of(folder);
                remove_tree(&part).await?;
                tokio::fs::create_dir_all(&part).await.map_err(|source| io_error(&part, source))?;
            }
            Place::Bucket(bucket) => {
                let lying: Vec<String> = names_in(bucket).await?.into_keys().collect();
                let is_ours = |name: &String| name == UNFINISHED || name == ROWS || name.starts_with(FILES);
                let is_interrupted = lying.iter().any(|name| name == UNFINISHED) && lying.iter().all(is_ours);
                if !lying.is_empty() && !is_interrupted {
                    return Err(StoreError::Occupied(self.place()));
                }
                let mark = writer.clone().into_bytes().into();
                bucket.put(UNFINISHED, mark).await?;
                for name in lying.iter().filter(|name| *name != UNFINISHED) {
                    bucket.delete(name).await?;
                }
            }
        }
        Ok(ArchiveDraft { archive: self, writer, put: Mutex::default() })
    }

    /// What is in the back-up; none if there is no whole one.
    pub async fn manifest(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut stream) = self.stream(MANIFEST).await? else { return Ok(None) };
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }

    /// The named file's bytes; none if there is no such file.
    pub async fn stream(&self, name: &str) -> Result<Option<ByteStream>, StoreError> {
        check_key(name)?;
        match &self.place {
            Place::Folder(folder) => whole(&folder.join(name)).await,
            Place::Bucket(bucket) => bucket.stream(name).await,
        }
    }

    pub(super) fn is_below_folder(&self, top: &Path) -> bool {
        matches!(&self.place, Place::Folder(folder) if folder.starts_with(top))
    }

    pub(super) fn is_below_bucket(&self, top: &Bucket) -> bool {
        matches!(&self.place, Place::Bucket(bucket) if bucket.is_below(top))
    }
}

impl ArchiveDraft<'_> {
    /// Adds a file, without having all of it in memory.
    pub async fn put(&self, stream: ByteStream, name: &str) -> Result<Published, StoreError> {
        check_key(name)?;
        let published = match &self.archive.place {
            Place::Folder(folder) => disk::write(stream, &part_of(folder).join(name)).await?,
            Place::Bucket(bucket) => bucket.send(stream, name).await?,
        };
        self.put.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), published.bytes);
        Ok(published)
    }

    /// Makes it whole, if all that was put is there: [`StoreError::Changed`] where it is not.
    pub async fn finish(self, manifest: Vec<u8>) -> Result<(), StoreError> {
        let put = self.put.into_inner().unwrap_or_else(PoisonError::into_inner);
        match &self.archive.place {
            Place::Folder(folder) => {
                let part = part_of(folder);
                let path = part.join(MANIFEST);
                disk::write(once(manifest), &path).await?;
                tokio::fs::rename(&part, folder).await.map_err(|source| io_error(folder, source))
            }
            Place::Bucket(bucket) => {
                let mut mark = bucket.stream(UNFINISHED).await?;
                let mut writer = Vec::new();
                while let Some(stream) = &mut mark
                    && let Some(chunk) = stream.try_next().await?
                {
                    writer.extend_from_slice(&chunk);
                }
                // Two that write to one place would each remove what the other has put.
                if writer != self.writer.as_bytes() {
                    return Err(StoreError::Changed(format!("{}/{UNFINISHED}", self.archive.place())));
                }
                let lying = names_in(bucket).await?;
                if let Some((name, _)) = put.iter().find(|(name, bytes)| lying.get(*name) != Some(bytes)) {
                    return Err(StoreError::Changed(format!("{}/{name}", self.archive.place())));
                }
                bucket.put(MANIFEST, manifest.into()).await?;
                // With the manifest it is whole, whatever lies beside it.
                let _ = bucket.delete(UNFINISHED).await;
                Ok(())
            }
        }
    }
}

/// The folder's name until it is whole.
fn part_of(folder: &Path) -> PathBuf {
    let mut part = folder.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

async fn names_in(bucket: &Bucket) -> Result<BTreeMap<String, u64>, StoreError> {
    let listed = bucket.objects().list(bucket.prefix());
    let names = listed.map_ok(|object| (bucket.key_of(&object.location), object.size));
    names.try_collect().await.map_err(|source| object_error(&bucket.address(), source))
}
