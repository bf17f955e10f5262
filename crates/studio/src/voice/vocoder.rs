//! From the model's spectra to samples.
//!
//! The model says, for each frame of 12.5 ms and each of 601 bins up to 12 kHz, how three sources add up:
//!
//! ```text
//! S = e^harmonic · e^(iπ tanh turn) · E  +  e^noise · Z  +  e^free · e^(iφ)
//! ```
//!
//! `E` is the spectrum of a train of pulses at the voice's pitch (what the vocal folds do), `Z` is complex
//! white noise (breath), and the third term is free in its phase (clicks of the tongue, plosives). An
//! inverse short-time Fourier transform makes sound of it; the formulas are in the model's own
//! documentation. The inverse transform runs at twice the model's rate over a spectrum that is empty above
//! 12 kHz, which is the ideal interpolation to 48 kHz and saves a resampler.

use std::f32::consts::PI;

use realfft::{RealFftPlanner, num_complex::Complex};

use crate::{StudioError, dice::Dice};

/// What the model predicts for one sentence; each spectrum is `BINS` rows of `frames` values.
#[derive(Debug, Default)]
pub struct Spectra {
    pub frames: usize,
    /// Natural logarithm of the harmonic part's magnitude.
    pub harmonic: Vec<f32>,
    /// Turns the harmonic part's phase, by π tanh of this.
    pub turn: Vec<f32>,
    /// Natural logarithm of the noise's magnitude.
    pub noise: Vec<f32>,
    /// Natural logarithm of the free part's magnitude.
    pub free: Vec<f32>,
    /// The free part's phase in radians.
    pub phase: Vec<f32>,
    /// The pitch in hertz per frame, 0 without voice.
    pub pitch: Vec<f32>,
}

pub const BINS: usize = WINDOW / 2 + 1;

/// The model's rate, its frames and its window.
const RATE: f64 = 24_000.0;
const HOP: usize = 300;
const WINDOW: usize = 4 * HOP;

/// How much finer than the model's rate the samples come out.
const OVERSAMPLING: usize = 2;

/// Samples per frame as they come out, at 48 kHz.
pub const HOP_OUT: usize = HOP * OVERSAMPLING;

/// Below this the voice is silent; no speaker is as low.
const LOWEST_PITCH: f32 = 40.0;
/// The pulses hold every harmonic up to here.
const HIGHEST_HARMONIC: f32 = 11_000.0;
/// A magnitude beyond e^7 is an accident of the model.
const LOUDEST: f32 = 7.0;

/// `spectra.frames` × [`HOP_OUT`] samples at 48 kHz.
pub fn synthesise(spectra: &Spectra, dice: &mut Dice) -> Result<Vec<f32>, StudioError> {
    let excitation = Excitation::of(&pulses(&spectra.pitch))?;
    let mut output = Output::new(spectra.frames);
    let mut frame = vec![Complex::default(); BINS];
    for at in 0..spectra.frames {
        let source = excitation.frame(at);
        for (bin, sum) in frame.iter_mut().enumerate() {
            let index = bin * spectra.frames + at;
            let harmonic =
                Complex::from_polar(magnitude(spectra.harmonic[index]), PI * spectra.turn[index].tanh());
            let free = Complex::from_polar(magnitude(spectra.free[index]), spectra.phase[index]);
            *sum = harmonic * source[bin] + gaussian(dice) * magnitude(spectra.noise[index]) + free;
        }
        output.add(at, &frame)?;
    }
    Ok(output.finish())
}

fn magnitude(logarithm: f32) -> f32 {
    logarithm.min(LOUDEST).exp()
}

/// Two independent normal variables of unit variance (Box and Muller 1958).
fn gaussian(dice: &mut Dice) -> Complex<f32> {
    let radius = (-2.0 * (1.0 - dice.unit()).ln()).sqrt() as f32;
    Complex::from_polar(radius, 2.0 * PI * dice.unit() as f32)
}

/// A pulse train at the model's rate: every harmonic of the pitch below [`HIGHEST_HARMONIC`] with
/// amplitude 1, in closed form (Dirichlet's kernel), so that nothing aliases.
fn pulses(pitch: &[f32]) -> Vec<f32> {
    let mut turns = 0.0_f64;
    (0..pitch.len() * HOP)
        .map(|sample| {
            let pitch = pitch_at(pitch, sample);
            turns = (turns + f64::from(pitch.max(LOWEST_PITCH)) / RATE).fract();
            if pitch <= LOWEST_PITCH {
                return 0.0;
            }
            let order = (HIGHEST_HARMONIC / pitch).floor() + 0.5;
            let angle = (turns * std::f64::consts::TAU) as f32;
            let denominator = 2.0 * (angle / 2.0).sin();
            let kernel = if denominator.abs() <= 2e-3 { order } else { (order * angle).sin() / denominator };
            kernel - 0.5
        })
        .collect()
}

/// Linear between the middles of the frames, level before the first and after the last.
fn pitch_at(pitch: &[f32], sample: usize) -> f32 {
    let position = (sample as f32 + 0.5) / HOP as f32 - 0.5;
    let below = position.floor();
    let share = position - below;
    let at = |index: f32| pitch[(index.max(0.0) as usize).min(pitch.len() - 1)];
    at(below) * (1.0 - share) + at(below + 1.0) * share
}

/// Hann's window of `length`, periodic.
fn hann(length: usize) -> Vec<f32> {
    (0..length).map(|index| 0.5 - 0.5 * (2.0 * PI * index as f32 / length as f32).cos()).collect()
}

/// The pulse train's short-time spectrum, frame by frame.
struct Excitation {
    spectra: Vec<Complex<f32>>,
}

impl Excitation {
    fn of(pulses: &[f32]) -> Result<Self, StudioError> {
        let frames = pulses.len() / HOP;
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        // A cosine of amplitude 1 peaks at half the window's sum, a quarter of its length: divided by it,
        // e^harmonic is the harmonic's own magnitude.
        let window: Vec<f32> = hann(WINDOW).iter().map(|weight| weight / (WINDOW / 4) as f32).collect();
        let mut spectra = vec![Complex::default(); frames * BINS];
        let mut input = vec![0.0; WINDOW];
        for (at, spectrum) in spectra.chunks_exact_mut(BINS).enumerate() {
            let first = (at * HOP) as isize - (WINDOW / 2) as isize;
            for (offset, (value, weight)) in input.iter_mut().zip(&window).enumerate() {
                *value = pulses[mirrored(first + offset as isize, pulses.len())] * weight;
            }
            transform.process(&mut input, spectrum).map_err(failed)?;
        }
        Ok(Self { spectra })
    }

    fn frame(&self, at: usize) -> &[Complex<f32>] {
        &self.spectra[at * BINS..(at + 1) * BINS]
    }
}

/// The index that `index` mirrors at either end of `length` samples, the end itself not doubled.
fn mirrored(index: isize, length: usize) -> usize {
    let last = length as isize - 1;
    if last <= 0 {
        return 0;
    }
    let folded = index.rem_euclid(2 * last);
    if folded > last { (2 * last - folded) as usize } else { folded as usize }
}

/// The inverse short-time transform: windowed frames, overlapped and added.
struct Output {
    transform: std::sync::Arc<dyn realfft::ComplexToReal<f32>>,
    window: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    frame: Vec<f32>,
    sum: Vec<f32>,
    /// Of the squared windows under each sample.
    weight: Vec<f32>,
}

impl Output {
    fn new(frames: usize) -> Self {
        let length = WINDOW * OVERSAMPLING;
        let whole = frames * HOP_OUT + length;
        Self {
            transform: RealFftPlanner::new().plan_fft_inverse(length),
            window: hann(length),
            spectrum: vec![Complex::default(); length / 2 + 1],
            frame: vec![0.0; length],
            sum: vec![0.0; whole],
            weight: vec![0.0; whole],
        }
    }

    fn add(&mut self, at: usize, bins: &[Complex<f32>]) -> Result<(), StudioError> {
        self.spectrum.fill(Complex::default());
        self.spectrum[..BINS].copy_from_slice(bins);
        self.spectrum[0].im = 0.0;
        // The model's own highest bin stands for both signs of its frequency.
        let nyquist = &mut self.spectrum[BINS - 1];
        *nyquist = Complex::new(nyquist.re / 2.0, 0.0);
        self.transform.process(&mut self.spectrum, &mut self.frame).map_err(failed)?;
        let start = at * HOP_OUT;
        let places = self.sum[start..].iter_mut().zip(&mut self.weight[start..]);
        for ((sum, weight), (sample, window)) in places.zip(self.frame.iter().zip(&self.window)) {
            *sum += sample / WINDOW as f32 * window;
            *weight += window * window;
        }
        Ok(())
    }

    fn finish(self) -> Vec<f32> {
        let half = self.window.len() / 2;
        let samples = self.sum.len() - self.window.len();
        let places = self.sum[half..].iter().zip(&self.weight[half..]);
        places.take(samples).map(|(sum, weight)| sum / weight.max(1e-11)).collect()
    }
}

fn failed(error: realfft::FftError) -> StudioError {
    StudioError::Voice(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A voice that only hums: one harmonic part of magnitude 1 in every bin, nothing else.
    fn hum(pitch: f32, frames: usize) -> Spectra {
        let level = |value| vec![value; BINS * frames];
        Spectra {
            frames,
            harmonic: level(0.0),
            turn: level(0.0),
            noise: level(-60.0),
            free: level(-60.0),
            phase: level(0.0),
            pitch: vec![pitch; frames],
        }
    }

    #[test]
    fn a_pulse_train_holds_every_harmonic_with_amplitude_one() {
        let train = pulses(&[200.0; 40]);
        for harmonic in [1, 7, 54, 56] {
            let hertz = f64::from(harmonic) * 200.0;
            // 40 frames hold whole periods of every harmonic of 200 Hz.
            let (mut re, mut im) = (0.0, 0.0);
            for (index, sample) in train.iter().enumerate() {
                let angle = std::f64::consts::TAU * hertz * index as f64 / RATE;
                re += f64::from(*sample) * angle.cos();
                im += f64::from(*sample) * angle.sin();
            }
            let amplitude = 2.0 * f64::hypot(re, im) / train.len() as f64;
            let expected = if harmonic <= 55 { 1.0 } else { 0.0 };
            assert!((amplitude - expected).abs() < 0.01, "harmonic {harmonic}: {amplitude}");
        }
    }

    #[test]
    fn without_a_pitch_there_are_no_pulses() {
        assert!(pulses(&[0.0; 8]).iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn a_spectrum_of_its_own_pulses_gives_the_pulses_back_at_twice_the_rate() {
        let spectra = hum(150.0, 30);
        let samples = synthesise(&spectra, &mut Dice::new(1, "hum")).unwrap();
        assert_eq!(samples.len(), 30 * HOP_OUT);
        let train = pulses(&spectra.pitch);
        // e^0 undoes nothing but the division by a quarter of the window.
        let scale = (WINDOW / 4) as f32;
        for (index, pulse) in train.iter().enumerate().skip(WINDOW).take(train.len() - 2 * WINDOW) {
            let sample = samples[index * OVERSAMPLING] * scale;
            assert!((sample - pulse).abs() < 0.02, "{index}: {sample} for {pulse}");
        }
    }

    #[test]
    fn noise_is_the_same_for_the_same_dice_only() {
        let mut spectra = hum(0.0, 12);
        spectra.noise.fill(0.0);
        let make = |seed| synthesise(&spectra, &mut Dice::new(seed, "breath")).unwrap();
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
