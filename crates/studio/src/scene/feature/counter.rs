//! A figure from the words counts up on a disc.

use std::f64::consts::{FRAC_PI_2, TAU};

use admint_domain::OverlayRole;
use vello_cpu::kurbo::{Affine, Arc, Circle, Point};

use super::Feature;
use crate::{
    canvas::{Canvas, paint},
    motion::{ease_out, mix, overshoot, progress, settle, wave},
    scene::{
        Moment, Plot, SceneBrief,
        camera::View,
        figure::Figure,
        look::{self, Look},
    },
    text::{self, Align, Block, Face},
};

/// How many different values are shown on the way.
const STEPS: u64 = 24;

pub struct Counter {
    look: Look,
    focus: Point,
    radius: f64,
    /// The values on the way, the last one last.
    values: Vec<Block>,
    /// What it is a number of.
    label: Option<Block>,
    /// How far below the middle the label is, in pixels; above it where that is less than nothing.
    label_y: f64,
}

impl Counter {
    pub fn new(plot: &Plot) -> Self {
        let focus = plot.stage.rect.center();
        let radius = plot.stage.hero * 0.52;
        let figure = figure(plot.brief);
        let face = Face::of(look::font(plot.look.direction), OverlayRole::Headline);
        let label = figure.as_ref().and_then(|figure| figure.label()).map(|label| {
            let room = (radius * 1.2, radius * 0.26);
            text::fit(label, face, room, (20.0, radius * 0.22), Align::Center)
        });
        let comes_first = figure.as_ref().is_some_and(|figure| figure.label_comes_first());
        let label_y = radius * if comes_first { -0.52 } else { 0.56 };
        let values = figure.map_or_else(Vec::new, |figure| {
            let room = (radius * 1.62, radius * 1.1);
            let size = text::fit(&figure.at(1.0), face, room, (24.0, 420.0), Align::Center).size;
            let value = |step: u64| {
                let text = figure.at(step as f64 / STEPS as f64);
                text::fit(&text, face, (radius * 1.9, radius * 1.6), (size - 1.0, size), Align::Center)
            };
            (1..=STEPS).map(value).collect()
        });
        Self { look: plot.look, focus, radius, values, label, label_y }
    }
}

/// The figure that counts up: one that the headline does not show as large already.
pub fn figure(brief: &SceneBrief) -> Option<Figure> {
    let overlays = &brief.scene.overlays;
    let headlines = || overlays.iter().filter(|copy| copy.role == OverlayRole::Headline);
    let said = |figure: &Figure| headlines().any(|copy| copy.text.contains(&figure.at(1.0)));
    let words = overlays.iter().map(|copy| copy.text.as_str());
    let all = brief.spec.offer.as_deref().into_iter().chain(words);
    all.filter_map(Figure::find).find(|figure| !said(figure))
}

impl Feature for Counter {
    fn draw_behind(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let look = &self.look;
        let at = view.seen(self.focus, 0.9, self.focus);
        let radius = self.radius * mix(0.86, 1.0, settle(progress(moment.seconds, 0.0, 1.0)));
        canvas.glow(Point::new(at.x, at.y + radius * 0.12), (radius * 1.2, radius * 1.2), look.shade, 0.35);
        canvas.fill_circle(at, radius, paint(look.button, 1.0));
        canvas.stroke(&Circle::new(at, radius * 0.92), 3.0, paint(look.on_button, 0.35));
        let counted = ease_out(progress(moment.seconds + 0.12, 0.0, 1.5));
        // The ring closes as the figure grows.
        let sweep = Arc::new(at, (radius * 1.08, radius * 1.08), -FRAC_PI_2, TAU * counted.max(0.02), 0.0);
        canvas.stroke(&sweep, 14.0, paint(look.pop, 1.0));
        let Some(last) = self.values.len().checked_sub(1) else { return };
        let block = &self.values[((counted * last as f64).round() as usize).min(last)];
        let beat = progress(moment.seconds, 1.4, 1.75);
        let scale = 1.0 + 0.1 * overshoot(beat) * (1.0 - beat) + 0.008 * wave(moment.seconds, 1.8, 0.0);
        let before = canvas.transform();
        canvas.set_transform(before * Affine::translate(at.to_vec2()) * Affine::scale(scale));
        block.draw_centred(canvas, look.on_button);
        if let Some(label) = &self.label {
            canvas.set_transform(
                before * Affine::translate((at.x, at.y + self.label_y)) * Affine::scale(scale),
            );
            label.draw_centred(canvas, look.on_button);
        }
        canvas.set_transform(before);
    }
}
