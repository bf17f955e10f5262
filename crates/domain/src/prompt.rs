//! The sentence everything starts from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::AppError;

/// What the user wants advertised: 10-500 characters, one line, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prompt(String);

impl Prompt {
    pub const MIN_CHARS: usize = 10;
    pub const MAX_CHARS: usize = 500;

    /// Trims, and folds every run of white space (line breaks too) into one space, before counting
    /// Unicode characters.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let refuse = |message: String| Err(AppError::invalid("prompt", message));
        // Bounded before anything is copied: the folded text is never longer than the raw one, but a
        // raw one this long is no prompt whatever is in it.
        if text.len() > Self::MAX_CHARS * 16 {
            return refuse(format!("Shorten your prompt to at most {} characters.", Self::MAX_CHARS));
        }
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if folded.chars().any(char::is_control) {
            return refuse("Remove the control characters from your prompt; plain text works best.".into());
        }
        // Zero-width characters alone would count as a prompt and show as nothing.
        if !folded.chars().any(char::is_alphanumeric) {
            return refuse("Describe your product in words: what it is and whom it is for.".into());
        }
        match folded.chars().count() {
            count if count < Self::MIN_CHARS => refuse(format!(
                "Tell a little more: at least {} characters (this has {count}).",
                Self::MIN_CHARS
            )),
            count if count > Self::MAX_CHARS => refuse(format!(
                "Shorten your prompt to at most {} characters (this has {count}).",
                Self::MAX_CHARS
            )),
            _ => Ok(Self(folded)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Prompt {
    type Error = AppError;
    fn try_from(text: String) -> Result<Self, AppError> {
        Self::parse(&text)
    }
}

impl From<Prompt> for String {
    fn from(prompt: Prompt) -> Self {
        prompt.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        assert_eq!(Prompt::parse(text).is_ok(), accepted, "{:?}", text.chars().take(40).collect::<String>());
    }

    #[test]
    fn counts_characters_after_trimming() {
        check("123456789", false);
        check("1234567890", true);
        check("          123456789          ", false);
        check(&"é".repeat(500), true);
        check(&"é".repeat(501), false);
        check(&"a".repeat(100_000), false);
        check("                    ", false);
        check("", false);
    }

    #[test]
    fn keeps_what_people_write() {
        check("☕ Kaffee für Frühaufsteher 🚀", true);
        check("قهوة عربية طازجة كل صباح", true);
        check("<script>alert('x')</script> soap", true);
        check("drawtext=text='a':x=[0];%{pts}\\ soap", true);
        check("🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", false);
    }

    #[test]
    fn folds_white_space_and_refuses_control_characters() {
        assert_eq!(Prompt::parse("two\n lines\tof text").unwrap().as_str(), "two lines of text");
        check("a bell \u{7} rings here", false);
        check("a nul \0 hides here", false);
    }

    proptest! {
        #[test]
        fn what_is_accepted_stays_accepted(text in "\\PC{0,600}") {
            if let Ok(prompt) = Prompt::parse(&text) {
                prop_assert_eq!(Prompt::parse(prompt.as_str()).unwrap(), prompt);
            }
        }
    }
}
