//! Several videos as one ZIP file, written as it is sent: no file of it lies anywhere, and what a slow reader does not
//! take yet is not read. Nothing is compressed, for videos are.

use admint_domain::{AppError, ChosenGenerations, ErrorBody, ErrorCode, GenerationId, UserId};
use admint_store::{AssetKind, AssetRecord, AssetStore};
use async_zip::{Compression, ZipEntryBuilder, base::write::ZipFileWriter, error::ZipError};
use axum::{
    body::Body,
    extract::{FromRequestParts, State},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use futures::{AsyncWriteExt, StreamExt, TryStreamExt, stream};
use tokio::io::DuplexStream;
use tokio_util::{compat::TokioAsyncWriteCompatExt, io::ReaderStream};

use super::{error::ApiError, files::found};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// What lies between the files and the reader.
const BUFFER: usize = 256 << 10;
/// A plain ZIP file tells sizes and places in 32 bits, and every program reads those. This leaves room for its index.
const MOST_BYTES: u64 = u32::MAX as u64 - (1 << 20);
const LEFT_OUT: &str = "left-out.txt";

/// The videos in the query: `ids=A,B` or `ids=A&ids=B`, as a form's boxes send them.
pub struct Chosen(Vec<GenerationId>);

impl<S: Send + Sync> FromRequestParts<S> for Chosen {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let mut ids = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name != "ids" {
                return Err(AppError::invalid(&*name, format!("There is no field `{name}` here.")).into());
            }
            for id in value.split(',').map(str::trim).filter(|id| !id.is_empty()) {
                let id = id.parse().map_err(|_| {
                    AppError::invalid("ids", "`ids` are the ids of videos, with commas between them.")
                })?;
                ids.push(id);
            }
        }
        Ok(Self(ChosenGenerations { ids }.validate()?))
    }
}

/// The videos of several of your generations, at most 100 and 4 GB, as one ZIP file in which each is `ad_{id}.mp4`.
/// What is not there, or has no video yet, is named in `left-out.txt`.
#[utoipa::path(
    get,
    path = "/api/generations/archive",
    tag = "files",
    security(("bearer" = [])),
    params(("ids" = Vec<GenerationId>, Query, description = "with commas between them, or each with a name of its own")),
    responses(
        (status = OK, content_type = "application/zip", body = Vec<u8>),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody, description = "none of them has a video"),
        (status = PAYLOAD_TOO_LARGE, body = ErrorBody, description = "together they are larger than 4 GB"),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn archive(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Chosen(ids): Chosen,
) -> Result<Response, ApiError> {
    let (videos, left_out) = videos(&state, caller.user.id, ids).await?;
    let total: u64 = videos.iter().map(|(_, video)| video.bytes).sum();
    if total > MOST_BYTES {
        let message =
            "Together these videos are larger than 4 GB. Choose fewer, and download the others after.";
        return Err(AppError::new(ErrorCode::PayloadTooLarge, message).into());
    }
    let (reader, writer) = tokio::io::duplex(BUFFER);
    let assets = state.assets.clone();
    let stopping = state.shutdown.clone();
    let writing = tokio::spawn(async move {
        let written = stopping.run_until_cancelled(write(writer, &assets, &videos, &left_out)).await;
        written.unwrap_or(Err(WriteError::Stopped))
    });
    // Broken off, so that browsers say that the download failed, and not ended as if it were whole.
    let end = stream::once(async move {
        match writing.await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                tracing::warn!(%error, "an archive broke off");
                Some(Err(std::io::Error::other(error)))
            }
            Err(panic) => Some(Err(std::io::Error::other(panic))),
        }
    });
    let body = ReaderStream::new(reader).chain(end.filter_map(std::future::ready));
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ads.zip\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

type Videos = Vec<(GenerationId, AssetRecord)>;

/// The videos there are, in the order asked for, and what has none.
async fn videos(
    state: &AppState,
    user: UserId,
    ids: Vec<GenerationId>,
) -> Result<(Videos, Vec<GenerationId>), AppError> {
    let (mut videos, mut left_out) = (Vec::new(), Vec::new());
    for id in ids {
        match found(id, state.store.asset_of(user, id, AssetKind::Video).await) {
            Ok(video) => videos.push((id, video)),
            Err(error) if error.code == ErrorCode::NotFound => left_out.push(id),
            Err(error) => return Err(error),
        }
    }
    if videos.is_empty() {
        let message =
            "None of these videos is there to be downloaded: not finished yet, deleted, or not yours.";
        return Err(AppError::new(ErrorCode::NotFound, message));
    }
    Ok((videos, left_out))
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Zip(#[from] ZipError),
    #[error("{0}")]
    Store(#[from] admint_store::StoreError),
    #[error("`{0}` is not there")]
    NoFile(String),
    #[error("the server stops")]
    Stopped,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

async fn write(
    out: DuplexStream,
    assets: &AssetStore,
    videos: &[(GenerationId, AssetRecord)],
    left_out: &[GenerationId],
) -> Result<(), WriteError> {
    let mut zip = ZipFileWriter::new(out.compat_write()).force_no_zip64();
    for (id, video) in videos {
        let mut stream =
            assets.stream(&video.key, None).await?.ok_or_else(|| WriteError::NoFile(video.key.clone()))?;
        let mut entry = zip.write_entry_stream(entry(format!("ad_{id}.mp4"))).await?;
        while let Some(bytes) = stream.try_next().await? {
            entry.write_all(&bytes).await?;
        }
        entry.close().await?;
    }
    if !left_out.is_empty() {
        let mut text = String::from("Not in this archive: not finished yet, deleted, or not yours.\n\n");
        for id in left_out {
            text.push_str(&format!("{id}\n"));
        }
        zip.write_entry_whole(entry(LEFT_OUT.to_owned()), text.as_bytes()).await?;
    }
    let mut out = zip.close().await?;
    out.close().await?;
    Ok(())
}

fn entry(name: String) -> ZipEntryBuilder {
    // Without rights of its own it could not be opened where it is unpacked.
    ZipEntryBuilder::new(name.into(), Compression::Stored).unix_permissions(0o644)
}
