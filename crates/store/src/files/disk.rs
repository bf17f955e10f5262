//! Moving and copying on the local disk so that a name appears only with its whole file.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{ByteStream, CHUNK, Published, blocking, io_error, measured};
use crate::StoreError;

pub(super) fn move_into_place(from: &Path, to: &Path) -> Result<Published, StoreError> {
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
    let part = part_beside(to);
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

/// Writes what comes beside the place, then renames it.
pub(super) async fn write(stream: ByteStream, to: &Path) -> Result<Published, StoreError> {
    let folder = to.parent().unwrap_or(to).to_owned();
    fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
    let part = part_beside(to);
    let written = async {
        let file = File::create(&part).map_err(|source| io_error(&part, source))?;
        let published = measured(stream, &file).await?;
        let (part, to) = (part.clone(), to.to_owned());
        blocking(move || {
            file.sync_all().map_err(|source| io_error(&part, source))?;
            fs::rename(&part, &to).map_err(|source| io_error(&to, source))?;
            sync_folder(&folder)
        })
        .await?;
        Ok(published)
    }
    .await;
    if written.is_err() {
        // The error that counts is the first one.
        let _ = fs::remove_file(&part);
    }
    written
}

fn part_beside(to: &Path) -> PathBuf {
    let mut part = OsString::from(to);
    part.push(format!(".{}.part", uuid::Uuid::now_v7()));
    PathBuf::from(part)
}

/// Reads the file through once, for its size and hash, copies it to `copy`, and makes sure that it is
/// on the disk.
fn digest(from: &Path, copy: impl Write) -> Result<Published, StoreError> {
    let published = digest_of(from, copy)?;
    File::open(from).and_then(|file| file.sync_all()).map_err(|source| io_error(from, source))?;
    Ok(published)
}

/// Reads the file through once, for its size and hash, and copies it to `copy`.
pub(super) fn digest_of(from: &Path, mut copy: impl Write) -> Result<Published, StoreError> {
    let failed = |source| io_error(from, source);
    let mut file = File::open(from).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; CHUNK];
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
