//! Which words name the product and which the brand.

use super::{
    phrase::{cut_word, shortened},
    words::{bare, is_capitalised, is_people},
};
use crate::planner::{CATEGORIES, kind, meaning};

/// Words that begin a prompt as an adjective or a kind of thing, not as a name.
const COMMON: &str = include_str!("../common_words.txt");

/// The thing itself: at most four words, the last ones, where its kind is named.
pub fn product_of(words: &[&str]) -> String {
    let mut words: Vec<&str> = words
        .iter()
        .copied()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '+' | '&')))
        .filter(|word| !word.is_empty())
        .skip_while(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "a" | "an"
                    | "the"
                    | "my"
                    | "our"
                    | "your"
                    | "new"
                    | "some"
                    | "these"
                    | "those"
                    | "this"
                    | "another"
            )
        })
        .collect();
    // "bakery at Elm Street", "gym on Main": the place is not the thing.
    if let Some(at) = words.iter().position(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "at" | "on" | "in" | "near" | "made" | "where" | "for" | "while"
        )
    }) && at > 0
        && words[at - 1].to_lowercase() != "hand"
    {
        words.truncate(at);
    }
    while words.len() > 1
        && words.last().is_some_and(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "of" | "and" | "or" | "to" | "is" | "now" | "today" | "needed" | "wanted"
            )
        })
    {
        words.pop();
    }
    // "hotel by the sea" needs its "the".
    let most = if words.contains(&"the") { 5 } else { 4 };
    let mut from = words.len().saturating_sub(most);
    while from + 1 < words.len() && matches!(words[from].to_lowercase().as_str(), "of" | "and" | "or" | "to")
    {
        from += 1;
    }
    let kept: Vec<String> = words[from..].iter().map(|word| cut_word(word)).collect();
    let title_case = kept.len() > 2 && kept.iter().all(|word| is_capitalised(word));
    let kept: Vec<String> = kept
        .into_iter()
        .enumerate()
        // A capital at the start of the sentence is no name.
        .map(|(index, word)| {
            let shouted = word.len() > 1 && word.chars().all(|c| !c.is_lowercase());
            let proper = is_nationality(&bare(&word)) || super::words::is_known_place(&word);
            if !shouted
                && !proper
                && ((index == 0 && from == 0 && is_common(&word)) || (title_case && is_common(&word)))
            {
                lowercase_start(&word)
            } else {
                word
            }
        })
        .collect();
    let product = kept.join(" ");
    if product.chars().count() > 36 { shortened(&product, 3, 30) } else { product }
}

/// The product with slips of the pen put right, where the lexicon knows the word that was meant.
pub fn spelt(product: &str) -> String {
    let words = product.split_whitespace().map(|word| {
        let known = word.chars().all(|c| c.is_ascii_lowercase())
            && !meaning::is_english_word(word)
            && !is_common(word);
        match kind::respelt(word).filter(|_| known) {
            Some((_, meant)) => meant,
            None => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Capitalised words that are no ordinary beginning of a sentence, where the words `open` one.
pub fn brand_within(words: &[&str], open: bool) -> Option<String> {
    let named: Vec<bool> = words.iter().map(|word| is_capitalised(word)).collect();
    let count = named.iter().filter(|&&named| named).count();
    if words.len() > 2 && count == words.len() {
        // Everything is capitalised: only an uncommon first word is a name.
        return (!is_common(words[0])).then(|| cut_word(without_possessive(words[0])));
    }
    let run = named.iter().take_while(|&&named| named).count();
    // "Blue Ridge Coffee roasters": a row of capitals before small letters is a name.
    if run >= 2
        && run < words.len()
        && run <= 4
        && words[..run].iter().any(|word| !listed_common(&bare(word)) && !is_kind(&bare(word)))
    {
        let mut name: Vec<&str> = words[..run].to_vec();
        while name.len() > 1 && listed_common(&bare(name[0])) && is_nationality(&bare(name[0])) {
            name.remove(0);
        }
        let last = name.len() - 1;
        name[last] = without_possessive(name[last]);
        return Some(name.iter().map(|word| cut_word(word)).collect::<Vec<_>>().join(" "));
    }
    if let Some(word) = words.first()
        && without_possessive(word).len() < word.len()
        && is_capitalised(word)
        && !listed_common(&bare(without_possessive(word)))
        && !matches!(bare(word).as_str(), "valentine's" | "mother's" | "father's" | "new")
        && !is_kind(&bare(without_possessive(word)))
        && !is_people(without_possessive(word))
    {
        return Some(without_possessive(word).to_owned());
    }
    let start = words.iter().enumerate().position(|(index, word)| {
        is_capitalised(word)
            && word.chars().count() > 1
            && if index == 0 && open {
                !is_common(word) || is_name_like(word)
            } else {
                // Within a sentence a capital is a name, unless of a people, a place or an abbreviation.
                !is_nationality(&bare(word))
                    && !super::words::is_known_place(word)
                    && !word.chars().all(|c| !c.is_lowercase())
                    && (index == 0 || words[index - 1].to_lowercase() != "to")
            }
    })?;
    // A lone capitalised word that is the whole phrase says what the product is, not whose.
    if words.len() == 1 && (is_common(words[0]) || open && words[0].ends_with('s')) {
        return None;
    }
    let name: Vec<String> = words[start..]
        .iter()
        .take_while(|word| is_capitalised(word))
        .take(3)
        .map(|word| cut_word(word))
        .collect();
    Some(without_possessive(&name.join(" ")).to_owned())
}

pub fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word)
}

/// Words that start a prompt as an adjective or a kind, not as a name.
pub fn is_common(word: &str) -> bool {
    let lower = bare(without_possessive(word));
    is_people(&lower)
        || listed_common(&lower)
        || is_kind(&lower)
        || super::words::is_known_place(&lower)
        || lower.contains('-')
        || lower.starts_with(|c: char| c.is_ascii_digit())
        || [
            "ing", "ed", "able", "ful", "less", "ly", "made", "proof", "ic", "ous", "ive", "al", "tion",
            "ment",
        ]
        .iter()
        .any(|end| lower.len() > end.len() + 2 && lower.ends_with(end))
        || meaning::is_english_word(&lower)
}

/// English words that brands are called by and that describe no product: "Hush headphones".
const NAMES: &[&str] = &[
    "aura", "bloom", "bolt", "corner", "daisy", "drift", "dash", "echo", "ember", "finch", "halo", "hazel",
    "haven", "hush", "iris", "ivy", "juno", "lark", "leafy", "lumen", "luna", "muse", "nest", "nimbus",
    "nova", "oasis", "orbit", "penny", "pixel", "poppy", "pulse", "robin", "sparkle", "summit", "swift",
    "tally", "terra", "vibe", "volt", "wander", "willow", "zen", "zest",
];

fn is_name_like(word: &str) -> bool {
    NAMES.contains(&bare(word).as_str())
}

fn listed_common(lower: &str) -> bool {
    COMMON.split_whitespace().any(|common| common == lower)
}

fn is_kind(lower: &str) -> bool {
    CATEGORIES.iter().flat_map(|category| category.words).any(|known| {
        known.split_whitespace().any(|part| part == lower || lower.strip_suffix('s') == Some(part))
    })
}

fn is_nationality(lower: &str) -> bool {
    matches!(lower, "greek" | "thai" | "dutch" | "french" | "welsh" | "swiss" | "czech")
        || (lower.len() > 4 && ["ish", "ian", "ean", "ese", "ican"].iter().any(|end| lower.ends_with(end)))
        || matches!(lower, "german" | "moroccan" | "african" | "american" | "cuban" | "korean")
}

/// Only the first letter: "Handmade" but not "iPhone".
pub fn lowercase_start(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
