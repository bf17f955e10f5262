//! The packaged fonts and illustrations: read from disk in debug builds, inside the binary in release.

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

/// A file of the voice such as `hibari.onnx`.
pub fn voice(file: &str) -> Option<Vec<u8>> {
    Some(Voice::get(file)?.data.into_owned())
}

#[cfg(test)]
pub fn has_illustration(name: &str) -> bool {
    Illustrations::get(&format!("{name}.svg")).is_some()
}
