//! Easing: how a value travels from 0 to 1.

use std::f64::consts::{PI, TAU};

/// `value` mapped from `from..to` to 0..1 and held there outside of it.
pub fn progress(value: f64, from: f64, to: f64) -> f64 {
    if to <= from {
        return if value >= to { 1.0 } else { 0.0 };
    }
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

pub fn mix(from: f64, to: f64, amount: f64) -> f64 {
    from + (to - from) * amount
}

/// Fast, then gently to rest.
pub fn ease_out(t: f64) -> f64 {
    1.0 - (1.0 - t.clamp(0.0, 1.0)).powi(3)
}

pub fn ease_in(t: f64) -> f64 {
    t.clamp(0.0, 1.0).powi(3)
}

pub fn ease_in_out(t: f64) -> f64 {
    (1.0 - (PI * t.clamp(0.0, 1.0)).cos()) / 2.0
}

/// Beyond the goal by a tenth, and back: Penner's "back" curve.
pub fn overshoot(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0) - 1.0;
    let s = 1.70158;
    t * t * ((s + 1.0) * t + s) + 1.0
}

/// Swings around the goal and settles.
pub fn settle(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    if t >= 1.0 {
        return 1.0;
    }
    1.0 - (-7.0 * t).exp() * (TAU * 1.35 * t).cos() * (1.0 - t)
}

/// -1..1 with a period of `seconds`.
pub fn wave(time: f64, seconds: f64, phase: f64) -> f64 {
    (TAU * (time / seconds + phase)).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_starts_at_zero_and_ends_at_one() {
        for curve in [ease_out, ease_in, ease_in_out, overshoot, settle] {
            assert!(curve(0.0).abs() < 1e-9);
            assert!((curve(1.0) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn progress_of_an_empty_span_is_a_step() {
        assert_eq!(progress(1.0, 2.0, 2.0), 0.0);
        assert_eq!(progress(2.0, 2.0, 2.0), 1.0);
    }
}
