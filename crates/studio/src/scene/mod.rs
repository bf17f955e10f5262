//! One scene, drawn frame by frame.
//!
//! What costs time (illustrations, shadows, type) is rasterised once, in [`SceneDrawing::new`]; a
//! frame only places and composites it.

mod backdrop;
mod camera;
mod cast;
mod enlarge;
mod feature;
mod figure;
mod logo;
mod look;
mod named;
mod particles;
mod pictures;
mod set;

use std::cell::RefCell;

use admint_domain::{AdSpec, AspectRatio, Frames, OverlayCopy, OverlayRole, PlannedScene, Resolution};
use admint_timeline::TransitionStyle;
use vello_cpu::kurbo::{Affine, Point, Rect};

pub use figure::Figure;
pub use look::{direction, grade, overlay_style, transition_style};
pub use pictures::named_illustrations;

use self::{
    backdrop::Backdrop,
    camera::{Camera, View},
    cast::Cast,
    feature::Feature,
    logo::Logo,
    look::Look,
    particles::Particles,
    pictures::Pictures,
    set::Set,
};
use crate::{
    Artwork, StudioError,
    canvas::Canvas,
    dice::Dice,
    planner::{CROSSFADE, pace},
    zones::{self, Page},
};

/// Everything that decides a scene's pixels.
#[derive(Clone, Debug)]
pub struct SceneBrief {
    pub spec: AdSpec,
    pub scene: PlannedScene,
    /// From 0.
    pub scene_index: u32,
    pub scene_count: u32,
    pub aspect: AspectRatio,
    /// A strip of the frame is kept for captions.
    pub captioned: bool,
    pub seed: u32,
    /// Another take is another picture of the same product in the same look.
    pub take: u32,
    /// The product, in place of an illustration.
    pub photo: Option<Artwork>,
    pub logo: Option<Artwork>,
}

impl SceneBrief {
    pub(crate) fn page(&self) -> Page {
        Page { aspect: self.aspect, captioned: self.captioned }
    }

    /// For what may differ from one take to the next.
    fn dice(&self, purpose: &str) -> Dice {
        match self.take {
            0 => Dice::new(self.seed, purpose),
            take => Dice::new(self.seed, &format!("{purpose}, take {take}")),
        }
    }
}

/// A scene ready to be drawn, at any of its frames and from several threads at once.
pub struct SceneDrawing {
    resolution: Resolution,
    length: Frames,
    camera: Camera,
    backdrop: Backdrop,
    set: Set,
    features: Vec<Box<dyn Feature>>,
    cast: Cast,
    particles: Particles,
    logo: Option<Logo>,
}

/// What every part of a scene is made from.
struct Plot<'a> {
    brief: &'a SceneBrief,
    look: Look,
    frame: Rect,
    /// Where the words are; nothing with an edge is drawn there.
    words: Rect,
    /// Where each of the scene's words may be; nothing drifts across them.
    texts: Vec<Rect>,
    /// What else is laid over the picture: a badge, a logo. The cast keeps off it.
    kept: Vec<Rect>,
    stage: zones::Stage,
    camera: Camera,
}

impl Plot<'_> {
    /// What the words of a high picture leave empty at its foot, where the hero stands above them: the
    /// platforms cover it, but not everywhere a video is seen.
    fn foot(&self) -> Option<Rect> {
        let foot = Rect { y0: self.words.y1, ..self.frame };
        let beneath = self.stage.rect.y0 < self.words.y0 && self.frame.height() > self.frame.width();
        (foot.height() >= 300.0 && beneath).then_some(foot)
    }
}

/// The head of the hill at a picture's foot, and its radius.
fn hill(foot: Rect) -> (Point, f64) {
    (Point::new(foot.center().x, foot.y0 + foot.height() * 0.52), foot.width() * 1.2)
}

/// One moment of a scene.
#[derive(Clone, Copy, Debug)]
struct Moment {
    /// Since the scene began.
    seconds: f64,
    /// From 0 to 1 over the scene.
    part: f64,
}

impl SceneDrawing {
    pub fn new(brief: &SceneBrief) -> Result<Self, StudioError> {
        Self::with_look(brief, Look::of(&brief.spec, brief.scene.role))
    }

    fn with_look(brief: &SceneBrief, look: Look) -> Result<Self, StudioError> {
        let resolution = brief.aspect.resolution();
        let frame = Rect::new(0.0, 0.0, f64::from(resolution.width), f64::from(resolution.height));
        let roles: Vec<OverlayRole> = brief.scene.overlays.iter().map(|copy| copy.role).collect();
        let texts: Vec<Rect> = roles
            .iter()
            .map(|&role| zones::role(brief.page(), brief.scene.placement, role))
            .chain(brief.captioned.then(|| zones::caption(brief.aspect)))
            .collect();
        let cards = roles.iter().filter_map(|role| role.point());
        let cards = cards.map(|index| zones::row(brief.page(), brief.scene.placement, index));
        let obstacles: Vec<Rect> = texts.iter().copied().chain(cards).collect();
        let mut stage = zones::stage(brief.page(), brief.scene.placement, &roles);
        let pictures = Pictures::of(brief);
        let look = look.staging(pictures.lead.color(brief.spec.palette.primary));
        let logo = Logo::new(brief, &look, &obstacles, &mut stage);
        let mut dice = brief.dice(&format!("scene {}", brief.scene_index));
        let camera = Camera::choose(&mut dice, cast::moves(brief.scene.layout), look.direction);
        let mut plot = Plot {
            brief,
            look,
            frame,
            words: used_words(brief, &roles),
            texts,
            kept: logo.iter().map(Logo::rect).collect(),
            stage,
            camera,
        };
        let backdrop = Backdrop::new(&plot, &mut dice);
        let set = Set::new(&plot, &mut dice);
        plot.kept.extend(set.badge());
        Ok(Self {
            resolution,
            length: brief.scene.length,
            camera,
            backdrop,
            set,
            features: feature::of(&plot, &pictures, &mut dice),
            cast: Cast::new(&plot, &pictures, &mut dice),
            particles: Particles::new(&plot, &mut dice),
            logo,
        })
    }

    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    pub fn length(&self) -> Frames {
        self.length
    }

    /// Draws frame `at`, counted from the scene's own start: 8-bit RGBA rows, top first, opaque.
    ///
    /// # Panics
    /// If `rgba` is not exactly [`Resolution::rgba_len`] bytes.
    pub fn draw(&self, at: Frames, rgba: &mut [u8]) {
        assert_eq!(rgba.len(), self.resolution.rgba_len(), "four bytes a pixel of the frame");
        thread_local! {
            static CANVAS: RefCell<Option<Canvas>> = const { RefCell::new(None) };
            static SOFT: RefCell<Option<(Canvas, Vec<u8>)>> = const { RefCell::new(None) };
        }
        let small = (enlarge::small(self.resolution.width), enlarge::small(self.resolution.height));
        SOFT.with_borrow_mut(|slot| {
            let (canvas, soft) = match slot {
                Some((canvas, soft)) if canvas.size() == small => (canvas, soft),
                _ => {
                    let soft = vec![0; usize::from(small.0) * usize::from(small.1) * 4];
                    let (canvas, soft) = slot.insert((Canvas::new(small.0, small.1), soft));
                    (canvas, soft)
                }
            };
            canvas.set_transform(Affine::scale(1.0 / enlarge::FACTOR as f64));
            let (moment, view) = self.moment(at);
            self.backdrop.draw_soft(canvas, moment, &view);
            canvas.finish(soft);
            let width = self.resolution.width as usize;
            enlarge::enlarge(soft, usize::from(small.0), rgba, width, self.backdrop.grain());
        });
        let size = (self.resolution.width as u16, self.resolution.height as u16);
        CANVAS.with_borrow_mut(|slot| {
            let canvas = match slot {
                Some(canvas) if canvas.size() == size => canvas,
                _ => slot.insert(Canvas::new(size.0, size.1)),
            };
            self.draw_on(canvas, at);
            canvas.finish_over(rgba);
            // Blending rounds: what is opaque may come out as 254.
            rgba.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        });
    }

    fn moment(&self, at: Frames) -> (Moment, View) {
        let seconds = at.seconds();
        let moment = Moment { seconds, part: seconds / self.length.seconds().max(0.1) };
        (moment, self.camera.at(moment.part, seconds))
    }

    fn draw_on(&self, canvas: &mut Canvas, at: Frames) {
        let (moment, view) = self.moment(at);
        self.backdrop.draw(canvas, moment, &view);
        self.set.draw_behind(canvas, moment, &view);
        // Whatever carries words or the product is nearer than what is in the air.
        self.particles.draw(canvas, moment, &view);
        self.features.iter().for_each(|feature| feature.draw_behind(canvas, moment, &view));
        self.cast.draw(canvas, moment, &view);
        self.features.iter().for_each(|feature| feature.draw_before(canvas, moment, &view));
        self.set.draw_before(canvas, moment, &view);
        if let Some(logo) = &self.logo {
            logo.draw(canvas, moment);
        }
    }
}

/// What a scene's words wait for after the cut, in frames of the scene: until a slide is half over, and
/// until a dissolve is all but over, so that no word stands on the picture that leaves. Words that need the
/// time to be read come a little sooner.
pub fn words_after(spec: &AdSpec, seed: u32, index: usize, scene: &PlannedScene) -> Frames {
    if index == 0 {
        return Frames::ZERO;
    }
    let usual = match transition_style(spec, seed, index) {
        TransitionStyle::Dissolve => pace::AFTER_CUT,
        TransitionStyle::SlideLeft | TransitionStyle::SlideUp | TransitionStyle::SlideDown => 4,
    };
    let spare = |(order, copy): (usize, &OverlayCopy)| {
        let words = copy.text.split_whitespace().count() as u32;
        let taken =
            CROSSFADE.0 + pace::STAGGER.0 * order as u32 + pace::LEAST.max(words * pace::FRAMES_A_WORD);
        scene.length.0.saturating_sub(taken)
    };
    let spare = scene.overlays.iter().enumerate().map(spare).min().unwrap_or(usual);
    Frames(spare.clamp(4, usual))
}

/// When words `order` of a scene come, and when they have left, in seconds of the scene. The last scene's stay.
fn words_time(brief: &SceneBrief, order: usize) -> (f64, f64) {
    let first = words_after(&brief.spec, brief.seed, brief.scene_index as usize, &brief.scene);
    let come = (first + Frames(pace::STAGGER.0 * order as u32)).seconds();
    let last = brief.scene_index + 1 == brief.scene_count;
    let leave = if last { f64::INFINITY } else { (brief.scene.length - CROSSFADE).seconds() };
    (come, leave)
}

/// The part of the frame that this scene's words take; the usual part where it has none.
fn used_words(brief: &SceneBrief, roles: &[OverlayRole]) -> Rect {
    // Points bring their own ground; what is below the headline is the picture's.
    let beside = brief.scene.placement.has_points() && brief.aspect != AspectRatio::Landscape16x9;
    roles
        .iter()
        .filter(|role| !beside || role.point().is_none())
        .map(|&role| zones::role(brief.page(), brief.scene.placement, role))
        .reduce(|all, zone| all.union(zone))
        .unwrap_or_else(|| zones::text(brief.page(), brief.scene.placement))
}

#[cfg(test)]
mod tests;
