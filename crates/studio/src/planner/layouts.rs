//! Which composition shows a scene best.

use admint_domain::{AdSpec, AspectRatio, Framework, SceneLayout, SceneRole, TextPlacement};

use crate::{dice::Dice, scene::Figure};

/// What the words of an ad give a layout to work with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Material {
    /// Three short points can be made.
    pub points: bool,
    /// Somebody is quoted.
    pub quote: bool,
    pub figure: bool,
    /// The prompt says where it is.
    pub place: bool,
    /// The prompt says what is in it, or everybody knows.
    pub ingredients: bool,
    /// There is a thing to look at closely: no place, no service, no app.
    pub object: bool,
}

impl Material {
    pub fn has_figure(spec: &AdSpec) -> bool {
        spec.offer.as_deref().is_some_and(|offer| !is_exchange(offer) && Figure::find(offer).is_some())
    }
}

/// Compositions that show three points.
pub const POINTED: [SceneLayout; 3] = [SceneLayout::Callouts, SceneLayout::List, SceneLayout::Steps];

/// Picks for one scene after the other, so that no ad shows a composition twice.
pub struct Compositions<'a> {
    spec: &'a AdSpec,
    material: Material,
    used: Vec<SceneLayout>,
}

impl<'a> Compositions<'a> {
    pub fn new(spec: &'a AdSpec, material: Material) -> Self {
        Self { spec, material, used: Vec::new() }
    }

    pub fn choose(
        &mut self,
        role: SceneRole,
        aspect: AspectRatio,
        dice: &mut Dice,
    ) -> (SceneLayout, TextPlacement) {
        let candidates = self.candidates(role);
        let unused: Vec<SceneLayout> =
            candidates.iter().copied().filter(|layout| !self.used.contains(layout)).collect();
        let layout = *dice.pick(&unused).or_else(|| candidates.first()).unwrap_or(&SceneLayout::Stage);
        self.used.push(layout);
        (layout, placement(layout, role, aspect, dice))
    }

    /// Every composition that suits the role, each once.
    pub fn allowed(&self, role: SceneRole) -> Vec<SceneLayout> {
        let mut allowed = Vec::new();
        for layout in self.candidates(role) {
            if !allowed.contains(&layout) {
                allowed.push(layout);
            }
        }
        allowed
    }

    /// What suits the role, the category and what there is to say; twice what suits it best.
    fn candidates(&self, role: SceneRole) -> Vec<SceneLayout> {
        use SceneLayout as L;
        let Material { points, quote, figure, place, ingredients, object } = self.material;
        // Points are made once.
        let points = points && !self.used.iter().any(|layout| POINTED.contains(layout));
        let category = self.spec.category.as_str();
        let on_screen = matches!(category, "software" | "finance" | "education" | "gaming" | "phone");
        let outdoors = matches!(category, "travel" | "outdoor" | "real-estate" | "bike" | "eco");
        let mut candidates = match role {
            SceneRole::Hook if self.spec.framework == Framework::Aida => {
                vec![L::Question, L::Question, L::Problem]
            }
            SceneRole::Hook => vec![L::Question, L::Problem, L::Problem],
            // Three seconds have passed: the product stands beside the problem.
            SceneRole::Agitate => return vec![L::Comparison],
            SceneRole::Reveal => vec![L::Stage, L::Stage],
            SceneRole::Benefit => vec![L::Orbit],
            // Words that a customer gave are shown as such.
            SceneRole::Proof if quote => return vec![L::Testimonial],
            SceneRole::Proof => vec![L::Checks],
            SceneRole::CallToAction => vec![L::Packshot, L::EndCard],
        };
        let mut add = |when: bool, layouts: &[SceneLayout]| {
            if when {
                candidates.extend(layouts);
            }
        };
        match role {
            SceneRole::Reveal => {
                add(on_screen, &[L::Screen, L::Screen]);
                add(outdoors || place, &[L::Place, L::Place]);
            }
            SceneRole::Benefit => {
                add(points && object, &[L::Callouts, L::Callouts]);
                add(points, &[L::List]);
                add(ingredients, &[L::Ingredients, L::Ingredients]);
                add(self.spec.framework == Framework::Bab, &[L::BeforeAfter, L::BeforeAfter]);
                add(figure, &[L::Counter]);
                add(on_screen, &[L::Screen]);
                add(outdoors, &[L::Place]);
            }
            SceneRole::Proof => {
                add(points, &[L::List, L::Steps]);
                add(figure, &[L::Counter]);
                add(self.spec.framework != Framework::Aida, &[L::Comparison, L::Comparison]);
            }
            SceneRole::CallToAction => add(self.spec.offer.is_some(), &[L::Offer, L::Offer]),
            SceneRole::Hook | SceneRole::Agitate => {}
        }
        candidates
    }
}

/// "2 for 1", "two for one": nothing is counted up to two.
fn is_exchange(offer: &str) -> bool {
    let words: Vec<&str> = offer.split_whitespace().collect();
    let counted = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    words
        .windows(3)
        .any(|three| counted(three[0]) && three[1].eq_ignore_ascii_case("for") && counted(three[2]))
}

pub fn placement(
    layout: SceneLayout,
    role: SceneRole,
    aspect: AspectRatio,
    dice: &mut Dice,
) -> TextPlacement {
    let flipped = dice.chance(0.4);
    match (layout, role) {
        (SceneLayout::Question | SceneLayout::EndCard, _) => TextPlacement::Tall,
        (SceneLayout::List | SceneLayout::Steps, _) => TextPlacement::Rows,
        (SceneLayout::Callouts, _) => TextPlacement::Beside,
        (_, SceneRole::Hook | SceneRole::Agitate) => TextPlacement::Upper,
        (_, SceneRole::CallToAction) if aspect == AspectRatio::Landscape16x9 && flipped => {
            TextPlacement::Upper
        }
        (_, SceneRole::CallToAction) => TextPlacement::Lower,
        (_, SceneRole::Reveal) if flipped => TextPlacement::Upper,
        (_, SceneRole::Reveal) => TextPlacement::Lower,
        (_, SceneRole::Benefit | SceneRole::Proof) if flipped => TextPlacement::Lower,
        (_, SceneRole::Benefit | SceneRole::Proof) => TextPlacement::Upper,
    }
}

#[cfg(test)]
mod tests {
    use admint_domain::{Brief, Prompt, TargetDuration};

    use super::*;
    use crate::write_spec;

    #[test]
    fn only_amounts_are_counted() {
        assert!(is_exchange("2 for 1") && is_exchange("3 for 2 this week"));
        assert!(!is_exchange("3 for $12") && !is_exchange("20% off for two"));
    }

    #[test]
    fn no_ad_shows_a_composition_twice_and_points_are_asked_for_only_where_there_are_some() {
        for seed in 0..60 {
            let prompt = Prompt::parse("Oat milk soap for tired hands, 3 for $12").unwrap();
            let brief = Brief {
                prompt,
                aspect: AspectRatio::Square,
                duration: TargetDuration::DEFAULT,
                seed,
                options: Default::default(),
            };
            let spec = write_spec(&brief);
            let material =
                Material { points: seed % 2 == 0, quote: seed % 3 == 0, figure: true, ..Material::default() };
            let mut dice = Dice::new(seed, "test");
            let mut compositions = Compositions::new(&spec, material);
            use SceneRole as R;
            let chosen = [R::Hook, R::Agitate, R::Reveal, R::Benefit, R::CallToAction]
                .map(|role| compositions.choose(role, brief.aspect, &mut dice));
            for (index, (layout, placement)) in chosen.iter().enumerate() {
                assert!(chosen[..index].iter().all(|(other, _)| other != layout), "{chosen:?}");
                assert!(material.points || !placement.has_points(), "{chosen:?}");
            }
        }
    }
}
