//! The planner without a model: from one sentence to a specification, from that to scenes.

mod copy;
mod kind;
mod language;
mod lexicon;
mod meaning;
mod palettes;
mod pictures;
mod reading;
mod timing;
mod topics;
mod transcript;

use admint_domain::{
    AdSpec, AspectRatio, Brief, Framework, OverlayCopy, OverlayRole, PlannedScene, ScenePlan, SceneRole,
    TextPlacement, Tone,
};

use self::{
    copy::{Copywriter, SceneCopy},
    lexicon::{CATEGORIES, Category},
    reading::Facts,
};
use crate::dice::Dice;

pub use self::{pictures::hero_picture, transcript::transcript};

/// Reads the prompt and decides what the ad says, to whom, and in which voice.
pub fn write_spec(brief: &Brief) -> AdSpec {
    let facts = Facts::read(brief.prompt.as_str());
    let category = kind::of(&facts);
    let mut dice = Dice::new(brief.seed, "specification");
    let tone = facts.tone.unwrap_or_else(|| dice.pick(category.tones).copied().unwrap_or(Tone::Confident));
    let base = palettes::named(dice.pick(category.palettes).copied().unwrap_or("indigo"));
    let palette = match facts.color {
        Some(color) => palettes::branded(&base, color),
        None => palettes::varied(&base, &mut dice),
    };
    let (framework, framework_reason) = choose_framework(&facts, category);
    let spec = AdSpec {
        product: facts.product.clone(),
        brand: facts.brand.clone(),
        category: category.key.to_owned(),
        audience: match (&facts.audience, &facts.situation) {
            (Some(audience), Some(situation)) => format!("{audience} who {situation}"),
            (Some(audience), None) => audience.clone(),
            (None, _) => "everyone".to_owned(),
        },
        benefit: facts.benefit.clone().unwrap_or_else(|| category.benefit.to_owned()),
        pain: facts.pain.clone().unwrap_or_else(|| category.pain.to_owned()),
        offer: facts.offer.clone(),
        call_to_action: String::new(),
        tone,
        palette,
        framework,
        framework_reason,
    };
    let call_to_action = Copywriter::new(&facts, &spec, category, brief.seed).call_to_action();
    AdSpec { call_to_action, ..spec }
}

/// Scenes that fill the brief's duration to the frame.
pub fn plan_scenes(brief: &Brief, spec: &AdSpec) -> ScenePlan {
    let facts = Facts::read(brief.prompt.as_str());
    let category = category(&spec.category);
    let timing = timing::plan(brief.duration.frames());
    let roles = roles(spec.framework, timing.lengths.len());
    let mut dice = Dice::new(brief.seed, "placement");
    let mut writer = Copywriter::new(&facts, spec, category, brief.seed);
    let scenes = roles
        .iter()
        .zip(&timing.lengths)
        .map(|(&role, &length)| PlannedScene {
            role,
            visual_prompt: visual_prompt(spec, category, role),
            overlays: overlays(writer.scene(role)),
            placement: placement(role, brief.aspect, &mut dice),
            length,
        })
        .collect();
    ScenePlan::new(scenes, timing.crossfade).expect("the timing and the copy keep a plan's rules")
}

/// The category called `key`; the general one for a key of another planner's.
pub fn category(key: &str) -> &'static Category {
    CATEGORIES
        .iter()
        .find(|category| category.key == key)
        .unwrap_or_else(|| CATEGORIES.last().expect("the lexicon is not empty"))
}

/// Every palette that an ad can start from.
#[cfg(test)]
pub fn every_palette() -> Vec<admint_domain::Palette> {
    palettes::ALL.iter().map(palettes::Colors::palette).collect()
}

fn choose_framework(facts: &Facts, category: &Category) -> (Framework, String) {
    let product = facts.title();
    if let Some(pain) = &facts.pain {
        let reason = format!(
            "Your prompt names what bothers people (\u{201c}{pain}\u{201d}), so the ad opens with that problem and lets {product} solve it."
        );
        return (Framework::Pas, reason);
    }
    if facts.transforms || (category.transforms && facts.english) {
        let reason = format!(
            "{product} promises a change people can see, so the ad shows the before, the after, and the bridge between them."
        );
        return (Framework::Bab, reason);
    }
    let reason = match &facts.benefit {
        Some(benefit) => format!(
            "Your prompt leads with what {product} gives (\u{201c}{benefit}\u{201d}) and names no problem, so the ad wins attention first and builds desire from there."
        ),
        None => format!(
            "Your prompt names {product} and no problem to solve, so the ad wins attention, raises interest and desire, and ends with a clear call."
        ),
    };
    (Framework::Aida, reason)
}

/// The product is in sight by the second scene, whatever the framework.
fn roles(framework: Framework, count: usize) -> Vec<SceneRole> {
    use SceneRole::{Agitate, Benefit, CallToAction, Hook, Proof, Reveal};
    match (framework, count) {
        (_, 0..=3) => vec![Hook, Reveal, CallToAction],
        (Framework::Bab, 4) => vec![Hook, Benefit, Reveal, CallToAction],
        (_, 4) => vec![Hook, Reveal, Benefit, CallToAction],
        (Framework::Pas, _) => vec![Hook, Agitate, Reveal, Benefit, CallToAction],
        (Framework::Bab, _) => vec![Hook, Benefit, Reveal, Proof, CallToAction],
        (Framework::Aida, _) => vec![Hook, Reveal, Benefit, Proof, CallToAction],
    }
}

fn placement(role: SceneRole, aspect: AspectRatio, dice: &mut Dice) -> TextPlacement {
    let flipped = dice.chance(0.4);
    match role {
        SceneRole::Hook | SceneRole::Agitate => TextPlacement::Upper,
        SceneRole::CallToAction if aspect == AspectRatio::Landscape16x9 && flipped => TextPlacement::Upper,
        SceneRole::CallToAction => TextPlacement::Lower,
        SceneRole::Reveal if flipped => TextPlacement::Upper,
        SceneRole::Reveal => TextPlacement::Lower,
        SceneRole::Benefit | SceneRole::Proof if flipped => TextPlacement::Lower,
        SceneRole::Benefit | SceneRole::Proof => TextPlacement::Upper,
    }
}

/// In reading order, the headline first.
fn overlays(copy: SceneCopy) -> Vec<OverlayCopy> {
    let SceneCopy { headline, name, support, call } = copy;
    [
        (OverlayRole::Headline, Some(headline)),
        (OverlayRole::Name, name),
        (OverlayRole::Support, support),
        (OverlayRole::CallToAction, call),
    ]
    .into_iter()
    .filter_map(|(role, text)| Some(OverlayCopy { role, text: text.filter(|text| !text.trim().is_empty())? }))
    .collect()
}

/// For models that make pictures; Studio itself draws from the specification.
fn visual_prompt(spec: &AdSpec, category: &Category, role: SceneRole) -> String {
    let product = &spec.product;
    let prop = category.props.first().map_or("sparkles", |name| name).replace('-', " ");
    let mood = match spec.tone {
        Tone::Calm => "calm, soft daylight",
        Tone::Warm => "warm, golden light",
        Tone::Playful => "playful, bright colours",
        Tone::Energetic => "energetic, bold contrast",
        Tone::Elegant => "elegant, refined light",
        Tone::Confident => "confident, crisp light",
    };
    let shot = match role {
        SceneRole::Hook if spec.framework == Framework::Aida => {
            format!("Close shot of {product}, slow push in")
        }
        SceneRole::Hook => format!("The everyday problem: {}, uneasy hand-held framing", spec.pain),
        SceneRole::Agitate => format!("The problem grows: {}, {product} just coming into view", spec.pain),
        SceneRole::Reveal => format!("{product} appears on a lit stage, rings of light behind it"),
        SceneRole::Benefit => {
            format!("{product} as the hero, {prop} circling around it, showing {}", spec.benefit)
        }
        SceneRole::Proof => format!("Three details of {product}, each with a tick"),
        SceneRole::CallToAction => {
            format!("End card: packshot of {product} with {prop}, camera pulling back")
        }
    };
    format!(
        "{shot}; {mood}; colours {} and {}; no text in the picture",
        spec.palette.primary, spec.palette.accent
    )
}

#[cfg(test)]
mod tests;
