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

/// The height of a thing let go at 1: it falls to 0 and bounces twice.
pub fn bounce(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    let hop = |from: f64, to: f64, height: f64| {
        let part = (t - from) / (to - from);
        height * (1.0 - (2.0 * part - 1.0).powi(2))
    };
    match t {
        t if t < 0.5 => 1.0 - (t / 0.5).powi(2),
        t if t < 0.8 => hop(0.5, 0.8, 0.16),
        _ => hop(0.8, 1.0, 0.04),
    }
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
    fn a_thing_let_go_comes_to_rest() {
        assert_eq!(bounce(0.0), 1.0);
        assert!(bounce(1.0).abs() < 1e-9);
        assert!((0..=100).all(|step| bounce(f64::from(step) / 100.0) >= -1e-9));
    }

    #[test]
    fn progress_of_an_empty_span_is_a_step() {
        assert_eq!(progress(1.0, 2.0, 2.0), 0.0);
        assert_eq!(progress(2.0, 2.0, 2.0), 1.0);
    }
}
