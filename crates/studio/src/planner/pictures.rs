//! Which illustration shows the very thing that a prompt names.

use admint_domain::AdSpec;

/// Words for things that have an illustration of their own, as `word = picture` lines.
const PICTURES: &str = include_str!("pictures.txt");

/// The illustration of the very thing that is advertised, where the product's name says which.
pub fn hero_picture(spec: &AdSpec) -> Option<&'static str> {
    let product = spec.product.to_lowercase();
    let words: Vec<&str> =
        product.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // The name's end says what it is: `sun hat` is a hat.
    let tail = words.len().saturating_sub(2);
    let named = |text: &str| {
        pictures()
            .find(|(word, _)| *word == text || text.strip_suffix('s') == Some(word))
            .map(|(_, picture)| picture)
    };
    named(&words[tail..].join(" "))
        .or_else(|| named(words.last()?))
        // `dog treats` may show a dog, but `apartment cleaning` is no apartment.
        .or_else(|| words.iter().rev().find_map(|word| named(word)).filter(|_| !is_service(&spec.category)))
        // Scripts without spaces have no words to split at.
        .or_else(|| {
            pictures()
                .find(|(word, _)| !word.is_ascii() && product.contains(word))
                .map(|(_, picture)| picture)
        })
}

fn is_service(category: &str) -> bool {
    matches!(category, "cleaning" | "real-estate" | "finance" | "health" | "education" | "software")
}

fn pictures() -> impl Iterator<Item = (&'static str, &'static str)> {
    PICTURES.lines().filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;

    #[test]
    fn every_picture_is_packaged() {
        assert!(pictures().count() > 150);
        for (word, picture) in pictures() {
            assert!(assets::has_illustration(picture), "{word}: {picture}");
        }
    }
}
