//! Which words name the product and which the brand.

use super::{
    phrase::{cut_word, shortened},
    words::{is_capitalised, is_people},
};
use crate::planner::CATEGORIES;

/// Words that begin a prompt as an adjective or a kind of thing, not as a name.
const COMMON: &str = include_str!("../common_words.txt");

/// The thing itself: at most four words, the last ones, where its kind is named.
pub fn product_of(words: &[&str]) -> String {
    let mut words: Vec<&str> = words
        .iter()
        .copied()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| {
            !word.is_empty()
                && !matches!(
                    word.to_lowercase().as_str(),
                    "a" | "an" | "the" | "my" | "our" | "your" | "new" | "some" | "of"
                )
        })
        .collect();
    // "bakery at Elm Street", "gym on Main": the place is not the thing.
    if let Some(at) = words
        .iter()
        .position(|word| matches!(word.to_lowercase().as_str(), "at" | "on" | "in" | "this" | "made"))
        && at > 0
    {
        words.truncate(at);
    }
    let from = words.len().saturating_sub(4);
    let kept: Vec<String> = words[from..].iter().map(|word| cut_word(word)).collect();
    let title_case = kept.len() > 2 && kept.iter().all(|word| is_capitalised(word));
    let kept: Vec<String> = kept
        .into_iter()
        .enumerate()
        // A capital at the start of the sentence is no name.
        .map(|(index, word)| {
            if (index == 0 && from == 0 && is_common(&word)) || (title_case && is_common(&word)) {
                word.to_lowercase()
            } else {
                word
            }
        })
        .collect();
    let product = kept.join(" ");
    if product.chars().count() > 36 { shortened(&product, 3, 30) } else { product }
}

/// Capitalised words that are no ordinary beginning of a sentence.
pub fn brand_within(words: &[&str]) -> Option<String> {
    let capitalised_count = words.iter().filter(|word| is_capitalised(word)).count();
    if words.len() > 2 && capitalised_count == words.len() {
        // Everything is capitalised: only an uncommon first word is a name.
        return (!is_common(words[0])).then(|| cut_word(words[0]));
    }
    if let Some(word) = words.first()
        && (word.ends_with("'s") || word.ends_with("\u{2019}s"))
        && is_capitalised(word)
        && !is_common(word.trim_end_matches("'s").trim_end_matches("\u{2019}s"))
        && !is_people(word.trim_end_matches("'s").trim_end_matches("\u{2019}s"))
    {
        return Some(word.trim_end_matches("'s").trim_end_matches("\u{2019}s").to_owned());
    }
    let start = words.iter().enumerate().position(|(index, word)| {
        is_capitalised(word) && (index > 0 || !is_common(word)) && word.chars().count() > 1
    })?;
    // A lone capitalised word that is the whole phrase says what the product is, not whose.
    if words.len() == 1 && is_common(words[0]) {
        return None;
    }
    let name: Vec<String> = words[start..]
        .iter()
        .take_while(|word| is_capitalised(word))
        .take(3)
        .map(|word| cut_word(word))
        .collect();
    Some(name.join(" "))
}

/// Words that start a prompt as an adjective or a kind, not as a name.
pub fn is_common(word: &str) -> bool {
    let word = word.trim_end_matches("'s").trim_end_matches("\u{2019}s");
    let lower = word.to_lowercase();
    let known_kind = super::CATEGORIES.iter().flat_map(|category| category.words).any(|known| {
        known.split_whitespace().any(|part| part == lower || lower.strip_suffix('s') == Some(part))
    });
    is_people(&lower)
        || COMMON.split_whitespace().any(|common| common == lower)
        || known_kind
        || lower.contains('-')
        || ["ing", "ed", "able", "ful", "less", "ly", "made", "proof", "ic", "ous", "ive", "al"]
            .iter()
            .any(|end| lower.len() > end.len() + 2 && lower.ends_with(end))
}
