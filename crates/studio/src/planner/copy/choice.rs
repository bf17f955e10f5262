//! Choosing a line: among those that fit, that say something new, by weight and chance.

use std::collections::{HashMap, HashSet};

use super::words::content;
use crate::{
    dice::Dice,
    planner::{pace, topics::Topics},
};

/// A line that could be said.
#[derive(Clone, Debug)]
pub struct Candidate {
    weight: f64,
    /// The facts it uses up, joined by `+`; empty for none.
    fact: String,
    text: String,
}

impl Candidate {
    pub fn line(weight: f64, text: &str) -> Self {
        Self { weight, fact: String::new(), text: text.to_owned() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it uses up `fact`.
    pub fn tells(&self, fact: &str) -> bool {
        self.facts().any(|told| told == fact)
    }

    /// What could be said of any product is all but passed over.
    pub fn yield_to_facts(&mut self) {
        if self.weight < 1.0 {
            self.weight *= 0.1;
        }
    }

    fn facts(&self) -> impl Iterator<Item = &str> {
        self.fact.split('+').filter(|fact| !fact.is_empty())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Lines(pub Vec<Candidate>);

impl Lines {
    pub fn add(&mut self, weight: f64, fact: &str, text: String) {
        self.0.push(Candidate { weight, fact: fact.to_owned(), text });
    }
}

/// What has been said in this ad.
#[derive(Debug, Default)]
pub struct Ledger {
    lines: HashSet<String>,
    facts: HashSet<String>,
    words: HashMap<String, u32>,
    /// Words of the names, which may come in several scenes.
    names: HashSet<String>,
    /// The prompt's facts and the stems of their words.
    expected: Vec<(String, Vec<String>)>,
}

impl Ledger {
    pub fn allow(&mut self, name: &str) {
        self.names.extend(content(name));
    }

    /// The button's words: no line may be the same.
    pub fn reserve(&mut self, call: &str) {
        self.lines.insert(spoken(call));
    }

    /// A fact that lines may use up; until then its words are kept for it.
    pub fn expect(&mut self, fact: &str, text: &str) {
        self.expected.push((fact.to_owned(), content(text)));
    }

    pub fn knows(&self, fact: &str) -> bool {
        self.facts.contains(fact)
    }

    pub fn note(&mut self, fact: &str) {
        self.facts.insert(fact.to_owned());
    }

    /// Whether the line had not been said before.
    pub fn say(&mut self, line: &str) -> bool {
        for word in content(line) {
            *self.words.entry(word).or_default() += 1;
        }
        self.lines.insert(spoken(line))
    }

    /// Whether a line that says a fact, and says it well, could be a headline of at most `words` words.
    pub fn could_say(&self, line: &Candidate, words: usize, topics: Topics) -> bool {
        !line.fact.is_empty()
            && line.weight >= 3.0
            && self.fits(line, words, usize::MAX, topics)
            && self.is_new(line)
    }

    /// The line to say: within its limits, not contradicting the prompt, sharing no content word with the
    /// line it stands `beside`, and none but the names with any line before. A fact may share one: it would
    /// be lost otherwise.
    pub fn choose(
        &mut self,
        dice: &mut Dice,
        candidates: Vec<Candidate>,
        words: usize,
        chars: usize,
        beside: &str,
        topics: Topics,
    ) -> Option<String> {
        let beside = content(beside);
        let mut pool: Vec<Candidate> = candidates
            .into_iter()
            .filter(|line| self.fits(line, words, chars, topics) && self.is_new(line))
            .filter(|line| content(&line.text).iter().all(|stem| !beside.contains(stem)))
            .collect();
        // A line that takes a fact's words is better than none.
        if pool.iter().any(|line| !self.anticipates(line)) {
            pool.retain(|line| !self.anticipates(line));
        }
        let total: f64 = pool.iter().map(|line| line.weight).sum();
        let mut roll = dice.unit() * total;
        let chosen = pool
            .iter()
            .find(|line| {
                roll -= line.weight;
                roll < 0.0
            })
            .or(pool.last())?;
        self.facts.extend(chosen.facts().map(str::to_owned));
        let text = chosen.text.clone();
        self.say(&text);
        Some(text)
    }

    /// The first line that has not been said in these words, where nothing new is left.
    pub fn recall(
        &mut self,
        lines: Vec<Candidate>,
        words: usize,
        chars: usize,
        beside: &str,
    ) -> Option<String> {
        let beside = content(beside);
        let line = lines.into_iter().find(|line| {
            is_within(&line.text, words, chars)
                && !self.lines.contains(&spoken(&line.text))
                && content(&line.text).iter().all(|stem| !beside.contains(stem))
        })?;
        self.say(&line.text);
        Some(line.text)
    }

    fn fits(&self, line: &Candidate, words: usize, chars: usize, topics: Topics) -> bool {
        is_within(&line.text, words, chars)
            && !self.lines.contains(&spoken(&line.text))
            && line.facts().all(|fact| !self.facts.contains(fact))
            && (!line.fact.is_empty() || Topics::of(&line.text).fits(topics))
    }

    fn is_new(&self, line: &Candidate) -> bool {
        let stems: HashSet<String> =
            content(&line.text).into_iter().filter(|stem| !self.names.contains(stem)).collect();
        let repeated = stems.iter().filter(|stem| self.words.contains_key(*stem)).count();
        repeated == 0 || !line.fact.is_empty() && repeated == 1 && stems.len() >= 3
    }

    /// Whether a line without a fact takes the words of one that is still to be said.
    fn anticipates(&self, line: &Candidate) -> bool {
        let kept = |stem: &String| {
            self.expected.iter().any(|(fact, stems)| !self.facts.contains(fact) && stems.contains(stem))
        };
        let tells = |fact: &str| self.expected.iter().any(|(expected, _)| expected == fact);
        let stems = content(&line.text);
        !line.facts().any(tells) && stems.iter().filter(|stem| !self.names.contains(*stem)).any(kept)
    }
}

fn is_within(text: &str, words: usize, chars: usize) -> bool {
    !text.is_empty() && pace::words(text) <= words && text.chars().count() <= chars
}

/// A line as it sounds: a full stop makes no other line of it.
fn spoken(line: &str) -> String {
    line.trim_end_matches(['.', '!', '?']).to_lowercase()
}
