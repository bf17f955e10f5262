//! The hero and what surrounds it: which pictures play, where they stand, and how they move.

use std::f64::consts::TAU;

use admint_domain::{ArtDirection, SceneLayout};
use vello_cpu::kurbo::{Point, Rect, Vec2};

use super::{
    Moment, Plot,
    camera::{Move, View},
    look::Look,
    pictures::Pictures,
};
use crate::{
    canvas::Canvas,
    dice::Dice,
    motion::{mix, overshoot, progress, settle, wave},
    sprite::Sprite,
};

/// The camera moves that suit a layout. Cards and rows stay where their words are; only what is around
/// them moves.
pub fn moves(layout: SceneLayout) -> &'static [Move] {
    use SceneLayout::{
        BeforeAfter, Callouts, Checks, Comparison, Counter, EndCard, Ingredients, List, Offer, Orbit,
        Packshot, Place, Problem, Question, Screen, Stage, Steps, Testimonial,
    };
    match layout {
        Question | EndCard => &[Move::Push, Move::Tilt, Move::Drift],
        Problem => &[Move::Tilt, Move::Drift, Move::Push],
        Stage => &[Move::Push, Move::Orbit, Move::Pull],
        Orbit | Ingredients => &[Move::Orbit, Move::Pan, Move::Push],
        Checks | BeforeAfter | Comparison => &[Move::Pan, Move::Drift, Move::Pull],
        Callouts => &[Move::Tilt, Move::Pull, Move::Drift],
        List | Steps => &[Move::Drift, Move::Push],
        Counter | Offer => &[Move::Push, Move::Drift],
        Screen => &[Move::Orbit, Move::Push, Move::Tilt],
        Place => &[Move::Pan, Move::Pull, Move::Orbit],
        Testimonial => &[Move::Drift, Move::Push],
        Packshot => &[Move::Pull, Move::Push],
    }
}

pub struct Cast {
    look: Look,
    /// Reflections end above the words.
    floor_end: f64,
    focus: Point,
    actors: Vec<Actor>,
}

/// A picture in the scene.
struct Actor {
    sprite: Sprite,
    /// How much wider the sprite is than the thing: its shadow needs room.
    spread: f64,
    /// The middle, at rest and seen by a camera at rest.
    rest: Point,
    size: f64,
    /// 1 is the hero's distance; less is farther.
    depth: f64,
    angle: f64,
    phase: f64,
    delay: f64,
    stands: bool,
    manner: Manner,
    orbit: Option<Orbit>,
}

/// How an actor holds itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Stands and breathes.
    Poised,
    /// Hangs in the air.
    Floating,
    /// Shakes its head: something is wrong.
    Uneasy,
    /// Out of focus, close to the lens.
    Near,
}

#[derive(Clone, Copy, Debug)]
struct Orbit {
    radii: (f64, f64),
    start: f64,
    /// Radians a second.
    speed: f64,
}

impl Cast {
    pub fn new(plot: &Plot, pictures: &Pictures, dice: &mut Dice) -> Self {
        let focus = plot.stage.rect.center();
        let wide = plot.frame.width() > plot.frame.height();
        let floor_end = if !wide && focus.y < plot.words.y0 { plot.words.y0 - 8.0 } else { plot.frame.y1 };
        let mut cast = Self { look: plot.look, floor_end, focus, actors: Vec::new() };
        match plot.brief.scene.layout {
            SceneLayout::Problem => cast.gather_mood(plot, pictures, dice),
            SceneLayout::Question | SceneLayout::EndCard => cast.gather_large(plot, pictures, dice),
            SceneLayout::Stage => cast.gather_reveal(plot, pictures, dice),
            SceneLayout::Orbit => cast.gather_orbit(plot, pictures, dice),
            SceneLayout::Packshot => cast.gather_packshot(plot, pictures, dice),
            SceneLayout::List | SceneLayout::Steps => cast.gather_below(plot, pictures),
            SceneLayout::Callouts => cast.gather_close(plot, pictures),
            SceneLayout::Counter | SceneLayout::Offer => cast.gather_before(plot, pictures, dice),
            SceneLayout::Place => cast.gather_outdoors(plot, pictures, dice),
            SceneLayout::Ingredients | SceneLayout::Testimonial => cast.gather_alone(plot, pictures, dice),
            // Their features hold their pictures.
            SceneLayout::BeforeAfter
            | SceneLayout::Checks
            | SceneLayout::Comparison
            | SceneLayout::Screen => cast.garnish(plot, &pictures.props, dice),
        }
        cast
    }

    pub fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View) {
        let mut order: Vec<(f64, &Actor)> =
            self.actors.iter().map(|actor| (actor.depth_at(moment.seconds), actor)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (depth, actor) in order {
            actor.draw(canvas, moment, view, depth, self);
        }
    }

    /// A feeling, large, and what causes it around it.
    fn gather_mood(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let stage = plot.stage;
        let product = !pictures.mood_is_lead;
        let size = stage.hero * if product { 1.06 } else { 0.92 };
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.manner = if product { Manner::Floating } else { Manner::Uneasy };
        hero.angle = if product { dice.range(-0.16, 0.16) } else { 0.0 };
        self.actors.push(hero);
        self.scatter(plot, &pictures.props, 4, size, dice);
        self.near(plot, &pictures.props, dice);
    }

    /// The lead as large as the room below the words, cut by the frame's edge.
    fn gather_large(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let mut hero = Actor::new(&pictures.lead, self.focus, plot.stage.hero, 1.0, plot);
        hero.manner = if pictures.mood_is_lead { Manner::Uneasy } else { Manner::Floating };
        hero.angle = if pictures.mood_is_lead { 0.0 } else { dice.range(-0.14, 0.14) };
        self.actors.push(hero);
        for (index, (name, side)) in pictures.props.iter().zip([-1.0, 1.0]).enumerate() {
            let size = plot.stage.hero * dice.range(0.26, 0.34);
            let x = self.focus.x + side * (plot.stage.hero * 0.5 + size * 0.1);
            let y = plot.stage.rect.y0 + size * 0.6 + dice.range(0.0, size * 0.5);
            let wide = plot.frame.width() > plot.frame.height();
            let rest = if wide {
                keep_in(plot, Point::new(x, y), size)
            } else {
                Point::new(x.clamp(size * 0.35, plot.frame.x1 - size * 0.35), y)
            };
            let mut actor = Actor::new(name, rest, size, 1.2, plot);
            actor.manner = Manner::Floating;
            actor.angle = side * dice.range(0.1, 0.35);
            actor.delay = 0.1 + 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// The product below the rows, as far as the frame shows it.
    fn gather_below(&mut self, plot: &Plot, pictures: &Pictures) {
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero, 1.0, plot);
        hero.manner = Manner::Floating;
        self.actors.push(hero);
    }

    /// The product so close that the frame cuts it.
    fn gather_close(&mut self, plot: &Plot, pictures: &Pictures) {
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero, 1.0, plot);
        hero.angle = 0.08;
        self.actors.push(hero);
    }

    /// The product small, before something larger; props about it.
    fn gather_before(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let hero = plot.stage.hero;
        let size = hero * 0.46;
        let at = self.focus + Vec2::new(hero * 0.34, hero * 0.36);
        let mut product = Actor::new(&pictures.product, at, size, 1.15, plot);
        product.delay = 0.15;
        product.phase = dice.unit();
        self.actors.push(product);
        for (index, (name, place)) in pictures
            .props
            .iter()
            .zip([Vec2::new(-0.52, 0.34), Vec2::new(0.5, -0.36), Vec2::new(-0.46, -0.4)])
            .enumerate()
        {
            let prop = hero * dice.range(0.19, 0.25);
            let mut actor = Actor::new(name, self.focus + place * hero, prop, 1.25, plot);
            actor.rest = keep_in(plot, actor.rest, prop);
            actor.manner = Manner::Floating;
            actor.angle = dice.range(-0.3, 0.3);
            actor.delay = 0.25 + 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
        self.garnish(plot, &pictures.props, dice);
    }

    /// The product stands before a view.
    fn gather_outdoors(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let hero = plot.stage.hero;
        let size = hero * 0.6;
        let mut product =
            Actor::new(&pictures.product, self.focus + Vec2::new(0.0, hero * 0.3), size, 1.1, plot);
        product.stands = true;
        self.actors.push(product);
        for (index, (name, side)) in pictures.props.iter().zip([-1.0, 1.0]).enumerate() {
            let prop = hero * dice.range(0.24, 0.3);
            let at = self.focus + Vec2::new(side * hero * 0.42, hero * 0.46);
            let mut actor = Actor::new(name, at, prop, 1.3, plot);
            actor.stands = true;
            actor.delay = 0.12 + 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
        self.garnish(plot, &pictures.props, dice);
    }

    /// The product in the middle of its stage, and nothing about it.
    fn gather_alone(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero * 0.52, 1.0, plot);
        hero.manner = Manner::Floating;
        hero.phase = dice.unit();
        self.actors.push(hero);
        self.garnish(plot, &pictures.props, dice);
    }

    fn gather_reveal(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let size = plot.stage.hero * 0.9;
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.stands = plot.look.direction != ArtDirection::Block;
        self.actors.push(hero);
        self.scatter(plot, &pictures.props, 4, size, dice);
        self.garnish(plot, &pictures.props, dice);
    }

    fn gather_orbit(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let size = plot.stage.hero * 0.76;
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.stands = true;
        self.actors.push(hero);
        let count = pictures.props.len().min(4);
        let speed = if dice.chance(0.5) { 0.55 } else { -0.55 };
        for (index, name) in pictures.props.iter().take(count).enumerate() {
            let prop = size * 0.34;
            let rx = (plot.stage.rect.width() / 2.0 - prop * 0.75).min(size * 0.82);
            let mut actor = Actor::new(name, self.focus, prop, 1.0, plot);
            actor.manner = Manner::Floating;
            actor.delay = 0.1 + 0.12 * index as f64;
            actor.phase = dice.unit();
            actor.orbit = Some(Orbit {
                radii: (rx, size * 0.30),
                start: index as f64 / count as f64 * TAU + 0.6,
                speed,
            });
            self.actors.push(actor);
        }
        self.garnish(plot, &pictures.props, dice);
    }

    fn gather_packshot(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let size = plot.stage.hero * 0.82;
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.stands = true;
        self.actors.push(hero);
        for (index, name) in pictures.props.iter().take(4).enumerate() {
            let side = if index % 2 == 0 { -1.0 } else { 1.0 };
            let far = index >= 2;
            let prop = size * if far { 0.30 } else { 0.38 };
            let x = self.focus.x + side * size * if far { 0.60 } else { 0.54 };
            let y = self.focus.y + size * if far { -0.22 } else { 0.5 } - prop * if far { 0.0 } else { 0.44 };
            let mut actor = Actor::new(name, Point::new(x, y), prop, if far { 0.86 } else { 1.12 }, plot);
            actor.rest = keep_in(plot, actor.rest, prop);
            actor.stands = !far;
            actor.manner = if far { Manner::Floating } else { Manner::Poised };
            actor.angle = side * dice.range(0.04, 0.16);
            actor.delay = 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
        self.garnish(plot, &pictures.props, dice);
    }

    /// Where the words leave the foot of a tall frame empty, props look in over its edge.
    fn garnish(&mut self, plot: &Plot, props: &[String], dice: &mut Dice) {
        let room = plot.frame.y1 - plot.words.y1;
        if room < 300.0 || plot.stage.rect.y0 > plot.words.y0 || plot.frame.width() > plot.frame.height() {
            return;
        }
        let width = plot.frame.width();
        for (index, (name, place)) in props.iter().rev().zip([0.1, 0.5, 0.9]).enumerate() {
            let size = room * if index == 1 { 0.66 } else { 0.86 } * dice.range(0.94, 1.06);
            let rest = Point::new(width * place, plot.frame.y1 - size * if index == 1 { 0.16 } else { 0.28 });
            // It hangs on the frame more than in the room: the camera must not carry it off.
            let mut actor = Actor::new(name, rest, size, if index == 1 { 0.25 } else { 0.35 }, plot);
            actor.manner = Manner::Floating;
            actor.angle = (place - 0.5) * 0.6;
            actor.delay = 0.12 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// Props around the hero at differing depths, none under the words.
    fn scatter(&mut self, plot: &Plot, props: &[String], count: usize, hero: f64, dice: &mut Dice) {
        // Eight places around the hero, the corners first.
        let mut slots = [0.125, 0.375, 0.625, 0.875, 0.02, 0.5];
        dice.shuffle(&mut slots[..4]);
        for (index, (name, slot)) in props.iter().take(count).zip(slots).enumerate() {
            let depth = [0.75, 1.25, 0.85, 1.1, 0.7, 1.2][index % 6] * dice.range(0.94, 1.06);
            let prop = hero * 0.30 * depth * dice.range(0.9, 1.15);
            let angle = slot * TAU + dice.range(-0.16, 0.16);
            let reach =
                Vec2::new(angle.cos() * (hero * 0.5 + prop * 0.42), angle.sin() * (hero * 0.5 + prop * 0.3));
            let rest = keep_in(plot, self.focus + reach, prop);
            let mut actor = Actor::new(name, rest, prop, depth, plot);
            actor.manner = Manner::Floating;
            actor.angle = dice.range(-0.35, 0.35);
            actor.delay = 0.08 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// One prop close to the lens, cut by the frame's edge.
    fn near(&mut self, plot: &Plot, props: &[String], dice: &mut Dice) {
        let Some(name) = props.last() else { return };
        let size = plot.stage.hero * 0.62;
        let side = dice.chance(0.5);
        let x = if side { plot.frame.x1 - size * 0.12 } else { size * 0.12 };
        let rest = Point::new(x, plot.frame.y1 - size * 0.2);
        let reach = Rect::from_center_size(rest, (size * 1.2, size * 1.2));
        if reach.intersect(plot.words).area() > 0.0 {
            return;
        }
        let mut actor = Actor::new(name, rest, size, 1.4, plot);
        let sharp = f64::from(actor.sprite.width());
        actor.sprite = actor.sprite.out_of_focus(size * 0.035);
        // Blurring adds a border, and halves what is stored.
        actor.spread *= f64::from(actor.sprite.width()) * 2.0 / sharp;
        actor.manner = Manner::Near;
        actor.phase = dice.unit();
        self.actors.push(actor);
    }
}

impl Actor {
    fn new(name: &str, rest: Point, size: f64, depth: f64, plot: &Plot) -> Self {
        let sprite = Sprite::illustration(name, (size * 1.08).clamp(32.0, 900.0) as u16, plot.look.stage)
            .tinted(plot.brief.spec.palette.primary);
        let (sprite, spread) = sprite.shaded(plot.look.shade, if plot.look.dark { 0.5 } else { 0.34 });
        Self {
            sprite,
            spread,
            rest,
            size,
            depth,
            angle: 0.0,
            phase: 0.0,
            delay: 0.0,
            stands: false,
            manner: Manner::Poised,
            orbit: None,
        }
    }

    fn depth_at(&self, seconds: f64) -> f64 {
        self.orbit.map_or(self.depth, |orbit| 1.0 + 0.22 * orbit.angle(seconds).sin())
    }

    fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View, depth: f64, cast: &Cast) {
        let (seconds, focus) = (moment.seconds, cast.focus);
        // Nobody starts from nothing: the first frame is also the poster.
        let come = overshoot(progress(seconds + 0.38, self.delay, self.delay + 0.9)).max(0.0);
        if come <= 0.01 {
            return;
        }
        let mut rest = self.rest;
        if let Some(orbit) = &self.orbit {
            let angle = orbit.angle(seconds);
            rest = self.rest + Vec2::new(angle.cos() * orbit.radii.0, angle.sin() * orbit.radii.1);
        }
        let arrived = focus + (rest - focus) * mix(0.6, 1.0, come);
        let (mut offset, mut angle, mut squash) = (Vec2::ZERO, self.angle, 1.0);
        match self.manner {
            Manner::Poised => {
                let land = settle(progress(seconds, 0.0, 1.0));
                squash = mix(0.94, 1.0, land) + 0.008 * wave(seconds, 1.9, self.phase);
                angle += 0.018 * wave(seconds, 3.1, self.phase);
            }
            Manner::Floating => {
                offset = Vec2::new(
                    7.0 * wave(seconds, 3.7, self.phase + 0.2),
                    15.0 * wave(seconds, 2.7, self.phase),
                );
                angle += 0.07 * wave(seconds, 3.3, self.phase);
            }
            Manner::Uneasy => {
                angle += 0.055 * wave(seconds, 0.95, self.phase) + 0.03 * wave(seconds, 2.3, 0.1);
                offset =
                    Vec2::new(9.0 * wave(seconds, 0.95, self.phase + 0.25), 6.0 * wave(seconds, 1.4, 0.0));
            }
            Manner::Near => {
                offset =
                    Vec2::new(16.0 * wave(seconds, 4.3, self.phase), 12.0 * wave(seconds, 3.6, self.phase));
                angle += seconds * 0.03;
            }
        }
        let size = self.size
            * view.scale(depth)
            * mix(0.78, 1.0, come)
            * if self.orbit.is_some() { depth } else { 1.0 };
        let at = view.seen(arrived, depth, focus) + offset * depth;
        let foot = if self.stands { self.size * (1.0 - squash) * 0.5 } else { 0.0 };
        let at = at + Vec2::new(0.0, foot);
        self.draw_shadow(canvas, at, size, angle + view.roll, cast);
        canvas.sprite_squashed(
            &self.sprite,
            at,
            (size * self.spread, squash),
            angle + view.roll * depth,
            1.0,
        );
    }

    fn draw_shadow(&self, canvas: &mut Canvas, at: Point, size: f64, angle: f64, cast: &Cast) {
        let look = &cast.look;
        if self.manner == Manner::Near {
            return;
        }
        if self.stands {
            let ground = Point::new(at.x, at.y + size * 0.475);
            if look.direction == ArtDirection::Night {
                // The floor mirrors.
                let mirrored = Point::new(at.x, at.y + size * 0.78);
                canvas.clip_rect(Rect::new(-size, 0.0, 4000.0, cast.floor_end));
                canvas.sprite_squashed(&self.sprite, mirrored, (size * self.spread, -0.62), -angle, 0.16);
                canvas.unclip();
            }
            canvas.glow(ground, (size * 0.46, size * 0.075), look.shade, 0.75);
        }
    }
}

impl Orbit {
    fn angle(&self, seconds: f64) -> f64 {
        self.start + self.speed * seconds
    }
}

/// `at` moved so that a picture of `size` stays on the stage and off the words.
fn keep_in(plot: &Plot, at: Point, size: f64) -> Point {
    let stage = plot.stage.rect;
    let wide = plot.frame.width() > plot.frame.height();
    let margin = size * 0.5 + 44.0;
    let side = if wide { margin } else { size * 0.34 };
    let clamp = |value: f64, low: f64, high: f64| {
        if low > high { (low + high) / 2.0 } else { value.clamp(low, high) }
    };
    Point::new(
        clamp(at.x, stage.x0 + side, stage.x1 - side),
        clamp(at.y, stage.y0 + margin, stage.y1 - margin),
    )
}
