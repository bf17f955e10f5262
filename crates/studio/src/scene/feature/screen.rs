//! A phone that shows the product at work: a title, a chart that grows, rows that come in, a tap.

use admint_domain::Rgb;
use vello_cpu::kurbo::{Affine, Circle, Point, Rect, RoundedRect, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, linear, paint},
    dice::Dice,
    motion::{ease_out, mix, overshoot, progress, settle, wave},
    scene::{Moment, Plot, camera::View, look::Look, pictures::Pictures},
    sprite::Sprite,
};

pub struct Screen {
    look: Look,
    primary: Rgb,
    focus: Point,
    height: f64,
    icon: Sprite,
    rows: Vec<Sprite>,
    bars: Vec<f64>,
    side: f64,
}

impl Screen {
    pub fn new(plot: &Plot, pictures: &Pictures, dice: &mut Dice) -> Self {
        let stage = plot.stage.rect.intersect(plot.frame);
        let height = (stage.height() * 0.92).min(stage.width() * 1.3).min(1000.0);
        let sprite = |name: &String| {
            Sprite::illustration(name, (height * 0.11) as u16, plot.look.stage)
                .tinted(plot.brief.spec.palette.primary)
        };
        Self {
            look: plot.look,
            primary: plot.brief.spec.palette.primary,
            focus: stage.center(),
            height,
            icon: sprite(&pictures.product),
            rows: pictures.props.iter().take(3).map(sprite).collect(),
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
            &[paint(self.primary, 1.0), paint(self.primary.mix(look.pop, 0.45), 1.0)],
        );
        canvas.fill_rect_gradient(head, band);
        let tile = Rect::from_origin_size((pad, height * 0.07), (width * 0.2, width * 0.2));
        canvas.fill_rounded(tile, width * 0.05, paint(paper, 1.0));
        canvas.sprite_at(&self.icon, tile.center(), width * 0.16, 0.05 * wave(seconds, 2.8, 0.0), 1.0);
        for (line, (length, alpha)) in [(0.44, 0.95), (0.3, 0.6)].into_iter().enumerate() {
            let y = tile.y0 + width * (0.03 + 0.085 * line as f64);
            let bar =
                Rect::new(tile.x1 + pad * 0.6, y, tile.x1 + pad * 0.6 + width * length, y + width * 0.045);
            canvas.fill_rounded(bar, width * 0.0225, paint(Rgb::WHITE, alpha));
        }

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

        for (index, sprite) in self.rows.iter().enumerate() {
            let at = 0.55 + 0.28 * index as f64;
            let come = ease_out(progress(seconds, at, at + 0.5));
            let y = height * (0.53 + 0.135 * index as f64);
            let row = Rect::new(pad, y, width - pad, y + height * 0.115)
                + Vec2::new((1.0 - come) * width * 0.4, 0.0);
            canvas.fill_rounded(row, width * 0.045, paint(Rgb(238, 239, 244), come));
            let icon = Point::new(row.x0 + row.height() * 0.5, row.center().y);
            canvas.sprite_at(sprite, icon, row.height() * 0.66, 0.0, come);
            for (line, length) in [0.5, 0.34].into_iter().enumerate() {
                let y = row.y0 + row.height() * (0.27 + 0.3 * line as f64);
                let from = row.x0 + row.height();
                let bar = Rect::new(from, y, from + row.width() * length, y + row.height() * 0.15);
                let shade = if line == 0 { 0.75 } else { 0.3 };
                canvas.fill_rounded(bar, row.height() * 0.075, paint(Rgb(40, 42, 56), shade * come));
            }
            let corner = Point::new(row.x1 - row.height() * 0.42, row.center().y);
            let done = progress(seconds, at + 0.7, at + 1.1);
            marks::tick(canvas, corner, row.height() * 0.22, done, Rgb(238, 239, 244));
        }
    }
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
        let bezel = width * 0.035;
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
        let finger = Point::new(mix(width * 0.5, width * 0.2, reach), mix(height * 0.5, height * 0.1, reach));
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
