//! Words cut into the pieces that the sentence model reads: WordPiece, in small letters.
//!
//! Devlin and others 2018, "BERT": a word that is not in the vocabulary is the longest piece of it that
//! is, then the longest of what remains, marked `##`.

use std::collections::HashMap;

/// Longer words are noise.
const LONGEST_WORD: usize = 40;

pub struct Pieces {
    vocabulary: HashMap<String, i32>,
    first: i32,
    last: i32,
    unknown: i32,
}

impl Pieces {
    /// From a `tokenizer.json`, whose `model.vocab` gives every piece its number.
    pub fn read(json: &str) -> Option<Self> {
        let file: serde_json::Value = serde_json::from_str(json).ok()?;
        let listed = file.get("model")?.get("vocab")?.as_object()?;
        let vocabulary: HashMap<String, i32> = listed
            .iter()
            .filter_map(|(piece, id)| Some((piece.clone(), i32::try_from(id.as_i64()?).ok()?)))
            .collect();
        let id = |piece: &str| vocabulary.get(piece).copied();
        let (first, last, unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        Some(Self { vocabulary, first, last, unknown })
    }

    /// Whether the word is one piece.
    pub fn holds(&self, word: &str) -> bool {
        self.vocabulary.contains_key(word)
    }

    /// At most `most` numbers, those of the beginning and the end included.
    pub fn of(&self, text: &str, most: usize) -> Vec<i32> {
        let mut ids = vec![self.first];
        for word in words(text) {
            self.cut(&word, &mut ids);
        }
        ids.truncate(most.saturating_sub(1));
        ids.push(self.last);
        ids
    }

    fn cut(&self, word: &str, ids: &mut Vec<i32>) {
        let letters: Vec<char> = word.chars().collect();
        let (start, mut from) = (ids.len(), 0);
        while from < letters.len() && letters.len() <= LONGEST_WORD {
            let found = (from + 1..=letters.len()).rev().find_map(|to| {
                let mark = if from > 0 { "##" } else { "" };
                let piece: String = mark.chars().chain(letters[from..to].iter().copied()).collect();
                Some((to, *self.vocabulary.get(&piece)?))
            });
            let Some((to, id)) = found else { break };
            ids.push(id);
            from = to;
        }
        if from < letters.len() {
            ids.truncate(start);
            ids.push(self.unknown);
        }
    }
}

/// Runs of letters and digits, and every other sign by itself.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars().flat_map(char::to_lowercase).map(plain) {
        match (c.is_alphanumeric(), open) {
            (true, true) => words.last_mut().expect("a word is open").push(c),
            (true, false) => words.push(c.to_string()),
            (false, _) if c.is_whitespace() => {}
            (false, _) => words.push(c.to_string()),
        }
        open = c.is_alphanumeric();
    }
    words
}

/// The model has never seen accents.
fn plain(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_their_longest_pieces() {
        let json = r###"{"model": {"vocab": {"[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "cafe": 4, "tea": 5,
            "##pot": 6, "##p": 7, ",": 8}}}"###;
        let pieces = Pieces::read(json).unwrap();
        assert_eq!(pieces.of("Café, teapot", 48), [1, 4, 8, 5, 6, 2]);
        assert_eq!(pieces.of("teapots tea", 48), [1, 3, 5, 2]);
        assert_eq!(pieces.of("tea tea tea tea", 4), [1, 5, 5, 2]);
        assert!(pieces.holds("tea") && !pieces.holds("pot"));
    }
}
