//! When to ask again.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Pauses that double, up to a longest one. Up to half of each is left out by chance, so that those who were
/// turned away together do not come back together.
pub struct BackOff {
    pause: Duration,
    most: Duration,
}

impl BackOff {
    pub fn new(first: Duration, most: Duration) -> Self {
        Self { pause: first, most }
    }

    pub fn next(&mut self) -> Duration {
        let pause = self.pause.min(self.most);
        self.pause = (pause * 2).min(self.most);
        pause.mul_f64(rand::random_range(0.5..=1.0))
    }
}

/// How long the vendor asks to wait: its answer's `retry_after`, or the header in seconds, or in milliseconds as
/// OpenAI adds it, or a sentence as Replicate documents it. Dates are not in use.
pub fn retry_after(headers: &HeaderMap, body: &Value) -> Option<Duration> {
    let number = |name: &str, scale: f64| {
        let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
        Some(number * scale)
    };
    let seconds = body["retry_after"]
        .as_f64()
        .or_else(|| number("retry-after-ms", 0.001))
        .or_else(|| number("retry-after", 1.0))
        .or_else(|| body["detail"].as_str().and_then(in_words))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// From "Your rate limit resets in ~30s."
fn in_words(sentence: &str) -> Option<f64> {
    let (_, rest) = sentence.split_once("resets in ~")?;
    let (seconds, _) = rest.split_once('s')?;
    seconds.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let second = Duration::from_secs(1);
        let mut pauses = BackOff::new(second, second * 5);
        for whole in [1, 2, 4, 5, 5] {
            let pause = pauses.next();
            assert!(pause <= second * whole && pause * 2 >= second * whole, "{pause:?} of {whole} s");
        }
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], body: Value, millis: Option<u64>) {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(retry_after(&headers, &body), millis.map(Duration::from_millis), "{headers:?} {body}");
    }

    #[test]
    fn how_long_a_vendor_asks_to_wait() {
        check(&[("retry-after", "3")], Value::Null, Some(3_000));
        check(&[("retry-after-ms", "250"), ("retry-after", "1")], Value::Null, Some(250));
        check(&[("retry-after", "3")], json!({ "retry_after": 0.5 }), Some(500));
        let throttled = "Request was throttled. Your rate limit resets in ~30s.";
        check(&[], json!({ "detail": throttled }), Some(30_000));
        check(&[], json!({ "detail": "Request was throttled." }), None);
        check(&[("retry-after", "-3")], Value::Null, None);
        check(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], Value::Null, None);
        check(&[], json!("no object"), None);
    }
}
