//! The offer in a burst, larger than anything else.

use admint_domain::OverlayRole;
use vello_cpu::kurbo::{Affine, Circle, Point, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, paint},
    motion::{mix, overshoot, progress, wave},
    scene::{
        Moment, Plot,
        camera::View,
        figure::Figure,
        look::{self, Look},
    },
    text::{self, Align, Block, Face},
};

pub struct Offer {
    look: Look,
    focus: Point,
    radius: f64,
    words: Block,
}

impl Offer {
    pub fn new(plot: &Plot) -> Self {
        let focus = plot.stage.rect.center();
        let radius = plot.stage.hero * 0.6;
        let spec = &plot.brief.spec;
        let offer = text::readable(spec.offer.as_deref().unwrap_or_default());
        // What the headline says in full is here in short.
        let said = plot.brief.scene.overlays.iter().any(|copy| copy.text.contains(&offer));
        let figure = Figure::find(&offer).map(|figure| figure.at(1.0));
        let words = match figure {
            Some(figure) if said || offer.chars().count() > 24 => figure,
            _ => offer,
        };
        let face = Face::of(look::font(plot.look.direction, spec.tone), OverlayRole::Headline);
        let room = (radius * 1.3, radius * 0.92);
        Self {
            look: plot.look,
            focus,
            radius,
            words: text::fit(&words, face, room, (24.0, 360.0), Align::Center),
        }
    }
}

impl Feature for Offer {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        let at = view.seen(self.focus, 0.9, self.focus);
        let come = overshoot(progress(moment.seconds + 0.4, 0.0, 0.8));
        let radius = self.radius * mix(0.7, 1.0, come) * (1.0 + 0.012 * wave(moment.seconds, 1.2, 0.0));
        let turn = moment.seconds * 0.1;
        canvas.fill_path(
            &marks::burst(at + Vec2::new(0.0, 16.0), radius, 20, 0.13, turn),
            paint(look.shade, 0.3),
        );
        canvas.fill_path(&marks::burst(at, radius, 20, 0.13, turn), paint(look.button, 1.0));
        canvas.stroke(&Circle::new(at, radius * 0.78), 4.0, paint(look.on_button, 0.4));
        let before = canvas.transform();
        // Above the product's head.
        let words = at - Vec2::new(0.0, radius * 0.16);
        canvas.set_transform(
            before
                * Affine::translate(words.to_vec2())
                * Affine::rotate(-0.06)
                * Affine::scale(mix(0.8, 1.0, come)),
        );
        self.words.draw_centred(canvas, look.on_button);
        canvas.set_transform(before);
    }
}
