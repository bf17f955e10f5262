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
    packaged(file, || Some(Fonts::get(file)?.data.into_owned()))
}

/// The SVG text of an illustration such as `hot-beverage`.
pub fn illustration(name: &str) -> Option<String> {
    let file = format!("{name}.svg");
    String::from_utf8(packaged(&file, || Some(Illustrations::get(&file)?.data.into_owned()))?).ok()
}

/// An Ogg Opus file such as `calm_acoustic_1.opus`.
pub fn music(file: &str) -> Option<Cow<'static, [u8]>> {
    packaged(file, || Some(Music::get(file)?.data))
}

/// The sentence model's ONNX file.
pub fn minilm_model() -> Option<Vec<u8>> {
    packaged("model.onnx", || Some(MiniLm::get("model.onnx")?.data.into_owned()))
}

/// The sentence model's `tokenizer.json`.
pub fn minilm_tokenizer() -> Option<String> {
    let file = packaged("tokenizer.json", || Some(MiniLm::get("tokenizer.json")?.data.into_owned()))?;
    String::from_utf8(file).ok()
}

pub fn has_music(file: &str) -> bool {
    music(file).is_some()
}

/// A file of the voice such as `hibari.onnx`.
pub fn voice(file: &str) -> Option<Vec<u8>> {
    packaged(file, || Some(Voice::get(file)?.data.into_owned()))
}

/// The names of all illustrations.
pub fn illustrations() -> impl Iterator<Item = String> {
    Illustrations::iter().filter_map(|file| Some(file.strip_suffix(".svg")?.to_owned()))
}

pub fn has_illustration(name: &str) -> bool {
    let file = format!("{name}.svg");
    packaged(&file, || Illustrations::get(&file).map(|_| Vec::new())).is_some()
}

#[cfg(not(test))]
fn packaged<T: From<Vec<u8>>>(_file: &str, find: impl FnOnce() -> Option<T>) -> Option<T> {
    find()
}

/// A test may say what is in a file, or that there is none.
#[cfg(test)]
fn packaged<T: From<Vec<u8>>>(file: &str, find: impl FnOnce() -> Option<T>) -> Option<T> {
    let pretended = pretence::PRETENDED
        .with_borrow(|all| all.iter().find(|(name, _)| name == file).map(|(_, contents)| contents.clone()));
    match pretended {
        Some(contents) => contents.map(T::from),
        None => find(),
    }
}

#[cfg(test)]
pub mod pretence {
    use std::cell::RefCell;

    thread_local! {
        pub static PRETENDED: RefCell<Vec<(String, Option<Vec<u8>>)>> = const { RefCell::new(Vec::new()) };
    }

    /// What `act` gives on this thread where the packaged `files` have other contents, or none.
    pub fn with<T>(files: &[(&str, Option<&[u8]>)], act: impl FnOnce() -> T) -> T {
        let files = files.iter().map(|(name, contents)| ((*name).to_owned(), contents.map(<[u8]>::to_vec)));
        PRETENDED.set(files.collect());
        let result = act();
        PRETENDED.set(Vec::new());
        result
    }
}
