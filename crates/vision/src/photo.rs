//! Reading an upload: bytes in, an upright sRGB picture of sane size out, or an error for its user.

use std::io::Cursor;

use fast_image_resize::{FilterType, MulDiv, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageError, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::jpeg;
use crate::sniff::{Format, sniff};
use crate::{PhotoError, Picture};

/// A photo's file may be this long, in bytes.
pub const MOST_BYTES: usize = 20_000_000;
/// A [`Photo`] is reduced to this many pixels on its longer side.
pub const MOST_PIXELS_A_SIDE: u32 = 2048;
/// A photo must have this many pixels on its shorter side.
pub const LEAST_PIXELS_A_SIDE: u32 = 64;

/// What decoding may take, in bytes: enough for a progressive JPEG of 12,000 × 9,000 pixels with halved
/// colour, and for an RGB PNG of 14,000 × 14,000.
const MOST_MEMORY: u64 = 640 << 20;

/// Of 100, for opaque photos; the encoder keeps colour at full resolution.
const JPEG_QUALITY: u8 = 92;
/// An opaque picture of at most so many colours is a drawing or a screenshot, which JPEG would spoil.
const MOST_COLORS_OF_A_DRAWING: usize = 4096;

/// A picture somebody uploaded: upright, sRGB, at most [`MOST_PIXELS_A_SIDE`] on its longer side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    picture: Picture,
    has_transparency: bool,
}

/// A photo as a file, with no metadata in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    pub bytes: Vec<u8>,
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// `png` or `jpg`.
    pub extension: &'static str,
}

impl Photo {
    /// Reads a JPEG, PNG or WebP of at most [`MOST_BYTES`], told by its content and never by its name.
    ///
    /// The header is read and bounded before a pixel is decoded. Orientation from EXIF and a colour profile
    /// are applied; CMYK becomes RGB; of an animation the first frame is taken; 16 bits become 8.
    pub fn read(bytes: &[u8]) -> Result<Self, PhotoError> {
        if bytes.len() > MOST_BYTES {
            return Err(PhotoError::TooHeavy { bytes: bytes.len() });
        }
        match sniff(bytes)? {
            Format::Jpeg => {
                let survey = jpeg::survey(bytes)?;
                // A progressive file's coefficients, two bytes each, lie beside the picture until its end.
                let beside = if survey.progressive { survey.samples * 2 } else { 0 };
                decode(JpegDecoder::new(Cursor::new(bytes)).map_err(refused)?, |pixels| pixels + beside)
            }
            Format::Png => {
                let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(refused)?;
                decode(decoder, |pixels| pixels)
            }
            Format::WebP => {
                require_whole_riff(bytes)?;
                // The decoder keeps planes, and a canvas where there is an animation, beside the pixels.
                decode(WebPDecoder::new(Cursor::new(bytes)).map_err(refused)?, |pixels| 2 * pixels)
            }
        }
    }

    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// Whether any pixel is not fully opaque.
    pub fn has_transparency(&self) -> bool {
        self.has_transparency
    }

    /// The photo as a file again: PNG where it has transparency or is a drawing of few colours, else JPEG.
    pub fn encode(&self) -> Encoded {
        if self.has_transparency || self.is_drawing() {
            return Encoded { bytes: self.picture.to_png(), media_type: "image/png", extension: "png" };
        }
        let rgb: Vec<u8> = self.picture.pixels().flat_map(|[r, g, b, _]| [r, g, b]).collect();
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
            .encode(&rgb, self.picture.width(), self.picture.height(), ExtendedColorType::Rgb8)
            .expect("writing to memory");
        Encoded { bytes, media_type: "image/jpeg", extension: "jpg" }
    }

    fn is_drawing(&self) -> bool {
        let mut colors = std::collections::HashSet::new();
        self.picture.pixels().all(|pixel| {
            colors.insert(pixel);
            colors.len() <= MOST_COLORS_OF_A_DRAWING
        })
    }
}

/// `memory` says what decoding takes in all, given the bytes of the decoded pixels.
fn decode(mut decoder: impl ImageDecoder, memory: impl Fn(u64) -> u64) -> Result<Photo, PhotoError> {
    let (width, height) = decoder.dimensions();
    if width.min(height) < LEAST_PIXELS_A_SIDE {
        return Err(PhotoError::TooSmall { width, height });
    }
    if memory(decoder.total_bytes()) > MOST_MEMORY {
        return Err(PhotoError::TooLarge { width, height });
    }
    decoder.set_limits(limits()).map_err(refused)?;
    // Metadata that cannot be read is metadata that is not there.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();

    let pixels = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let mut pixels = DynamicImage::from(reduced(pixels).into_rgba8());
    pixels.apply_orientation(orientation);
    let mut rgba = pixels.into_rgba8();
    if let Some(profile) = profile {
        convert_to_srgb(&mut rgba, &profile);
    }
    let picture = Picture::from_image(rgba);
    let alphas = || picture.pixels().map(|[.., alpha]| alpha);
    if alphas().all(|alpha| alpha == 0) {
        return Err(PhotoError::Blank);
    }
    let has_transparency = alphas().any(|alpha| alpha < 255);
    Ok(Photo { picture, has_transparency })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// Reduced to [`MOST_PIXELS_A_SIDE`] with a Lanczos filter, never enlarged.
fn reduced(mut pixels: DynamicImage) -> DynamicImage {
    let (width, height) = (pixels.width(), pixels.height());
    let longer = width.max(height);
    if longer <= MOST_PIXELS_A_SIDE {
        return pixels;
    }
    let scaled = |side: u32| {
        let side =
            (u64::from(side) * u64::from(MOST_PIXELS_A_SIDE) + u64::from(longer) / 2) / u64::from(longer);
        (side as u32).max(1)
    };
    let mut small = DynamicImage::new(scaled(width), scaled(height), pixels.color());
    // Colours are weighted by their alpha, or what hides under transparency would bleed into edges. Done in
    // place here: left to the resizer, it would copy the whole picture first.
    let has_alpha = pixels.color().has_alpha();
    let weights = MulDiv::new();
    if has_alpha {
        weights.multiply_alpha_inplace(&mut pixels).expect("a kind of pixel with alpha");
    }
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false);
    Resizer::new().resize(&pixels, &mut small, &options).expect("two pictures of one kind of pixel");
    if has_alpha {
        weights.divide_alpha_inplace(&mut small).expect("a kind of pixel with alpha");
    }
    small
}

// A profile of another kind than RGB (a CMYK one, after its pixels became RGB) or one that is broken says
// nothing usable about these pixels, which are then taken as sRGB.
fn convert_to_srgb(rgba: &mut image::RgbaImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) =
        profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, TransformOptions::default())
    else {
        return;
    };
    let mut converted = vec![0; rgba.len()];
    if transform.transform(rgba.as_raw(), &mut converted).is_ok() {
        rgba.copy_from_slice(&converted);
    }
}

fn require_whole_riff(bytes: &[u8]) -> Result<(), PhotoError> {
    let length = bytes.get(4..8).and_then(|length| length.first_chunk()).ok_or(PhotoError::Truncated)?;
    if u64::from(u32::from_le_bytes(*length)) + 8 > bytes.len() as u64 {
        return Err(PhotoError::Truncated);
    }
    Ok(())
}

fn refused(error: ImageError) -> PhotoError {
    let detail = error.to_string();
    match error {
        ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => PhotoError::Truncated,
        ImageError::Unsupported(_) => PhotoError::RareKind { detail },
        // Pixels were bounded before; what else outgrows the limit is a compressed comment or profile.
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            PhotoError::Damaged { detail }
        }
        _ => PhotoError::Damaged { detail },
    }
}
