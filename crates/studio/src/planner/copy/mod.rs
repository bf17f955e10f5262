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
    reading::{Facts, Testimonial, capitalised, lowered, shortened, without_article},
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
        let business = Business::of(facts, category);
        let mut table = Table::of(category.key).fitting(&prompt, facts.topics);
        // "Come while it's warm" is for those who can be visited.
        if !business.is_local() {
            table
                .closers
                .retain(|pair| !pair.headline.starts_with("Come ") && !pair.headline.contains("stop by"));
        }
        Self {
            facts,
            spec,
            category,
            business,
            table,
            // Two prompts with one seed are two ads.
            dice: Dice::new(seed ^ hash(&prompt) as u32, "copy"),
            ledger,
            own_words: foreign::own_words(facts),
        }
    }

    pub fn call_to_action(&mut self) -> String {
        let call = match (&self.facts.call, self.facts.phrases) {
            (Some(call), _) if !call.contains(' ') => format!("{call} now"),
            (Some(call), _) => shortened(call, 5, 28),
            (None, Some(phrases)) => self.dice.pick(&phrases.calls).copied().unwrap_or("OK").to_owned(),
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

    pub fn scene(&mut self, role: SceneRole) -> SceneCopy {
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
        if facts.absent.iter().any(|absent| shown(&format!("No {absent}"))) {
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
    fn scene_of(&mut self, headlines: Vec<Candidate>, pairs: &[Pair], supports: Lines) -> SceneCopy {
        let mut all = headlines;
        for pair in pairs {
            let weight = 1.0 + 2.0 * f64::from(pair.topics.shared(self.facts.topics));
            all.push(Candidate::line(weight, pair.headline));
        }
        let headline = self.ledger.choose(&mut self.dice, all, 7, HEADLINE, "", self.facts.topics);
        let headline = headline.or_else(|| self.general_line()).unwrap_or_else(|| self.title());
        let own = pairs.iter().find(|pair| pair.headline == headline).map(|pair| pair.support);
        let mut under = supports.0;
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            under.push(Candidate::line(1.5, own));
        }
        let fallback = self.promises();
        let support =
            self.ledger.choose(&mut self.dice, under, 12, SUPPORT, &headline, self.facts.topics).or_else(
                || self.ledger.choose(&mut self.dice, fallback, 12, SUPPORT, &headline, self.facts.topics),
            );
        SceneCopy { headline, support, ..SceneCopy::default() }
    }

    /// What suits any product, where nothing else is left to say.
    fn general_line(&mut self) -> Option<String> {
        let table = Table::of("generic");
        let lines = table.desires.iter().chain(&table.proofs).map(|pair| Candidate::line(1.0, pair.headline));
        self.ledger.choose(&mut self.dice, lines.collect(), 7, HEADLINE, "", self.facts.topics)
    }

    /// Lines that stand by themselves and are true of any product of the kind.
    fn promises(&self) -> Vec<Candidate> {
        let mut lines = Lines::default();
        let general = format!("For {}.", self.category.benefit);
        if self.spec.benefit == self.category.benefit && Topics::of(&general).fits(self.facts.topics) {
            lines.add(1.0, "promise", general);
        }
        for pair in &self.table.desires {
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

/// A customer's words and who said them. Long ones stand below, whole or to the end of a clause.
pub fn quotation(testimonial: &Testimonial) -> SceneCopy {
    let Testimonial { words, by } = testimonial;
    let (count, length) = (words.split_whitespace().count(), words.chars().count());
    if count <= 7 && length <= HEADLINE {
        let headline = format!("\u{201c}{words}\u{201d}");
        return SceneCopy { headline, support: Some(by.clone()), ..SceneCopy::default() };
    }
    let name = by.split([',', ' ']).next().unwrap_or(by);
    let words = if count <= 12 && length <= SUPPORT {
        words.clone()
    } else {
        format!("{}\u{2026}", shortened(words, 12, SUPPORT).trim_end_matches([',', '.', ';']))
    };
    SceneCopy {
        headline: format!("In {name}\u{2019}s words"),
        support: Some(format!("\u{201c}{words}\u{201d}")),
        ..SceneCopy::default()
    }
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
