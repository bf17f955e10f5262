//! The packaged fonts, illustrations, music and models: read from disk in debug builds, inside the binary in release.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/fonts"]
#[allow_missing = true]
struct Fonts;

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/illustrations/fluent-emoji"]
#[allow_missing = true]
struct Illustrations;

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/music"]
#[allow_missing = true]
struct Music;

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/models/minilm"]
#[allow_missing = true]
struct MiniLm;

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/voice"]
#[allow_missing = true]
struct Voice;

/// A font file such as `Anton-Regular.ttf`.
pub fn font(file: &str) -> Option<Vec<u8>> {
    Some(Fonts::get(file)?.data.into_owned())
}

/// The SVG text of an illustration such as `hot-beverage`.
pub fn illustration(name: &str) -> Option<String> {
    String::from_utf8(Illustrations::get(&format!("{name}.svg"))?.data.into_owned()).ok()
}

/// An Ogg Opus file such as `calm_acoustic_1.opus`.
pub fn music(file: &str) -> Option<Cow<'static, [u8]>> {
    Some(Music::get(file)?.data)
}

/// The sentence model's ONNX file.
pub fn minilm_model() -> Option<Vec<u8>> {
    Some(MiniLm::get("model.onnx")?.data.into_owned())
}

/// The sentence model's `tokenizer.json`.
pub fn minilm_tokenizer() -> Option<String> {
    String::from_utf8(MiniLm::get("tokenizer.json")?.data.into_owned()).ok()
}

pub fn has_music(file: &str) -> bool {
    Music::get(file).is_some()
}

/// A file of the voice such as `hibari.onnx`.
pub fn voice(file: &str) -> Option<Vec<u8>> {
    Some(Voice::get(file)?.data.into_owned())
}

pub fn has_illustration(name: &str) -> bool {
    Illustrations::get(&format!("{name}.svg")).is_some()
}
