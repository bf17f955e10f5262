//! A plan that another planner drafted, held to the rules that this one keeps: what the prompt says in so many
//! words stays as it stands, colours can be read, words can be read in time, and no ad shows a composition twice.
//!
//! What cannot be mended is said in sentences that whoever drafted it can act upon.

use admint_domain::{
    AdSpec, Brief, Frames, Framework, OverlayCopy, OverlayRole, PlannedScene, Rgb, SceneLayout, ScenePlan,
    SceneRole, Tone,
};

use super::{
    CATEGORIES, Compositions, Copywriter, Facts, Material, category, copy, given_colors, layouts, overlays,
    pace, palettes, roles, timing, write_spec,
};
use crate::{dice::Dice, score::beat_grid, text};

/// The content of an [`AdSpec`], not yet held to any rule.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecDraft {
    pub product: String,
    pub brand: Option<String>,
    pub category: String,
    pub audience: String,
    pub benefit: String,
    pub pain: String,
    pub offer: Option<String>,
    pub call_to_action: String,
    pub tone: Tone,
    pub framework: Framework,
    pub framework_reason: String,
    pub colors: ColorsDraft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColorsDraft {
    pub background: Rgb,
    pub surface: Rgb,
    pub ink: Rgb,
    pub primary: Rgb,
    pub accent: Rgb,
}

/// One scene, not yet held to any rule.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneDraft {
    pub layout: SceneLayout,
    pub visual_prompt: String,
    pub headline: String,
    pub support: Option<String>,
    pub points: Option<[String; 3]>,
    /// Against the other scenes'; what is not above 0 counts as 1.
    pub weight: f64,
}

/// What a scene of an ad is for and may look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneOutline {
    pub role: SceneRole,
    pub layouts: Vec<SceneLayout>,
    /// About as many words, all its lines together, as there is time for.
    pub words: usize,
}

/// Most words of each kind of line.
pub const HEADLINE_WORDS: usize = 7;
pub const SUPPORT_WORDS: usize = 10;
pub const POINT_WORDS: usize = 4;
pub const CALL_WORDS: usize = 4;
/// Most characters of each kind of line.
pub const HEADLINE_CHARS: usize = copy::HEADLINE;
pub const SUPPORT_CHARS: usize = copy::SUPPORT;
pub const POINT_CHARS: usize = 28;
pub const CALL_CHARS: usize = 28;
const PHRASE_CHARS: usize = 120;
const PRODUCT_CHARS: usize = 40;
const SENTENCE_CHARS: usize = 300;
const VISUAL_CHARS: usize = 700;

/// The kinds of products there are.
pub fn category_keys() -> impl Iterator<Item = &'static str> {
    CATEGORIES.iter().map(|category| category.key)
}

/// Whether three points are shown.
pub fn has_points(layout: SceneLayout) -> bool {
    layouts::POINTED.contains(&layout)
}

/// The specification that the draft makes; else what is wrong with it.
pub fn finish_spec(brief: &Brief, draft: SpecDraft) -> Result<AdSpec, Vec<String>> {
    let facts = Facts::read(brief.prompt.as_str());
    let own = write_spec(brief);
    let mut check = Check::of(brief);
    let product = check.line("product", &draft.product, usize::MAX, PRODUCT_CHARS);
    let audience = check.line("audience", &draft.audience, usize::MAX, PHRASE_CHARS);
    let benefit = check.line("benefit", &draft.benefit, usize::MAX, PHRASE_CHARS);
    let pain = check.line("pain", &draft.pain, usize::MAX, PHRASE_CHARS);
    let call = check.line("call_to_action", &draft.call_to_action, CALL_WORDS, CALL_CHARS);
    let framework_reason =
        check.line("framework_reason", &draft.framework_reason, usize::MAX, SENTENCE_CHARS);
    if !category_keys().any(|key| key == draft.category) {
        check.wrong.push("category: choose one of the listed kinds".into());
    }
    if !check.wrong.is_empty() {
        return Err(check.wrong);
    }
    // An offer and a brand that the prompt does not name are made up.
    let said = |text: &String| check.is_in_prompt(text);
    let colors = draft.colors;
    let drafted = palettes::mended(
        &own.palette,
        [colors.background, colors.surface, colors.ink, colors.primary, colors.accent],
    );
    Ok(AdSpec {
        product,
        brand: facts.brand.clone().or_else(|| draft.brand.map(|brand| tidy(&brand)).filter(said)),
        category: draft.category,
        audience,
        benefit,
        pain,
        offer: facts.offer.clone().or_else(|| draft.offer.map(|offer| tidy(&offer)).filter(said)),
        call_to_action: if facts.call.is_some() { own.call_to_action } else { call },
        tone: facts.tone.unwrap_or(draft.tone),
        direction: own.direction,
        palette: given_colors(&facts, brief, &drafted).unwrap_or(drafted),
        framework: draft.framework,
        framework_reason,
    })
}

/// The scenes that an ad of this specification has, in order.
pub fn outline(brief: &Brief, spec: &AdSpec) -> Vec<SceneOutline> {
    let facts = Facts::read(brief.prompt.as_str());
    let total = brief.duration.frames();
    let material = material(brief, spec, &facts);
    let compositions = Compositions::new(spec, material);
    let timing = timing::plan(total, &[]);
    let roles = roles(spec.framework, timing::scene_count(total), facts.testimonial.is_some());
    let scene = |(index, role): (usize, SceneRole)| SceneOutline {
        role,
        layouts: compositions.allowed(role),
        words: pace::Room::of(&timing, index).most(&[], 24, &[]),
    };
    roles.into_iter().enumerate().map(scene).collect()
}

/// The plan that the drafts make, as long as the brief says to the frame; else what is wrong with them.
pub fn finish_scenes(brief: &Brief, spec: &AdSpec, drafts: &[SceneDraft]) -> Result<ScenePlan, Vec<String>> {
    let facts = Facts::read(brief.prompt.as_str());
    let total = brief.duration.frames();
    let outline = outline(brief, spec);
    if drafts.len() != outline.len() {
        return Err(vec![format!("{} scenes are wanted, these are {}", outline.len(), drafts.len())]);
    }
    let mut check = Check::of(brief);
    let mut scenes = Vec::new();
    for (index, (draft, scene)) in drafts.iter().zip(&outline).enumerate() {
        let name = format!("scene_{}", index + 1);
        if !scene.layouts.contains(&draft.layout) {
            check.wrong.push(format!("{name}: its layout is not one of those listed for it"));
        }
        if drafts[..index].iter().any(|other| {
            other.layout == draft.layout || (has_points(other.layout) && has_points(draft.layout))
        }) {
            check.wrong.push(format!(
                "{name}: no two scenes may have the same layout, and only one may show three points"
            ));
        }
        scenes.push((draft.layout, check.words(&name, draft)));
    }
    if !check.wrong.is_empty() {
        return Err(check.wrong);
    }
    keep_slogan(&facts, &mut scenes, &mut check);
    sign_off(&facts, spec, &mut scenes);
    let weights: Vec<f64> = drafts.iter().map(|draft| draft.weight).collect();
    let timing = match fitting(brief, spec, &facts, &mut scenes, &weights) {
        Ok(timing) => timing,
        Err(wrong) => {
            check.wrong.extend(wrong);
            return Err(check.wrong);
        }
    };
    let mut dice = Dice::new(brief.seed, "placement");
    let scenes = scenes.into_iter().zip(drafts).zip(&outline).zip(&timing.lengths);
    let scenes = scenes.map(|((((layout, overlays), draft), outline), &length)| PlannedScene {
        role: outline.role,
        layout,
        visual_prompt: bounded(&draft.visual_prompt, VISUAL_CHARS),
        overlays,
        placement: layouts::placement(layout, outline.role, brief.aspect, &mut dice),
        length,
    });
    let plan = ScenePlan::new(scenes.collect(), timing.crossfade).map_err(|error| vec![error.to_string()])?;
    debug_assert_eq!(plan.total(), total);
    if check.wrong.is_empty() { Ok(plan) } else { Err(check.wrong) }
}

/// The most characters of a line that somebody writes into a finished plan.
pub const fn most_chars(role: OverlayRole) -> usize {
    match role {
        OverlayRole::Headline => HEADLINE_CHARS,
        OverlayRole::Support | OverlayRole::Name => SUPPORT_CHARS,
        OverlayRole::CallToAction => CALL_CHARS,
        OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => POINT_CHARS,
    }
}

/// The most characters of what a camera would see.
pub const MOST_VISUAL_CHARS: usize = VISUAL_CHARS;

/// A line as it can be drawn. None of it may be left; what is, is what the fonts have.
pub fn tidy_line(text: &str) -> Result<String, &'static str> {
    let line = tidy(text);
    if !line.is_empty() && text::has_fonts() && text::readable(&line).is_empty() {
        return Err("These characters cannot be drawn. Use letters, figures and signs.");
    }
    Ok(line)
}

/// What is wrong with a scene's words for its length: `None` if they can be read in time.
pub fn too_long_to_read(plan: &ScenePlan, scene: usize) -> Option<String> {
    let lengths: Vec<Frames> = plan.scenes().iter().map(|scene| scene.length).collect();
    let planned = plan.scenes().get(scene)?;
    let room = pace::Room::within(&lengths, plan.crossfade(), scene);
    let counts: Vec<usize> =
        planned.overlays.iter().map(|copy| pace::words(&copy.text)).filter(|&words| words > 0).collect();
    if room.holds(&counts) {
        return None;
    }
    let needed = pace::frames_for(&counts) + planned.length.0 - room.frames();
    Some(format!(
        "These words take {:.1} s to read, and the scene lasts {:.1} s. Shorten them, or give it more time.",
        Frames(needed).seconds(),
        planned.length.seconds(),
    ))
}

type Composed = (SceneLayout, Vec<OverlayCopy>);

/// What the specification and the prompt give compositions to show. Points are the drafter's to make, where there
/// is time for them.
fn material(brief: &Brief, spec: &AdSpec, facts: &Facts) -> Material {
    let writer = Copywriter::new(facts, spec, category(&spec.category), brief.seed);
    let shortest = pace::scene_for(&[3, 2, 2, 2], timing::CROSSFADE.0);
    Material {
        points: shortest <= timing::longest_middle(brief.duration.frames()),
        quote: facts.testimonial.is_some(),
        figure: Material::has_figure(spec),
        place: facts.place.is_some(),
        ingredients: writer.has_ingredients(),
        object: writer.sells_an_object(),
    }
}

/// A sentence that the prompt quotes is said word for word, wherever the draft says it.
fn keep_slogan(facts: &Facts, scenes: &mut [Composed], check: &mut Check) {
    let Some(slogan) = &facts.slogan else { return };
    // Longer than that it is on no card.
    if pace::words(slogan) > SUPPORT_WORDS || slogan.chars().count() > copy::SUPPORT {
        return;
    }
    let mut lines = scenes.iter_mut().flat_map(|(_, overlays)| overlays.iter_mut());
    match lines.find(|line| letters(&line.text) == letters(slogan)) {
        Some(line) => line.text.clone_from(slogan),
        None => check.wrong.push(format!(
            "the prompt quotes \u{201c}{slogan}\u{201d}: give it word for word as one scene's headline or support"
        )),
    }
}

/// The last scene ends on the specification's call, and on the address that the prompt gives.
fn sign_off(facts: &Facts, spec: &AdSpec, scenes: &mut [Composed]) {
    let Some((_, overlays)) = scenes.last_mut() else { return };
    if let Some(address) = facts.address.as_ref().or(facts.phone.as_ref()) {
        overlays.retain(|overlay| overlay.role != OverlayRole::Support);
        overlays.push(OverlayCopy { role: OverlayRole::Support, text: address.clone() });
    }
    overlays.push(OverlayCopy { role: OverlayRole::CallToAction, text: spec.call_to_action.clone() });
}

/// A timing in which every scene's words can be read: with the drafter's lengths, else without.
fn fitting(
    brief: &Brief,
    spec: &AdSpec,
    facts: &Facts,
    scenes: &mut [Composed],
    weights: &[f64],
) -> Result<timing::Timing, Vec<String>> {
    let total = brief.duration.frames();
    let grid = beat_grid(spec.tone, &spec.category, brief.seed);
    let last = scenes.len() - 1;
    let counts = |overlays: &[OverlayCopy]| -> Vec<usize> {
        overlays.iter().map(|overlay| pace::words(&overlay.text)).collect()
    };
    let needed: Vec<u32> = scenes
        .iter()
        .enumerate()
        .map(|(index, (layout, overlays))| match (layout, &facts.testimonial) {
            (SceneLayout::Testimonial, Some(testimonial)) => {
                let quoted = overlays_of_quote(testimonial, &pace::Room::unbounded());
                pace::scene_for(&counts(&quoted), timing::CROSSFADE.0)
            }
            _ => pace::scene_for(&counts(overlays), if index == last { 0 } else { timing::CROSSFADE.0 }),
        })
        .collect();
    let weight = |weight: f64| if weight.is_finite() && weight > 0.0 { weight } else { 1.0 };
    let sum: f64 = weights.iter().copied().map(weight).sum();
    // Only the middle's lengths are free: the hook and the call take what they take.
    let weighted = needed.iter().zip(weights).enumerate().map(|(index, (&needed, &of))| {
        let share = (f64::from(total.0) * weight(of) / sum).round() as u32;
        if index == 0 || index == last { needed } else { needed.max(share.min(ScenePlan::MAX_SCENE.0)) }
    });
    let mut wrong = Vec::new();
    for wanted in [weighted.collect(), needed.clone()] {
        let wanted: Vec<u32> = wanted;
        let timing = timing::plan(total, &wanted).on_the_beat(grid);
        for (index, (layout, overlays)) in scenes.iter_mut().enumerate() {
            if let (SceneLayout::Testimonial, Some(testimonial)) = (*layout, &facts.testimonial) {
                *overlays = overlays_of_quote(testimonial, &pace::Room::of(&timing, index));
            }
        }
        wrong.clear();
        for (index, (_, overlays)) in scenes.iter().enumerate() {
            let (room, counts) = (pace::Room::of(&timing, index), counts(overlays));
            if !room.holds(&counts) {
                let (all, most) = (counts.iter().sum::<usize>(), room.most(&[], 24, &[]));
                wrong.push(format!(
                    "scene_{}: its {} lines have {all} words, and there is time to read about {most}",
                    index + 1,
                    counts.len()
                ));
            }
        }
        if wrong.is_empty() {
            with_names(spec, facts, scenes, &timing);
            return Ok(timing);
        }
    }
    Err(wrong)
}

fn overlays_of_quote(testimonial: &super::reading::Testimonial, room: &pace::Room) -> Vec<OverlayCopy> {
    overlays(copy::quotation(testimonial, room))
}

/// The end card says whose ad it was, where no line has said so and there is time.
fn with_names(spec: &AdSpec, facts: &Facts, scenes: &mut [Composed], timing: &timing::Timing) {
    let last = scenes.len() - 1;
    let (_, overlays) = &mut scenes[last];
    let name = spec.brand.clone().unwrap_or_else(|| {
        let plain = if facts.product.is_empty() { &spec.product } else { &facts.product };
        super::reading::capitalised(plain)
    });
    let name = copy::bounded(&name, 4, 30);
    let said = overlays.iter().any(|overlay| letters(&overlay.text).contains(&letters(&name)));
    if said || text::readable(&name).is_empty() {
        return;
    }
    let mut with = overlays.clone();
    with.insert(1.min(with.len()), OverlayCopy { role: OverlayRole::Name, text: name });
    let counts: Vec<usize> = with.iter().map(|overlay| pace::words(&overlay.text)).collect();
    if pace::Room::of(timing, last).holds(&counts) {
        *overlays = with;
    }
}

/// Collects what is wrong with a draft's lines.
struct Check<'a> {
    prompt: &'a str,
    figures: Vec<String>,
    wrong: Vec<String>,
}

impl<'a> Check<'a> {
    fn of(brief: &'a Brief) -> Self {
        let prompt = brief.prompt.as_str();
        Self { prompt, figures: figures(prompt), wrong: Vec::new() }
    }

    fn is_in_prompt(&self, text: &str) -> bool {
        let wanted = letters(text);
        !wanted.is_empty() && letters(self.prompt).contains(&wanted)
    }

    /// The line without what cannot be seen; what is wrong with it is noted.
    fn line(&mut self, name: &str, text: &str, words: usize, chars: usize) -> String {
        let line = tidy(text);
        let (has_words, has_chars) = (pace::words(&line), line.chars().count());
        if line.is_empty() || (text::has_fonts() && text::readable(&line).is_empty()) {
            self.wrong.push(format!("{name}: it needs words"));
        } else if has_words > words {
            self.wrong.push(format!("{name}: at most {words} words, this has {has_words}"));
        } else if has_chars > chars {
            self.wrong.push(format!("{name}: at most {chars} characters, this has {has_chars}"));
        }
        // The reason is for the ad's maker; it is not in the ad.
        let said = if name == "framework_reason" { Vec::new() } else { figures(&line) };
        if let Some(made_up) = said.into_iter().find(|figure| !self.figures.contains(figure)) {
            self.wrong.push(format!("{name}: the figure {made_up} is not in the prompt; make none up"));
        }
        line
    }

    /// A scene's words in reading order.
    fn words(&mut self, name: &str, draft: &SceneDraft) -> Vec<OverlayCopy> {
        let headline =
            self.line(&format!("{name}.headline"), &draft.headline, HEADLINE_WORDS, copy::HEADLINE);
        let mut overlays = vec![OverlayCopy { role: OverlayRole::Headline, text: headline }];
        match (&draft.points, has_points(draft.layout)) {
            (Some(points), true) => {
                for (role, point) in OverlayRole::POINTS.into_iter().zip(points) {
                    let text = self.line(&format!("{name}.points"), point, POINT_WORDS, POINT_CHARS);
                    overlays.push(OverlayCopy { role, text });
                }
            }
            (None, true) => self.wrong.push(format!("{name}: its layout shows three points; give them")),
            // Points that the layout has no room for, and a line below points, are left out.
            (_, false) => {
                if let Some(support) = draft.support.as_ref().filter(|support| !tidy(support).is_empty()) {
                    let text = self.line(&format!("{name}.support"), support, SUPPORT_WORDS, copy::SUPPORT);
                    overlays.push(OverlayCopy { role: OverlayRole::Support, text });
                }
            }
        }
        if tidy(&draft.visual_prompt).is_empty() {
            self.wrong.push(format!("{name}.visual_prompt: say what the camera sees"));
        }
        overlays
    }
}

/// One line without controls and without marks that turn the direction of what follows.
fn tidy(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bounded(text: &str, chars: usize) -> String {
    tidy(text).chars().take(chars).collect()
}

/// Letters and digits alone, in small letters: how lines are compared.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Every run of digits.
fn figures(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_numeric()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use admint_domain::{AdOptions, AspectRatio, Prompt, TargetDuration};

    use super::*;

    fn brief(prompt: &str, seconds: u32) -> Brief {
        Brief {
            prompt: Prompt::parse(prompt).unwrap(),
            aspect: AspectRatio::Portrait9x16,
            duration: TargetDuration::parse(seconds).unwrap(),
            seed: 7,
            options: AdOptions::default(),
        }
    }

    fn spec_draft() -> SpecDraft {
        SpecDraft {
            product: "Cold brew".into(),
            brand: Some("Acme".into()),
            category: "coffee".into(),
            audience: "people who work late".into(),
            benefit: "a clear head at night".into(),
            pain: "the slump after nine".into(),
            offer: Some("Free for everybody".into()),
            call_to_action: "Order tonight".into(),
            tone: Tone::Energetic,
            framework: Framework::Pas,
            framework_reason: "It names a problem.".into(),
            // Grey on grey.
            colors: ColorsDraft {
                background: Rgb(120, 120, 120),
                surface: Rgb(125, 125, 125),
                ink: Rgb(130, 130, 130),
                primary: Rgb(20, 90, 60),
                accent: Rgb(240, 160, 60),
            },
        }
    }

    #[track_caller]
    fn check_spec(prompt: &str, change: impl FnOnce(&mut SpecDraft), wrong: &str) {
        let mut draft = spec_draft();
        change(&mut draft);
        let found = finish_spec(&brief(prompt, 15), draft).unwrap_err().join("; ");
        assert!(found.contains(wrong), "{found}");
    }

    const PROMPT: &str =
        "Northwind cold brew for developers who work late, 20% off, slogan \"The night is young.\"";

    #[test]
    fn the_prompts_own_words_and_colours_stand_over_a_draft() {
        let spec = finish_spec(&brief(PROMPT, 15), spec_draft()).unwrap();
        let own = write_spec(&brief(PROMPT, 15));
        assert_eq!((&spec.brand, &spec.offer), (&own.brand, &own.offer));
        assert!(spec.offer.as_ref().is_some_and(|offer| offer.contains("20%")), "{spec:?}");
        assert!(spec.palette.is_readable() && spec.palette.primary == Rgb(20, 90, 60), "mended around it");
        // Neither is in this prompt.
        let spec = finish_spec(&brief("cold brew coffee for late workers", 15), spec_draft()).unwrap();
        assert_eq!((spec.brand, spec.offer), (None, None));
        let spec = finish_spec(&brief("cold brew coffee, brand colour #0b63b5", 15), spec_draft()).unwrap();
        assert_eq!(spec.palette.primary, Rgb(0x0b, 0x63, 0xb5));
    }

    #[test]
    fn a_draft_that_breaks_a_rule_is_told_which() {
        check_spec(PROMPT, |draft| draft.category = "weapons".into(), "category");
        check_spec(PROMPT, |draft| draft.product = " \n ".into(), "product: it needs words");
        check_spec(PROMPT, |draft| draft.call_to_action = "Go and buy it all now".into(), "at most 4 words");
        check_spec(PROMPT, |draft| draft.benefit = "loved by 9000 people".into(), "9000");
        check_spec(PROMPT, |draft| draft.framework_reason = "x".repeat(301), "300 characters");
    }

    fn drafts(brief: &Brief, spec: &AdSpec) -> Vec<SceneDraft> {
        let mut used = Vec::new();
        let scene = |(index, outline): (usize, SceneOutline)| {
            let layout = *outline.layouts.iter().find(|layout| !used.contains(*layout)).unwrap();
            used.push(layout);
            SceneDraft {
                layout,
                visual_prompt: "a glass on a desk".into(),
                headline: if index == 1 { "the night is young".into() } else { "Still at it".into() },
                support: None,
                points: has_points(layout).then(|| ["Cold", "Strong", "Smooth"].map(str::to_owned)),
                weight: 1.0,
            }
        };
        outline(brief, spec).into_iter().enumerate().map(scene).collect()
    }

    #[test]
    fn drafts_become_plans_of_every_length() {
        for seconds in 9..=30 {
            let brief = brief(PROMPT, seconds);
            let spec = finish_spec(&brief, spec_draft()).unwrap();
            let plan = finish_scenes(&brief, &spec, &drafts(&brief, &spec)).unwrap();
            assert_eq!(plan.total(), brief.duration.frames(), "{seconds} s");
            let lines: Vec<&str> =
                plan.scenes().iter().flat_map(|scene| &scene.overlays).map(|o| o.text.as_str()).collect();
            assert!(lines.contains(&"The night is young."), "as the prompt has it: {lines:?}");
            assert!(lines.contains(&spec.call_to_action.as_str()), "{lines:?}");
        }
    }

    #[test]
    fn a_longer_weight_is_a_longer_scene() {
        let brief = brief(PROMPT, 20);
        let spec = finish_spec(&brief, spec_draft()).unwrap();
        let length = |weights: [f64; 5]| {
            let mut drafts = drafts(&brief, &spec);
            drafts.iter_mut().zip(weights).for_each(|(draft, weight)| draft.weight = weight);
            finish_scenes(&brief, &spec, &drafts).unwrap().scenes()[2].length
        };
        assert!(length([1.0, 1.0, 3.0, 1.0, 1.0]) > length([1.0, 3.0, 1.0, 1.0, f64::NAN]));
    }

    #[track_caller]
    fn check_scenes(change: impl FnOnce(&mut Vec<SceneDraft>), wrong: &str) {
        let brief = brief(PROMPT, 15);
        let spec = finish_spec(&brief, spec_draft()).unwrap();
        let mut drafts = drafts(&brief, &spec);
        change(&mut drafts);
        let found = finish_scenes(&brief, &spec, &drafts).unwrap_err().join("; ");
        assert!(found.contains(wrong), "{found}");
    }

    #[test]
    fn scenes_that_break_a_rule_are_told_which() {
        check_scenes(|drafts| drafts.truncate(3), "4 scenes");
        check_scenes(|drafts| drafts[1].layout = SceneLayout::EndCard, "scene_2: its layout");
        check_scenes(
            |drafts| drafts[0].headline = "One two three four five six seven eight".into(),
            "7 words",
        );
        check_scenes(|drafts| drafts[2].headline = "Loved by 5000 people".into(), "5000");
        check_scenes(|drafts| drafts[1].headline = "Something else".into(), "The night is young.");
        let long = "one two three four five six seven eight nine";
        check_scenes(|drafts| drafts[0].support = Some(long.into()), "scene_1: its 2 lines");
    }
}
