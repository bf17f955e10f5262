//! Phrases cut to size.

/// No single word of an ad is longer.
const LONGEST_WORD: usize = 22;

/// "lavender scent and a wooden wick" as two things.
pub fn listed(phrase: &str) -> Vec<String> {
    phrase
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|part| shortened(without_article(part.trim()), 4, 32))
        .filter(|part| !part.is_empty())
        .collect()
}

pub fn without_article(phrase: &str) -> &str {
    let phrase = phrase.trim();
    for article in ["a ", "an ", "the ", "my ", "our ", "your ", "their ", "all "] {
        if phrase.len() > article.len()
            && phrase.is_char_boundary(article.len())
            && phrase[..article.len()].eq_ignore_ascii_case(article)
        {
            return &phrase[article.len()..];
        }
    }
    phrase
}

pub fn trimmed(phrase: &str) -> String {
    phrase.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | '\u{20ac}')).to_owned()
}

/// At most `words` words and about `chars` characters; never ends on a word that wants another.
pub fn shortened(text: &str, words: usize, chars: usize) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split_whitespace().take(words) {
        let word = cut_word(word);
        let count = word.chars().count();
        if !kept.is_empty() && length + 1 + count > chars {
            break;
        }
        length += count + 1;
        kept.push(word);
    }
    while kept.len() > 1
        && kept.last().is_some_and(|word| {
            matches!(
                word.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()),
                "and"
                    | "or"
                    | "the"
                    | "a"
                    | "an"
                    | "of"
                    | "with"
                    | "for"
                    | "to"
                    | "in"
                    | "on"
                    | "at"
                    | "by"
                    | "from"
                    | "your"
                    | "my"
                    | "our"
                    | "that"
                    | "is"
                    | "no"
                    | ""
            )
        })
    {
        kept.pop();
    }
    let joined = kept.join(" ");
    if joined.chars().count() > chars.max(LONGEST_WORD) {
        joined.chars().take(chars).collect::<String>().trim_end().to_owned()
    } else {
        joined
    }
}

pub fn cut_word(word: &str) -> String {
    if word.chars().count() <= LONGEST_WORD {
        return word.to_owned();
    }
    word.chars().take(LONGEST_WORD - 1).chain(std::iter::once('\u{2026}')).collect()
}

pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
