//! The words of the ad: per scene a headline of at most seven words, a line under it, and at the end
//! a call. Built from the prompt's facts first and the category's lines second; every line is one of
//! several that fit, chosen by prompt and seed.

mod business;
mod choice;
mod ending;
mod facts;
mod foreign;
pub mod grammar;
mod hook;
mod middle;
pub mod table;
pub mod words;

use admint_domain::{AdSpec, Framework, SceneRole};

use self::{
    business::Business,
    choice::{Candidate, Ledger, Lines},
    table::{Pair, Table},
};
use super::{
    lexicon::Category,
    pace::{Room, words},
    pictures,
    reading::{Facts, Testimonial, bare, capitalised, lowered, shortened, without_article},
    topics::Topics,
};
use crate::{
    dice::{Dice, hash},
    text,
};

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
    business: Business,
    table: Table,
    dice: Dice,
    /// Everything said so far, so that nothing is said twice.
    ledger: Ledger,
    /// The user's own words in pieces, for other languages.
    own_words: Vec<String>,
    /// What the scene in hand has time for.
    room: Room,
    /// The scene in hand draws attention; it promises nothing yet.
    opens: bool,
    /// The fact that waits for its own scene.
    kept: Option<String>,
}

/// Most characters of a headline and of a support line.
pub const HEADLINE: usize = 46;
pub const SUPPORT: usize = 64;

impl<'a> Copywriter<'a> {
    pub fn new(facts: &'a Facts, spec: &'a AdSpec, category: &'static Category, seed: u32) -> Self {
        let prompt = facts.plain.to_lowercase();
        let mut ledger = Ledger::default();
        ledger.allow(&facts.title());
        ledger.allow(&spec.product);
        ledger.reserve(&spec.call_to_action);
        let business = Business::of(facts, category);
        let mut table = Table::of(category.key).fitting(&prompt, facts.topics);
        // "Come while it's warm" is for those who can be visited.
        if !business.is_local() {
            table
                .closers
                .retain(|pair| !pair.headline.starts_with("Come ") && !pair.headline.contains("stop by"));
        }
        let mut writer = Self {
            facts,
            spec,
            category,
            business,
            table,
            // Two prompts with one seed are two ads.
            dice: Dice::new(seed ^ hash(&prompt) as u32, "copy"),
            ledger,
            own_words: foreign::own_words(facts),
            room: Room::unbounded(),
            opens: false,
            kept: None,
        };
        writer.expect_facts();
        writer
    }

    /// What the prompt says will be said: no other line takes its words first.
    fn expect_facts(&mut self) {
        let facts = self.facts;
        let mut expected: Vec<(String, String)> = Vec::new();
        let mut expect = |fact: &str, text: Option<&String>| {
            expected.extend(text.map(|text| (fact.to_owned(), text.clone())));
        };
        expect("audience", facts.audience.as_ref());
        expect("situation", facts.situation.as_ref());
        expect("purpose", facts.purpose.as_ref());
        expect("benefit", facts.gain.as_ref().or(facts.benefit.as_ref()));
        expect("result", facts.result.as_ref());
        expect("place", facts.place.as_ref());
        expect("when", facts.when.as_ref());
        expect("occasion", facts.occasion.as_ref());
        expect("pain", facts.pain.as_ref());
        expect("deed", facts.deed.as_ref());
        expect("slogan", facts.slogan.as_ref());
        expect("offer", facts.offer.as_ref());
        for (index, feature) in facts.features.iter().enumerate() {
            expect(&format!("feature {index}"), Some(feature));
        }
        for (index, aside) in facts.asides.iter().enumerate() {
            expect(&format!("aside {index}"), Some(aside));
        }
        for absent in &facts.absent {
            expect("absent", Some(absent));
        }
        for (fact, text) in expected {
            self.ledger.expect(&fact, &text);
        }
    }

    /// Keeps the strongest thing that the prompt says for the scene that is about nothing else.
    pub fn keep_for_benefit(&mut self) {
        let facts = self.facts;
        let asides: Vec<(usize, &String)> =
            facts.asides.iter().enumerate().filter(|(_, aside)| (2..=7).contains(&words(aside))).collect();
        let strong = asides.iter().find(|(_, aside)| counts(aside));
        self.kept = if facts.slogan.as_ref().is_some_and(|slogan| words(slogan) <= 7) {
            Some("slogan".to_owned())
        } else if facts.result.is_some() {
            Some("result".to_owned())
        } else if facts.gain.is_some() || facts.benefit.is_some() {
            Some("benefit".to_owned()).filter(|_| facts.gain.is_none() || facts.absent.is_empty())
        } else {
            strong.or(asides.first()).map(|(index, _)| format!("aside {index}"))
        };
    }

    fn is_kept(&self, line: &Candidate) -> bool {
        self.kept.as_ref().is_some_and(|kept| line.tells(kept))
    }

    /// Whether the prompt says what is in it, and that can be shown.
    pub fn has_ingredients(&self) -> bool {
        let is_mixed = matches!(
            self.category.key,
            "coffee"
                | "tea"
                | "bakery"
                | "pizza"
                | "restaurant"
                | "chocolate"
                | "drinks"
                | "wine"
                | "grocery"
                | "skincare"
                | "haircare"
                | "perfume"
                | "candles"
        );
        is_mixed && (!self.facts.features.is_empty() || pictures::has_own_props(self.spec))
    }

    /// Whether what is sold is a thing that can be looked at from near.
    pub fn sells_an_object(&self) -> bool {
        self.business == Business::Goods
    }

    /// Words of the end card's lines that must not be missing.
    pub fn last_words(&self) -> Vec<usize> {
        const CLOSING_LINE: usize = 4;
        let facts = self.facts;
        let written = self.offer_line().or_else(|| facts.slogan.clone());
        let headline = written.map(|line| words(&line)).filter(|&count| count <= 7).unwrap_or(CLOSING_LINE);
        let address = facts.address.as_ref().or(facts.phone.as_ref()).map(|address| words(address));
        std::iter::once(headline).chain(address).chain([words(&self.spec.call_to_action)]).collect()
    }

    pub fn call_to_action(&mut self) -> String {
        let call = match (&self.facts.call, self.facts.phrases) {
            (Some(call), _) if !call.contains(' ') => format!("{call} now"),
            (Some(call), _) => shortened(call, 5, 28),
            (None, Some(phrases)) => {
                let most = if self.is_ordered() { phrases.calls.len() } else { 2 };
                let calls = &phrases.calls[..most.min(phrases.calls.len())];
                self.dice.pick(calls).copied().unwrap_or("OK").to_owned()
            }
            (None, None) => {
                let own = self.business.calls(self.facts, self.category);
                let calls = if own.is_empty() { self.category.calls } else { own };
                let free = self.facts.plain.to_lowercase().contains("free");
                let calls: Vec<&str> = calls
                    .iter()
                    .copied()
                    .filter(|call| free || !call.to_lowercase().contains("free"))
                    .collect();
                self.dice.pick(&calls).copied().unwrap_or("Discover more").to_owned()
            }
        };
        visible(call, "Go")
    }

    /// Whether it is a thing that can be sent, in any language.
    fn is_ordered(&self) -> bool {
        const NOT_SENT: [&str; 16] = [
            "finance",
            "education",
            "health",
            "repair",
            "yoga",
            "fitness",
            "hotel",
            "travel",
            "event",
            "charity",
            "software",
            "real-estate",
            "business",
            "camera",
            "music",
            "generic",
        ];
        self.business == Business::Goods && !NOT_SENT.contains(&self.category.key)
    }

    /// The words of a scene that has `room` for so many.
    pub fn scene(&mut self, role: SceneRole, room: Room) -> SceneCopy {
        self.room = room;
        self.opens = matches!(role, SceneRole::Hook | SceneRole::Agitate);
        if !matches!(role, SceneRole::Hook | SceneRole::Agitate | SceneRole::Reveal) {
            self.kept = None;
        }
        let copy = if self.facts.english { self.english(role) } else { self.foreign(role) };
        let name = self.title();
        SceneCopy {
            headline: visible(bounded(&copy.headline, 7, HEADLINE + 12), &name),
            name: copy.name.map(|name| bounded(&name, 4, 30)).filter(|name| !text::readable(name).is_empty()),
            support: copy
                .support
                .map(|support| bounded(&support, 12, SUPPORT + 10))
                .filter(|support| !text::readable(support).is_empty()),
            call: copy.call,
        }
    }

    /// Facts that are shown as points of their own are not said in passing.
    pub fn leave_out(&mut self, points: &[String; 3]) {
        let facts = self.facts;
        let shown = |phrase: &str| points.contains(&capitalised(phrase));
        self.ledger.note("points");
        for (index, _) in
            facts.features.iter().enumerate().filter(|(_, feature)| shown(without_article(feature)))
        {
            self.ledger.note(&format!("feature {index}"));
            self.ledger.note("features");
        }
        for (index, aside) in facts.asides.iter().enumerate() {
            if shown(aside) || points.iter().any(|point| aside.contains(&lowered(point))) {
                self.ledger.note(&format!("aside {index}"));
            }
        }
        if facts
            .absent
            .iter()
            .any(|absent| shown(&format!("No {absent}")) || shown(&format!("{absent}-free")))
        {
            self.ledger.note("absent");
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

    /// A headline of the candidates and a line under it: the headline's own, or a fact.
    fn scene_of(
        &mut self,
        headlines: Vec<Candidate>,
        pairs: &[Pair],
        supports: Lines,
        name: Option<String>,
    ) -> SceneCopy {
        let named: Vec<usize> = name.iter().map(|name| words(name)).collect();
        let most = self.room.most(&[], 7, &named);
        // Of two lines that belong together, both should have time.
        let whole = |pair: &Pair| {
            let lines = [&[words(pair.headline)], &named[..], &[words(pair.support)]].concat();
            self.room.is_open() && self.room.holds(&lines)
        };
        let told = headlines.iter().any(|line| self.ledger.could_say(line, most, self.facts.topics));
        let mut all = headlines;
        all.retain(|line| !self.is_kept(line));
        if told {
            all.iter_mut().for_each(|line| line.yield_to_facts());
        }
        // Over points there is no second line to explain the headline.
        for pair in pairs.iter().filter(|pair| self.room.is_open() || pair.alone) {
            let mut weight = 1.0 + 2.0 * f64::from(pair.topics.shared(self.facts.topics));
            if !whole(pair) {
                weight *= 0.4;
            }
            // What suits any ad of the kind comes after what this prompt says.
            if told {
                weight *= 0.05;
            }
            all.push(Candidate::line(weight, pair.headline));
        }
        let headline = self.ledger.choose(&mut self.dice, all, most, HEADLINE, "", self.facts.topics);
        let headline = headline.or_else(|| self.general_line(most)).unwrap_or_else(|| self.title());
        if !self.room.is_open() {
            return SceneCopy { headline, name, ..SceneCopy::default() };
        }
        let own = pairs.iter().find(|pair| pair.headline == headline).map(|pair| pair.support);
        let mut under = supports.0;
        under.retain(|line| !self.is_kept(line));
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            under.push(Candidate::line(5.0, own));
        }
        // A fact may stand by itself; the product's name alone says too little.
        let filled = !self.opens && (pairs.is_empty() || own.is_some() && self.dice.chance(0.5));
        let fallback = if filled { self.promises() } else { Vec::new() };
        let most = self.room.most(&[&[words(&headline)], &named[..]].concat(), 12, &[]);
        let support =
            self.ledger.choose(&mut self.dice, under, most, SUPPORT, &headline, self.facts.topics).or_else(
                || self.ledger.choose(&mut self.dice, fallback, most, SUPPORT, &headline, self.facts.topics),
            );
        SceneCopy { headline, name, support, ..SceneCopy::default() }
    }

    /// What suits any product, where nothing else is left to say.
    fn general_line(&mut self, most: usize) -> Option<String> {
        let table = Table::of("generic");
        let lines = table.desires.iter().chain(&table.proofs).map(|pair| Candidate::line(1.0, pair.headline));
        self.ledger.choose(&mut self.dice, lines.collect(), most, HEADLINE, "", self.facts.topics)
    }

    /// Lines that stand by themselves and are true of any product of the kind.
    fn promises(&self) -> Vec<Candidate> {
        let mut lines = Lines::default();
        let general = format!("For {}.", self.category.benefit);
        if self.spec.benefit == self.category.benefit && Topics::of(&general).fits(self.facts.topics) {
            lines.add(1.0, "promise", general);
        }
        for pair in self.table.desires.iter().filter(|pair| pair.alone) {
            lines.add(1.0, "", grammar::sentence(pair.headline));
        }
        lines.0
    }

    fn title(&self) -> String {
        match &self.spec.brand {
            Some(brand) => shortened(brand, 4, 30),
            None => capitalised(&shortened(&self.spec.product, 4, 30)),
        }
    }

    /// Whether the ad opens with what bothers people.
    fn opens_with_problem(&self) -> bool {
        self.spec.framework != Framework::Aida
    }
}

/// "30 seconds", "two weeks", "twice as fast": a figure convinces.
fn counts(text: &str) -> bool {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "half", "twice"];
    text.contains(|c: char| c.is_ascii_digit())
        || text.split_whitespace().any(|word| NUMBERS.contains(&bare(word).as_str()))
}

/// A customer's words and who said them. Long ones stand below, whole or to the end of a clause.
pub fn quotation(testimonial: &Testimonial, room: &Room) -> SceneCopy {
    let Testimonial { words: quote, by } = testimonial;
    let (count, length) = (quote.split_whitespace().count(), quote.chars().count());
    if count <= 7 && length <= HEADLINE && room.holds(&[words(quote), words(by)]) {
        let headline = format!("\u{201c}{quote}\u{201d}");
        return SceneCopy { headline, support: Some(by.clone()), ..SceneCopy::default() };
    }
    let name = by.split([',', ' ']).next().unwrap_or(by);
    let headline = format!("In {name}\u{2019}s words");
    let most = room.most(&[words(&headline)], 12, &[]);
    let quote = if count <= most && length <= SUPPORT {
        quote.clone()
    } else {
        format!("{}\u{2026}", shortened(quote, most, SUPPORT).trim_end_matches([',', '.', ';']))
    };
    SceneCopy { headline, support: Some(format!("\u{201c}{quote}\u{201d}")), ..SceneCopy::default() }
}

pub fn bounded(text: &str, words: usize, chars: usize) -> String {
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
