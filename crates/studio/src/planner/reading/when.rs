//! Dates: when something happens, in the prompt's own words.

use super::words::{bare, closes, is_month, is_weekday};

/// Days for which people buy, as they are written.
const OCCASIONS: &[&str] = &[
    "Mother's Day",
    "Father's Day",
    "Valentine's Day",
    "Valentine's",
    "Christmas",
    "Halloween",
    "Black Friday",
    "Easter",
    "New Year",
    "Thanksgiving",
    "Hanukkah",
    "Diwali",
    "Eid",
    "Ramadan",
    "back to school",
    "graduation",
];

/// Takes a date phrase out of the text: "on Saturday 14 June at 7pm".
pub fn take_when(text: &str) -> (String, Option<String>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some((mut from, core, mut to)) = dated(&words) else { return (text.to_owned(), None) };
    while to < words.len() && !closes(words[to - 1]) {
        let word = bare(words[to]);
        let next = words.get(to + 1).map_or_else(String::new, |word| bare(word));
        let follows = is_weekday(words[to])
            || is_month(words[to])
            || is_day_of_month(&word)
            || is_hour(&word)
            || (matches!(word.as_str(), "at" | "from" | "to" | "until" | "and" | "-")
                && (is_hour(&next) || is_day_of_month(&next) || is_weekday(&next)))
            || matches!(word.as_str(), "morning" | "evening" | "night" | "noon" | "afternoon");
        if !follows {
            break;
        }
        to += 1;
    }
    let when = words[core..to].join(" ");
    let when = when.trim_end_matches(|c: char| !c.is_alphanumeric());
    // "Fridays" alone is no answer to when.
    let when = if core > 0 && bare(words[core - 1]) == "on" && when.ends_with('s') && is_weekday(when) {
        format!("on {when}")
    } else {
        when.to_owned()
    };
    if from > 0
        && matches!(bare(words[from - 1]).as_str(), "on" | "opens" | "opening" | "starting" | "starts")
    {
        from -= 1;
    }
    let mut rest: Vec<String> = words[..from].iter().map(|&word| word.to_owned()).collect();
    if let Some(last) = rest.last_mut()
        && !closes(last)
    {
        last.push(',');
    }
    rest.extend(words[to..].iter().map(|&word| word.to_owned()));
    (rest.join(" "), Some(when))
}

/// "Christmas", "Mother's", "Friday", "May": always with a capital.
pub fn is_proper(word: &str) -> bool {
    let named =
        |occasion: &&&str| occasion.split(' ').next() == Some(word) && word.starts_with(char::is_uppercase);
    is_month(word) || is_weekday(word) || OCCASIONS.iter().any(|occasion| named(&occasion))
}

/// The day the prompt is written for.
pub fn occasion(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    OCCASIONS.iter().find(|name| super::mentions(&lower, &name.to_lowercase())).map(|&name| name.to_owned())
}

/// Where the phrase begins, where its date begins, where that ends.
fn dated(words: &[&str]) -> Option<(usize, usize, usize)> {
    (0..words.len()).find_map(|index| {
        let word = bare(words[index]);
        let next = words.get(index + 1).map_or_else(String::new, |word| bare(word));
        let before = index.checked_sub(1).map_or_else(String::new, |at| bare(words[at]));
        let shut = closes(words[index]);
        if is_month(words[index]) && !shut && is_day_of_month(&next) {
            return Some((index, index, index + 2));
        }
        if is_day_of_month(&word) && words.get(index + 1).is_some_and(|next| is_month(next)) {
            return Some((index, index, index + 2));
        }
        if matches!(word.as_str(), "tonight" | "tomorrow") && (shut || index + 1 == words.len()) {
            return Some((index, index, index + 1));
        }
        if is_weekday(words[index]) {
            let led = matches!(before.as_str(), "this" | "next" | "every");
            let ends = shut
                || index + 1 == words.len()
                || is_day_of_month(&next)
                || matches!(next.as_str(), "at" | "from");
            let begun = led || before == "on";
            if ends && begun {
                let core = if led { index - 1 } else { index };
                // "roasted every Monday" says how it is made, not when to come.
                if before == "every"
                    && core > 0
                    && ["ed", "made", "en"].iter().any(|end| bare(words[core - 1]).ends_with(end))
                {
                    return None;
                }
                return Some((core, core, index + 1));
            }
        }
        None
    })
}

fn is_day_of_month(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let day = |text: &str| text.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    matches!(ending, "" | "st" | "nd" | "rd" | "th")
        && (day(digits) || digits.split_once(['-', '\u{2013}']).is_some_and(|(a, b)| day(a) && day(b)))
}

fn is_hour(word: &str) -> bool {
    let digits = word.trim_end_matches("am").trim_end_matches("pm").trim_end_matches('h');
    let numeric = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.');
    word == "noon" || word == "midnight" || numeric && (digits.len() < word.len() || digits.contains(':'))
}
