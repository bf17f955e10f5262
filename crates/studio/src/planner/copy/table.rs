//! The lines that suit any product of a category, from `lines.txt`.
//!
//! A section begins with `# category`; a line is its use, at times what it needs, and the words:
//! `hook @chocolate,praline Listen for the snap | Then let it melt.` stands only in ads whose prompt
//! speaks of chocolate or pralines, `@!sushi` only where it does not speak of sushi. A `desire+` says
//! enough by its headline to stand under another; a `desire` without the sign needs its second line.

use crate::planner::{reading::mentions, topics::Topics};

const LINES: &str = include_str!("lines.txt");

/// A headline and the line under it.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub headline: &'static str,
    /// Empty for an end card's headline.
    pub support: &'static str,
    /// Whether the headline may stand under another.
    pub alone: bool,
    needs: &'static str,
    pub topics: Topics,
}

#[derive(Debug, Default)]
pub struct Table {
    /// Opens an ad that begins with a problem.
    pub pains: Vec<Pair>,
    /// Opens an ad that begins with attention.
    pub hooks: Vec<Pair>,
    /// Why it is wanted.
    pub desires: Vec<Pair>,
    /// Why it can be believed.
    pub proofs: Vec<Pair>,
    /// The end card's headline.
    pub closers: Vec<Pair>,
}

impl Table {
    pub fn of(category: &str) -> Self {
        let mut table = Self::default();
        let section = LINES
            .split("\n\n")
            .find(|section| section.lines().next().and_then(|line| line.strip_prefix("# ")) == Some(category))
            .unwrap_or("");
        for line in section.lines().skip(1) {
            let Some((kind, rest)) = line.split_once(' ') else { continue };
            let (needs, words) = match rest.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
                Some((needs, words)) => (needs, words),
                None => ("", rest),
            };
            let (headline, support) = words.split_once(" | ").unwrap_or((words, ""));
            let pair =
                Pair { headline, support, alone: kind.ends_with('+'), needs, topics: Topics::of(words) };
            match kind {
                "pain" => table.pains.push(pair),
                "hook" => table.hooks.push(pair),
                "desire" | "desire+" => table.desires.push(pair),
                "proof" => table.proofs.push(pair),
                "closer" => table.closers.push(pair),
                _ => {}
            }
        }
        table
    }

    /// Only lines that can stand in an ad for this prompt (lower case).
    pub fn fitting(mut self, prompt: &str, topics: Topics) -> Self {
        for pairs in
            [&mut self.pains, &mut self.hooks, &mut self.desires, &mut self.proofs, &mut self.closers]
        {
            pairs.retain(|pair| pair.suits(prompt) && pair.topics.fits(topics));
        }
        self
    }

    /// Every line, for the tests.
    #[cfg(test)]
    pub fn all(&self) -> impl Iterator<Item = &Pair> {
        self.pains.iter().chain(&self.hooks).chain(&self.desires).chain(&self.proofs).chain(&self.closers)
    }
}

impl Pair {
    fn suits(&self, prompt: &str) -> bool {
        match self.needs.strip_prefix('!') {
            Some(barred) => !barred.split(',').any(|word| mentions(prompt, &word.replace('_', " "))),
            None => {
                self.needs.is_empty()
                    || self.needs.split(',').any(|word| mentions(prompt, &word.replace('_', " ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::planner::{CATEGORIES, copy::words::content};

    #[test]
    fn every_category_has_enough_lines_and_none_twice() {
        for category in CATEGORIES {
            let table = Table::of(category.key);
            for (name, count) in [
                ("hooks", table.hooks.len()),
                ("desires", table.desires.len()),
                ("proofs", table.proofs.len()),
                ("closers", table.closers.len()),
            ] {
                assert!(count >= 6, "{}: {count} {name}", category.key);
            }
            assert!(table.pains.len() >= 3, "{}", category.key);
            let mut seen = HashSet::new();
            for line in
                table.all().flat_map(|pair| [pair.headline, pair.support]).filter(|line| !line.is_empty())
            {
                assert!(seen.insert(line), "{}: `{line}` twice", category.key);
            }
        }
    }

    #[test]
    fn lines_keep_their_limits_and_repeat_no_word() {
        for category in CATEGORIES {
            for pair in Table::of(category.key).all() {
                assert!(pair.headline.split_whitespace().count() <= 7, "{}", pair.headline);
                assert!(pair.support.split_whitespace().count() <= 10, "{}", pair.support);
                let shared: Vec<String> = content(pair.headline)
                    .into_iter()
                    .filter(|word| content(pair.support).contains(word))
                    .collect();
                assert!(shared.is_empty(), "{} | {}: {shared:?}", pair.headline, pair.support);
            }
        }
    }

    #[test]
    fn a_line_that_needs_a_word_waits_for_it() {
        let hooks =
            |prompt: &str| Table::of("chocolate").fitting(prompt, Topics::of_prompt(prompt)).hooks.len();
        assert!(hooks("dark chocolate with sea salt") > hooks("marzipan"));
    }
}
