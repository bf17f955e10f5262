//! The maker's mark: small in a corner, larger on the end card; never on the words.

use admint_domain::{Rgb, TextPlacement};
use vello_cpu::kurbo::{Point, Rect, RoundedRect, Vec2};

use super::{Moment, SceneBrief, look::Look};
use crate::{
    Artwork,
    canvas::{Canvas, paint},
    motion::{mix, overshoot, progress},
    zones::{self, Page, Stage},
};

pub struct Logo {
    artwork: Artwork,
    /// The chip that the mark lies on.
    chip: Rect,
    color: Rgb,
    shade: Rgb,
    appears: bool,
}

/// The largest chip's width and height, as shares of the frame's smaller side.
const CORNER: (f64, f64) = (0.24, 0.066);
const END_CARD: (f64, f64) = (0.36, 0.11);
/// The most of the words' part that a chip may be high, to fit where a name would stand.
const STRIP: f64 = 0.098;
/// What a chip keeps free around its mark, as a share of its height.
const PADDING: f64 = 0.18;

impl Logo {
    /// In a corner that the words leave free. The end card always has it: where no corner is free, the stage
    /// gives up a strip beside the words. `None` where there is no logo, or no corner in another scene.
    pub fn new(brief: &SceneBrief, look: &Look, obstacles: &[Rect], stage: &mut Stage) -> Option<Self> {
        let artwork = brief.logo.clone()?;
        // One that has its own background is its own chip.
        let padding = if artwork.is_framed() { 0.0 } else { PADDING };
        let (page, ends) = (brief.page(), brief.scene_index + 1 == brief.scene_count);
        let mark = (artwork.aspect(), padding);
        let hero = Rect::from_center_size(stage.rect.center(), (stage.hero, stage.hero));
        let off_hero: Vec<Rect> = obstacles.iter().copied().chain([hero]).collect();
        let end_card = || {
            place(page, mark, END_CARD, &off_hero)
                .or_else(|| place_beside(page, mark, END_CARD, obstacles, stage))
        };
        let chip = ends
            .then(end_card)
            .flatten()
            .or_else(|| place(page, mark, CORNER, &off_hero))
            .or_else(|| place(page, mark, CORNER, obstacles))?;
        let color = if artwork.luminance() > 0.55 { Rgb(20, 20, 24) } else { Rgb::WHITE };
        Some(Self { artwork, chip, color, shade: look.shade, appears: ends })
    }

    pub fn rect(&self) -> Rect {
        self.chip
    }

    pub fn draw(&self, canvas: &mut Canvas, moment: Moment) {
        // In the corner it is simply there, in every scene; on the end card it arrives.
        let come = if self.appears { progress(moment.seconds, 0.35, 0.95) } else { 1.0 };
        if come <= 0.0 {
            return;
        }
        let size = self.chip.size() * if self.appears { mix(0.7, 1.0, overshoot(come)) } else { 1.0 };
        let chip = Rect::from_center_size(self.chip.center(), size);
        let radius = chip.height() * 0.26;
        canvas.fill_rounded(chip + Vec2::new(0.0, 4.0), radius, paint(self.shade, 0.22 * come));
        if self.artwork.is_framed() {
            canvas.clip(&RoundedRect::from_rect(chip, radius));
            self.artwork.draw(canvas, chip);
            canvas.unclip();
        } else {
            canvas.fill_rounded(chip, radius, paint(self.color, 0.92 * come.min(1.0)));
            self.artwork.draw(canvas, chip.inset(-chip.height() * PADDING));
        }
    }
}

/// The largest chip within `most` for a mark of this aspect.
fn chip_size(mark: f64, padding: f64, most: (f64, f64)) -> (f64, f64) {
    // Padding is the same all around, so a chip's aspect is not its mark's.
    let aspect = (1.0 - 2.0 * padding) * mark + 2.0 * padding;
    let height = most.1.min(most.0 / aspect);
    (height * aspect, height)
}

/// The first corner of the frame's safe part that is off the words; at the head if it can be, where a logo
/// is looked for and pictures are quiet. `artwork` is the mark's aspect and its padding.
fn place(page: Page, artwork: (f64, f64), most: (f64, f64), texts: &[Rect]) -> Option<Rect> {
    let (mark, padding) = artwork;
    let safe = zones::safe(page);
    let resolution = page.aspect.resolution();
    let side = f64::from(resolution.width.min(resolution.height));
    let strip = zones::text(page, TextPlacement::Upper).height() * STRIP;
    let most = (most.0 * side, most.1 * side);
    let most = if most.1 <= CORNER.1 * side { (most.0, most.1.min(strip)) } else { most };
    let (width, height) = chip_size(mark, padding, most);
    let (left, right) = (safe.x0 + width / 2.0, safe.x1 - width / 2.0);
    let (top, bottom) = (safe.y0 + height / 2.0, safe.y1 - height / 2.0);
    [(left, top), (right, top), (left, bottom), (right, bottom)]
        .map(|at| Rect::from_center_size(Point::from(at), (width, height)))
        .into_iter()
        .find(|chip| texts.iter().all(|text| text.intersect(*chip).area() <= 0.0))
}

/// Between the words and the stage, which gives up the strip. Only in a high picture; a wide one has its
/// corners.
fn place_beside(
    page: Page,
    (mark, padding): (f64, f64),
    most: (f64, f64),
    obstacles: &[Rect],
    stage: &mut Stage,
) -> Option<Rect> {
    const GAP: f64 = 18.0;
    let safe = zones::safe(page);
    let resolution = page.aspect.resolution();
    let side = f64::from(resolution.width.min(resolution.height));
    let words = obstacles.iter().copied().reduce(|all, one| all.union(one))?;
    let below = stage.rect.center().y > words.center().y;
    let (width, height) = chip_size(mark, padding, (most.0 * side, most.1 * side));
    let y = if below { words.y1 + GAP + height / 2.0 } else { words.y0 - GAP - height / 2.0 };
    let chip = Rect::from_center_size((safe.center().x, y), (width, height));
    if safe.intersect(chip) != chip {
        return None;
    }
    if below {
        stage.rect.y0 = stage.rect.y0.max(chip.y1 + GAP);
    } else {
        stage.rect.y1 = stage.rect.y1.min(chip.y0 - GAP);
    }
    stage.hero = stage.hero.min(stage.rect.height() * 0.88);
    Some(chip)
}

#[cfg(test)]
mod tests {
    use admint_domain::{AspectRatio, OverlayRole};

    use super::*;

    fn pages() -> impl Iterator<Item = Page> {
        let pages = |aspect| [false, true].map(|captioned| Page { aspect, captioned });
        AspectRatio::ALL.into_iter().flat_map(pages)
    }

    #[test]
    fn is_inside_the_safe_part_and_off_the_words_in_every_shape() {
        use OverlayRole::{CallToAction, Headline, Name, Support};
        let mut places = 0;
        for page in pages() {
            for placement in TextPlacement::ALL {
                let (all, few) = ([Name, Headline, Support, CallToAction], [Headline, Support]);
                for (roles, most) in [(&all[..], CORNER), (&all[..], END_CARD), (&few[..], CORNER)] {
                    let texts: Vec<Rect> =
                        roles.iter().map(|role| zones::role(page, placement, *role)).collect();
                    let safe = zones::safe(page);
                    let Some(chip) = place(page, (3.0, PADDING), most, &texts) else { continue };
                    // Middles and halves do not add up to the last digit.
                    let safe = safe.inflate(1e-6, 1e-6);
                    assert_eq!(safe.intersect(chip), chip, "{page:?} {placement:?}");
                    assert!(texts.iter().all(|text| text.intersect(chip).area() <= 0.0));
                    places += 1;
                }
            }
        }
        assert!(places >= 120, "{places}");
    }

    #[test]
    fn a_chip_keeps_its_bounds_for_every_mark() {
        let most = (240.0, 70.0);
        for aspect in [0.2, 0.5, 1.0, 2.0, 9.0] {
            let (width, height) = chip_size(aspect, PADDING, most);
            assert!(width <= most.0 + 1e-9 && height <= most.1 + 1e-9, "{aspect}");
            let mark = Rect::new(0.0, 0.0, width, height).inset(-height * PADDING);
            assert!((mark.width() / mark.height() - aspect).abs() < 1e-9, "{aspect}");
        }
    }
}
