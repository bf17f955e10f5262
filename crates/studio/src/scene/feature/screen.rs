//! A phone that shows the product at work: a title, a chart that grows, rows that come in, a tap.

use admint_domain::{OverlayRole, Palette, Rgb};
use admint_timeline::Font;
use vello_cpu::kurbo::{Affine, Circle, Point, Rect, RoundedRect, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, linear, paint},
    dice::Dice,
    motion::{ease_out, mix, overshoot, progress, settle, wave},
    scene::{
        Moment, Plot,
        camera::View,
        look::Look,
        named,
        pictures::{Pictures, Subject},
    },
    sprite::Sprite,
    text::{self, Align, Block, Face},
};

/// A phone's rim, as a share of its width.
const BEZEL: f64 = 0.035;

pub struct Screen {
    look: Look,
    primary: Rgb,
    focus: Point,
    height: f64,
    icon: Sprite,
    /// The maker, and what it makes.
    title: Block,
    subtitle: Block,
    /// What the ad promises, each with a picture.
    rows: Vec<(Sprite, Block)>,
    bars: Vec<f64>,
    side: f64,
}

impl Screen {
    pub fn new(plot: &Plot, pictures: &Pictures, dice: &mut Dice) -> Self {
        let stage = plot.stage.rect.intersect(plot.frame);
        let height = (stage.height() * 0.92).min(stage.width() * 1.3).min(1000.0);
        let spec = &plot.brief.spec;
        let sprite =
            |subject: &Subject| subject.sprite((height * 0.11) as u16, plot.look.stage, spec.palette.primary);
        let width = page_width(height);
        let face = |role| Face::of(Font::Modern, role);
        let words = |text: &str, role, room: (f64, f64), most: f64| {
            text::fit(&capitalised(&text::readable(text)), face(role), room, (9.0, most), Align::Start)
        };
        let title = spec.brand.as_deref().unwrap_or(&spec.product);
        let subtitle = if spec.brand.is_some() { spec.product.as_str() } else { spec.audience.as_str() };
        let subtitle = if subtitle == title { spec.benefit.as_str() } else { subtitle };
        let promises =
            [Some(spec.benefit.as_str()), spec.offer.as_deref(), Some(spec.call_to_action.as_str())];
        let promises =
            promises.into_iter().flatten().filter(|text| !text.trim().is_empty() && *text != subtitle);
        let rows = promises.zip(pictures.props.iter().cycle()).map(|(text, prop)| {
            let named = named::pictures(text).into_iter().next().map(Subject::Illustration);
            let room = (width * 0.5, height * 0.085);
            (sprite(named.as_ref().unwrap_or(prop)), words(text, OverlayRole::Support, room, width * 0.062))
        });
        Self {
            look: plot.look,
            primary: plot.brief.spec.palette.primary,
            focus: stage.center(),
            height,
            icon: sprite(&pictures.product),
            title: words(title, OverlayRole::Headline, (width * 0.58, width * 0.11), width * 0.095),
            subtitle: words(subtitle, OverlayRole::Support, (width * 0.58, width * 0.1), width * 0.058),
            rows: rows.take(3).collect(),
            // A good week: it rises.
            bars: (0..6).map(|day| 0.34 + 0.11 * f64::from(day) + dice.range(-0.07, 0.07)).collect(),
            side: if dice.chance(0.5) { 1.0 } else { -1.0 },
        }
    }

    /// In a space of its own: the screen's upper left corner is the origin.
    fn draw_page(&self, canvas: &mut Canvas, (width, height): (f64, f64), seconds: f64) {
        let look = &self.look;
        let pad = width * 0.08;
        let paper = Rgb(250, 250, 252);
        canvas.fill_rect(Rect::new(0.0, 0.0, width, height), paint(paper, 1.0));
        let head = Rect::new(0.0, 0.0, width, height * 0.19);
        let band = linear(
            Point::new(0.0, 0.0),
            Point::new(width, head.y1),
            &[paint(self.primary, 1.0), paint(self.primary.mix(look.pop, 0.18), 1.0)],
        );
        canvas.fill_rect_gradient(head, band);
        let tile = Rect::from_origin_size((pad, height * 0.07), (width * 0.2, width * 0.2));
        canvas.fill_rounded(tile, width * 0.05, paint(paper, 1.0));
        canvas.sprite_at(&self.icon, tile.center(), width * 0.16, 0.05 * wave(seconds, 2.8, 0.0), 1.0);
        let left = tile.x1 + pad * 0.6;
        let ink = [Rgb::WHITE, Rgb(20, 18, 24)]
            .into_iter()
            .find(|ink| ink.contrast(self.primary) >= Palette::MIN_CONTRAST)
            .unwrap_or(Rgb(20, 18, 24));
        let scale = width / page_width(self.height);
        let write = |canvas: &mut Canvas, block: &Block, at: Point, color: Rgb| {
            let before = canvas.transform();
            canvas.set_transform(before * Affine::translate(at.to_vec2()) * Affine::scale(scale));
            block.draw(canvas, (0.0, 0.0), color);
            canvas.set_transform(before);
        };
        let lines = (self.title.height + self.subtitle.height) * scale;
        let top = tile.center().y - lines / 2.0;
        write(canvas, &self.title, Point::new(left, top), ink);
        write(canvas, &self.subtitle, Point::new(left, top + self.title.height * scale), ink);

        let card = Rect::new(pad, height * 0.225, width - pad, height * 0.5);
        canvas.fill_rounded(card, width * 0.05, paint(self.primary.mix(Rgb::WHITE, 0.9), 1.0));
        let column = card.width() / (self.bars.len() as f64 + 0.6);
        for (index, bar) in self.bars.iter().enumerate() {
            let grown = overshoot(progress(seconds, 0.3 + 0.09 * index as f64, 1.0 + 0.09 * index as f64));
            let alive = 1.0 + 0.03 * wave(seconds, 2.0, index as f64 * 0.17);
            let high = (card.height() * 0.8 * bar * mix(0.25, 1.0, grown) * alive).min(card.height() * 0.86);
            let x = card.x0 + column * (index as f64 + 0.5);
            let color = if index + 1 == self.bars.len() { look.pop } else { self.primary };
            let rect = Rect::new(
                x,
                card.y1 - card.height() * 0.08 - high,
                x + column * 0.6,
                card.y1 - card.height() * 0.08,
            );
            canvas.fill_rounded(rect, column * 0.2, paint(color, 1.0));
        }

        for (index, (sprite, promise)) in self.rows.iter().enumerate() {
            let at = 0.55 + 0.28 * index as f64;
            let come = ease_out(progress(seconds, at, at + 0.5));
            // Few rows are high ones.
            let each = 0.42 / self.rows.len().clamp(2, 3) as f64;
            let y = height * (0.53 + each * index as f64);
            let row = Rect::new(pad, y, width - pad, y + height * (each - 0.02))
                + Vec2::new((1.0 - come) * width * 0.4, 0.0);
            canvas.fill_rounded(row, width * 0.045, paint(Rgb(238, 239, 244), come));
            let icon = Point::new(row.x0 + width * 0.115, row.center().y);
            canvas.sprite_at(sprite, icon, width * 0.15, 0.0, come);
            if come > 0.0 {
                let at = Point::new(row.x0 + width * 0.23, row.center().y - promise.height * scale / 2.0);
                write(canvas, promise, at, Rgb(40, 42, 56).mix(Rgb(238, 239, 244), 1.0 - come));
            }
            let corner = Point::new(row.x1 - width * 0.085, row.center().y);
            let done = progress(seconds, at + 0.7, at + 1.1);
            marks::tick(canvas, corner, width * 0.05, done, Rgb(238, 239, 244));
        }
    }
}

/// How wide the page is on a phone of this height.
fn page_width(height: f64) -> f64 {
    height * 0.5 * (1.0 - 2.0 * BEZEL)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Feature for Screen {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let seconds = moment.seconds;
        let come = settle(progress(seconds + 0.4, 0.0, 1.2));
        let at = view.seen(self.focus, 1.05, self.focus) + Vec2::new(0.0, (1.0 - come) * 120.0);
        let height = self.height * view.scale(1.0);
        let width = height * 0.5;
        let before = canvas.transform();
        let sway = self.side * 0.05 + 0.015 * wave(seconds, 4.0, 0.0);
        let place = before * Affine::translate(at.to_vec2()) * Affine::rotate(sway);
        canvas.set_transform(place);
        let body = Rect::from_center_size((0.0, 0.0), (width, height));
        let corner = width * 0.15;
        canvas.fill_rounded(body + Vec2::new(10.0, 26.0), corner, paint(self.look.shade, 0.35));
        canvas.fill_rounded(body, corner, paint(Rgb(22, 22, 30), 1.0));
        canvas.stroke(&RoundedRect::from_rect(body, corner), 4.0, paint(Rgb(96, 98, 112), 1.0));
        let bezel = width * BEZEL;
        let screen = body.inset(-bezel);
        canvas.clip(&RoundedRect::from_rect(screen, corner - bezel));
        canvas.set_transform(place * Affine::translate((screen.x0, screen.y0)));
        self.draw_page(canvas, (screen.width(), screen.height()), seconds);
        canvas.unclip();
        canvas.set_transform(place);
        let island =
            Rect::from_center_size((0.0, screen.y0 + height * 0.022), (width * 0.28, height * 0.022));
        canvas.fill_rounded(island, height * 0.011, paint(Rgb(22, 22, 30), 1.0));

        // A fingertip comes, taps, and rests.
        let reach = ease_out(progress(seconds, 0.9, 1.5));
        let finger =
            Point::new(mix(width * 0.5, width * 0.33, reach), mix(height * 0.5, height * 0.1, reach));
        let tap = progress(seconds, 1.5, 2.2);
        if reach > 0.0 {
            if tap > 0.0 && tap < 1.0 {
                let ripple = Circle::new(finger, width * mix(0.06, 0.26, ease_out(tap)));
                canvas.stroke(&ripple, 6.0 * (1.0 - tap) + 1.0, paint(self.look.pop, 1.0 - tap));
            }
            canvas.fill_circle(finger, width * 0.06, paint(Rgb::WHITE, 0.6 * reach));
            canvas.stroke(&Circle::new(finger, width * 0.06), 4.0, paint(self.look.pop, reach));
        }
        canvas.set_transform(before);
    }
}
