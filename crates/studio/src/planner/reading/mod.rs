//! What a prompt says: product, brand, audience, benefit, pain, offer, address. Rules, no model.

use admint_domain::{Rgb, Tone};

use super::language::{self, Phrases};

mod address;
mod command;
mod markup;
mod naming;
mod offer;
mod phrase;
mod segments;
mod tone;
mod words;

use self::{
    address::{brand_of_address, take_address},
    command::without_command,
    markup::{chunks, quoted, take_color, tidy, without_markup},
    naming::{brand_within, product_of},
    offer::take_offer,
    phrase::{listed, trimmed, without_article},
    segments::{Marker, segments},
    tone::stated_tone,
    words::{is_capitalised, is_people},
};
pub use self::{
    phrase::{capitalised, shortened},
    words::mentions,
};

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
