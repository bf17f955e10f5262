//! ZIP files that are sent while they are made: nothing of them lies on the disk, and no file is whole in memory.

use std::io;

use admint_domain::AppError;
use admint_store::{ByteStream, StoreError};
use async_zip::{Compression, ZipEntryBuilder, base::write::ZipFileWriter, error::ZipError};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, TryStreamExt, io::AsyncWriteExt, stream};
use tokio::io::DuplexStream;
use tokio_util::{compat::Compat, io::ReaderStream, sync::CancellationToken};

/// As much as waits for a slow reader.
const WAITING: usize = 256 * 1024;

/// Why a ZIP file broke off.
#[derive(Debug, thiserror::Error)]
pub enum ZipFault {
    #[error("writing it: {0}")]
    Zip(#[from] ZipError),
    #[error("its reader has gone: {0}")]
    Reader(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Backend(#[from] AppError),
    #[error("{0} could not be written")]
    Unwritable(&'static str),
    #[error("`{0}` is not there")]
    NoFile(String),
    #[error("the server stops")]
    Stopped,
}

/// How sizes and places are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// In 32 bits, which every program reads: for less than 4 GB.
    Plain,
    Any,
}

/// A ZIP file on its way.
pub struct Zip(ZipFileWriter<Compat<DuplexStream>>);

impl Zip {
    pub async fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ZipFault> {
        Ok(self.0.write_entry_whole(entry(name), bytes).await?)
    }

    pub async fn add_stream(&mut self, name: &str, mut stream: ByteStream) -> Result<(), ZipFault> {
        let mut file = self.0.write_entry_stream(entry(name)).await?;
        while let Some(chunk) = stream.try_next().await? {
            file.write_all(&chunk).await?;
        }
        Ok(file.close().await?)
    }
}

/// What goes into them is compressed already, or small.
fn entry(name: &str) -> ZipEntryBuilder {
    ZipEntryBuilder::new(name.to_owned().into(), Compression::Stored).unix_permissions(0o644)
}

/// Answers with the file that `fill` fills. Whoever reads it hears of a fault by the connection, which breaks off, as it
/// does when `stop` says so.
pub fn respond<F>(
    name: &str,
    sizes: Sizes,
    stop: CancellationToken,
    fill: impl FnOnce(Zip) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = Result<Zip, ZipFault>> + Send + 'static,
{
    let (ours, theirs) = tokio::io::duplex(WAITING);
    let making = async move {
        let writer = ZipFileWriter::with_tokio(ours);
        let writer = if sizes == Sizes::Plain { writer.force_no_zip64() } else { writer };
        let Zip(writer) = fill(Zip(writer)).await?;
        writer.close().await?;
        Ok(())
    };
    let made =
        tokio::spawn(async move { stop.run_until_cancelled(making).await.unwrap_or(Err(ZipFault::Stopped)) });
    // The end of the bytes is the end of the file only if all of it was made.
    let end = stream::once(async move {
        let fault = match made.await {
            Ok(Ok(())) => return None,
            Ok(Err(fault)) => fault.to_string(),
            Err(panic) => panic.to_string(),
        };
        tracing::warn!(fault, "a ZIP file broke off");
        Some(Err(io::Error::other("the file is not complete")))
    });
    let body = ReaderStream::new(theirs).chain(end.filter_map(|end| async { end }));
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(body)).into_response()
}
