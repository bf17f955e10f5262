//! Soft pictures are drawn small and enlarged: gradients and glows lose nothing by it, and cost a
//! sixty-fourth.

use fearless_simd::{Level, Simd, dispatch};

/// How many pixels of the frame one small pixel becomes, each way.
pub const FACTOR: usize = 8;

/// A small picture's side for a frame's side.
pub fn small(side: u32) -> u16 {
    side.div_ceil(FACTOR as u32) as u16
}

/// Fills `frame` (RGBA, `width` pixels a row) with `soft`, enlarged with straight lines between its
/// pixels. What is between two of 256 levels is spread over neighbouring pixels, so that slow gradients
/// show no bands; `grain` adds that many levels of paper.
pub fn enlarge(soft: &[u8], soft_width: usize, frame: &mut [u8], width: usize, grain: u8) {
    dispatch!(Level::new(), simd => enlarge_with(simd, soft, soft_width, frame, width, grain));
}

// Compiled once for each level of vector instructions, with everything that it calls inlined.
#[inline(always)]
fn enlarge_with<S: Simd>(_: S, soft: &[u8], soft_width: usize, frame: &mut [u8], width: usize, grain: u8) {
    let soft_height = soft.len() / 4 / soft_width;
    // Sixteen times the value of each channel between two rows; a cell before the first and one after
    // the last repeat their neighbours.
    let mut line = vec![0u16; (soft_width + 2) * 4];
    let mut wide = vec![0u8; (soft_width + 1) * FACTOR * 4];
    let mut noise = vec![0u8; if grain > 0 { width * 4 } else { 0 }];
    for (y, row) in frame.chunks_exact_mut(width * 4).enumerate() {
        // Pixel centres: half a small pixel is half of FACTOR large ones.
        let (cell, part) = ((y + FACTOR / 2) / FACTOR, (y + FACTOR / 2) % FACTOR);
        let above = &soft[cell.saturating_sub(1).min(soft_height - 1) * soft_width * 4..][..soft_width * 4];
        let below = &soft[cell.min(soft_height - 1) * soft_width * 4..][..soft_width * 4];
        let weight = 2 * part as u16 + 1;
        for ((value, above), below) in line[4..].iter_mut().zip(above).zip(below) {
            let above = u16::from(*above).wrapping_mul(16u16.wrapping_sub(weight));
            *value = above.wrapping_add(u16::from(*below).wrapping_mul(weight));
        }
        line.copy_within(4..8, 0);
        line.copy_within(soft_width * 4..(soft_width + 1) * 4, (soft_width + 1) * 4);
        let thresholds = &THRESHOLDS[y % 4];
        for (index, pixels) in wide.chunks_exact_mut(FACTOR * 4).enumerate() {
            between(&line[index * 4..index * 4 + 8], pixels, thresholds);
        }
        row.copy_from_slice(&wide[FACTOR / 2 * 4..][..width * 4]);
        if grain > 0 {
            for (x, pixel) in noise.chunks_exact_mut(4).enumerate() {
                pixel[..3].fill((u32::from(speck(x, y)) * (2 * u32::from(grain) + 1) / 256) as u8);
            }
            for (value, noise) in row.iter_mut().zip(&noise) {
                *value = value.saturating_sub(grain).saturating_add(*noise);
            }
        }
        row.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
    }
}

/// The pixels from the middle of one small pixel to the middle of the next, two at a time. Sixteen
/// times sixteen levels of 255 are just within 16 bits, and short lanes are fast ones; wrapping
/// arithmetic, which never wraps here, lets the compiler use them in debug builds too.
#[inline(always)]
fn between(ends: &[u16], pixels: &mut [u8], thresholds: &[u16; 4]) {
    let (from, to) = ends.split_at(4);
    let from = [from[0], from[1], from[2], from[3], from[0], from[1], from[2], from[3]];
    let to = [to[0], to[1], to[2], to[3], to[0], to[1], to[2], to[3]];
    for (pair, out) in pixels.chunks_exact_mut(8).enumerate() {
        let (near, far) = &WEIGHTS[pair % 4];
        let limits =
            if pair % 2 == 0 { [thresholds[0], thresholds[1]] } else { [thresholds[2], thresholds[3]] };
        let mut values = [0u16; 8];
        for lane in 0..8 {
            values[lane] = from[lane]
                .wrapping_mul(near[lane])
                .wrapping_add(to[lane].wrapping_mul(far[lane]))
                .wrapping_add(limits[lane / 4])
                >> 8;
        }
        for (out, value) in out.iter_mut().zip(values) {
            *out = value as u8;
        }
    }
}

/// For each pair of pixels, what the nearer and what the farther end weigh.
const WEIGHTS: [([u16; 8], [u16; 8]); 4] = [
    ([15, 15, 15, 15, 13, 13, 13, 13], [1, 1, 1, 1, 3, 3, 3, 3]),
    ([11, 11, 11, 11, 9, 9, 9, 9], [5, 5, 5, 5, 7, 7, 7, 7]),
    ([7, 7, 7, 7, 5, 5, 5, 5], [9, 9, 9, 9, 11, 11, 11, 11]),
    ([3, 3, 3, 3, 1, 1, 1, 1], [13, 13, 13, 13, 15, 15, 15, 15]),
];

/// Bayer's order of filling a square, scaled to 256.
const THRESHOLDS: [[u16; 4]; 4] =
    [[8, 136, 40, 168], [200, 72, 232, 104], [56, 184, 24, 152], [248, 120, 216, 88]];

/// A number from 0 to 255 that looks like chance and is the same in every frame.
#[inline(always)]
fn speck(x: usize, y: usize) -> u8 {
    let mut value = (x as u32 / 2).wrapping_mul(0x9e37_79b1) ^ (y as u32 / 2).wrapping_mul(0x85eb_ca77);
    value ^= value >> 15;
    value = value.wrapping_mul(0x2c1b_3c6d);
    (value >> 24) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(soft: [u8; 2], grain: u8, within: std::ops::RangeInclusive<u8>) {
        let soft: Vec<u8> = soft.iter().flat_map(|&value| [value, value, value, 255]).collect();
        let mut frame = vec![0; 16 * 8 * 4];
        enlarge(&soft, 2, &mut frame, 16, grain);
        assert!(frame.chunks_exact(4).all(|pixel| within.contains(&pixel[0]) && pixel[3] == 255));
    }

    #[test]
    fn what_is_even_stays_even_and_what_is_not_stays_between() {
        check([200, 200], 0, 200..=200);
        check([0, 0], 0, 0..=0);
        check([255, 255], 0, 255..=255);
        check([10, 90], 0, 10..=90);
        check([200, 200], 3, 197..=203);
    }
}
