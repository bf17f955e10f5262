//! How prompts are searched, the same on both databases.

/// Text as search compares it: every letter in its small form, whatever its script. Letter by letter
/// and not by the word, so that a part of a word folds to a part of the folded word.
pub fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        // Greek has a second small sigma for the end of a word.
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}

/// Stands before a character of a LIKE pattern that means itself.
pub const ESCAPE: char = '\\';

/// A LIKE pattern for `text` anywhere in folded text. Empty text has none.
pub fn pattern(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for letter in fold(&text).chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(pattern(text).as_deref(), expected);
    }

    #[test]
    fn wildcards_mean_themselves() {
        check("20 % off", Some(r"%20 \% off%"));
        check("snake_case", Some(r"%snake\_case%"));
        check(r"back\slash", Some(r"%back\\slash%"));
    }

    #[test]
    fn letters_of_every_script_fold() {
        check("CAFÉ", Some("%café%"));
        check("ΟΔΟΣ", Some("%οδοσ%"));
        check("Кофе", Some("%кофе%"));
    }

    #[test]
    fn white_space_alone_searches_nothing() {
        check("", None);
        check(" \t ", None);
    }
}
