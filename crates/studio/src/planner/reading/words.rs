//! Small questions about words.

/// Words for those an ad may speak to.
const PEOPLE: &str = include_str!("../people_words.txt");

pub fn is_capitalised(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.chars().next().is_some_and(char::is_uppercase)
}

pub fn is_people(phrase: &str) -> bool {
    phrase.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        PEOPLE.split_whitespace().any(|people| people == word)
            || (word.len() > 5
                && (word.ends_with("ers")
                    || word.ends_with("ists")
                    || word.ends_with("ians")
                    || word.ends_with("lovers")))
    }) && !phrase.contains("summers")
}

/// Whether `text` (lower case) holds `word` on its own; scripts without spaces are searched as they are.
pub fn mentions(text: &str, word: &str) -> bool {
    let spaced = word.chars().all(|c| {
        c.is_ascii() || c.is_alphabetic() && !matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
    });
    let inflected = word.chars().count() >= 4 && !word.is_ascii();
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + found.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let after = rest.chars().next();
        !spaced
            || inflected
            || (before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric()))
    })
}
