//! Instruments: each adds its sound to a track, and its sound ends at silence.

use std::f64::consts::TAU;

use super::stereo::{RATE, Stereo};
use crate::dice::Dice;

/// Where, how high, how long and how loud a note is.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// Seconds.
    pub start: f64,
    pub length: f64,
    pub hertz: f64,
    pub level: f64,
    /// -1 is left, 1 is right.
    pub pan: f64,
}

/// One period of a waveform, read at any speed.
pub struct Table(Vec<f32>);

impl Table {
    /// From the loudness of the harmonics, the first being the note itself.
    pub fn harmonics(levels: &[f64]) -> Self {
        let size = 2048;
        let wave = (0..=size).map(|step| {
            let phase = f64::from(step) / f64::from(size) * TAU;
            levels
                .iter()
                .enumerate()
                .map(|(index, level)| level * (phase * (index + 1) as f64).sin())
                .sum::<f64>() as f32
        });
        Self(wave.collect())
    }

    fn at(&self, phase: f64) -> f32 {
        let place = phase.fract() * (self.0.len() - 1) as f64;
        let index = place as usize;
        let part = (place - index as f64) as f32;
        self.0[index] + (self.0[index + 1] - self.0[index]) * part
    }
}

/// Slow strings: two voices a little out of tune, wide apart.
pub fn pad(track: &mut Stereo, table: &Table, note: Note) {
    let attack = (note.length * 0.3).min(0.5);
    let release = (note.length * 0.35).min(0.6);
    for (detune, side) in [(-0.0022, -0.7), (0.0026, 0.7)] {
        let mut phase = 0.37 + side;
        let step = note.hertz * (1.0 + detune) / RATE;
        track.add(note.start, note.length + release, (note.pan + side).clamp(-1.0, 1.0), |seconds| {
            phase += step;
            let rise = (seconds / attack).min(1.0);
            let fall = 1.0 - ((seconds - note.length) / release).clamp(0.0, 1.0);
            let breathe = 0.9 + 0.1 * (TAU * 0.4 * seconds).sin();
            f64::from(table.at(phase.abs())) * rise * rise * fall * fall * breathe * note.level
        });
    }
}

/// A plucked string, after Karplus and Strong (1983): noise in a loop that loses its edge.
pub fn pluck(track: &mut Stereo, note: Note, bright: f64, dice: &mut Dice) {
    let period = (RATE / note.hertz).round().max(2.0) as usize;
    let mut string: Vec<f64> = (0..period).map(|_| dice.range(-1.0, 1.0)).collect();
    // A softer finger, and no constant part: that would be heard as a thump.
    for _ in 0..2 {
        for index in 0..period {
            string[index] = 0.5 * (string[index] + string[(index + 1) % period]);
        }
    }
    let mean = string.iter().sum::<f64>() / period as f64;
    string.iter_mut().for_each(|value| *value -= mean);
    let loss = 0.5_f64.powf(1.0 / (note.hertz * note.length * 0.28)).min(0.9995);
    let mut index = 0;
    let mut last = 0.0;
    track.add(note.start, note.length, note.pan, |seconds| {
        let value = string[index];
        let next = string[(index + 1) % period];
        string[index] = loss * (value * (0.5 + bright * 0.45) + next * (0.5 - bright * 0.45));
        index = (index + 1) % period;
        last += 0.7 * (value - last);
        let fade = 1.0 - (seconds / note.length).powi(3);
        last * fade * (seconds / 0.002).min(1.0) * note.level * 1.6
    });
}

/// A short synthetic string for busy figures.
pub fn stab(track: &mut Stereo, table: &Table, note: Note) {
    let mut phase = 0.0;
    let mut smooth = 0.0;
    track.add(note.start, note.length, note.pan, |seconds| {
        phase += note.hertz / RATE;
        let open = (-seconds * 14.0).exp();
        smooth += (0.06 + 0.5 * open) * (f64::from(table.at(phase)) - smooth);
        let fade = 1.0 - (seconds / note.length).powi(2);
        smooth * (-seconds * 7.0).exp() * (seconds / 0.003).min(1.0) * fade * note.level
    });
}

/// A struck bell: one sine moves another.
pub fn bell(track: &mut Stereo, note: Note) {
    track.add(note.start, note.length, note.pan, |seconds| {
        let carrier = TAU * note.hertz * seconds;
        let shine = 1.4 * (-seconds * 6.0).exp() * (carrier * 3.0).sin();
        let fade = 1.0 - (seconds / note.length).powi(2);
        (carrier + shine).sin() * (-seconds * 3.2).exp() * (seconds / 0.003).min(1.0) * fade * note.level
    });
}

pub fn bass(track: &mut Stereo, table: &Table, note: Note) {
    let mut phase = 0.0;
    track.add(note.start, note.length, 0.0, |seconds| {
        phase += note.hertz / RATE;
        let rise = (seconds / 0.008).min(1.0);
        let fall = ((note.length - seconds) / 0.05).clamp(0.0, 1.0);
        f64::from(table.at(phase)) * rise * fall * (0.65 + 0.35 * (-seconds * 5.0).exp()) * note.level
    });
}

pub fn kick(track: &mut Stereo, start: f64, level: f64) {
    let mut phase = 0.0;
    track.add(start, 0.32, 0.0, |seconds| {
        phase += (47.0 + 110.0 * (-seconds * 34.0).exp()) / RATE;
        let fade = (1.0 - seconds / 0.32).powi(2);
        (TAU * phase).sin() * (-seconds * 7.0).exp() * (seconds / 0.0015).min(1.0) * fade * level
    });
}

pub fn hat(track: &mut Stereo, start: f64, length: f64, level: f64, pan: f64, dice: &mut Dice) {
    let (mut low, mut lower) = (0.0, 0.0);
    track.add(start, length, pan, |seconds| {
        let noise = dice.range(-1.0, 1.0);
        // What two smoothers leave is what is high.
        low += 0.62 * (noise - low);
        lower += 0.62 * (noise - low - lower);
        let fade = 1.0 - seconds / length;
        (noise - low - lower) * (-seconds * 5.0 / length).exp() * fade * (seconds / 0.001).min(1.0) * level
    });
}

pub fn clap(track: &mut Stereo, start: f64, level: f64, dice: &mut Dice) {
    let (mut low, mut band) = (0.0, 0.0);
    track.add(start, 0.24, 0.1, |seconds| {
        let noise = dice.range(-1.0, 1.0);
        low += 0.32 * (noise - low);
        band += 0.10 * (low - band);
        let hands = [0.0, 0.011, 0.023]
            .iter()
            .filter(|&&hand| seconds >= hand)
            .map(|hand| (-(seconds - hand) * 150.0).exp())
            .sum::<f64>();
        let room = (-(seconds - 0.025).max(0.0) * 22.0).exp() * if seconds > 0.025 { 0.6 } else { 0.0 };
        let fade = 1.0 - seconds / 0.24;
        (low - band) * (hands + room) * fade * (seconds / 0.001).min(1.0) * level * 1.5
    });
}

/// Air that rushes towards a moment: ends there.
pub fn whoosh(track: &mut Stereo, end: f64, length: f64, level: f64, side: f64, dice: &mut Dice) {
    let (mut low, mut lower) = (0.0, 0.0);
    track.add(end - length, length + 0.18, 0.0, |seconds| {
        let part = (seconds / length).min(1.0);
        let noise = dice.range(-1.0, 1.0);
        let open = 0.02 + 0.30 * part * part;
        low += open * (noise - low);
        lower += open * 0.35 * (low - lower);
        let after = ((length + 0.18 - seconds) / 0.18).clamp(0.0, 1.0);
        (low - lower) * part.powi(3) * after * after * level * (1.0 + 0.2 * side)
    });
}

/// A low, soft blow with a long tail.
pub fn boom(track: &mut Stereo, start: f64, level: f64) {
    let mut phase = 0.0;
    track.add(start, 0.9, 0.0, |seconds| {
        phase += (38.0 + 46.0 * (-seconds * 9.0).exp()) / RATE;
        let fade = (1.0 - seconds / 0.9).powi(2);
        (TAU * phase).sin() * (-seconds * 3.5).exp() * fade * (seconds / 0.004).min(1.0) * level
    });
}

/// A cymbal that dies away.
pub fn crash(track: &mut Stereo, start: f64, length: f64, level: f64, dice: &mut Dice) {
    for pan in [-0.6, 0.6] {
        hat(track, start, length, level, pan, dice);
    }
}

/// A cymbal played backwards: grows towards a moment and is gone there.
pub fn swell(track: &mut Stereo, end: f64, length: f64, level: f64, dice: &mut Dice) {
    for pan in [-0.5, 0.5] {
        let (mut low, mut lower) = (0.0, 0.0);
        track.add(end - length, length, pan, |seconds| {
            let noise = dice.range(-1.0, 1.0);
            low += 0.5 * (noise - low);
            lower += 0.5 * (noise - low - lower);
            let part = seconds / length;
            let gone = ((length - seconds) / 0.012).min(1.0);
            (noise - low - lower) * part.powi(4) * gone * level
        });
    }
}

/// Tension: air and a note that slides up to `hertz`, both gone when they arrive.
pub fn riser(track: &mut Stereo, end: f64, length: f64, hertz: f64, level: f64, dice: &mut Dice) {
    let (mut low, mut lower) = (0.0, 0.0);
    let mut phase = 0.0;
    track.add(end - length, length, 0.0, |seconds| {
        let part = seconds / length;
        let noise = dice.range(-1.0, 1.0);
        let open = 0.03 + 0.5 * part * part;
        low += open * (noise - low);
        lower += open * 0.3 * (low - lower);
        // From a fifth below, the last tenth of the way on the note itself.
        let slide = (1.0 - part / 0.9).max(0.0);
        phase += hertz * 2.0_f64.powf(-7.0 / 12.0 * slide) / RATE;
        let note = (TAU * phase).sin() + 0.4 * (2.0 * TAU * phase).sin();
        let gone = ((length - seconds) / 0.02).min(1.0);
        ((low - lower) * 0.8 + note * 0.16) * part.powf(2.2) * gone * level
    });
}

/// A soft blow on a drum that is tuned.
pub fn thump(track: &mut Stereo, start: f64, hertz: f64, level: f64) {
    let mut phase = 0.0;
    track.add(start, 0.9, 0.0, |seconds| {
        phase += hertz * (1.0 + 0.9 * (-seconds * 24.0).exp()) / RATE;
        let fade = (1.0 - seconds / 0.9).powi(2);
        (TAU * phase).sin() * (-seconds * 3.8).exp() * fade * (seconds / 0.004).min(1.0) * level
    });
}
