//! Scenes: what is seen, what is read, and for how long.

use serde::{Deserialize, Serialize};

use crate::{Frames, ScenePlanError::*};

/// What a scene does in its framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SceneRole {
    /// Stops the thumb: attention, the problem, the before.
    Hook,
    /// The problem grows.
    Agitate,
    /// The product appears.
    Reveal,
    /// Why it is wanted: interest, desire, the after.
    Benefit,
    /// Why it can be believed.
    Proof,
    /// The end card.
    CallToAction,
}

impl SceneRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Agitate => "agitate",
            Self::Reveal => "reveal",
            Self::Benefit => "benefit",
            Self::Proof => "proof",
            Self::CallToAction => "call_to_action",
        }
    }
}

/// How a scene's picture is composed. Which words it has room for follows from its [`TextPlacement`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SceneLayout {
    /// The product on its set, props around it.
    #[default]
    Stage,
    /// Words fill the picture; the product looks in from the edge.
    Question,
    /// A feeling, and what causes it.
    Problem,
    /// Props circle the product.
    Orbit,
    /// Three points, each with a picture.
    List,
    /// Three points, one after the other.
    Steps,
    /// The product close up, three points beside it.
    Callouts,
    /// A figure counts up.
    Counter,
    /// Dull on one side, bright on the other, and a line that travels.
    BeforeAfter,
    /// Three pictures, each with a tick.
    Checks,
    /// The old way with a cross, the product with a tick.
    Comparison,
    /// The offer as the largest thing in sight.
    Offer,
    /// A phone shows it.
    Screen,
    /// What goes into it, laid out around it.
    Ingredients,
    /// Somewhere, at some time of day.
    Place,
    /// Somebody's words.
    Testimonial,
    /// The product alone, well lit.
    Packshot,
    /// The name, large, and what to do.
    EndCard,
}

impl SceneLayout {
    pub const ALL: [Self; 18] = [
        Self::Stage,
        Self::Question,
        Self::Problem,
        Self::Orbit,
        Self::List,
        Self::Steps,
        Self::Callouts,
        Self::Counter,
        Self::BeforeAfter,
        Self::Checks,
        Self::Comparison,
        Self::Offer,
        Self::Screen,
        Self::Ingredients,
        Self::Place,
        Self::Testimonial,
        Self::Packshot,
        Self::EndCard,
    ];
}

/// Which part of the picture belongs to the words; the drawing keeps its subject out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPlacement {
    Upper,
    Middle,
    Lower,
    /// Most of the picture, the headline as large as it gets.
    Tall,
    /// A headline, and three points below it across the picture.
    Rows,
    /// A headline, and three points below it on one side.
    Beside,
}

impl TextPlacement {
    pub const ALL: [Self; 6] = [Self::Upper, Self::Middle, Self::Lower, Self::Tall, Self::Rows, Self::Beside];

    /// Whether there is room for [`OverlayRole::POINTS`].
    pub const fn has_points(self) -> bool {
        matches!(self, Self::Rows | Self::Beside)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OverlayRole {
    Headline,
    Support,
    CallToAction,
    /// The product's or the brand's name.
    Name,
    /// One of three short lines, where the placement has room for them.
    FirstPoint,
    SecondPoint,
    ThirdPoint,
}

impl OverlayRole {
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Headline,
        Self::Support,
        Self::CallToAction,
        Self::FirstPoint,
        Self::SecondPoint,
        Self::ThirdPoint,
    ];
    /// In reading order.
    pub const POINTS: [Self; 3] = [Self::FirstPoint, Self::SecondPoint, Self::ThirdPoint];

    /// Which of the points this is, from 0.
    pub fn point(self) -> Option<usize> {
        Self::POINTS.iter().position(|&point| point == self)
    }
}

/// Words on the picture, before they have a place in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayCopy {
    pub role: OverlayRole,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedScene {
    pub role: SceneRole,
    #[serde(default)]
    pub layout: SceneLayout,
    /// What a camera would see; the prompt for a model that makes pictures.
    pub visual_prompt: String,
    /// In reading order: a headline first.
    pub overlays: Vec<OverlayCopy>,
    pub placement: TextPlacement,
    /// The scene's own length, crossfades included.
    pub length: Frames,
}

/// Three to five scenes of 3-7 s each. [`ScenePlan::new`] is the only way in, so a plan that exists
/// is a plan that can be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedScenePlan", into = "UncheckedScenePlan")]
pub struct ScenePlan {
    scenes: Vec<PlannedScene>,
    crossfade: Frames,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenePlanError {
    #[error("a plan needs 3 to 5 scenes, this has {0}")]
    SceneCount(usize),
    #[error("scene {scene} lasts {} s; a scene lasts 3 to 7 s", length.seconds())]
    SceneLength { scene: usize, length: Frames },
    #[error("a crossfade of {} frames is longer than half a second", .0.0)]
    Crossfade(Frames),
    #[error("scene {0} has no words")]
    NoWords(usize),
}

impl ScenePlan {
    pub const SCENES: std::ops::RangeInclusive<usize> = 3..=5;
    pub const MIN_SCENE: Frames = Frames::from_seconds(3);
    pub const MAX_SCENE: Frames = Frames::from_seconds(7);
    pub const MAX_CROSSFADE: Frames = Frames(12);

    /// `crossfade` is the overlap of each scene with the next.
    pub fn new(scenes: Vec<PlannedScene>, crossfade: Frames) -> Result<Self, ScenePlanError> {
        if !Self::SCENES.contains(&scenes.len()) {
            return Err(SceneCount(scenes.len()));
        }
        if crossfade > Self::MAX_CROSSFADE {
            return Err(Crossfade(crossfade));
        }
        for (scene, planned) in scenes.iter().enumerate() {
            if !(Self::MIN_SCENE..=Self::MAX_SCENE).contains(&planned.length) {
                return Err(SceneLength { scene, length: planned.length });
            }
            if planned.overlays.iter().all(|overlay| overlay.text.trim().is_empty()) {
                return Err(NoWords(scene));
            }
        }
        Ok(Self { scenes, crossfade })
    }

    pub fn scenes(&self) -> &[PlannedScene] {
        &self.scenes
    }

    pub const fn crossfade(&self) -> Frames {
        self.crossfade
    }

    /// Where each scene begins in the finished ad.
    pub fn starts(&self) -> Vec<Frames> {
        scene_starts(self.scenes.iter().map(|scene| scene.length), self.crossfade)
    }

    /// The finished ad's length: the sum of the scenes less the overlaps.
    pub fn total(&self) -> Frames {
        let scenes: Frames = self.scenes.iter().map(|scene| scene.length).sum();
        scenes - Frames(self.crossfade.0 * (self.scenes.len() as u32 - 1))
    }
}

/// Where scenes of these lengths begin, each overlapping the next by `crossfade`.
pub fn scene_starts(lengths: impl IntoIterator<Item = Frames>, crossfade: Frames) -> Vec<Frames> {
    let mut next = Frames::ZERO;
    let start = |length: Frames| {
        let start = next;
        next = start + length - crossfade;
        start
    };
    lengths.into_iter().map(start).collect()
}

#[derive(Clone, Serialize, Deserialize)]
struct UncheckedScenePlan {
    scenes: Vec<PlannedScene>,
    crossfade: Frames,
}

impl TryFrom<UncheckedScenePlan> for ScenePlan {
    type Error = ScenePlanError;
    fn try_from(plan: UncheckedScenePlan) -> Result<Self, ScenePlanError> {
        Self::new(plan.scenes, plan.crossfade)
    }
}

impl From<ScenePlan> for UncheckedScenePlan {
    fn from(plan: ScenePlan) -> Self {
        Self { scenes: plan.scenes, crossfade: plan.crossfade }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenes(seconds: &[u32]) -> Vec<PlannedScene> {
        seconds
            .iter()
            .map(|&seconds| PlannedScene {
                role: SceneRole::Hook,
                layout: SceneLayout::Stage,
                visual_prompt: "a cup".into(),
                overlays: vec![OverlayCopy { role: OverlayRole::Headline, text: "Wake up".into() }],
                placement: TextPlacement::Upper,
                length: Frames::from_seconds(seconds),
            })
            .collect()
    }

    #[test]
    fn total_accounts_for_every_overlap() {
        let plan = ScenePlan::new(scenes(&[3, 4, 5]), Frames(10)).unwrap();
        assert_eq!(plan.total(), Frames(12 * 24 - 20));
    }

    #[test]
    fn refuses_what_cannot_be_made() {
        assert_eq!(ScenePlan::new(scenes(&[3, 3]), Frames(0)), Err(SceneCount(2)));
        assert_eq!(ScenePlan::new(scenes(&[3; 6]), Frames(0)), Err(SceneCount(6)));
        assert!(matches!(ScenePlan::new(scenes(&[3, 8, 3]), Frames(0)), Err(SceneLength { scene: 1, .. })));
        assert_eq!(ScenePlan::new(scenes(&[3, 3, 3]), Frames(13)), Err(Crossfade(Frames(13))));
        let mut wordless = scenes(&[3, 3, 3]);
        wordless[2].overlays[0].text = "  ".into();
        assert_eq!(ScenePlan::new(wordless, Frames(0)), Err(NoWords(2)));
    }

    #[test]
    fn json_is_checked_on_the_way_in() {
        let plan = ScenePlan::new(scenes(&[3, 4, 5]), Frames(10)).unwrap();
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<ScenePlan>(&json).unwrap(), plan);
        assert!(
            serde_json::from_str::<ScenePlan>(&json.replace("\"crossfade\":10", "\"crossfade\":99")).is_err()
        );
    }
}
