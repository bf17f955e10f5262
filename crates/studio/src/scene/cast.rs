//! The hero and what surrounds it: which pictures play, where they stand, and how they move.

use std::f64::consts::{PI, TAU};

use admint_domain::{ArtDirection, SceneLayout};
use vello_cpu::kurbo::{Point, Rect, Vec2};

use super::{
    Moment, Plot,
    camera::{Camera, Move, View},
    feature, hill,
    look::Look,
    pictures::{Pictures, Subject},
};
use crate::{
    canvas::Canvas,
    dice::Dice,
    motion::{ease_out, mix, overshoot, progress, settle, wave},
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
    /// How far below its middle the thing ends, as a share of its size.
    foot: f64,
    /// The middle, at rest and seen by a camera at rest.
    rest: Point,
    size: f64,
    /// 1 is the hero's distance; less is farther.
    depth: f64,
    angle: f64,
    phase: f64,
    delay: f64,
    stands: bool,
    /// Built on the ground: it never leans and never hangs.
    upright: bool,
    manner: Manner,
    orbit: Option<Orbit>,
    /// What the frame's edge may cut: decoration, never the product.
    hangs: bool,
}

/// An actor at one moment, as the camera sees it.
#[derive(Clone, Copy, Debug)]
struct Pose {
    at: Point,
    size: f64,
    squash: f64,
    angle: f64,
    /// Between 0 and 1: how far it has come.
    come: f64,
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

/// A swing on the far half of a circle around the product, never before it.
#[derive(Clone, Copy, Debug)]
struct Orbit {
    radii: (f64, f64),
    /// The middle of the swing, in radians; from half a turn to a whole one is behind.
    middle: f64,
    reach: f64,
    side: f64,
    phase: f64,
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
        let camera = plot.camera;
        let seconds = plot.brief.scene.length.seconds();
        let room = plot.stage.rect.intersect(plot.frame);
        // The lead comes first, and keeps its place: what is laid over the picture was put beside it.
        let mut lead = true;
        cast.actors.retain_mut(|actor| {
            let leads = std::mem::take(&mut lead);
            let kept = if leads { &[][..] } else { &plot.kept };
            actor.hangs || actor.find_room(&camera, seconds, focus, room, kept) || leads
        });
        cast
    }

    /// How far from the camera everything is.
    #[cfg(test)]
    pub fn depths(&self) -> impl Iterator<Item = f64> + '_ {
        self.actors.iter().map(|actor| actor.depth_at(0.0))
    }

    /// Where each actor is seen, the product or the feeling first, and whether the frame may cut it.
    #[cfg(test)]
    pub fn boxes(&self, moment: Moment, view: &View) -> Vec<(Rect, bool)> {
        let seen = |actor: &Actor| (actor.pose(moment, view, self.focus).reach(), actor.hangs);
        self.actors.iter().map(seen).collect()
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
        // A face that large would be a mask.
        let size = stage.hero * if product { 1.0 } else { 0.7 };
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.carry_lead(pictures, dice.range(-0.16, 0.16));
        self.actors.push(hero);
        self.scatter(plot, &pictures.props, 4, size, dice);
        self.near(plot, &pictures.props, dice);
    }

    /// The lead as large as the room beside the words.
    fn gather_large(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let size = plot.stage.hero * if pictures.mood_is_lead { 0.72 } else { 1.0 };
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.carry_lead(pictures, dice.range(-0.14, 0.14));
        self.actors.push(hero);
        for (index, (name, side)) in pictures.props.iter().zip([-1.0, 1.0]).enumerate() {
            let size = plot.stage.hero * dice.range(0.22, 0.28);
            let x = self.focus.x + side * (plot.stage.hero * 0.5 + size * 0.1);
            let y = plot.stage.rect.y0 + size * 0.6 + dice.range(0.0, size * 0.5);
            let mut actor = Actor::new(name, keep_in(plot, Point::new(x, y), size), size, 1.2, plot);
            actor.float(side * dice.range(0.1, 0.35));
            actor.delay = 0.1 + 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// The product below the rows, or beside them.
    fn gather_below(&mut self, plot: &Plot, pictures: &Pictures) {
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero, 1.0, plot);
        hero.float(0.0);
        self.actors.push(hero);
    }

    /// The product as close as the labels beside it allow.
    fn gather_close(&mut self, plot: &Plot, pictures: &Pictures) {
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero, 1.0, plot);
        hero.angle = if hero.upright { 0.0 } else { 0.08 };
        self.actors.push(hero);
    }

    /// The product small, before something larger; props about it.
    fn gather_before(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let hero = plot.stage.hero;
        let (size, at) = match feature::says_something(plot) {
            true => (hero * 0.4, self.focus + Vec2::new(hero * 0.44, hero * 0.44)),
            false => (hero * 0.72, self.focus),
        };
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
            actor.float(dice.range(-0.3, 0.3));
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
        let share = if feature::says_something(plot) { 0.52 } else { 0.76 };
        let mut hero = Actor::new(&pictures.product, self.focus, plot.stage.hero * share, 1.0, plot);
        hero.float(0.0);
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
        let turn = if dice.chance(0.5) { 1.0 } else { -1.0 };
        for (index, name) in pictures.props.iter().take(count).enumerate() {
            let prop = size * 0.28;
            let rx = (plot.stage.rect.width() / 2.0 - prop * 0.75).min(size * 0.8);
            let mut actor = Actor::new(name, self.focus, prop, 0.84, plot);
            actor.float(0.0);
            actor.delay = 0.1 + 0.12 * index as f64;
            actor.phase = dice.unit();
            let share = PI / count as f64;
            actor.orbit = Some(Orbit {
                radii: (rx, size * 0.58),
                middle: PI + share * (index as f64 + 0.5),
                reach: share * 0.42,
                side: turn,
                phase: 0.0,
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
            let lean = side * dice.range(0.04, 0.16);
            if far {
                actor.float(lean);
            } else if !actor.upright {
                actor.angle = lean;
            }
            actor.delay = 0.1 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
        self.garnish(plot, &pictures.props, dice);
    }

    /// Where the words leave the foot of a tall frame empty, two props stand at its sides, a little out of
    /// focus: they close the picture and do not ask for the eye.
    fn garnish(&mut self, plot: &Plot, props: &[Subject], dice: &mut Dice) {
        let Some(foot) = plot.foot() else { return };
        let (head, radius) = hill(foot);
        for (index, (name, place)) in props.iter().rev().zip([0.17, 0.83]).enumerate() {
            let size = foot.height().min(640.0) * 0.36 * dice.range(0.92, 1.08);
            let away = foot.width() * (place - 0.5);
            let ground = head.y + radius - (radius * radius - away * away).sqrt() + 14.0;
            let rest = Point::new(head.x + away, ground - size * name.foot());
            let mut actor = Actor::new(name, rest, size, 0.35, plot);
            actor.angle = if actor.upright { 0.0 } else { (place - 0.5) * 0.3 };
            actor.soften(0.012);
            actor.stands = true;
            actor.hangs = true;
            actor.delay = 0.12 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// Props around the hero at differing depths, none under the words.
    fn scatter(&mut self, plot: &Plot, props: &[Subject], count: usize, hero: f64, dice: &mut Dice) {
        // Eight places around the hero, the corners first.
        let mut slots = [0.125, 0.375, 0.625, 0.875, 0.02, 0.5];
        dice.shuffle(&mut slots[..4]);
        for (index, (name, slot)) in props.iter().take(count).zip(slots).enumerate() {
            let depth = [0.75, 1.25, 0.85, 1.1, 0.7, 1.2][index % 6] * dice.range(0.94, 1.06);
            let prop = hero * 0.30 * depth * dice.range(0.9, 1.15);
            let angle = slot * TAU + dice.range(-0.16, 0.16);
            let reach =
                Vec2::new(angle.cos() * (hero * 0.5 + prop * 0.42), angle.sin() * (hero * 0.5 + prop * 0.3));
            let mut rest = keep_in(plot, self.focus + reach, prop);
            // Where the stage is low the props stand beside the hero, not before its head.
            let beside = hero * 0.42 + prop * 0.2;
            let (away, low) = (rest.x - self.focus.x, (rest.y - self.focus.y).abs() < hero * 0.5);
            if low && away.abs() < beside {
                let side = if away == 0.0 { -1.0 } else { away.signum() };
                rest = keep_in(plot, Point::new(self.focus.x + side * beside, rest.y), prop);
            }
            let mut actor = Actor::new(name, rest, prop, depth, plot);
            actor.float(dice.range(-0.35, 0.35));
            actor.delay = 0.08 * index as f64;
            actor.phase = dice.unit();
            self.actors.push(actor);
        }
    }

    /// One prop close to the lens, cut by the frame's edge.
    fn near(&mut self, plot: &Plot, props: &[Subject], dice: &mut Dice) {
        let Some(name) = props.last() else { return };
        let size = plot.stage.hero * 0.4;
        let side = dice.chance(0.5);
        let x = if side { plot.frame.x1 - size * 0.12 } else { size * 0.12 };
        let rest = Point::new(x, plot.frame.y1 - size * 0.2);
        let reach = Rect::from_center_size(rest, (size * 1.2, size * 1.2));
        if reach.intersect(plot.words).area() > 0.0 {
            return;
        }
        let mut actor = Actor::new(name, rest, size, 1.4, plot);
        actor.soften(0.035);
        actor.hangs = true;
        actor.manner = Manner::Near;
        actor.phase = dice.unit();
        self.actors.push(actor);
    }
}

impl Actor {
    fn new(subject: &Subject, rest: Point, size: f64, depth: f64, plot: &Plot) -> Self {
        let pixels = (size * 1.08).clamp(32.0, 900.0) as u16;
        let sprite = subject.sprite(pixels, plot.look.stage, plot.brief.spec.palette.primary);
        let (sprite, spread) = sprite.shaded(plot.look.shade, if plot.look.dark { 0.5 } else { 0.34 });
        Self {
            sprite,
            spread,
            foot: subject.foot(),
            rest,
            size,
            depth,
            angle: 0.0,
            phase: 0.0,
            delay: 0.0,
            stands: false,
            upright: subject.is_upright(),
            manner: Manner::Poised,
            orbit: None,
            hangs: false,
        }
    }

    /// Hangs in the air, leaning by `angle`; what is built on the ground stays there and upright.
    fn float(&mut self, angle: f64) {
        if !self.upright {
            (self.manner, self.angle) = (Manner::Floating, angle);
        }
    }

    /// The product hangs in the air; a feeling shakes its head.
    fn carry_lead(&mut self, pictures: &Pictures, angle: f64) {
        match pictures.mood_is_lead {
            true => self.manner = Manner::Uneasy,
            false => self.float(angle),
        }
    }

    /// Out of focus by a share of its size.
    fn soften(&mut self, share: f64) {
        let sharp = f64::from(self.sprite.width());
        self.sprite = self.sprite.out_of_focus(self.size * share);
        // Blurring adds a border, and halves what is stored.
        self.spread *= f64::from(self.sprite.width()) * 2.0 / sharp;
    }

    /// Moves and shrinks the actor until it is within `room` and off what is `kept` all through the scene.
    /// `false` if there is no such place.
    fn find_room(&mut self, camera: &Camera, seconds: f64, focus: Point, room: Rect, kept: &[Rect]) -> bool {
        let poses = |actor: &Self| -> Vec<Rect> {
            (0..=8)
                .map(|step| {
                    let part = f64::from(step) / 8.0;
                    let moment = Moment { seconds: part * seconds, part };
                    actor.pose(moment, &camera.at(part, moment.seconds), focus).reach()
                })
                .collect()
        };
        for _ in 0..10 {
            let all = poses(self);
            let reach = all.iter().copied().reduce(|all, one| all.union(one)).unwrap_or(room);
            let over = (reach.width() - room.width()).max(reach.height() - room.height());
            if over > 0.5 {
                // What the camera adds to the reach does not shrink with the actor.
                self.size = (self.size - over * 1.04).max(self.size * 0.4);
                continue;
            }
            let into = |low: f64, high: f64, from: f64, to: f64| (from - low).max(0.0) + (to - high).min(0.0);
            let mut shift = Vec2::new(
                into(reach.x0, reach.x1, room.x0, room.x1),
                into(reach.y0, reach.y1, room.y0, room.y1),
            );
            let clash = |at: Vec2| {
                let hit = |keep: &&Rect| all.iter().any(|one| (*one + at).intersect(**keep).area() > 0.0);
                kept.iter().find(hit).copied()
            };
            if let Some(keep) = clash(shift) {
                let moved = reach + shift;
                let ways = [
                    Vec2::new(keep.x0 - moved.x1, 0.0),
                    Vec2::new(keep.x1 - moved.x0, 0.0),
                    Vec2::new(0.0, keep.y0 - moved.y1),
                    Vec2::new(0.0, keep.y1 - moved.y0),
                ];
                let free = |way: &Vec2| {
                    let there = moved + *way;
                    room.inflate(1.0, 1.0).intersect(there) == there && clash(shift + *way).is_none()
                };
                let best = ways.into_iter().filter(free).min_by(|a, b| a.hypot().total_cmp(&b.hypot()));
                match best {
                    Some(way) => shift += way,
                    None => return false,
                }
            }
            if shift.hypot() < 0.5 {
                return true;
            }
            self.rest += shift;
        }
        let reach = poses(self).into_iter().reduce(|all, one| all.union(one)).unwrap_or(room);
        room.inflate(3.0, 3.0).intersect(reach) == reach
    }

    fn depth_at(&self, seconds: f64) -> f64 {
        self.orbit.map_or(self.depth, |orbit| self.depth + 0.12 * orbit.angle(seconds).sin())
    }

    fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View, depth: f64, cast: &Cast) {
        let Pose { at, size, squash, angle, come } = self.pose(moment, view, cast.focus);
        if come <= 0.01 {
            return;
        }
        self.draw_shadow(canvas, at, size, angle + view.roll, cast);
        canvas.sprite_squashed(
            &self.sprite,
            at,
            (size * self.spread, squash),
            angle + view.roll * depth,
            1.0,
        );
    }

    fn pose(&self, moment: Moment, view: &View, focus: Point) -> Pose {
        let (seconds, depth) = (moment.seconds, self.depth_at(moment.seconds));
        // Nobody starts from nothing: the first frame is also the poster.
        let come = overshoot(progress(seconds + 0.38, self.delay, self.delay + 0.9)).max(0.0);
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
        // What stands does so on the ground, however low it is and however it breathes.
        let sunk = Subject::ILLUSTRATIONS_FOOT - self.foot;
        let foot = if self.stands { size * sunk + self.size * (1.0 - squash) * 0.5 } else { 0.0 };
        Pose { at: at + Vec2::new(0.0, foot), size, squash, angle, come }
    }

    fn draw_shadow(&self, canvas: &mut Canvas, at: Point, size: f64, angle: f64, cast: &Cast) {
        let look = &cast.look;
        if self.manner == Manner::Near {
            return;
        }
        if self.stands {
            let ground = Point::new(at.x, at.y + size * self.foot);
            let mirrored = match look.direction {
                ArtDirection::Night => 0.16,
                ArtDirection::Glass => 0.09,
                ArtDirection::Clean => 0.08,
                _ => 0.0,
            };
            if mirrored > 0.0 {
                // The floor mirrors.
                let middle = Point::new(at.x, at.y + size * (self.foot * 1.64));
                canvas.clip_rect(Rect::new(-size, 0.0, 4000.0, cast.floor_end));
                canvas.sprite_squashed(&self.sprite, middle, (size * self.spread, -0.62), -angle, mirrored);
                canvas.unclip();
            }
            canvas.glow(ground, (size * 0.46, size * 0.075), look.shade, 0.75);
        }
    }
}

impl Orbit {
    fn angle(&self, seconds: f64) -> f64 {
        // They swing in as they come, then to and fro.
        let arrive = (1.0 - ease_out(progress(seconds + 0.3, 0.0, 1.4))) * 0.5;
        self.middle + self.side * (self.reach * wave(seconds, 5.2, self.phase) - arrive * self.reach)
    }
}

impl Pose {
    /// Around what is drawn; pictures do not fill their squares' corners.
    fn reach(self) -> Rect {
        Rect::from_center_size(self.at, (self.size * 0.96, self.size * 0.96))
    }
}

/// `at` moved so that a picture of `size` stays on the stage and off the words.
fn keep_in(plot: &Plot, at: Point, size: f64) -> Point {
    let stage = plot.stage.rect.intersect(plot.frame);
    let margin = size * 0.5 + 24.0;
    let clamp = |value: f64, low: f64, high: f64| {
        if low > high { (low + high) / 2.0 } else { value.clamp(low, high) }
    };
    Point::new(
        clamp(at.x, stage.x0 + margin, stage.x1 - margin),
        clamp(at.y, stage.y0 + margin, stage.y1 - margin),
    )
}
