//! Another language: the user's words, and a few neutral ones in that language.

use admint_domain::SceneRole;

use super::{Copywriter, HEADLINE, SceneCopy};
use crate::{
    planner::{
        language::Phrases,
        reading::{Facts, LITTLE_WORDS, capitalised, shortened},
    },
    text,
};

/// Most letters of a line in a script that sets no spaces.
const UNSPACED: usize = 14;

impl Copywriter<'_> {
    pub(super) fn foreign(&mut self, role: SceneRole) -> SceneCopy {
        let Some(phrases) = self.facts.phrases else { return SceneCopy::default() };
        let title = self.title();
        match role {
            SceneRole::Hook => {
                let headline = self.own().unwrap_or_else(|| self.neutral(&phrases.openers));
                let support = self.own();
                SceneCopy { headline, support, ..SceneCopy::default() }
            }
            SceneRole::CallToAction => self.foreign_ending(phrases, title),
            SceneRole::Reveal if self.ledger.say(&title) => {
                let support = self.own().or_else(|| Some(self.neutral(&phrases.middles)));
                SceneCopy { headline: title, support, ..SceneCopy::default() }
            }
            _ => {
                let headline = self.own().unwrap_or_else(|| self.neutral(&phrases.middles));
                let support = self.own();
                SceneCopy { headline, support, ..SceneCopy::default() }
            }
        }
    }

    fn foreign_ending(&mut self, phrases: &'static Phrases, title: String) -> SceneCopy {
        let facts = self.facts;
        let headline = match (&self.spec.offer, &facts.slogan) {
            (Some(offer), _) => offer.clone(),
            (None, Some(slogan)) => slogan.clone(),
            (None, None) => self.neutral(&phrases.closers),
        };
        let support = facts
            .address
            .clone()
            .or_else(|| facts.phone.clone())
            .or_else(|| facts.slogan.clone().filter(|slogan| *slogan != headline))
            .or_else(|| facts.second_offer.clone())
            .or_else(|| self.own());
        let name = (headline != title).then_some(title);
        SceneCopy { headline, name, support, call: Some(self.spec.call_to_action.clone()) }
    }

    /// The next of the user's own pieces.
    fn own(&mut self) -> Option<String> {
        while !self.own_words.is_empty() {
            let next = self.own_words.remove(0);
            if self.ledger.say(&next) {
                return Some(next);
            }
        }
        None
    }

    fn neutral(&mut self, lines: &[&'static str]) -> String {
        let start = self.dice.below(lines.len());
        let unsaid = (0..lines.len())
            .map(|offset| lines[(start + offset) % lines.len()])
            .find(|line| !line.is_empty() && self.ledger.say(line));
        unsaid.map_or_else(|| self.title(), str::to_owned)
    }
}

/// The prompt in pieces that fit a headline, in order, cut before little words.
pub fn own_words(facts: &Facts) -> Vec<String> {
    let mut pieces = Vec::new();
    for chunk in &facts.chunks {
        let words: Vec<&str> = chunk.split_whitespace().collect();
        if words.len() <= 1 || chunk.chars().count() > words.len() * 16 {
            pieces.extend(unspaced(chunk));
        } else {
            pieces.extend(spaced(&words));
        }
    }
    pieces.retain(|piece| !text::readable(piece).is_empty());
    for piece in &mut pieces {
        *piece = capitalised(piece);
    }
    pieces.truncate(10);
    pieces
}

/// Groups of at most six words; a group ends before a little word where it can.
fn spaced(words: &[&str]) -> Vec<String> {
    let is_little = |word: &str| LITTLE_WORDS.contains(&word.to_lowercase().as_str());
    let mut groups: Vec<String> = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let most = rest.len().min(6);
        let mut take = most;
        if rest.len() > most {
            // From the longest cut down to two words: where the next word is little and the last is not.
            take = (2..=most)
                .rev()
                .find(|&at| is_little(rest[at]) && !is_little(rest[at - 1]))
                .or_else(|| (2..=most).rev().find(|&at| !is_little(rest[at - 1])))
                .unwrap_or(most);
            // No lone word at the end.
            if rest.len() - take == 1 && take > 2 && !is_little(rest[take - 2]) {
                take -= 1;
            }
        }
        groups.push(shortened(&rest[..take].join(" "), 7, HEADLINE));
        rest = &rest[take..];
    }
    groups
}

/// A script without spaces, or one endless word: cut after a particle near the middle of what fits.
fn unspaced(chunk: &str) -> Vec<String> {
    const AFTER: &[char] = &[
        '\u{3092}', '\u{306b}', '\u{306f}', '\u{304c}', '\u{3067}', '\u{3068}', '\u{3082}', '\u{3078}',
        '\u{7684}', '\u{548c}', '\u{4e86}',
    ];
    let mut pieces = Vec::new();
    for part in chunk.split_whitespace() {
        let letters: Vec<char> = part.chars().collect();
        let mut rest = letters.as_slice();
        while rest.len() > UNSPACED + 2 {
            let cut = (4..=UNSPACED).rev().find(|&at| AFTER.contains(&rest[at - 1])).unwrap_or_else(|| {
                let count = rest.len().div_ceil(UNSPACED);
                rest.len().div_ceil(count)
            });
            // A combining sign stays with its letter.
            let mut cut = cut;
            while cut < rest.len() && is_mark(rest[cut]) {
                cut += 1;
            }
            pieces.push(rest[..cut].iter().collect());
            rest = &rest[cut..];
        }
        if !rest.is_empty() {
            pieces.push(rest.iter().collect());
        }
    }
    pieces
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{93a}'..='\u{94f}' | '\u{3099}' | '\u{309a}' | '\u{30fc}')
}
