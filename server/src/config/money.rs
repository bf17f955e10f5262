//! Amounts as an operator writes them.

use admint_domain::Usd;
use serde::{Deserialize, Deserializer, de};

/// US dollars, as a number or as text; the environment knows nothing else.
pub fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Usd>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(Usd),
        Text(String),
    }
    let wrong = || de::Error::custom("expected US dollars such as 5 or 0.50, from 0 to 1000000");
    match Written::deserialize(deserializer).map_err(|_| wrong())? {
        Written::Number(amount) if (0..=1_000_000_000_000).contains(&amount.micros()) => Ok(Some(amount)),
        Written::Number(_) => Err(wrong()),
        Written::Text(text) => text.parse().map(Some).map_err(|_| wrong()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Flags, load_from};

    #[track_caller]
    fn check(text: &str, cents: Option<i64>) {
        let environment = [("ADMINT_AD_CAP_USD".to_owned(), text.to_owned())].into_iter().collect();
        let read = load_from(&Flags::default(), &environment, Path::new("/nowhere"));
        let found = read.as_ref().ok().and_then(|(config, _)| config.caps().ad);
        assert_eq!(found, cents.map(|cents| Usd::from_micros(cents * 10_000)), "{text}: {read:?}");
    }

    #[test]
    fn limits_are_dollars() {
        check("2.50", Some(250));
        check("0", Some(0));
        check("-1", None);
        check("a lot", None);
    }
}
