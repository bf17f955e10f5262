//! From the model's coarse mask to an alpha that follows the photo's own edges.
//!
//! The mask is trusted away from its edge and doubted along it. In that doubtful band the alpha comes from a
//! guided filter (He, Sun and Tang 2010, "Guided Image Filtering", the colour version of section 3.4): inside
//! each window alpha is a linear function of the photo's colour, so it turns where the photo turns. It is
//! computed on a smaller grid and applied in full size (He and Sun 2015, "Fast Guided Filter").

use crate::plane::Plane;

/// Half the doubtful band's width, in cells of the mask.
const BAND: f32 = 2.5;
/// The guided filter's radius, in cells of the mask.
const RADIUS: f32 = 3.0;
/// The guided filter's regularisation: below this variance of colour (0-1 squared) the photo has no edge.
const FLAT: f32 = 1e-4;
/// Alphas below and above these become 0 and 1: a filtered mask leaves a haze around things.
const CLEAR: f32 = 0.2;
const SOLID: f32 = 0.9;
/// How steeply the band's two rims close in, so that it ends without a step.
const RIM: f32 = 8.0;

/// Alpha from 0 to 1 for `colors`, given the mask in the same size. `cell` is how many pixels one of the
/// model's own values covers.
pub(crate) fn matte(colors: &[Plane; 3], mask: &Plane, cell: f32) -> Plane {
    let inside = mask.map(|value| if value > 0.5 { 1.0 } else { 0.0 });
    let near = inside.box_blurred((BAND * cell).ceil() as usize);
    let step = ((cell / 1.5).round() as usize).clamp(1, 4);
    let radius = ((RADIUS * cell / step as f32).round() as usize).max(2);
    let guided = guided(colors, mask, step, radius);
    near.zip(&guided, |near, guided| {
        let alpha = ((guided - CLEAR) / (SOLID - CLEAR)).clamp(0.0, 1.0);
        let alpha = alpha.min(near * RIM).max(1.0 - (1.0 - near) * RIM);
        // Sums of floats miss the ends by a hair.
        if alpha < 1e-3 {
            0.0
        } else if alpha > 1.0 - 1e-3 {
            1.0
        } else {
            alpha
        }
    })
}

/// The guided filter of `input` by `guide`, its coefficients computed on a grid `step` times smaller with
/// windows of 2 × `radius` + 1 of that grid's pixels.
fn guided(guide: &[Plane; 3], input: &Plane, step: usize, radius: usize) -> Plane {
    let (width, height) = (input.width.div_ceil(step), input.height.div_ceil(step));
    let small = guide.each_ref().map(|plane| plane.resized(width, height));
    let input_small = input.resized(width, height);

    let blur = |plane: &Plane| plane.box_blurred(radius);
    let product = |a: &Plane, b: &Plane| blur(&a.zip(b, |a, b| a * b));
    let means = small.each_ref().map(blur);
    let mean_input = blur(&input_small);
    let with_input = small.each_ref().map(|channel| product(channel, &input_small));
    // The upper half of the symmetric covariance: rr, rg, rb, gg, gb, bb.
    const PAIRS: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)];
    let products = PAIRS.map(|(a, b)| product(&small[a], &small[b]));

    let count = width * height;
    let mut slopes = [0, 1, 2].map(|_| Plane::filled(width, height, 0.0));
    let mut offset = Plane::filled(width, height, 0.0);
    for at in 0..count {
        let mean = means.each_ref().map(|plane| plane.values[at]);
        let mut covariance = [0.0; 6];
        for (value, (products, (a, b))) in covariance.iter_mut().zip(products.iter().zip(PAIRS)) {
            *value = products.values[at] - mean[a] * mean[b] + if a == b { FLAT } else { 0.0 };
        }
        let mean_input = mean_input.values[at];
        let shared = [0, 1, 2].map(|channel| with_input[channel].values[at] - mean[channel] * mean_input);
        let slope = solve(covariance, shared);
        offset.values[at] = mean_input - (slope[0] * mean[0] + slope[1] * mean[1] + slope[2] * mean[2]);
        for (plane, value) in slopes.iter_mut().zip(slope) {
            plane.values[at] = value;
        }
    }
    let [red, green, blue] = slopes.map(|plane| blur(&plane).resized(input.width, input.height));
    let mut filtered = blur(&offset).resized(input.width, input.height);
    for (at, value) in filtered.values.iter_mut().enumerate() {
        *value += red.values[at] * guide[0].values[at]
            + green.values[at] * guide[1].values[at]
            + blue.values[at] * guide[2].values[at];
    }
    filtered
}

/// Solves the symmetric system `[rr rg rb; rg gg gb; rb gb bb] x = right` by Cramer's rule.
fn solve([rr, rg, rb, gg, gb, bb]: [f32; 6], right: [f32; 3]) -> [f32; 3] {
    let (c_rr, c_rg, c_rb) = (gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb);
    let (c_gg, c_gb, c_bb) = (rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg);
    let determinant = rr * c_rr + rg * c_rg + rb * c_rb;
    if determinant.abs() < 1e-18 {
        return [0.0; 3];
    }
    let [r, g, b] = right;
    [
        (c_rr * r + c_rg * g + c_rb * b) / determinant,
        (c_rg * r + c_gg * g + c_gb * b) / determinant,
        (c_rb * r + c_gb * g + c_bb * b) / determinant,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_three_equations() {
        let [x, y, z] = solve([4.0, 1.0, 0.5, 3.0, -1.0, 5.0], [7.5, 4.0, 13.5]);
        for (found, expected) in [(x, 1.0), (y, 2.0), (z, 3.0)] {
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
        }
        assert_eq!(solve([0.0; 6], [1.0; 3]), [0.0; 3]);
    }

    // A wall, dark to the left of column 50; and a mask whose soft edge runs beside it.
    fn wall(at: f32, soft: f32) -> Plane {
        let values = (0..100 * 60).map(|pixel| {
            let x = (pixel % 100) as f32 + 0.5;
            ((x - at) / soft + 0.5).clamp(0.0, 1.0)
        });
        Plane { width: 100, height: 60, values: values.collect() }
    }

    #[test]
    fn a_soft_mask_beside_the_edge_moves_onto_it() {
        let dark = wall(50.0, 1.0);
        let colors = [dark.map(|value| 0.2 + 0.6 * value), dark.map(|value| 0.3 + 0.3 * value), dark.clone()];
        for off in [-3.0, 3.0] {
            let alpha = matte(&colors, &wall(50.0 + off, 8.0), 3.0);
            let row = &alpha.values[30 * 100..31 * 100];
            assert!(row[..48].iter().all(|alpha| *alpha < 0.1), "{off}: {row:?}");
            assert!(row[52..].iter().all(|alpha| *alpha > 0.9), "{off}: {row:?}");
        }
    }

    #[test]
    fn away_from_the_edge_the_mask_decides() {
        // The photo's strongest edge lies far from the mask's: it is inside the thing.
        let colors = [0; 3].map(|_| wall(80.0, 1.0));
        let alpha = matte(&colors, &wall(30.0, 4.0), 2.0);
        assert!(alpha.values[..20].iter().all(|alpha| *alpha == 0.0));
        assert!(alpha.values[40..100].iter().all(|alpha| *alpha == 1.0));
    }
}
