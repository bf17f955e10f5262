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
mod particles;
mod pictures;
mod set;

use std::cell::RefCell;

use admint_domain::{AdSpec, AspectRatio, Frames, OverlayRole, PlannedScene, Resolution};
use vello_cpu::kurbo::{Affine, Rect};

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
    /// The product, in place of an illustration.
    pub photo: Option<Artwork>,
    pub logo: Option<Artwork>,
}

impl SceneBrief {
    pub(crate) fn page(&self) -> Page {
        Page { aspect: self.aspect, captioned: self.captioned }
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
    stage: zones::Stage,
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
        let roles: Vec<OverlayRole> = brief.scene.overlays.iter().map(|copy| copy.role).collect();
        let stage = zones::stage(brief.page(), brief.scene.placement, &roles);
        let plot = Plot {
            brief,
            look,
            frame: Rect::new(0.0, 0.0, f64::from(resolution.width), f64::from(resolution.height)),
            words: used_words(brief, &roles),
            texts: roles
                .iter()
                .map(|&role| zones::role(brief.page(), brief.scene.placement, role))
                .chain(brief.captioned.then(|| zones::caption(brief.aspect)))
                .collect(),
            stage,
        };
        let mut dice = Dice::new(brief.seed, &format!("scene {}", brief.scene_index));
        let camera = Camera::choose(&mut dice, cast::moves(brief.scene.layout), 1.0);
        let pictures = Pictures::of(brief);
        Ok(Self {
            resolution,
            length: brief.scene.length,
            camera,
            backdrop: Backdrop::new(&plot, &mut dice),
            set: Set::new(&plot, &mut dice),
            features: feature::of(&plot, &pictures, &mut dice),
            cast: Cast::new(&plot, &pictures, &mut dice),
            particles: Particles::new(&plot, &mut dice),
            logo: Logo::new(&plot),
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
        self.features.iter().for_each(|feature| feature.draw_behind(canvas, moment, &view));
        self.cast.draw(canvas, moment, &view);
        self.features.iter().for_each(|feature| feature.draw_before(canvas, moment, &view));
        self.particles.draw(canvas, moment, &view);
        self.set.draw_before(canvas, moment, &view);
        if let Some(logo) = &self.logo {
            logo.draw(canvas, moment);
        }
    }
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
