//! Two sides of one picture: how things were, and how they are with the product.

use admint_domain::Rgb;
use vello_cpu::kurbo::{Affine, BezPath, Circle, Point, Rect, RoundedRect, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, linear, paint},
    motion::{ease_in_out, mix, overshoot, progress, settle, wave},
    scene::{Moment, Plot, camera::View, look::Look, particles::spark, pictures::Pictures},
    sprite::Sprite,
};

/// Where the picture may stand, seen by a camera that comes close.
fn panel(plot: &Plot) -> Rect {
    let stage = plot.stage.rect.intersect(plot.frame);
    let (width, height) = (stage.width() * 0.84, stage.height() * 0.8);
    Rect::from_center_size(stage.center(), (width.min(height * 1.25), height.min(width * 1.1)))
}

fn picture(name: &str, size: f64, plot: &Plot) -> Sprite {
    Sprite::illustration(name, size.clamp(32.0, 800.0) as u16, plot.look.stage)
        .tinted(plot.brief.spec.palette.primary)
}

/// One picture, dull and bright, and a line that travels across it.
pub struct Wipe {
    look: Look,
    panel: Rect,
    before: Sprite,
    after: Sprite,
    size: f64,
}

impl Wipe {
    pub fn new(plot: &Plot, pictures: &Pictures) -> Self {
        let panel = panel(plot);
        let size = panel.height().min(panel.width()) * 0.66;
        Self {
            look: plot.look,
            panel,
            before: picture(&pictures.mood, size, plot).greyed(),
            after: picture(&pictures.product, size, plot),
            size,
        }
    }
}

impl Feature for Wipe {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        let seen = view.seen(self.panel.center(), 0.9, self.panel.center());
        let come = settle(progress(moment.seconds + 0.3, 0.0, 1.0));
        let panel = Rect::from_center_size(seen, self.panel.size() * mix(0.92, 1.0, come) * view.scale(0.9));
        let shape = RoundedRect::from_rect(panel, 48.0);
        canvas.fill_rounded(panel + Vec2::new(0.0, 14.0), 48.0, paint(look.shade, 0.28));
        let travel = ease_in_out(progress(moment.seconds, 0.45, 2.1));
        let x = panel.x0 + panel.width() * (mix(0.93, 0.2, travel) + 0.012 * wave(moment.seconds, 2.4, 0.0));
        let middle = panel.center();
        let bob = Vec2::new(0.0, 6.0 * wave(moment.seconds, 2.5, 0.3));

        canvas.clip(&shape);
        let grey = look.ground.mix(Rgb(120, 122, 128), 0.72);
        canvas.fill_rect(panel, paint(grey, 1.0));
        for index in 0..9 {
            // Fine rain.
            let lane = panel.x0 + panel.width() * (f64::from(index) + 0.5) / 9.0;
            let fall = (moment.seconds * 0.55 + f64::from(index) * 0.37).fract();
            let y = panel.y0 + panel.height() * fall;
            canvas.fill_rect(Rect::new(lane, y, lane + 3.0, y + 46.0), paint(Rgb::WHITE, 0.16));
        }
        let shake = 0.03 * wave(moment.seconds, 0.9, 0.0);
        canvas.sprite_at(&self.before, middle + bob, self.size, shake, 1.0);
        canvas.unclip();

        canvas.clip(&shape);
        canvas.clip_rect(Rect { x0: x.max(panel.x0), ..panel });
        let bright = linear(
            Point::new(panel.x0, panel.y0),
            Point::new(panel.x1, panel.y1),
            &[paint(look.stage.mix(Rgb::WHITE, 0.35), 1.0), paint(look.stage, 1.0)],
        );
        canvas.fill_rect_gradient(panel, bright);
        canvas.glow(middle, (self.size * 0.75, self.size * 0.75), Rgb::WHITE, 0.5);
        for (index, (dx, dy)) in
            [(-0.36, -0.3), (0.37, -0.24), (0.3, 0.33), (-0.3, 0.36)].into_iter().enumerate()
        {
            let twinkle = 0.6 + 0.4 * wave(moment.seconds, 1.5, index as f64 * 0.3);
            let at = middle + Vec2::new(dx * panel.width(), dy * panel.height());
            canvas.fill_path(&spark(at, 30.0 * twinkle, 0.2), paint(look.pop, 0.9));
        }
        canvas.sprite_at(&self.after, middle + bob, self.size * 1.04, 0.0, 1.0);
        canvas.unclip();
        canvas.unclip();

        canvas.fill_rect(Rect::new(x - 4.0, panel.y0, x + 4.0, panel.y1), paint(Rgb::WHITE, 1.0));
        let knob = Point::new(x, panel.center().y + panel.height() * 0.3);
        canvas.fill_circle(knob, 38.0, paint(Rgb::WHITE, 1.0));
        canvas.stroke(&Circle::new(knob, 38.0), 3.0, paint(look.shade, 0.25));
        for side in [-1.0, 1.0] {
            let mut arrow = BezPath::new();
            arrow.move_to(knob + Vec2::new(side * 9.0, -10.0));
            arrow.line_to(knob + Vec2::new(side * 20.0, 0.0));
            arrow.line_to(knob + Vec2::new(side * 9.0, 10.0));
            canvas.stroke(&arrow, 5.0, paint(look.button, 1.0));
        }
    }
}

/// Two cards: the old way with a cross, the product with a tick.
pub struct Versus {
    look: Look,
    cards: [Card; 2],
}

struct Card {
    sprite: Sprite,
    at: Point,
    width: f64,
    angle: f64,
    good: bool,
    delay: f64,
}

impl Versus {
    pub fn new(plot: &Plot, pictures: &Pictures) -> Self {
        let stage = plot.stage.rect.intersect(plot.frame);
        let middle = stage.center();
        let width = (stage.width() * 0.37).min(stage.height() * 0.52);
        let card = |name: &str, good: bool| {
            let side = if good { 1.0 } else { -1.0 };
            let width = if good { width * 1.08 } else { width * 0.88 };
            let sprite = picture(name, width * 0.72, plot);
            Card {
                sprite: if good { sprite } else { sprite.greyed() },
                at: middle + Vec2::new(side * width * 0.54, if good { -10.0 } else { 26.0 }),
                width,
                angle: side * 0.045,
                good,
                delay: if good { 0.3 } else { 0.0 },
            }
        };
        Self { look: plot.look, cards: [card(&pictures.mood, false), card(&pictures.product, true)] }
    }
}

impl Feature for Versus {
    fn draw_before(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        for card in &self.cards {
            let come = overshoot(progress(moment.seconds + 0.35, card.delay, card.delay + 0.8));
            let at = view.seen(card.at, if card.good { 1.08 } else { 0.92 }, card.at)
                + Vec2::new(0.0, (1.0 - come) * 90.0 + 6.0 * wave(moment.seconds, 2.9, card.delay));
            let (width, height) = (card.width, card.width * 1.28);
            let before = canvas.transform();
            let sway = 0.012 * wave(moment.seconds, 3.4, card.delay);
            canvas
                .set_transform(before * Affine::translate(at.to_vec2()) * Affine::rotate(card.angle + sway));
            let rect = Rect::from_center_size((0.0, 0.0), (width, height));
            canvas.fill_rounded(rect + Vec2::new(0.0, 14.0), 44.0, paint(look.shade, 0.3));
            let (top, foot) = if card.good {
                (look.stage.mix(Rgb::WHITE, 0.4), look.stage)
            } else {
                (Rgb(214, 214, 218), Rgb(176, 178, 184))
            };
            let fill = linear(
                Point::new(0.0, -height / 2.0),
                Point::new(0.0, height / 2.0),
                &[paint(top, 1.0), paint(foot, 1.0)],
            );
            canvas.fill_gradient(&RoundedRect::from_rect(rect, 44.0), fill);
            if card.good {
                canvas.glow(Point::new(0.0, -height * 0.04), (width * 0.42, width * 0.42), Rgb::WHITE, 0.5);
                canvas.stroke(&RoundedRect::from_rect(rect, 44.0), 6.0, paint(look.pop, 1.0));
            }
            let shake = if card.good { 0.0 } else { 0.035 * wave(moment.seconds, 0.9, 0.0) };
            canvas.sprite_at(&card.sprite, Point::new(0.0, -height * 0.05), width * 0.7, shake, 1.0);
            let sign = progress(moment.seconds, card.delay + 0.5, card.delay + 1.05);
            let corner = Point::new(0.0, height / 2.0 - 6.0);
            if card.good {
                marks::tick(canvas, corner, width * 0.13, sign, Rgb::WHITE);
            } else {
                marks::cross(canvas, corner, width * 0.13, sign, Rgb::WHITE);
            }
            canvas.set_transform(before);
        }
    }
}
