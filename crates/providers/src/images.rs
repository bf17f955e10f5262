//! Models that make pictures from words, and what is done with a picture that comes from elsewhere: it is read up to
//! a limit, taken for what its bytes say, and decoded within limits before anybody relies on it.

use std::io::Cursor;

use admint_domain::{AspectRatio, Origins, Price, Rgb};
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use image::{ImageFormat, ImageReader, RgbImage};

use crate::{Artwork, Download, IdempotencyKey, Operation, ProviderError};

/// Most bytes of a picture's file.
pub(crate) const MOST_BYTES: u64 = 64 << 20;
/// Most pixels of a side, and most bytes of what is decoded: a file of a few bytes can promise a wall of pixels.
const MOST_SIDE: u32 = 8_192;
const MOST_DECODED: u64 = 320 << 20;

/// What a model of pictures can do beside reading words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageCapabilities {
    /// Keeps the subject or the look of a picture.
    pub reference: bool,
    /// Keeps the composition of a picture.
    pub control: bool,
}

/// A picture to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageRequest {
    pub prompt: String,
    pub aspect: AspectRatio,
    pub seed: u32,
    /// What is put behind a reference that has no background of its own.
    pub ground: Rgb,
    /// A picture whose subject or look is to be kept.
    pub reference: Option<Artwork>,
    /// A picture of edges, whose composition is to be kept.
    pub control: Option<Artwork>,
}

/// A finished picture, whose file has been read and decoded.
pub struct MadeImage {
    /// As its bytes say: `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: &'static str,
    pub bytes: Bytes,
    pub pixels: RgbImage,
}

/// A model that makes pictures from words. Purchases, handles and keys are as with [`crate::VideoModel`].
#[async_trait]
pub trait ImageModel: Send + Sync {
    /// For logs and the ledger.
    fn name(&self) -> &'static str;

    fn capabilities(&self) -> ImageCapabilities;

    /// Whose work is in the picture, and what had to be left out of it.
    fn origins(&self, request: &ImageRequest) -> Origins;

    /// What [`start`](Self::start) will cost.
    fn price(&self, request: &ImageRequest) -> Price;

    /// Has the picture made; under the key of an earlier start it is that one's operation.
    async fn start(&self, request: &ImageRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError>;

    /// Waits for the operation's end. Dropping the future stops the wait, not the operation.
    async fn collect(&self, operation: &Operation) -> Result<MadeImage, ProviderError>;

    /// Tells the model that nobody wants the result any more. It may be told twice, and of what has ended.
    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError>;
}

/// What a request asks for that the model cannot do.
pub(crate) fn left_out(title: &str, can: ImageCapabilities, request: &ImageRequest) -> Vec<String> {
    let mut left_out = Vec::new();
    if request.reference.is_some() && !can.reference {
        left_out.push(format!("The reference is not in the picture: {title} starts from words alone."));
    }
    if request.control.is_some() && !can.control {
        left_out.push(format!("The composition is the model's own: {title} keeps to none."));
    }
    left_out
}

/// Reads and decodes a picture that comes from elsewhere.
pub(crate) async fn read(provider: &'static str, download: Download) -> Result<MadeImage, ProviderError> {
    let Download { length, mut bytes, .. } = download;
    let bad = |reason: String| ProviderError::BadOutput { provider, reason };
    let mut file = Vec::new();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk?;
        if (file.len() + chunk.len()) as u64 > MOST_BYTES {
            return Err(bad(format!("its picture has more than {MOST_BYTES} bytes")));
        }
        file.extend_from_slice(&chunk);
    }
    if let Some(length) = length.filter(|length| *length != file.len() as u64) {
        return Err(bad(format!("its picture has {} bytes of {length}", file.len())));
    }
    let decoded = tokio::task::spawn_blocking(move || decode(file)).await;
    decoded.map_err(|panic| panic.to_string()).and_then(|made| made).map_err(bad)
}

fn decode(file: Vec<u8>) -> Result<MadeImage, String> {
    let format = image::guess_format(&file).map_err(|_| "what it made is no picture".to_owned())?;
    let content_type = match format {
        ImageFormat::Png => "image/png",
        ImageFormat::Jpeg => "image/jpeg",
        ImageFormat::WebP => "image/webp",
        other => return Err(format!("its picture is of a kind that is not used here: {other:?}")),
    };
    let mut reader = ImageReader::with_format(Cursor::new(&file), format);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let pixels = reader.decode().map_err(|error| format!("its picture is damaged, or too large: {error}"))?;
    Ok(MadeImage { content_type, pixels: pixels.into_rgb8(), bytes: file.into() })
}
