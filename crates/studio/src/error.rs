/// Why a drawing could not be prepared. Once prepared, drawing cannot fail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudioError {
    /// The packaged fonts were not there when this program was built.
    #[error("no font is packaged: run `cargo xtask assets` and build again")]
    NoFonts,
    #[error("this is no picture in the PNG format")]
    Picture,
    #[error("a picture of {width}x{height} pixels cannot be drawn")]
    Size { width: u32, height: u32 },
    /// The packaged voice was not there when this program was built.
    #[error("no voice is packaged with this program")]
    NoVoice,
    #[error("the voice could not speak: {0}")]
    Voice(String),
}
