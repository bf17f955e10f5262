//! Orders to us, which are no part of the ad.

/// "Create a 15 second video ad for my" and the like tell us what to do, not what to say.
pub fn without_command<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    const ORDERS: &[&str] = &[
        "create",
        "make",
        "generate",
        "produce",
        "design",
        "write",
        "build",
        "promote",
        "advertise",
        "introduce",
        "introducing",
        "announcing",
        "announce",
        "meet",
        "launch",
        "launching",
        "i",
        "we",
        "please",
        "need",
        "want",
        "can",
        "could",
        "help",
        "show",
        "i'm",
        "we're",
        "presenting",
        "it",
        "looking",
        "hi",
        "hello",
        "hey",
        "an",
        "a",
        "ad",
        "advertisement",
        "video",
        "commercial",
        "promo",
    ];
    const FILLERS: &[&str] = &[
        "looking",
        "animated",
        "vertical",
        "square",
        "minute",
        "quick",
        "fun",
        "funny",
        "make",
        "create",
        "you",
        "me",
        "us",
        "a",
        "an",
        "the",
        "short",
        "video",
        "ad",
        "ads",
        "advert",
        "advertisement",
        "commercial",
        "promo",
        "promotional",
        "spot",
        "clip",
        "reel",
        "story",
        "tiktok",
        "instagram",
        "facebook",
        "youtube",
        "second",
        "seconds",
        "sec",
        "vertical",
        "for",
        "about",
        "of",
        "promoting",
        "selling",
        "sell",
        "my",
        "our",
        "your",
        "new",
        "brand",
        "would",
        "like",
        "to",
        "have",
        "run",
        "own",
        "that",
        "showing",
        "showcasing",
        "featuring",
        "campaign",
        "marketing",
        "am",
        "are",
        "just",
        "opened",
        "opening",
        "launched",
        "launching",
        "cool",
        "nice",
        "great",
        "called",
        "15s",
        "30s",
        "s",
        "offer",
        "offering",
    ];
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase();
    let Some(first) = words.first() else { return words };
    let mut start = 0;
    let help_desk = words.len() > 1 && bare(first) == "help" && bare(words[1]) == "desk";
    if ORDERS.contains(&bare(first).as_str()) && !help_desk {
        while let Some(word) = words.get(start) {
            let word_bare = bare(word);
            let counted =
                word_bare.chars().next().is_some_and(|c| c.is_ascii_digit()) && word_bare.len() <= 9;
            if ORDERS.contains(&word_bare.as_str()) || FILLERS.contains(&word_bare.as_str()) || counted {
                start += 1;
            } else {
                break;
            }
        }
    } else {
        while words.get(start).is_some_and(|word| {
            matches!(bare(word).as_str(), "a" | "an" | "the" | "my" | "our" | "your" | "new")
        }) {
            start += 1;
        }
    }
    // "called Luna" is a name, whatever came before it.
    if start > 0 && words.get(start - 1).is_some_and(|word| bare(word) == "called") {
        start -= 1;
    }
    if start >= words.len() { words } else { &words[start..] }
}
