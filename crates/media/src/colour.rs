//! RGB pixels into the YUV 4:2:0 planes that the encoders take: BT.709, limited range.
//!
//! It happens on the drawing threads, because a frame is then 1.5 (with alpha 2.5) bytes per pixel
//! on its way to ffmpeg and not 4, and because colour under alpha has to be averaged by alpha, which
//! ffmpeg's scaler does not do: half-transparent edges of letters would turn grey.
//!
//! Factors from ITU-R BT.709-6, table 3: luma 0.2126, 0.7152, 0.0722; 219 steps of luma from 16, 224
//! of chroma around 128.

use fearless_simd::{Level, Simd, dispatch};

const LUMA: [f32; 3] = [0.2126 * 219.0 / 255.0, 0.7152 * 219.0 / 255.0, 0.0722 * 219.0 / 255.0];
/// Cb = (B - Y) / 1.8556.
const BLUE: [f32; 3] =
    [-0.2126 / 1.8556 * 224.0 / 255.0, -0.7152 / 1.8556 * 224.0 / 255.0, 0.9278 / 1.8556 * 224.0 / 255.0];
/// Cr = (R - Y) / 1.5748.
const RED: [f32; 3] =
    [0.7874 / 1.5748 * 224.0 / 255.0, -0.7152 / 1.5748 * 224.0 / 255.0, -0.0722 / 1.5748 * 224.0 / 255.0];

/// Added to a float below 2^22 it leaves the rounded number in the lowest bits: a rounding that
/// vectorises, where `as u8` does not.
pub(crate) const ROUND: f32 = 8_388_608.0;

/// Bytes of a frame of `pixels` pixels, with and without the alpha plane.
pub(crate) const fn planes_len(pixels: usize, alpha: bool) -> usize {
    pixels + pixels / 2 + if alpha { pixels } else { 0 }
}

/// `rgba` into planes Y, U, V; alpha is taken for opaque. `width` and the height must be even.
pub(crate) fn yuv420_from_rgba(rgba: &[u8], width: usize, planes: &mut [u8]) {
    dispatch!(Level::new(), simd => yuv420(simd, rgba, width, planes));
}

// Compiled once for each level of vector instructions, with everything that it calls inlined.
#[inline(always)]
fn yuv420<S: Simd>(_: S, rgba: &[u8], width: usize, planes: &mut [u8]) {
    let (luma, chroma) = planes.split_at_mut(rgba.len() / 4);
    luma_from_rgba(rgba, luma);
    chroma_from_rgba(rgba, width, chroma, |upper, lower| sums(upper, lower).map(|sum| 0.25 * sum));
}

/// Straight-alpha `rgba` into planes Y, U, V, A. `width` and the height must be even.
pub(crate) fn yuva420_from_rgba(rgba: &[u8], width: usize, planes: &mut [u8]) {
    dispatch!(Level::new(), simd => yuva420(simd, rgba, width, planes));
}

#[inline(always)]
fn yuva420<S: Simd>(_: S, rgba: &[u8], width: usize, planes: &mut [u8]) {
    let pixels = rgba.len() / 4;
    let (luma, rest) = planes.split_at_mut(pixels);
    let (chroma, alpha) = rest.split_at_mut(pixels / 2);
    luma_from_rgba(rgba, luma);
    for (alpha, pixel) in alpha.iter_mut().zip(rgba.as_chunks::<4>().0) {
        *alpha = pixel[3];
    }
    chroma_from_rgba(rgba, width, chroma, mean_by_alpha);
}

/// Planes U and V. `mean` is given a block of four pixels, two in a word, as red, green, blue, alpha.
#[inline(always)]
fn chroma_from_rgba(rgba: &[u8], width: usize, chroma: &mut [u8], mean: impl Fn(u64, u64) -> [f32; 3]) {
    let (blue, red) = chroma.split_at_mut(rgba.len() / 16);
    let rows = rgba.chunks_exact(width * 8);
    let chroma_rows = blue.chunks_exact_mut(width / 2).zip(red.chunks_exact_mut(width / 2));
    for (rows, (blue, red)) in rows.zip(chroma_rows) {
        let (upper, lower) = rows.split_at(width * 4);
        let blocks = upper.as_chunks::<8>().0.iter().zip(lower.as_chunks::<8>().0);
        for ((upper, lower), (blue, red)) in blocks.zip(blue.iter_mut().zip(red)) {
            let rgb = mean(u64::from_le_bytes(*upper), u64::from_le_bytes(*lower));
            *blue = rounded(128.0 + dot(BLUE, rgb));
            *red = rounded(128.0 + dot(RED, rgb));
        }
    }
}

/// The mean colour of four pixels, each with the weight of its alpha.
#[inline(always)]
fn mean_by_alpha(upper: u64, lower: u64) -> [f32; 3] {
    const ALPHA: u64 = 0xff00_0000_ff00_0000;
    // Nearly all blocks are wholly there or wholly not; only edges need weighing.
    if (upper | lower) & ALPHA == 0 {
        return [0.0; 3];
    }
    if upper & lower & ALPHA == ALPHA {
        return sums(upper, lower).map(|sum| 0.25 * sum);
    }
    let mut sum = [0.0; 3];
    let mut weight = 0.0;
    for two in [upper, lower] {
        for pixel in [two, two >> 32] {
            let alpha = ((pixel >> 24) & 0xff) as f32;
            weight += alpha;
            for (sum, shift) in sum.iter_mut().zip([0, 8, 16]) {
                *sum += alpha * ((pixel >> shift) & 0xff) as f32;
            }
        }
    }
    sum.map(|sum| sum / weight)
}

/// Red, green and blue of four pixels, added up. Red and blue are kept under one mask and green under
/// the other, so that one addition makes four.
#[inline(always)]
fn sums(upper: u64, lower: u64) -> [f32; 3] {
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    let red_blue = (upper & EVEN) + (lower & EVEN);
    let green = ((upper >> 8) & EVEN) + ((lower >> 8) & EVEN);
    let red_blue = (red_blue as u32) + (red_blue >> 32) as u32;
    let green = ((green as u32) + (green >> 32) as u32) & 0xffff;
    [(red_blue & 0xffff) as f32, green as f32, (red_blue >> 16) as f32]
}

#[inline(always)]
fn luma_from_rgba(rgba: &[u8], luma: &mut [u8]) {
    for (luma, pixel) in luma.iter_mut().zip(rgba.as_chunks::<4>().0) {
        let pixel = u32::from_le_bytes(*pixel);
        let rgb = [(pixel & 0xff) as f32, ((pixel >> 8) & 0xff) as f32, ((pixel >> 16) & 0xff) as f32];
        *luma = rounded(16.0 + dot(LUMA, rgb));
    }
}

#[inline(always)]
fn dot(factors: [f32; 3], rgb: [f32; 3]) -> f32 {
    factors[0] * rgb[0] + factors[1] * rgb[1] + factors[2] * rgb[2]
}

/// The nearest whole number, for values that are known to lie within 0..=255.
#[inline(always)]
fn rounded(value: f32) -> u8 {
    (value + ROUND).to_bits() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One 2x2 block of the same pixel.
    fn check(rgb: [u8; 3], yuv: [u8; 3]) {
        let rgba = [[rgb[0], rgb[1], rgb[2], 255]; 4].concat();
        let mut planes = [0; 6];
        yuv420_from_rgba(&rgba, 2, &mut planes);
        assert_eq!(planes, [yuv[0], yuv[0], yuv[0], yuv[0], yuv[1], yuv[2]], "{rgb:?}");
        let mut planes = [0; 10];
        yuva420_from_rgba(&rgba, 2, &mut planes);
        assert_eq!(planes[..6], [yuv[0], yuv[0], yuv[0], yuv[0], yuv[1], yuv[2]], "{rgb:?} with alpha");
        assert_eq!(planes[6..], [255; 4]);
    }

    #[test]
    fn the_corners_of_the_colour_cube() {
        check([0, 0, 0], [16, 128, 128]);
        check([255, 255, 255], [235, 128, 128]);
        check([255, 0, 0], [63, 102, 240]);
        check([0, 255, 0], [173, 42, 26]);
        check([0, 0, 255], [32, 240, 118]);
        check([128, 128, 128], [126, 128, 128]);
    }

    #[test]
    fn invisible_pixels_lend_no_colour_to_their_neighbours() {
        // Three transparent black pixels beside an opaque red one.
        let rgba = [[255, 0, 0, 255], [0; 4], [0; 4], [0; 4]].concat();
        let mut planes = [0; 10];
        yuva420_from_rgba(&rgba, 2, &mut planes);
        assert_eq!(planes, [63, 16, 16, 16, 102, 240, 255, 0, 0, 0]);
    }

    #[test]
    fn a_block_is_the_mean_of_its_pixels() {
        let rgba = [[255, 0, 0, 255], [255, 0, 0, 255], [0, 0, 255, 255], [0, 0, 255, 255]].concat();
        let mut planes = [0; 6];
        yuv420_from_rgba(&rgba, 2, &mut planes);
        assert_eq!(planes, [63, 63, 32, 32, 171, 179]);
    }
}
