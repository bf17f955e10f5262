//! Where words may stand, for every picture shape. Pixels of the finished frame.
//!
//! The safe margins keep clear of what the platforms lay over a video (captions, names, buttons), as
//! two public collections gave them in 2026: 220 px above and 420 px below at 1080x1920.

use admint_domain::{AspectRatio, OverlayRole, TextPlacement};
use vello_cpu::kurbo::Rect;

/// The part of the frame that no platform covers.
pub fn safe(aspect: AspectRatio) -> Rect {
    match aspect {
        AspectRatio::Portrait9x16 => Rect::new(72.0, 220.0, 1008.0, 1500.0),
        AspectRatio::Portrait4x5 => Rect::new(72.0, 90.0, 1008.0, 1240.0),
        AspectRatio::Square => Rect::new(72.0, 60.0, 1008.0, 1020.0),
        AspectRatio::Landscape16x9 => Rect::new(110.0, 80.0, 1810.0, 1000.0),
    }
}

/// The words' part of a scene. In a wide picture `Upper` is the left column and `Lower` the right one.
pub fn text(aspect: AspectRatio, placement: TextPlacement) -> Rect {
    use TextPlacement::{Beside, Lower, Middle, Rows, Tall, Upper};
    match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => Rect::new(72.0, 220.0, 1008.0, 840.0),
        (AspectRatio::Portrait9x16, Middle) => Rect::new(72.0, 560.0, 1008.0, 1180.0),
        (AspectRatio::Portrait9x16, Lower) => Rect::new(72.0, 930.0, 1008.0, 1500.0),
        (AspectRatio::Portrait9x16, Tall) => Rect::new(72.0, 220.0, 1008.0, 1150.0),
        (AspectRatio::Portrait4x5, Upper) => Rect::new(72.0, 90.0, 1008.0, 580.0),
        (AspectRatio::Portrait4x5, Middle) => Rect::new(72.0, 400.0, 1008.0, 890.0),
        (AspectRatio::Portrait4x5, Lower) => Rect::new(72.0, 750.0, 1008.0, 1240.0),
        (AspectRatio::Portrait4x5, Tall) => Rect::new(72.0, 90.0, 1008.0, 850.0),
        (AspectRatio::Square, Upper) => Rect::new(72.0, 60.0, 1008.0, 520.0),
        (AspectRatio::Square, Middle) => Rect::new(72.0, 310.0, 1008.0, 770.0),
        (AspectRatio::Square, Lower) => Rect::new(72.0, 560.0, 1008.0, 1020.0),
        (AspectRatio::Square, Tall) => Rect::new(72.0, 60.0, 1008.0, 680.0),
        (AspectRatio::Landscape16x9, Upper) => Rect::new(110.0, 210.0, 970.0, 870.0),
        (AspectRatio::Landscape16x9, Middle) => Rect::new(470.0, 240.0, 1450.0, 840.0),
        (AspectRatio::Landscape16x9, Lower) => Rect::new(950.0, 210.0, 1810.0, 870.0),
        (AspectRatio::Landscape16x9, Tall) => Rect::new(110.0, 110.0, 1150.0, 970.0),
        (AspectRatio::Landscape16x9, Rows | Beside) => Rect::new(110.0, 80.0, 1010.0, 1000.0),
        (_, Rows | Beside) => safe(aspect),
    }
}

/// One role's share of the words' part, so that no two roles of a placement ever meet.
///
/// ```text
/// Upper, Middle, Lower   | name 11 % | headline 45 % | support 16 % | call to action 24 % |
/// Tall                   | name 8 %  | headline 58 % | support 13 % | call to action 16 % |
/// Rows, Beside           | headline 27 % | point | point | point |
/// ```
/// A role that a placement has no room for gets an empty strip at its foot.
pub fn role(aspect: AspectRatio, placement: TextPlacement, role: OverlayRole) -> Rect {
    let zone = text(aspect, placement);
    if placement.has_points() {
        return match role {
            OverlayRole::Headline => part(zone, 0.0, HEAD),
            _ => role.point().map_or(foot(zone), |index| point(aspect, placement, index)),
        };
    }
    let tall = placement == TextPlacement::Tall;
    let (from, to) = match role {
        OverlayRole::Name => (0.0, if tall { 0.08 } else { 0.115 }),
        OverlayRole::Headline if tall => (0.085, 0.67),
        OverlayRole::Headline => (0.12, 0.575),
        OverlayRole::Support if tall => (0.68, 0.82),
        OverlayRole::Support => (0.58, 0.75),
        OverlayRole::CallToAction => (if tall { 0.83 } else { 0.76 }, 1.0),
        OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => return foot(zone),
    };
    part(zone, from, to)
}

/// The headline's part of a placement with points.
const HEAD: f64 = 0.27;
/// What a row keeps to itself, above and below.
const ROW_GAP: f64 = 0.012;

/// A point's whole row: across the words' part for `Rows`, its outer side for `Beside`.
pub fn row(aspect: AspectRatio, placement: TextPlacement, index: usize) -> Rect {
    let zone = text(aspect, placement);
    let each = (1.0 - HEAD - 0.02) / 3.0;
    let from = HEAD + 0.02 + each * index as f64;
    let row = part(zone, from + ROW_GAP, from + each - ROW_GAP);
    match (aspect, placement) {
        (AspectRatio::Landscape16x9, _) => row,
        (_, TextPlacement::Beside) => Rect { x1: row.x0 + row.width() * 0.5, ..row },
        _ => row,
    }
}

/// The square at a row's head that belongs to its picture or figure; none beside a close-up.
pub fn mark(aspect: AspectRatio, placement: TextPlacement, index: usize) -> Rect {
    let row = row(aspect, placement, index);
    let side = if placement == TextPlacement::Rows { row.height().min(230.0) } else { 0.0 };
    let y = row.center().y - side / 2.0;
    Rect::new(row.x0, y, row.x0 + side, y + side)
}

/// The words of a point.
fn point(aspect: AspectRatio, placement: TextPlacement, index: usize) -> Rect {
    let (row, mark) = (row(aspect, placement, index), mark(aspect, placement, index));
    let indent = if mark.width() > 0.0 { mark.width() + 28.0 } else { 0.0 };
    Rect { x0: row.x0 + indent, ..row }
}

fn part(zone: Rect, from: f64, to: f64) -> Rect {
    Rect::new(zone.x0, zone.y0 + zone.height() * from, zone.x1, zone.y0 + zone.height() * to)
}

fn foot(zone: Rect) -> Rect {
    Rect { y0: zone.y1, ..zone }
}

/// Where the hero stands: the middle of its stage and how large it may be.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub rect: Rect,
    /// The widest the hero should be.
    pub hero: f64,
}

/// What the words leave to the picture. A scene without a button or without a name leaves more.
pub fn stage(aspect: AspectRatio, placement: TextPlacement, roles: &[OverlayRole]) -> Stage {
    let Stage { mut rect, mut hero } = full_stage(aspect, placement);
    if aspect == AspectRatio::Landscape16x9 {
        return Stage { rect, hero };
    }
    let zone = |of| role(aspect, placement, of);
    if placement == TextPlacement::Upper && !roles.contains(&OverlayRole::CallToAction) {
        let gained = zone(OverlayRole::CallToAction).height() * 0.75;
        rect.y0 -= gained;
        hero += gained * 0.6;
    }
    if placement == TextPlacement::Lower && !roles.contains(&OverlayRole::Name) {
        let gained = zone(OverlayRole::Name).height() * 0.8;
        rect.y1 += gained;
        hero += gained * 0.6;
    }
    Stage { rect, hero }
}

/// What the words leave when every role has some. `Tall`, `Rows` and `Beside` let the frame's edge cut
/// the hero.
fn full_stage(aspect: AspectRatio, placement: TextPlacement) -> Stage {
    use TextPlacement::{Beside, Lower, Middle, Rows, Tall, Upper};
    let (rect, hero) = match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => (Rect::new(0.0, 860.0, 1080.0, 1840.0), 680.0),
        (AspectRatio::Portrait9x16, Middle) => (Rect::new(0.0, 1200.0, 1080.0, 1900.0), 520.0),
        (AspectRatio::Portrait9x16, Lower) => (Rect::new(0.0, 70.0, 1080.0, 925.0), 570.0),
        (AspectRatio::Portrait9x16, Tall) => (Rect::new(0.0, 1160.0, 1080.0, 2060.0), 860.0),
        (AspectRatio::Portrait9x16, Rows) => (Rect::new(0.0, 1510.0, 1080.0, 2150.0), 600.0),
        (AspectRatio::Portrait9x16, Beside) => (Rect::new(560.0, 590.0, 1300.0, 1590.0), 860.0),
        (AspectRatio::Portrait4x5, Upper) => (Rect::new(0.0, 590.0, 1080.0, 1330.0), 520.0),
        (AspectRatio::Portrait4x5, Middle) => (Rect::new(0.0, 900.0, 1080.0, 1340.0), 360.0),
        (AspectRatio::Portrait4x5, Lower) => (Rect::new(0.0, 20.0, 1080.0, 740.0), 470.0),
        (AspectRatio::Portrait4x5, Tall) => (Rect::new(0.0, 860.0, 1080.0, 1490.0), 600.0),
        (AspectRatio::Portrait4x5, Rows) => (Rect::new(0.0, 1250.0, 1080.0, 1500.0), 240.0),
        (AspectRatio::Portrait4x5, Beside) => (Rect::new(560.0, 410.0, 1280.0, 1270.0), 760.0),
        (AspectRatio::Square, Upper) => (Rect::new(0.0, 525.0, 1080.0, 1076.0), 370.0),
        (AspectRatio::Square, Middle) => (Rect::new(0.0, 775.0, 1080.0, 1078.0), 240.0),
        (AspectRatio::Square, Lower) => (Rect::new(0.0, 4.0, 1080.0, 556.0), 370.0),
        (AspectRatio::Square, Tall) => (Rect::new(0.0, 690.0, 1080.0, 1210.0), 500.0),
        (AspectRatio::Square, Rows) => (Rect::new(0.0, 1030.0, 1080.0, 1230.0), 180.0),
        (AspectRatio::Square, Beside) => (Rect::new(560.0, 325.0, 1240.0, 1065.0), 660.0),
        (AspectRatio::Landscape16x9, Upper) => (Rect::new(980.0, 60.0, 1900.0, 1040.0), 600.0),
        (AspectRatio::Landscape16x9, Middle) => (Rect::new(1460.0, 160.0, 1910.0, 920.0), 360.0),
        (AspectRatio::Landscape16x9, Lower) => (Rect::new(20.0, 60.0, 940.0, 1040.0), 600.0),
        (AspectRatio::Landscape16x9, Tall) => (Rect::new(1160.0, 100.0, 2000.0, 1100.0), 700.0),
        (AspectRatio::Landscape16x9, Rows | Beside) => (Rect::new(1020.0, 60.0, 1960.0, 1040.0), 780.0),
    };
    Stage { rect, hero }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_roles_share_a_pixel_and_all_are_safe() {
        for aspect in AspectRatio::ALL {
            for placement in TextPlacement::ALL {
                let zones = OverlayRole::ALL.map(|each| role(aspect, placement, each));
                for (index, zone) in zones.iter().enumerate() {
                    let safe = safe(aspect);
                    assert_eq!(safe.intersect(*zone), *zone, "{aspect} {placement:?}");
                    for other in &zones[index + 1..] {
                        assert!(zone.intersect(*other).area() <= 0.0, "{aspect} {placement:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_stage_keeps_clear_of_the_words() {
        use OverlayRole::{CallToAction, Headline, Name, Support};
        for aspect in AspectRatio::ALL {
            for placement in TextPlacement::ALL {
                let sets: &[&[OverlayRole]] = &[
                    &OverlayRole::ALL,
                    &[Headline, Support, CallToAction],
                    &[Name, Headline, Support],
                    &[Headline, Support],
                ];
                for roles in sets {
                    let stage = stage(aspect, placement, roles).rect;
                    for each in *roles {
                        let shared = stage.intersect(role(aspect, placement, *each));
                        assert!(shared.area() <= 0.0, "{aspect} {placement:?} {each:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_point_and_its_mark_share_a_row_and_no_pixel() {
        for aspect in AspectRatio::ALL {
            for placement in [TextPlacement::Rows, TextPlacement::Beside] {
                for (index, each) in OverlayRole::POINTS.into_iter().enumerate() {
                    let (row, mark) = (row(aspect, placement, index), mark(aspect, placement, index));
                    let words = role(aspect, placement, each);
                    assert_eq!(row.intersect(words), words, "{aspect} {placement:?}");
                    assert!(
                        words.width() > 350.0 && words.height() > 120.0,
                        "{aspect} {placement:?} {words:?}"
                    );
                    assert!(mark.intersect(words).area() <= 0.0, "{aspect} {placement:?}");
                }
            }
        }
    }
}
