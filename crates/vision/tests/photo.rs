//! Uploads of every kind, good and bad.

mod made;

use admint_vision::{MOST_BYTES, MOST_PIXELS_A_SIDE, Photo, PhotoError};
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use made::*;

fn read(bytes: &[u8]) -> Photo {
    Photo::read(bytes).unwrap_or_else(|error| panic!("{error:?}"))
}

fn pixel(photo: &Photo, x: u32, y: u32) -> [u8; 4] {
    let at = ((y * photo.picture().width() + x) * 4) as usize;
    photo.picture().rgba()[at..at + 4].try_into().unwrap()
}

#[track_caller]
fn check_near(actual: [u8; 4], expected: [u8; 4], tolerance: u8) {
    let near = actual.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= tolerance);
    assert!(near, "{actual:?} is not near {expected:?}");
}

#[track_caller]
fn check_message(bytes: &[u8], message: &str) {
    assert_eq!(Photo::read(bytes).unwrap_err().to_string(), message);
}

#[track_caller]
fn check_flat(bytes: &[u8], color: [u8; 4], tolerance: u8) {
    let photo = read(bytes);
    let (width, height) = (photo.picture().width(), photo.picture().height());
    for (x, y) in [(0, 0), (width / 2, height / 2), (width - 1, height - 1)] {
        check_near(pixel(&photo, x, y), color, tolerance);
    }
}

#[test]
fn reads_its_three_formats() {
    let picture = flat(80, 70, [200, 100, 50]);
    for bytes in [jpeg(&picture), png(&picture), webp(&picture)] {
        let photo = read(&bytes);
        assert_eq!((photo.picture().width(), photo.picture().height()), (80, 70));
        assert!(!photo.has_transparency());
        check_flat(&bytes, [200, 100, 50, 255], 3);
    }
}

#[test]
fn reads_grey_sixteen_bits_and_palettes() {
    let grey: DynamicImage = GrayImage::from_pixel(70, 70, Luma([90])).into();
    check_flat(&png(&grey), [90, 90, 90, 255], 0);
    check_flat(&jpeg(&grey), [90, 90, 90, 255], 2);

    let grey_16: DynamicImage = ImageBuffer::from_pixel(70, 70, Luma([0x8000_u16])).into();
    check_flat(&png(&grey_16), [128, 128, 128, 255], 1);
    let grey_alpha_16: DynamicImage = ImageBuffer::from_pixel(70, 70, LumaA([0xffff_u16, 0x4000])).into();
    check_flat(&png(&grey_alpha_16), [255, 255, 255, 64], 1);
    let color_16: DynamicImage = ImageBuffer::from_pixel(70, 70, Rgb([0xffff_u16, 0x8000, 0])).into();
    check_flat(&png(&color_16), [255, 128, 0, 255], 1);

    let photo = read(&palette_png(80, [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]));
    assert_eq!(pixel(&photo, 10, 40), [255, 0, 0, 255]);
    assert_eq!(pixel(&photo, 30, 40), [0, 255, 0, 255]);
    assert_eq!(pixel(&photo, 50, 40), [0, 0, 255, 255]);
    assert_eq!(pixel(&photo, 70, 40)[3], 0);
    assert!(photo.has_transparency());
}

#[test]
fn of_an_animation_the_first_frame_is_read() {
    check_flat(&animated_webp(72, [250, 10, 20], [0, 0, 255]), [250, 10, 20, 255], 0);
    check_flat(&animated_png(72, [250, 10, 20], [0, 0, 255]), [250, 10, 20, 255], 0);
}

#[test]
fn cmyk_does_not_come_out_negative() {
    // Adobe stores inks inverted: 255 is none. Little ink but cyan's full opposite: a strong red.
    check_flat(&jpeg_of_four(72, [230, 30, 40, 255], Some(0)), [230, 30, 40, 255], 2);
    check_flat(&jpeg_of_four(72, [230, 30, 40, 128], Some(0)), [115, 15, 20, 255], 3);
    // Without Adobe's marker the same is assumed, as browsers do.
    check_flat(&jpeg_of_four(72, [255, 255, 255, 255], None), [255, 255, 255, 255], 2);
}

#[test]
fn ycck_does_not_come_out_negative() {
    // Y, Cb and Cr of 25, 225, 215, the inverse of 230, 30, 40, by JFIF's matrix.
    check_flat(&jpeg_of_four(72, [164, 157, 29, 255], Some(2)), [230, 30, 40, 255], 4);
}

#[test]
fn stands_upright_by_every_orientation() {
    // Quarters A B / C D as stored, and as they must be seen.
    let colors = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [220, 220, 30]];
    let stored =
        RgbImage::from_fn(96, 64, |x, y| Rgb(colors[usize::from(x >= 48) + 2 * usize::from(y >= 32)]));
    let seen = [
        (1, "ABCD"),
        (2, "BADC"),
        (3, "DCBA"),
        (4, "CDAB"),
        (5, "ACBD"),
        (6, "CADB"),
        (7, "DBCA"),
        (8, "BDAC"),
    ];
    for format in ["jpeg", "png", "webp"] {
        for (orientation, quarters) in seen {
            let photo = read(&with_metadata(format, &stored, exif(orientation), None));
            let (width, height) = (photo.picture().width(), photo.picture().height());
            assert_eq!((width, height), if orientation < 5 { (96, 64) } else { (64, 96) });
            let corners = [(8, 8), (width - 9, 8), (8, height - 9), (width - 9, height - 9)];
            for ((x, y), letter) in corners.into_iter().zip(quarters.bytes()) {
                let [r, g, b] = colors[usize::from(letter - b'A')];
                check_near(pixel(&photo, x, y), [r, g, b, 255], 6);
            }
        }
    }
}

#[test]
fn an_orientation_that_makes_no_sense_is_ignored() {
    let photo = read(&with_metadata("jpeg", &textured(96, 64), exif(77), None));
    assert_eq!((photo.picture().width(), photo.picture().height()), (96, 64));
    let photo = read(&with_metadata("jpeg", &textured(96, 64), b"II*\0\xff\xff\xff\xff".to_vec(), None));
    assert_eq!((photo.picture().width(), photo.picture().height()), (96, 64));
}

#[test]
fn a_color_profile_is_applied() {
    use color::{ColorSpace, DisplayP3, Srgb};
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let stored = [180, 120, 60];
    let picture = RgbImage::from_pixel(80, 80, Rgb(stored));
    let [r, g, b] = DisplayP3::convert::<Srgb>(stored.map(|value| f32::from(value) / 255.0))
        .map(|value| (value * 255.0).round() as u8);
    assert!(r > 184, "the example tells nothing");
    for format in ["jpeg", "png", "webp"] {
        check_flat(&with_metadata(format, &picture, exif(1), Some(profile.clone())), [r, g, b, 255], 3);
    }
    let broken = with_metadata("png", &picture, exif(1), Some(b"no profile at all".to_vec()));
    check_flat(&broken, [180, 120, 60, 255], 0);
}

#[test]
fn a_large_photo_is_reduced_to_its_longer_side() {
    let photo = read(&jpeg(&flat(12_000, 900, [10, 200, 90])));
    assert_eq!((photo.picture().width(), photo.picture().height()), (MOST_PIXELS_A_SIDE, 154));
    check_near(pixel(&photo, 1000, 70), [10, 200, 90, 255], 3);
    let photo = read(&png(&flat(100, 4096, [10, 200, 90])));
    assert_eq!((photo.picture().width(), photo.picture().height()), (50, MOST_PIXELS_A_SIDE));
}

#[test]
fn reducing_keeps_what_hides_under_transparency_out() {
    let picture = RgbaImage::from_fn(4096, 64, |x, _| {
        if x % 64 < 32 { Rgba([255, 255, 255, 255]) } else { Rgba([0, 0, 0, 0]) }
    });
    let photo = read(&png(&picture.into()));
    let seen = photo.picture().rgba().as_chunks::<4>().0.iter().filter(|pixel| pixel[3] > 16);
    assert!(seen.into_iter().all(|pixel| pixel[0] > 240), "a dark rim");
}

#[test]
fn a_photo_too_small_is_refused() {
    let message = "This picture has only 1 × 1 pixels. Choose one of at least 64 × 64; \
                   1,000 or more on the longer side look best.";
    for bytes in [jpeg(&flat(1, 1, [0; 3])), png(&flat(1, 1, [0; 3])), webp(&flat(1, 1, [0; 3]))] {
        check_message(&bytes, message);
    }
    assert_eq!(
        Photo::read(&png(&flat(400, 63, [0; 3]))),
        Err(PhotoError::TooSmall { width: 400, height: 63 })
    );
    assert!(Photo::read(&png(&flat(64, 64, [0; 3]))).is_ok());
}

#[test]
fn a_decompression_bomb_is_refused() {
    let message = "This picture has 60000 × 60000 pixels, more than AdMint can open. \
                   Reduce it to 8,000 pixels or fewer on its longer side.";
    check_message(&png_claiming(60_000, 60_000), message);
    check_message(&jpeg_claiming(60_000, 60_000), message);
}

#[test]
fn a_claimed_size_that_the_data_does_not_fill_is_refused() {
    assert!(Photo::read(&png_claiming(4000, 4000)).is_err());
}

#[test]
fn a_file_too_heavy_is_refused_unread() {
    let mut bytes = png(&flat(64, 64, [0; 3]));
    bytes.resize(MOST_BYTES + 1, 0);
    check_message(
        &bytes,
        "This file has 21 MB, but a photo may have at most 20 MB. Save it smaller or at a lower quality.",
    );
}

#[test]
fn a_file_cut_short_is_refused_wherever_it_ends() {
    let picture = textured(300, 200).into();
    for whole in [jpeg(&picture), png(&picture), webp(&picture)] {
        assert!(Photo::read(&whole).is_ok());
        for cut in [20, whole.len() / 3, whole.len() / 2, whole.len() * 9 / 10, whole.len() - 1] {
            let error = Photo::read(&whole[..cut]).expect_err("cut off").to_string();
            assert!(error.contains("missing") || error.contains("damaged"), "{cut}: {error}");
        }
    }
    check_message(
        &jpeg(&picture)[..2000],
        "The end of this picture is missing. Copy or download it again, then upload that.",
    );
}

#[test]
fn a_damaged_file_is_refused() {
    let picture = textured(300, 200).into();
    let message =
        "This picture is damaged and cannot be opened. Open it in a photo program and save it anew.";
    let mut bytes = png(&picture);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    check_message(&bytes, message);
    check_message(b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9", message);
    let mut bytes = jpeg(&picture);
    let table = bytes.windows(2).position(|marker| marker == [0xff, 0xc4]).unwrap();
    bytes[table + 5..table + 21].fill(0xee);
    check_message(&bytes, message);
    let mut bytes = webp(&picture);
    bytes[21..60].fill(0xff);
    assert!(matches!(Photo::read(&bytes), Err(PhotoError::Damaged { .. } | PhotoError::Truncated)));
}

#[test]
fn a_name_proves_nothing() {
    // What somebody uploads as photo.jpg.
    check_message(
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "This is a PDF, not a picture. Save it as JPEG, PNG or WebP.",
    );
    check_message(
        b"GIF89a\x40\0\x40\0\0\0\0;",
        "This is a GIF picture, which AdMint cannot read. Save it as JPEG, PNG or WebP.",
    );
}

#[test]
fn nothing_to_see_is_refused() {
    let clear: DynamicImage = RgbaImage::from_pixel(90, 90, Rgba([200, 0, 0, 0])).into();
    check_message(&png(&clear), "This picture is transparent everywhere. Choose one that shows the product.");
}

#[test]
fn what_is_encoded_again_carries_no_metadata() {
    let profile = moxcms::ColorProfile::new_srgb().encode().unwrap();
    for format in ["jpeg", "png", "webp"] {
        let photo = read(&with_metadata(format, &textured(200, 120), exif(6), Some(profile.clone())));
        let encoded = photo.encode();
        assert_eq!((encoded.media_type, encoded.extension), ("image/jpeg", "jpg"));
        for trace in [&b"Exif"[..], b"ICC_PROFILE", b"iCCP", b"eXIf", b"acsp"] {
            let found = encoded.bytes.windows(trace.len()).any(|bytes| bytes == trace);
            assert!(!found, "{format}: {}", String::from_utf8_lossy(trace));
        }
        let again = read(&encoded.bytes);
        assert_eq!((again.picture().width(), again.picture().height()), (120, 200));
        let error: u32 = (again.picture().rgba().iter().zip(photo.picture().rgba()))
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        assert!(f64::from(error) / (200.0 * 120.0 * 4.0) < 6.0, "{format}: {error}");
    }
}

#[test]
fn transparency_and_drawings_are_encoded_without_loss() {
    let clear: DynamicImage =
        RgbaImage::from_fn(90, 90, |x, _| Rgba([x as u8, 100, 50, if x < 40 { 0 } else { 255 }])).into();
    for picture in [clear, flat(90, 90, [12, 34, 56])] {
        let photo = read(&png(&picture));
        let encoded = photo.encode();
        assert_eq!((encoded.media_type, encoded.extension), ("image/png", "png"));
        assert_eq!(read(&encoded.bytes), photo);
    }
}
