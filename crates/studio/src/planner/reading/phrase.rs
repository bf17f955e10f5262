//! Phrases cut to size.

/// No single word of an ad is longer.
const LONGEST_WORD: usize = 22;

/// Words that want another after them: no line may end on one.
pub const LITTLE_WORDS: &[&str] = &[
    "and",
    "or",
    "the",
    "a",
    "an",
    "of",
    "with",
    "for",
    "to",
    "in",
    "on",
    "at",
    "by",
    "from",
    "your",
    "my",
    "our",
    "that",
    "is",
    "no",
    "but",
    "so",
    "their",
    "its",
    "into",
    "than",
    "as",
    "every",
    "without",
    "are",
    "who",
    "which",
    "while",
    "because",
    "if",
    "when",
    "und",
    "f\u{fc}r",
    "mit",
    "der",
    "die",
    "das",
    "ein",
    "aus",
    "von",
    "vom",
    "zum",
    "zur",
    "auf",
    "bei",
    "nach",
    "ohne",
    "im",
    "dem",
    "eine",
    "et",
    "pour",
    "avec",
    "de",
    "des",
    "du",
    "la",
    "le",
    "les",
    "y",
    "para",
    "con",
    "el",
    "los",
    "las",
    "del",
    "di",
    "per",
    "il",
    "e",
    "com",
    "o",
    "os",
    "van",
    "voor",
    "met",
    "het",
    "een",
    "en",
    "i",
    "dla",
    "z",
    "w",
    "na",
    "och",
    "f\u{f6}r",
    "med",
    "\u{438}",
    "\u{434}\u{43b}\u{44f}",
    "\u{441}",
    "\u{432}",
    "\u{43d}\u{430}",
    "\u{442}\u{430}",
    "\u{437}",
    "\u{3b3}\u{3b9}\u{3b1}",
    "\u{3ba}\u{3b1}\u{3b9}",
    "\u{3bc}\u{3b5}",
    "\u{3c4}\u{3bf}",
    "ve",
    "i\u{e7}in",
    "\u{915}\u{947}",
    "\u{915}\u{940}",
    "\u{914}\u{930}",
    "\u{641}\u{64a}",
    "\u{645}\u{646}",
    "\u{627}\u{644}\u{649}",
    "\u{5e9}\u{5dc}",
];

/// "lavender scent and a wooden wick" as two things, each with its article.
pub fn listed(phrase: &str) -> Vec<String> {
    phrase
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" & "))
        .map(|part| shortened(part.trim(), 5, 36))
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
            let word = word.to_lowercase();
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.is_empty() || LITTLE_WORDS.contains(&word)
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

/// A capital at the start goes, unless the word is a name or an abbreviation.
pub fn lowered(text: &str) -> String {
    let mut words = text.splitn(2, ' ');
    let first = words.next().unwrap_or("");
    let shouted = first.chars().filter(|c| c.is_uppercase()).count() > 1 || first == "I";
    let first = if shouted || super::when::is_proper(first) || super::words::is_known_place(first) {
        first.to_owned()
    } else {
        super::naming::lowercase_start(first)
    };
    match words.next() {
        Some(rest) => format!("{first} {rest}"),
        None => first,
    }
}
