//! Three points below each other: each on its own card, with a picture and a tick, or with its number.

use admint_domain::{OverlayRole, Palette, Rgb, SceneLayout};
use admint_timeline::Font;
use vello_cpu::kurbo::{Affine, Circle, Rect, RoundedRect, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, paint},
    motion::{ease_out, mix, overshoot, progress, wave},
    scene::{Moment, Plot, camera::View, look::Look, pictures::Pictures},
    sprite::Sprite,
    text::{self, Align, Block, Face},
    zones,
};

pub struct Rows {
    look: Look,
    rows: Vec<Row>,
}

struct Row {
    card: Rect,
    mark: Rect,
    sign: Sign,
    /// When its words come, in seconds.
    at: f64,
    from: f64,
}

enum Sign {
    Picture(Sprite),
    Number(Block),
}

/// How far a card comes in, in pixels: less than what lies between its tab and its words.
const SLIDE: f64 = 20.0;

/// The words of a scene come one after the other; a row's card and mark with its own.
pub fn point_time(index: usize) -> f64 {
    0.45 + 0.375 * index as f64
}

impl Rows {
    pub fn list(plot: &Plot, pictures: &Pictures) -> Self {
        let sign = |index: usize, size: f64| {
            let subject = pictures.props.get(index).unwrap_or(&pictures.product);
            let pixels = (size * 0.9).clamp(32.0, 400.0) as u16;
            Sign::Picture(subject.sprite(pixels, plot.look.stage, plot.brief.spec.palette.primary))
        };
        Self::new(plot, sign)
    }

    pub fn steps(plot: &Plot) -> Self {
        let face = Face::of(Font::Modern, OverlayRole::Headline);
        let sign = |index: usize, size: f64| {
            let figure = (index + 1).to_string();
            Sign::Number(text::fit(&figure, face, (size, size), (20.0, size * 0.6), Align::Center))
        };
        Self::new(plot, sign)
    }

    fn new(plot: &Plot, sign: impl Fn(usize, f64) -> Sign) -> Self {
        let scene = &plot.brief.scene;
        let row = |(index, role): (usize, &OverlayRole)| {
            scene.overlays.iter().any(|copy| copy.role == *role).then(|| {
                let mark = zones::mark(plot.brief.page(), scene.placement, index);
                let mark = Rect::from_center_size(mark.center(), mark.size() * 0.78);
                Row {
                    card: zones::row(plot.brief.page(), scene.placement, index),
                    sign: sign(index, mark.width()),
                    mark,
                    at: point_time(index),
                    from: if scene.layout == SceneLayout::Steps || index % 2 == 0 { -1.0 } else { 1.0 },
                }
            })
        };
        Self { look: plot.look, rows: OverlayRole::POINTS.iter().enumerate().filter_map(row).collect() }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Row, moment: Moment) {
        let look = &self.look;
        // All cards are there at once, so that the first frame is no empty page.
        let come = ease_out(progress(moment.seconds + 0.4, row.at * 0.3, row.at * 0.3 + 0.6));
        let slide = Vec2::new((1.0 - come) * SLIDE * row.from, 0.0);
        let (card, mark) = (row.card + slide, row.mark.center() + slide);
        let ground = card_color(look);
        let shape = RoundedRect::from_rect(card, (card.height() * 0.22).min(44.0));
        canvas.fill_rounded(
            card + Vec2::new(0.0, 8.0),
            (card.height() * 0.22).min(44.0),
            paint(look.shade, 0.16 * come),
        );
        canvas.fill(&shape, paint(ground, 1.0));
        canvas.stroke(&shape, 2.0, paint(look.ink, 0.12 * come));
        let radius = row.mark.width() / 2.0;
        let tab = Rect { x1: row.mark.x1 + slide.x + radius * 0.35, ..card };
        canvas.clip(&shape);
        let color = if matches!(row.sign, Sign::Number(_)) { look.button } else { look.stage };
        canvas.fill_rect(tab, paint(color, 1.0));
        canvas.unclip();
        let pop = mix(0.6, 1.0, overshoot(progress(moment.seconds, row.at - 0.25, row.at + 0.35)));
        let alive = 1.0 + 0.02 * wave(moment.seconds, 2.2, row.at);
        match &row.sign {
            Sign::Picture(sprite) => {
                canvas.fill_circle(mark, radius * pop, paint(ground, 1.0));
                let bob = Vec2::new(0.0, 5.0 * wave(moment.seconds, 2.6, row.at));
                let angle = 0.06 * wave(moment.seconds, 3.1, row.at);
                canvas.sprite_at(sprite, mark + bob, radius * 1.5 * pop * alive, angle, 1.0);
                let tick = progress(moment.seconds, row.at + 0.2, row.at + 0.75);
                let corner = mark + Vec2::new(radius * 0.68, radius * 0.66);
                marks::tick(canvas, corner, radius * 0.3, tick, Rgb::WHITE);
            }
            Sign::Number(block) => {
                let ring = progress(moment.seconds, row.at, row.at + 0.6);
                if ring > 0.0 && ring < 1.0 {
                    canvas.stroke(
                        &Circle::new(mark, radius * mix(0.6, 1.0, ease_out(ring))),
                        5.0 * (1.0 - ring) + 1.0,
                        paint(look.on_button, 0.6 * (1.0 - ring)),
                    );
                }
                let before = canvas.transform();
                canvas.set_transform(before * Affine::translate(mark.to_vec2()) * Affine::scale(pop * alive));
                block.draw_centred(canvas, look.on_button);
                canvas.set_transform(before);
            }
        }
    }
}

/// Set off from the ground, as far as the ink on it stays readable.
fn card_color(look: &Look) -> Rgb {
    let lifted = [0.5, 0.25, 0.1].map(|amount| look.ground.mix(Rgb::WHITE, amount));
    let sunk = [0.25, 0.12].map(|amount| look.ground.mix(Rgb::BLACK, amount));
    let reads = |color: &Rgb| look.ink.contrast(*color) >= Palette::MIN_CONTRAST + 0.4;
    lifted.into_iter().chain(sunk).find(reads).unwrap_or(look.ground)
}

impl Feature for Rows {
    fn draw_before(&self, canvas: &mut Canvas, moment: Moment, _view: &View) {
        for row in &self.rows {
            self.draw_row(canvas, row, moment);
        }
    }
}
