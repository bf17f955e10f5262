//! Where words may stand, for every picture shape. Pixels of the finished frame.
//!
//! The safe margins keep clear of what the platforms lay over a video (captions, names, buttons), as
//! two public collections gave them in 2026: 220 px above and 420 px below at 1080x1920.

use admint_domain::{AspectRatio, OverlayRole, TextPlacement};
use vello_cpu::kurbo::Rect;

/// The part of the frame that no platform covers.
#[cfg(test)]
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
    use TextPlacement::{Lower, Middle, Upper};
    match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => Rect::new(72.0, 220.0, 1008.0, 840.0),
        (AspectRatio::Portrait9x16, Middle) => Rect::new(72.0, 560.0, 1008.0, 1180.0),
        (AspectRatio::Portrait9x16, Lower) => Rect::new(72.0, 930.0, 1008.0, 1500.0),
        (AspectRatio::Portrait4x5, Upper) => Rect::new(72.0, 90.0, 1008.0, 580.0),
        (AspectRatio::Portrait4x5, Middle) => Rect::new(72.0, 400.0, 1008.0, 890.0),
        (AspectRatio::Portrait4x5, Lower) => Rect::new(72.0, 750.0, 1008.0, 1240.0),
        (AspectRatio::Square, Upper) => Rect::new(72.0, 60.0, 1008.0, 520.0),
        (AspectRatio::Square, Middle) => Rect::new(72.0, 310.0, 1008.0, 770.0),
        (AspectRatio::Square, Lower) => Rect::new(72.0, 560.0, 1008.0, 1020.0),
        (AspectRatio::Landscape16x9, Upper) => Rect::new(110.0, 210.0, 970.0, 870.0),
        (AspectRatio::Landscape16x9, Middle) => Rect::new(470.0, 240.0, 1450.0, 840.0),
        (AspectRatio::Landscape16x9, Lower) => Rect::new(950.0, 210.0, 1810.0, 870.0),
    }
}

/// One role's share of the words' part, so that no two roles ever meet.
///
/// ```text
/// | name 11 % | headline 45 % | support 16 % | call to action 24 % |
/// ```
pub fn role(aspect: AspectRatio, placement: TextPlacement, role: OverlayRole) -> Rect {
    let zone = text(aspect, placement);
    let (from, to) = match role {
        OverlayRole::Name => (0.0, 0.115),
        OverlayRole::Headline => (0.12, 0.575),
        OverlayRole::Support => (0.58, 0.75),
        OverlayRole::CallToAction => (0.76, 1.0),
    };
    Rect::new(zone.x0, zone.y0 + zone.height() * from, zone.x1, zone.y0 + zone.height() * to)
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

/// What the words leave when every role has some.
fn full_stage(aspect: AspectRatio, placement: TextPlacement) -> Stage {
    use TextPlacement::{Lower, Middle, Upper};
    let (rect, hero) = match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => (Rect::new(0.0, 860.0, 1080.0, 1840.0), 680.0),
        (AspectRatio::Portrait9x16, Middle) => (Rect::new(0.0, 1200.0, 1080.0, 1900.0), 520.0),
        (AspectRatio::Portrait9x16, Lower) => (Rect::new(0.0, 70.0, 1080.0, 925.0), 570.0),
        (AspectRatio::Portrait4x5, Upper) => (Rect::new(0.0, 590.0, 1080.0, 1330.0), 520.0),
        (AspectRatio::Portrait4x5, Middle) => (Rect::new(0.0, 900.0, 1080.0, 1340.0), 360.0),
        (AspectRatio::Portrait4x5, Lower) => (Rect::new(0.0, 20.0, 1080.0, 740.0), 470.0),
        (AspectRatio::Square, Upper) => (Rect::new(0.0, 525.0, 1080.0, 1076.0), 370.0),
        (AspectRatio::Square, Middle) => (Rect::new(0.0, 775.0, 1080.0, 1078.0), 240.0),
        (AspectRatio::Square, Lower) => (Rect::new(0.0, 4.0, 1080.0, 556.0), 370.0),
        (AspectRatio::Landscape16x9, Upper) => (Rect::new(980.0, 60.0, 1900.0, 1040.0), 600.0),
        (AspectRatio::Landscape16x9, Middle) => (Rect::new(1460.0, 160.0, 1910.0, 920.0), 360.0),
        (AspectRatio::Landscape16x9, Lower) => (Rect::new(20.0, 60.0, 940.0, 1040.0), 600.0),
    };
    Stage { rect, hero }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [OverlayRole; 4] =
        [OverlayRole::Name, OverlayRole::Headline, OverlayRole::Support, OverlayRole::CallToAction];
    const PLACEMENTS: [TextPlacement; 3] =
        [TextPlacement::Upper, TextPlacement::Middle, TextPlacement::Lower];

    #[test]
    fn no_two_roles_share_a_pixel_and_all_are_safe() {
        for aspect in AspectRatio::ALL {
            for placement in PLACEMENTS {
                let zones = ROLES.map(|each| role(aspect, placement, each));
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
        let all: &[OverlayRole] = &ROLES;
        for aspect in AspectRatio::ALL {
            for placement in PLACEMENTS {
                for roles in [all, &ROLES[1..], &ROLES[..3], &ROLES[1..3]] {
                    let stage = stage(aspect, placement, roles).rect;
                    for each in roles {
                        let shared = stage.intersect(role(aspect, placement, *each));
                        assert!(shared.area() <= 0.0, "{aspect} {placement:?} {each:?}");
                    }
                }
            }
        }
    }
}
