//! What the voice says over an ad: in every scene the words that are read there, fitted into its time.

use std::collections::HashSet;

use admint_domain::{AdSpec, FRAME_RATE, Frames, OverlayRole, PlannedScene, ScenePlan, SceneRole};
use admint_timeline::{Caption, SpokenLine};

use super::{
    RATE, Speech, SpokenWord, Voice, gain,
    saying::{Sentence, sentences},
};
use crate::StudioError;

/// The voice-over of a whole ad.
#[derive(Clone, Debug, PartialEq)]
pub struct Narration {
    /// Mono at [`RATE`], exactly as long as the ad, silent where nobody speaks.
    pub samples: Vec<f32>,
    /// In order, never overlapping. Music ducks under each.
    pub lines: Vec<SpokenLine>,
}

/// Why an ad has no voice-over, as a sentence for its maker. It is made without one then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unvoiced {
    #[error("The packaged voice speaks English only, so this ad has music without a voice.")]
    OtherLanguage,
    #[error("No line of this ad fits into its scene, so it has music without a voice.")]
    NothingFits,
    /// The cause is for the log.
    #[error("The packaged voice is missing or failed, so this ad has music without a voice.")]
    Failed(#[from] StudioError),
}

/// Speaks the plan's own words, scene by scene. The same plan gives the same samples.
///
/// # Errors
/// A reason to go without: see [`Unvoiced`].
pub fn narrate(spec: &AdSpec, plan: &ScenePlan) -> Result<Narration, Unvoiced> {
    Voice::load()?.narrate(spec, plan)
}

const SAMPLES_PER_FRAME: usize = (RATE / FRAME_RATE) as usize;
/// From a scene's first full picture to its first word.
const AFTER_CUT: Frames = Frames(4);
/// The viewer settles in first.
const AFTER_OPENING: Frames = Frames(7);
/// From the last word to where the next scene begins to show, and to the ad's end.
const BEFORE_CUT: Frames = Frames(2);
const BEFORE_END: Frames = Frames(10);

/// The voice's own pace is about 165 words a minute; an unhurried line is slower.
const UNHURRIED: f32 = 0.94;
const BRISK: f32 = 1.04;
/// Only where a headline would go unsaid otherwise.
const QUICK: f32 = 1.16;

/// Of the words of an English ad, how many an English dictionary has at least. English prompts have nine
/// in ten, other European languages one in three.
const ENGLISH_SHARE: f64 = 0.6;

impl Voice {
    /// As [`narrate`], with a voice that is loaded.
    ///
    /// # Errors
    /// A reason to go without: see [`Unvoiced`].
    pub fn narrate(&self, spec: &AdSpec, plan: &ScenePlan) -> Result<Narration, Unvoiced> {
        if !self.is_english(spec, plan) {
            return Err(Unvoiced::OtherLanguage);
        }
        let mut said = HashSet::new();
        let mut spoken = Vec::new();
        for (scene, planned) in plan.scenes().iter().enumerate() {
            let (from, to) = window(plan, scene);
            if let Some((speech, texts)) = self.fit(drafts(planned, &said), to.saturating_sub(from))? {
                said.extend(texts);
                spoken.push((scene, from, speech));
            }
        }
        if spoken.is_empty() {
            return Err(Unvoiced::NothingFits);
        }
        Ok(laid_out(&spoken, plan.total()))
    }

    /// The first draft that can be said in `room` without haste, and the texts in it.
    fn fit(&self, drafts: Vec<Draft>, room: Frames) -> Result<Option<(Speech, Vec<String>)>, StudioError> {
        let room = room.0 as usize * SAMPLES_PER_FRAME;
        for draft in drafts {
            let paces: &[f32] =
                if draft.essential { &[UNHURRIED, BRISK, QUICK] } else { &[UNHURRIED, BRISK] };
            for &pace in paces {
                if self.least(&draft.sentences, pace)? > room {
                    continue;
                }
                let speech = self.say(&draft.sentences, pace)?;
                if !speech.words.is_empty() && speech.samples.len() <= room {
                    return Ok(Some((speech, draft.texts)));
                }
            }
        }
        Ok(None)
    }

    /// By the dictionary, the product's and the brand's names aside.
    fn is_english(&self, spec: &AdSpec, plan: &ScenePlan) -> bool {
        let names = folded(&[spec.product.as_str(), spec.brand.as_deref().unwrap_or_default()].join(" "));
        let names: HashSet<&str> = names.split(' ').collect();
        let copy: Vec<String> = plan
            .scenes()
            .iter()
            .flat_map(|scene| &scene.overlays)
            .map(|overlay| folded(&overlay.text))
            .collect();
        let words: Vec<&str> = copy
            .iter()
            .flat_map(|text| text.split(' '))
            .filter(|word| word.chars().count() > 1 && !names.contains(word))
            .filter(|word| {
                word.chars().any(char::is_alphabetic) && !word.contains(|c: char| c.is_ascii_digit())
            })
            .collect();
        let known = words.iter().filter(|word| self.reader.knows(word)).count();
        // A name may be in any script, but then there is nothing to say it with.
        let latin = copy.iter().flat_map(|text| text.chars()).filter(|c| c.is_alphabetic()).all(is_latin);
        latin && known as f64 >= words.len() as f64 * ENGLISH_SHARE
    }
}

fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// The words of `text` in small letters with one space between them.
fn folded(text: &str) -> String {
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    let words = plain.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    words.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Something that might be said in a scene.
struct Draft {
    /// In [`folded`] form, whole ones only.
    texts: Vec<String>,
    sentences: Vec<Sentence>,
    /// May be said quickly, since less would be nothing.
    essential: bool,
}

/// From all that the scene writes down to its shortest sensible part; best first.
///
/// ```text
/// headline. name. support. call.  ->  headline. call.  ->  headline.  ->  headline's first clauses.
/// ```
fn drafts(scene: &PlannedScene, said: &HashSet<String>) -> Vec<Draft> {
    let of = |role: OverlayRole| -> Vec<&str> {
        let overlays = scene.overlays.iter().filter(|overlay| overlay.role == role);
        overlays.map(|overlay| overlay.text.as_str()).collect()
    };
    let headlines = of(OverlayRole::Headline);
    let headline = folded(&headlines.join(" "));
    let fresh = |text: &&str| {
        let words = folded(text);
        !words.is_empty() && !said.contains(&words) && !headline.contains(&words)
    };
    let calls: Vec<&str> = of(OverlayRole::CallToAction).into_iter().filter(fresh).collect();
    let points = OverlayRole::POINTS.into_iter().flat_map(of);
    let supports: Vec<&str> = of(OverlayRole::Support).into_iter().chain(points).filter(fresh).collect();
    let end_card = scene.role == SceneRole::CallToAction;
    // Elsewhere the headline stands for it: a name between two lines is a stammer.
    let names: Vec<&str> = of(OverlayRole::Name).into_iter().filter(fresh).filter(|_| end_card).collect();

    let mut texts: Vec<(Vec<&str>, bool)> = Vec::new();
    for count in (1..=supports.len()).rev() {
        if !names.is_empty() {
            texts.push(([&headlines[..], &names[..], &supports[..count], &calls[..]].concat(), false));
        }
        texts.push(([&headlines[..], &supports[..count], &calls[..]].concat(), false));
    }
    texts.push(([&headlines[..], &names[..], &calls[..]].concat(), false));
    texts.push(([&headlines[..], &calls[..]].concat(), true));
    // An offer is worth more than the order to take it; any other last word is not.
    let offers = headline.chars().any(|letter| letter.is_ascii_digit());
    if end_card && !offers {
        texts.push((calls.clone(), true));
    }
    texts.push((headlines.clone(), true));
    if end_card && offers {
        texts.push((calls.clone(), true));
    }
    let mut drafts: Vec<Draft> = texts
        .into_iter()
        .map(|(texts, essential)| Draft {
            texts: texts.iter().map(|text| folded(text)).collect(),
            sentences: texts.into_iter().flat_map(sentences).collect(),
            essential,
        })
        .collect();
    drafts.extend(
        headlines.into_iter().flat_map(|headline| shorter(&sentences(headline))).map(|sentences| Draft {
            texts: Vec::new(),
            sentences,
            essential: true,
        }),
    );
    drafts.retain(|draft| !draft.sentences.is_empty());
    drafts
}

/// What is left of `sentences` without the last sentence, and without the last clause, and so on.
fn shorter(sentences: &[Sentence]) -> Vec<Vec<Sentence>> {
    let mut all = Vec::new();
    for count in (1..=sentences.len()).rev() {
        if count < sentences.len() {
            all.push(sentences[..count].to_vec());
        }
        let last = &sentences[count - 1];
        for end in (1..last.len()).rev().filter(|end| last[end - 1].spoken.ends_with(',')) {
            let mut clause = last[..end].to_vec();
            if let Some(word) = clause.last_mut() {
                word.spoken = format!("{}.", word.spoken.trim_end_matches(','));
            }
            all.push(sentences[..count - 1].iter().cloned().chain([clause]).collect());
        }
    }
    all
}

/// When the voice may speak in a scene: it is seen alone then.
///
/// ```text
/// scene before |xxxx|                    |xxxx| scene after
///                   | . speaks here .... |
/// ```
fn window(plan: &ScenePlan, scene: usize) -> (Frames, Frames) {
    let crossfade = plan.crossfade();
    let before: Frames =
        plan.scenes()[..scene].iter().map(|scene| scene.length.saturating_sub(crossfade)).sum();
    let end = before + plan.scenes()[scene].length;
    let from = if scene == 0 { AFTER_OPENING } else { before + crossfade + AFTER_CUT };
    let to = if scene + 1 == plan.scenes().len() {
        end.saturating_sub(BEFORE_END)
    } else {
        end.saturating_sub(crossfade + BEFORE_CUT)
    };
    (from, to)
}

/// As a caption has it: sentences that stood apart in the picture are read one after the other.
fn written(word: &SpokenWord) -> String {
    let is_open = word.last && word.text.ends_with(char::is_alphanumeric);
    if is_open { format!("{}.", word.text) } else { word.text.clone() }
}

fn laid_out(spoken: &[(usize, Frames, Speech)], total: Frames) -> Narration {
    let heard: Vec<f32> = spoken.iter().flat_map(|(_, _, speech)| &speech.samples).copied().collect();
    let gain = gain(&heard);
    let mut samples = vec![0.0; total.0 as usize * SAMPLES_PER_FRAME];
    let mut lines = Vec::new();
    for (scene, from, speech) in spoken {
        let start = from.0 as usize * SAMPLES_PER_FRAME;
        for (place, sample) in samples[start..].iter_mut().zip(&speech.samples) {
            *place = sample * gain;
        }
        let frame = |sample: usize| Frames((sample as f64 / SAMPLES_PER_FRAME as f64).round() as u32);
        let mut at = *from;
        let words = speech
            .words
            .iter()
            .map(|word| {
                let start = at.max(*from + frame(word.start));
                let end = (*from + frame(word.end)).max(start + Frames(1));
                at = end;
                Caption { from: start, to: end, text: written(word) }
            })
            .collect();
        let to = *from + Frames(speech.samples.len().div_ceil(SAMPLES_PER_FRAME) as u32);
        lines.push(SpokenLine { scene: *scene, from: *from, to, words });
    }
    Narration { samples, lines }
}
