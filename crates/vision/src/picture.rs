//! The one kind of picture that leaves this crate.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};

/// 8-bit sRGB with straight (not premultiplied) alpha: four bytes a pixel, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    image: RgbaImage,
}

impl Picture {
    /// `None` unless `rgba` holds exactly `width` × `height` × 4 bytes.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Option<Self> {
        if rgba.len() as u64 != u64::from(width) * u64::from(height) * 4 {
            return None;
        }
        Some(Self { image: RgbaImage::from_raw(width, height, rgba)? })
    }

    /// In pixels.
    pub fn width(&self) -> u32 {
        self.image.width()
    }

    /// In pixels.
    pub fn height(&self) -> u32 {
        self.image.height()
    }

    pub fn rgba(&self) -> &[u8] {
        self.image.as_raw()
    }

    pub fn into_rgba(self) -> Vec<u8> {
        self.image.into_raw()
    }

    /// As a PNG without metadata; colours under full transparency are kept.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
            .write_image(self.rgba(), self.width(), self.height(), ExtendedColorType::Rgba8)
            .expect("writing to memory");
        bytes
    }

    pub(crate) fn from_image(image: RgbaImage) -> Self {
        Self { image }
    }

    pub(crate) fn pixels(&self) -> impl ExactSizeIterator<Item = [u8; 4]> + '_ {
        self.rgba().as_chunks::<4>().0.iter().copied()
    }
}
