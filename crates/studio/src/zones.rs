//! Where words may stand, for every picture shape. Pixels of the finished frame.

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

/// What a platform lays over a video's edges: names, captions, buttons.
#[derive(Clone, Copy, Debug)]
pub struct Cover {
    pub platform: &'static str,
    pub aspect: AspectRatio,
    /// Pixels of the finished frame that are covered at its head, at its foot and on either side.
    pub head: f64,
    pub foot: f64,
    pub sides: f64,
    pub source: &'static str,
    /// When the source said so; platforms move their buttons.
    pub dated: &'static str,
}

/// What is known of the platforms. The sources differ: words keep clear of what any of them says.
#[rustfmt::skip]
pub const COVERS: [Cover; 8] = {
    use AspectRatio::{Landscape16x9, Portrait4x5, Portrait9x16, Square};
    const BAND: &str = "github.com/coreyhaines31/marketingskills/pull/523";
    const CENTRAL: &str = "github.com/scenario-labs/skills/pull/46";
    const META: &str = "houseofmarketers.com/guide-to-safe-zones-tiktok-facebook-instagram-stories-reels";
    const SHORTS: &str = "youraithumbnailgenerator.com/guides/youtube-shorts-safe-zones-complete-guide";
    const FEED: &str = "github.com/feed-mob/feedmob-adpilot-mcp, platform-guidelines.md";
    [
        Cover { platform: "TikTok", aspect: Portrait9x16, head: 220.0, foot: 500.0, sides: 180.0, source: BAND, dated: "2026-08-22" },
        Cover { platform: "Instagram Reels", aspect: Portrait9x16, head: 269.0, foot: 672.0, sides: 65.0, source: META, dated: "2026-11-25" },
        Cover { platform: "Instagram Stories, boosted", aspect: Portrait9x16, head: 269.0, foot: 672.0, sides: 65.0, source: META, dated: "2026-11-25" },
        Cover { platform: "YouTube Shorts", aspect: Portrait9x16, head: 0.0, foot: 480.0, sides: 0.0, source: SHORTS, dated: "2026-11-25" },
        Cover { platform: "every upright placement", aspect: Portrait9x16, head: 269.0, foot: 672.0, sides: 140.0, source: CENTRAL, dated: "2026-08-16" },
        Cover { platform: "Instagram feed", aspect: Square, head: 60.0, foot: 120.0, sides: 60.0, source: FEED, dated: "2026-11-25" },
        // What the feed's square has, its upright shape has too; no source gives it figures of its own.
        Cover { platform: "Instagram feed", aspect: Portrait4x5, head: 60.0, foot: 120.0, sides: 60.0, source: FEED, dated: "2026-11-25" },
        Cover { platform: "television, title-safe", aspect: Landscape16x9, head: 108.0, foot: 108.0, sides: 192.0, source: CENTRAL, dated: "2026-08-16" },
    ]
};

/// The part of the frame that no platform covers.
fn uncovered(aspect: AspectRatio) -> Rect {
    let frame = aspect.resolution();
    let frame = Rect::new(0.0, 0.0, f64::from(frame.width), f64::from(frame.height));
    COVERS.iter().filter(|cover| cover.aspect == aspect).fold(frame, |left, cover| {
        left.intersect(Rect::new(cover.sides, cover.head, frame.x1 - cover.sides, frame.y1 - cover.foot))
    })
}

/// Clear space between the captions' strip and whatever is next to it.
const CAPTION_GAP: f64 = 16.0;

/// Where captions stand, the same in every scene: at the head of a high picture, whose foot the platforms
/// cover and whose middle is the product's, and at the foot of a wide one.
pub fn caption(aspect: AspectRatio) -> Rect {
    match aspect {
        AspectRatio::Portrait9x16 => Rect::new(180.0, 270.0, 900.0, 404.0),
        AspectRatio::Portrait4x5 => Rect::new(72.0, 90.0, 1008.0, 214.0),
        AspectRatio::Square => Rect::new(72.0, 60.0, 1008.0, 176.0),
        AspectRatio::Landscape16x9 => Rect::new(360.0, 844.0, 1560.0, 972.0),
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
    // Where the platforms leave words closer to the edge than looks well.
    let calm = match aspect {
        AspectRatio::Portrait9x16 => Rect::new(72.0, 270.0, 1008.0, 1700.0),
        AspectRatio::Portrait4x5 => Rect::new(72.0, 90.0, 1008.0, 1240.0),
        AspectRatio::Square => Rect::new(72.0, 60.0, 1008.0, 1020.0),
        AspectRatio::Landscape16x9 => Rect::new(110.0, 80.0, 1810.0, 1000.0),
    };
    calm.intersect(uncovered(aspect))
}

/// The words' part of a scene. In a wide picture `Upper` is the left column and `Lower` the right one.
pub fn text(page: impl Into<Page>, placement: TextPlacement) -> Rect {
    let page = page.into();
    page.clear(full_text(page.aspect, placement))
}

fn full_text(aspect: AspectRatio, placement: TextPlacement) -> Rect {
    use TextPlacement::{Beside, Lower, Middle, Rows, Tall, Upper};
    let safe = safe_part(aspect);
    let down = |y0: f64, y1: f64| Rect { y0, y1, ..safe };
    match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => down(270.0, 890.0),
        (AspectRatio::Portrait9x16, Middle) => down(500.0, 1080.0),
        (AspectRatio::Portrait9x16, Lower) => down(755.0, 1248.0),
        (AspectRatio::Portrait9x16, Tall) => down(270.0, 1000.0),
        (AspectRatio::Portrait4x5, Upper) => down(90.0, 580.0),
        (AspectRatio::Portrait4x5, Middle) => down(400.0, 890.0),
        (AspectRatio::Portrait4x5, Lower) => down(740.0, 1230.0),
        (AspectRatio::Portrait4x5, Tall) => down(90.0, 730.0),
        (AspectRatio::Portrait4x5, Rows) => down(90.0, 990.0),
        (AspectRatio::Square, Upper) => down(60.0, 520.0),
        (AspectRatio::Square, Middle) => down(290.0, 750.0),
        (AspectRatio::Square, Lower) => down(500.0, 960.0),
        (AspectRatio::Square, Tall) => down(60.0, 600.0),
        (AspectRatio::Square, Rows) => down(60.0, 830.0),
        (AspectRatio::Landscape16x9, Upper) => Rect::new(192.0, 210.0, 970.0, 870.0),
        (AspectRatio::Landscape16x9, Middle) => Rect::new(470.0, 240.0, 1450.0, 840.0),
        (AspectRatio::Landscape16x9, Lower) => Rect::new(950.0, 210.0, 1728.0, 870.0),
        (AspectRatio::Landscape16x9, Tall) => Rect::new(192.0, 108.0, 1150.0, 972.0),
        (AspectRatio::Landscape16x9, Rows | Beside) => Rect::new(192.0, 108.0, 1010.0, 972.0),
        (_, Rows | Beside) => safe,
    }
}

/// One role's share of the words' part, so that no two roles of a placement ever meet.
///
/// ```text
/// Upper                  | name 10 % | headline 51 % | support 17 % | call to action 19 % |
/// Middle, Lower          | name 17 % | headline 39 % | support 17 % | call to action 24 % |
/// Tall                   | name 11 % | headline 53 % | support 16 % | call to action 18 % |
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
    // A high picture's upper words are seldom an end card's: name and button are rare there.
    let upper = placement == TextPlacement::Upper && page.aspect != AspectRatio::Landscape16x9;
    let (from, to) = match role {
        OverlayRole::Name if tall => (0.0, 0.11),
        OverlayRole::Name => (0.0, if upper { 0.1 } else { 0.175 }),
        OverlayRole::Headline if tall => (0.115, 0.645),
        OverlayRole::Headline => {
            if upper {
                (0.105, 0.62)
            } else {
                (0.18, 0.57)
            }
        }
        OverlayRole::Support if tall => (0.65, 0.815),
        OverlayRole::Support => {
            if upper {
                (0.625, 0.8)
            } else {
                (0.575, 0.75)
            }
        }
        OverlayRole::CallToAction if tall => (0.82, 1.0),
        OverlayRole::CallToAction => (if upper { 0.805 } else { 0.76 }, 1.0),
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
    let side = if placement == TextPlacement::Rows { row.height().min(190.0) } else { 0.0 };
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

/// What the words leave when every role has some. A hero of this size is whole in the frame, and stays so
/// when the camera comes close.
fn full_stage(aspect: AspectRatio, placement: TextPlacement) -> Stage {
    use TextPlacement::{Beside, Lower, Middle, Rows, Tall, Upper};
    let (rect, hero) = match (aspect, placement) {
        (AspectRatio::Portrait9x16, Upper) => (Rect::new(0.0, 895.0, 1080.0, 1850.0), 670.0),
        (AspectRatio::Portrait9x16, Middle) => (Rect::new(0.0, 1095.0, 1080.0, 1860.0), 560.0),
        (AspectRatio::Portrait9x16, Lower) => (Rect::new(0.0, 40.0, 1080.0, 750.0), 560.0),
        (AspectRatio::Portrait9x16, Tall) => (Rect::new(0.0, 1010.0, 1080.0, 1810.0), 690.0),
        (AspectRatio::Portrait9x16, Rows) => (Rect::new(0.0, 1260.0, 1080.0, 1890.0), 540.0),
        (AspectRatio::Portrait9x16, Beside) => (Rect::new(552.0, 560.0, 1080.0, 1300.0), 470.0),
        (AspectRatio::Portrait4x5, Upper) => (Rect::new(0.0, 590.0, 1080.0, 1330.0), 520.0),
        (AspectRatio::Portrait4x5, Middle) => (Rect::new(0.0, 900.0, 1080.0, 1340.0), 360.0),
        (AspectRatio::Portrait4x5, Lower) => (Rect::new(0.0, 20.0, 1080.0, 730.0), 470.0),
        (AspectRatio::Portrait4x5, Tall) => (Rect::new(0.0, 740.0, 1080.0, 1340.0), 530.0),
        (AspectRatio::Portrait4x5, Rows) => (Rect::new(0.0, 1000.0, 1080.0, 1344.0), 300.0),
        (AspectRatio::Portrait4x5, Beside) => (Rect::new(550.0, 410.0, 1080.0, 1230.0), 470.0),
        (AspectRatio::Square, Upper) => (Rect::new(0.0, 525.0, 1080.0, 1076.0), 370.0),
        (AspectRatio::Square, Middle) => (Rect::new(0.0, 755.0, 1080.0, 1076.0), 250.0),
        (AspectRatio::Square, Lower) => (Rect::new(0.0, 4.0, 1080.0, 496.0), 340.0),
        (AspectRatio::Square, Tall) => (Rect::new(0.0, 606.0, 1080.0, 1076.0), 410.0),
        (AspectRatio::Square, Rows) => (Rect::new(0.0, 836.0, 1080.0, 1076.0), 208.0),
        (AspectRatio::Square, Beside) => (Rect::new(550.0, 325.0, 1080.0, 1065.0), 460.0),
        (AspectRatio::Landscape16x9, Upper) => (Rect::new(980.0, 60.0, 1900.0, 1040.0), 620.0),
        (AspectRatio::Landscape16x9, Middle) => (Rect::new(1460.0, 160.0, 1910.0, 920.0), 360.0),
        (AspectRatio::Landscape16x9, Lower) => (Rect::new(20.0, 60.0, 940.0, 1040.0), 620.0),
        (AspectRatio::Landscape16x9, Tall) => (Rect::new(1160.0, 60.0, 1900.0, 1040.0), 640.0),
        (AspectRatio::Landscape16x9, Rows | Beside) => (Rect::new(1020.0, 60.0, 1900.0, 1040.0), 720.0),
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
    fn every_cover_is_dated_and_sourced_and_no_words_lie_under_one() {
        for cover in &COVERS {
            let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
            let date: Vec<&str> = cover.dated.split('-').collect();
            assert!(date.len() == 3 && date.iter().all(|part| digits(part)), "{cover:?}");
            assert!(!cover.platform.is_empty() && cover.source.contains('.'), "{cover:?}");
            let frame = cover.aspect.resolution();
            for captioned in [false, true] {
                let page = Page { aspect: cover.aspect, captioned };
                for placement in TextPlacement::ALL {
                    for zone in OverlayRole::ALL.map(|each| role(page, placement, each)) {
                        assert!(zone.x0 >= cover.sides && zone.y0 >= cover.head, "{cover:?} {placement:?}");
                        assert!(zone.x1 <= f64::from(frame.width) - cover.sides, "{cover:?} {placement:?}");
                        assert!(zone.y1 <= f64::from(frame.height) - cover.foot, "{cover:?} {placement:?}");
                    }
                }
            }
        }
        for aspect in AspectRatio::ALL {
            assert!(COVERS.iter().any(|cover| cover.aspect == aspect), "{aspect}");
        }
    }

    #[test]
    fn the_hero_is_whole_in_the_frame_even_seen_from_close() {
        use OverlayRole::{CallToAction, Headline, Name, Support};
        for page in pages() {
            let frame = page.aspect.resolution();
            let frame = Rect::new(0.0, 0.0, f64::from(frame.width), f64::from(frame.height));
            for placement in TextPlacement::ALL {
                for roles in [&OverlayRole::ALL[..], &[Headline, Support], &[Name, Headline, CallToAction]] {
                    let Stage { rect, hero } = stage(page, placement, roles);
                    let close = Rect::from_center_size(rect.center(), (hero * 1.12, hero * 1.12));
                    assert_eq!(frame.intersect(close), close, "{page:?} {placement:?} {rect:?} {hero}");
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
                        words.width() > 340.0 && words.height() > 110.0,
                        "{page:?} {placement:?} {words:?}"
                    );
                    assert!(mark.intersect(words).area() <= 0.0, "{page:?} {placement:?}");
                }
            }
        }
    }
}
