//! What words mean that the lexicon does not hold: sentence embeddings by all-MiniLM-L6-v2.
//!
//! Reimers and Gurevych 2019, "Sentence-BERT": a text is the mean of its pieces' vectors, brought to length
//! one; two texts are as alike as the cosine between theirs. The packaged model has eight-bit weights; it and
//! its tokenizer are loaded once, when a prompt first needs them, and everything here answers `None` or
//! `false` where their files are missing.

use std::sync::OnceLock;

use rten::{Model, NodeId, Value};

use super::{
    lexicon::{CATEGORIES, Category},
    pieces::Pieces,
};
use crate::assets;

/// What things of each kind are called, as `category: name, name` lines.
const GLOSSES: &str = include_str!("glosses.txt");
/// The names' vectors by this very model, row by row, each scaled so that its largest number is 127: to work
/// them out anew would take seconds.
const VECTORS: &[u8] = include_bytes!("glosses.vectors");

/// Numbers in a text's vector.
const WIDTH: usize = 384;
/// More pieces of a text are not read.
const LONGEST: usize = 48;
/// Below this cosine a text is like no category.
const LIKE_NOTHING: f32 = 0.2;

type Vector = [f32; WIDTH];

struct Meaning {
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
}

/// The category whose glosses mean most nearly what the product's name and its sentence say.
pub fn nearest_category(product: &str, text: &str) -> Option<&'static Category> {
    let meaning = meaning()?;
    // The product says what it is, the sentence what it is for.
    let product = meaning.embed(product)?;
    let text = meaning.embed(text)?;
    let likeness = |gloss: &Vector| 0.7 * cosine(&product, gloss) + 0.3 * cosine(&text, gloss);
    let (key, best) = glosses()
        .map(|(key, _, gloss)| (key, likeness(&gloss)))
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    if best < LIKE_NOTHING {
        return None;
    }
    CATEGORIES.iter().find(|category| category.key == key)
}

/// Whether the model's files are packaged and can be read.
pub fn is_there() -> bool {
    pieces().is_some() && assets::minilm_model().is_some_and(|model| Model::load(model).is_ok())
}

/// Whether a word is so common in English that the model has a token of its own for it: no brand's name.
pub fn is_english_word(word: &str) -> bool {
    word.chars().count() > 2 && pieces().is_some_and(|pieces| pieces.holds(word))
}

fn pieces() -> Option<&'static Pieces> {
    static PIECES: OnceLock<Option<Pieces>> = OnceLock::new();
    PIECES.get_or_init(|| Pieces::read(&assets::minilm_tokenizer()?)).as_ref()
}

fn meaning() -> Option<&'static Meaning> {
    static MEANING: OnceLock<Option<Meaning>> = OnceLock::new();
    MEANING.get_or_init(Meaning::load).as_ref()
}

impl Meaning {
    fn load() -> Option<Self> {
        let model = Model::load(assets::minilm_model()?).ok()?;
        let node = |name| model.node_id(name).ok();
        let inputs = [node("input_ids")?, node("attention_mask")?, node("token_type_ids")?];
        let output = *model.output_ids().first()?;
        Some(Self { model, inputs, output })
    }

    fn embed(&self, text: &str) -> Option<Vector> {
        let ids = pieces()?.of(text, LONGEST);
        let count = ids.len();
        let row = |values: Vec<i32>| Value::from_shape(&[1, count], values).ok();
        let inputs = vec![
            (self.inputs[0], row(ids)?.into()),
            (self.inputs[1], row(vec![1; count])?.into()),
            (self.inputs[2], row(vec![0; count])?.into()),
        ];
        let [output] = self.model.run_n(inputs, [self.output], None).ok()?;
        let values = output.into_tensor::<f32>()?.into_data();
        if values.len() != count * WIDTH {
            return None;
        }
        let mut mean = [0.0; WIDTH];
        for piece in values.chunks_exact(WIDTH) {
            for (sum, value) in mean.iter_mut().zip(piece) {
                *sum += value;
            }
        }
        Some(of_length_one(mean))
    }
}

/// Every gloss: its category's key, its words and its vector.
fn glosses() -> impl Iterator<Item = (&'static str, &'static str, Vector)> {
    let names = GLOSSES
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(key, names)| names.split(", ").map(move |name| (key, name)));
    names
        .zip(VECTORS.as_chunks::<WIDTH>().0)
        .map(|((key, name), row)| (key, name, of_length_one(row.map(|byte| f32::from(byte as i8)))))
}

fn of_length_one(vector: Vector) -> Vector {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::EPSILON);
    vector.map(|value| value / length)
}

fn cosine(one: &Vector, other: &Vector) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::{kind, reading::Facts};

    /// Phrases with words that the lexicon does not hold, and the category that people would choose.
    const LABELLED: &str = include_str!("tests/unmet_words.txt");

    fn labelled() -> impl Iterator<Item = (&'static str, &'static str)> {
        LABELLED.lines().filter_map(|line| line.split_once(" = "))
    }

    #[test]
    fn words_never_met_find_their_category() {
        let (mut with, mut without, mut missed) = (0, 0, Vec::new());
        for (phrase, key) in labelled() {
            let facts = Facts::read(phrase);
            let found = kind::of(&facts).key;
            with += usize::from(found == key);
            without +=
                usize::from(kind::by_words(&facts.plain, &facts.product).1.is_some_and(|c| c.key == key));
            if found != key {
                missed.push(format!("{phrase}: {found}, not {key}"));
            }
        }
        let count = labelled().count();
        println!("{with} of {count} with the model, {without} without; {missed:#?}");
        assert!(count >= 60);
        assert!(with * 100 >= count * 50, "{with} of {count}: {missed:#?}");
        assert!(without * 100 <= count * 25, "the lexicon holds these words: {without} of {count}");
    }

    #[test]
    fn a_text_means_the_same_every_time_and_is_most_like_itself() {
        let meaning = meaning().expect("set-up fetches the model");
        let (soup, again) = (meaning.embed("lentil soup").unwrap(), meaning.embed("lentil soup").unwrap());
        assert_eq!(soup, again);
        assert!((cosine(&soup, &again) - 1.0).abs() < 1e-4);
        let near = cosine(&soup, &meaning.embed("hot bean stew").unwrap());
        let far = cosine(&soup, &meaning.embed("car insurance").unwrap());
        assert!(near > far + 0.2, "{near} {far}");
    }

    #[test]
    fn every_gloss_has_its_category_and_every_category_a_gloss() {
        assert_eq!(glosses().count() * WIDTH, VECTORS.len());
        for (key, ..) in glosses() {
            assert!(CATEGORIES.iter().any(|category| category.key == key), "{key}");
        }
        for category in CATEGORIES.iter().filter(|category| category.key != "generic") {
            assert!(glosses().any(|(key, ..)| key == category.key), "{}", category.key);
        }
    }

    #[test]
    fn the_stored_vectors_are_this_models() {
        let meaning = meaning().expect("set-up fetches the model");
        for (_, name, stored) in glosses().step_by(37) {
            let likeness = cosine(&stored, &meaning.embed(name).unwrap());
            assert!(likeness > 0.97, "{name}: {likeness}");
        }
    }

    #[test]
    fn common_words_are_told_from_names() {
        assert!(is_english_word("emergency") && is_english_word("grandma"));
        assert!(!is_english_word("northwind") && !is_english_word("ledgerly"));
    }
}
