//! Another language: the user's words, and a few neutral ones in that language.

use admint_domain::SceneRole;

use super::{Copywriter, HEADLINE, SceneCopy};
use crate::{
    planner::{
        language::Phrases,
        pace::words,
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
            SceneRole::CallToAction => self.foreign_ending(phrases, title),
            // A hook that begins with the product has named it.
            SceneRole::Reveal
                if (self.facts.brand.is_some() || !self.has_named(&title)) && self.ledger.say(&title) =>
            {
                let most = self.room.most(&[words(&title)], 12, &[]);
                let support = self.own(most).or_else(|| self.neutral(phrases.middles, most));
                SceneCopy { headline: title, support, ..SceneCopy::default() }
            }
            _ => {
                let lines = if role == SceneRole::Hook { phrases.openers } else { phrases.middles };
                let most = self.room.most(&[], 7, &[]);
                let headline = self.own(most).or_else(|| self.neutral(lines, most)).unwrap_or(title);
                let most = if self.room.is_open() { self.room.most(&[words(&headline)], 12, &[]) } else { 0 };
                // Every scene should have words of the user's own.
                let spared = role == SceneRole::Hook && self.own_words.len() <= 2;
                let support = if spared { None } else { self.own(most) };
                SceneCopy { headline, support, ..SceneCopy::default() }
            }
        }
    }

    fn foreign_ending(&mut self, phrases: &'static Phrases, title: String) -> SceneCopy {
        let facts = self.facts;
        let call = self.spec.call_to_action.clone();
        let called = words(&call);
        let offer = self.offer_line();
        let headline = match (offer, &facts.slogan) {
            (Some(offer), _) => offer,
            (None, Some(slogan)) => slogan.clone(),
            (None, None) => {
                let most = self.room.most(&[], 7, &[called]);
                self.neutral(phrases.closers, most).unwrap_or_else(|| title.clone())
            }
        };
        let headed = words(&headline);
        let address = facts.address.clone().or_else(|| facts.phone.clone());
        let address = address.filter(|address| self.room.holds(&[headed, words(address), called]));
        let addressed: Vec<usize> = address.iter().map(|address| words(address)).collect();
        let name = Some(title).filter(|title| {
            headline != *title
                && self.room.holds(&[&[headed, words(title)], &addressed[..], &[called]].concat())
        });
        let before: Vec<usize> = std::iter::once(headed).chain(name.iter().map(|name| words(name))).collect();
        let most = self.room.most(&before, 12, &[called]);
        let support = address
            .or_else(|| facts.slogan.clone().filter(|slogan| *slogan != headline && words(slogan) <= most))
            .or_else(|| facts.second_offer.clone().filter(|offer| words(offer) <= most))
            .or_else(|| self.own(most));
        SceneCopy { headline, name, support, call: Some(call) }
    }

    /// Whether the first of the user's own pieces was the product's name and more.
    fn has_named(&self, title: &str) -> bool {
        let text = self.facts.chunks.first().map(|chunk| chunk.to_lowercase()).unwrap_or_default();
        text.starts_with(&title.to_lowercase())
    }

    /// The next of the user's own pieces, if it has at most so many words; else it waits for another scene.
    fn own(&mut self, most: usize) -> Option<String> {
        while self.own_words.first().is_some_and(|next| words(next) <= most) {
            let next = self.own_words.remove(0);
            if self.ledger.say(&next) {
                return Some(next);
            }
        }
        None
    }

    fn neutral(&mut self, lines: &[&'static str], most: usize) -> Option<String> {
        let start = self.dice.below(lines.len());
        (0..lines.len())
            .map(|offset| lines[(start + offset) % lines.len()])
            .find(|line| !line.is_empty() && words(line) <= most && self.ledger.say(line))
            .map(str::to_owned)
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
