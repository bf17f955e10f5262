//! Where to go: the address in a prompt, and the name in it.

use super::phrase::{capitalised, shortened};

pub fn take_address(text: &str) -> (String, Option<String>) {
    let mut address = None;
    let mut kept: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let host =
            bare.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        let name = host.split('/').next().unwrap_or("");
        let labels: Vec<&str> = name.split('.').collect();
        let known_end = labels
            .last()
            .is_some_and(|end| (2..=10).contains(&end.len()) && end.chars().all(|c| c.is_ascii_lowercase()));
        let is_address = labels.len() >= 2
            && known_end
            && labels.iter().all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            })
            && labels[0].len() >= 2
            && name.len() <= 40
            && !name.chars().next().is_some_and(|c| c.is_ascii_digit());
        if is_address {
            address.get_or_insert_with(|| name.to_lowercase());
            // "at luna.example": the little word goes with it.
            if kept.last().is_some_and(|last| {
                matches!(last.to_lowercase().as_str(), "at" | "on" | "visit" | "via" | "from" | "see")
            }) {
                kept.pop();
            }
            if word.ends_with(['.', ',', '!', ';']) {
                kept.push(",");
            }
        } else if bare.starts_with("http://") || bare.starts_with("https://") {
        } else {
            kept.push(word);
        }
    }
    (kept.join(" ").replace(" ,", ","), address)
}

pub fn brand_of_address(address: &str) -> Option<String> {
    let labels: Vec<&str> = address.split('.').collect();
    let name = labels.get(labels.len().checked_sub(2)?)?;
    let words: Vec<String> = name.split('-').map(capitalised).collect();
    (name.len() >= 3).then(|| shortened(&words.join(" "), 3, 24))
}

/// A telephone number: at least seven digits in a row of digit groups.
pub fn take_phone(text: &str) -> (String, Option<String>) {
    let is_part = |word: &str| {
        word.chars().any(|c| c.is_ascii_digit())
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '/' | '.' | ','))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    for from in 0..words.len() {
        let count = words[from..].iter().take_while(|word| is_part(word)).count().min(5);
        let number = words[from..from + count].join(" ");
        let digits = number.chars().filter(|c| c.is_ascii_digit()).count();
        if count == 0
            || !(7..=15).contains(&digits)
            || !(number.contains(['-', '+', '(', ' ', '/']) || number.starts_with('0'))
        {
            continue;
        }
        let mut start = from;
        while start > 0
            && matches!(
                words[start - 1].to_lowercase().as_str(),
                "at" | "on" | "call" | "us" | "phone" | "tel" | "tel."
            )
        {
            start -= 1;
        }
        let calls = words[start..from].iter().any(|word| word.to_lowercase().starts_with("call"));
        let rest = [&words[..start], if calls { &["call us,"][..] } else { &[] }, &words[from + count..]]
            .concat()
            .join(" ");
        return (rest, Some(number.trim_end_matches(['.', ',']).to_owned()));
    }
    (text.to_owned(), None)
}
