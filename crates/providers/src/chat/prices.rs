//! What tokens cost: the operator's own figures, else those that a vendor had published on a day.

use admint_domain::Usd;

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenPrices {
    pub asked: Usd,
    pub answered: Usd,
}

impl TokenPrices {
    /// Rounded up to the micro-dollar. What a vendor takes off for repeated questions is not taken off.
    pub fn cost(&self, asked: u64, answered: u64) -> Usd {
        let micros = |tokens: u64, price: Usd| i128::from(tokens) * i128::from(price.micros());
        let sum = micros(asked, self.asked) + micros(answered, self.answered);
        Usd::from_micros(i64::try_from((sum + 999_999) / 1_000_000).unwrap_or(i64::MAX))
    }
}

/// Of one model at its maker's own address; whoever else offers it has prices of its own.
struct Listed {
    home: &'static str,
    model: &'static str,
    /// Cents for a million tokens.
    asked: i64,
    answered: i64,
}

const fn listed_at(home: &'static str, model: &'static str, asked: i64, answered: i64) -> Listed {
    Listed { home, model, asked, answered }
}

const OPENAI: &str = "https://api.openai.com/";
const ANTHROPIC: &str = "https://api.anthropic.com";

/// As the vendors' pages, <https://openai.com/api/pricing> and <https://claude.com/pricing#api>, were quoted in April
/// 2026. What the operator sets goes before it, and a model that is not here has an unknown price until they do.
const PRICES: [Listed; 12] = [
    listed_at(OPENAI, "gpt-4o", 250, 1000),
    listed_at(OPENAI, "gpt-4o-mini", 15, 60),
    listed_at(OPENAI, "gpt-4.1", 200, 800),
    listed_at(OPENAI, "gpt-4.1-mini", 40, 160),
    listed_at(OPENAI, "gpt-5", 125, 1000),
    listed_at(OPENAI, "gpt-5-mini", 25, 200),
    listed_at(ANTHROPIC, "claude-haiku-4-5", 100, 500),
    listed_at(ANTHROPIC, "claude-sonnet-4-5", 300, 1500),
    listed_at(ANTHROPIC, "claude-sonnet-4-6", 300, 1500),
    listed_at(ANTHROPIC, "claude-opus-4-5", 500, 2500),
    listed_at(ANTHROPIC, "claude-opus-4-6", 500, 2500),
    listed_at(ANTHROPIC, "claude-opus-4-7", 500, 2500),
];

pub fn listed(base_url: &str, model: &str) -> Option<TokenPrices> {
    let is_dated = |rest: &str| {
        let digits = rest.strip_prefix('-').unwrap_or("x").replace('-', "");
        digits.len() == 8 && digits.chars().all(|c| c.is_ascii_digit())
    };
    let found = PRICES.iter().find(|listed| {
        let rest = model.strip_prefix(listed.model);
        base_url.starts_with(listed.home) && rest.is_some_and(|rest| rest.is_empty() || is_dated(rest))
    })?;
    let dollars = |cents: i64| Usd::from_micros(cents * 10_000);
    Some(TokenPrices { asked: dollars(found.asked), answered: dollars(found.answered) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base_url: &str, model: &str, asked: Option<i64>) {
        let found = listed(base_url, model).map(|prices| prices.asked.micros());
        assert_eq!(found, asked, "{base_url} {model}");
    }

    #[test]
    fn only_the_makers_own_models_have_listed_prices() {
        check("https://api.openai.com/v1", "gpt-4o-mini", Some(150_000));
        check("https://api.openai.com/v1", "gpt-4o-2024-08-06", Some(2_500_000));
        check("https://api.openai.com/v1", "gpt-4o-audio", None);
        check("https://api.anthropic.com", "claude-haiku-4-5-20251001", Some(1_000_000));
        check("https://openrouter.ai/api/v1", "gpt-4o-mini", None);
        check("https://api.openai.com.example/v1", "gpt-4o", None);
        check("http://127.0.0.1:11434/v1", "qwen3", None);
    }

    #[test]
    fn a_part_of_a_micro_dollar_is_one() {
        let prices = TokenPrices { asked: Usd::from_micros(150_000), answered: Usd::from_micros(600_000) };
        assert_eq!(prices.cost(1, 0), Usd::from_micros(1));
        assert_eq!(prices.cost(1_000_000, 1_000_000), Usd::from_micros(750_000));
        assert_eq!(prices.cost(0, 0), Usd::ZERO);
    }
}
