//! What can be wrong with an upload, in the words of somebody who wants to make an ad.

/// Why a file is no usable photo. Each message says what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    #[error("This file is empty. Choose a JPEG, PNG or WebP picture.")]
    Empty,
    #[error(
        "This file has {} MB, but a photo may have at most 20 MB. Save it smaller or at a lower quality.",
        .bytes.div_ceil(1_000_000)
    )]
    TooHeavy { bytes: usize },
    /// Something else than a picture; `what` is a noun with its article.
    #[error("This is {what}, not a picture. Save it as JPEG, PNG or WebP.")]
    NotAPicture { what: &'static str },
    /// A picture in a format that is not read; `what` is a noun with its article.
    #[error("This is {what}, which AdMint cannot read. Save it as JPEG, PNG or WebP.")]
    OtherFormat { what: &'static str },
    #[error("AdMint does not recognise this file as a picture. Save it as JPEG, PNG or WebP.")]
    Unrecognised,
    #[error(
        "This picture has only {width} × {height} pixels. Choose one of at least 64 × 64; \
         1,000 or more on the longer side look best."
    )]
    TooSmall { width: u32, height: u32 },
    #[error(
        "This picture has {width} × {height} pixels, more than AdMint can open. \
         Reduce it to 8,000 pixels or fewer on its longer side."
    )]
    TooLarge { width: u32, height: u32 },
    #[error("The end of this picture is missing. Copy or download it again, then upload that.")]
    Truncated,
    /// `detail` is the decoder's own message, for the log.
    #[error("This picture is damaged and cannot be opened. Open it in a photo program and save it anew.")]
    Damaged { detail: String },
    /// Such as a JPEG of 12 bits or with arithmetic coding; `detail` is for the log.
    #[error(
        "This picture is stored in a rare way that AdMint cannot open. \
         Open it in a photo program and save it as an ordinary JPEG or PNG."
    )]
    RareKind { detail: String },
    #[error("This picture is transparent everywhere. Choose one that shows the product.")]
    Blank,
}
