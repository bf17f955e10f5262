//! Drawn products on drawn backgrounds, of which the right cut is known.

use std::f32::consts::TAU;

use admint_vision::{CutOut, Origin, Photo, Sides, WholeReason, cut_out};
use image::codecs::png::PngEncoder;
use image::{DynamicImage, Rgba, RgbaImage};

fn photo(picture: RgbaImage) -> Photo {
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    Photo::read(&bytes).unwrap()
}

/// How much of the pixel at `x`, `y` a bottle covers that stands in a picture of this size, from 0 to 1.
fn bottle(x: f32, y: f32, width: f32, height: f32) -> f32 {
    let (x, y) = ((x - width / 2.0).abs() / height, y / height);
    let half = match y {
        y if !(0.15..=0.88).contains(&y) => return 0.0,
        y if y < 0.22 => 0.045,
        y if y < 0.32 => 0.035,
        y if y < 0.45 => 0.035 + 0.095 * (0.5 - 0.5 * ((y - 0.32) / 0.13 * TAU / 2.0).cos()),
        _ => 0.13,
    };
    ((half - x) * height + 0.5).clamp(0.0, 1.0)
}

/// A lit red bottle with a pale label, in front of a soft green gradient.
fn bottle_photo(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let (x, y, w, h) = (x as f32 + 0.5, y as f32 + 0.5, width as f32, height as f32);
        let light = 0.75 + 0.25 * ((x - w / 2.0) / h * 9.0).cos();
        let label = (0.55..0.75).contains(&(y / h));
        let body = if label { [235.0, 225.0, 200.0] } else { [176.0, 24.0, 40.0] }.map(|value| value * light);
        let ground = [150.0 + 50.0 * y / h, 205.0 - 30.0 * x / w, 160.0 + 30.0 * y / h];
        let covered = bottle(x, y, w, h);
        let mixed = [0, 1, 2].map(|at| (body[at] * covered + ground[at] * (1.0 - covered)).round() as u8);
        Rgba([mixed[0], mixed[1], mixed[2], 255])
    })
}

/// Intersection over union of what is opaque, both moved to their own top left corner.
fn overlap(cut: &CutOut, truth: &RgbaImage) -> f64 {
    let own =
        RgbaImage::from_raw(cut.picture.width(), cut.picture.height(), cut.picture.rgba().to_vec()).unwrap();
    let opaque = |picture: &RgbaImage| -> std::collections::BTreeSet<(u32, u32)> {
        let inside: Vec<_> = picture.enumerate_pixels().filter(|(.., pixel)| pixel[3] > 127).collect();
        let left = inside.iter().map(|(x, ..)| *x).min().unwrap_or(0);
        let top = inside.iter().map(|(_, y, _)| *y).min().unwrap_or(0);
        inside.into_iter().map(|(x, y, _)| (x - left, y - top)).collect()
    };
    let (own, truth) = (opaque(&own), opaque(truth));
    own.intersection(&truth).count() as f64 / own.union(&truth).count() as f64
}

fn truth(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let covered = bottle(x as f32 + 0.5, y as f32 + 0.5, width as f32, height as f32);
        Rgba([0, 0, 0, (covered * 255.0) as u8])
    })
}

#[test]
fn a_drawn_product_is_cut_along_its_edge() {
    for (width, height) in [(600, 800), (1200, 700)] {
        let cut = cut_out(&photo(bottle_photo(width, height)));
        assert_eq!(cut.origin, Origin::Model);
        let overlap = overlap(&cut, &truth(width, height));
        assert!(overlap >= 0.97, "intersection over union is {overlap:.4} at {width} × {height}");
        assert_eq!(cut.cut_off, Sides::default());
    }
}

#[test]
fn the_edge_keeps_nothing_of_the_old_background() {
    let cut = cut_out(&photo(bottle_photo(500, 700)));
    let edge = cut.picture.rgba().as_chunks::<4>().0.iter().filter(|pixel| (40..215).contains(&pixel[3]));
    let (mut all, mut green) = (0, 0);
    for [r, g, _, _] in edge {
        all += 1;
        green += u32::from(g > r);
    }
    assert!(all > 100, "no soft edge: {all}");
    assert!(green * 20 < all, "{green} of {all} pixels of the edge are green");
}

#[test]
fn a_cut_out_has_a_small_clear_margin() {
    let cut = cut_out(&photo(bottle_photo(600, 800)));
    let (width, height) = (cut.picture.width() as usize, cut.picture.height() as usize);
    let pixels = cut.picture.rgba().as_chunks::<4>().0;
    let margin =
        (0..height).position(|y| pixels[y * width..(y + 1) * width].iter().any(|pixel| pixel[3] > 8));
    let margin = margin.unwrap();
    assert!((10..=14).contains(&margin), "{margin} of {height}");
    assert!(pixels[..width].iter().all(|pixel| pixel[3] == 0));
}

#[test]
fn a_product_that_the_photo_cuts_off_says_where() {
    let mut picture = bottle_photo(600, 800);
    let cut_below = image::imageops::crop(&mut picture, 0, 0, 600, 560).to_image();
    let cut = cut_out(&photo(cut_below));
    assert_eq!(cut.origin, Origin::Model);
    assert_eq!(cut.cut_off, Sides { bottom: true, ..Sides::default() });
}

#[test]
fn the_same_photo_gives_the_same_bytes() {
    let photo = photo(bottle_photo(500, 700));
    assert_eq!(cut_out(&photo), cut_out(&photo));
}

#[test]
fn real_transparency_is_kept_as_it_is() {
    let picture = RgbaImage::from_fn(400, 300, |x, y| {
        let inside = (100..300).contains(&x) && (50..250).contains(&y);
        Rgba([(x % 256) as u8, (y % 256) as u8, 99, if inside { 180 } else { 0 }])
    });
    let cut = cut_out(&photo(picture));
    assert_eq!(cut.origin, Origin::Transparent);
    // 200 pixels and a margin of four on either side.
    assert_eq!((cut.picture.width(), cut.picture.height()), (208, 208));
    let corner = (4 * 208 + 4) * 4;
    assert_eq!(cut.picture.rgba()[corner..corner + 4], [100, 50, 99, 180]);
    assert_eq!(cut.cut_off, Sides::default());
}

#[test]
fn rounded_corners_are_no_cut_out() {
    let mut picture = bottle_photo(600, 800);
    for (x, y) in [(0, 0), (599, 0), (0, 799), (599, 799)] {
        picture.get_pixel_mut(x, y)[3] = 0;
    }
    assert_eq!(cut_out(&photo(picture)).origin, Origin::Model);
}

#[track_caller]
fn check_whole(picture: RgbaImage) -> WholeReason {
    let photo = photo(picture);
    let cut = cut_out(&photo);
    let Origin::Whole(reason) = cut.origin else { panic!("{:?} was cut", cut.origin) };
    assert_eq!(&cut.picture, photo.picture());
    reason
}

#[test]
fn a_photo_without_a_product_stays_whole() {
    check_whole(RgbaImage::from_pixel(400, 300, Rgba([190, 180, 170, 255])));
    check_whole(RgbaImage::from_fn(400, 300, |x, y| {
        let noise = (x * 7919 ^ y * 104_729).wrapping_mul(2_654_435_761).to_le_bytes();
        Rgba([noise[3], noise[2], noise[1], 255])
    }));
}
