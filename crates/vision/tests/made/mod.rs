//! Files for the tests, made byte by byte where no encoder makes them.

#![allow(dead_code)]

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};

pub fn flat(width: u32, height: u32, color: [u8; 3]) -> DynamicImage {
    RgbImage::from_pixel(width, height, image::Rgb(color)).into()
}

/// A picture with something in it, so that its file is not a handful of bytes.
pub fn textured(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).rotate_left(x % 13) as u8;
        image::Rgb([(x % 256) as u8, (y % 256) as u8, noise])
    })
}

pub fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95)).unwrap();
    bytes
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

pub fn webp(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
    bytes
}

/// An EXIF block that says nothing but an orientation.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block
}

/// The picture in a format's own file, with this EXIF block and colour profile.
pub fn with_metadata(format: &str, picture: &RgbImage, exif: Vec<u8>, profile: Option<Vec<u8>>) -> Vec<u8> {
    fn write(mut encoder: impl ImageEncoder, picture: &RgbImage, exif: Vec<u8>, profile: Option<Vec<u8>>) {
        encoder.set_exif_metadata(exif).unwrap();
        if let Some(profile) = profile {
            encoder.set_icc_profile(profile).unwrap();
        }
        encoder.write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
    }
    let mut bytes = Vec::new();
    match format {
        "jpeg" => write(JpegEncoder::new_with_quality(&mut bytes, 98), picture, exif, profile),
        "png" => write(PngEncoder::new(&mut bytes), picture, exif, profile),
        _ => write(WebPEncoder::new_lossless(&mut bytes), picture, exif, profile),
    }
    bytes
}

/// A JPEG of four components, flat, with these samples in it as they are stored, and Adobe's marker with
/// this transform: 0 for CMYK, 2 for YCCK.
pub fn jpeg_of_four(side: u16, stored: [u8; 4], transform: Option<u8>) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    if let Some(transform) = transform {
        bytes.extend(b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0");
        bytes.push(transform);
    }
    // One quantisation table of eights: a block's mean is then its sample, less 128.
    bytes.extend([0xff, 0xdb, 0, 67, 0]);
    bytes.extend([8; 64]);
    bytes.extend([0xff, 0xc0, 0, 20, 8]);
    bytes.extend(side.to_be_bytes());
    bytes.extend(side.to_be_bytes());
    bytes.extend([4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
    // Means: twelve codes of four bits, each its own category. The rest: one code, "0", the block's end.
    bytes.extend([0xff, 0xc4, 0, 31, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(0..12);
    bytes.extend([0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);

    let mut bits = Vec::new();
    let mut push = |value: u32, count: u32| bits.extend((0..count).rev().map(|at| value >> at & 1 == 1));
    let blocks = u32::from(side).div_ceil(8).pow(2);
    for block in 0..blocks {
        for sample in stored {
            // Every block but the first has the mean of the one before it.
            let mean = if block == 0 { i32::from(sample) - 128 } else { 0 };
            let category = 32 - mean.unsigned_abs().leading_zeros();
            push(category, 4);
            let value = if mean < 0 { mean - 1 + (1 << category) } else { mean };
            push(value as u32, category);
            push(0, 1);
        }
    }
    for byte in bits.chunks(8) {
        let padded = byte.iter().copied().chain(std::iter::repeat(true)).take(8);
        let byte = padded.fold(0, |byte, bit| byte << 1 | u8::from(bit));
        bytes.push(byte);
        if byte == 0xff {
            bytes.push(0);
        }
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

/// An animated WebP of two flat frames.
pub fn animated_webp(side: u32, first: [u8; 3], second: [u8; 3]) -> Vec<u8> {
    let u24 = |value: u32| value.to_le_bytes()[..3].to_vec();
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let mut bytes = name.to_vec();
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    };
    let frame = |color| {
        let mut body = [u24(0), u24(0), u24(side - 1), u24(side - 1), u24(100)].concat();
        body.push(0);
        // What follows the file's own header is the frame's bitstream chunk.
        body.extend(&webp(&flat(side, side, color))[12..]);
        chunk(b"ANMF", &body)
    };
    let mut canvas = vec![0b10, 0, 0, 0];
    canvas.extend(u24(side - 1));
    canvas.extend(u24(side - 1));
    let chunks = [chunk(b"VP8X", &canvas), chunk(b"ANIM", &[0; 6]), frame(first), frame(second)].concat();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((chunks.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WEBP");
    bytes.extend(chunks);
    bytes
}

/// An animated PNG of two flat frames.
pub fn animated_png(side: u32, first: [u8; 3], second: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for color in [first, second] {
        writer.write_image_data(&color.repeat((side * side) as usize)).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

/// A PNG of a palette of four colours, the last of them transparent, in four columns.
pub fn palette_png(side: u32, colors: [[u8; 3]; 4]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colors.concat());
    encoder.set_trns(vec![255, 255, 255, 0]);
    let row = (0..side).map(|x| (x * 4 / side) as u8);
    let rows: Vec<u8> = row.cycle().take((side * side) as usize).collect();
    encoder.write_header().unwrap().write_image_data(&rows).unwrap();
    bytes
}

/// The file of a small PNG whose header claims another size.
pub fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&flat(64, 64, [1, 2, 3]));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let check = bytes[12..29].iter().fold(u32::MAX, |check, byte| {
        (0..8).fold(check ^ u32::from(*byte), |check, _| {
            check >> 1 ^ if check & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    });
    bytes[29..33].copy_from_slice(&(!check).to_be_bytes());
    bytes
}

/// The file of a small JPEG whose frame header claims another size.
pub fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(&flat(64, 64, [1, 2, 3]));
    let frame = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}
