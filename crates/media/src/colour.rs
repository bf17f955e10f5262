//! RGB pixels into the YUV 4:2:0 planes that the encoders take: BT.709, limited range.
//!
//! It happens on the drawing threads, because a frame is then 1.5 (with alpha 2.5) bytes per pixel
//! on its way to ffmpeg and not 4, and because colour under alpha has to be averaged by alpha, which
//! ffmpeg's scaler does not do: half-transparent edges of letters would turn grey.
//!
//! Factors from ITU-R BT.709-6, table 3: luma 0.2126, 0.7152, 0.0722; 219 steps of luma from 16, 224
//! of chroma around 128.

const LUMA: [f32; 3] = [0.2126 * 219.0 / 255.0, 0.7152 * 219.0 / 255.0, 0.0722 * 219.0 / 255.0];
/// Cb = (B - Y) / 1.8556.
const BLUE: [f32; 3] =
    [-0.2126 / 1.8556 * 224.0 / 255.0, -0.7152 / 1.8556 * 224.0 / 255.0, 0.9278 / 1.8556 * 224.0 / 255.0];
/// Cr = (R - Y) / 1.5748.
const RED: [f32; 3] =
    [0.7874 / 1.5748 * 224.0 / 255.0, -0.7152 / 1.5748 * 224.0 / 255.0, -0.0722 / 1.5748 * 224.0 / 255.0];

/// Added to a float below 2^22 it leaves the rounded number in the lowest bits: a rounding that
/// vectorises, where `as u8` does not.
const ROUND: f32 = 8_388_608.0;

/// Bytes of a frame of `pixels` pixels, with and without the alpha plane.
pub(crate) const fn planes_len(pixels: usize, alpha: bool) -> usize {
    pixels + pixels / 2 + if alpha { pixels } else { 0 }
}

/// `rgba` into planes Y, U, V; alpha is taken for opaque. `width` and the height must be even.
pub(crate) fn yuv420_from_rgba(rgba: &[u8], width: usize, planes: &mut [u8]) {
    let pixels = rgba.len() / 4;
    let (luma, chroma) = planes.split_at_mut(pixels);
    let (blue, red) = chroma.split_at_mut(pixels / 4);
    luma_from_rgba(rgba, luma);
    for (((rows, blue), red), _) in rgba
        .chunks_exact(width * 8)
        .zip(blue.chunks_exact_mut(width / 2))
        .zip(red.chunks_exact_mut(width / 2))
        .zip(0..)
    {
        let (upper, lower) = rows.split_at(width * 4);
        for (((upper, lower), blue), red) in
            upper.as_chunks::<8>().0.iter().zip(lower.as_chunks::<8>().0).zip(blue).zip(red)
        {
            // Two pixels in one word, red and blue in one mask, green in the other: four sums of four.
            let (upper, lower) = (u64::from_le_bytes(*upper), u64::from_le_bytes(*lower));
            const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
            let red_blue = (upper & EVEN) + (lower & EVEN);
            let green = ((upper >> 8) & EVEN) + ((lower >> 8) & EVEN);
            let red_blue = (red_blue as u32) + (red_blue >> 32) as u32;
            let green = ((green as u32) + (green >> 32) as u32) & 0xffff;
            let sum = [(red_blue & 0xffff) as f32, green as f32, (red_blue >> 16) as f32];
            *blue = rounded(128.0 + 0.25 * dot(BLUE, sum));
            *red = rounded(128.0 + 0.25 * dot(RED, sum));
        }
    }
}

/// Straight-alpha `rgba` into planes Y, U, V, A. `width` and the height must be even.
pub(crate) fn yuva420_from_rgba(rgba: &[u8], width: usize, planes: &mut [u8]) {
    let pixels = rgba.len() / 4;
    let (luma, rest) = planes.split_at_mut(pixels);
    let (chroma, alpha) = rest.split_at_mut(pixels / 2);
    let (blue, red) = chroma.split_at_mut(pixels / 4);
    luma_from_rgba(rgba, luma);
    for (alpha, pixel) in alpha.iter_mut().zip(rgba.as_chunks::<4>().0) {
        *alpha = pixel[3];
    }
    for ((rows, blue), red) in rgba
        .chunks_exact(width * 8)
        .zip(blue.chunks_exact_mut(width / 2))
        .zip(red.chunks_exact_mut(width / 2))
    {
        let (upper, lower) = rows.split_at(width * 4);
        for (((upper, lower), blue), red) in
            upper.as_chunks::<8>().0.iter().zip(lower.as_chunks::<8>().0).zip(blue).zip(red)
        {
            let mut sum = [0.0; 3];
            let mut weight = 0.0;
            for pixel in upper.as_chunks::<4>().0.iter().chain(lower.as_chunks::<4>().0) {
                let alpha = f32::from(pixel[3]);
                for (sum, &channel) in sum.iter_mut().zip(pixel) {
                    *sum += alpha * f32::from(channel);
                }
                weight += alpha;
            }
            // Nothing to see means no colour: grey, which also compresses best.
            let share = if weight > 0.0 { 1.0 / weight } else { 0.0 };
            *blue = rounded(128.0 + share * dot(BLUE, sum));
            *red = rounded(128.0 + share * dot(RED, sum));
        }
    }
}

fn luma_from_rgba(rgba: &[u8], luma: &mut [u8]) {
    for (luma, pixel) in luma.iter_mut().zip(rgba.as_chunks::<4>().0) {
        let pixel = u32::from_le_bytes(*pixel);
        let rgb = [(pixel & 0xff) as f32, ((pixel >> 8) & 0xff) as f32, ((pixel >> 16) & 0xff) as f32];
        *luma = rounded(16.0 + dot(LUMA, rgb));
    }
}

fn dot(factors: [f32; 3], rgb: [f32; 3]) -> f32 {
    factors[0] * rgb[0] + factors[1] * rgb[1] + factors[2] * rgb[2]
}

/// The nearest whole number, for values that are known to lie within 0..=255.
#[expect(clippy::cast_possible_truncation, reason = "the low byte is the number")]
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
