//! The planner without a model: from one sentence to a specification, from that to scenes.

mod copy;
pub mod draft;
mod kind;
mod language;
mod layouts;
mod lexicon;
mod meaning;
pub mod pace;
mod palettes;
mod pictures;
mod pieces;
mod plain;
mod reading;
mod timing;
mod topics;
mod transcript;

use admint_domain::{
    AdSpec, Brief, Framework, OverlayCopy, OverlayRole, Palette, PlannedScene, SceneLayout, ScenePlan,
    SceneRole, TextPlacement, Tone,
};

use self::{
    copy::{Copywriter, SceneCopy},
    layouts::{Compositions, Material},
    lexicon::{CATEGORIES, Category},
    pace::Room,
    reading::Facts,
};
use crate::{dice::Dice, scene, score::beat_grid};

pub use self::{
    pictures::{hero_picture, props},
    plain::plain_picture,
    timing::CROSSFADE,
    transcript::transcript,
};

/// Reads the prompt and decides what the ad says, to whom, and in which voice.
pub fn write_spec(brief: &Brief) -> AdSpec {
    let facts = Facts::read(brief.prompt.as_str());
    let category = kind::of(&facts);
    let mut dice = Dice::new(brief.seed, "specification");
    let tone = facts.tone.unwrap_or_else(|| dice.pick(category.tones).copied().unwrap_or(Tone::Confident));
    let own = pictures::own_palettes(&facts.product).filter(|own| !own.is_empty());
    let fitting = own.as_deref().unwrap_or(category.palettes);
    let base = palettes::named(dice.pick(fitting).copied().unwrap_or("indigo"));
    let palette = given_colors(&facts, brief, &base).unwrap_or_else(|| palettes::varied(&base, &mut dice));
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
        pain: trouble(&facts).unwrap_or_else(|| category.pain.to_owned()),
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

/// The palette with the colours that the prompt or the product's photo gives, where one does.
fn given_colors(facts: &Facts, brief: &Brief, base: &Palette) -> Option<Palette> {
    match facts.colors.as_slice() {
        [primary, accents @ ..] => Some(palettes::branded(base, *primary, accents.first().copied())),
        [] => brief.options.photo.as_ref().map(|photo| palettes::around(base, &photo.colors)),
    }
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
    let total = brief.duration.frames();
    let roles = roles(spec.framework, timing::scene_count(total), facts.testimonial.is_some());
    let mut dice = Dice::new(brief.seed, "placement");
    let mut writer = Copywriter::new(&facts, spec, category, brief.seed);
    let points = points(&facts, timing::longest_middle(total));
    let material = Material {
        points: points.is_some(),
        quote: facts.testimonial.is_some(),
        figure: Material::has_figure(spec),
        place: facts.place.is_some(),
        ingredients: writer.has_ingredients(),
        object: writer.sells_an_object(),
    };
    let mut compositions = Compositions::new(spec, material);
    let composed: Vec<_> =
        roles.iter().map(|&role| compositions.choose(role, brief.aspect, &mut dice)).collect();
    if let Some(points) = points.as_ref().filter(|_| composed.iter().any(|(_, at)| at.has_points())) {
        writer.leave_out(points);
    }
    let is_open = |&(role, (_, placement)): &(&SceneRole, &(SceneLayout, TextPlacement))| {
        *role == SceneRole::Benefit && !placement.has_points()
    };
    if roles.iter().zip(&composed).any(|scene| is_open(&scene)) {
        writer.keep_for_benefit();
    }
    // The words that a scene must show say how long it has to be; the others keep to the time there is.
    let wanted: Vec<u32> = roles
        .iter()
        .zip(&composed)
        .map(|(&role, &(layout, placement))| match (&points, &facts.testimonial) {
            (_, Some(testimonial)) if layout == SceneLayout::Testimonial => {
                let quoted = copy::quotation(testimonial, &Room::unbounded());
                let lines = [Some(&quoted.headline), quoted.support.as_ref()];
                let lines: Vec<usize> = lines.into_iter().flatten().map(|line| pace::words(line)).collect();
                pace::scene_for(&lines, timing::CROSSFADE.0)
            }
            (Some(points), _) if placement.has_points() => {
                pace::scene_for(&with_points(points), timing::CROSSFADE.0)
            }
            _ if role == SceneRole::CallToAction => pace::scene_for(&writer.last_words(), 0),
            _ => 0,
        })
        .collect();
    let timing = timing::plan(total, &wanted).on_the_beat(grid);
    let scenes = roles
        .iter()
        .zip(composed)
        .zip(&timing.lengths)
        .enumerate()
        .map(|(scene, ((&role, (layout, placement)), &length))| {
            let room = Room::of(&timing, scene);
            PlannedScene {
                role,
                layout,
                visual_prompt: visual_prompt(spec, role),
                overlays: match (&points, &facts.testimonial) {
                    (_, Some(testimonial)) if layout == SceneLayout::Testimonial => {
                        overlays(copy::quotation(testimonial, &room))
                    }
                    (Some(points), _) if placement.has_points() => {
                        pointed(writer.scene(role, room.above(points)), points)
                    }
                    _ => overlays(writer.scene(role, room)),
                },
                placement,
                length,
            }
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
    if let Some(trouble) = trouble(facts) {
        let reason = format!(
            "Your prompt names what bothers people (\u{201c}{trouble}\u{201d}), so the ad opens with that problem and lets {product} solve it."
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

/// "Fall asleep" is no trouble; that they cannot is.
fn trouble(facts: &Facts) -> Option<String> {
    match &facts.struggle {
        Some(struggle) => Some(format!("cannot {struggle}")),
        None => facts.pain.clone(),
    }
}

/// The product is in sight by the second scene, whatever the framework; a customer's words get a scene.
fn roles(framework: Framework, count: usize, quote: bool) -> Vec<SceneRole> {
    use SceneRole::{Agitate, Benefit, CallToAction, Hook, Proof, Reveal};
    match (framework, count) {
        (_, 0..=3) => vec![Hook, Reveal, CallToAction],
        (_, 4) if quote => vec![Hook, Reveal, Proof, CallToAction],
        (_, 4) => vec![Hook, Reveal, Benefit, CallToAction],
        (Framework::Pas, _) if quote => vec![Hook, Agitate, Reveal, Proof, CallToAction],
        (Framework::Pas, _) => vec![Hook, Agitate, Reveal, Benefit, CallToAction],
        (Framework::Bab | Framework::Aida, _) => vec![Hook, Reveal, Benefit, Proof, CallToAction],
    }
}

/// Words that a headline above points takes at least.
const ABOVE_POINTS: usize = 4;

/// Lines of a scene with points, in words.
fn with_points(points: &[String; 3]) -> Vec<usize> {
    std::iter::once(ABOVE_POINTS).chain(points.iter().map(|point| pace::words(point))).collect()
}

/// Three short things to say about the product, where the prompt gives as many that a scene of `longest`
/// frames has time for: the first three, else the three shortest.
fn points(facts: &Facts, longest: u32) -> Option<[String; 3]> {
    let first = facts.points.iter().take(3).cloned().collect();
    let mut shortest: Vec<(usize, &String)> = facts.points.iter().enumerate().collect();
    shortest.sort_by_key(|(_, point)| pace::words(point));
    shortest.truncate(3);
    shortest.sort_by_key(|&(place, _)| place);
    let shortest = shortest.into_iter().map(|(_, point)| point.clone()).collect();
    [first, shortest].into_iter().find_map(|points: Vec<String>| {
        let points: [String; 3] = points.try_into().ok()?;
        (pace::scene_for(&with_points(&points), timing::CROSSFADE.0) <= longest).then_some(points)
    })
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
fn visual_prompt(spec: &AdSpec, role: SceneRole) -> String {
    let product = &spec.product;
    let prop = pictures::props(spec).first().map_or("sparkles", |name| name).replace('-', " ");
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
