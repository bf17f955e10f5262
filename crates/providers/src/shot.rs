//! What every vendor's model is asked for of a scene: its words, what is not wanted, its seed, its first picture.

use admint_domain::{AspectRatio, Frames, Rgb};
use sha2::{Digest, Sha256};

use crate::{Artwork, IdempotencyKey, Model, Pictures, ProviderError, VideoRequest, first_frame};

/// What is never wanted in a clip: words are laid over it later.
pub const UNWANTED: &str = "words, captions, subtitles, watermark, logo, distorted product, extra fingers";

pub fn prompt(request: &VideoRequest) -> String {
    let VideoRequest { spec, scene, .. } = request;
    format!(
        "{}. A shot of an advertisement for {}. Steady camera, clean light; no words in the picture.",
        scene.visual_prompt.trim_end_matches('.'),
        spec.product
    )
}

/// From 0 to 2^31 - 1. Another purchase of the same scene has another, so its clip is another and its prediction
/// is told apart.
pub fn seed(seed: u32, key: &IdempotencyKey) -> u32 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(key.as_str());
    let hash = hash.finalize();
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff
}

/// What a clip of the model's cannot have of what the scene asks for.
pub fn left_out(model: &Model, request: &VideoRequest, takes_photo: bool) -> Vec<String> {
    let title = &model.title;
    let mut left_out = Vec::new();
    let (seconds, length) = (model.duration_for(request.scene.length), request.scene.length);
    if Frames::from_seconds(seconds) < length {
        let scene = request.scene_index + 1;
        left_out.push(format!(
            "The last picture of scene {scene} stands still for a moment: {title} makes {seconds} s at most."
        ));
    }
    if request.photo.is_some() && !takes_photo {
        left_out.push(format!("The photo is not in the pictures: {title} starts from words alone."));
    }
    left_out
}

/// The photo on a ground of the ad's shape and colour, as a JPEG.
pub async fn picture(
    pictures: &dyn Pictures,
    photo: &Artwork,
    aspect: AspectRatio,
    ground: Rgb,
) -> Result<Vec<u8>, ProviderError> {
    let png = pictures.read(&photo.key).await?;
    let framed = photo.framed;
    let made = tokio::task::spawn_blocking(move || first_frame::compose(&png, framed, aspect, ground)).await;
    let made = made.map_err(|panic| panic.to_string()).and_then(|made| made);
    made.map_err(|reason| ProviderError::MissingPicture { key: photo.key.clone(), reason })
}
