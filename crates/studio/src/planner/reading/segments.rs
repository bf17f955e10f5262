//! Where the sentence is cut: at the words that say what comes next.

use super::words::is_capitalised;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Lead,
    For,
    That,
    So,
    To,
    Who,
    With,
    Without,
    Pain,
    Struggle,
    Brand,
    Place,
    Aside,
}

/// Cuts the sentence where a word says what comes next.
pub fn segments<'a>(words: &[&'a str]) -> Vec<(Marker, Vec<&'a str>)> {
    let mut segments: Vec<(Marker, Vec<&str>)> = vec![(Marker::Lead, Vec::new())];
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase();
        let next = words.get(index + 1).map(|word| word.to_lowercase()).unwrap_or_default();
        let next_is_name = words.get(index + 1).is_some_and(|word| is_capitalised(word));
        let within_pain =
            matches!(segments.last(), Some((Marker::Pain | Marker::Struggle, found)) if !found.is_empty());
        let found = match (bare.as_str(), next.as_str()) {
            ("tired" | "sick" | "fed" | "done", "of" | "with" | "up") => Some((Marker::Pain, 2)),
            ("no", "more") => Some((Marker::Pain, 2)),
            (
                "hate" | "hates" | "dread" | "avoid" | "stop" | "end" | "ends" | "stops" | "fights" | "fight"
                | "beat" | "beats",
                _,
            ) if index > 0 && !next.is_empty() => Some((Marker::Pain, 1)),
            ("instead", "of") => Some((Marker::Pain, 2)),
            ("struggle" | "struggling" | "struggles", "with") => Some((Marker::Pain, 2)),
            ("struggle" | "struggling" | "struggles", "to") => Some((Marker::Struggle, 2)),
            ("so", "that") => Some((Marker::So, 2)),
            ("so", "you" | "your") => Some((Marker::So, 1)),
            ("for", _) => Some((Marker::For, 1)),
            ("that" | "which", _) => Some((Marker::That, 1)),
            ("who" | "whose", _) => Some((Marker::Who, 1)),
            ("with" | "featuring", _) => Some((Marker::With, 1)),
            ("without", _) => Some((Marker::Without, 1)),
            ("called" | "named" | "by" | "from", _) if next_is_name => Some((Marker::Brand, 1)),
            ("in" | "near", _) if next_is_name => Some((Marker::Place, 1)),
            ("to", _) if index > 0 && segments.len() == 1 => Some((Marker::To, 1)),
            ("and", "never" | "no") if within_pain => Some((Marker::Aside, 1)),
            _ => None,
        };
        if let Some((marker, skip)) = found {
            segments.push((marker, Vec::new()));
            index += skip;
            continue;
        }
        if !matches!(word, "-" | "\u{2014}" | "\u{2013}" | "|" | "/" | "+" | "&")
            && let Some((_, open)) = segments.last_mut()
        {
            open.push(word);
        }
        if word.ends_with([',', '.', ';', '!', '?', ':'])
            || matches!(word, "-" | "\u{2014}" | "\u{2013}" | "|")
        {
            segments.push((Marker::Aside, Vec::new()));
        }
        index += 1;
    }
    segments.retain(|(_, words)| !words.is_empty());
    segments
}
