//! Money is whole micro-dollars; floating point exists only in JSON, where a number is expected.

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// US dollars, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(i64);

impl Usd {
    pub const ZERO: Self = Self(0);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The difference, and nothing where it would be a debt.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        let left = self.0.saturating_sub(other.0);
        if left < 0 { Self::ZERO } else { Self(left) }
    }

    /// As a spreadsheet reads it: `0.35`.
    pub fn decimal(self) -> String {
        self.to_string().replacen('$', "", 1)
    }
}

/// Reads what people write: `12`, `0.35`, `$1.5`. To a millionth, and to a million dollars.
impl FromStr for Usd {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "Write US dollars such as 5 or 0.50, from 0 to 1000000.";
        let text = text.trim();
        let text = text.strip_prefix('$').unwrap_or(text).trim_start();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + decimals.len() == 0
            || decimals.len() > 6
            || !is_number(whole)
            || !is_number(decimals)
        {
            return Err(WRONG);
        }
        let digits = format!("{whole}{decimals:0<6}");
        match digits.parse() {
            Ok(micros @ 0..=1_000_000_000_000) => Ok(Self(micros)),
            _ => Err(WRONG),
        }
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// `$0.00`, and as many decimals as the amount has beyond cents: `$0.0125`.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        let mut decimals = format!("{:06}", micros % 1_000_000);
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        write!(f, "{sign}${}.{decimals}", micros / 1_000_000)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(|dollars| Self((dollars * 1e6).round() as i64))
    }
}

/// What an operation will cost. An unknown price is unknown, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Price {
    Known(Usd),
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(micros: i64, shown: &str) {
        assert_eq!(Usd::from_micros(micros).to_string(), shown);
    }

    #[test]
    fn shows_at_least_cents() {
        check(0, "$0.00");
        check(12_500, "$0.0125");
        check(1_000_001, "$1.000001");
        check(-2_500_000, "-$2.50");
    }

    #[test]
    fn reads_what_people_write() {
        let check = |text: &str, micros| assert_eq!(text.parse().ok(), micros, "{text}");
        let usd = |micros| Some(Usd::from_micros(micros));
        check("5", usd(5_000_000));
        check(" $0.50 ", usd(500_000));
        check(".5", usd(500_000));
        check("1000000", usd(1_000_000_000_000));
        check("0.000001", usd(1));
        for wrong in
            ["", "$", ".", "-1", "1,5", "1e3", "0.0000001", "1000000.01", "ten", "99999999999999999999"]
        {
            check(wrong, None);
        }
        assert_eq!(Usd::from_micros(350_000).decimal(), "0.35");
        assert_eq!(Usd::from_micros(5).saturating_sub(Usd::from_micros(7)), Usd::ZERO);
    }

    #[test]
    fn json_keeps_every_micro() {
        let amount = Usd::from_micros(123_456_789);
        let json = serde_json::to_string(&amount).unwrap();
        assert_eq!(json, "123.456789");
        assert_eq!(serde_json::from_str::<Usd>(&json).unwrap(), amount);
    }
}
