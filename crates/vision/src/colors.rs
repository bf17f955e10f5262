//! The product's own colours, for the ad's palette.
//!
//! Clusters in Oklab (Ottosson 2020), where a distance is about what the eye sees. Lightness counts for
//! less, so that a thing's lit and shaded sides are one colour.

use admint_domain::Rgb;
use color::{ColorSpace, Oklab, Srgb};

use crate::CutOut;

/// How many colours are named at most.
const MOST_COLORS: usize = 5;
const CLUSTERS: usize = 8;
const ROUNDS: usize = 16;
/// What a difference in lightness counts beside one in hue or chroma.
const LIGHTNESS: f32 = 0.6;
/// Clusters nearer than this, in Oklab with that lightness, are one colour.
const ALIKE: f32 = 0.07;
/// A colour must have this share of the picture. Vivid ones may have less: see [`telling`].
const LEAST_SHARE: f32 = 0.02;
/// From this chroma on a colour is fully vivid; below it, it tells less.
const VIVID: f32 = 0.1;
/// How much a perfect grey tells beside a vivid colour of the same share.
const GREY: f32 = 0.12;

/// At most five colours of the picture, the most telling first: by their share of it, greys demoted.
/// Every pixel counts as much as it is opaque. Empty only if the picture is transparent everywhere.
pub fn dominant_colors(cut_out: &CutOut) -> Vec<Rgb> {
    let shades = shades(cut_out);
    let mut clusters = merged(clustered(&shades));
    let all: f32 = clusters.iter().map(|cluster| cluster.weight).sum();
    let heaviest = clusters.iter().map(|cluster| cluster.weight).fold(0.0, f32::max);
    clusters.retain(|cluster| {
        let share = cluster.weight / all;
        cluster.weight >= heaviest || share * (1.0 + cluster.vividness()) >= LEAST_SHARE
    });
    clusters.sort_by(|a, b| b.telling().total_cmp(&a.telling()));
    clusters.truncate(MOST_COLORS);
    clusters.iter().map(Shade::rgb).collect()
}

/// A colour in Oklab and how much of it there is.
#[derive(Debug, Clone, Copy)]
struct Shade {
    lab: [f32; 3],
    weight: f32,
}

impl Shade {
    fn vividness(&self) -> f32 {
        (self.lab[1].hypot(self.lab[2]) / VIVID).min(1.0)
    }

    fn telling(&self) -> f32 {
        self.weight * (GREY + (1.0 - GREY) * self.vividness())
    }

    fn distance(&self, other: &Self) -> f32 {
        let [l, a, b] = [0, 1, 2].map(|axis| self.lab[axis] - other.lab[axis]);
        ((l * LIGHTNESS).powi(2) + a * a + b * b).sqrt()
    }

    fn rgb(&self) -> Rgb {
        let [r, g, b] =
            Oklab::convert::<Srgb>(self.lab).map(|value| (value * 255.0).round().clamp(0.0, 255.0) as u8);
        Rgb(r, g, b)
    }
}

/// The picture's colours in steps of 8: a few thousand instead of millions, each at its pixels' mean.
fn shades(cut_out: &CutOut) -> Vec<Shade> {
    const STEPS: usize = 32;
    let mut cells = vec![[0_u64; 4]; STEPS * STEPS * STEPS];
    for [r, g, b, alpha] in cut_out.picture.pixels() {
        let cell = (usize::from(r >> 3) * STEPS + usize::from(g >> 3)) * STEPS + usize::from(b >> 3);
        for (sum, value) in cells[cell].iter_mut().zip([r, g, b, 1]) {
            *sum += u64::from(value) * u64::from(alpha);
        }
    }
    let filled = cells.into_iter().filter(|[.., weight]| *weight > 0);
    filled
        .map(|[r, g, b, weight]| {
            let mean = [r, g, b].map(|sum| sum as f32 / weight as f32 / 255.0);
            Shade { lab: Srgb::convert::<Oklab>(mean), weight: weight as f32 }
        })
        .collect()
}

/// Lloyd's k-means, begun from the heaviest shade and then from shades far from those before.
fn clustered(shades: &[Shade]) -> Vec<Shade> {
    let Some(first) = shades.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)) else { return Vec::new() };
    let mut centers = vec![*first];
    let mut nearest: Vec<f32> = shades.iter().map(|shade| shade.distance(first)).collect();
    while centers.len() < CLUSTERS.min(shades.len()) {
        let worth = |at: usize| shades[at].weight.sqrt() * nearest[at];
        let best = (0..shades.len()).max_by(|a, b| worth(*a).total_cmp(&worth(*b))).unwrap_or(0);
        if nearest[best] == 0.0 {
            break;
        }
        let center = shades[best];
        for (distance, shade) in nearest.iter_mut().zip(shades) {
            *distance = distance.min(shade.distance(&center));
        }
        centers.push(center);
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![[0.0_f64; 4]; centers.len()];
        for shade in shades {
            let distance = |at: usize| shade.distance(&centers[at]);
            let near = (0..centers.len()).min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(0);
            let [l, a, b] = shade.lab;
            for (sum, value) in sums[near].iter_mut().zip([l, a, b, 1.0]) {
                *sum += f64::from(value) * f64::from(shade.weight);
            }
        }
        for (center, [l, a, b, weight]) in centers.iter_mut().zip(sums) {
            if weight > 0.0 {
                center.lab = [l, a, b].map(|sum| (sum / weight) as f32);
            }
            center.weight = weight as f32;
        }
    }
    centers.retain(|center| center.weight > 0.0);
    centers
}

/// The nearest two become one until no two are alike.
fn merged(mut clusters: Vec<Shade>) -> Vec<Shade> {
    loop {
        let pairs = (0..clusters.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let distance = |(a, b): (usize, usize)| clusters[a].distance(&clusters[b]);
        let nearest = pairs.min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        let Some((a, b)) = nearest.filter(|pair| distance(*pair) < ALIKE) else { return clusters };
        let (gone, kept) = (clusters.swap_remove(a), clusters[b]);
        let weight = gone.weight + kept.weight;
        let mean = |axis: usize| (gone.lab[axis] * gone.weight + kept.lab[axis] * kept.weight) / weight;
        clusters[b] = Shade { lab: [mean(0), mean(1), mean(2)], weight };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Origin, Picture, Sides};

    /// A picture of these colours, each over so many of its pixels.
    fn cut_out(colors: &[([u8; 4], usize)]) -> CutOut {
        let rgba: Vec<u8> = colors.iter().flat_map(|(color, count)| color.repeat(*count)).collect();
        let picture = Picture::new(rgba.len() as u32 / 4, 1, rgba).unwrap();
        CutOut { picture, origin: Origin::Transparent, cut_off: Sides::default() }
    }

    #[track_caller]
    fn check(colors: &[([u8; 4], usize)], expected: &[Rgb]) {
        assert_eq!(dominant_colors(&cut_out(colors)), expected);
    }

    #[test]
    fn one_color_is_itself() {
        check(&[([200, 30, 40, 255], 50)], &[Rgb(200, 30, 40)]);
        check(&[([128, 128, 128, 255], 50)], &[Rgb(128, 128, 128)]);
    }

    #[test]
    fn the_larger_color_comes_first() {
        check(&[([20, 90, 200, 255], 30), ([230, 120, 20, 255], 70)], &[Rgb(230, 120, 20), Rgb(20, 90, 200)]);
    }

    #[test]
    fn a_vivid_color_comes_before_a_larger_grey() {
        check(
            &[([245, 245, 245, 255], 70), ([220, 20, 60, 255], 30)],
            &[Rgb(220, 20, 60), Rgb(245, 245, 245)],
        );
    }

    #[test]
    fn what_is_transparent_does_not_count() {
        check(&[([0, 255, 0, 0], 900), ([20, 90, 200, 255], 10)], &[Rgb(20, 90, 200)]);
        check(&[([0, 255, 0, 0], 900)], &[]);
        // Half of half the pixels is less than a third of them.
        check(&[([20, 90, 200, 120], 50), ([230, 120, 20, 255], 30)], &[Rgb(230, 120, 20), Rgb(20, 90, 200)]);
    }

    #[test]
    fn a_speck_is_no_dominant_color() {
        check(&[([20, 90, 200, 255], 995), ([250, 0, 0, 255], 5)], &[Rgb(20, 90, 200)]);
    }

    #[test]
    fn light_and_shade_are_one_color() {
        let shaded: Vec<([u8; 4], usize)> =
            (0..60).map(|step| ([140 + step, 20 + step / 6, 30 + step / 5, 255], 10)).collect();
        let colors = dominant_colors(&cut_out(&shaded));
        assert_eq!(colors.len(), 1, "{colors:?}");
        assert!(colors[0].0.abs_diff(170) < 6, "{colors:?}");
    }

    #[test]
    fn there_are_never_more_than_five() {
        let rainbow: Vec<([u8; 4], usize)> = (0..216)
            .map(|at| ([(at % 6 * 51) as u8, (at / 6 % 6 * 51) as u8, (at / 36 * 51) as u8, 255], 10))
            .collect();
        let colors = dominant_colors(&cut_out(&rainbow));
        assert_eq!(colors.len(), MOST_COLORS);
        assert_eq!(dominant_colors(&cut_out(&rainbow)), colors);
    }
}
