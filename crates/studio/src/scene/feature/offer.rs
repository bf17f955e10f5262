//! The offer in a burst, larger than anything else.

use admint_domain::{OverlayCopy, OverlayRole};
use vello_cpu::kurbo::{Affine, Circle, Point, Vec2};

use super::{Feature, marks};
use crate::{
    canvas::{Canvas, paint},
    motion::{mix, overshoot, progress, wave},
    scene::{
        Moment, Plot, SceneBrief,
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
        let words = short(plot.brief).unwrap_or_default();
        let face = Face::of(look::font(plot.look.direction), OverlayRole::Headline);
        let room = (radius * 1.24, radius * 0.84);
        Self {
            look: plot.look,
            focus,
            radius,
            words: text::fit(&words, face, room, (24.0, 360.0), Align::Center),
        }
    }
}

/// What the burst says: a figure, or the one word that an offer without one is about. Nothing if the scene's
/// words say it already, and large.
pub fn short(brief: &SceneBrief) -> Option<String> {
    /// What is given away is said so in the languages that the planner reads.
    const FREE: [&str; 12] = [
        "free",
        "gratis",
        "gratuit",
        "gratuite",
        "kostenlos",
        "bezpłatnie",
        "бесплатно",
        "δωρεάν",
        "無料",
        "免费",
        "무료",
        "مجاني",
    ];
    let offer = text::readable(brief.spec.offer.as_deref()?);
    let lower = offer.to_lowercase();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let free = || {
        let found = FREE.iter().find(|free| {
            lower.split_whitespace().any(|word| bare(word) == **free)
                || !free.is_ascii() && lower.contains(**free)
        });
        found.map(|free| free.to_uppercase())
    };
    let brief_offer =
        || (offer.split_whitespace().count() <= 3 && offer.chars().count() <= 16).then(|| offer.clone());
    let words = Figure::find(&offer).map(|figure| figure.at(1.0)).or_else(free).or_else(brief_offer)?;
    let said = |copy: &OverlayCopy| {
        copy.role == OverlayRole::Headline && copy.text.to_lowercase().contains(&words.to_lowercase())
    };
    (!brief.scene.overlays.iter().any(said)).then_some(words)
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
        canvas.set_transform(
            before
                * Affine::translate(at.to_vec2())
                * Affine::rotate(-0.06)
                * Affine::scale(mix(0.8, 1.0, come)),
        );
        self.words.draw_centred(canvas, look.on_button);
        canvas.set_transform(before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::tests::with_offer;

    #[track_caller]
    fn check(offer: &str, headline: &str, shown: Option<&str>) {
        assert_eq!(short(&with_offer(offer, headline)).as_deref(), shown, "`{offer}` under `{headline}`");
    }

    #[test]
    fn a_burst_holds_a_figure_or_one_word_and_never_what_the_headline_says() {
        check("20% off this week", "Mornings, sorted", Some("20%"));
        check("20% off this week", "20% off this week", None);
        check("First class free", "Breathe out", Some("FREE"));
        check("First class free", "Your first class is free", None);
        check("2 for 1", "Bring a friend", Some("2 for 1"));
        check("Ask about our family plans today", "Stay together", None);
        check("1回目無料", "今日から", Some("無料"));
    }

    #[test]
    fn a_counter_does_not_repeat_the_headline() {
        let counted = |headline: &str| {
            let figure = crate::scene::feature::counter::figure(&with_offer("20% off", headline));
            figure.map(|figure| figure.at(1.0))
        };
        assert_eq!(counted("Mornings, sorted").as_deref(), Some("20%"));
        assert_eq!(counted("20% off, this week only"), None);
    }
}
