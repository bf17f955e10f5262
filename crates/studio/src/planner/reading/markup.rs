//! From what was typed to plain words: tags and quotation marks.

use super::{phrase::trimmed, words::bare};

/// HTML tags go; signs that only machines read become spaces.
pub fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        plain.push(' ');
        match rest[open..].find('>').filter(|&close| close <= 60) {
            Some(close) => rest = &rest[open + close + 1..],
            None => rest = &rest[open + 1..],
        }
    }
    plain.push_str(rest);
    plain
        .chars()
        .map(|c| {
            if matches!(
                c,
                '{' | '}' | '[' | ']' | '\\' | '^' | '~' | '`' | '=' | '<' | '>' | '*' | '_' | '@' | '|'
            ) {
                ' '
            } else {
                c
            }
        })
        .collect()
}

/// What stands in quotation marks: a name where it is short, a slogan where it is a sentence or is called one.
pub struct Quoted {
    pub name: Option<String>,
    pub slogan: Option<String>,
    /// The text without the slogan.
    pub rest: String,
}

pub fn take_quoted(text: &str) -> Quoted {
    let mut quoted = Quoted { name: None, slogan: None, rest: text.to_owned() };
    let mut from = 0;
    while let Some((start, end, phrase)) = quotation(&quoted.rest, from) {
        let before: Vec<String> = quoted.rest[..start].split_whitespace().map(bare).collect();
        let announced = before.iter().rev().take(3).any(|word| {
            matches!(
                word.as_str(),
                "slogan" | "tagline" | "motto" | "claim" | "say" | "says" | "saying" | "headline" | "line"
            )
        });
        let words = phrase.split_whitespace().count();
        let small = phrase
            .split_whitespace()
            .filter(|word| word.chars().next().is_some_and(char::is_lowercase))
            .count();
        let sentence = words >= 2
            && small >= 1
            && (phrase.ends_with(['.', '!', '?']) || words > 4 || quoted.name.is_some());
        if words <= 9 && phrase.chars().count() <= 46 && quoted.slogan.is_none() && (announced || sentence) {
            quoted.slogan = Some(phrase.to_owned());
            let kept: Vec<&str> = quoted.rest[..start].split_whitespace().collect();
            let drop = before
                .iter()
                .rev()
                .take_while(|word| {
                    matches!(
                        word.as_str(),
                        "slogan"
                            | "tagline"
                            | "motto"
                            | "claim"
                            | "is"
                            | "our"
                            | "the"
                            | "with"
                            | "say"
                            | "says"
                            | "saying"
                            | "headline"
                            | "line"
                            | "and"
                            | "end"
                            | "use"
                            | ""
                            | "ending"
                    )
                })
                .count();
            let head = kept[..kept.len() - drop.min(kept.len())].join(" ");
            quoted.rest = format!("{head}, {}", quoted.rest[end..].trim_start_matches(['.', ',', ' ']));
            from = head.len();
        } else {
            if words <= 4 && phrase.chars().count() <= 30 && quoted.name.is_none() {
                quoted.name = Some(phrase.trim_end_matches([',', '.']).to_owned());
            }
            from = end;
        }
    }
    quoted
}

/// The first quotation from byte `from` on: where it starts and ends with its marks, and what it says.
pub fn quotation(text: &str, from: usize) -> Option<(usize, usize, String)> {
    [
        ('"', '"'),
        ('\u{201c}', '\u{201d}'),
        ('\u{201e}', '\u{201c}'),
        ('\u{ab}', '\u{bb}'),
        ('\u{300c}', '\u{300d}'),
        ('\u{2018}', '\u{2019}'),
    ]
    .into_iter()
    .filter_map(|(open, close)| {
        let start = from + text.get(from..)?.find(open)?;
        let inside = start + open.len_utf8();
        let end = inside + text[inside..].find(close)?;
        let phrase = text[inside..end].trim().to_owned();
        (phrase.chars().any(char::is_alphanumeric)).then_some((start, end + close.len_utf8(), phrase))
    })
    .min_by_key(|(start, ..)| *start)
}

/// A prompt in capitals is read as if it were not shouted.
pub fn unshouted(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect();
    let loud = words
        .iter()
        .filter(|word| word.chars().all(|c| !c.is_lowercase()) && word.chars().any(char::is_uppercase))
        .count();
    if words.len() >= 3 && loud * 10 >= words.len() * 8 { text.to_lowercase() } else { text.to_owned() }
}

pub fn tidy(text: &str) -> String {
    let text = text.replace(['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '(', ')'], " ");
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            word.chars().any(char::is_alphanumeric)
                || matches!(*word, "-" | "\u{2014}" | "\u{2013}" | "&" | "+")
        })
        .collect();
    words.join(" ")
}

/// The prompt cut at punctuation, for ads made of the user's own words.
pub fn chunks(plain: &str) -> Vec<String> {
    plain
        .split([
            '.', ',', ';', '!', '?', ':', '\u{2014}', '\u{2013}', '\u{3002}', '\u{3001}', '\u{ff0c}',
            '\u{ff01}', '\u{ff1f}', '\u{60c}', '\u{61b}', '\u{61f}', '\u{ff1a}',
        ])
        .map(trimmed)
        .filter(|chunk| chunk.chars().any(char::is_alphanumeric))
        .collect()
}
