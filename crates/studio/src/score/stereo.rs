//! A piece of sound: interleaved stereo at 48 kHz that other sounds are added to.

/// Sample pairs a second.
pub const RATE: f64 = 48_000.0;

/// The mean of the squares; 0 for no samples.
pub fn power(samples: &[f32]) -> f64 {
    samples.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / samples.len().max(1) as f64
}

/// Mean power in decibels below full scale.
pub fn decibels(samples: &[f32]) -> f64 {
    10.0 * (power(samples) + 1e-9).log10()
}

/// Left and right in turn, from -1 to 1.
pub struct Stereo {
    pub samples: Vec<f32>,
}

impl Stereo {
    pub fn new(pairs: usize) -> Self {
        Self { samples: vec![0.0; pairs * 2] }
    }

    /// Adds `sound`, a function of the seconds since `start`, for `length` seconds; equal power across
    /// the sides. What lies outside the track is not heard.
    pub fn add(&mut self, start: f64, length: f64, pan: f64, mut sound: impl FnMut(f64) -> f64) {
        let first = (start * RATE).round() as i64;
        let count = (length * RATE) as i64;
        let angle = (pan + 1.0) * std::f64::consts::FRAC_PI_4;
        let (left, right) = (angle.cos() as f32, angle.sin() as f32);
        let pairs = (self.samples.len() / 2) as i64;
        for index in 0..count {
            let value = sound(index as f64 / RATE) as f32;
            let at = first + index;
            if at >= pairs {
                break;
            }
            if at >= 0 {
                self.samples[at as usize * 2] += value * left;
                self.samples[at as usize * 2 + 1] += value * right;
            }
        }
    }
}
