//! Which kind of product a prompt is about: by its words where they say so, else by what they mean.

use super::{
    lexicon::{CATEGORIES, Category},
    meaning,
    reading::{self, Facts},
};

/// Below this the words only hint: a word of the sentence, not of the product.
const WEAK: f64 = 2.0;

/// The category of what the facts advertise; the general one where nothing tells.
pub fn of(facts: &Facts) -> &'static Category {
    let general = CATEGORIES.last().expect("the lexicon is not empty");
    let (score, found) = by_words(&facts.plain, &facts.product);
    if !needs_meaning(score, found, facts) {
        return found.unwrap_or(general);
    }
    // A mere name tells nothing; the words around it do.
    if is_mere_name(facts) {
        let around = facts.plain.replace(&facts.product, "");
        return meaning::nearest_category(&around, &around).unwrap_or(general);
    }
    meaning::nearest_category(&facts.product, &facts.plain).or(found).unwrap_or(general)
}

/// Whether [`of`] asks the sentence model.
pub fn asks_the_model(facts: &Facts) -> bool {
    let (score, found) = by_words(&facts.plain, &facts.product);
    needs_meaning(score, found, facts)
}

/// Where words do not tell, meaning may; the sentence model reads English only.
fn needs_meaning(score: f64, found: Option<&Category>, facts: &Facts) -> bool {
    score < WEAK && facts.english && !(is_mere_name(facts) && found.is_some())
}

fn is_mere_name(facts: &Facts) -> bool {
    facts.brand.as_deref() == Some(facts.product.as_str())
}

/// The best category by the lexicon's words, and how strongly they say so.
pub fn by_words(text: &str, product: &str) -> (f64, Option<&'static Category>) {
    let (text, product) = (text.to_lowercase(), product.to_lowercase());
    let last_word = product.rsplit(' ').next().unwrap_or("");
    let score = |category: &Category| -> f64 {
        category
            .words
            .iter()
            .map(|word| {
                let weight = 1.0 + word.split_whitespace().count() as f64 * 0.4;
                let flag = |found: bool| f64::from(u8::from(found));
                let found = reading::mentions(&text, word);
                // What it is, is said last: `coffee table` is a table.
                let last = reading::mentions(last_word, word)
                    || product.ends_with(&format!(" {word}"))
                    || product == *word;
                let within = reading::mentions(&product, word);
                weight * (flag(found) + 1.5 * flag(within) + 2.5 * flag(last))
            })
            .sum()
    };
    let mut best = (0.0, None);
    for category in CATEGORIES {
        let score = score(category);
        if score > best.0 {
            best = (score, Some(category));
        }
    }
    if best.1.is_none() { misspelt(&product) } else { best }
}

/// "bakrey", "skincaer": one slip from a word of the lexicon.
fn misspelt(product: &str) -> (f64, Option<&'static Category>) {
    for word in product.split_whitespace().rev() {
        if let Some((category, _)) = respelt(word) {
            return (WEAK, Some(category));
        }
    }
    (0.0, None)
}

/// The lexicon's word that a word of at least six letters differs from by one slip.
pub fn respelt(word: &str) -> Option<(&'static Category, &'static str)> {
    if word.chars().count() < 6 || !word.is_ascii() {
        return None;
    }
    CATEGORIES.iter().find_map(|category| {
        category
            .words
            .iter()
            .find(|known| {
                known.len() >= 6 && !known.contains(' ') && known.is_ascii() && is_one_slip(word, known)
            })
            .map(|known| (category, *known))
    })
}

/// One letter too many, one missing, or two changed round, within the word.
fn is_one_slip(word: &str, known: &str) -> bool {
    let (a, b) = (word.as_bytes(), known.as_bytes());
    if a[0] != b[0] || a == b {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    if a.len() == b.len() {
        return same + 1 < a.len()
            && a[same] == b[same + 1]
            && a[same + 1] == b[same]
            && a[same + 2..] == b[same + 2..];
    }
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    // An ending is another form, not a slip.
    long.len() == short.len() + 1 && same + 1 < long.len() && long[same + 1..] == short[same..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        assert!(
            is_one_slip("bakrey", "bakery")
                && is_one_slip("skincre", "skincare")
                && is_one_slip("candlles", "candles")
        );
        assert!(
            !is_one_slip("candies", "candles")
                && !is_one_slip("planter", "planner")
                && !is_one_slip("breads", "bread")
        );
    }
}
