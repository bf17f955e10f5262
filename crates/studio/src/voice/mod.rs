//! The voice: an ad's own words said aloud, and when each of them is heard.
//!
//! ```text
//! text -> saying (20% = "twenty percent") -> phonemes -> model (spectra, lengths) -> vocoder (samples)
//! ```
//!
//! One American English voice is packaged. Whatever it cannot say is a value ([`Unvoiced`]), and the ad is
//! made without it.

mod model;
mod narration;
mod numbers;
mod phonemes;
mod saying;
mod vocoder;

pub use self::narration::{Narration, Unvoiced, narrate};

use self::{
    model::AcousticModel,
    phonemes::Reader,
    saying::{Sentence, Word, sentences},
    vocoder::HOP_OUT,
};
use crate::{StudioError, dice::Dice};

/// Samples per second of everything here.
pub const RATE: u32 = 48_000;

/// Mono sound, and where its words are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speech {
    /// At [`RATE`], within ±1.
    pub samples: Vec<f32>,
    /// In order.
    pub words: Vec<SpokenWord>,
}

/// One word as the text writes it, although more may be heard: "20%" is two words to the ear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWord {
    pub text: String,
    /// The first sample.
    pub start: usize,
    /// The first sample after it.
    pub end: usize,
    /// Ends a sentence.
    pub last: bool,
}

impl Speech {
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(RATE)
    }

    /// Scales the samples; see [`level`].
    fn amplify(&mut self, gain: f32) {
        self.samples.iter_mut().for_each(|sample| *sample *= gain);
    }
}

/// Says `text`, in English. The same text gives the same samples. A text without a word to say is silence
/// of no length.
///
/// Loads the voice each time, which takes longer than a sentence does: who has much to say keeps a
/// [`Voice`].
///
/// # Errors
/// Where no voice is packaged, or its files cannot be read.
pub fn speak(text: &str) -> Result<Speech, StudioError> {
    Voice::load()?.speak(text)
}

/// The packaged voice, ready to speak.
pub struct Voice {
    reader: Reader,
    model: AcousticModel,
}

/// Between two sentences.
const BREATH: usize = RATE as usize * 26 / 100;
/// Kept before the first sound and after the last.
const LEAD: usize = RATE as usize * 30 / 1000;
const TAIL: usize = RATE as usize * 80 / 1000;
/// Sound weaker than this share of a sentence's loudest moment is its silence: -45 dB.
const SILENCE: f32 = 0.0056;
/// The model's lengths run behind what is heard: its teacher's own word times subtract three of its steps,
/// 75 ms, which measurements of onsets confirm.
const LAG: usize = RATE as usize * 75 / 1000;
/// As long a sentence as the model was trained on; a longer one is said in pieces.
const LONGEST: usize = 400;

/// What speech is brought to, as the root mean square of its louder moments; and how high a peak may be.
const LOUDNESS: f32 = 0.1;
const PEAK: f32 = 0.84;

impl Voice {
    /// # Errors
    /// Where no voice is packaged, or its files cannot be read.
    pub fn load() -> Result<Self, StudioError> {
        Ok(Self { reader: Reader::load()?, model: AcousticModel::load()? })
    }

    /// As [`speak`].
    ///
    /// # Errors
    /// Where the model fails.
    pub fn speak(&self, text: &str) -> Result<Speech, StudioError> {
        let mut speech = self.say(&sentences(text), 1.0)?;
        speech.amplify(gain(&speech.samples));
        Ok(speech)
    }

    /// Says sentences one after the other with a breath between them; `pace` 1 is the voice's own, more is
    /// faster. Not yet brought to its level.
    fn say(&self, sentences: &[Sentence], pace: f32) -> Result<Speech, StudioError> {
        let mut whole = Speech::default();
        for sentence in sentences {
            let part = self.say_sentence(sentence, pace)?;
            if part.samples.is_empty() {
                continue;
            }
            if !whole.samples.is_empty() {
                let breath = (BREATH as f32 / pace) as usize - LEAD - TAIL;
                whole.samples.resize(whole.samples.len() + breath, 0.0);
            }
            let offset = whole.samples.len();
            whole.samples.extend(part.samples);
            whole.words.extend(part.words.into_iter().map(|word| SpokenWord {
                start: word.start + offset,
                end: word.end + offset,
                ..word
            }));
        }
        Ok(whole)
    }

    /// How many samples [`Self::say`] makes of it at the very least, found without making them: its sounds
    /// without the pauses around them.
    fn least(&self, sentences: &[Sentence], pace: f32) -> Result<usize, StudioError> {
        let mut frames = 0;
        for sentence in sentences {
            let spoken: Vec<&str> = sentence.iter().flat_map(|word| word.spoken.split_whitespace()).collect();
            let sounds = self.reader.read(&spoken)?;
            if (3..=LONGEST).contains(&sounds.numbers.len()) {
                let lengths = self.model.lengths(&sounds.numbers, pace)?;
                frames += lengths[1..lengths.len() - 1].iter().sum::<usize>();
            }
        }
        Ok(frames * HOP_OUT)
    }

    fn say_sentence(&self, sentence: &[Word], pace: f32) -> Result<Speech, StudioError> {
        // Which written word each spoken one belongs to.
        let (spoken, owners): (Vec<&str>, Vec<usize>) = sentence
            .iter()
            .enumerate()
            .flat_map(|(owner, word)| word.spoken.split_whitespace().map(move |spoken| (spoken, owner)))
            .unzip();
        let sounds = self.reader.read(&spoken)?;
        if sounds.words.iter().all(|word| word.is_empty()) {
            return Ok(Speech::default());
        }
        if sounds.numbers.len() > LONGEST && sentence.len() > 1 {
            let halves = sentence.split_at(sentence.len() / 2);
            let mut first = self.say_sentence(halves.0, pace)?;
            let second = self.say_sentence(halves.1, pace)?;
            let offset = first.samples.len();
            first.samples.extend(second.samples);
            first.words.extend(second.words.into_iter().map(|word| SpokenWord {
                start: word.start + offset,
                end: word.end + offset,
                ..word
            }));
            return Ok(first);
        }
        let numbers = &sounds.numbers[..sounds.numbers.len().min(LONGEST)];
        let utterance = self.model.say(numbers, pace)?;
        let topic = spoken.join(" ");
        let samples = vocoder::synthesise(&utterance.spectra, &mut Dice::new(0, &topic))?;
        let mut starts = vec![0];
        starts.extend(utterance.lengths.iter().scan(0, |at, length| {
            *at += length * HOP_OUT;
            Some(*at)
        }));
        let place = |sound: usize| starts[sound.min(starts.len() - 1)].saturating_sub(LAG);
        let mut words: Vec<SpokenWord> = Vec::new();
        for (owner, word) in sentence.iter().enumerate() {
            let mut own =
                owners.iter().zip(&sounds.words).filter(|(of, range)| **of == owner && !range.is_empty());
            let Some((_, first)) = own.next() else { continue };
            let last = own.next_back().map_or(first, |(_, last)| last);
            words.push(SpokenWord {
                text: word.written.clone(),
                start: place(first.start),
                end: place(last.end),
                last: false,
            });
        }
        if let Some(word) = words.last_mut() {
            word.last = true;
        }
        Ok(trimmed(samples, words))
    }
}

/// Cuts the silence off both ends, and lets the words end with the sound.
fn trimmed(samples: Vec<f32>, words: Vec<SpokenWord>) -> Speech {
    let window = RATE as usize / 200;
    let levels: Vec<f32> = samples.chunks(window).map(root_mean_square).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let heard = |level: &f32| *level > loudest * SILENCE;
    let Some(first) = levels.iter().position(heard).filter(|_| loudest > 0.0) else {
        return Speech::default();
    };
    let last = levels.iter().rposition(heard).unwrap_or(first);
    let onset = words.first().map_or(0, |word| word.start);
    let cut = (first * window).min(onset).saturating_sub(LEAD);
    let end = ((last + 1) * window + TAIL).min(samples.len());
    let mut samples = samples[cut..end].to_vec();
    fade(&mut samples, LEAD, TAIL);
    let mut before = 0;
    let words = words
        .into_iter()
        .map(|word| {
            let start = word.start.saturating_sub(cut).clamp(before, samples.len());
            let end = word.end.saturating_sub(cut).clamp(start, samples.len());
            before = end;
            SpokenWord { start, end, ..word }
        })
        .collect();
    Speech { samples, words }
}

/// From and to silence in `rise` and `fall` samples, so that no end clicks.
fn fade(samples: &mut [f32], rise: usize, fall: usize) {
    let ramp = |index: usize, length: usize| {
        0.5 - 0.5 * (std::f32::consts::PI * (index as f32 / length as f32).min(1.0)).cos()
    };
    for (index, sample) in samples.iter_mut().take(rise).enumerate() {
        *sample *= ramp(index, rise);
    }
    for (index, sample) in samples.iter_mut().rev().take(fall).enumerate() {
        *sample *= ramp(index, fall);
    }
}

/// The factor that brings speech to its level. Only moments that are loud count, so that pauses do not
/// make a voice louder.
fn gain(samples: &[f32]) -> f32 {
    let levels: Vec<f32> = samples.chunks(RATE as usize / 20).map(root_mean_square).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let loud: Vec<f32> = levels.into_iter().filter(|level| *level > loudest * 0.1).collect();
    let level = root_mean_square(&loud);
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    if level > 0.0 { (LOUDNESS / level).min(PEAK / peak) } else { 1.0 }
}

fn root_mean_square(samples: &[f32]) -> f32 {
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if samples.is_empty() { 0.0 } else { (sum / samples.len() as f64).sqrt() as f32 }
}

#[cfg(test)]
mod tests;
