//! What is heard with a cut: air before it, a blow on it, tension before the call to action.
//!
//! All of it is synthesised, tuned to the recording's key, and set against what the music does at that
//! moment: an effect's loudest twentieth of a second stays below the music around it.

use admint_domain::Tone;

use super::{
    harmony::hertz,
    library::Recording,
    stereo::{RATE, Stereo, power},
    voices::{self, Note},
};
use crate::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Air that rushes by.
    Whoosh,
    /// A cymbal backwards.
    Swell,
    /// Bells that climb to the key's own note.
    Shimmer,
    /// Plucked strings that fall to it.
    Harp,
    /// A tuned drum, with a cymbal in loud ads and bells in quiet ones.
    Hit,
    /// Air and a note that slides up.
    Riser,
}

/// An effect and the moment, in seconds, that it leads to or begins at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    pub at: f64,
    pub effect: Effect,
}

/// One lead-in for each cut, never the same twice in a row, a hit on the first and a riser into the last.
pub fn cues(tone: Tone, cuts: &[f64], length: f64, dice: &mut Dice) -> Vec<Cue> {
    use Effect::{Harp, Hit, Riser, Shimmer, Swell, Whoosh};
    let lead_ins: &[Effect] = match tone {
        Tone::Calm | Tone::Elegant => &[Shimmer, Swell, Harp],
        Tone::Warm | Tone::Playful => &[Whoosh, Shimmer, Harp],
        Tone::Energetic | Tone::Confident => &[Whoosh, Swell],
    };
    let cuts: Vec<f64> = cuts.iter().copied().filter(|&cut| cut > 0.5 && cut < length - 1.0).collect();
    let mut cues: Vec<Cue> = Vec::new();
    let mut last = None;
    for (index, &at) in cuts.iter().enumerate() {
        let effect = if index + 1 == cuts.len() && index > 0 {
            Riser
        } else {
            let fresh: Vec<Effect> =
                lead_ins.iter().copied().filter(|&effect| Some(effect) != last).collect();
            dice.pick(&fresh).copied().unwrap_or(Whoosh)
        };
        cues.push(Cue { at, effect });
        last = Some(effect);
        if index == 0 {
            cues.push(Cue { at, effect: Hit });
        }
    }
    cues
}

/// Adds the cues to the music.
pub fn add(music: &mut [f32], cues: &[Cue], tone: Tone, recording: &Recording, dice: &mut Dice) {
    let heard = music.to_vec();
    for cue in cues {
        // How far below the music the loudest moment stays, in decibels.
        let below = match tone {
            Tone::Calm | Tone::Elegant => 8.0,
            Tone::Warm => 6.5,
            Tone::Playful | Tone::Confident => 5.0,
            Tone::Energetic => 4.0,
        } + if cue.effect == Effect::Hit { -0.5 } else { 0.0 };
        let (sound, before) = render(cue.effect, tone, recording, dice);
        let around = loudness(&heard, cue.at - 0.75, cue.at + 0.75);
        let loudest = sound.samples.chunks(4800).map(mean).fold(0.0, f64::max);
        if loudest < 1e-9 {
            continue;
        }
        let gain = (around * 10.0_f64.powf(-below / 20.0) / loudest) as f32;
        let first = ((cue.at - before) * RATE).round() as i64 * 2;
        for (index, sample) in sound.samples.iter().enumerate() {
            let at = usize::try_from(first + index as i64).ok();
            if let Some(place) = at.and_then(|at| music.get_mut(at)) {
                *place += sample * gain;
            }
        }
    }
}

/// The root-mean-square level between two moments.
fn loudness(samples: &[f32], from: f64, to: f64) -> f64 {
    let index = |seconds: f64| ((seconds.max(0.0) * RATE) as usize * 2).min(samples.len());
    mean(&samples[index(from)..index(to)])
}

fn mean(samples: &[f32]) -> f64 {
    power(samples).sqrt()
}

/// The sound, and how many seconds of it come before its moment.
fn render(effect: Effect, tone: Tone, recording: &Recording, dice: &mut Dice) -> (Stereo, f64) {
    let beat = recording.beat();
    let loud = matches!(tone, Tone::Energetic | Tone::Confident | Tone::Playful);
    // The key's own note between the A below middle C and the G sharp above it.
    let tonic = 57.0 + f64::from((recording.key + 3) % 12);
    let third = if recording.minor { 3.0 } else { 4.0 };
    let before = match effect {
        Effect::Whoosh => (1.2 * beat).clamp(0.4, 0.6),
        Effect::Swell => (1.6 * beat).clamp(0.6, 1.1),
        Effect::Shimmer | Effect::Harp => beat,
        Effect::Hit => 0.0,
        Effect::Riser => (3.0 * beat).clamp(1.0, 1.8),
    };
    let mut sound = Stereo::new(((before + 1.6) * RATE) as usize);
    let note = |start: f64, pitch: f64, level: f64, pan: f64| Note {
        start,
        length: 1.2,
        hertz: hertz(pitch),
        level,
        pan,
    };
    match effect {
        Effect::Whoosh => {
            let side = if dice.chance(0.5) { -1.0 } else { 1.0 };
            voices::whoosh(&mut sound, before, before, 0.5, side, dice);
        }
        Effect::Swell => voices::swell(&mut sound, before, before, 0.3, dice),
        Effect::Shimmer => {
            for (index, step) in [0.0, third, 7.0, 12.0, 12.0 + third].into_iter().enumerate() {
                let at = before * index as f64 / 4.0;
                voices::bell(
                    &mut sound,
                    note(at, tonic + 12.0 + step, 0.07 + 0.01 * index as f64, 0.4 - 0.2 * index as f64),
                );
            }
        }
        Effect::Harp => {
            for (index, step) in [19.0, 12.0 + third, 12.0, 7.0, 0.0].into_iter().enumerate() {
                let at = before * index as f64 / 4.0;
                voices::pluck(&mut sound, note(at, tonic + step, 0.2, 0.2 * index as f64 - 0.4), 0.2, dice);
            }
        }
        Effect::Hit => {
            voices::thump(&mut sound, 0.0, hertz(tonic - 24.0), 0.5);
            if loud {
                voices::crash(&mut sound, 0.0, 0.9, 0.08, dice);
            } else {
                for step in [0.0, 7.0, 12.0] {
                    voices::bell(&mut sound, note(0.0, tonic + 12.0 + step, 0.06, step / 12.0 - 0.5));
                }
            }
        }
        Effect::Riser => {
            let level = if loud { 0.5 } else { 0.35 };
            voices::riser(&mut sound, before, before, hertz(tonic), level, dice);
        }
    }
    (sound, before)
}
