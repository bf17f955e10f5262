//! Choosing a line: among those that fit, that say something new, by weight and chance.

use std::collections::{HashMap, HashSet};

use super::words::content;
use crate::{dice::Dice, planner::topics::Topics};

/// A line that could be said.
#[derive(Clone, Debug)]
pub struct Candidate {
    weight: f64,
    /// The fact it uses up; empty for none.
    fact: String,
    text: String,
}

impl Candidate {
    pub fn line(weight: f64, text: &str) -> Self {
        Self { weight, fact: String::new(), text: text.to_owned() }
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
}

impl Ledger {
    pub fn allow(&mut self, name: &str) {
        self.names.extend(content(name));
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

    /// The line to say: within its limits, not contradicting the prompt, sharing no content word with the
    /// line it stands `beside`, and none but the names with any line before.
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
        let fitting: Vec<(Candidate, bool)> = candidates
            .into_iter()
            .filter(|line| {
                line.text.split_whitespace().count() <= words
                    && line.text.chars().count() <= chars
                    && !self.lines.contains(&spoken(&line.text))
                    && !line.text.is_empty()
                    && (line.fact.is_empty() || !self.facts.contains(&line.fact))
                    && (!line.fact.is_empty() || Topics::of(&line.text).fits(topics))
            })
            .filter_map(|line| {
                let stems = content(&line.text);
                if stems.iter().any(|stem| beside.contains(stem)) {
                    return None;
                }
                let repeats =
                    stems.iter().any(|stem| !self.names.contains(stem) && self.words.contains_key(stem));
                Some((line, repeats))
            })
            .collect();
        let pool: Vec<&Candidate> =
            fitting.iter().filter(|(_, repeats)| !repeats).map(|(line, _)| line).collect();
        let total: f64 = pool.iter().map(|line| line.weight).sum();
        let mut roll = dice.unit() * total;
        let chosen = pool
            .iter()
            .find(|line| {
                roll -= line.weight;
                roll < 0.0
            })
            .or(pool.last())?;
        let (fact, text) = (chosen.fact.clone(), chosen.text.clone());
        if !fact.is_empty() {
            self.facts.insert(fact);
        }
        self.say(&text);
        Some(text)
    }
}

/// A line as it sounds: a full stop makes no other line of it.
fn spoken(line: &str) -> String {
    line.trim_end_matches(['.', '!', '?']).to_lowercase()
}
