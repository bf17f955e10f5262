//! Small questions about words.

/// Words for those an ad may speak to.
const PEOPLE: &str = include_str!("../people_words.txt");

/// Things that end like people: "flowers" are no audience.
const NO_PEOPLE: &[&str] = &[
    "flowers",
    "burgers",
    "trousers",
    "papers",
    "covers",
    "numbers",
    "summers",
    "winters",
    "sneakers",
    "stickers",
    "posters",
    "corners",
    "dinners",
    "offers",
    "answers",
    "computers",
    "speakers",
    "rollers",
    "drawers",
    "orders",
    "letters",
    "matters",
    "rivers",
    "powers",
    "towers",
    "showers",
    "sweaters",
    "jumpers",
    "slippers",
    "crackers",
    "trailers",
    "planners",
    "containers",
    "cleaners",
    "scooters",
    "strollers",
    "folders",
    "banners",
    "quarters",
    "shoulders",
    "fingers",
    "layers",
    "feathers",
    "others",
    "wrists",
    "lists",
    "twists",
    "mists",
    "boosters",
    "coasters",
    "lasers",
    "printers",
    "routers",
    "trainers",
    "centers",
    "centres",
];

const PLACES: &str = include_str!("../place_words.txt");

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The word in lower case without the signs around it.
pub fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('\u{2019}', "'")
}

pub fn is_capitalised(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.chars().next().is_some_and(char::is_uppercase)
}

pub fn closes(word: &str) -> bool {
    word.ends_with([',', '.', ';', '!', '?', ':'])
}

pub fn is_weekday(word: &str) -> bool {
    let word = bare(word);
    WEEKDAYS.iter().any(|day| word == *day || word.strip_suffix('s') == Some(day))
}

/// "May" is a month only with its capital.
pub fn is_month(word: &str) -> bool {
    is_capitalised(word) && MONTHS.contains(&bare(word).as_str())
}

/// A country, region or city that many prompts name.
pub fn is_known_place(word: &str) -> bool {
    let word = bare(word);
    let word = word.trim_end_matches("'s");
    PLACES.split_whitespace().any(|place| place == word)
}

/// Whether the phrase is about people or animals: its noun says so, not what follows it.
pub fn is_people(phrase: &str) -> bool {
    let words: Vec<String> = phrase.split_whitespace().map(bare).collect();
    let end = words
        .iter()
        .position(|word| {
            matches!(
                word.as_str(),
                "who"
                    | "whose"
                    | "with"
                    | "in"
                    | "on"
                    | "at"
                    | "of"
                    | "over"
                    | "under"
                    | "aged"
                    | "and"
                    | "or"
                    | "from"
                    | "new"
            )
        })
        .filter(|&at| at > 0)
        .unwrap_or(words.len());
    words[..end].last().is_some_and(|word| {
        PEOPLE.split_whitespace().any(|people| people == word)
            || (word.len() > 5
                && ["ers", "ists", "ians", "lovers"].iter().any(|ending| word.ends_with(ending))
                && !NO_PEOPLE.contains(&word.as_str()))
    })
}

/// Whether `text` (lower case) holds `word` on its own; scripts without spaces are searched as they are.
pub fn mentions(text: &str, word: &str) -> bool {
    let spaced = word.chars().all(|c| {
        c.is_ascii() || c.is_alphabetic() && !matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
    });
    let inflected = word.chars().count() >= 4 && !word.is_ascii();
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + found.len()..];
        let plural = if word.ends_with(['s', 'x', 'h']) { "es" } else { "s" };
        let rest = rest.strip_prefix(plural).unwrap_or(rest);
        let after = rest.chars().next();
        !spaced
            || inflected
            || (before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric()))
    })
}
