//! What a prompt says: product, brand, audience, benefit, pain, offer, address. Rules, no model.

use admint_domain::{Rgb, Tone};

use super::{
    language::{self, Phrases},
    topics::Topics,
};

mod address;
mod colors;
mod command;
mod emoji;
mod english;
mod foreign;
mod labels;
mod markup;
pub mod money;
mod naming;
mod offer;
mod phrase;
mod segments;
mod testimonial;
mod tone;
mod when;
mod words;

use self::{
    address::{brand_of_address, take_address, take_phone},
    colors::take_colors,
    labels::{Label, labelled},
    markup::{chunks, take_quoted, tidy, unshouted, without_markup},
    naming::without_possessive,
    offer::take_offer,
    testimonial::take_testimonial,
    tone::stated_tone,
    when::{occasion, take_when},
};
pub use self::{
    phrase::{LITTLE_WORDS, capitalised, lowered, shortened, without_article},
    testimonial::Testimonial,
    words::{bare, is_people, mentions},
};

/// What the audience is said to feel about a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Want,
    Need,
    Love,
    Miss,
}

/// Everything the planner takes from the prompt. Texts are the user's own words, tidied.
#[derive(Clone)]
pub struct Facts {
    /// The prompt without mark-up and addresses.
    pub plain: String,
    pub english: bool,
    /// Set where the ad speaks another language.
    pub phrases: Option<&'static Phrases>,
    pub product: String,
    pub brand: Option<String>,
    /// A sentence in quotation marks, kept as it stands.
    pub slogan: Option<String>,
    pub testimonial: Option<Testimonial>,
    pub audience: Option<String>,
    /// What they do, as after "who": "work late".
    pub situation: Option<String>,
    pub wish: Option<(Wish, String)>,
    /// "cozy evenings", from "for cozy evenings".
    pub purpose: Option<String>,
    /// A clause that can stand alone: "keeps drinks cold".
    pub benefit: Option<String>,
    /// The same as something the customer does: "track habits".
    pub gain: Option<String>,
    /// A whole clause about others: "Your kids sleep better".
    pub result: Option<String>,
    /// The question that the prompt opens with.
    pub question: Option<String>,
    /// What it can be asked to do in the imperative: "adopt a rescue dog".
    pub deed: Option<String>,
    pub features: Vec<String>,
    /// What is not in it: "sugar".
    pub absent: Vec<String>,
    /// Whatever it lists that fits on a card, in the prompt's order: "Safe paint", "No sugar".
    pub points: Vec<String>,
    /// A noun phrase: "bitter iced coffee".
    pub pain: Option<String>,
    /// What follows "struggling to".
    pub struggle: Option<String>,
    pub offer: Option<String>,
    pub second_offer: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub place: Option<String>,
    /// Whether the place is where it comes from, not where it is.
    pub origin: bool,
    /// "Saturday 14 June at 7pm".
    pub when: Option<String>,
    /// "Mother's Day".
    pub occasion: Option<String>,
    /// Other short phrases: "handmade in Lisbon".
    pub asides: Vec<String>,
    pub call: Option<String>,
    /// The brand's, the main one first.
    pub colors: Vec<Rgb>,
    pub tone: Option<Tone>,
    pub transforms: bool,
    /// Times, seasons, temperatures and the like that the prompt speaks of.
    pub topics: Topics,
    /// The prompt cut at its punctuation.
    pub chunks: Vec<String>,
}

impl Facts {
    pub fn read(prompt: &str) -> Self {
        let text = unshouted(&without_markup(prompt));
        let (text, address) = take_address(&text);
        let (text, colors) = take_colors(&text);
        let (text, labels) = labelled(&text);
        // The product's own line is the sentence to read, where there is no other.
        let text = match labels.iter().find(|(label, _)| *label == Label::Product) {
            Some((_, product)) if text.is_empty() => product.clone(),
            _ => text,
        };
        let (text, phone) = take_phone(&text);
        let (text, testimonial) = take_testimonial(&text);
        let quoted = take_quoted(&text);
        let (text, offer) = take_offer(&quoted.rest);
        let (text, second_offer) = if offer.is_some() { take_offer(&text) } else { (text, None) };
        let language = language::detect(&tidy(&format!("{text} {}", all(&labels))));
        let (text, when) = if language.is_none() { take_when(&text) } else { (text, None) };
        let plain = tidy(&text);
        let mut facts = Self {
            english: language.is_none(),
            phrases: language,
            product: String::new(),
            brand: quoted.name,
            slogan: quoted.slogan,
            testimonial,
            audience: None,
            situation: None,
            wish: None,
            purpose: None,
            benefit: None,
            gain: None,
            result: None,
            question: None,
            deed: None,
            features: Vec::new(),
            absent: Vec::new(),
            points: Vec::new(),
            pain: None,
            struggle: None,
            offer,
            second_offer,
            address,
            phone,
            place: None,
            origin: false,
            when,
            occasion: occasion(&plain),
            asides: Vec::new(),
            call: None,
            colors,
            tone: stated_tone(&format!("{plain} {}", all(&labels)).to_lowercase()),
            transforms: false,
            topics: Topics::default(),
            chunks: chunks(&plain),
            plain,
        };
        facts.read_labels(&labels);
        if facts.english {
            facts.read_english()
        } else {
            facts.read_foreign()
        }
        if !labels.is_empty() {
            facts.plain = tidy(&format!("{} {}", facts.plain, said(&labels)));
        }
        facts.topics = Topics::of_prompt(&format!("{} {}", facts.plain, facts.when.as_deref().unwrap_or("")));
        facts.settle_names(prompt);
        facts
    }

    /// What the ad calls it: the brand if there is one.
    pub fn title(&self) -> String {
        match &self.brand {
            Some(brand) => brand.clone(),
            None => capitalised(&self.product),
        }
    }

    fn read_labels(&mut self, labels: &[(Label, String)]) {
        for (label, value) in labels {
            let value = tidy(value);
            let first = value.split(['.', ';', '\n']).next().unwrap_or("").trim().to_owned();
            match label {
                Label::Product if self.english => {}
                Label::Product => self.product = shortened(&first, 4, 32),
                Label::Brand => self.brand = Some(shortened(&value, 4, 30)),
                Label::Audience => self.audience = Some(shortened(&first.to_lowercase(), 6, 40)),
                Label::Benefit => self.benefit = Some(shortened(&first, 9, 56)),
                Label::Pain => self.pain = Some(shortened(&phrase::lowered(&first), 5, 36)),
                Label::Offer => self.offer = Some(capitalised(&shortened(&first, 7, 40))),
                Label::Call => self.call = Some(shortened(&first, 4, 26)),
                Label::Slogan => self.slogan = Some(value.trim().to_owned()),
                Label::Place => self.place = Some(shortened(&value, 3, 26)),
                Label::Direction => {}
            }
        }
    }

    /// The brand and the product, where the sentence itself named only one of them or none.
    fn settle_names(&mut self, prompt: &str) {
        if self.brand.is_none() {
            self.brand = self.address.as_deref().and_then(brand_of_address);
        }
        let wordless = !self.plain.chars().any(char::is_alphabetic);
        if wordless && let Some(product) = emoji::product(prompt) {
            self.product = product.to_owned();
            self.english = true;
            self.phrases = None;
        }
        if self.product.is_empty() {
            self.product = self.brand.clone().unwrap_or_else(|| shortened(&self.plain, 3, 24));
        }
        if self.product.trim().is_empty() {
            self.product = "This".to_owned();
        }
        self.product = naming::spelt(&self.product);
        if let Some(purpose) = &mut self.purpose
            && let Some(rest) = purpose.strip_prefix("you're ")
        {
            *purpose = format!("your {rest}");
        }
        // The brand is said for itself; the product is what remains.
        if let Some(brand) = &self.brand {
            let name: Vec<String> = brand.to_lowercase().split_whitespace().map(String::from).collect();
            let is_name =
                |word: &str| name.iter().any(|part| without_possessive(&word.to_lowercase()) == *part);
            let words: Vec<&str> = self.product.split_whitespace().collect();
            let led = words.iter().take_while(|word| is_name(word)).count();
            let trailing = words[led..].iter().rev().take_while(|word| is_name(word)).count();
            let rest = &words[led..words.len() - trailing];
            if !rest.is_empty() {
                self.product = rest.join(" ");
            }
        }
    }
}

fn all(labels: &[(Label, String)]) -> String {
    labels.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(". ")
}

/// What labels say to viewers.
fn said(labels: &[(Label, String)]) -> String {
    let values =
        labels.iter().filter(|(label, _)| *label != Label::Direction).map(|(_, value)| value.as_str());
    values.collect::<Vec<_>>().join(". ")
}
