//! From what was typed to plain words: tags, colours, quotation marks.

use admint_domain::Rgb;

use super::phrase::trimmed;

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

pub fn take_color(text: &str) -> (String, Option<Rgb>) {
    let mut color = None;
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            match word.trim_matches(|c: char| matches!(c, ',' | '.' | ';' | '(' | ')')).parse::<Rgb>() {
                Ok(found) => {
                    color.get_or_insert(found);
                    false
                }
                Err(_) => true,
            }
        })
        .collect();
    (kept.join(" "), color)
}

/// A short phrase in quotation marks is a name, and stays as it stands.
pub fn quoted(text: &str) -> Option<String> {
    for (open, close) in [
        ('"', '"'),
        ('\u{201c}', '\u{201d}'),
        ('\u{201e}', '\u{201c}'),
        ('\u{ab}', '\u{bb}'),
        ('\u{300c}', '\u{300d}'),
    ] {
        let Some(start) = text.find(open) else { continue };
        let rest = &text[start + open.len_utf8()..];
        let Some(end) = rest.find(close) else { continue };
        let phrase = rest[..end].trim();
        if !phrase.is_empty()
            && phrase.split_whitespace().count() <= 4
            && phrase.chars().count() <= 30
            && phrase.chars().any(char::is_alphanumeric)
        {
            return Some(phrase.to_owned());
        }
    }
    None
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
