//! A recording, cut and joined at its bars so that it fits a film.
//!
//! ```text
//! film       |  hook   |  reveal, and what follows            | call          |
//! recording    beats.. | lift, bars ...  bars | bars ... bars | home ~~~~~~~~~ .
//!            0         reveal                ^ joined         finish          length
//! ```
//!
//! The reveal falls on a downbeat, the last bar before the finish is left on a downbeat (or, in slow music,
//! half-way through a bar) for a bar that begins with the key's own chord, and that bar rings out. Tempo
//! and pitch stay as they were played.

use std::f64::consts::FRAC_PI_2;

use super::{
    grid::BeatGrid,
    library::Recording,
    room,
    stereo::{RATE, decibels},
};

/// Seconds of two bars heard at once where one takes over from the other.
const CROSSFADE: f64 = 0.04;
/// Seconds before the downbeat by which the new bar is alone, so that its attack is whole.
const LEAD: f64 = 0.015;
/// Seconds at the very end in which nothing sounds.
const SILENCE: f64 = 0.03;
/// Decibels that the hook is below the reveal, at least.
const HOLD_BACK: f64 = 3.0;

/// When things happen, in seconds from the first frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement {
    /// The film's length.
    pub length: f64,
    /// Where the second scene begins, on a downbeat; 0 where there is no second scene to speak of.
    pub reveal: f64,
    /// The last downbeat; from there on the music rings out.
    pub finish: f64,
    /// Stretches of the recording, in order, the first at 0.
    pub parts: Vec<Part>,
}

/// From `at` in the film on, the recording is heard from its second `from` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub at: f64,
    pub from: f64,
}

impl Arrangement {
    /// Plans for a film of `length` seconds whose scenes begin at `cuts`. `variation` chooses among equally
    /// good places to begin.
    pub fn plan(recording: &Recording, length: f64, cuts: &[f64], variation: usize) -> Self {
        let (beat, bar) = (recording.beat(), recording.bar());
        let reveal = cuts.iter().copied().find(|&cut| cut > 1.0 && cut < length - 2.5).unwrap_or(0.0);
        let reveal = BeatGrid { beat }.reveal(reveal);

        let finish = finish(length, reveal, bar);
        let first = first_bar(recording, reveal, variation);
        let mut parts = vec![Part { at: 0.0, from: recording.start_of(first) - reveal }];
        // Round and round through whole phrases, as long as there is film.
        let turn = turn(first, recording.bars);
        let around = (turn - first) as f64 * bar;
        let mut end = reveal + around;
        while end < finish - 0.01 {
            parts.push(Part { at: end, from: recording.start_of(first) });
            end += around;
        }
        let last = parts[parts.len() - 1];
        let home = recording.start_of(recording.home);
        if (last.from + finish - last.at - home).abs() > 0.01 {
            parts.push(Part { at: finish, from: home });
        }
        Self { length, reveal, finish, parts }
    }

    /// Interleaved stereo of the film's length, from the decoded `recording`; `beat` in seconds.
    pub fn play(&self, recording: &[f32], beat: f64) -> Vec<f32> {
        let mut music = self.join(recording);
        self.hold_back(&mut music);
        self.ring_out(&mut music, beat);
        music
    }

    /// The parts one after the other, with equal power in the crossfades.
    fn join(&self, recording: &[f32]) -> Vec<f32> {
        let pairs = (self.length * RATE).round() as usize;
        let mut music = vec![0.0; pairs * 2];
        let fade = (CROSSFADE * RATE) as i64;
        for (index, part) in self.parts.iter().enumerate() {
            let shift = ((part.from - part.at) * RATE).round() as i64;
            let taken_over = |at: f64| ((at - LEAD) * RATE).round() as i64;
            let begin = if index == 0 { i64::MIN } else { taken_over(part.at) };
            let end = self.parts.get(index + 1).map_or(i64::MAX, |next| taken_over(next.at));
            let from = begin.saturating_sub(fade).max(0);
            for pair in from..end.min(pairs as i64) {
                let rise = if pair >= begin { 1.0 } else { 1.0 - (begin - pair) as f64 / fade as f64 };
                let fall =
                    if pair < end.saturating_sub(fade) { 1.0 } else { (end - pair) as f64 / fade as f64 };
                let gain = ((rise * FRAC_PI_2).sin() * (fall * FRAC_PI_2).sin()) as f32;
                let Ok(source) = usize::try_from((pair + shift) * 2) else { continue };
                let Some(heard) = recording.get(source..source + 2) else { continue };
                music[pair as usize * 2] += heard[0] * gain;
                music[pair as usize * 2 + 1] += heard[1] * gain;
            }
        }
        // The first attack is kept: two milliseconds hold back no beat.
        for pair in 0..pairs.min(96) {
            music[pair * 2] *= pair as f32 / 96.0;
            music[pair * 2 + 1] *= pair as f32 / 96.0;
        }
        music
    }

    /// Under the hook the music is quieter and softer, if it was not played so: what comes with the reveal
    /// has to be more.
    fn hold_back(&self, music: &mut [f32]) {
        let reveal = ((self.reveal - LEAD) * RATE).max(0.0) as usize;
        if reveal == 0 {
            return;
        }
        let after = &music[reveal * 2..(reveal * 4).min(music.len())];
        let rise = decibels(after) - decibels(&music[..reveal * 2]);
        let missing = (HOLD_BACK - rise).clamp(0.0, 6.0);
        if missing < 0.5 {
            return;
        }
        // The filter takes the rest.
        let quiet = 10.0_f64.powf(-0.9 * missing / 20.0);
        let ramp = CROSSFADE * RATE;
        // Highs come back over the last half of the hook: the ear expects something.
        for side in 0..2 {
            let mut low = 0.0;
            for pair in 0..reveal {
                let sample = &mut music[pair * 2 + side];
                let part = pair as f64 / reveal as f64;
                let open = 0.16 + 0.5 * ((part - 0.4) / 0.6).clamp(0.0, 1.0).powi(2);
                low += open * (f64::from(*sample) - low);
                let back = 1.0 - ((reveal - pair) as f64 / ramp).min(1.0);
                let held = low * quiet;
                *sample = (held + (f64::from(*sample) - held) * back) as f32;
            }
        }
    }

    /// After the finish the players let go: what they play falls away within the bar while the room answers,
    /// and the last samples are silent.
    fn ring_out(&self, music: &mut [f32], beat: f64) {
        let pairs = music.len() / 2;
        let finish = ((self.finish * RATE) as usize).min(pairs);
        let silence = (SILENCE * RATE) as usize;
        let ring = (pairs - finish).saturating_sub(silence).max(1) as f64;
        let held = (0.9 * beat * RATE).min(0.3 * ring);
        for pair in finish..pairs {
            let since = ((pair - finish) as f64 - held) / (ring - held);
            let left = (1.0 - since.clamp(0.0, 1.0)).powi(2) * (-2.4 * since.max(0.0)).exp();
            music[pair * 2] *= left as f32;
            music[pair * 2 + 1] *= left as f32;
        }
        // The room hears the last beat before the finish too, or it would begin from nothing.
        let from = finish.saturating_sub((beat * RATE) as usize);
        let mut heard = music[from * 2..].to_vec();
        let swell = (finish - from).max(1);
        for (pair, samples) in heard.chunks_exact_mut(2).enumerate() {
            let rise = (pair as f32 / swell as f32).min(1.0).powi(2);
            samples.iter_mut().for_each(|sample| *sample *= rise);
        }
        let echo = room::reverberate(&heard, 0.88);
        for (pair, echo) in echo.chunks_exact(2).enumerate() {
            let left = pairs - (from + pair);
            let fall = (left.saturating_sub(silence) as f64 / ring.min(0.6 * RATE)).min(1.0);
            let gain = (0.55 * fall * fall * (3.0 - 2.0 * fall)) as f32;
            let at = (from + pair) * 2;
            music[at] += echo[0] * gain;
            music[at + 1] += echo[1] * gain;
        }
    }
}

/// The last downbeat: about two seconds before the end, whole bars after the reveal. In slow music the half
/// of a bar will do, if the end would be too long or too short otherwise.
fn finish(length: f64, reveal: f64, bar: f64) -> f64 {
    let worth = |halves: u32| {
        let ring = length - reveal - f64::from(halves) * bar / 2.0;
        let odd = if halves.is_multiple_of(2) { 0.0 } else { 0.5 };
        let short = if ring < 1.0 {
            10.0
        } else if ring < 1.3 {
            0.4
        } else {
            0.0
        };
        (ring - 1.9).abs() + odd + short
    };
    let most = ((length - reveal) / bar * 2.0) as u32;
    let halves = (1..=most).min_by(|&a, &b| worth(a).total_cmp(&worth(b)));
    match halves {
        Some(halves) if worth(halves) < 5.0 => reveal + f64::from(halves) * bar / 2.0,
        _ => reveal.max(length * 0.5),
    }
}

/// The bar that the reveal falls on: where the recording lifts, or where one of its phrases begins, with
/// enough of it before for the hook.
fn first_bar(recording: &Recording, reveal: f64, variation: usize) -> usize {
    let fits = |bar: usize| recording.start_of(bar) - reveal > -0.03 && bar + 2 <= recording.bars;
    if let Some(lift) = recording.lift
        && fits(lift)
    {
        return lift;
    }
    let phrases: Vec<usize> = (recording.home % 4..recording.bars)
        .step_by(4)
        .filter(|&bar| fits(bar) && bar + 4 <= recording.bars)
        .collect();
    if !phrases.is_empty() {
        return phrases[variation % phrases.len()];
    }
    (0..recording.bars).find(|&bar| fits(bar)).unwrap_or(0)
}

/// The bar before which to go back to `first`: after as many whole phrases of four bars as there are, or of
/// two, or after the last bar.
fn turn(first: usize, bars: usize) -> usize {
    let left = bars.saturating_sub(first).max(1);
    let phrase = if left >= 4 {
        4
    } else if left >= 2 {
        2
    } else {
        1
    };
    first + left / phrase * phrase
}
