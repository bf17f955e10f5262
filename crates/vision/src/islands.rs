//! Connected regions of a mask: strays dropped, pinholes filled.

use crate::plane::Plane;

/// An island is kept if it has this share of the largest one's area: the second shoe stays, a crumb goes.
const LEAST_ISLAND: f32 = 0.04;
/// A hole is filled if it has at most this share of the thing's area: a glint closes, a mug's handle
/// stays open.
const MOST_PINHOLE: f32 = 0.004;
/// What is fainter belongs to no island.
const FAINT: f32 = 0.1;

/// Sets to 0 every region that is small beside the largest. An island's area is what of it is above one half.
pub(crate) fn drop_strays(mask: &mut Plane) {
    let regions = regions(mask, |value| value > FAINT);
    let solid = |region: &Vec<usize>| region.iter().filter(|at| mask.values[**at] > 0.5).count();
    let areas: Vec<usize> = regions.iter().map(solid).collect();
    let largest = areas.iter().copied().max().unwrap_or(0) as f32;
    let strays: Vec<usize> = (regions.into_iter().zip(areas))
        .filter(|(_, area)| *area == 0 || (*area as f32) < largest * LEAST_ISLAND)
        .flat_map(|(region, _)| region)
        .collect();
    strays.into_iter().for_each(|at| mask.values[at] = 0.0);
}

/// Sets to 1 every region outside that is small and touches no border.
pub(crate) fn fill_pinholes(mask: &mut Plane) {
    let area = mask.values.iter().filter(|value| **value > 0.5).count() as f32;
    let (width, height) = (mask.width, mask.height);
    let at_border = |at: &usize| {
        let (x, y) = (at % width, at / width);
        x == 0 || y == 0 || x == width - 1 || y == height - 1
    };
    let holes = regions(mask, |value| value <= 0.5).into_iter();
    let pinholes =
        holes.filter(|hole| hole.len() as f32 <= area * MOST_PINHOLE && !hole.iter().any(at_border));
    let pinholes: Vec<usize> = pinholes.flatten().collect();
    pinholes.into_iter().for_each(|at| mask.values[at] = 1.0);
}

/// The places of each region of values that `belong`, joined over sides and corners.
fn regions(mask: &Plane, belongs: impl Fn(f32) -> bool) -> Vec<Vec<usize>> {
    let (width, height) = (mask.width, mask.height);
    let mut open: Vec<bool> = mask.values.iter().map(|value| belongs(*value)).collect();
    let mut regions = Vec::new();
    for start in 0..open.len() {
        if !std::mem::take(&mut open[start]) {
            continue;
        }
        let mut region = vec![start];
        let mut next = 0;
        while let Some(&at) = region.get(next) {
            next += 1;
            let (x, y) = (at % width, at / width);
            for near_y in y.saturating_sub(1)..(y + 2).min(height) {
                for near_x in x.saturating_sub(1)..(x + 2).min(width) {
                    let near = near_y * width + near_x;
                    if std::mem::take(&mut open[near]) {
                        region.push(near);
                    }
                }
            }
        }
        regions.push(region);
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    // '#' is 1, '.' is 0, '+' is 0.3.
    fn drawn(picture: &str) -> Plane {
        let rows: Vec<&str> = picture.split_whitespace().collect();
        let value = |letter| match letter {
            '#' => 1.0,
            '+' => 0.3,
            _ => 0.0,
        };
        let values = rows.iter().flat_map(|row| row.chars().map(value)).collect();
        Plane { width: rows[0].len(), height: rows.len(), values }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Plane), before: &str, after: &str) {
        let mut mask = drawn(before);
        change(&mut mask);
        assert_eq!(mask, drawn(after));
    }

    #[test]
    fn strays_go_with_their_faint_rims() {
        check(
            drop_strays,
            "######....  ######.+++  ######.+#+  ######.+++  ######....",
            "######....  ######....  ######....  ######....  ######....",
        );
    }

    #[test]
    fn a_second_thing_stays() {
        let pair = "####.##  ####.##  ####...";
        check(drop_strays, pair, pair);
    }

    #[test]
    fn a_pinhole_closes_and_a_handle_stays_open() {
        let mut mask = Plane::filled(40, 40, 1.0);
        for y in 5..12 {
            mask.values[y * 40 + 5..y * 40 + 12].fill(0.0);
        }
        let handle = mask.clone();
        mask.values[20 * 40 + 20..20 * 40 + 23].fill(0.2);
        fill_pinholes(&mut mask);
        assert_eq!(mask, handle);
    }

    #[test]
    fn a_bay_at_the_border_is_no_hole() {
        let mut mask = Plane::filled(40, 40, 1.0);
        mask.values[39] = 0.0;
        let bay = mask.clone();
        fill_pinholes(&mut mask);
        assert_eq!(mask, bay);
    }
}
