//! What the prompt promises to buyers, never more than it says.

use super::{money, phrase::capitalised};

/// Only what the prompt says: "20% off this week", "$29", "free shipping".
pub fn take_offer(text: &str) -> (String, Option<String>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let bare = |index: usize| {
        lower.get(index).map_or("", |word| {
            word.trim_matches(|c: char| matches!(c, ',' | '.' | ';' | '!' | '?' | '(' | ')'))
        })
    };
    let closes = |index: usize| words[index].ends_with([',', '.', ';', '!', '?']);
    let digits = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let find = || {
        for index in 0..words.len() {
            let word = bare(index);
            let percent = word.ends_with('%') && digits(word);
            let split_percent =
                digits(word) && word.chars().all(|c| c.is_ascii_digit()) && bare(index + 1) == "%";
            if percent || split_percent {
                let mut end = index + 1 + usize::from(split_percent);
                if matches!(bare(end), "off" | "discount" | "cheaper" | "less" | "sale" | "rabatt" | "de") {
                    end += 1 + usize::from(bare(end) == "de");
                } else if !matches!(bare(index.wrapping_sub(1)), "save" | "to" | "get") {
                    continue;
                }
                return Some((index, end));
            }
            if let Some(count) = money::amount(&words, index) {
                let mut end = index + count;
                // "10 euros off your first clean".
                if bare(end) == "off" {
                    end += 1;
                    if bare(end) == "your" && matches!(bare(end + 1), "first" | "next") {
                        end += 2 + usize::from(end + 2 < words.len());
                    }
                    return Some((index, end));
                }
                let per = matches!(bare(end), "per" | "a" | "each" | "an")
                    && matches!(
                        bare(end + 1),
                        "month"
                            | "week"
                            | "year"
                            | "day"
                            | "night"
                            | "class"
                            | "person"
                            | "bag"
                            | "box"
                            | "lesson"
                            | "session"
                            | "hour"
                            | "bottle"
                            | "jar"
                            | "loaf"
                            | "ticket"
                            | "user"
                            | "seat"
                            | "kilo"
                            | "room"
                            | "slice"
                            | "cup"
                            | "pair"
                    );
                return Some((index, end + if per { 2 } else { 0 }));
            }
            let counted = |word: &str| {
                word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty()
                    || matches!(word, "one" | "two" | "three" | "four" | "five" | "six")
            };
            // "2 for 1", "two for £20".
            if counted(word) && bare(index + 1) == "for" {
                if let Some(count) = money::amount(&words, index + 2) {
                    return Some((index, index + 2 + count));
                }
                if counted(bare(index + 2)) {
                    return Some((index, index + 3));
                }
            }
            // "first month free", "3 months free".
            if word == "free"
                && index >= 2
                && matches!(
                    bare(index - 1),
                    "month"
                        | "months"
                        | "week"
                        | "weeks"
                        | "class"
                        | "lesson"
                        | "visit"
                        | "ride"
                        | "session"
                        | "year"
                )
                && (counted(bare(index - 2)) || bare(index - 2) == "first")
            {
                return Some((index - 2, index + 1 + usize::from(bare(index + 1) == "trial")));
            }
            let free = word == "free"
                && matches!(
                    bare(index + 1),
                    "shipping"
                        | "delivery"
                        | "trial"
                        | "returns"
                        | "sample"
                        | "samples"
                        | "consultation"
                        | "coffee"
                        | "class"
                        | "entry"
                        | "admission"
                        | "quote"
                        | "installation"
                        | "lesson"
                        | "parking"
                        | "estimate"
                        | "refills"
                );
            if free || (word == "half" && matches!(bare(index + 1), "price" | "off")) {
                return Some((index, index + 2));
            }
            if word == "buy"
                && bare(index + 1) == "one"
                && bare(index + 2) == "get"
                && bare(index + 3) == "one"
            {
                return Some((index, index + 4 + usize::from(bare(index + 4) == "free")));
            }
        }
        None
    };
    let Some((start, mut end)) = find() else { return (text.to_owned(), None) };
    let mut begin = start;
    while begin > 0
        && !closes(begin - 1)
        && matches!(
            bare(begin - 1),
            "save"
                | "get"
                | "up"
                | "to"
                | "from"
                | "only"
                | "just"
                | "for"
                | "at"
                | "now"
                | "an"
                | "extra"
                | "starting"
                | "early"
                | "bird"
                | "with"
                | "and"
                | "take"
        )
    {
        begin -= 1;
    }
    while end < words.len() && !closes(end - 1) && end - start < 6 {
        let timely = matches!(
            bare(end),
            "today"
                | "now"
                | "this"
                | "weekend"
                | "week"
                | "month"
                | "until"
                | "first"
                | "your"
                | "order"
                | "orders"
                | "the"
                | "all"
                | "sunday"
                | "friday"
                | "monday"
                | "on"
                | "saturday"
                | "summer"
                | "opening"
                | "only"
                | "everything"
        );
        // "15% off your first bottle": the first of what is said with it.
        let first_of = matches!(bare(end - 1), "first" | "next")
            && bare(end).chars().all(char::is_alphabetic)
            && !matches!(bare(end), "in" | "at" | "for" | "with" | "and" | "or" | "when" | "if" | "by");
        if !timely && !first_of {
            break;
        }
        end += 1;
    }
    while end > start + 1
        && matches!(bare(end - 1), "on" | "the" | "your" | "this" | "until" | "all" | "first" | "next")
    {
        end -= 1;
    }
    let keep_from = (begin..start)
        .find(|&index| {
            matches!(bare(index), "save" | "from" | "only" | "up" | "just" | "extra" | "starting" | "early")
        })
        .unwrap_or(start);
    let offer = words[keep_from..end].join(" ");
    let offer = offer.trim_end_matches([',', '.', ';', '!', '?']).to_owned();
    let mut rest: Vec<String> = words[..begin].iter().map(|&word| word.to_owned()).collect();
    if let Some(last) = rest.last_mut()
        && !last.ends_with([',', '.', ';'])
    {
        last.push(',');
    }
    rest.extend(words[end..].iter().map(|&word| word.to_owned()));
    (rest.join(" "), Some(capitalised(&offer)).filter(|offer| offer.chars().count() <= 40))
}
