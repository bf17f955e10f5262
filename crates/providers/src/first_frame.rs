//! The picture that a clip starts from: the maker's photo on a plain ground of the ad's shape and colour.
//! Models take the clip's shape from it, and what is see-through they show as black.

use std::io::Cursor;

use admint_domain::{AspectRatio, Rgb};
use image::{
    ImageFormat, Rgb as Pixel, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
};

/// Of the JPEG: nothing of it is to be seen, and it is some hundred kilobytes.
const QUALITY: u8 = 92;

/// A JPEG as large as the ad's pictures, of the PNG of a photo.
pub(crate) fn compose(png: &[u8], framed: bool, aspect: AspectRatio, ground: Rgb) -> Result<Vec<u8>, String> {
    let photo =
        image::load_from_memory_with_format(png, ImageFormat::Png).map_err(|error| error.to_string())?;
    let photo = photo.to_rgba8();
    let full = aspect.resolution();
    let (width, height) = (full.width, full.height);
    // A photo that has its own background may touch the edges; a cut-out has room around it.
    let share = if framed { 1.0 } else { 0.76 };
    let fit = share
        * (f64::from(width) / f64::from(photo.width())).min(f64::from(height) / f64::from(photo.height()));
    let scaled = |pixels: u32| ((f64::from(pixels) * fit).round() as u32).max(1);
    let photo = imageops::resize(&photo, scaled(photo.width()), scaled(photo.height()), FilterType::Triangle);
    let mut canvas = RgbImage::from_pixel(width, height, Pixel([ground.0, ground.1, ground.2]));
    let (left, top) = (width.saturating_sub(photo.width()) / 2, height.saturating_sub(photo.height()) / 2);
    for (x, y, pixel) in photo.enumerate_pixels() {
        let Some(under) = canvas.get_pixel_mut_checked(left + x, top + y) else { continue };
        let alpha = u32::from(pixel[3]);
        for channel in 0..3 {
            let mixed = u32::from(pixel[channel]) * alpha + u32::from(under[channel]) * (255 - alpha);
            under[channel] = ((mixed + 127) / 255) as u8;
        }
    }
    let mut jpeg = Cursor::new(Vec::new());
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    encoder.encode_image(&canvas).map_err(|error| error.to_string())?;
    Ok(jpeg.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_out_stands_on_the_ads_own_ground_in_the_ads_shape() {
        let mut png = Cursor::new(Vec::new());
        let photo = image::RgbaImage::from_fn(40, 20, |x, _| {
            image::Rgba([200, 10, 10, if x < 20 { 255 } else { 0 }])
        });
        photo.write_to(&mut png, ImageFormat::Png).unwrap();
        let jpeg = compose(png.get_ref(), false, AspectRatio::Portrait9x16, Rgb(0, 120, 60)).unwrap();
        let made = image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap().to_rgb8();
        assert_eq!((made.width(), made.height()), (1080, 1920));
        let near =
            |pixel: &Pixel<u8>, wanted: [u8; 3]| pixel.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 12);
        assert!(
            near(made.get_pixel(375, 960), [200, 10, 10]) && near(made.get_pixel(705, 960), [0, 120, 60])
        );
        assert!(compose(b"no picture", false, AspectRatio::Square, Rgb(0, 0, 0)).is_err());
    }
}
