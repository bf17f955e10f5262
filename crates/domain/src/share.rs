//! What an ad is called, and the link by which anybody may see it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::AppError;

/// What its maker calls an ad: 1-100 characters, one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Title(String);

impl Title {
    pub const MAX_CHARS: usize = 100;

    /// Trims, and folds white space as a prompt does. What is empty then is no title: the ad is called by its prompt.
    pub fn parse(text: &str) -> Result<Option<Self>, AppError> {
        let refuse = |message: String| Err(AppError::invalid("title", message));
        let too_long =
            |count: usize| format!("A title has at most {} characters (this has {count}).", Self::MAX_CHARS);
        if text.len() > Self::MAX_CHARS * 16 {
            return refuse(too_long(text.chars().count()));
        }
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if folded.is_empty() {
            return Ok(None);
        }
        // Those that turn the direction of writing round could make a page say what it does not.
        let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if folded.chars().any(|letter| letter.is_control() || turns(letter)) {
            return refuse("Remove the control characters from the title; plain text works best.".into());
        }
        // A title that cannot be seen could not be found again.
        let is_blank = |letter: char| matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{2800}' | '\u{3164}');
        if folded.chars().all(|letter| is_blank(letter) || letter == ' ') {
            return refuse("Write a title that can be seen, or none.".into());
        }
        match folded.chars().count() {
            count if count > Self::MAX_CHARS => refuse(too_long(count)),
            _ => Ok(Some(Self(folded))),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A change of what an ad is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameAd {
    /// 1-100 characters; `null` or nothing but spaces, and the ad is called by its prompt.
    #[serde(deserialize_with = "named")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub title: Option<String>,
}

/// A request that leaves the field out is a mistake, and takes no title away.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// A request for a link to a finished video, or for another end of the one that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShareVideo {
    /// 1, 7 or 30, from now; the link works until it is revoked if left out.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

impl ShareVideo {
    pub const DAYS: [u32; 3] = [1, 7, 30];

    pub fn validate(self) -> Result<Option<u32>, AppError> {
        match self.expires_in_days {
            Some(days) if !Self::DAYS.contains(&days) => Err(AppError::invalid(
                "expires_in_days",
                "A link works for 1, 7 or 30 days, or, without a number, until it is revoked.",
            )),
            days => Ok(days),
        }
    }
}

/// A video's link, as its maker sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareView {
    /// Of a page with a player, for anybody. Absolute where this installation knows its public address.
    pub url: String,
    #[serde(with = "crate::instant")]
    pub created_at: DateTime<Utc>,
    /// `null`: it works until it is revoked.
    #[serde(default, with = "crate::instant::option")]
    pub expires_at: Option<DateTime<Utc>>,
    /// It works now.
    pub is_live: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Option<&str>, &str>) {
        let title = Title::parse(text);
        let found = title.as_ref().map(|title| title.as_ref().map(Title::as_str));
        match expected {
            Ok(expected) => assert_eq!(found.unwrap(), expected, "{text:?}"),
            Err(part) => assert!(found.unwrap_err().message.contains(part), "{text:?}"),
        }
    }

    #[test]
    fn titles_are_one_line_that_can_be_seen() {
        check("  Cold   brew,\nspring  ", Ok(Some("Cold brew, spring")));
        check("☕", Ok(Some("☕")));
        check("<script>alert(1)</script>", Ok(Some("<script>alert(1)</script>")));
        check("قهوة", Ok(Some("قهوة")));
        check(" \t\n ", Ok(None));
        check("", Ok(None));
        check("a bell \u{7}", Err("control characters"));
        check("nul \0", Err("control characters"));
        check("gpj.\u{202e}exe", Err("control characters"));
        check("\u{200b}\u{200b}", Err("can be seen"));
        check("\u{3164} \u{3164}", Err("can be seen"));
    }

    #[test]
    fn titles_have_a_hundred_characters() {
        assert!(Title::parse(&"é".repeat(100)).is_ok());
        check(&"é".repeat(101), Err("this has 101"));
        check(&"a".repeat(100_000), Err("this has 100000"));
    }

    #[test]
    fn a_title_is_named_to_be_taken_away() {
        let read = |json: &str| serde_json::from_str::<RenameAd>(json).map(|rename| rename.title);
        assert_eq!(read(r#"{"title":null}"#).unwrap(), None);
        assert_eq!(read(r#"{"title":"Spring"}"#).unwrap().as_deref(), Some("Spring"));
        assert!(read("{}").unwrap_err().to_string().contains("title"));
    }

    #[test]
    fn links_end_after_the_days_on_offer() {
        for (days, allowed) in
            [(None, true), (Some(1), true), (Some(30), true), (Some(0), false), (Some(8), false)]
        {
            assert_eq!(ShareVideo { expires_in_days: days }.validate().is_ok(), allowed, "{days:?}");
        }
    }
}
