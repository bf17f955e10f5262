//! What a layout adds to its set and its cast: rows of points, a counting figure, a phone.

mod callouts;
mod checks;
mod counter;
mod halves;
mod marks;
mod offer;
mod place;
mod quote;
mod ring;
mod rows;
mod screen;

use admint_domain::SceneLayout;

use super::{Moment, Plot, camera::View, pictures::Pictures};
use crate::{canvas::Canvas, dice::Dice};

/// A part of a scene that only some layouts have. Drawn around the cast.
pub trait Feature: Send + Sync {
    fn draw_behind(&self, _canvas: &mut Canvas, _moment: Moment, _view: &View) {}

    fn draw_before(&self, _canvas: &mut Canvas, _moment: Moment, _view: &View) {}
}

/// Whether the scene's burst holds words, or its disc is wired to something; else it is the product's alone.
pub fn says_something(plot: &Plot) -> bool {
    match plot.brief.scene.layout {
        SceneLayout::Counter => counter::figure(plot.brief).is_some(),
        SceneLayout::Offer => offer::short(plot.brief).is_some(),
        SceneLayout::Ingredients => !ring::names(plot.brief).is_empty(),
        _ => true,
    }
}

/// What the scene's layout asks for.
pub fn of(plot: &Plot, pictures: &Pictures, dice: &mut Dice) -> Vec<Box<dyn Feature>> {
    match plot.brief.scene.layout {
        SceneLayout::List => vec![Box::new(rows::Rows::list(plot))],
        SceneLayout::Steps => vec![Box::new(rows::Rows::steps(plot))],
        SceneLayout::Callouts => vec![Box::new(callouts::Callouts::new(plot))],
        SceneLayout::Counter => vec![Box::new(counter::Counter::new(plot))],
        SceneLayout::BeforeAfter => vec![Box::new(halves::Wipe::new(plot, pictures))],
        SceneLayout::Comparison => vec![Box::new(halves::Versus::new(plot, pictures))],
        SceneLayout::Checks => vec![Box::new(checks::Checks::new(plot, pictures, dice))],
        SceneLayout::Offer => vec![Box::new(offer::Offer::new(plot))],
        SceneLayout::Screen => vec![Box::new(screen::Screen::new(plot, pictures, dice))],
        SceneLayout::Ingredients => vec![Box::new(ring::Ring::new(plot))],
        SceneLayout::Place => vec![Box::new(place::Place::new(plot, dice))],
        SceneLayout::Testimonial => vec![Box::new(quote::Quote::new(plot))],
        SceneLayout::Stage
        | SceneLayout::Question
        | SceneLayout::Problem
        | SceneLayout::Orbit
        | SceneLayout::Packshot
        | SceneLayout::EndCard => Vec::new(),
    }
}
