//! The last step: headroom, and silence at both ends.

use super::stereo::{RATE, power};

/// Full scale is 1; what is left is for the encoder.
pub const PEAK: f32 = 0.84;
/// Mean level of a finished score, before loudness is measured and set by whoever joins it to the picture.
const LEVEL: f64 = 0.15;
/// What the limiter lets through: peaks this far over the level are all that -14 LUFS has room for.
const CEILING: f32 = 0.70;

/// Brings an arrangement to a level at which its loudest moments need little holding back, and holds those
/// back.
pub fn master(mut samples: Vec<f32>) -> Vec<f32> {
    let mean = power(&samples).sqrt();
    if mean > 1e-6 {
        let gain = (LEVEL / mean) as f32;
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
    limit(&mut samples);
    samples
}

/// Turns down before a peak comes and up after it has gone, over 4 ms and 120 ms: no sample passes the
/// ceiling, and only the rarest is bent.
fn limit(samples: &mut [f32]) {
    let ahead = (0.004 * RATE) as usize;
    let wanted: Vec<f32> = samples
        .chunks_exact(2)
        .map(|pair| (CEILING / pair[0].abs().max(pair[1].abs()).max(1e-9)).min(1.0))
        .collect();
    // The least gain wanted within the time ahead, by blocks: each pair looks at its own block and the next.
    let least: Vec<f32> =
        wanted.chunks(ahead).map(|block| block.iter().copied().fold(1.0, f32::min)).collect();
    let release = (1.0 / (0.12 * RATE)) as f32;
    let (mut gain, mut smooth) = (1.0_f32, [1.0_f32; 2]);
    let attack = 3.0 / ahead as f32;
    for (pair, (sample, &wanted)) in samples.chunks_exact_mut(2).zip(&wanted).enumerate() {
        let block = pair / ahead;
        let target = least[block].min(least.get(block + 1).copied().unwrap_or(1.0));
        gain = if target < gain { target } else { gain + (target - gain) * release };
        // Two poles round the corner; what they are late by, the floor below makes good.
        smooth[0] += (gain - smooth[0]) * attack;
        smooth[1] += (smooth[0] - smooth[1]) * attack;
        let applied = smooth[1].min(wanted);
        sample[0] *= applied;
        sample[1] *= applied;
    }
}

/// For the synthesised band: no constant part, no sample beyond the peak, and silence at both ends.
pub fn master_band(mut samples: Vec<f32>) -> Vec<f32> {
    let pairs = samples.len() / 2;
    for side in 0..2 {
        let (mut last_in, mut last_out) = (0.0f64, 0.0f64);
        for sample in samples[side..].iter_mut().step_by(2) {
            let input = f64::from(*sample);
            last_out = input - last_in + 0.9965 * last_out;
            last_in = input;
            // Gently rounds the loudest moments instead of cutting them.
            *sample = (last_out * 1.5).tanh() as f32;
        }
    }
    let fade_in = (RATE * 0.01) as usize;
    let fade_out = ((RATE * 0.7) as usize).min(pairs);
    let silent = (RATE * 0.02) as usize;
    for pair in 0..pairs {
        let left = pairs - 1 - pair;
        let rise = (pair as f32 / fade_in as f32).min(1.0);
        let fall = (left.saturating_sub(silent) as f32 / fade_out as f32).min(1.0);
        let gain = rise * fall * fall * (3.0 - 2.0 * fall);
        samples[pair * 2] *= gain;
        samples[pair * 2 + 1] *= gain;
    }
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if peak > 0.0 {
        let gain = PEAK / peak;
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
    samples
}
