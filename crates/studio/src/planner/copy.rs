//! The words of the ad: per scene a headline of at most seven words, a line under it, and at the end
//! a call. Built from the prompt's facts first and the category's vocabulary second.

use std::collections::HashSet;

use admint_domain::{AdSpec, Framework, SceneRole};

use super::{
    lexicon::{Category, Pair},
    reading::{Facts, capitalised, shortened},
};
use crate::{dice::Dice, text};

/// A scene's words.
#[derive(Clone, Debug, Default)]
pub struct SceneCopy {
    pub headline: String,
    pub name: Option<String>,
    pub support: Option<String>,
    pub call: Option<String>,
}

pub struct Copywriter<'a> {
    facts: &'a Facts,
    spec: &'a AdSpec,
    category: &'static Category,
    dice: Dice,
    /// Everything said so far, so that nothing is said twice.
    said: HashSet<String>,
    /// The user's own words in pieces, for other languages.
    own_words: Vec<String>,
}

/// Most characters of a headline and of a support line.
const HEADLINE: usize = 46;
const SUPPORT: usize = 64;

impl<'a> Copywriter<'a> {
    pub fn new(facts: &'a Facts, spec: &'a AdSpec, category: &'static Category, seed: u32) -> Self {
        Self {
            facts,
            spec,
            category,
            dice: Dice::new(seed, "copy"),
            said: HashSet::new(),
            own_words: own_words(facts),
        }
    }

    pub fn call_to_action(&mut self) -> String {
        let call = match (&self.facts.call, self.facts.phrases) {
            (Some(call), _) if !call.contains(' ') => format!("{call} now"),
            (Some(call), _) => shortened(call, 4, 26),
            (None, Some(phrases)) => self.dice.pick(&phrases.calls).copied().unwrap_or("OK").to_owned(),
            (None, None) => {
                self.dice.pick(self.category.calls).copied().unwrap_or("Discover more").to_owned()
            }
        };
        visible(call, "Go")
    }

    pub fn scene(&mut self, role: SceneRole) -> SceneCopy {
        let copy = if self.facts.english { self.english(role) } else { self.foreign(role) };
        let name = self.title();
        SceneCopy {
            headline: visible(bounded(&copy.headline, 7, HEADLINE), &name),
            name: copy.name.map(|name| bounded(&name, 4, 30)).filter(|name| !text::readable(name).is_empty()),
            support: copy
                .support
                .map(|support| bounded(&support, 12, SUPPORT))
                .filter(|support| !text::readable(support).is_empty()),
            call: copy.call,
        }
    }

    fn english(&mut self, role: SceneRole) -> SceneCopy {
        match role {
            SceneRole::Hook => self.hook(),
            SceneRole::Agitate => self.agitate(),
            SceneRole::Reveal => self.reveal(),
            SceneRole::Benefit => self.benefit(),
            SceneRole::Proof => self.proof(),
            SceneRole::CallToAction => self.end_card(),
        }
    }

    fn hook(&mut self) -> SceneCopy {
        if self.spec.framework == Framework::Aida {
            let pair = self.pair(self.category.hooks);
            return lines(pair.0, pair.1);
        }
        if let Some(pain) = self.facts.pain.clone().filter(|pain| pain.split_whitespace().count() <= 5) {
            let struggle = self.facts.struggle.is_some();
            let headlines = if struggle {
                vec![
                    format!("Struggling to {pain}?"),
                    format!("Hard to {pain}?"),
                    format!("Can\u{2019}t seem to {pain}?"),
                ]
            } else {
                let cap = capitalised(&pain);
                vec![
                    format!("Tired of {pain}?"),
                    format!("Still putting up with {pain}?"),
                    format!("{cap}? Enough."),
                    format!("Had enough of {pain}?"),
                ]
            };
            let fitting: Vec<String> =
                headlines.into_iter().filter(|line| line.split_whitespace().count() <= 7).collect();
            let headline =
                self.dice.pick(&fitting).cloned().unwrap_or_else(|| format!("{}?", capitalised(&pain)));
            let supports = [
                "You are not the only one.",
                "It does not have to be like that.",
                "There is a kinder way.",
                "You have put up with it long enough.",
            ];
            let support = self.fresh(&supports);
            return lines(&headline, support);
        }
        let pair = self.pair(self.category.pains);
        lines(pair.0, pair.1)
    }

    fn agitate(&mut self) -> SceneCopy {
        if let Some(pain) = self.facts.pain.clone().filter(|_| self.facts.struggle.is_none()) {
            let headlines = [
                "Every. Single. Day.",
                "And it keeps coming back",
                "It adds up",
                "Life is too short for this",
            ];
            let headline = self.fresh(&headlines);
            let support = match self.facts.audience.as_deref() {
                Some(audience) => format!("{} deserve better than {pain}.", capitalised(audience)),
                None => format!("You deserve better than {pain}."),
            };
            return lines(headline, &support);
        }
        let pair = self.pair(self.category.pains);
        lines(pair.0, pair.1)
    }

    fn reveal(&mut self) -> SceneCopy {
        let headline = match &self.facts.brand {
            Some(brand) => {
                let brand = shortened(brand, 3, 28);
                let lines = [
                    format!("Meet {brand}"),
                    format!("Say hello to {brand}"),
                    format!("This is {brand}"),
                    format!("Enter {brand}"),
                ];
                self.dice.pick(&lines).cloned().unwrap_or(brand)
            }
            None => {
                let product = shortened(&self.spec.product, 4, 30);
                let cap = capitalised(&product);
                let mut lines = vec![
                    format!("Meet your new {product}"),
                    format!("{cap}, done right"),
                    format!("{cap}, reimagined"),
                ];
                // Only many of a thing go without an article.
                if product.ends_with('s') && !product.ends_with("ss") {
                    lines = vec![
                        format!("Say hello to {product}"),
                        format!("{cap} to love"),
                        format!("{cap}, done right"),
                    ];
                }
                lines.retain(|line| line.split_whitespace().count() <= 7);
                self.dice.pick(&lines).cloned().unwrap_or(cap)
            }
        };
        let support = match self.detail(self.facts.brand.is_some()) {
            Some(detail) => detail,
            None if self.facts.brand.is_some() && self.spec.product.split_whitespace().count() <= 4 => {
                format!("Your new {}.", self.spec.product)
            }
            None => self.promise(),
        };
        SceneCopy { headline, support: Some(support), ..SceneCopy::default() }
    }

    fn benefit(&mut self) -> SceneCopy {
        let name = self.facts.brand.clone();
        let pair = self.pair(self.category.desires);
        if let Some(benefit) = self.facts.benefit.clone() {
            let clause = headline_of(&benefit);
            if let Some(headline) = clause {
                self.said.insert(headline.to_lowercase());
                let support = self.detail(true).unwrap_or_else(|| pair.1.to_owned());
                return SceneCopy { headline, support: Some(support), name, call: None };
            }
            return SceneCopy {
                headline: pair.0.to_owned(),
                support: Some(capitalised(&benefit)),
                name,
                call: None,
            };
        }
        let support =
            match self.facts.purpose.as_deref().filter(|purpose| purpose.split_whitespace().count() <= 5) {
                Some(purpose) if self.say(purpose) => {
                    format!("{} for {purpose}.", capitalised(&shortened(&self.spec.product, 4, 30)))
                }
                _ => pair.1.to_owned(),
            };
        SceneCopy { headline: pair.0.to_owned(), support: Some(support), name, call: None }
    }

    fn proof(&mut self) -> SceneCopy {
        let features: Vec<String> = self
            .facts
            .features
            .iter()
            .filter(|feature| feature.split_whitespace().count() <= 3)
            .take(2)
            .cloned()
            .collect();
        let pair = self.pair(self.category.proofs);
        let headline = match features.as_slice() {
            [first, second] if first.split_whitespace().count() + second.split_whitespace().count() <= 6 => {
                format!("{}. {}.", capitalised(first), capitalised(second))
            }
            _ => pair.0.to_owned(),
        };
        let support = self.detail(true).unwrap_or_else(|| pair.1.to_owned());
        SceneCopy { headline, support: Some(support), name: self.facts.brand.clone(), call: None }
    }

    fn end_card(&mut self) -> SceneCopy {
        let closer = self.fresh(self.category.closers);
        let bare_price = |offer: &String| !offer.contains(' ') && !offer.contains('%');
        let headline = self.spec.offer.clone().filter(|offer| offer.split_whitespace().count() <= 7);
        let headline =
            headline.map(|offer| if bare_price(&offer) { format!("Yours for {offer}") } else { offer });
        let support = match (&self.facts.address, &headline) {
            (Some(address), _) => Some(address.clone()),
            (None, Some(_)) => Some(sentence(closer)),
            (None, None) => {
                let place = self
                    .facts
                    .place
                    .clone()
                    .filter(|place| self.say(place))
                    .map(|place| format!("In {place}."));
                place.or_else(|| self.detail(false)).or_else(|| Some(self.promise()))
            }
        };
        SceneCopy {
            headline: headline.unwrap_or_else(|| closer.to_owned()),
            name: Some(self.title()),
            support,
            call: Some(self.spec.call_to_action.clone()),
        }
    }

    /// What any product of this kind is for.
    fn promise(&mut self) -> String {
        let general = format!("For {}.", self.category.benefit);
        if self.say(&general) {
            return general;
        }
        self.fresh(&[
            "The one you were looking for.",
            "Made to be part of your day.",
            "Good things, done properly.",
            "Try it once. You will see.",
        ])
        .to_owned()
    }

    /// One more true thing about the product, not said yet. `named` says the product again.
    fn detail(&mut self, named: bool) -> Option<String> {
        let product = capitalised(&shortened(&self.spec.product, 4, 30));
        let audience = self.facts.audience.as_deref().filter(|audience| audience.chars().count() <= 38);
        let feature = self.facts.features.first().cloned();
        let mut candidates: Vec<(String, String)> = Vec::new();
        if let Some(audience) = audience {
            candidates.push((
                audience.to_owned(),
                if named { format!("{product} for {audience}.") } else { format!("Made for {audience}.") },
            ));
        }
        for feature in feature.iter().chain(self.facts.features.iter().skip(1)) {
            candidates.push((feature.clone(), with(named.then_some(&product), feature)));
        }
        for aside in &self.facts.asides {
            candidates.push((aside.clone(), sentence(aside)));
        }
        if let Some(purpose) = &self.facts.purpose {
            let line =
                if named { format!("{product} for {purpose}.") } else { format!("Made for {purpose}.") };
            candidates.push((purpose.clone(), line));
        }
        if let Some(place) = &self.facts.place {
            candidates.push((place.clone(), format!("From {place}.")));
        }
        candidates
            .into_iter()
            .find(|(fact, line)| line.chars().count() <= SUPPORT && self.say(fact))
            .map(|(_, line)| line)
    }

    /// A pair not used yet, in the order the seed gives.
    fn pair(&mut self, pairs: &'static [Pair]) -> Pair {
        let start = self.dice.below(pairs.len());
        for offset in 0..pairs.len() {
            let pair = pairs[(start + offset) % pairs.len()];
            if !self.said.contains(&pair.0.to_lowercase()) && !self.said.contains(&pair.1.to_lowercase()) {
                self.say(pair.0);
                self.say(pair.1);
                return pair;
            }
        }
        pairs.first().copied().unwrap_or(("", ""))
    }

    fn fresh<'b>(&mut self, lines: &[&'b str]) -> &'b str {
        let start = self.dice.below(lines.len());
        let unsaid = (0..lines.len())
            .map(|offset| lines[(start + offset) % lines.len()])
            .find(|line| !self.said.contains(&line.to_lowercase()));
        let line = unsaid.or_else(|| lines.first().copied()).unwrap_or("");
        self.say(line);
        line
    }

    /// Whether it had not been said before.
    fn say(&mut self, line: &str) -> bool {
        self.said.insert(line.to_lowercase())
    }

    fn title(&self) -> String {
        match &self.spec.brand {
            Some(brand) => shortened(brand, 3, 28),
            None => capitalised(&shortened(&self.spec.product, 3, 28)),
        }
    }

    /// Another language: the user's words, and a few neutral ones in that language.
    fn foreign(&mut self, role: SceneRole) -> SceneCopy {
        let Some(phrases) = self.facts.phrases else { return SceneCopy::default() };
        let title = self.title();
        let own = |writer: &mut Self| -> Option<String> {
            while !writer.own_words.is_empty() {
                let next = writer.own_words.remove(0);
                if writer.say(&next) {
                    return Some(next);
                }
            }
            None
        };
        match role {
            SceneRole::Hook => {
                let headline = own(self).unwrap_or_else(|| self.fresh(&phrases.openers).to_owned());
                let support = own(self);
                SceneCopy { headline, support, ..SceneCopy::default() }
            }
            SceneRole::CallToAction => {
                let said = self.said.contains(&title.to_lowercase());
                let headline = match &self.spec.offer {
                    Some(offer) => offer.clone(),
                    None if said => self.fresh(&phrases.closers).to_owned(),
                    None => title.clone(),
                };
                let name = (headline != title).then_some(title);
                let support = self.facts.address.clone().or_else(|| own(self));
                SceneCopy { headline, name, support, call: Some(self.spec.call_to_action.clone()) }
            }
            SceneRole::Reveal if self.say(&title) => {
                let support = own(self).or_else(|| Some(self.fresh(&phrases.middles).to_owned()));
                SceneCopy { headline: title, support, ..SceneCopy::default() }
            }
            _ => {
                let headline = own(self).unwrap_or_else(|| self.fresh(&phrases.middles).to_owned());
                let support = own(self);
                SceneCopy { headline, support, ..SceneCopy::default() }
            }
        }
    }
}

fn lines(headline: &str, support: &str) -> SceneCopy {
    SceneCopy { headline: headline.to_owned(), support: Some(support.to_owned()), ..SceneCopy::default() }
}

fn with(product: Option<&String>, feature: &str) -> String {
    match (feature.strip_prefix("no "), product) {
        (Some(absent), _) => format!("All of it, without {absent}."),
        (None, Some(product)) => format!("{product} with {feature}."),
        (None, None) => format!("With {feature}."),
    }
}

fn sentence(phrase: &str) -> String {
    let phrase = capitalised(phrase);
    if phrase.ends_with(['.', '!', '?']) { phrase } else { format!("{phrase}.") }
}

/// A benefit as a headline, cut where a clause ends; nothing where no cut makes sense.
fn headline_of(benefit: &str) -> Option<String> {
    let words: Vec<&str> = benefit.split_whitespace().collect();
    let take = if words.len() <= 7 {
        words.len()
    } else {
        let bare = |word: &&str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        words[..8]
            .iter()
            .rposition(|word| {
                matches!(
                    bare(word).as_str(),
                    "and"
                        | "while"
                        | "even"
                        | "when"
                        | "without"
                        | "in"
                        | "for"
                        | "from"
                        | "during"
                        | "so"
                        | "because"
                )
            })
            .filter(|&at| at >= 2)?
    };
    let headline = capitalised(&words[..take].join(" "));
    (headline.chars().count() <= HEADLINE).then_some(headline)
}

fn bounded(text: &str, words: usize, chars: usize) -> String {
    if text.split_whitespace().count() <= words && text.chars().count() <= chars {
        text.trim().to_owned()
    } else {
        shortened(text, words, chars)
    }
}

/// `text` if any packaged font can show it, else `otherwise`, else a mark that always shows.
fn visible(text: String, otherwise: &str) -> String {
    if !text::has_fonts() || !text::readable(&text).is_empty() {
        text
    } else if !text::readable(otherwise).is_empty() {
        otherwise.to_owned()
    } else {
        "\u{2192}".to_owned()
    }
}

/// The prompt in pieces that fit a headline, in order.
fn own_words(facts: &Facts) -> Vec<String> {
    let mut pieces = Vec::new();
    for chunk in &facts.chunks {
        let words: Vec<&str> = chunk.split_whitespace().collect();
        if words.len() <= 1 || chunk.chars().count() > words.len() * 16 {
            // A script without spaces, or one endless word.
            let letters: Vec<char> = chunk.chars().filter(|c| !c.is_whitespace()).collect();
            let count = letters.len().div_ceil(16).max(1);
            let size = letters.len().div_ceil(count).max(1);
            pieces.extend(letters.chunks(size).map(|piece| piece.iter().collect::<String>()));
        } else {
            let count = words.len().div_ceil(6);
            let size = words.len().div_ceil(count);
            pieces.extend(words.chunks(size).map(|piece| shortened(&piece.join(" "), 7, HEADLINE)));
        }
    }
    pieces.retain(|piece| !text::readable(piece).is_empty());
    if let Some(first) = pieces.first_mut() {
        *first = capitalised(first);
    }
    pieces.truncate(10);
    pieces
}
