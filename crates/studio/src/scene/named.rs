//! Which packaged pictures show what words say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use crate::assets;

/// What words that name no illustration are shown by, as `words = picture` lines; `-` where a word means
/// something else more often than the thing of its name.
const WORDS: &str = include_str!("named.txt");
/// What products are shown by; a feature may name a thing that is one.
const PRODUCTS: &str = include_str!("../planner/pictures.txt");
const NOTHING: &str = "-";

/// The longest phrase that has a picture of its own.
const LONGEST: usize = 3;

static PICTURES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let lines = |text: &'static str| text.lines().filter_map(|line| line.split_once(" = "));
    let packaged: BTreeSet<String> = assets::illustrations().collect();
    let own = packaged.iter().map(|name| (name.replace('-', " "), name.clone()));
    let told = lines(PRODUCTS).chain(lines(WORDS)).map(|(words, name)| (words.to_owned(), name.to_owned()));
    own.chain(told).filter(|(_, name)| name == NOTHING || packaged.contains(name)).collect()
});

/// The illustrations of what `text` names, in its order. What it says there is none of is not shown.
pub fn pictures(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let phrase = (1..=LONGEST.min(words.len() - at)).rev().find_map(|length| {
            let picture = picture(&words[at..at + length].join(" "))?;
            Some((length, picture))
        });
        let Some((length, picture)) = phrase else {
            at += 1;
            continue;
        };
        let last = words[at + length - 1];
        let denied = at > 0 && is_denial(words[at - 1]) || lower.contains(&format!("{last}-free"));
        if picture != NOTHING && !denied && !found.contains(picture) {
            found.push(picture.clone());
        }
        at += length;
    }
    // Scripts without spaces have no words to split at.
    let within = PICTURES.iter().filter(|(words, _)| !words.is_ascii() && lower.contains(words.as_str()));
    for (_, picture) in within {
        if !found.contains(picture) {
            found.push(picture.clone());
        }
    }
    found
}

fn picture(phrase: &str) -> Option<&'static String> {
    let singular = |ending: &str, instead: &str| {
        PICTURES.get(&format!("{}{instead}", phrase.strip_suffix(ending).filter(|stem| stem.len() > 2)?))
    };
    PICTURES
        .get(phrase)
        .or_else(|| singular("ies", "y"))
        .or_else(|| singular("s", ""))
        .or_else(|| singular("es", ""))
}

fn is_denial(word: &str) -> bool {
    matches!(
        word,
        "no" | "without" | "zero" | "not" | "never" | "non" | "less" | "stop" | "ohne" | "sans" | "sin"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &[&str]) {
        assert_eq!(pictures(text), shown, "{text}");
    }

    #[test]
    fn words_are_shown_by_what_they_name() {
        check("Just real chicken", &["poultry-leg"]);
        check("All-day battery", &["calendar", "battery"]);
        check("Folds in 10 seconds", &["stopwatch"]);
        check("Plastic-free refills", &["leaf-fluttering-in-wind", "recycling-symbol"]);
        check("1000 pieces", &["puzzle-piece"]);
        check("Non-toxic paints", &["artist-palette"]);
        check("Strawberries and cream", &["strawberry"]);
        check("Ships free in two days", &["delivery-truck", "calendar"]);
        check("新しいコーヒー", &[]);
        check("おいしいラーメン", &["steaming-bowl"]);
    }

    #[test]
    fn what_is_not_in_it_is_not_shown() {
        check("No sugar", &[]);
        check("No fillers", &[]);
        check("Grain-free", &[]);
        check("Sugar-free", &[]);
        check("Milk and sugar-free", &["glass-of-milk"]);
        check("Without milk", &[]);
        check("Cancel whenever you like", &[]);
        check("Light on your feet", &["socks"]);
    }

    #[test]
    fn every_picture_of_a_word_is_packaged() {
        let lines: Vec<_> = WORDS.lines().map(|line| line.split_once(" = ").unwrap()).collect();
        assert!(lines.len() > 250);
        for (index, (words, picture)) in lines.iter().enumerate() {
            assert!(*picture == NOTHING || assets::has_illustration(picture), "{words}: {picture}");
            assert!(lines[..index].iter().all(|(other, _)| other != words), "{words} twice");
        }
    }
}
