//! A customer's words, where the prompt quotes one by name. None are ever made up.

use super::{
    markup::quotation,
    words::{bare, is_capitalised},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimonial {
    pub words: String,
    /// As the prompt signs it: "Anna, Leeds".
    pub by: String,
}

/// Shorter quotations are names and slogans.
const FEWEST_WORDS: usize = 3;

/// Takes a quotation and whoever said it out of the text.
///
/// ```text
/// "I finally sleep through." - Anna, Leeds        Maria says: "Best bread in town"
/// ```
pub fn take_testimonial(text: &str) -> (String, Option<Testimonial>) {
    let mut from = 0;
    while let Some((start, end, words)) = quotation(text, from) {
        from = end;
        if words.split_whitespace().count() < FEWEST_WORDS {
            continue;
        }
        let words = words.trim_end_matches([',', '.']).to_owned();
        if let Some((by, length)) = signature(&text[end..]) {
            let rest = joined(&text[..start], &text[end + length..]);
            return (rest, Some(Testimonial { words, by }));
        }
        if let Some((by, at)) = announcement(&text[..start]) {
            let rest = joined(&text[..at], &text[end..]);
            return (rest, Some(Testimonial { words, by }));
        }
    }
    (text.to_owned(), None)
}

fn joined(before: &str, after: &str) -> String {
    let before = before.trim_end().trim_end_matches([',', ':', '-', '\u{2014}', '\u{2013}']);
    let after = after.trim_start_matches([',', '.', ';', ' ']);
    match (before.is_empty(), after.is_empty()) {
        (true, _) => after.to_owned(),
        (_, true) => before.to_owned(),
        _ if before.ends_with(['.', '!', '?']) => format!("{before} {after}"),
        _ => format!("{before}. {after}"),
    }
}

/// Who is named right after the quotation, and how many bytes that takes.
fn signature(after: &str) -> Option<(String, usize)> {
    let lead = after.len() - after.trim_start_matches([',', '.', ' ']).len();
    let text = &after[lead..];
    let mut skip = ["- ", "\u{2014} ", "\u{2013} ", "\u{2014}", "\u{2013}", "says ", "said ", "writes "]
        .into_iter()
        .find(|sign| text.starts_with(sign))?
        .len();
    let roles = ["our customer ", "customer ", "our guest "];
    if let Some(role) = roles.into_iter().find(|role| text[skip..].starts_with(role)) {
        skip += role.len();
    }
    let (name, length) = name(&text[skip..])?;
    Some((name, lead + skip + length))
}

/// "Anna", "Anna K.", "Anna, Leeds", "Anna from Leeds": nothing but the name may stand there.
fn name(text: &str) -> Option<(String, usize)> {
    let end = text.find(['.', ';', '!', '?', ')', '"']).map_or(text.len(), |at| {
        // "Anna K." is not at its end.
        let initial = text[..at].split_whitespace().last().is_some_and(|word| word.chars().count() == 1);
        if initial && text[at..].starts_with('.') { at + 1 } else { at }
    });
    let parts: Vec<&str> = text[..end].split(',').collect();
    let is_name = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().filter(|word| *word != "from").collect();
        (1..=3).contains(&words.len()) && words.iter().all(|word| is_capitalised(word))
    };
    let first = parts.first().filter(|part| is_name(part))?;
    let name = match parts.get(1).filter(|place| is_name(place)) {
        Some(place) => &text[..first.len() + 1 + place.len()],
        None => first,
    };
    Some((name.trim().to_owned(), name.len()))
}

/// "Maria says:" right before the quotation, and where it begins.
fn announcement(before: &str) -> Option<(String, usize)> {
    let text = before.trim_end().trim_end_matches([':', ',']);
    let text = ["says", "said", "writes", "tells us"].into_iter().find_map(|verb| text.strip_suffix(verb))?;
    let sentence = text.rfind(['.', ',', ';', '!', '?', ':']).map_or(0, |at| at + 1);
    let words: Vec<&str> = text[sentence..].split_whitespace().collect();
    let names = words.iter().rev().take_while(|word| is_capitalised(word)).count();
    let name = words[words.len() - names..].join(" ");
    let leads = words[..words.len() - names].iter().all(|word| {
        matches!(bare(word).as_str(), "our" | "customer" | "guest" | "as" | "and" | "like" | "client")
    });
    ((1..=3).contains(&names) && leads).then_some((name, sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, rest: &str, quoted: Option<(&str, &str)>) {
        let (left, found) = take_testimonial(text);
        let found = found.as_ref().map(|found| (found.words.as_str(), found.by.as_str()));
        assert_eq!((left.as_str(), found), (rest, quoted), "{text}");
    }

    #[test]
    fn words_with_a_name_are_a_customers() {
        check(
            "Wool pillows. \"I finally sleep through.\" - Anna, Leeds",
            "Wool pillows.",
            Some(("I finally sleep through", "Anna, Leeds")),
        );
        check(
            "Rye bread, \u{201c}Best crust in town\u{201d} says Tom K., baked daily",
            "Rye bread. baked daily",
            Some(("Best crust in town", "Tom K.")),
        );
        check(
            "Our customer Maria says: \"My knees love them\". Insoles for runners",
            "Insoles for runners",
            Some(("My knees love them", "Maria")),
        );
    }

    #[test]
    fn slogans_and_names_are_not() {
        check("Sleepwell, slogan \"Sleep like a stone.\"", "Sleepwell, slogan \"Sleep like a stone.\"", None);
        check("\"Pixel Pantry\" - Plan dinner", "\"Pixel Pantry\" - Plan dinner", None);
        check(
            "\"Sleep like a stone\" - Sleepwell mattresses",
            "\"Sleep like a stone\" - Sleepwell mattresses",
            None,
        );
    }
}
