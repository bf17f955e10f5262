//! The room around the music: a small reverb after Schroeder (1962), four echoes and two diffusers a
//! side.

struct Loop {
    buffer: Vec<f64>,
    at: usize,
    low: f64,
}

impl Loop {
    fn new(length: usize) -> Self {
        Self { buffer: vec![0.0; length], at: 0, low: 0.0 }
    }

    fn comb(&mut self, input: f64, feedback: f64) -> f64 {
        let out = self.buffer[self.at];
        // Walls swallow what is high.
        self.low += 0.45 * (out - self.low);
        self.buffer[self.at] = input + self.low * feedback;
        self.at = (self.at + 1) % self.buffer.len();
        out
    }

    fn diffuse(&mut self, input: f64) -> f64 {
        let held = self.buffer[self.at];
        let out = held - 0.5 * input;
        self.buffer[self.at] = input + 0.5 * held;
        self.at = (self.at + 1) % self.buffer.len();
        out
    }
}

/// Interleaved stereo in, the echo alone out.
pub fn reverberate(dry: &[f32], feedback: f64) -> Vec<f32> {
    let mut wet = vec![0.0; dry.len()];
    for side in 0..2 {
        let spread = side * 37;
        let mut combs = [1687, 1931, 2053, 2251].map(|length| Loop::new(length + spread));
        let mut diffusers = [347, 113].map(|length| Loop::new(length + spread));
        for (input, output) in dry[side..].iter().step_by(2).zip(wet[side..].iter_mut().step_by(2)) {
            let echo: f64 = combs.iter_mut().map(|comb| comb.comb(f64::from(*input), feedback)).sum();
            let diffused = diffusers.iter_mut().fold(echo * 0.25, |value, diffuser| diffuser.diffuse(value));
            *output = diffused as f32;
        }
    }
    wet
}
