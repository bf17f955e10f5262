//! Which language models plan ads, beside Studio.

use std::str::FromStr;

use admint_domain::Usd;
use admint_pipeline::{ApiKey, ChatConfig, Patience, TokenPrices};
use serde::{Deserialize, de};

use super::{Config, Credential};

/// Where a model is asked: `http(s)://host[:port][/path]`, without a user, a query and a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // What is wrong is not repeated: it may hold a key.
        let wrong =
            || "expected an address like https://api.example.com/v1, without a user or a query".to_owned();
        let text = text.trim().trim_end_matches('/');
        let uri: axum::http::Uri = text.parse().map_err(|_| wrong())?;
        let is_plain = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.query().is_none();
        if is_plain { Ok(Self(text.to_owned())) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What a million tokens cost in US dollars, such as `0.25`; 0 for one's own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DollarsPerMillion(Usd);

impl DollarsPerMillion {
    fn of(dollars: f64) -> Result<Self, String> {
        amount(dollars, 10_000.0, "for a million tokens").map(Self)
    }
}

impl<'de> Deserialize<'de> for DollarsPerMillion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(number(deserializer)).map_err(de::Error::custom)
    }
}

/// What a second of a clip costs in US dollars, such as `0.002`; 0 for one's own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DollarsPerSecond(Usd);

impl DollarsPerSecond {
    pub const NOTHING: Self = Self(Usd::ZERO);

    pub fn of(dollars: f64) -> Result<Self, String> {
        amount(dollars, 100.0, "for a second of a clip").map(Self)
    }

    pub fn usd(self) -> Usd {
        self.0
    }
}

impl<'de> Deserialize<'de> for DollarsPerSecond {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(number(deserializer)).map_err(de::Error::custom)
    }
}

fn amount(dollars: f64, most: f64, what: &str) -> Result<Usd, String> {
    if (0.0..=most).contains(&dollars) {
        Ok(Usd::from_micros((dollars * 1e6).round() as i64))
    } else {
        Err(format!("expected US dollars {what}, from 0 to {most}"))
    }
}

/// A number, also written as text: the environment knows nothing else. What is none is no number.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> f64 {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(f64),
        Text(String),
    }
    match Written::deserialize(deserializer) {
        Ok(Written::Number(number)) => number,
        Ok(Written::Text(text)) => text.trim().parse().unwrap_or(f64::NAN),
        Err(_) => f64::NAN,
    }
}

impl Config {
    /// Anthropic's model that plans, if one is named.
    pub fn anthropic(&self) -> Option<ChatConfig> {
        let prices = (self.anthropic_input_price, self.anthropic_output_price);
        chat(&self.anthropic_model, &self.anthropic_base_url, &self.anthropic_api_key, prices)
    }

    /// OpenAI's model that plans, or that of whoever speaks like it, if one is named.
    pub fn openai(&self) -> Option<ChatConfig> {
        let prices = (self.openai_input_price, self.openai_output_price);
        chat(&self.openai_model, &self.openai_base_url, &self.openai_api_key, prices)
    }

    /// Who plans, in the order in which they are asked.
    pub fn planners(&self) -> Vec<String> {
        let anthropic = self.anthropic().map(|chat| format!("anthropic {}", chat.model));
        let openai = self.openai().map(|chat| format!("openai {}", chat.model));
        anthropic.into_iter().chain(openai).chain(["studio".to_owned()]).collect()
    }

    /// A key or an address without a model does nothing, which its operator will not have meant.
    pub(super) fn planners_without_model(&self) -> Vec<&'static str> {
        let anthropic = self.anthropic_api_key.is_some() || self.anthropic_base_url.is_some();
        let openai = self.openai_api_key.is_some() || self.openai_base_url.is_some();
        let idle = [
            (anthropic && self.anthropic_model.is_none(), "anthropic_model"),
            (openai && self.openai_model.is_none(), "openai_model"),
        ];
        idle.into_iter().filter_map(|(is_idle, setting)| is_idle.then_some(setting)).collect()
    }
}

fn chat(
    model: &Option<String>,
    base_url: &Option<BaseUrl>,
    key: &Option<Credential>,
    prices: (Option<DollarsPerMillion>, Option<DollarsPerMillion>),
) -> Option<ChatConfig> {
    let model = model.as_ref().map(|model| model.trim().to_owned()).filter(|model| !model.is_empty())?;
    // One of the two alone says nothing of what an answer costs.
    let prices = match prices {
        (Some(asked), Some(answered)) => Some(TokenPrices { asked: asked.0, answered: answered.0 }),
        _ => None,
    };
    Some(ChatConfig {
        base_url: base_url.clone().map(|url| url.0),
        model,
        key: key.as_ref().map(|key| ApiKey::new(key.expose())),
        prices,
        patience: Patience::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, address: Option<&str>) {
        assert_eq!(text.parse::<BaseUrl>().ok().map(|url| url.0).as_deref(), address, "{text}");
    }

    #[test]
    fn addresses_of_models() {
        check("https://openrouter.ai/api/v1/", Some("https://openrouter.ai/api/v1"));
        check(" http://127.0.0.1:11434/v1", Some("http://127.0.0.1:11434/v1"));
        check("https://key@api.example.com", None);
        check("https://api.example.com/?key=1", None);
        check("api.example.com", None);
        check("ftp://api.example.com", None);
    }

    #[test]
    fn a_named_model_plans_and_its_key_is_not_shown() {
        let config = Config {
            anthropic_model: Some("claude-haiku-4-5".into()),
            openai_model: Some("qwen3".into()),
            openai_input_price: Some(DollarsPerMillion::of(0.25).unwrap()),
            ..Config::default()
        };
        assert_eq!(config.planners(), ["anthropic claude-haiku-4-5", "openai qwen3", "studio"]);
        assert_eq!(config.openai().unwrap().prices, None, "one price is none");
        assert_eq!(Config::default().planners(), ["studio"]);
        assert!(DollarsPerMillion::of(-1.0).is_err() && DollarsPerMillion::of(f64::NAN).is_err());
        assert_eq!(DollarsPerMillion::of(0.25).unwrap().0, Usd::from_micros(250_000));
    }
}
