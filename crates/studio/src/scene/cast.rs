//! The hero and what surrounds it: which pictures play, where they stand, and how they move.

use std::f64::consts::TAU;

use admint_domain::{AdSpec, Framework, Rgb, SceneRole};
use vello_cpu::kurbo::{BezPath, Circle, Point, Rect, Vec2};

use super::{
    Moment, Plot,
    camera::{Move, View},
    look::{Direction, Look},
};
use crate::{
    canvas::{Canvas, paint},
    dice::Dice,
    motion::{ease_out, mix, overshoot, progress, settle, wave},
    planner,
    sprite::Sprite,
};

/// The camera moves that suit a role.
pub fn moves(role: SceneRole) -> &'static [Move] {
    match role {
        SceneRole::Hook => &[Move::Push, Move::Drift, Move::Tilt],
        SceneRole::Agitate => &[Move::Tilt, Move::Drift, Move::Push],
        SceneRole::Reveal => &[Move::Push, Move::Orbit, Move::Pull],
        SceneRole::Benefit => &[Move::Orbit, Move::Pan, Move::Push],
        SceneRole::Proof => &[Move::Pan, Move::Drift, Move::Pull],
        SceneRole::CallToAction => &[Move::Pull, Move::Push],
    }
}

pub struct Cast {
    look: Look,
    /// Reflections end above the words.
    floor_end: f64,
    focus: Point,
    actors: Vec<Actor>,
    medals: Vec<Medal>,
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

/// A round picture with a tick: one reason to believe.
struct Medal {
    sprite: Sprite,
    rest: Point,
    radius: f64,
    delay: f64,
    phase: f64,
}

impl Cast {
    pub fn new(plot: &Plot, dice: &mut Dice) -> Self {
        let role = plot.brief.scene.role;
        let pictures = Pictures::of(&plot.brief.spec, role, plot.brief.seed);
        let focus = plot.stage.rect.center();
        let wide = plot.frame.width() > plot.frame.height();
        let floor_end = if !wide && focus.y < plot.words.y0 { plot.words.y0 - 8.0 } else { plot.frame.y1 };
        let mut cast = Self { look: plot.look, floor_end, focus, actors: Vec::new(), medals: Vec::new() };
        match role {
            SceneRole::Hook | SceneRole::Agitate => cast.gather_mood(plot, &pictures, dice),
            SceneRole::Reveal => cast.gather_reveal(plot, &pictures, dice),
            SceneRole::Benefit => cast.gather_orbit(plot, &pictures, dice),
            SceneRole::Proof => cast.gather_medals(plot, &pictures, dice),
            SceneRole::CallToAction => cast.gather_packshot(plot, &pictures, dice),
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
        for medal in &self.medals {
            medal.draw(canvas, moment, view, self.focus, &self.look);
        }
    }

    /// A feeling, large, and what causes it around it.
    fn gather_mood(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let stage = plot.stage;
        let product = !pictures.mood_is_hero;
        let size = stage.hero * if product { 1.06 } else { 0.92 };
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.manner = if product { Manner::Floating } else { Manner::Uneasy };
        hero.angle = if product { dice.range(-0.16, 0.16) } else { 0.0 };
        self.actors.push(hero);
        self.scatter(plot, &pictures.props, 4, size, dice);
        self.near(plot, &pictures.props, dice);
    }

    fn gather_reveal(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let size = plot.stage.hero * 0.9;
        let mut hero = Actor::new(&pictures.lead, self.focus, size, 1.0, plot);
        hero.stands = plot.look.direction != Direction::Block;
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

    fn gather_medals(&mut self, plot: &Plot, pictures: &Pictures, dice: &mut Dice) {
        let stage = plot.stage.rect;
        let names: Vec<&String> = std::iter::once(&pictures.lead).chain(&pictures.props).take(3).collect();
        let tall = stage.height() > 700.0;
        let radius = if tall {
            stage.width().min(1080.0) * 0.19
        } else {
            (stage.height() * 0.26).min(stage.width() * 0.155)
        };
        // A triangle where there is height, a row where there is none.
        let places: Vec<Vec2> = if tall {
            vec![
                Vec2::new(0.0, -radius * 0.95),
                Vec2::new(-radius * 1.22, radius * 1.05),
                Vec2::new(radius * 1.22, radius * 1.05),
            ]
        } else {
            vec![
                Vec2::new(0.0, 0.0),
                Vec2::new(-radius * 2.2, radius * 0.1),
                Vec2::new(radius * 2.2, radius * 0.1),
            ]
        };
        for (index, (name, place)) in names.into_iter().zip(places).enumerate() {
            self.medals.push(Medal {
                sprite: Sprite::illustration(name, (radius * 1.5) as u16, plot.look.pop)
                    .tinted(plot.brief.spec.palette.primary),
                rest: self.focus + place,
                radius,
                delay: 0.28 * index as f64,
                phase: dice.unit(),
            });
        }
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
            if look.direction == Direction::Night {
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

impl Medal {
    fn draw(&self, canvas: &mut Canvas, moment: Moment, view: &View, focus: Point, look: &Look) {
        let come = progress(moment.seconds + 0.3, self.delay, self.delay + 0.7);
        if come <= 0.0 {
            return;
        }
        let at =
            view.seen(self.rest, 1.0, focus) + Vec2::new(0.0, 9.0 * wave(moment.seconds, 2.8, self.phase));
        let radius = self.radius * mix(0.5, 1.0, overshoot(come)) * view.scale(1.0);
        let plate = if look.dark { look.ground.mix(Rgb::WHITE, 0.14) } else { Rgb::WHITE };
        canvas.glow(at + Vec2::new(0.0, radius * 0.16), (radius * 1.3, radius * 1.25), look.shade, 0.4);
        canvas.fill_circle(at, radius, paint(plate, 1.0));
        canvas.stroke(&Circle::new(at, radius), 7.0, paint(look.pop, 1.0));
        canvas.sprite_at(&self.sprite, at, radius * 1.3, 0.05 * wave(moment.seconds, 3.0, self.phase), 1.0);
        // The tick is drawn as a hand would.
        let tick = progress(moment.seconds, self.delay + 0.45, self.delay + 0.95);
        if tick > 0.0 {
            let middle = at + Vec2::new(radius * 0.7, radius * 0.68);
            let small = radius * 0.32 * mix(0.4, 1.0, overshoot(progress(tick, 0.0, 0.6)));
            canvas.fill_circle(middle, small * 1.16, paint(plate, 1.0));
            canvas.fill_circle(middle, small, paint(Rgb(22, 163, 74), 1.0));
            let drawn = ease_out(progress(tick, 0.3, 1.0));
            let points = [Vec2::new(-0.42, 0.04), Vec2::new(-0.12, 0.34), Vec2::new(0.44, -0.3)]
                .map(|v| middle + v * small);
            let mut path = BezPath::new();
            path.move_to(points[0]);
            let first = (drawn / 0.4).min(1.0);
            path.line_to(points[0] + (points[1] - points[0]) * first);
            if drawn > 0.4 {
                path.line_to(points[1] + (points[2] - points[1]) * ((drawn - 0.4) / 0.6));
            }
            canvas.stroke(&path, small * 0.26, paint(Rgb::WHITE, 1.0));
        }
    }
}

/// Which illustrations play in a scene.
struct Pictures {
    lead: String,
    props: Vec<String>,
    /// The lead is a feeling, not the product.
    mood_is_hero: bool,
}

impl Pictures {
    fn of(spec: &AdSpec, role: SceneRole, seed: u32) -> Self {
        // The same hero all through the ad.
        let mut dice = Dice::new(seed, "pictures");
        let category = planner::category(&spec.category);
        let hero = planner::hero_picture(spec)
            .unwrap_or_else(|| dice.pick(category.heroes).copied().unwrap_or("package"));
        let mut props: Vec<&str> = category.props.iter().copied().filter(|prop| *prop != hero).collect();
        dice.shuffle(&mut props);
        let feeling =
            matches!(role, SceneRole::Hook | SceneRole::Agitate) && spec.framework != Framework::Aida;
        let mut scene_dice = Dice::new(seed, role.as_str());
        if props.len() > 3 {
            let turn = scene_dice.below(props.len());
            props.rotate_left(turn);
        }
        // The problem has more than one face.
        let turn = dice.below(category.moods.len()) + usize::from(role == SceneRole::Agitate);
        let mood = category.moods.get(turn % category.moods.len().max(1)).copied().unwrap_or("thinking-face");
        let lead = if feeling { mood } else { hero };
        let mut props: Vec<String> = props.into_iter().map(String::from).collect();
        if role == SceneRole::Agitate {
            // The product is already in sight.
            props.insert(0, hero.to_owned());
        }
        Self { lead: lead.to_owned(), props, mood_is_hero: feeling }
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
