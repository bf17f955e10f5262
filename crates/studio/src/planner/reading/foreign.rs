//! Prompts in a language without rules here: a name where one can be told, and the first words.

use super::{Facts, phrase::shortened};

impl Facts {
    pub(super) fn read_foreign(&mut self) {
        let first = self.chunks.first().cloned().unwrap_or_default();
        let words: Vec<&str> = first.split_whitespace().collect();
        if !self.product.is_empty() {
            return;
        }
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
