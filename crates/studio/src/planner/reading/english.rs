//! English prompts: every segment of the sentence becomes a fact.

use super::{
    Facts, Wish,
    command::without_command,
    naming::{brand_within, product_of, without_possessive},
    phrase::{capitalised, listed, lowered, shortened, trimmed, without_article},
    segments::{Marker, is_tongue, segments},
    words::{bare, is_capitalised, is_known_place, is_people, mentions},
};
use crate::planner::copy::grammar;

/// Words that promise a change people can see.
const CHANGES: &[&str] = &[
    "transform",
    "transforms",
    "before and after",
    "makeover",
    "become",
    "becomes",
    "turns into",
    "turn into",
    "reinvent",
];

/// An aside that begins like this is said to us, not to viewers.
const DIRECTIONS: &[&str] = &[
    "make it",
    "make the",
    "use ",
    "keep it",
    "please",
    "show ",
    "include",
    "end with",
    "tone",
    "the tone",
    "style",
    "in a ",
    "with a fun tone",
    "colors",
    "colours",
    "brand color",
    "brand colour",
    "video should",
    "the video",
    "the ad",
    "ad for",
    "target",
    "length",
    "15 seconds",
    "30 seconds",
    "vertical",
    "no voice",
    "upbeat",
    "thanks",
    "thank you",
    "i want",
    "i need",
    "we want",
    "we need",
    "it should",
    "should be",
    "for tiktok",
    "for instagram",
    "etc",
    "it's",
    "its ",
    "it is",
    "my ",
    "i ",
    "they ",
    "he ",
    "she ",
];

impl Facts {
    pub(super) fn read_english(&mut self) {
        let plain = self.take_question();
        let all: Vec<&str> = plain.split_whitespace().collect();
        let words = without_command(&all);
        // After "The" or "Our" a capital is a name; at the front of a sentence everything has one.
        let opens = words.len() == all.len();
        let lower = plain.to_lowercase();
        self.transforms = CHANGES.iter().any(|word| mentions(&lower, word));
        let mut after_audience = false;
        for (index, (marker, words)) in segments(words).iter().enumerate() {
            let phrase = words
                .join(" ")
                .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | ')' | '"'))
                .to_owned();
            if phrase.is_empty() {
                continue;
            }
            match marker {
                Marker::Lead => self.read_product(&words.join(" "), opens),
                Marker::For => {
                    let audience = without_article(&phrase).to_owned();
                    if self.product.is_empty() && index == 0 {
                        self.read_product(&words.join(" "), true);
                    } else if is_people(&audience) {
                        after_audience = true;
                        if self.audience.is_none() {
                            self.audience = Some(shortened(&audience, 6, 40));
                        }
                    } else {
                        self.purpose.get_or_insert(shortened(&phrase, 6, 40));
                    }
                }
                Marker::That => self.read_benefit(words, true),
                Marker::So => self.read_result(words),
                Marker::To => {
                    if is_people(&phrase) && self.audience.is_none() {
                        after_audience = true;
                        self.audience = Some(shortened(without_article(&phrase), 6, 40));
                    } else if after_audience || self.product.is_empty() {
                        self.asides.push(phrase)
                    } else {
                        self.gain.get_or_insert(shortened(&phrase, 8, 52));
                        self.benefit.get_or_insert(shortened(&phrase, 9, 56));
                    }
                }
                Marker::Who => self.read_wish(words),
                Marker::With => {
                    self.features.extend(listed(&phrase));
                    self.points.extend(listed(&phrase));
                }
                Marker::Without
                    if ["needed", "required", "necessary"].iter().any(|end| phrase.ends_with(end)) =>
                {
                    self.asides.push(format!("No {phrase}"));
                }
                Marker::Without => {
                    for part in listed(&phrase).iter().flat_map(|part| part.split(" or ")) {
                        let part = part.trim().trim_start_matches("no ").trim_start_matches("any ");
                        let part = shortened(without_article(part), 3, 28);
                        if !part.is_empty() {
                            self.points.push(format!("No {part}"));
                            self.absent.push(part);
                        }
                    }
                }
                Marker::Pain => {
                    self.pain.get_or_insert(shortened(without_article(&phrase), 5, 36));
                }
                Marker::Struggle => {
                    let struggle = phrase.strip_prefix("to ").unwrap_or(&phrase).to_owned();
                    self.struggle.get_or_insert(shortened(&struggle, 5, 36));
                    self.pain.get_or_insert(shortened(&struggle, 5, 36));
                }
                Marker::Brand => self.read_maker(words, &phrase),
                Marker::Place => {
                    if self.place.is_none() {
                        self.origin = plain.contains(&format!("from {}", words[0]));
                        self.place = Some(shortened(&phrase, 4, 30));
                    }
                }
                Marker::Rival => {}
                Marker::Aside => self.read_aside(words, &phrase),
            }
        }
        // "Reef-safe" says enough in one word.
        let tells = |aside: &str| {
            aside.split_whitespace().count() >= 2 || aside.contains('-') && aside.chars().count() >= 6
        };
        self.asides.retain(|aside| tells(aside) && aside.chars().count() <= 60);
        self.features.retain(|feature| !feature.is_empty() && feature.split_whitespace().count() <= 6);
        self.absent.truncate(3);
        self.read_free_of();
        self.keep_short_points();
    }

    /// A prompt that opens with a question has written its own first line; the rest is read.
    fn take_question(&mut self) -> String {
        let Some((question, rest)) = self.plain.split_once('?') else { return self.plain.clone() };
        let rest = rest.trim();
        let words = question.split_whitespace().count();
        if question.contains(['.', ',', ':', ';', '!'])
            || !(2..=7).contains(&words)
            || rest.split_whitespace().count() < 2
        {
            return self.plain.clone();
        }
        self.question = Some(format!("{}?", capitalised(question.trim())));
        rest.to_owned()
    }

    /// The first phrase: brand, product, or both; `opens` where it begins a sentence.
    fn read_product(&mut self, phrase: &str, opens: bool) {
        let words: Vec<&str> = phrase
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '\'')))
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() || !self.product.is_empty() {
            return;
        }
        // "Luna is a bakery": the name, then what it is.
        let is = words.iter().position(|word| {
            matches!(
                bare(word).as_str(),
                "is" | "are"
                    | "makes"
                    | "sells"
                    | "offers"
                    | "helps"
                    | "lets"
                    | "teaches"
                    | "brings"
                    | "delivers"
                    | "builds"
            )
        });
        if let Some(at) = is.filter(|&at| (1..=4).contains(&at) && at + 1 < words.len()) {
            let name = words[..at].join(" ");
            let capital = is_capitalised(words[0]);
            if capital
                && (words[0].chars().count() > 1)
                && !matches!(bare(words[0]).as_str(), "we" | "it" | "this" | "our" | "why")
            {
                self.brand.get_or_insert(without_possessive(&name).to_owned());
            }
            let verb = bare(words[at]);
            if matches!(verb.as_str(), "helps" | "lets" | "teaches" | "brings") {
                self.product = name;
                self.read_benefit(&words[at..], true);
                return;
            }
            self.product = product_of(&words[at + 1..]);
            if verb == "delivers" {
                self.asides.push("Delivered to your door".to_owned());
            }
            return;
        }
        // "Adopt a rescue dog": something to do, and the thing it is done with.
        let second = words.get(1).map(|word| bare(word)).unwrap_or_default();
        let determined = matches!(
            second.as_str(),
            "a" | "an" | "the" | "your" | "our" | "us" | "my" | "to" | "more" | "every" | "any" | "some"
        );
        let deed = grammar::is_imperative(&bare(words[0]))
            && (determined
                || matches!(
                    bare(words[0]).as_str(),
                    "adopt" | "donate" | "rent" | "learn" | "hire" | "discover" | "explore" | "celebrate"
                ));
        if deed && words.len() > 1 {
            let deed = shortened(&lowered(&words.join(" ")), 7, 44);
            let skip = words[1..]
                .iter()
                .take_while(|word| {
                    matches!(
                        bare(word).as_str(),
                        "us" | "a" | "an" | "the" | "your" | "our" | "to" | "with" | "me" | "my"
                    )
                })
                .count();
            self.deed = Some(deed);
            self.product = product_of(&words[1 + skip..]);
            if is_tongue(&bare(&self.product)) {
                self.product = format!("{} lessons", self.product);
            }
            if !self.product.is_empty() {
                return;
            }
        }
        if self.brand.is_none() {
            self.brand = brand_within(&words, opens);
        }
        self.product = product_of(&words);
    }

    fn read_maker(&mut self, words: &[&str], phrase: &str) {
        let name: Vec<&str> = words.iter().copied().take_while(|word| is_capitalised(word)).take(4).collect();
        let name = if name.is_empty() { words.iter().copied().take(1).collect() } else { name };
        let name = trimmed(&name.join(" "));
        if self.brand.is_none() && !name.is_empty() {
            self.brand = Some(without_possessive(&name).to_owned());
        } else if self.brand.as_ref().is_none_or(|brand| !phrase.contains(brand.as_str())) {
            self.asides.push(format!("By {phrase}"));
        }
        let rest = &words[name.split_whitespace().count().min(words.len())..];
        if self.product.is_empty() && !rest.is_empty() {
            self.read_product(&rest.join(" "), true);
        }
    }

    fn read_benefit(&mut self, words: &[&str], clause: bool) {
        let mut words = words;
        while let Some(first) = words.first() {
            if matches!(
                bare(first).as_str(),
                "can" | "will" | "actually" | "really" | "also" | "always" | "just"
            ) && words.len() > 2
            {
                words = &words[1..];
            } else {
                break;
            }
        }
        let phrase = trimmed(&words.join(" "));
        let Some(first) = words.first().map(|word| bare(word)) else { return };
        if matches!(first.as_str(), "you" | "your" | "people" | "everyone" | "they" | "we") {
            return self.read_result(words);
        }
        // "is soft on skin": more a quality than a deed.
        let phrase = shortened(&phrase, 9, 56);
        if let Some((helped, deed)) = grammar::helped(&phrase) {
            if let Some(helped) = helped.filter(|helped| is_people(helped)) {
                self.audience.get_or_insert(helped);
            }
            let deed = shortened(&deed, 8, 52);
            self.benefit.get_or_insert(deed.clone());
            self.gain.get_or_insert(deed);
            return;
        }
        let singular = first.ends_with('s') && !first.ends_with("ss")
            || matches!(first.as_str(), "doesn't" | "never" | "won't");
        let benefit = if singular || !clause || self.product.is_empty() {
            phrase
        } else {
            let noun = self.product.split_whitespace().last().unwrap_or("").to_owned();
            format!("{noun} that {phrase}")
        };
        self.benefit.get_or_insert(benefit);
    }

    /// After "so": what the customer can do then, or what others do.
    fn read_result(&mut self, words: &[&str]) {
        let lower: Vec<String> = words.iter().map(|word| bare(word)).collect();
        let skip = match lower.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["you", "can" | "will" | "could", ..] => 2,
            ["you'll", ..] => 1,
            ["you", "never", "have", "to", ..] => {
                let rest = shortened(&trimmed(&words[4..].join(" ")), 7, 40);
                self.result.get_or_insert(format!("Never {rest} again"));
                return;
            }
            ["you", "never" | "always" | "don't", ..] => {
                self.result.get_or_insert(capitalised(&shortened(&trimmed(&words.join(" ")), 9, 52)));
                return;
            }
            ["you", ..] => 1,
            _ => {
                self.result.get_or_insert(capitalised(&shortened(&trimmed(&words.join(" ")), 9, 52)));
                return;
            }
        };
        let deed = shortened(&trimmed(&words[skip.min(words.len())..].join(" ")), 8, 52);
        if !deed.is_empty() {
            self.benefit.get_or_insert(deed.clone());
            self.gain.get_or_insert(deed);
        }
    }

    /// After "who": what the audience hates, wants, or does.
    fn read_wish(&mut self, words: &[&str]) {
        let lower: Vec<String> = words.iter().map(|word| bare(word)).collect();
        let rest = |from: usize| trimmed(&words[from.min(words.len())..].join(" "));
        let wish = |kind: Wish| Some((kind, shortened(&rest(1), 5, 36)));
        match lower.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] | ["is" | "are"] => {}
            ["want" | "wants" | "crave" | "craves", second, ..] if *second != "to" => {
                self.wish = wish(Wish::Want)
            }
            ["need" | "needs", second, ..] if *second != "to" => self.wish = wish(Wish::Need),
            ["love" | "loves" | "enjoy" | "adore", ..] => self.wish = wish(Wish::Love),
            ["miss" | "misses", ..] => self.wish = wish(Wish::Miss),
            ["want" | "wants" | "need" | "needs", "to", ..] => {
                self.gain.get_or_insert(shortened(&rest(2), 8, 52));
            }
            ["can't" | "cannot" | "struggle", ..] => {
                self.struggle.get_or_insert(shortened(&rest(1), 5, 36));
                self.pain.get_or_insert(shortened(&rest(1), 5, 36));
            }
            ["don't" | "do", "have", ..] => {
                self.pain.get_or_insert(format!("no {}", shortened(&rest(2), 5, 34)));
            }
            _ => {
                let clause = shortened(&rest(0), 7, 40);
                if self.audience.is_some() && !clause.is_empty() {
                    self.situation.get_or_insert(clause);
                }
            }
        }
    }

    fn read_aside(&mut self, words: &[&str], phrase: &str) {
        let lower = phrase.to_lowercase();
        let first = words.first().map(|word| bare(word)).unwrap_or_default();
        let second = words.get(1).map(|word| bare(word)).unwrap_or_default();
        if self.product.is_empty() {
            return self.read_product(&words.join(" "), true);
        }
        if DIRECTIONS.iter().any(|start| lower.starts_with(start)) {
            return;
        }
        let orders = matches!(
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
                | "donate"
                | "volunteer"
                | "register"
                | "reserve"
                | "enroll"
                | "apply"
                | "come"
                | "taste"
                | "learn"
                | "save"
                | "give"
                | "adopt"
                | "see"
        ) && !matches!(second.as_str(), "and" | "of" | "is" | "club" | "lovers" | "paid");
        if orders && words.len() <= 5 && phrase.chars().count() <= 28 {
            self.call.get_or_insert(capitalised(phrase));
        } else if matches!(first.as_str(), "perfect" | "ideal" | "great") && words.len() < 2 {
        } else if matches!(first.as_str(), "a" | "an" | "the") && self.brand.is_none() && self.is_lone_name()
        {
            // "Luna, a bakery in Lyon": what it is comes after what it is called.
            self.brand = Some(capitalised(&self.product));
            self.product = product_of(words);
        } else if is_known_place(phrase) && words.len() == 1 {
            self.place.get_or_insert(phrase.to_owned());
        } else if words.len() <= 9 {
            self.read_points(phrase);
            self.asides.push(capitalised(phrase));
        } else if self.benefit.is_none() {
            self.asides.push(capitalised(&shortened(phrase, 8, 52)));
        }
    }

    /// "made from oak, linen and steel" lists three; "light", "waterproof" are one each.
    fn read_points(&mut self, phrase: &str) {
        let made_of = ["made of ", "made from ", "made with "];
        let of = made_of.iter().find_map(|start| phrase.strip_prefix(start)).filter(|of| of.contains(','));
        match of {
            Some(list) => self.points.extend(listed(list)),
            None if phrase.contains(',') => self.points.extend(listed(phrase)),
            None => self.points.push(phrase.to_owned()),
        }
    }

    /// Only what fits on a card; each once.
    fn keep_short_points(&mut self) {
        let mut kept: Vec<String> = Vec::new();
        for point in &self.points {
            let point = trimmed(point);
            let point = point.trim_start_matches("and ");
            // "A cat called Miso" is one of its kind.
            let named = [" called ", " named "].iter().any(|word| point.contains(word));
            let point = capitalised(if named { point } else { without_article(point) });
            let fits = point.split_whitespace().count() <= 5 && (3..=28).contains(&point.chars().count());
            if fits && !kept.contains(&point) {
                kept.push(point);
            }
        }
        self.points = kept;
    }

    /// "sugar-free", "gluten free", "0% alcohol": what is not in it, named inside a word.
    fn read_free_of(&mut self) {
        let lower = self.plain.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        for (index, word) in words.iter().enumerate() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let absent = word.strip_suffix("-free").map(str::to_owned).or_else(|| {
                (word == "free" && index > 0).then(|| words[index - 1].to_owned()).filter(|before| {
                    matches!(
                        before.as_str(),
                        "sugar" | "gluten" | "dairy" | "alcohol" | "caffeine" | "lactose"
                    )
                })
            });
            if let Some(absent) = absent.filter(|absent| {
                absent.len() > 2
                    && !matches!(absent.as_str(), "stress" | "hassle" | "cruelty" | "care" | "hands")
            }) && !self.absent.contains(&absent)
                && self.absent.len() < 3
            {
                self.absent.push(absent);
            }
        }
    }

    fn is_lone_name(&self) -> bool {
        self.product.split_whitespace().count() <= 2 && self.plain.starts_with(|c: char| c.is_uppercase())
    }
}
