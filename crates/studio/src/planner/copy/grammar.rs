//! The little English grammar that patterns need: articles, number, verb forms.

use crate::planner::reading::{bare, capitalised};

/// How a noun phrase is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    One,
    Many,
    /// Not counted: "coffee", "skincare".
    Mass,
}

const MASS: &[&str] = &[
    "coffee",
    "tea",
    "bread",
    "chocolate",
    "juice",
    "water",
    "wine",
    "beer",
    "honey",
    "granola",
    "skincare",
    "sunscreen",
    "makeup",
    "shampoo",
    "conditioner",
    "perfume",
    "jewelry",
    "jewellery",
    "clothing",
    "fashion",
    "footwear",
    "furniture",
    "software",
    "insurance",
    "education",
    "photography",
    "music",
    "yoga",
    "pilates",
    "cheese",
    "pasta",
    "pizza",
    "sauce",
    "cream",
    "food",
    "streetwear",
    "equipment",
    "gear",
    "cookware",
    "pottery",
    "art",
    "care",
    "detergent",
    "soap",
    "oil",
    "milk",
    "kombucha",
    "sourdough",
    "butter",
    "yogurt",
    "lemonade",
    "soda",
    "gin",
    "whisky",
    "whiskey",
    "vodka",
    "therapy",
    "support",
    "delivery",
    "storage",
    "energy",
    "decor",
    "luggage",
    "brew",
    "matcha",
    "espresso",
    "protein",
    "creatine",
    "cereal",
    "jam",
    "salt",
    "cocoa",
    "ramen",
    "sushi",
    "gelato",
    "kimchi",
    "salsa",
    "hummus",
    "sportswear",
    "swimwear",
    "lingerie",
    "knitwear",
    "bedding",
    "babysitting",
    "childcare",
    "healthcare",
    "haircare",
    "advice",
    "help",
    "fragrance",
    "lipstick",
    "mascara",
    "balm",
    "paint",
    "wood",
    "stationery",
    "denim",
    "linen",
    "silk",
    "leather",
    "cider",
    "ale",
    "mead",
    "rum",
    "tequila",
    "sake",
    "chai",
    "produce",
    "fruit",
    "seafood",
    "meat",
    "chicken",
    "ham",
    "bacon",
    "fish",
    "rice",
    "catering",
    "tuition",
    "homework",
    "physiotherapy",
    "physio",
    "maintenance",
    "repair",
    "security",
    "hosting",
    "meditation",
    "dance",
    "merchandise",
    "merch",
    "toothpaste",
    "deodorant",
    "laundry",
    "electricity",
    "internet",
    "broadband",
    "bouldering",
    "decaf",
    "muesli",
    "mustard",
    "relief",
    "rescue",
    "research",
    "aid",
    "accounting",
];

/// People and animals in the plural whose form does not show it.
const MANY: &[&str] = &[
    "people",
    "children",
    "men",
    "women",
    "teeth",
    "feet",
    "mice",
    "geese",
    "folks",
    "folk",
    "everyone's",
    "jeans",
    "trousers",
    "glasses",
    "sunglasses",
    "earbuds",
    "headphones",
    "scissors",
    "leggings",
    "shorts",
    "pyjamas",
    "pajamas",
    "sheep",
    "moms-to-be",
    "chips",
    "police",
];

/// One thing, although it ends on an s.
const ONE: &[&str] = &[
    "bus",
    "gas",
    "canvas",
    "lens",
    "campus",
    "atlas",
    "series",
    "news",
    "class",
    "circus",
    "bonus",
    "menus",
    "yes",
    "chess",
    "fitness",
    "wellness",
    "business",
    "mattress",
    "dress",
    "press",
    "glass",
    "compass",
    "hostess",
    "tennis",
    "process",
    "express",
    "happiness",
    "wilderness",
    "mindfulness",
    "saas",
    "sms",
    "gps",
    "crossfit",
    "asparagus",
    "hibiscus",
    "cactus",
    "virus",
    "abacus",
    "oasis",
    "thermos",
    "iris",
    "citrus",
    "focus",
    "genius",
    "campus",
    "plus",
    "analytics",
    "logistics",
    "physics",
    "electronics",
    "ceramics",
    "aerobics",
    "robotics",
    "cosmetics",
    "genetics",
];

/// The number of a noun phrase, told by its noun.
pub fn number(phrase: &str) -> Number {
    let words: Vec<String> = phrase.split_whitespace().map(bare).collect();
    let end = words
        .iter()
        .position(|word| {
            matches!(
                word.as_str(),
                "of" | "to" | "with" | "from" | "on" | "in" | "for" | "by" | "near" | "without"
            )
        })
        .filter(|&at| at > 0)
        .unwrap_or(words.len());
    if words[..end].iter().any(|word| word == "and") && end > 2 {
        return Number::Many;
    }
    let Some(noun) = words[..end].last() else { return Number::One };
    if MANY.contains(&noun.as_str()) {
        Number::Many
    } else if MASS.contains(&noun.as_str())
        || matches!(
            noun.as_str(),
            "analytics"
                | "cosmetics"
                | "ceramics"
                | "wellness"
                | "fitness"
                | "mindfulness"
                | "chess"
                | "tennis"
                | "crossfit"
                | "logistics"
        )
    {
        Number::Mass
    } else if ONE.contains(&noun.as_str())
        || noun.ends_with("ss")
        || noun.ends_with("us")
        || noun.ends_with("is")
    {
        Number::One
    } else if noun.ends_with('s') && noun.len() > 2 {
        Number::Many
    } else if noun.len() > 5
        && noun.ends_with("ing")
        && !matches!(
            noun.as_str(),
            "building"
                | "earring"
                | "clothing"
                | "wedding"
                | "painting"
                | "pudding"
                | "string"
                | "spring"
                | "evening"
                | "morning"
                | "ring"
        )
    {
        Number::Mass
    } else {
        Number::One
    }
}

/// "a yoga studio", "an app", "soy candles", "cold brew coffee".
pub fn with_article(phrase: &str) -> String {
    match number(phrase) {
        Number::One if !starts_as_name(phrase) => format!("{} {phrase}", article(phrase)),
        _ => phrase.to_owned(),
    }
}

/// A capital or a possessive at the front wants no article.
fn starts_as_name(phrase: &str) -> bool {
    phrase.split_whitespace().next().is_some_and(|word| {
        let lower = word.to_lowercase();
        lower.ends_with("'s") && word.chars().next().is_some_and(char::is_uppercase)
    })
}

/// "a" or "an", by how the word is said.
pub fn article(phrase: &str) -> &'static str {
    let Some(word) = phrase.split_whitespace().next() else { return "a" };
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = word.to_lowercase();
    let spelled = word.chars().count() <= 4 && word.chars().filter(|c| c.is_uppercase()).count() >= 2;
    let vowel = if spelled && !matches!(lower.as_str(), "nasa" | "usb" | "uk" | "us" | "uv") {
        lower.starts_with(['a', 'e', 'f', 'h', 'i', 'l', 'm', 'n', 'o', 'r', 's', 'x'])
    } else if ["hour", "honest", "heir", "honor", "honour", "herb", "umbrella", "un"]
        .iter()
        .any(|start| lower.starts_with(start))
        && !["uni", "herbi"].iter().any(|start| lower.starts_with(start))
        && !lower.starts_with("herb")
    {
        true
    } else if ["uni", "use", "usu", "ute", "eu", "one", "once", "ubi", "ura", "usb", "uk", "us-", "uv", "ufo"]
        .iter()
        .any(|start| lower.starts_with(start))
        && !lower.starts_with("unim")
        && !lower.starts_with("unin")
    {
        false
    } else if lower.starts_with('8')
        || lower == "11"
        || lower == "18"
        || lower.starts_with("11-")
        || lower.starts_with("18-")
    {
        true
    } else {
        lower.starts_with(['a', 'e', 'i', 'o', 'u', '\u{e9}', '\u{e0}'])
    };
    if vowel { "an" } else { "a" }
}

/// A verb's base form from its third person: "keeps" to "keep".
pub fn base(verb: &str) -> String {
    match verb {
        "is" | "are" => return "be".to_owned(),
        "has" => return "have".to_owned(),
        "does" => return "do".to_owned(),
        "goes" => return "go".to_owned(),
        _ => {}
    }
    if let Some(stem) = verb.strip_suffix("ies")
        && stem.len() > 1
    {
        return format!("{stem}y");
    }
    for ending in ["shes", "ches", "sses", "xes", "zzes"] {
        if verb.ends_with(ending) {
            return verb[..verb.len() - 2].to_owned();
        }
    }
    match verb.strip_suffix('s') {
        Some(stem) if !verb.ends_with("ss") => stem.to_owned(),
        _ => verb.to_owned(),
    }
}

/// "work" to "working", "skip" to "skipping", "commute" to "commuting".
pub fn gerund(verb: &str) -> String {
    match verb {
        "lie" => return "lying".to_owned(),
        "die" => return "dying".to_owned(),
        "tie" => return "tying".to_owned(),
        "be" | "are" => return "being".to_owned(),
        "see" | "flee" | "agree" => return format!("{verb}ing"),
        _ => {}
    }
    if let Some(stem) = verb.strip_suffix('e')
        && !verb.ends_with("ee")
        && !verb.ends_with("ye")
        && !verb.ends_with("oe")
    {
        return format!("{stem}ing");
    }
    let letters: Vec<char> = verb.chars().collect();
    let vowel = |c: char| "aeiou".contains(c);
    let doubles = letters.len() >= 3
        && !vowel(letters[letters.len() - 1])
        && !matches!(letters[letters.len() - 1], 'w' | 'x' | 'y')
        && vowel(letters[letters.len() - 2])
        && !vowel(letters[letters.len() - 3])
        && letters.iter().filter(|&&c| vowel(c)).count() == 1;
    if doubles || matches!(verb, "begin" | "forget" | "prefer" | "regret") {
        format!("{verb}{}ing", letters[letters.len() - 1])
    } else {
        format!("{verb}ing")
    }
}

/// Verbs of being and feeling: nobody is "knowing" or "wanting" again.
pub fn is_stative(verb: &str) -> bool {
    matches!(
        verb,
        "be" | "are"
            | "is"
            | "have"
            | "has"
            | "own"
            | "know"
            | "need"
            | "want"
            | "love"
            | "like"
            | "believe"
            | "prefer"
            | "value"
            | "care"
            | "appreciate"
            | "deserve"
            | "think"
            | "feel"
            | "suffer"
            | "mean"
            | "belong"
            | "never"
            | "always"
            | "can"
            | "don't"
            | "still"
            | "already"
            | "also"
            | "would"
            | "refuse"
            | "demand"
            | "expect"
            | "hope"
            | "dream"
            | "just"
            | "only"
            | "often"
            | "live"
            | "dislike"
            | "see"
            | "wish"
            | "understand"
            | "must"
            | "won't"
            | "can't"
            | "do"
            | "did"
            | "were"
            | "was"
            | "had"
            | "grew"
            | "lost"
            | "recently"
    )
}

/// "helps families plan dinner" gives the families and what they do; "lets you sleep" only what you do.
pub fn helped(clause: &str) -> Option<(Option<String>, String)> {
    let words: Vec<&str> = clause.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| bare(word)).collect();
    let plain = |index: usize| lower.get(index).map_or("", String::as_str);
    if matches!(plain(0), "makes" | "make")
        && plain(1) == "it"
        && matches!(plain(2), "easy" | "simple" | "fun" | "easier")
    {
        let at = lower.iter().position(|word| word == "to")?;
        return words.get(at + 1).map(|_| (None, words[at + 1..].join(" ")));
    }
    if !matches!(
        plain(0),
        "helps" | "help" | "lets" | "let" | "allows" | "allow" | "teaches" | "enables" | "gets"
    ) {
        return None;
    }
    let to = lower.iter().position(|word| word == "to");
    if matches!(plain(1), "you" | "everyone" | "anyone" | "people" | "them") {
        let from = if plain(2) == "to" { 3 } else { 2 };
        // "teaches you 50 phrases": what one learns is no verb.
        if plain(0) == "teaches" && plain(2) != "to" && plain(2) != "how" {
            return words.get(2).map(|_| (None, format!("learn {}", words[2..].join(" "))));
        }
        return words.get(from).map(|_| (None, words[from..].join(" ")));
    }
    if plain(0).starts_with("allow") || plain(0) == "enables" || plain(0) == "teaches" || plain(0) == "gets" {
        let at = to?;
        return words.get(at + 1).map(|_| (Some(words[1..at].join(" ")), words[at + 1..].join(" ")));
    }
    // "small teams send invoices": the verb follows the plural.
    let at = (1..words.len().min(5)).find(|&index| {
        crate::planner::reading::is_people(&words[1..=index].join(" ")) && index + 1 < words.len()
    })?;
    let from = if plain(at + 1) == "to" { at + 2 } else { at + 1 };
    words.get(from).map(|_| (Some(words[1..=at].join(" ")), words[from..].join(" ")))
}

/// Verbs that begin a prompt as what people are asked to do.
pub fn is_imperative(word: &str) -> bool {
    matches!(
        word,
        "adopt"
            | "donate"
            | "volunteer"
            | "rent"
            | "hire"
            | "book"
            | "learn"
            | "give"
            | "send"
            | "taste"
            | "fix"
            | "protect"
            | "upgrade"
            | "turn"
            | "support"
            | "sponsor"
            | "feed"
            | "save"
            | "plant"
            | "discover"
            | "explore"
            | "visit"
            | "try"
            | "order"
            | "buy"
            | "enjoy"
            | "celebrate"
            | "find"
            | "stop"
            | "keep"
            | "grow"
            | "join"
            | "start"
            | "track"
            | "treat"
            | "plan"
            | "sell"
            | "master"
            | "speak"
            | "bake"
            | "brew"
            | "clean"
            | "swap"
            | "subscribe"
            | "help"
    )
}

/// The audience's own clause, said to them: "their" becomes "your".
pub fn addressed(clause: &str) -> String {
    clause
        .split_whitespace()
        .map(|word| match word.to_lowercase().as_str() {
            "their" => "your",
            "they" => "you",
            "themselves" => "yourself",
            "they're" => "you're",
            _ => word,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// One line, ended as a sentence.
pub fn sentence(phrase: &str) -> String {
    let phrase = capitalised(phrase.trim());
    if phrase.ends_with(['.', '!', '?', '\u{2026}']) { phrase } else { format!("{phrase}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_follow_the_sound() {
        for (phrase, wanted) in [
            ("yoga studio", "a yoga studio"),
            ("app", "an app"),
            ("hourglass", "an hourglass"),
            ("university course", "a university course"),
            ("umbrella", "an umbrella"),
            ("SUV", "an SUV"),
            ("8-week course", "an 8-week course"),
            ("one-pot meal", "a one-pot meal"),
            ("soy candles", "soy candles"),
            ("cold brew coffee", "cold brew coffee"),
            ("bottle of wine", "a bottle of wine"),
            ("unusual bakery", "an unusual bakery"),
        ] {
            assert_eq!(with_article(phrase), wanted);
        }
    }

    #[test]
    fn number_is_told_by_the_noun() {
        for (phrase, wanted) in [
            ("yoga classes", Number::Many),
            ("leather boots for hikers", Number::Many),
            ("men's fitness", Number::Mass),
            ("mattress", Number::One),
            ("online tutoring", Number::Mass),
            ("soap and candles", Number::Many),
            ("children", Number::Many),
        ] {
            assert_eq!(number(phrase), wanted, "{phrase}");
        }
    }

    #[test]
    fn verbs_change_their_form() {
        assert_eq!(
            ["keeps", "carries", "washes", "has", "uses"].map(base),
            ["keep", "carry", "wash", "have", "use"]
        );
        assert_eq!(
            ["work", "skip", "commute", "get", "play", "lie", "clean"].map(gerund),
            ["working", "skipping", "commuting", "getting", "playing", "lying", "cleaning"]
        );
    }

    #[test]
    fn who_is_helped_to_do_what() {
        assert_eq!(
            helped("helps families plan dinner"),
            Some((Some("families".into()), "plan dinner".into()))
        );
        assert_eq!(helped("lets you sleep deeper"), Some((None, "sleep deeper".into())));
        assert_eq!(helped("makes it easy to pack light"), Some((None, "pack light".into())));
        assert_eq!(helped("keeps drinks cold"), None);
    }
}
