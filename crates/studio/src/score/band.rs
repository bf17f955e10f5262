//! Music composed and synthesised here: what an ad has where no recording is packaged.
//!
//! The bars are fitted to the film, so that the last one begins with the closing chord and its echo
//! is over when the picture is.

use admint_domain::{Frames, Tone};

use super::{
    ScoreBrief,
    harmony::{Sheet, hertz},
    mix, room,
    stereo::{RATE, Stereo},
    voices::{self, Note, Table},
};
use crate::dice::Dice;

/// Interleaved stereo as long as the brief says, ready to be heard.
pub fn play(brief: &ScoreBrief) -> Vec<f32> {
    let mut dice = Dice::new(brief.seed, "score");
    let sheet = Sheet::write(brief.spec.tone, &mut dice);
    let seconds = brief.length.seconds();
    let bars = (seconds / (240.0 / sheet.style.tempo)).round().max(1.0) as usize;
    let piece = Piece {
        sheet,
        tone: brief.spec.tone,
        seconds,
        bars,
        bar: seconds / bars as f64,
        enter: enter(brief, seconds),
    };
    let pairs = brief.pairs();
    let mut dry = Stereo::new(pairs);
    let mut wet = Stereo::new(pairs);
    piece.play_pads(&mut wet);
    piece.play_bass(&mut dry);
    piece.play_plucks(&mut wet, &mut dice);
    piece.play_tune(&mut wet);
    piece.play_drums(&mut dry, &mut wet, &mut dice);
    piece.play_accents(&mut wet, &brief.cuts, &mut dice);
    piece.play_ending(&mut dry, &mut wet, &mut dice);
    let size = if matches!(brief.spec.tone, Tone::Calm | Tone::Elegant) { 0.82 } else { 0.7 };
    let echo = room::reverberate(&wet.samples, size);
    let mixed = dry
        .samples
        .iter()
        .zip(&wet.samples)
        .zip(&echo)
        .map(|((dry, wet), echo)| dry + wet * 0.86 + echo * 0.34);
    mix::master_band(mixed.collect())
}

/// The band joins when the second scene begins; until then the music holds back.
fn enter(brief: &ScoreBrief, seconds: f64) -> f64 {
    brief.cuts.iter().map(|cut| cut.seconds()).find(|&cut| cut > 0.5).unwrap_or(seconds * 0.2)
}

struct Piece {
    sheet: Sheet,
    tone: Tone,
    seconds: f64,
    bars: usize,
    /// Seconds a bar.
    bar: f64,
    /// Seconds until the whole band plays.
    enter: f64,
}

impl Piece {
    fn step(&self) -> f64 {
        self.bar / 16.0
    }

    /// Quieter before the band enters, in full from then on.
    fn energy(&self, at: f64) -> f64 {
        if at + 0.05 >= self.enter { 1.0 } else { 0.62 }
    }

    /// When the closing chord begins.
    fn close(&self) -> f64 {
        self.bar * (self.bars - 1) as f64
    }

    fn play_pads(&self, track: &mut Stereo) {
        let table = Table::harmonics(&[1.0, 0.42, 0.26, 0.13, 0.09, 0.05, 0.03]);
        for bar in 0..self.bars - 1 {
            let chord = self.sheet.chord(bar, self.bars);
            for (index, note) in chord.notes.iter().enumerate() {
                let start = bar as f64 * self.bar;
                let hertz =
                    hertz(f64::from(self.sheet.key + 12 + note % 12 + if index == 3 { 12 } else { 0 }));
                let level = 0.062 * self.sheet.style.pad * self.energy(start);
                voices::pad(
                    track,
                    &table,
                    Note { start, length: self.bar, hertz, level, pan: 0.25 * (index as f64 - 1.5) },
                );
            }
        }
        self.pump(track);
    }

    /// The pad ducks at every kick and comes back: the groove breathes.
    fn pump(&self, track: &mut Stereo) {
        let depth = self.sheet.style.pump;
        if depth <= 0.0 {
            return;
        }
        let kicks: Vec<f64> = self.kicks().collect();
        let mut next = 0;
        for (pair, samples) in track.samples.chunks_exact_mut(2).enumerate() {
            let at = pair as f64 / RATE;
            while next < kicks.len() && kicks[next] <= at {
                next += 1;
            }
            if next > 0 {
                let since = at - kicks[next - 1];
                // Down within 10 ms, not at once: a jump would click.
                let duck = if since < 0.01 { since / 0.01 } else { (1.0 - (since - 0.01) / 0.24).max(0.0) };
                let gain = (1.0 - depth * duck * duck) as f32;
                samples[0] *= gain;
                samples[1] *= gain;
            }
        }
    }

    fn kicks(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.bars.saturating_sub(1))
            .flat_map(move |bar| {
                self.sheet
                    .style
                    .kicks
                    .iter()
                    .map(move |&step| bar as f64 * self.bar + f64::from(step) * self.step())
            })
            .filter(move |&at| at + 0.05 >= self.enter)
    }

    fn play_bass(&self, track: &mut Stereo) {
        let table = Table::harmonics(&[1.0, 0.5, 0.22, 0.1]);
        for bar in 0..self.bars - 1 {
            let chord = self.sheet.chord(bar, self.bars);
            let hertz = hertz(f64::from(self.sheet.key - 12 + chord.root % 12));
            let steps = self.sheet.style.bass_steps;
            for (index, &step) in steps.iter().enumerate() {
                let start = bar as f64 * self.bar + f64::from(step) * self.step();
                if start + 0.05 < self.enter {
                    continue;
                }
                let next = steps.get(index + 1).copied().unwrap_or(16);
                let length = (f64::from(next - step) * self.step() * 0.92).min(self.bar * 0.5);
                voices::bass(
                    track,
                    &table,
                    Note { start, length, hertz, level: 0.24 * self.sheet.style.bass, pan: 0.0 },
                );
            }
        }
    }

    fn play_plucks(&self, track: &mut Stereo, dice: &mut Dice) {
        let busy = self.sheet.style.busy;
        let string = matches!(self.tone, Tone::Calm | Tone::Warm | Tone::Elegant | Tone::Playful);
        let table = Table::harmonics(&[1.0, 0.6, 0.45, 0.3, 0.24, 0.18, 0.14, 0.1]);
        let each = self.bar / f64::from(4 * busy);
        for bar in 0..self.bars - 1 {
            let chord = self.sheet.chord(bar, self.bars);
            for index in 0..(4 * busy) as usize {
                let start = bar as f64 * self.bar + index as f64 * each;
                let note = chord.notes[self.sheet.figure[index % 8]];
                let hertz = hertz(f64::from(self.sheet.key + 12 + note));
                let accent = if index % busy as usize == 0 { 1.0 } else { 0.68 };
                // No hand is as even as a clock.
                let level = self.sheet.style.pluck * self.energy(start) * accent * dice.range(0.85, 1.0);
                let pan = 0.45 * if index % 2 == 0 { -1.0 } else { 1.0 };
                if string {
                    voices::pluck(
                        track,
                        Note { start, length: (each * 3.2).min(1.4), hertz, level: level * 0.17, pan },
                        0.2,
                        dice,
                    );
                } else {
                    voices::stab(
                        track,
                        &table,
                        Note { start, length: each * 1.7, hertz, level: level * 0.13, pan },
                    );
                }
            }
        }
    }

    fn play_tune(&self, track: &mut Stereo) {
        let eighth = self.bar / 8.0;
        for bar in 0..self.bars - 1 {
            for index in 0..8 {
                let start = bar as f64 * self.bar + index as f64 * eighth;
                let Some(degree) = self.sheet.tune[(bar % 2) * 8 + index] else { continue };
                if start + 0.05 < self.enter {
                    continue;
                }
                let hertz = hertz(f64::from(self.sheet.key + 24 + degree));
                voices::bell(
                    track,
                    Note { start, length: 1.1, hertz, level: 0.085 * self.sheet.style.bell, pan: 0.2 },
                );
            }
        }
    }

    fn play_drums(&self, dry: &mut Stereo, wet: &mut Stereo, dice: &mut Dice) {
        let level = self.sheet.style.drums;
        for at in self.kicks() {
            voices::kick(dry, at, 0.5 * level);
        }
        for bar in 0..self.bars - 1 {
            let start = bar as f64 * self.bar;
            for &step in self.sheet.style.claps {
                let at = start + f64::from(step) * self.step();
                if at + 0.05 >= self.enter {
                    voices::clap(wet, at, 0.26 * level, dice);
                }
            }
            if self.sheet.style.hats > 0 {
                for step in (0..16).step_by(self.sheet.style.hats as usize) {
                    let at = start + f64::from(step) * self.step();
                    let off_beat = step % 4 == 2;
                    let length = if off_beat { 0.11 } else { 0.05 };
                    let loud = if off_beat { 0.15 } else { 0.08 } * self.energy(at) * dice.range(0.8, 1.0);
                    voices::hat(dry, at, length, loud * level.max(0.4), 0.25, dice);
                }
            }
        }
        // A roll leads into the closing chord.
        for index in 0..6 {
            let at = self.close() - f64::from(6 - index) * self.step();
            if at > self.enter && level > 0.5 {
                voices::clap(wet, at, 0.05 * level * (1.0 + f64::from(index) * 0.5), dice);
            }
        }
    }

    fn play_accents(&self, wet: &mut Stereo, cuts: &[Frames], dice: &mut Dice) {
        let strength = match self.tone {
            Tone::Calm | Tone::Elegant => 0.55,
            Tone::Warm => 0.75,
            _ => 1.0,
        };
        for (index, cut) in cuts.iter().map(|cut| cut.seconds()).enumerate() {
            if cut < 0.3 || cut > self.seconds - 0.6 {
                continue;
            }
            let last = index + 1 == cuts.len();
            let length = if last { 0.95_f64.min(cut) } else { 0.5_f64.min(cut) };
            let side = if index % 2 == 0 { -1.0 } else { 1.0 };
            voices::whoosh(wet, cut, length, 0.5 * strength, side, dice);
            voices::boom(wet, cut, 0.34 * strength);
            voices::crash(wet, cut, 0.7, 0.05 * strength, dice);
        }
    }

    fn play_ending(&self, dry: &mut Stereo, wet: &mut Stereo, dice: &mut Dice) {
        let start = self.close();
        let length = self.bar * 0.94;
        let chord = self.sheet.chord(self.bars - 1, self.bars);
        let table = Table::harmonics(&[1.0, 0.42, 0.26, 0.13, 0.09, 0.05, 0.03]);
        let low = Table::harmonics(&[1.0, 0.5, 0.22, 0.1]);
        for (index, note) in chord.notes.iter().enumerate() {
            let pitch = f64::from(self.sheet.key + 12 + note);
            // Rolled upwards, as a harp would.
            let at = start + 0.035 * index as f64;
            let pan = 0.3 * (index as f64 - 1.5);
            voices::pluck(
                wet,
                Note { start: at, length: length - 0.2, hertz: hertz(pitch), level: 0.2, pan },
                0.2,
                dice,
            );
            voices::bell(
                wet,
                Note { start: at, length: length - 0.2, hertz: hertz(pitch + 12.0), level: 0.07, pan },
            );
            voices::pad(
                wet,
                &table,
                Note {
                    start,
                    length: length * 0.45,
                    hertz: hertz(pitch),
                    level: 0.05 * self.sheet.style.pad,
                    pan,
                },
            );
        }
        let hertz = hertz(f64::from(self.sheet.key - 12));
        voices::bass(
            dry,
            &low,
            Note { start, length: length * 0.7, hertz, level: 0.2 * self.sheet.style.bass, pan: 0.0 },
        );
        voices::kick(dry, start, 0.5 * self.sheet.style.drums.max(0.3));
        voices::crash(wet, start, length * 0.8, 0.07 * self.sheet.style.drums.max(0.4), dice);
    }
}
