//! What an ad will cost, said before it is made: a range, line by line, and how each line was come by.
//! What nobody knows is named, and never counted as nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Usd;

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EstimatePart {
    Plan,
    Scene,
    /// What changes where the planner cuts the scenes in another way than the estimate does.
    OtherCut,
    /// Scenes that fail or are refused, and are bought again.
    Again,
    Music,
    Voice,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EstimateLine {
    pub part: EstimatePart,
    /// Such as "Scene 2".
    pub name: String,
    /// Who is paid for it: a model.
    pub by: String,
    /// US dollars; null is unknown.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub low_usd: Option<Usd>,
    /// US dollars; null is unknown.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub high_usd: Option<Usd>,
    /// How it was come by.
    pub basis: String,
}

/// A range in US dollars. The totals are the sums of the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// The model that is asked for the clips first.
    pub model: String,
    /// The range in words: "$1.40 to $2.10", "at least $1.40", "$0.00".
    pub text: String,
    /// What is known to be spent if all goes well: a line without a price is not in it.
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub low_usd: Usd,
    /// Null where something has no known price.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub high_usd: Option<Usd>,
    /// Nothing in it costs anything.
    pub is_free: bool,
    pub lines: Vec<EstimateLine>,
    /// The names of the lines whose price nobody knows.
    pub unknown: Vec<String>,
    /// What else has to be said of it, in sentences.
    pub notes: Vec<String>,
}

impl EstimateLine {
    fn is_unknown(&self) -> bool {
        self.low_usd.is_none() || self.high_usd.is_none()
    }
}

impl Estimate {
    /// Adds the lines up.
    pub fn of(model: impl Into<String>, lines: Vec<EstimateLine>, notes: Vec<String>) -> Self {
        let low_usd: Usd = lines.iter().filter_map(|line| line.low_usd).sum();
        let high_usd = lines.iter().map(|line| line.high_usd).sum::<Option<Usd>>();
        let unknown = lines.iter().filter(|line| line.is_unknown()).map(|line| line.name.clone()).collect();
        Self {
            model: model.into(),
            text: Range { low: low_usd, high: high_usd }.to_string(),
            low_usd,
            high_usd,
            is_free: high_usd == Some(Usd::ZERO),
            lines,
            unknown,
            notes,
        }
    }

    /// Whether some clip of it has no known price: under a limit, it cannot be bought.
    pub fn has_unknown_scene(&self) -> bool {
        self.lines.iter().any(|line| line.part == EstimatePart::Scene && line.low_usd.is_none())
    }
}

/// Two amounts in words. Without the higher one it is open at that end.
struct Range {
    low: Usd,
    high: Option<Usd>,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Usd::ZERO, None) => f.write_str("unknown"),
            (low, None) => write!(f, "at least {low}"),
            (low, Some(high)) if low == high => write!(f, "{low}"),
            (low, Some(high)) => write!(f, "{low} to {high}"),
        }
    }
}

/// What can be changed in a request so that it keeps within a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// Instead of the length that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// Instead of the model that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The low end of its estimate, in US dollars.
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub cost: Usd,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.duration_seconds, &self.model) {
            (Some(seconds), Some(model)) => write!(f, "{seconds} seconds by {model} for {}", self.cost),
            (Some(seconds), None) => write!(f, "{seconds} seconds for {}", self.cost),
            (None, Some(model)) => write!(f, "clips by {model} for {}", self.cost),
            (None, None) => write!(f, "the same for {}", self.cost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(range: (Option<i64>, Option<i64>)) -> EstimateLine {
        EstimateLine {
            part: EstimatePart::Scene,
            name: "Scene 1".into(),
            by: "kling-2.6".into(),
            low_usd: range.0.map(Usd::from_micros),
            high_usd: range.1.map(Usd::from_micros),
            basis: "by its price rule".into(),
        }
    }

    #[track_caller]
    fn check(lines: &[(Option<i64>, Option<i64>)], text: &str) {
        let estimate = Estimate::of("kling-2.6", lines.iter().copied().map(line).collect(), Vec::new());
        assert_eq!(estimate.text, text);
        assert!(estimate.high_usd.is_none_or(|high| estimate.low_usd <= high));
        assert_eq!(estimate.high_usd.is_none(), !estimate.unknown.is_empty());
    }

    #[test]
    fn totals_are_sums_and_what_is_unknown_leaves_them_open() {
        let (cents, dollar) = (Some(350_000), Some(1_000_000));
        check(&[], "$0.00");
        check(&[(Some(0), Some(0))], "$0.00");
        check(&[(cents, cents), (cents, cents)], "$0.70");
        check(&[(cents, cents), (Some(0), dollar)], "$0.35 to $1.35");
        check(&[(cents, cents), (None, None)], "at least $0.35");
        check(&[(cents, None)], "at least $0.35");
        check(&[(None, None), (Some(0), Some(0))], "unknown");
    }

    #[test]
    fn any_lines_keep_low_below_high() {
        // Every line of up to three, of every kind there is.
        let kinds =
            [(Some(0), Some(0)), (Some(3), Some(3)), (Some(0), Some(7)), (None, None), (Some(2), None)];
        for a in kinds {
            for b in kinds {
                for c in kinds {
                    let lines = [a, b, c].map(line).to_vec();
                    let estimate = Estimate::of("m", lines, Vec::new());
                    let known = [a, b, c].iter().all(|line| line.1.is_some());
                    assert_eq!(estimate.high_usd.is_some(), known);
                    assert!(estimate.high_usd.is_none_or(|high| estimate.low_usd <= high));
                    assert_eq!(estimate.is_free, estimate.text == "$0.00");
                    assert!(known || estimate.text.starts_with("at least") || estimate.text == "unknown");
                }
            }
        }
    }

    #[test]
    fn suggestions_in_words() {
        let of = |duration_seconds, model: Option<&str>| {
            let model = model.map(str::to_owned);
            Suggestion { duration_seconds, model, cost: Usd::from_micros(500_000) }.to_string()
        };
        assert_eq!(of(Some(9), None), "9 seconds for $0.50");
        assert_eq!(of(None, Some("wan-2.2-fast")), "clips by wan-2.2-fast for $0.50");
        assert_eq!(of(Some(9), Some("wan-2.2-fast")), "9 seconds by wan-2.2-fast for $0.50");
    }
}
