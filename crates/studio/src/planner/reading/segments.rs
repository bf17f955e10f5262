//! Where the sentence is cut: at the words that say what comes next.

use super::words::{bare, closes, is_capitalised, is_known_place, is_month, is_people, is_weekday};

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
    /// What it is measured against; another's name stays out of the ad.
    Rival,
    Aside,
}

pub type Segment<'a> = (Marker, Vec<&'a str>);

/// Cuts the sentence where a word says what comes next.
pub fn segments<'a>(words: &[&'a str]) -> Vec<Segment<'a>> {
    let mut segments: Vec<Segment> = vec![(Marker::Lead, Vec::new())];
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        if let Some((marker, skip)) = found(words, index, &segments) {
            segments.push((marker, Vec::new()));
            index += skip;
            continue;
        }
        let dash = matches!(word, "-" | "\u{2014}" | "\u{2013}" | "|" | "/");
        if !dash && let Some((_, open)) = segments.last_mut() {
            open.push(word);
        }
        if closes(word) || dash {
            segments.push((Marker::Aside, Vec::new()));
        }
        index += 1;
    }
    segments.retain(|(_, words)| !words.is_empty());
    with_whole_lists(segments)
}

/// "with oak, linen and steel" is one list: its commas end no thought.
fn with_whole_lists(segments: Vec<Segment>) -> Vec<Segment> {
    let mut whole: Vec<Segment> = Vec::new();
    let mut index = 0;
    while index < segments.len() {
        let (marker, mut words) = segments[index].clone();
        let last = list_end(&segments, index).unwrap_or(index);
        for (_, more) in &segments[index + 1..=last] {
            words.extend(more);
        }
        whole.push((marker, words));
        index = last + 1;
    }
    whole
}

/// The segment with the "and" before the last item of a list that begins in segment `from`.
fn list_end(segments: &[Segment], from: usize) -> Option<usize> {
    let (marker, words) = &segments[from];
    let continues = |words: &[&str]| words.last().is_some_and(|word| word.ends_with(','));
    let holds_lists = matches!(marker, Marker::With | Marker::Without | Marker::For | Marker::Aside);
    if !holds_lists || !continues(words) || words.len() > 6 {
        return None;
    }
    for (index, (marker, item)) in segments.iter().enumerate().skip(from + 1) {
        let describes = item.first().is_some_and(|word| DESCRIBING.contains(&bare(word).as_str()));
        if *marker != Marker::Aside || describes {
            return None;
        }
        if item.iter().any(|word| matches!(*word, "and" | "or" | "&")) {
            let suits = segments[from].0 != Marker::For || is_people(&item.join(" "));
            return (suits && item.len() <= 8).then_some(index);
        }
        if item.len() > 4 || !continues(item) {
            return None;
        }
    }
    None
}

/// Said of the product as a whole: "with soft foam, light and quick" is no list of three.
const DESCRIBING: &[&str] = &[
    "light",
    "soft",
    "warm",
    "fresh",
    "quick",
    "fast",
    "easy",
    "safe",
    "simple",
    "strong",
    "quiet",
    "natural",
    "handmade",
    "waterproof",
    "durable",
    "comfortable",
    "open",
    "delivered",
    "made",
    "ready",
    "free",
    "vegan",
    "organic",
    "now",
    "always",
    "never",
    "all",
    "just",
    "bring",
    "perfect",
    "friendly",
    "clean",
    "small",
    "and",
];

/// What begins at `index`, and how many words only say so.
fn found(words: &[&str], index: usize, segments: &[Segment]) -> Option<(Marker, usize)> {
    let at = |offset: usize| words.get(index + offset).map_or_else(String::new, |word| bare(word));
    let (word, next) = (at(0), at(1));
    let next_is_name = words.get(index + 1).is_some_and(|word| is_capitalised(word));
    let next_is_number =
        words.get(index + 1).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let (open, inside) =
        segments.last().map_or((Marker::Lead, &[][..]), |(marker, words)| (*marker, words.as_slice()));
    let starts = inside.is_empty();
    let lead = segments.len() == 1 && index > 0;
    let clause = matches!(open, Marker::That | Marker::So | Marker::To | Marker::Who) && !starts;
    let people = open == Marker::For && is_people(&inside.join(" "));
    // "poured by hand in Oslo" is one thing to say, while it is short.
    let made =
        open == Marker::Aside && inside.len() < 7 && inside.first().is_some_and(|word| is_made(&bare(word)));
    // "Penny helps couples save for a home": the rest is what it helps with.
    let helping = lead && inside.iter().any(|word| matches!(bare(word).as_str(), "helps" | "lets"));
    match (word.as_str(), next.as_str()) {
        ("fed", "up") => Some((Marker::Pain, 3)),
        ("tired" | "sick" | "done", "of" | "with") => Some((Marker::Pain, 2)),
        ("no", "more") => Some((Marker::Pain, 2)),
        (
            "hate" | "hates" | "dread" | "dreads" | "avoid" | "stop" | "end" | "ends" | "stops" | "fights"
            | "fight" | "beat" | "beats",
            _,
        ) if !matches!(
            next.as_str(),
            "about" | "with" | "over" | "for" | "against" | "by" | "to" | "at" | "in"
        ) && index > 0
            && !next.is_empty()
            && !closes(words[index]) =>
        {
            Some((Marker::Pain, 1))
        }
        ("instead", "of") => Some((Marker::Pain, 2)),
        ("better" | "cheaper" | "faster" | "healthier" | "more" | "nicer", "than") => {
            Some((Marker::Rival, 2))
        }
        ("alternative", "to") => Some((Marker::Rival, 2)),
        ("unlike" | "vs" | "versus", _) if !next.is_empty() => Some((Marker::Rival, 1)),
        ("like", _) if next_is_name && index > 0 => Some((Marker::Rival, 1)),
        ("struggle" | "struggling" | "struggles", "with") => Some((Marker::Pain, 2)),
        ("struggle" | "struggling" | "struggles", "to") => Some((Marker::Struggle, 2)),
        ("so", "that") => Some((Marker::So, 2)),
        (
            "so",
            "you" | "your" | "kids" | "everyone" | "nobody" | "they" | "families" | "teams" | "every"
            | "each" | "all" | "no",
        ) if index > 0 => Some((Marker::So, 1)),
        ("where", "you") if index > 0 => Some((Marker::So, 1)),
        ("made" | "designed" | "built" | "perfect" | "ideal" | "great" | "created", "for") => {
            Some((Marker::For, 2))
        }
        ("for", _) if lasts(words, index + 1) && index > 0 => None,
        ("for", _) if (clause || helping) && !speaks_of_people(&words[index + 1..]) => None,
        ("for", _) => Some((Marker::For, 1)),
        ("that" | "which", _) if !clause => Some((Marker::That, 1)),
        ("who" | "whose", _) => Some((Marker::Who, 1)),
        // "Women over 50 with hyaluronic acid": nobody has got that.
        ("with", _) if people && holds_contents(&words[index + 1..]) => Some((Marker::With, 1)),
        ("with" | "featuring" | "including", _) if people || clause && is_determiner(&next) => None,
        // "homes with three cats" says which homes.
        ("with", "two" | "three" | "four" | "many" | "several") if open == Marker::For => None,
        ("with" | "and" | "has", "no") if at(2) != "more" => Some((Marker::Without, 2)),
        ("with" | "featuring" | "including", _) if open != Marker::Who => Some((Marker::With, 1)),
        ("without", _) => Some((Marker::Without, 1)),
        (
            "no",
            "longer" | "one" | "matter" | "need" | "doubt" | "idea" | "way" | "time" | "pain" | "problem",
        ) => None,
        ("no" | "zero", _)
            if starts && index > 0 && !next.is_empty() && !matches!(next.as_str(), "waste" | "emission") =>
        {
            Some((Marker::Without, 1))
        }
        // "and a cat called Miso" names the cat.
        ("called" | "named", _)
            if !next.is_empty() && (starts || !matches!(open, Marker::Aside | Marker::With)) =>
        {
            Some((Marker::Brand, 1))
        }
        ("by" | "from", _) if next_is_name && is_known_place(words[index + 1]) => Some((Marker::Place, 1)),
        ("by" | "from", _)
            if next_is_name && !clause && !is_month(words[index + 1]) && !is_weekday(words[index + 1]) =>
        {
            Some((Marker::Brand, 1))
        }
        ("in", _) if counted_kinds(&words[index + 1..]) => Some((Marker::With, 1)),
        ("in" | "near" | "across" | "around" | "outside" | "at" | "on", _)
            if (next_is_name || next_is_number && matches!(word.as_str(), "at" | "on"))
                && !is_month(words[index + 1])
                && !is_weekday(words[index + 1])
                && !is_tongue(&next)
                && !clause
                && !made =>
        {
            Some((Marker::Place, 1))
        }
        ("in" | "near", "the")
            if !clause && !made && words.get(index + 2).is_some_and(|word| is_capitalised(word)) =>
        {
            Some((Marker::Place, 2))
        }
        ("to", _) if lead && !next_is_name && !is_determiner(&next) && next != "go" => Some((Marker::To, 1)),
        ("and", "never") if open == Marker::Pain && !starts => Some((Marker::Aside, 1)),
        // "soap made from olive oil", "coffee from small farms": said as it stands, in a line of its own.
        (
            "made" | "baked" | "roasted" | "brewed" | "built" | "designed" | "crafted" | "poured" | "grown"
            | "delivered" | "handmade" | "taught" | "run" | "served" | "cooked" | "shipped" | "knitted"
            | "woven" | "printed" | "picked" | "set" | "hand-picked" | "harvested" | "hand-poured" | "hosted",
            "in" | "by" | "from" | "with" | "of" | "to" | "every" | "fresh" | "daily" | "at" | "on"
            | "entirely" | "right" | "weekly" | "monthly" | "hot",
        ) if index > 0
            && !starts
            && matches!(open, Marker::Lead | Marker::With | Marker::For | Marker::Aside) =>
        {
            Some((Marker::Aside, 0)).filter(|_| open != Marker::Aside || inside.len() > 1)
        }
        ("from", _) if lead && !next_is_number && next != "home" && !next.is_empty() => {
            Some((Marker::Aside, 0)).filter(|_| !starts)
        }
        _ => None,
    }
    // A marker that keeps its own word would be found again for ever.
    .filter(|(marker, skip)| *skip > 0 || *marker != open || !starts)
}

/// Whether the words up to the next mark name what goes into a thing.
fn holds_contents(words: &[&str]) -> bool {
    let end = words.iter().position(|word| closes(word)).map_or(words.len(), |at| at + 1);
    words[..end].iter().take(6).any(|word| {
        matches!(
            bare(word).as_str(),
            "acid" | "vitamin" | "vitamins" | "extract" | "retinol" | "collagen" | "oil" | "butter"
        )
    })
}

/// "poured", "handmade", "from": how and where it comes about, not where it can be had.
fn is_made(word: &str) -> bool {
    matches!(word, "made" | "handmade" | "grown" | "woven" | "from" | "set")
        || word.ends_with("ed")
            && !matches!(word, "delivered" | "served" | "hosted" | "located" | "based" | "opened")
}

/// "for 24 hours", "for a week": how long, not for whom.
fn lasts(words: &[&str], index: usize) -> bool {
    let at = |offset: usize| words.get(index + offset).map_or_else(String::new, |word| bare(word));
    let first = at(0);
    first.starts_with(|c: char| c.is_ascii_digit())
        && matches!(
            at(1).as_str(),
            "hours" | "hour" | "days" | "day" | "weeks" | "months" | "years" | "minutes" | "nights"
        )
        || matches!(
            first.as_str(),
            "up" | "life"
                | "years"
                | "months"
                | "hours"
                | "days"
                | "weeks"
                | "ages"
                | "good"
                | "free"
                | "ever"
        )
        || (first == "a" && matches!(at(1).as_str(), "week" | "month" | "year" | "lifetime" | "day"))
}

/// Whether the words up to the next mark name people.
fn speaks_of_people(words: &[&str]) -> bool {
    let mut phrase = Vec::new();
    for word in words.iter().take(5) {
        phrase.push(*word);
        if closes(word) || matches!(bare(word).as_str(), "who" | "with") {
            break;
        }
    }
    is_people(&phrase.join(" "))
}

/// "12 bold colors": many of a kind.
fn counted_kinds(words: &[&str]) -> bool {
    let counted = words.first().is_some_and(|word| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(bare(word).as_str(), "two" | "three" | "four" | "five" | "six" | "seven" | "eight")
    });
    counted
        && words[1..].iter().take(3).any(|word| {
            matches!(
                bare(word).as_str(),
                "colors"
                    | "colours"
                    | "sizes"
                    | "flavors"
                    | "flavours"
                    | "styles"
                    | "scents"
                    | "shades"
                    | "varieties"
                    | "designs"
            )
        })
}

fn is_determiner(word: &str) -> bool {
    matches!(word, "the" | "a" | "an" | "your" | "my" | "our" | "every" | "any" | "each" | "all" | "their")
}

pub fn is_tongue(word: &str) -> bool {
    matches!(
        word,
        "english" | "spanish" | "french" | "german" | "italian" | "japanese" | "chinese" | "portuguese"
    )
}
