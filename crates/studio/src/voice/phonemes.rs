//! From spelling to sounds: a lexicon for the words it knows, a small network for those it does not.

use std::{collections::HashMap, ops::Range};

use misaki_rs::{Fallback, G2P, Language, fallback::FallbackError};
use rten::{Model, NodeId, Value};

use crate::{StudioError, assets};

/// Reads American English, as the voice speaks it.
pub struct Reader {
    lexicon: G2P,
    /// The model's number for each sound.
    numbers: HashMap<char, i32>,
}

/// One sentence as the acoustic model takes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Sounds {
    /// The pause, 0, at both ends.
    pub numbers: Vec<i32>,
    /// For every word, which of `numbers` are its own; an empty range for a word without a sound.
    pub words: Vec<Range<usize>>,
}

impl Reader {
    pub fn load() -> Result<Self, StudioError> {
        let fallback: Box<dyn Fallback> = Box::new(Speller::load()?);
        let mut lexicon = G2P::with_fallback(Language::EnglishUS, Some(fallback));
        lexicon.unk = String::new();
        let vocabulary = json("vocab.json")?;
        let numbers = vocabulary.as_object().into_iter().flatten().filter_map(|(sound, number)| {
            Some((sound.chars().next()?, i32::try_from(number.as_i64()?).ok()?))
        });
        Ok(Self { lexicon, numbers: numbers.collect() })
    }

    /// `words` are read as one sentence, since words sound as their neighbours want it ("the apple",
    /// "to read"). None of them may be empty or hold a space.
    pub fn read(&self, words: &[&str]) -> Result<Sounds, StudioError> {
        let (_, tokens) = self.lexicon.g2p(&words.join(" ")).map_err(failed)?;
        let mut numbers = vec![0];
        let mut found = vec![0..0; words.len()];
        let mut word = 0;
        for token in &tokens {
            let start = numbers.len();
            let sounds = token.phonemes.as_deref().unwrap_or_default();
            numbers.extend(sounds.chars().filter_map(|sound| self.numbers.get(&sound)));
            // A comma sounds like a pause and belongs to no word.
            let spoken = sounds.chars().any(char::is_alphabetic);
            if let Some(range) = found.get_mut(word).filter(|_| spoken) {
                *range =
                    if Range::is_empty(range) { start..numbers.len() } else { range.start..numbers.len() };
            }
            if !token.whitespace.is_empty() {
                numbers.extend(self.numbers.get(&' '));
                word += 1;
            }
        }
        while numbers.last().is_some_and(|last| self.numbers.get(&' ') == Some(last)) {
            numbers.pop();
        }
        numbers.push(0);
        Ok(Sounds { numbers, words: found })
    }

    /// Whether an English dictionary has the word.
    pub fn knows(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.lexicon.lexicon.get_word(&word, "NN", None, None).is_some()
    }
}

/// Sounds out a word that no dictionary has, letter by letter in context (`oov.onnx`).
struct Speller {
    model: Model,
    letters: NodeId,
    sounds: NodeId,
    numbers: HashMap<char, i32>,
    alphabet: Vec<String>,
    longest: usize,
}

impl Speller {
    fn load() -> Result<Self, StudioError> {
        let table = json("oov.json")?;
        let column = |name: &str| -> Vec<String> {
            let entries = table[name].as_array().into_iter().flatten();
            entries.filter_map(|entry| Some(entry.as_str()?.to_owned())).collect()
        };
        let letters = column("in");
        // 0 is the network's blank, in and out.
        let numbers = letters.iter().filter_map(|letter| letter.chars().next()).zip(1..).collect();
        let model = Model::load(assets::voice("oov.onnx").ok_or(StudioError::NoVoice)?).map_err(failed)?;
        Ok(Self {
            letters: model.node_id("chars").map_err(failed)?,
            sounds: model.node_id("ids").map_err(failed)?,
            model,
            numbers,
            alphabet: column("out"),
            longest: table["maxlen"].as_u64().unwrap_or(24) as usize,
        })
    }

    fn spell(&self, word: &str) -> Result<String, StudioError> {
        let letters: Vec<i32> =
            word.chars().filter_map(|letter| self.numbers.get(&letter)).take(self.longest).copied().collect();
        if letters.is_empty() {
            return Ok(String::new());
        }
        let input = Value::from_shape(&[1, letters.len()], letters).map_err(failed)?;
        let [output] =
            self.model.run_n(vec![(self.letters, input.into())], [self.sounds], None).map_err(failed)?;
        let output = output.into_tensor::<i32>().map(|tensor| tensor.into_data()).unwrap_or_default();
        // Connectionist temporal classification: repeats are one sound, blanks are none.
        let mut before = 0;
        let mut sounds = String::new();
        for number in output {
            if number != before && number > 0 {
                sounds.extend(self.alphabet.get(number as usize - 1).map(String::as_str));
            }
            before = number;
        }
        Ok(sounds)
    }
}

impl Fallback for Speller {
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        self.spell(word).map_err(|_| FallbackError::NoPhonemes { word: word.to_owned() })
    }
}

fn json(file: &str) -> Result<serde_json::Value, StudioError> {
    serde_json::from_slice(&assets::voice(file).ok_or(StudioError::NoVoice)?).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> StudioError {
    StudioError::Voice(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reader: &Reader, text: &str, expected: &str) {
        let words: Vec<&str> = text.split(' ').collect();
        let sounds = reader.read(&words).unwrap();
        let letter = |number: &i32| {
            reader.numbers.iter().find(|(_, wanted)| *wanted == number).map_or('_', |(letter, _)| *letter)
        };
        let inner = &sounds.numbers[1..sounds.numbers.len() - 1];
        assert_eq!(inner.iter().map(letter).collect::<String>(), expected, "{text}");
        assert_eq!(sounds.words.len(), words.len());
    }

    #[test]
    fn sentences_sound_as_the_voice_learned_them() {
        let reader = Reader::load().unwrap();
        check(&reader, "Meet Northwind cold brew.", "mˈit nˈɔɹθwɪnd kˈOld bɹˈu.");
        check(&reader, "Still putting up with dull skin?", "stˈɪl pˈʊTɪŋ ˌʌp wɪð dˈʌl skˈɪn?");
        check(&reader, "Order today and save twenty percent.", "ˈɔɹdəɹ tədˈA ænd sˈAv twˈɛnti pəɹsˈɛnt.");
    }

    #[test]
    fn every_word_has_its_own_sounds_in_order() {
        let reader = Reader::load().unwrap();
        let sounds = reader.read(&["The", "well-known", "it\u{2019}s,", "AdMint!"]).unwrap();
        assert!(sounds.words.iter().all(|word| !word.is_empty()), "{sounds:?}");
        assert!(sounds.words.windows(2).all(|pair| pair[0].end <= pair[1].start), "{sounds:?}");
        assert_eq!((sounds.numbers.first(), sounds.numbers.last()), (Some(&0), Some(&0)));
    }

    #[test]
    fn words_of_no_dictionary_are_sounded_out() {
        let reader = Reader::load().unwrap();
        let sounds = reader.read(&["Zorblaxify", "Qwenta"]).unwrap();
        assert!(sounds.words.iter().all(|word| word.len() >= 4), "{sounds:?}");
        assert!(!reader.knows("Zorblaxify") && reader.knows("coffee"));
    }

    #[test]
    fn text_that_looks_like_markup_is_read_and_never_obeyed() {
        let reader = Reader::load().unwrap();
        for word in ["[", "]", "(", "***", "#", "\u{1f680}", "\u{4f60}\u{597d}", "a\u{301}"] {
            let sounds = reader.read(&["buy", word, "now"]).unwrap();
            assert!(!sounds.words[0].is_empty() && !sounds.words[2].is_empty(), "{word:?}: {sounds:?}");
        }
    }
}
