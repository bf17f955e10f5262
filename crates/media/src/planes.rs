//! Pictures laid over and into each other, as planes of YUV 4:2:0: one of luma, then two of chroma with half
//! the width and half the height.
//!
//! All of it is on bytes and in vectors: no detour over RGB, which would cost more than all the rest.

use admint_domain::Resolution;
use admint_timeline::Grade;
use fearless_simd::{Level, Simd, dispatch};

use crate::colour::{ROUND, planes_len};

/// `upper` mixed into `lower` by `share` of 256.
pub(crate) fn dissolve(lower: &mut [u8], upper: &[u8], share: u16) {
    dispatch!(Level::new(), simd => dissolve_with(simd, lower, upper, share.min(256)));
}

#[inline(always)]
fn dissolve_with<S: Simd>(_: S, lower: &mut [u8], upper: &[u8], share: u16) {
    let rest = 256 - share;
    for (lower, upper) in lower.iter_mut().zip(upper) {
        // At most 256 * 255 + 128, which is within 16 bits.
        *lower = ((u16::from(*lower) * rest + u16::from(*upper) * share + 128) >> 8) as u8;
    }
}

/// `upper` put over `lower`, moved by (`right`, `down`) even pixels; what then lies outside the frame is not seen.
pub(crate) fn slide(lower: &mut [u8], upper: &[u8], size: Resolution, right: i32, down: i32) {
    for ((lower, plane), upper) in planes_of(lower, size).into_iter().zip(PLANES).zip(parts_of(upper, size)) {
        let (width, height) = (plane.side(size.width) as usize, plane.side(size.height) as usize);
        let (right, down) = (right / plane.shrunk(), down / plane.shrunk());
        let (from_x, to_x) = overlap(width, right);
        let (from_y, to_y) = overlap(height, down);
        let (across, rows) = (width - from_x.max(to_x), height - from_y.max(to_y));
        for row in 0..rows {
            let from = (from_y + row) * width + from_x;
            let to = (to_y + row) * width + to_x;
            lower[to..to + across].copy_from_slice(&upper[from..from + across]);
        }
    }
}

/// Where a row of `length` that is moved by `by` begins to be seen: in itself, and in the frame. Beyond the
/// frame's edge nothing of it is.
fn overlap(length: usize, by: i32) -> (usize, usize) {
    let far = (by.unsigned_abs() as usize).min(length);
    if by < 0 { (far, 0) } else { (0, far) }
}

/// Changes the look of a whole picture.
///
/// Contrast and brightness are of luma, about its middle. Saturation is chroma's distance from grey, and
/// temperature moves chroma towards red, or away, by luma: it goes into the highlights and leaves black black.
/// At its end it moves white by a tenth of the range.
pub(crate) fn grade(planes: &mut [u8], size: Resolution, grade: Grade) {
    let thousandths = |value: i16| f32::from(value) / 1000.0;
    let look = Look {
        contrast: 1.0 + thousandths(grade.contrast),
        brightness: 255.0 * thousandths(grade.brightness),
        saturation: 1.0 + thousandths(grade.saturation),
        warmth: thousandths(grade.temperature) / 10.0,
    };
    if grade.saturation != 0 || grade.temperature != 0 {
        dispatch!(Level::new(), simd => grade_chroma(simd, planes, size, look));
    }
    if grade.contrast != 0 || grade.brightness != 0 {
        let luma = &mut planes[..size.rgba_len() / 4];
        dispatch!(Level::new(), simd => grade_luma(simd, luma, look));
    }
}

#[derive(Clone, Copy)]
struct Look {
    contrast: f32,
    brightness: f32,
    saturation: f32,
    warmth: f32,
}

#[inline(always)]
fn grade_luma<S: Simd>(_: S, luma: &mut [u8], look: Look) {
    let offset = 127.5 - 127.5 * look.contrast + look.brightness;
    for luma in luma {
        *luma = clamped(f32::from(*luma) * look.contrast + offset);
    }
}

#[inline(always)]
fn grade_chroma<S: Simd>(_: S, planes: &mut [u8], size: Resolution, look: Look) {
    let width = size.width as usize;
    let [luma, blue, red] = planes_of(planes, size);
    let rows = blue.chunks_exact_mut(width / 2).zip(red.chunks_exact_mut(width / 2));
    for (luma, (blue, red)) in luma.chunks_exact(width * 2).zip(rows) {
        let pairs = luma[..width].as_chunks::<2>().0;
        for ((luma, blue), red) in pairs.iter().zip(blue).zip(red) {
            let shift = f32::from(luma[0]) * look.warmth;
            *blue = clamped(128.0 + look.saturation * (f32::from(*blue) - 128.0 - shift));
            *red = clamped(128.0 + look.saturation * (f32::from(*red) - 128.0 + shift));
        }
    }
}

#[inline(always)]
fn clamped(value: f32) -> u8 {
    (value.clamp(0.0, 255.0) + ROUND).to_bits() as u8
}

/// A part of the frame, in even pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub x: u32,
    pub y: u32,
    pub size: Resolution,
}

/// Lays `words` (planes Y, U, V and alpha, as large as `area`) over the frame.
pub(crate) fn lay(frame: &mut [u8], size: Resolution, words: &[u8], area: Area) {
    dispatch!(Level::new(), simd => lay_with(simd, frame, size, words, area));
}

#[inline(always)]
fn lay_with<S: Simd>(_: S, frame: &mut [u8], size: Resolution, words: &[u8], area: Area) {
    let (width, frame_width) = (area.size.width as usize, size.width as usize);
    let pixels = area.size.rgba_len() / 4;
    let (words, alpha) = words.split_at(planes_len(pixels, false));
    let (left, top) = (area.x as usize, area.y as usize);
    let [luma, blue, red] = planes_of(frame, size);
    let [own_luma, own_blue, own_red] = parts_of(words, area.size);
    let mut half_alpha = vec![0; width / 2];
    for (pair, alpha) in alpha.chunks_exact(width * 2).enumerate() {
        // Most rows of most words are empty.
        if alpha.iter().all(|&alpha| alpha == 0) {
            continue;
        }
        let (upper, lower) = alpha.split_at(width);
        for (row, alpha) in [(2 * pair, upper), (2 * pair + 1, lower)] {
            let at = (top + row) * frame_width + left;
            blend(&mut luma[at..at + width], &own_luma[row * width..][..width], alpha);
        }
        let blocks = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (mean, (upper, lower)) in half_alpha.iter_mut().zip(blocks) {
            let sum = upper.iter().chain(lower).map(|&alpha| u16::from(alpha)).sum::<u16>();
            *mean = ((sum + 2) / 4) as u8;
        }
        let at = (top / 2 + pair) * (frame_width / 2) + left / 2;
        for (plane, own) in [(&mut *blue, own_blue), (&mut *red, own_red)] {
            blend(&mut plane[at..at + width / 2], &own[pair * width / 2..][..width / 2], &half_alpha);
        }
    }
}

#[inline(always)]
fn blend(under: &mut [u8], over: &[u8], alpha: &[u8]) {
    for ((under, over), alpha) in under.iter_mut().zip(over).zip(alpha) {
        let alpha = u16::from(*alpha);
        // At most 255 * 255, and then a division by 255 that is exact and needs no more than 16 bits.
        let sum = u16::from(*under) * (255 - alpha) + u16::from(*over) * alpha + 128;
        *under = ((sum + (sum >> 8)) >> 8) as u8;
    }
}

#[derive(Clone, Copy)]
enum Plane {
    Luma,
    Chroma,
}

const PLANES: [Plane; 3] = [Plane::Luma, Plane::Chroma, Plane::Chroma];

impl Plane {
    fn shrunk(self) -> i32 {
        match self {
            Self::Luma => 1,
            Self::Chroma => 2,
        }
    }

    fn side(self, side: u32) -> u32 {
        side / self.shrunk() as u32
    }
}

fn planes_of(picture: &mut [u8], size: Resolution) -> [&mut [u8]; 3] {
    let pixels = size.rgba_len() / 4;
    let (luma, chroma) = picture.split_at_mut(pixels);
    let (blue, rest) = chroma.split_at_mut(pixels / 4);
    [luma, blue, &mut rest[..pixels / 4]]
}

fn parts_of(picture: &[u8], size: Resolution) -> [&[u8]; 3] {
    let pixels = size.rgba_len() / 4;
    let (luma, chroma) = picture.split_at(pixels);
    let (blue, rest) = chroma.split_at(pixels / 4);
    [luma, blue, &rest[..pixels / 4]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: Resolution = Resolution { width: 4, height: 4 };

    fn flat(size: Resolution, yuv: [u8; 3]) -> Vec<u8> {
        let pixels = size.rgba_len() / 4;
        [(yuv[0], pixels), (yuv[1], pixels / 4), (yuv[2], pixels / 4)]
            .into_iter()
            .flat_map(|(value, count)| std::iter::repeat_n(value, count))
            .collect()
    }

    #[test]
    fn a_dissolve_goes_from_one_to_the_other() {
        for (share, expected) in [(0, 40), (64, 80), (128, 120), (256, 200)] {
            let mut lower = [40; 7];
            dissolve(&mut lower, &[200; 7], share);
            assert_eq!(lower, [expected; 7], "{share}");
        }
    }

    /// The luma of the frame's rows after `upper`, all 9, was moved over `lower`, all 0.
    fn check_slide(right: i32, down: i32, rows: [&str; 4]) {
        let (mut lower, upper) = (flat(SIZE, [0, 1, 2]), flat(SIZE, [9, 7, 8]));
        slide(&mut lower, &upper, SIZE, right, down);
        let seen: Vec<String> =
            lower[..16].chunks(4).map(|row| row.iter().map(u8::to_string).collect()).collect();
        assert_eq!(seen, rows, "({right}, {down})");
        let covered = lower[16..20].iter().filter(|&&blue| blue == 7).count();
        assert_eq!(covered * 4, lower[..16].iter().filter(|&&luma| luma == 9).count(), "chroma goes along");
    }

    #[test]
    fn a_slide_covers_what_it_has_reached() {
        check_slide(0, 0, ["9999"; 4]);
        check_slide(2, 0, ["0099"; 4]);
        check_slide(-2, 0, ["9900"; 4]);
        check_slide(0, 2, ["0000", "0000", "9999", "9999"]);
        check_slide(0, -2, ["9999", "9999", "0000", "0000"]);
        check_slide(4, 0, ["0000"; 4]);
        check_slide(0, -4, ["0000"; 4]);
    }

    fn check_grade(look: Grade, from: [u8; 3], to: [u8; 3]) {
        let mut picture = flat(SIZE, from);
        grade(&mut picture, SIZE, look);
        assert_eq!(picture, flat(SIZE, to), "{look:?}");
    }

    #[test]
    fn a_grade_is_only_what_it_changes() {
        check_grade(Grade::default(), [90, 100, 160], [90, 100, 160]);
        check_grade(Grade { brightness: 100, ..Grade::default() }, [90, 100, 160], [116, 100, 160]);
        check_grade(Grade { contrast: 500, ..Grade::default() }, [200, 100, 160], [236, 100, 160]);
        check_grade(Grade { contrast: 1000, ..Grade::default() }, [250, 100, 160], [255, 100, 160]);
        check_grade(Grade { saturation: -500, ..Grade::default() }, [90, 100, 160], [90, 114, 144]);
        check_grade(Grade { temperature: 1000, ..Grade::default() }, [100, 128, 128], [100, 118, 138]);
        check_grade(Grade { temperature: 1000, ..Grade::default() }, [0, 128, 128], [0, 128, 128]);
    }

    #[test]
    fn words_cover_by_their_alpha_and_stay_in_their_place() {
        let size = Resolution { width: 2, height: 2 };
        for (alpha, luma, blue) in
            [([255; 4], [200; 4], 90), ([0; 4], [20; 4], 10), ([255, 0, 0, 0], [200, 20, 20, 20], 30)]
        {
            let mut frame = flat(SIZE, [20, 10, 10]);
            let words = [&flat(size, [200, 90, 90])[..], &alpha].concat();
            lay(&mut frame, SIZE, &words, Area { x: 2, y: 0, size });
            assert_eq!([frame[2], frame[3], frame[6], frame[7]], luma);
            assert_eq!((frame[17], frame[21]), (blue, blue), "of chroma's mean");
            let untouched = [frame[0], frame[1], frame[5], frame[10], frame[15]];
            assert_eq!(untouched, [20; 5]);
        }
    }

    proptest! {
        #[test]
        fn a_blend_is_the_nearest_byte(under: u8, over: u8, alpha: u8) {
            let mut blended = [under];
            blend(&mut blended, &[over], &[alpha]);
            let exact = f64::from(under) + (f64::from(over) - f64::from(under)) * f64::from(alpha) / 255.0;
            prop_assert!((f64::from(blended[0]) - exact).abs() <= 0.5 + 1e-9, "{} and not {exact}", blended[0]);
        }
    }
}
