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
    (name.len() >= 3).then(|| capitalised(&shortened(&name.replace('-', " "), 2, 20)))
}
