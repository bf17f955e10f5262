//! The planner without a model: from one sentence to a specification, from that to scenes.

mod copy;
mod kind;
mod language;
mod layouts;
mod lexicon;
mod meaning;
mod palettes;
mod pictures;
mod pieces;
mod reading;
mod timing;
mod topics;
mod transcript;

use admint_domain::{
    AdSpec, Brief, Framework, OverlayCopy, OverlayRole, PlannedScene, SceneLayout, ScenePlan, SceneRole, Tone,
};

use self::{
    copy::{Copywriter, SceneCopy},
    layouts::{Compositions, Material},
    lexicon::{CATEGORIES, Category},
    reading::Facts,
};
use crate::{dice::Dice, scene, score::beat_grid};

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
        None => match &brief.options.photo {
            Some(photo) => palettes::around(&base, &photo.colors),
            None => palettes::varied(&base, &mut dice),
        },
    };
    // The dice fall the same way whether the maker chooses or not.
    let chosen = scene::direction(tone, category.key, &mut dice);
    let direction = brief.options.art_direction;
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
        direction: direction.unwrap_or(chosen),
        palette,
        framework,
        framework_reason,
    };
    let call_to_action = Copywriter::new(&facts, &spec, category, brief.seed).call_to_action();
    AdSpec { call_to_action, ..spec }
}

/// Whether the packaged sentence model was asked what the prompt is about.
pub fn asks_the_model(brief: &Brief) -> bool {
    kind::asks_the_model(&Facts::read(brief.prompt.as_str()))
}

/// Whether there is a sentence model to ask.
pub fn has_the_model() -> bool {
    meaning::is_there()
}

/// Scenes that fill the brief's duration to the frame.
pub fn plan_scenes(brief: &Brief, spec: &AdSpec) -> ScenePlan {
    let facts = Facts::read(brief.prompt.as_str());
    let category = category(&spec.category);
    let grid = beat_grid(spec.tone, &spec.category, brief.seed);
    let timing = timing::plan(brief.duration.frames()).on_the_beat(grid);
    let roles = roles(spec.framework, timing.lengths.len(), facts.testimonial.is_some());
    let mut dice = Dice::new(brief.seed, "placement");
    let points = points(&facts);
    let material = Material {
        points: points.is_some(),
        quote: facts.testimonial.is_some(),
        figure: Material::has_figure(spec),
        place: facts.place.is_some(),
    };
    let mut compositions = Compositions::new(spec, material);
    let composed: Vec<_> =
        roles.iter().map(|&role| compositions.choose(role, brief.aspect, &mut dice)).collect();
    let mut writer = Copywriter::new(&facts, spec, category, brief.seed);
    if let Some(points) = points.as_ref().filter(|_| composed.iter().any(|(_, at)| at.has_points())) {
        writer.leave_out(points);
    }
    let scenes = roles
        .iter()
        .zip(composed)
        .zip(&timing.lengths)
        .map(|((&role, (layout, placement)), &length)| PlannedScene {
            role,
            layout,
            visual_prompt: visual_prompt(spec, category, role),
            overlays: match (&points, &facts.testimonial) {
                (_, Some(testimonial)) if layout == SceneLayout::Testimonial => {
                    overlays(copy::quotation(testimonial))
                }
                (Some(points), _) if placement.has_points() => pointed(writer.scene(role), points),
                _ => overlays(writer.scene(role)),
            },
            placement,
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

/// The product is in sight by the second scene, whatever the framework; a customer's words get a scene.
fn roles(framework: Framework, count: usize, quote: bool) -> Vec<SceneRole> {
    use SceneRole::{Agitate, Benefit, CallToAction, Hook, Proof, Reveal};
    match (framework, count) {
        (_, 0..=3) => vec![Hook, Reveal, CallToAction],
        (_, 4) if quote => vec![Hook, Reveal, Proof, CallToAction],
        (Framework::Pas, _) if quote => vec![Hook, Agitate, Reveal, Proof, CallToAction],
        (Framework::Bab, 4) => vec![Hook, Benefit, Reveal, CallToAction],
        (_, 4) => vec![Hook, Reveal, Benefit, CallToAction],
        (Framework::Pas, _) => vec![Hook, Agitate, Reveal, Benefit, CallToAction],
        (Framework::Bab, _) => vec![Hook, Benefit, Reveal, Proof, CallToAction],
        (Framework::Aida, _) => vec![Hook, Reveal, Benefit, Proof, CallToAction],
    }
}

/// Three short things to say about the product, where the prompt gives as many.
fn points(facts: &Facts) -> Option<[String; 3]> {
    let points: Vec<String> = facts.points.iter().take(3).cloned().collect();
    points.try_into().ok()
}

fn pointed(copy: SceneCopy, points: &[String; 3]) -> Vec<OverlayCopy> {
    let points = OverlayRole::POINTS.into_iter().zip(points.iter().cloned());
    std::iter::once((OverlayRole::Headline, copy.headline))
        .chain(points)
        .map(|(role, text)| OverlayCopy { role, text })
        .collect()
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
