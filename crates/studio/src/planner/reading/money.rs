//! Amounts of money, as people of many countries write them.

use super::words::bare;

const SIGNS: [char; 12] = [
    '$', '\u{20ac}', '\u{a3}', '\u{a5}', '\u{20b9}', '\u{20a9}', '\u{20ba}', '\u{20bd}', '\u{20b4}',
    '\u{20aa}', '\u{e3f}', '\u{20ab}',
];
const NAMES: &[&str] = &[
    "usd", "eur", "gbp", "chf", "jpy", "inr", "aud", "cad", "sek", "nok", "dkk", "pln", "czk", "dollars",
    "euros", "euro", "pounds", "francs", "kr", "z\u{142}", "k\u{10d}", "yen", "rupees", "aed", "sar",
];

/// How many words from `index` on are an amount: "$29", "29 €", "CHF 45".
pub fn amount(words: &[&str], index: usize) -> Option<usize> {
    let word = words.get(index)?.trim_matches([',', '.', ';', '!', '?', '(', ')']);
    let numeric = |text: &str| {
        text.chars().any(|c| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
    };
    if word.chars().count() <= 10 {
        let stripped = word.trim_start_matches(SIGNS).trim_end_matches(SIGNS);
        if stripped.len() < word.len() && numeric(stripped) {
            return Some(1);
        }
    }
    let next = words.get(index + 1).map(|word| bare(word)).unwrap_or_default();
    let sign_next = words.get(index + 1).is_some_and(|word| {
        let word = word.trim_matches([',', '.', ';', '!', '?', '(', ')']);
        !word.is_empty() && word.chars().all(|c| SIGNS.contains(&c))
    });
    if numeric(word) && (NAMES.contains(&next.as_str()) || sign_next) {
        return Some(2);
    }
    (NAMES.contains(&bare(word).as_str()) && numeric(&next)).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_many_countries_are_money() {
        let check = |text: &str, count: Option<usize>| {
            assert_eq!(amount(&text.split_whitespace().collect::<Vec<_>>(), 0), count, "{text}");
        };
        check("$29 a bag", Some(1));
        check("\u{a3}12.50, today", Some(1));
        check("1.200 \u{20ac}", Some(2));
        check("CHF 45", Some(2));
        check("30 dollars", Some(2));
        check("99 kr", Some(2));
        check("\u{20b9}499!", Some(1));
        check("12 colours", None);
        check("24", None);
    }
}
