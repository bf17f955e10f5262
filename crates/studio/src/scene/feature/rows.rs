//! Three points below each other: each on its own card, with a picture and a tick, or with its number.

use admint_domain::{OverlayRole, Palette, Rgb};
use admint_timeline::Font;
use vello_cpu::kurbo::{Affine, Circle, Rect, RoundedRect, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, paint},
    motion::{ease_in, ease_out, mix, overshoot, progress, wave},
    scene::{Moment, Plot, camera::View, look::Look, named, pictures::Subject, words_time},
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
    /// When its words come and when they are gone, in seconds.
    at: f64,
    until: f64,
}

enum Sign {
    Picture(Sprite),
    Number(Block),
    /// What no picture shows.
    Tick,
}

/// When point `index` of a scene comes and when it is gone, in seconds. Its card is there a moment before its
/// words.
pub fn point_time(plot: &Plot, index: usize) -> (f64, f64) {
    let role = OverlayRole::POINTS.get(index);
    let order = plot.brief.scene.overlays.iter().position(|copy| Some(&copy.role) == role);
    words_time(plot.brief, order.unwrap_or(index + 1))
}

impl Rows {
    /// Each point with a picture of what it names, no picture twice; with a tick where it names nothing.
    pub fn list(plot: &Plot) -> Self {
        let mut shown: Vec<String> = Vec::new();
        let signs: Vec<Option<String>> = OverlayRole::POINTS
            .iter()
            .map(|role| {
                let copy = plot.brief.scene.overlays.iter().find(|copy| copy.role == *role)?;
                // The last one first: "rainy-day coffee" is coffee.
                let named = named::pictures(&copy.text);
                let picture = named.into_iter().rev().find(|name| !shown.contains(name))?;
                shown.push(picture.clone());
                Some(picture)
            })
            .collect();
        let sign = |index: usize, size: f64| match signs.get(index).cloned().flatten() {
            Some(name) => {
                let pixels = (size * 0.9).clamp(32.0, 400.0) as u16;
                let tint = plot.brief.spec.palette.primary;
                Sign::Picture(Subject::Illustration(name).sprite(pixels, plot.look.stage, tint))
            }
            None => Sign::Tick,
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
                let (at, until) = point_time(plot, index);
                Row {
                    card: zones::row(plot.brief.page(), scene.placement, index),
                    sign: sign(index, mark.width()),
                    mark,
                    at,
                    until,
                }
            })
        };
        Self { look: plot.look, rows: OverlayRole::POINTS.iter().enumerate().filter_map(row).collect() }
    }

    /// The mark is there from the start; its card unfolds from it with the words and goes with them.
    fn draw_row(&self, canvas: &mut Canvas, row: &Row, moment: Moment) {
        let look = &self.look;
        let here = ease_out(progress(moment.seconds, row.at - 0.2, row.at + 0.35));
        let gone = ease_in(progress(moment.seconds, row.until - 0.22, row.until));
        if gone >= 1.0 {
            return;
        }
        let (come, stay) = (here * (1.0 - gone), 1.0 - gone);
        let mark = row.mark.center();
        let radius = row.mark.width() / 2.0;
        let ground = card_color(look);
        let tab_end = row.mark.x1 + radius * 0.35;
        if come > 0.0 {
            let card = Rect { x1: mix(tab_end, row.card.x1, here), ..row.card };
            let corner = (card.height() * 0.22).min(44.0);
            let shape = RoundedRect::from_rect(card, corner);
            canvas.fill_rounded(card + Vec2::new(0.0, 8.0), corner, paint(look.shade, 0.16 * come));
            canvas.fill(&shape, paint(ground, come.sqrt()));
            canvas.stroke(&shape, 2.0, paint(look.ink, 0.12 * come));
            canvas.clip(&shape);
            let color = if matches!(row.sign, Sign::Number(_)) { look.button } else { look.stage };
            canvas.fill_rect(Rect { x1: tab_end, ..card }, paint(color, come.sqrt()));
            canvas.unclip();
        }
        let first = overshoot(progress(moment.seconds + 0.5, row.at * 0.2, row.at * 0.2 + 0.6));
        let beat = progress(moment.seconds, row.at - 0.2, row.at + 0.4);
        let pop = mix(0.4, 0.94, first) * (1.0 + 0.064 * overshoot(beat)) * stay;
        let alive = 1.0 + 0.02 * wave(moment.seconds, 2.2, row.at);
        // Alone, a mark is a little larger, and in the colour of the tab that it will stand on.
        let alone = mix(1.14, 1.0, here);
        match &row.sign {
            Sign::Picture(sprite) => {
                canvas.fill_circle(mark, radius * pop * alone, paint(look.stage.mix(ground, come), stay));
                let bob = Vec2::new(0.0, 5.0 * wave(moment.seconds, 2.6, row.at));
                let angle = 0.06 * wave(moment.seconds, 3.1, row.at);
                canvas.sprite_at(sprite, mark + bob, radius * 1.5 * pop * alive, angle, 1.0);
                let tick = progress(moment.seconds, row.at + 0.2, row.at + 0.75) * (1.0 - gone);
                let corner = mark + Vec2::new(radius * 0.68, radius * 0.66);
                marks::tick(canvas, corner, radius * 0.3, tick, Rgb::WHITE);
            }
            Sign::Tick => {
                let (disc, hand) = tick_colors(look);
                canvas.fill_circle(mark, radius * pop * alone, paint(disc, stay));
                let drawn = progress(moment.seconds, row.at, row.at + 0.5);
                marks::tick_strokes(canvas, mark, radius * 0.86 * pop * alive, drawn, hand);
            }
            Sign::Number(block) => {
                canvas.fill_circle(mark, radius * pop * alone, paint(look.button, stay));
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

/// A tick's disc, in the accent as far as it is seen on its tab, and what the tick is drawn in.
fn tick_colors(look: &Look) -> (Rgb, Rgb) {
    let disc = [look.pop, look.button, look.emphasis, card_color(look)]
        .into_iter()
        .find(|color| color.contrast(look.stage) >= 1.6)
        .unwrap_or(look.ink);
    let hand = if disc.contrast(Rgb::WHITE) >= 2.4 { Rgb::WHITE } else { Rgb(20, 18, 24) };
    (disc, hand)
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
