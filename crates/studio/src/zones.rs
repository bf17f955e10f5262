//! Where words may stand, for every picture shape. Pixels of the finished frame.
//!
//! The safe margins keep clear of what the platforms lay over a video (captions, names, buttons), as
//! two public collections gave them in 2026: 220 px above and 420 px below at 1080x1920.

use admint_domain::{AspectRatio, OverlayRole, TextPlacement};
use vello_cpu::kurbo::Rect;

/// A frame's shape, and whether a strip of it is kept for captions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub aspect: AspectRatio,
    pub captioned: bool,
}

impl From<AspectRatio> for Page {
    fn from(aspect: AspectRatio) -> Self {
        Self { aspect, captioned: false }
    }
}

/// Clear space between the captions' strip and whatever is next to it.
const CAPTION_GAP: f64 = 16.0;

/// Where captions stand, the same in every scene: at the head of a high picture, whose foot the platforms
/// cover and whose middle is the product's, and at the foot of a wide one.
pub fn caption(aspect: AspectRatio) -> Rect {
    match aspect {
        AspectRatio::Portrait9x16 => Rect::new(72.0, 220.0, 1008.0, 354.0),
        AspectRatio::Portrait4x5 => Rect::new(72.0, 90.0, 1008.0, 214.0),
        AspectRatio::Square => Rect::new(72.0, 60.0, 1008.0, 176.0),
        AspectRatio::Landscape16x9 => Rect::new(360.0, 872.0, 1560.0, 1000.0),
    }
}

impl Page {
    /// `rect` without what the captions need of it.
    fn clear(self, rect: Rect) -> Rect {
        let strip = caption(self.aspect).inflate(0.0, CAPTION_GAP);
        match self.aspect {
            _ if !self.captioned => rect,
            AspectRatio::Landscape16x9 => Rect { y1: rect.y1.min(strip.y0), ..rect },
            _ => Rect { y0: rect.y0.max(strip.y1), ..rect },
        }
    }
}

/// The part of the frame that neither a platform nor the captions cover.
pub fn safe(page: impl Into<Page>) -> Rect {
    let page = page.into();
    page.clear(safe_part(page.aspect))
}

fn safe_part(aspect: AspectRatio) -> Rect {
    match aspect {
        AspectRatio::Portrait9x16 => Rect::new(72.0, 220.0, 1008.0, 1500.0),
        AspectRatio::Portrait4x5 => Rect::new(72.0, 90.0, 1008.0, 1240.0),
        AspectRatio::Square => Rect::new(72.0, 60.0, 1008.0, 1020.0),
        AspectRatio::Landscape16x9 => Rect::new(110.0, 80.0, 1810.0, 1000.0),
    }
}

/// The words' part of a scene. In a wide picture `Upper` is the left column and `Lower` the right one.
pub fn text(page: impl Into<Page>, placement: TextPlacement) -> Rect {
    let page = page.into();
    page.clear(full_text(page.aspect, placement))
}

fn full_text(aspect: AspectRatio, placement: TextPlacement) -> Rect {
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
        (_, Rows | Beside) => safe_part(aspect),
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
pub fn role(page: impl Into<Page>, placement: TextPlacement, role: OverlayRole) -> Rect {
    let page = page.into();
    let zone = text(page, placement);
    if placement.has_points() {
        return match role {
            OverlayRole::Headline => part(zone, 0.0, HEAD),
            _ => role.point().map_or(foot(zone), |index| point(page, placement, index)),
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
pub fn row(page: impl Into<Page>, placement: TextPlacement, index: usize) -> Rect {
    let page = page.into();
    let zone = text(page, placement);
    let each = (1.0 - HEAD - 0.02) / 3.0;
    let from = HEAD + 0.02 + each * index as f64;
    let row = part(zone, from + ROW_GAP, from + each - ROW_GAP);
    match (page.aspect, placement) {
        (AspectRatio::Landscape16x9, _) => row,
        (_, TextPlacement::Beside) => Rect { x1: row.x0 + row.width() * 0.5, ..row },
        _ => row,
    }
}

/// The square at a row's head that belongs to its picture or figure; none beside a close-up.
pub fn mark(page: impl Into<Page>, placement: TextPlacement, index: usize) -> Rect {
    let row = row(page, placement, index);
    let side = if placement == TextPlacement::Rows { row.height().min(230.0) } else { 0.0 };
    let y = row.center().y - side / 2.0;
    Rect::new(row.x0, y, row.x0 + side, y + side)
}

/// The words of a point.
fn point(page: Page, placement: TextPlacement, index: usize) -> Rect {
    let (row, mark) = (row(page, placement, index), mark(page, placement, index));
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
pub fn stage(page: impl Into<Page>, placement: TextPlacement, roles: &[OverlayRole]) -> Stage {
    let page = page.into();
    let Stage { mut rect, mut hero } = full_stage(page.aspect, placement);
    if page.aspect == AspectRatio::Landscape16x9 {
        return beside_captions(page, placement, Stage { rect, hero });
    }
    let zone = |of| role(page, placement, of);
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
    beside_captions(page, placement, Stage { rect, hero })
}

/// A stage that loses height to the captions has a hero that still fits.
fn beside_captions(page: Page, placement: TextPlacement, stage: Stage) -> Stage {
    let mut rect = page.clear(stage.rect);
    if page.captioned && placement == TextPlacement::Beside && page.aspect != AspectRatio::Landscape16x9 {
        // The headline, too, stands lower by the strip.
        rect.y0 = rect.y0.max(role(page, placement, OverlayRole::Headline).y1);
    }
    let hero = if rect == stage.rect { stage.hero } else { stage.hero.min(rect.height() * 0.86) };
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

    fn pages() -> impl Iterator<Item = Page> {
        let pages = |aspect| [false, true].map(|captioned| Page { aspect, captioned });
        AspectRatio::ALL.into_iter().flat_map(pages)
    }

    #[test]
    fn captions_have_their_strip_to_themselves() {
        for page in pages().filter(|page| page.captioned) {
            let strip = caption(page.aspect);
            assert_eq!(safe_part(page.aspect).intersect(strip), strip, "{page:?}");
            for placement in TextPlacement::ALL {
                let stage = stage(page, placement, &OverlayRole::ALL);
                assert!(stage.hero <= stage.rect.height() + 200.0, "{page:?} {placement:?}");
                let words = OverlayRole::ALL.map(|each| role(page, placement, each));
                for zone in words.into_iter().chain([stage.rect, safe(page)]) {
                    assert!(zone.intersect(strip).area() <= 0.0, "{page:?} {placement:?} {zone:?}");
                    assert!(zone.height() >= 0.0, "{page:?} {placement:?} {zone:?}");
                }
            }
        }
    }

    #[test]
    fn no_two_roles_share_a_pixel_and_all_are_safe() {
        for page in pages() {
            for placement in TextPlacement::ALL {
                let zones = OverlayRole::ALL.map(|each| role(page, placement, each));
                for (index, zone) in zones.iter().enumerate() {
                    let safe = safe(page);
                    assert_eq!(safe.intersect(*zone), *zone, "{page:?} {placement:?}");
                    for other in &zones[index + 1..] {
                        assert!(zone.intersect(*other).area() <= 0.0, "{page:?} {placement:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_stage_keeps_clear_of_the_words() {
        use OverlayRole::{CallToAction, Headline, Name, Support};
        for page in pages() {
            for placement in TextPlacement::ALL {
                let sets: &[&[OverlayRole]] = &[
                    &OverlayRole::ALL,
                    &[Headline, Support, CallToAction],
                    &[Name, Headline, Support],
                    &[Headline, Support],
                ];
                for roles in sets {
                    let stage = stage(page, placement, roles).rect;
                    for each in *roles {
                        let shared = stage.intersect(role(page, placement, *each));
                        assert!(shared.area() <= 0.0, "{page:?} {placement:?} {each:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_point_and_its_mark_share_a_row_and_no_pixel() {
        for page in pages() {
            for placement in [TextPlacement::Rows, TextPlacement::Beside] {
                for (index, each) in OverlayRole::POINTS.into_iter().enumerate() {
                    let (row, mark) = (row(page, placement, index), mark(page, placement, index));
                    let words = role(page, placement, each);
                    assert_eq!(row.intersect(words), words, "{page:?} {placement:?}");
                    assert!(
                        words.width() > 350.0 && words.height() > 120.0,
                        "{page:?} {placement:?} {words:?}"
                    );
                    assert!(mark.intersect(words).area() <= 0.0, "{page:?} {placement:?}");
                }
            }
        }
    }
}
