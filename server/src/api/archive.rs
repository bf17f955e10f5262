//! Several videos as one ZIP file, written as it is sent: no file of it lies anywhere, and what a slow reader does not
//! take yet is not read. Nothing is compressed, for videos are.

use admint_domain::{AppError, ChosenGenerations, ErrorBody, ErrorCode, GenerationId, UserId};
use admint_store::{AssetKind, AssetRecord, AssetStore};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};

use super::{error::ApiError, files::found};
use crate::{
    auth::caller::CurrentCaller,
    state::AppState,
    zip::{self, Sizes, Zip, ZipFault},
};

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
    let assets = state.assets.clone();
    Ok(zip::respond("ads.zip", Sizes::Plain, state.shutdown.clone(), move |zip| async move {
        write(zip, &assets, &videos, &left_out).await
    }))
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

async fn write(
    mut zip: Zip,
    assets: &AssetStore,
    videos: &[(GenerationId, AssetRecord)],
    left_out: &[GenerationId],
) -> Result<Zip, ZipFault> {
    for (id, video) in videos {
        let stream = assets.stream(&video.key, None).await?;
        let stream = stream.ok_or_else(|| ZipFault::NoFile(video.key.clone()))?;
        zip.add_stream(&format!("ad_{id}.mp4"), stream).await?;
    }
    if !left_out.is_empty() {
        let mut text = String::from("Not in this archive: not finished yet, deleted, or not yours.\n\n");
        for id in left_out {
            text.push_str(&format!("{id}\n"));
        }
        zip.add(LEFT_OUT, text.as_bytes()).await?;
    }
    Ok(zip)
}
