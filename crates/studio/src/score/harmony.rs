//! Tempo, key and chords: what a mood sounds like on paper.

use admint_domain::Tone;

use crate::dice::Dice;

/// Notes are MIDI numbers; 69 is the A of 440 Hz.
pub fn hertz(note: f64) -> f64 {
    440.0 * 2.0_f64.powf((note - 69.0) / 12.0)
}

/// How the band plays.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Beats a minute, before the bars are fitted to the film.
    pub tempo: f64,
    pub pad: f64,
    pub pluck: f64,
    pub bell: f64,
    pub bass: f64,
    pub drums: f64,
    /// Beats of a bar with a kick, in quarters of a beat.
    pub kicks: &'static [u32],
    pub claps: &'static [u32],
    /// Sixteenths between hats; 0 for none.
    pub hats: u32,
    pub bass_steps: &'static [u32],
    /// Plucks per beat.
    pub busy: u32,
    /// How far the pad gives way to the kick.
    pub pump: f64,
    pub minor: bool,
}

pub fn style(tone: Tone) -> Style {
    match tone {
        Tone::Calm => Style {
            tempo: 82.0,
            pad: 0.9,
            pluck: 0.7,
            bell: 0.6,
            bass: 0.55,
            drums: 0.22,
            kicks: &[0, 8],
            claps: &[],
            hats: 4,
            bass_steps: &[0],
            busy: 2,
            pump: 0.0,
            minor: false,
        },
        Tone::Warm => Style {
            tempo: 98.0,
            pad: 0.6,
            pluck: 0.95,
            bell: 0.5,
            bass: 0.7,
            drums: 0.55,
            kicks: &[0, 8, 10],
            claps: &[4, 12],
            hats: 2,
            bass_steps: &[0, 6, 8],
            busy: 2,
            pump: 0.15,
            minor: false,
        },
        Tone::Playful => Style {
            tempo: 114.0,
            pad: 0.35,
            pluck: 1.0,
            bell: 0.8,
            bass: 0.75,
            drums: 0.7,
            kicks: &[0, 6, 8],
            claps: &[4, 12],
            hats: 2,
            bass_steps: &[0, 3, 6, 8, 11, 14],
            busy: 2,
            pump: 0.1,
            minor: false,
        },
        Tone::Energetic => Style {
            tempo: 126.0,
            pad: 0.7,
            pluck: 0.7,
            bell: 0.45,
            bass: 0.95,
            drums: 1.0,
            kicks: &[0, 4, 8, 12],
            claps: &[4, 12],
            hats: 2,
            bass_steps: &[2, 6, 10, 14],
            busy: 4,
            pump: 0.6,
            minor: true,
        },
        Tone::Elegant => Style {
            tempo: 88.0,
            pad: 0.85,
            pluck: 0.8,
            bell: 0.75,
            bass: 0.6,
            drums: 0.3,
            kicks: &[0, 8],
            claps: &[],
            hats: 4,
            bass_steps: &[0, 8],
            busy: 2,
            pump: 0.0,
            minor: true,
        },
        Tone::Confident => Style {
            tempo: 106.0,
            pad: 0.75,
            pluck: 0.7,
            bell: 0.5,
            bass: 0.9,
            drums: 0.85,
            kicks: &[0, 7, 8],
            claps: &[4, 12],
            hats: 2,
            bass_steps: &[0, 3, 7, 8, 14],
            busy: 4,
            pump: 0.4,
            minor: true,
        },
    }
}

/// A chord as semitones above the key: the bass, and the notes above it.
#[derive(Clone, Copy, Debug)]
pub struct Chord {
    pub root: i32,
    pub notes: [i32; 4],
}

const fn chord(root: i32, third: i32, fifth: i32, colour: i32) -> Chord {
    Chord { root, notes: [root, root + third, root + fifth, root + colour] }
}

const MAJOR: [[Chord; 4]; 4] = [
    [chord(0, 4, 7, 14), chord(7, 4, 7, 12), chord(9, 3, 7, 10), chord(5, 4, 7, 11)],
    [chord(0, 4, 7, 11), chord(9, 3, 7, 10), chord(5, 4, 7, 11), chord(7, 5, 7, 12)],
    [chord(0, 4, 7, 14), chord(4, 3, 7, 10), chord(5, 4, 7, 11), chord(7, 4, 7, 12)],
    [chord(5, 4, 7, 11), chord(7, 4, 7, 12), chord(9, 3, 7, 10), chord(0, 4, 7, 14)],
];
const MINOR: [[Chord; 4]; 4] = [
    [chord(0, 3, 7, 14), chord(8, 4, 7, 11), chord(3, 4, 7, 14), chord(10, 4, 7, 14)],
    [chord(0, 3, 7, 10), chord(10, 4, 7, 14), chord(8, 4, 7, 11), chord(10, 4, 7, 12)],
    [chord(0, 3, 7, 14), chord(5, 3, 7, 10), chord(8, 4, 7, 11), chord(7, 3, 7, 10)],
    [chord(8, 4, 7, 11), chord(10, 4, 7, 12), chord(0, 3, 7, 10), chord(0, 3, 7, 14)],
];
const MAJOR_SCALE: [i32; 5] = [0, 2, 4, 7, 9];
const MINOR_SCALE: [i32; 5] = [0, 3, 5, 7, 10];

/// A piece on paper.
pub struct Sheet {
    pub style: Style,
    /// The MIDI note of the key, about an octave below middle C.
    pub key: i32,
    chords: [Chord; 4],
    /// Eighths of two bars: a degree of the scale, or a rest.
    pub tune: [Option<i32>; 16],
    /// The order in which a chord's notes are plucked.
    pub figure: [usize; 8],
}

impl Sheet {
    pub fn write(tone: Tone, dice: &mut Dice) -> Self {
        let style = style(tone);
        let (progressions, scale) = if style.minor { (&MINOR, &MINOR_SCALE) } else { (&MAJOR, &MAJOR_SCALE) };
        let chords = progressions[dice.below(progressions.len())];
        let key = 48 + [-3, -1, 0, 2, 4][dice.below(5)];
        // A tune is mostly steps, with rests to breathe; its second half answers the first.
        let mut tune = [None; 16];
        let mut degree = dice.below(4) as i32 + 2;
        for (eighth, note) in tune.iter_mut().enumerate() {
            let strong = eighth % 4 == 0;
            if strong || dice.chance(0.38) {
                *note = Some(scale[degree.rem_euclid(5) as usize] + 12 * degree.div_euclid(5));
                degree = (degree + [-2, -1, -1, 1, 1, 2][dice.below(6)]).clamp(0, 8);
            }
        }
        let figures = [
            [0, 2, 1, 3, 2, 1, 3, 2],
            [0, 1, 2, 3, 2, 1, 2, 3],
            [3, 2, 1, 0, 1, 2, 3, 2],
            [0, 3, 1, 2, 0, 3, 2, 1],
        ];
        Self { style, key, chords, tune, figure: figures[dice.below(figures.len())] }
    }

    /// The last bar comes home, whatever the progression says.
    pub fn chord(&self, bar: usize, bars: usize) -> Chord {
        if bar + 1 >= bars {
            if self.style.minor { chord(0, 3, 7, 12) } else { chord(0, 4, 7, 12) }
        } else if bar + 2 == bars && bars > 2 {
            // The bar before it leans towards home.
            if self.style.minor { chord(10, 4, 7, 12) } else { chord(7, 4, 7, 12) }
        } else {
            self.chords[bar % 4]
        }
    }
}
