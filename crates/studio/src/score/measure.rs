//! Where a recording's beats lie, and what its bars are good for.
//!
//! The packaged recordings come with a tempo and a key, but the tempo is the one that was asked of the
//! model that made them, and what it played is up to three per cent off. So the beat is measured:
//! onsets in three bands, a comb over the beat period for the tempo, and for the downbeat the phase of
//! the bar where chords change, basses begin and the drums answer on two and four. Nothing here runs
//! while an ad is made; `cargo run -p admint-studio --example beats` prints the table of `library`.

use std::f64::consts::{PI, TAU};

use super::stereo::{RATE, decibels};

/// Sample pairs between two values of an envelope: 5 ms.
const HOP: usize = 240;
const HOPS_A_SECOND: f64 = RATE / HOP as f64;
/// Chords are listened to at a quarter of the rate, fifty times a second.
const DECIMATION: usize = 4;
const CHORD_HOP: usize = 240;
const CHORDS_A_SECOND: f64 = RATE / (DECIMATION * CHORD_HOP) as f64;
const BEATS_A_BAR: f64 = 4.0;

/// What was measured of one recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Beats a minute as played.
    pub tempo: f64,
    /// Seconds from the first sample to a downbeat near it; a little below 0 where the packager's trim
    /// took the attack.
    pub downbeat: f64,
    /// Whole bars from there that sound like the rest, so an outro does not count.
    pub bars: usize,
    /// The bar that begins the loud part, where one is at least 2 dB above the four before it.
    pub lift: Option<usize>,
    /// The bar after the first whose beginning is most like the key's own chord: a place to end.
    pub home: usize,
}

/// `samples` are interleaved stereo at 48 kHz; `bpm`, `key` (semitones above C) and `minor` are what the
/// packager says.
pub fn measure(samples: &[f32], bpm: f64, key: u8, minor: bool) -> Measured {
    let mono: Vec<f64> = samples.chunks_exact(2).map(|pair| f64::from(pair[0] + pair[1]) / 2.0).collect();
    let all = onsets(&mono);
    let low = onsets(&Biquad::low_pass(150.0).filter(&mono));
    let high = onsets(&Biquad::high_pass(4000.0).filter(&mono));
    let chroma = Chroma::listen(&mono);
    let tempo = tempo(&all, bpm);
    let beat = 60.0 / tempo;
    let downbeat = downbeat(beat, &all, &low, &high, &chroma.novelty(0.9 * beat));

    let bar = BEATS_A_BAR * beat;
    let mut levels = levels(samples, downbeat, bar);
    let mut sorted = levels.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    while levels.last().is_some_and(|&level| level < median - 3.5) {
        levels.pop();
    }
    let lift = lift(&levels, downbeat, bar);
    let home = home(&chroma, levels.len(), lift, downbeat, beat, key, minor);
    Measured { tempo, downbeat, bars: levels.len(), lift, home }
}

/// How strongly something begins, at each hop: the rise of the compressed level over two hops, less what
/// is usual around it.
fn onsets(mono: &[f64]) -> Vec<f64> {
    let level: Vec<f64> = mono
        .chunks_exact(HOP)
        .map(|hop| {
            (1.0 + 100.0 * (hop.iter().map(|value| value * value).sum::<f64>() / HOP as f64).sqrt()).ln()
        })
        .collect();
    // Before the recording is silence, so its first sound is an onset too.
    let rise: Vec<f64> = (0..level.len())
        .map(|hop| if hop < 2 { level[hop] } else { (level[hop] - level[hop - 2]).max(0.0) })
        .collect();
    let around = 50;
    let mut sums = vec![0.0];
    for value in &rise {
        sums.push(sums[sums.len() - 1] + value);
    }
    (0..rise.len())
        .map(|hop| {
            let (from, to) = (hop.saturating_sub(around), (hop + around + 1).min(rise.len()));
            let usual = (sums[to] - sums[from]) / (2 * around + 1) as f64;
            (rise[hop] - usual).max(0.0)
        })
        .collect()
}

/// The tempo within 3.5 % of `bpm` at which beats, their halves and their quarters line up best.
fn tempo(onsets: &[f64], bpm: f64) -> f64 {
    let strength = |tempo: f64| -> f64 {
        [(1.0, 1.0), (2.0, 1.0), (4.0, 0.7)]
            .iter()
            .map(|&(division, weight)| {
                let step = TAU * division * tempo / 60.0 / HOPS_A_SECOND;
                // A rotation a hop costs less than a sine a hop.
                let (turn_sin, turn_cos) = step.sin_cos();
                let (mut cos, mut sin, mut re, mut im) = (1.0, 0.0, 0.0, 0.0);
                for &value in onsets {
                    re += value * cos;
                    im += value * sin;
                    (cos, sin) = (cos * turn_cos - sin * turn_sin, sin * turn_cos + cos * turn_sin);
                }
                weight * f64::hypot(re, im)
            })
            .sum()
    };
    let steps = 350;
    (0..=steps)
        .map(|step| bpm * (0.965 + 0.07 * f64::from(step) / f64::from(steps)))
        .map(|tempo| (strength(tempo), tempo))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(bpm, |best| best.1)
}

/// Seconds of the first downbeat. `changes` is how much the chord changes at each of the chroma's steps.
fn downbeat(beat: f64, all: &[f64], low: &[f64], high: &[f64], changes: &[f64]) -> f64 {
    let beat_hops = beat * HOPS_A_SECOND;
    let bar_hops = BEATS_A_BAR * beat_hops;
    let phases = bar_hops as usize;
    let fold = |curve: &[f64], rate: f64, radius: i64| -> Vec<f64> {
        let mut folded: Vec<f64> = (0..phases)
            .map(|phase| {
                let mut at = phase as f64;
                let (mut sum, mut count) = (0.0, 0);
                while at < all.len() as f64 - 3.0 {
                    let center = (at * rate).round() as i64;
                    let near = (center - radius..=center + radius)
                        .filter_map(|index| curve.get(usize::try_from(index).ok()?));
                    sum += near.fold(0.0, |peak: f64, &value| peak.max(value));
                    count += 1;
                    at += bar_hops;
                }
                sum / f64::from(count.max(1))
            })
            .collect();
        let most = folded.iter().fold(1e-12, |most: f64, &value| most.max(value));
        folded.iter_mut().for_each(|value| *value /= most);
        folded
    };
    let all = fold(all, 1.0, 2);
    let low = fold(low, 1.0, 2);
    let high = fold(high, 1.0, 2);
    let changes = fold(changes, CHORDS_A_SECOND / HOPS_A_SECOND, 1);
    let later = |phase: usize, beats: f64| (phase + (beats * beat_hops).round() as usize) % phases;
    let score = |phase: usize| -> f64 {
        let from_start = (phase as f64).min(bar_hops - phase as f64) / beat_hops;
        let backbeat = 0.5 * (high[later(phase, 1.0)] + high[later(phase, 3.0)]);
        // Silence was trimmed off, so the first sound is a downbeat unless the rest speaks against it.
        let start = (-(from_start / 0.15).powi(2)).exp();
        changes[phase] + 0.6 * low[phase] + 0.5 * backbeat + 0.3 * all[phase] + 0.6 * start
    };
    let best = (0..phases).max_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap_or_default() as f64;
    let best = if best < 0.9 * bar_hops { best } else { best - bar_hops };
    best / HOPS_A_SECOND
}

/// Mean power of each whole bar, in decibels.
fn levels(samples: &[f32], downbeat: f64, bar: f64) -> Vec<f64> {
    let pairs = samples.len() / 2;
    (0..)
        .map(|index| {
            let from = ((downbeat + f64::from(index) * bar) * RATE).max(0.0) as usize;
            (from, ((downbeat + f64::from(index + 1) * bar) * RATE) as usize)
        })
        // A bar may lack a fiftieth of a second to the trim at the end.
        .take_while(|&(_, to)| to <= pairs + 960)
        .map(|(from, to)| decibels(&samples[from * 2..to.min(pairs) * 2]))
        .collect()
}

fn lift(levels: &[f64], downbeat: f64, bar: f64) -> Option<usize> {
    let mean = |levels: &[f64]| levels.iter().sum::<f64>() / levels.len() as f64;
    (1..levels.len().saturating_sub(3))
        .filter(|&at| downbeat + at as f64 * bar >= 2.0)
        .map(|at| (at, mean(&levels[at..at + 4]) - mean(&levels[at.saturating_sub(4)..at])))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|&(_, rise)| rise >= 2.0)
        .map(|(at, _)| at)
}

fn home(
    chroma: &Chroma,
    bars: usize,
    lift: Option<usize>,
    downbeat: f64,
    beat: f64,
    key: u8,
    minor: bool,
) -> usize {
    let mut triad = [0.0; 12];
    for (interval, weight) in [(0, 1.0), (if minor { 3 } else { 4 }, 0.8), (7, 0.8)] {
        triad[(usize::from(key) + interval) % 12] = weight;
    }
    let base = lift.unwrap_or(0);
    (base.max(1)..bars)
        .map(|bar| {
            let start = downbeat + bar as f64 * BEATS_A_BAR * beat;
            let phrase = if (bar - base).is_multiple_of(4) { 0.05 } else { 0.0 };
            (bar, chroma.likeness(&triad, start + 0.1, start + 1.5 * beat) + phrase)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |best| best.0)
}

/// How loud each of the twelve notes is, whatever its octave, fifty times a second, of unit length.
struct Chroma {
    steps: Vec<[f64; 12]>,
}

impl Chroma {
    /// A bank of complex resonators, one a semitone from 110 Hz to 988 Hz.
    fn listen(mono: &[f64]) -> Self {
        let slow: Vec<f64> = mono
            .chunks_exact(DECIMATION)
            .map(|group| group.iter().sum::<f64>() / DECIMATION as f64)
            .collect();
        let rate = RATE / DECIMATION as f64;
        let decay = (-1.0 / (0.15 * rate)).exp();
        let mut steps = vec![[0.0; 12]; slow.len().div_ceil(CHORD_HOP)];
        for note in 45..84_u32 {
            let hertz = 440.0 * 2.0_f64.powf((f64::from(note) - 69.0) / 12.0);
            let (sin, cos) = (TAU * hertz / rate).sin_cos();
            let (sin, cos) = (decay * sin, decay * cos);
            let (mut re, mut im) = (0.0, 0.0);
            for (index, &value) in slow.iter().enumerate() {
                (re, im) = (re * cos - im * sin + (1.0 - decay) * value, re * sin + im * cos);
                if index.is_multiple_of(CHORD_HOP) {
                    steps[index / CHORD_HOP][(note % 12) as usize] += (1.0 + 300.0 * f64::hypot(re, im)).ln();
                }
            }
        }
        for step in &mut steps {
            normalize(step);
        }
        Self { steps }
    }

    /// How unlike the `seconds` after each step are to the `seconds` before it, from 0 to 1.
    fn novelty(&self, seconds: f64) -> Vec<f64> {
        let width = (seconds * CHORDS_A_SECOND) as usize;
        (0..self.steps.len())
            .map(|at| {
                if at < width || at + width > self.steps.len() {
                    return 0.0;
                }
                let (before, after) = (sum(&self.steps[at - width..at]), sum(&self.steps[at..at + width]));
                1.0 - cosine(&before, &after)
            })
            .collect()
    }

    fn likeness(&self, chord: &[f64; 12], from: f64, to: f64) -> f64 {
        let step = |seconds: f64| ((seconds * CHORDS_A_SECOND).max(0.0) as usize).min(self.steps.len());
        let mut heard = sum(&self.steps[step(from)..step(to)]);
        let least = heard.iter().copied().fold(f64::INFINITY, f64::min);
        heard.iter_mut().for_each(|note| *note -= least);
        cosine(&heard, chord)
    }
}

fn sum(steps: &[[f64; 12]]) -> [f64; 12] {
    let mut total = [0.0; 12];
    for step in steps {
        total.iter_mut().zip(step).for_each(|(total, value)| *total += value);
    }
    total
}

fn cosine(a: &[f64; 12], b: &[f64; 12]) -> f64 {
    let dot = |a: &[f64; 12], b: &[f64; 12]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-9)
}

fn normalize(step: &mut [f64; 12]) {
    let length = step.iter().map(|value| value * value).sum::<f64>().sqrt().max(1e-9);
    step.iter_mut().for_each(|value| *value /= length);
}

/// A second-order Butterworth filter, after R. Bristow-Johnson's audio EQ cookbook.
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

impl Biquad {
    fn low_pass(hertz: f64) -> Self {
        Self::new(hertz, |cos| [(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0])
    }

    fn high_pass(hertz: f64) -> Self {
        Self::new(hertz, |cos| [(1.0 + cos) / 2.0, -(1.0 + cos), (1.0 + cos) / 2.0])
    }

    fn new(hertz: f64, zeros: impl Fn(f64) -> [f64; 3]) -> Self {
        let angle = 2.0 * PI * hertz / RATE;
        let alpha = angle.sin() / std::f64::consts::SQRT_2;
        let gain = 1.0 + alpha;
        Self {
            b: zeros(angle.cos()).map(|zero| zero / gain),
            a: [-2.0 * angle.cos() / gain, (1.0 - alpha) / gain],
        }
    }

    fn filter(&self, samples: &[f64]) -> Vec<f64> {
        let (mut first, mut second) = (0.0, 0.0);
        let one = |&input: &f64| {
            let output = self.b[0] * input + first;
            first = self.b[1] * input - self.a[0] * output + second;
            second = self.b[2] * input - self.a[1] * output;
            output
        };
        samples.iter().map(one).collect()
    }
}
