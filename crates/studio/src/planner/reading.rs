//! What a prompt says: product, brand, audience, benefit, pain, offer, address. Rules, no model.

use admint_domain::{Rgb, Tone};

use super::language::{self, Phrases};

/// Everything the planner takes from the prompt. Texts are the user's own words, tidied.
#[derive(Clone)]
pub struct Facts {
    /// The prompt without mark-up and addresses.
    pub plain: String,
    pub english: bool,
    /// Set where the ad speaks another language.
    pub phrases: Option<&'static Phrases>,
    pub product: String,
    pub brand: Option<String>,
    pub audience: Option<String>,
    /// "cozy evenings", from "for cozy evenings".
    pub purpose: Option<String>,
    /// A clause that can stand alone: "keeps drinks cold".
    pub benefit: Option<String>,
    pub features: Vec<String>,
    /// A noun phrase: "bitter iced coffee".
    pub pain: Option<String>,
    /// What follows "struggling to".
    pub struggle: Option<String>,
    pub offer: Option<String>,
    pub address: Option<String>,
    pub place: Option<String>,
    /// Other short phrases: "handmade in Lisbon".
    pub asides: Vec<String>,
    pub call: Option<String>,
    pub color: Option<Rgb>,
    pub tone: Option<Tone>,
    pub transforms: bool,
    /// The prompt cut at its punctuation.
    pub chunks: Vec<String>,
}

/// Words that begin a prompt as an adjective or a kind of thing, not as a name.
const COMMON: &str = include_str!("common_words.txt");
/// Words for those an ad may speak to.
const PEOPLE: &str = include_str!("people_words.txt");

/// No single word of an ad is longer.
const LONGEST_WORD: usize = 22;

impl Facts {
    pub fn read(prompt: &str) -> Self {
        let text = without_markup(prompt);
        let (text, address) = take_address(&text);
        let (text, color) = take_color(&text);
        let (text, offer) = take_offer(&text);
        let quoted = quoted(&text);
        let plain = tidy(&text);
        let phrases = language::detect(&plain);
        let chunks = chunks(&plain);
        let mut facts = Self {
            english: phrases.is_none(),
            phrases,
            product: String::new(),
            brand: quoted,
            audience: None,
            purpose: None,
            benefit: None,
            features: Vec::new(),
            pain: None,
            struggle: None,
            offer,
            address,
            place: None,
            asides: Vec::new(),
            call: None,
            color,
            tone: stated_tone(&plain.to_lowercase()),
            transforms: false,
            chunks,
            plain,
        };
        if facts.english {
            facts.read_english()
        } else {
            facts.read_foreign()
        }
        if facts.brand.is_none() {
            facts.brand = facts.address.as_deref().and_then(brand_of_address);
        }
        if facts.product.is_empty() {
            facts.product = facts.brand.clone().unwrap_or_else(|| shortened(&facts.plain, 3, 24));
        }
        if facts.product.trim().is_empty() {
            facts.product = "This".to_owned();
        }
        // The brand is said for itself; the product is what remains.
        if let Some(brand) = &facts.brand {
            let name: Vec<String> = brand.to_lowercase().split_whitespace().map(String::from).collect();
            let is_name = |word: &str| {
                let word = word.to_lowercase();
                name.iter().any(|part| {
                    word == *part
                        || word.strip_suffix("'s") == Some(part)
                        || word.strip_suffix("\u{2019}s") == Some(part)
                })
            };
            let rest: Vec<&str> = facts.product.split_whitespace().filter(|word| !is_name(word)).collect();
            if !rest.is_empty() {
                facts.product = rest.join(" ");
            }
        }
        facts
    }

    /// What the ad calls it: the brand if there is one.
    pub fn title(&self) -> String {
        match &self.brand {
            Some(brand) => brand.clone(),
            None => capitalised(&self.product),
        }
    }

    fn read_english(&mut self) {
        let plain = self.plain.clone();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let words = without_command(&words);
        let segments = segments(words);
        self.transforms = [
            "transform",
            "before and after",
            "makeover",
            "become",
            "becomes",
            "turns into",
            "turn into",
            "reinvent",
        ]
        .iter()
        .any(|word| mentions(&plain.to_lowercase(), word));
        let mut after_audience = false;
        for (index, (marker, words)) in segments.iter().enumerate() {
            let phrase = words.join(" ");
            let phrase = phrase
                .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | ')' | '"'))
                .to_owned();
            if phrase.is_empty() {
                continue;
            }
            match marker {
                Marker::Lead => self.read_lead(words),
                Marker::For => {
                    let audience = without_article(&phrase).to_owned();
                    if self.product.is_empty() && index == 0 {
                        self.read_lead(words);
                    } else if is_people(&audience) {
                        after_audience = true;
                        self.audience.get_or_insert(shortened(&audience, 6, 40));
                    } else {
                        self.purpose.get_or_insert(shortened(&phrase, 6, 40));
                    }
                }
                Marker::That => self.read_benefit(words, true),
                Marker::So => self.read_benefit(words, false),
                Marker::To => {
                    if after_audience || self.product.is_empty() {
                        self.asides.push(phrase)
                    } else {
                        self.read_benefit(words, false)
                    }
                }
                Marker::Who => self.read_wish(words),
                // "for beginners with stiff backs": that is about them.
                Marker::With if after_audience => {}
                Marker::With => self.features.extend(listed(&phrase)),
                Marker::Without | Marker::Pain => {
                    let pain = shortened(without_article(&phrase), 5, 36);
                    if *marker == Marker::Without {
                        self.features.push(format!("no {pain}"))
                    } else {
                        self.pain.get_or_insert(pain);
                    }
                }
                Marker::Struggle => {
                    let struggle = phrase.strip_prefix("to ").unwrap_or(&phrase).to_owned();
                    self.struggle.get_or_insert(shortened(&struggle, 5, 36));
                    self.pain.get_or_insert(shortened(&struggle, 5, 36));
                }
                Marker::Brand => {
                    let name: Vec<&str> =
                        words.iter().copied().take_while(|word| is_capitalised(word)).take(3).collect();
                    if name.is_empty() {
                        self.asides.push(phrase)
                    } else {
                        self.brand.get_or_insert(trimmed(&name.join(" ")));
                    }
                }
                Marker::Place => self.place = Some(shortened(&phrase, 3, 26)),
                Marker::Aside => self.read_aside(words, &phrase),
            }
        }
        self.asides.retain(|aside| aside.split_whitespace().count() >= 2 && aside.chars().count() <= 60);
        self.features.retain(|feature| !feature.is_empty() && feature.split_whitespace().count() <= 6);
    }

    /// The first phrase: brand, product, or both.
    fn read_lead(&mut self, words: &[&str]) {
        let words: Vec<&str> = words
            .iter()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|word| !word.is_empty())
            .collect();
        // "Luna is a bakery": the name, then what it is.
        let is = words.iter().position(|word| {
            matches!(word.to_lowercase().as_str(), "is" | "are" | "makes" | "sells" | "offers")
        });
        if let Some(at) = is.filter(|&at| (1..=3).contains(&at) && at + 1 < words.len()) {
            if is_capitalised(words[0]) {
                self.brand.get_or_insert(words[..at].join(" "));
            }
            self.product = product_of(&words[at + 1..]);
            return;
        }
        if self.brand.is_none() {
            self.brand = brand_within(&words);
        }
        self.product = product_of(&words);
    }

    fn read_benefit(&mut self, words: &[&str], clause: bool) {
        let mut words = words;
        while let Some(first) = words.first() {
            let first = first.to_lowercase();
            if matches!(
                first.as_str(),
                "is" | "are"
                    | "you"
                    | "can"
                    | "will"
                    | "they"
                    | "that"
                    | "it"
                    | "actually"
                    | "really"
                    | "everyone"
                    | "people"
            ) && words.len() > 2
            {
                words = &words[1..];
            } else {
                break;
            }
        }
        let phrase = trimmed(&words.join(" "));
        if phrase.is_empty() {
            return;
        }
        let singular = words.first().is_some_and(|word| word.ends_with('s') && !word.ends_with("ss"));
        let adjective = !clause || singular;
        let phrase = shortened(&phrase, 9, 56);
        let benefit = if adjective || self.product.is_empty() {
            phrase
        } else {
            let noun = self.product.split_whitespace().last().unwrap_or("").to_owned();
            format!("{noun} that {phrase}")
        };
        self.benefit.get_or_insert(benefit);
    }

    /// After "who": what the audience hates, or wants.
    fn read_wish(&mut self, words: &[&str]) {
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let rest = |from: usize| trimmed(&words[from.min(words.len())..].join(" "));
        match lower.first().map(String::as_str) {
            Some("want" | "wants" | "need" | "needs" | "love" | "loves" | "enjoy" | "value") => {
                let wish = rest(1);
                if wish.split_whitespace().count() >= 3
                    && !matches!(lower[0].as_str(), "value" | "love" | "loves" | "enjoy")
                {
                    self.asides.push(format!(
                        "For everyone who {} {wish}",
                        if lower[0].starts_with("need") { "needs" } else { "wants" }
                    ));
                }
            }
            Some("can't" | "cannot" | "struggle") => {
                self.struggle.get_or_insert(shortened(&rest(1), 5, 36));
                self.pain.get_or_insert(shortened(&rest(1), 5, 36));
            }
            _ => {
                if let Some(audience) = &mut self.audience
                    && words.len() <= 5
                {
                    audience.push_str(&format!(" who {}", rest(0)));
                }
            }
        }
    }

    fn read_aside(&mut self, words: &[&str], phrase: &str) {
        let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
        let is_call = matches!(
            first.as_str(),
            "order"
                | "shop"
                | "buy"
                | "book"
                | "call"
                | "visit"
                | "download"
                | "join"
                | "try"
                | "get"
                | "sign"
                | "subscribe"
                | "discover"
                | "start"
        );
        if self.product.is_empty() {
            self.read_lead(words);
        } else if is_call && words.len() <= 4 {
            self.call.get_or_insert(capitalised(phrase));
        } else if matches!(first.as_str(), "perfect" | "ideal" | "great") && words.len() < 2 {
        } else if words.len() <= 8 {
            self.asides.push(capitalised(phrase));
        } else if self.benefit.is_none() {
            self.asides.push(shortened(phrase, 8, 52));
        }
    }

    /// In a language without rules here: a name where one can be told, and the first words.
    fn read_foreign(&mut self) {
        let first = self.chunks.first().cloned().unwrap_or_default();
        let words: Vec<&str> = first.split_whitespace().collect();
        if words.len() > 1 {
            let stops = self.phrases.map_or(&[][..], |phrases| phrases.telling());
            let lead: Vec<&str> = words
                .iter()
                .copied()
                .take_while(|word| !stops.contains(&word.to_lowercase().as_str()))
                .take(3)
                .collect();
            let lead = if lead.is_empty() { words.iter().copied().take(3).collect() } else { lead };
            self.product = shortened(&lead.join(" "), 3, 28);
        } else {
            self.product = shortened(&first, 3, 14);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
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
fn segments<'a>(words: &[&'a str]) -> Vec<(Marker, Vec<&'a str>)> {
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

/// "Create a 15 second video ad for my" and the like tell us what to do, not what to say.
fn without_command<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
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
        "an",
        "a",
        "ad",
        "advertisement",
        "video",
        "commercial",
        "promo",
    ];
    const FILLERS: &[&str] = &[
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
    if ORDERS.contains(&bare(first).as_str()) {
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

/// The thing itself: at most four words, the last ones, where its kind is named.
fn product_of(words: &[&str]) -> String {
    let mut words: Vec<&str> = words
        .iter()
        .copied()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| {
            !word.is_empty()
                && !matches!(
                    word.to_lowercase().as_str(),
                    "a" | "an" | "the" | "my" | "our" | "your" | "new" | "some" | "of"
                )
        })
        .collect();
    // "bakery at Elm Street", "gym on Main": the place is not the thing.
    if let Some(at) = words
        .iter()
        .position(|word| matches!(word.to_lowercase().as_str(), "at" | "on" | "in" | "this" | "made"))
        && at > 0
    {
        words.truncate(at);
    }
    let from = words.len().saturating_sub(4);
    let kept: Vec<String> = words[from..].iter().map(|word| cut_word(word)).collect();
    let title_case = kept.len() > 2 && kept.iter().all(|word| is_capitalised(word));
    let kept: Vec<String> = kept
        .into_iter()
        .enumerate()
        // A capital at the start of the sentence is no name.
        .map(|(index, word)| {
            if (index == 0 && from == 0 && is_common(&word)) || (title_case && is_common(&word)) {
                word.to_lowercase()
            } else {
                word
            }
        })
        .collect();
    let product = kept.join(" ");
    if product.chars().count() > 36 { shortened(&product, 3, 30) } else { product }
}

/// Capitalised words that are no ordinary beginning of a sentence.
fn brand_within(words: &[&str]) -> Option<String> {
    let capitalised_count = words.iter().filter(|word| is_capitalised(word)).count();
    if words.len() > 2 && capitalised_count == words.len() {
        // Everything is capitalised: only an uncommon first word is a name.
        return (!is_common(words[0])).then(|| cut_word(words[0]));
    }
    if let Some(word) = words.first()
        && (word.ends_with("'s") || word.ends_with("\u{2019}s"))
        && is_capitalised(word)
        && !is_common(word.trim_end_matches("'s").trim_end_matches("\u{2019}s"))
        && !is_people(word.trim_end_matches("'s").trim_end_matches("\u{2019}s"))
    {
        return Some(word.trim_end_matches("'s").trim_end_matches("\u{2019}s").to_owned());
    }
    let start = words.iter().enumerate().position(|(index, word)| {
        is_capitalised(word) && (index > 0 || !is_common(word)) && word.chars().count() > 1
    })?;
    // A lone capitalised word that is the whole phrase says what the product is, not whose.
    if words.len() == 1 && is_common(words[0]) {
        return None;
    }
    let name: Vec<String> = words[start..]
        .iter()
        .take_while(|word| is_capitalised(word))
        .take(3)
        .map(|word| cut_word(word))
        .collect();
    Some(name.join(" "))
}

/// Words that start a prompt as an adjective or a kind, not as a name.
fn is_common(word: &str) -> bool {
    let word = word.trim_end_matches("'s").trim_end_matches("\u{2019}s");
    let lower = word.to_lowercase();
    let known_kind = super::CATEGORIES.iter().flat_map(|category| category.words).any(|known| {
        known.split_whitespace().any(|part| part == lower || lower.strip_suffix('s') == Some(part))
    });
    is_people(&lower)
        || COMMON.split_whitespace().any(|common| common == lower)
        || known_kind
        || lower.contains('-')
        || ["ing", "ed", "able", "ful", "less", "ly", "made", "proof", "ic", "ous", "ive", "al"]
            .iter()
            .any(|end| lower.len() > end.len() + 2 && lower.ends_with(end))
}

fn is_capitalised(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.chars().next().is_some_and(char::is_uppercase)
}

fn is_people(phrase: &str) -> bool {
    phrase.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        PEOPLE.split_whitespace().any(|people| people == word)
            || (word.len() > 5
                && (word.ends_with("ers")
                    || word.ends_with("ists")
                    || word.ends_with("ians")
                    || word.ends_with("lovers")))
    }) && !phrase.contains("summers")
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
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let after = rest.chars().next();
        !spaced
            || inflected
            || (before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric()))
    })
}

fn stated_tone(lower: &str) -> Option<Tone> {
    let any = |words: &[&str]| words.iter().any(|word| mentions(lower, word));
    if any(&["luxury", "luxurious", "elegant", "premium", "exclusive", "refined", "sophisticated"]) {
        Some(Tone::Elegant)
    } else if any(&["fun", "playful", "funny", "silly", "colorful", "colourful", "quirky"]) {
        Some(Tone::Playful)
    } else if any(&["calm", "calming", "relaxing", "soothing", "peaceful", "gentle", "serene"]) {
        Some(Tone::Calm)
    } else if any(&["energetic", "bold", "intense", "extreme", "powerful", "explosive"]) {
        Some(Tone::Energetic)
    } else if any(&["cozy", "cosy", "homemade", "warm", "heartfelt"]) {
        Some(Tone::Warm)
    } else {
        None
    }
}

/// HTML tags go; signs that only machines read become spaces.
fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        plain.push(' ');
        match rest[open..].find('>').filter(|&close| close <= 60) {
            Some(close) => rest = &rest[open + close + 1..],
            None => rest = &rest[open + 1..],
        }
    }
    plain.push_str(rest);
    plain
        .chars()
        .map(|c| {
            if matches!(
                c,
                '{' | '}' | '[' | ']' | '\\' | '^' | '~' | '`' | '=' | '<' | '>' | '*' | '_' | '@' | '|'
            ) {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn take_address(text: &str) -> (String, Option<String>) {
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

fn brand_of_address(address: &str) -> Option<String> {
    let labels: Vec<&str> = address.split('.').collect();
    let name = labels.get(labels.len().checked_sub(2)?)?;
    (name.len() >= 3).then(|| capitalised(&shortened(&name.replace('-', " "), 2, 20)))
}

fn take_color(text: &str) -> (String, Option<Rgb>) {
    let mut color = None;
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            match word.trim_matches(|c: char| matches!(c, ',' | '.' | ';' | '(' | ')')).parse::<Rgb>() {
                Ok(found) => {
                    color.get_or_insert(found);
                    false
                }
                Err(_) => true,
            }
        })
        .collect();
    (kept.join(" "), color)
}

/// Only what the prompt says: "20% off this week", "$29", "free shipping".
fn take_offer(text: &str) -> (String, Option<String>) {
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
            let money = ['$', '\u{20ac}', '\u{a3}', '\u{a5}', '\u{20b9}'];
            if word.len() > 1
                && (word.starts_with(money) || word.ends_with(money))
                && digits(word)
                && word.chars().count() <= 10
            {
                let per = matches!(bare(index + 1), "per" | "a" | "each")
                    && matches!(
                        bare(index + 2),
                        "month" | "week" | "year" | "day" | "night" | "class" | "person" | "bag" | "box"
                    );
                return Some((index, index + 1 + if per { 2 } else { 0 }));
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
        if !timely {
            break;
        }
        end += 1;
    }
    while end > start + 1 && matches!(bare(end - 1), "on" | "the" | "your" | "this" | "until" | "all") {
        end -= 1;
    }
    let keep_from = (begin..start)
        .find(|&index| matches!(bare(index), "save" | "from" | "only" | "up" | "just" | "extra" | "starting"))
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

/// A short phrase in quotation marks is a name, and stays as it stands.
fn quoted(text: &str) -> Option<String> {
    for (open, close) in [
        ('"', '"'),
        ('\u{201c}', '\u{201d}'),
        ('\u{201e}', '\u{201c}'),
        ('\u{ab}', '\u{bb}'),
        ('\u{300c}', '\u{300d}'),
    ] {
        let Some(start) = text.find(open) else { continue };
        let rest = &text[start + open.len_utf8()..];
        let Some(end) = rest.find(close) else { continue };
        let phrase = rest[..end].trim();
        if !phrase.is_empty()
            && phrase.split_whitespace().count() <= 4
            && phrase.chars().count() <= 30
            && phrase.chars().any(char::is_alphanumeric)
        {
            return Some(phrase.to_owned());
        }
    }
    None
}

fn tidy(text: &str) -> String {
    let text = text.replace(['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '(', ')'], " ");
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            word.chars().any(char::is_alphanumeric)
                || matches!(*word, "-" | "\u{2014}" | "\u{2013}" | "&" | "+")
        })
        .collect();
    words.join(" ")
}

/// The prompt cut at punctuation, for ads made of the user's own words.
fn chunks(plain: &str) -> Vec<String> {
    plain
        .split([
            '.', ',', ';', '!', '?', ':', '\u{2014}', '\u{2013}', '\u{3002}', '\u{3001}', '\u{ff0c}',
            '\u{ff01}', '\u{ff1f}', '\u{60c}', '\u{61b}', '\u{61f}', '\u{ff1a}',
        ])
        .map(trimmed)
        .filter(|chunk| chunk.chars().any(char::is_alphanumeric))
        .collect()
}

/// "lavender scent and a wooden wick" as two things.
fn listed(phrase: &str) -> Vec<String> {
    phrase
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|part| shortened(without_article(part.trim()), 4, 32))
        .filter(|part| !part.is_empty())
        .collect()
}

fn without_article(phrase: &str) -> &str {
    let phrase = phrase.trim();
    for article in ["a ", "an ", "the ", "my ", "our ", "your ", "their ", "all "] {
        if phrase.len() > article.len()
            && phrase.is_char_boundary(article.len())
            && phrase[..article.len()].eq_ignore_ascii_case(article)
        {
            return &phrase[article.len()..];
        }
    }
    phrase
}

fn trimmed(phrase: &str) -> String {
    phrase.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | '\u{20ac}')).to_owned()
}

/// At most `words` words and about `chars` characters; never ends on a word that wants another.
pub fn shortened(text: &str, words: usize, chars: usize) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split_whitespace().take(words) {
        let word = cut_word(word);
        let count = word.chars().count();
        if !kept.is_empty() && length + 1 + count > chars {
            break;
        }
        length += count + 1;
        kept.push(word);
    }
    while kept.len() > 1
        && kept.last().is_some_and(|word| {
            matches!(
                word.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()),
                "and"
                    | "or"
                    | "the"
                    | "a"
                    | "an"
                    | "of"
                    | "with"
                    | "for"
                    | "to"
                    | "in"
                    | "on"
                    | "at"
                    | "by"
                    | "from"
                    | "your"
                    | "my"
                    | "our"
                    | "that"
                    | "is"
                    | "no"
                    | ""
            )
        })
    {
        kept.pop();
    }
    let joined = kept.join(" ");
    if joined.chars().count() > chars.max(LONGEST_WORD) {
        joined.chars().take(chars).collect::<String>().trim_end().to_owned()
    } else {
        joined
    }
}

fn cut_word(word: &str) -> String {
    if word.chars().count() <= LONGEST_WORD {
        return word.to_owned();
    }
    word.chars().take(LONGEST_WORD - 1).chain(std::iter::once('\u{2026}')).collect()
}

pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
