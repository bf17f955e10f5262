//! What vendors and connections say, made fit for a log and for an ad's maker.

/// Most characters of what a vendor says that are kept.
const SAID: usize = 400;

/// One short line.
pub fn bounded(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SAID) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line,
    }
}

/// The text without our secret: vendors like to repeat what they were told.
pub fn hidden(text: &str, secret: Option<&str>) -> String {
    match secret {
        Some(secret) if !secret.is_empty() => text.replace(secret, "[key]"),
        _ => text.to_owned(),
    }
}

/// An error with its causes, and without the address, which may be signed.
pub fn describe(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "it took too long".to_owned() } else { String::new() };
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    if text.is_empty() { "the connection broke".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_one_short_line_without_the_secret() {
        assert_eq!(bounded(" two\n\tlines\0 "), "two lines");
        let long = "é".repeat(SAID + 1);
        assert_eq!(bounded(&long).chars().count(), SAID + 1);
        assert!(bounded(&long).ends_with('\u{2026}'));
        assert_eq!(hidden("the key k-1 is wrong", Some("k-1")), "the key [key] is wrong");
        assert_eq!(hidden("as it is", Some("")), "as it is");
        assert_eq!(hidden("as it is", None), "as it is");
    }
}
