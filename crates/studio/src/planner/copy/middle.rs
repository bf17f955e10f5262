//! The middle: the product comes in, what it gives, and why that can be believed.

use admint_domain::Framework;

use super::{
    Copywriter, SceneCopy, business::Business, choice::Lines, facts::shorter, grammar, grammar::Number,
};
use crate::planner::{
    pace::words,
    reading::{capitalised, lowered, shortened},
};

impl Copywriter<'_> {
    pub(super) fn reveal(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        let mut supports = Lines::default();
        match self.facts.brand.clone() {
            Some(brand) => {
                let brand = shortened(&brand, 4, 30);
                for (weight, line) in [
                    (0.8, format!("Meet {brand}")),
                    (0.3, format!("Say hello to {brand}")),
                    (0.8, format!("This is {brand}")),
                    (0.8, format!("Now there is {brand}")),
                    (0.5, format!("{brand} is here")),
                    (0.5, format!("It is called {brand}")),
                ] {
                    lines.add(weight, "", line);
                }
                if self.spec.framework == Framework::Pas && self.facts.pain.is_some() {
                    // The scene before it said what.
                    lines.add(1.5, "", format!("{brand} changes that"));
                    lines.add(1.0, "", format!("That is what {brand} is for"));
                    lines.add(1.0, "", format!("The answer is {brand}"));
                }
                match self.business {
                    Business::Venue => {
                        lines.add(2.0, "", format!("Welcome to {brand}"));
                        lines.add(1.0, "", format!("Step inside {brand}"));
                    }
                    Business::Event => lines.add(3.0, "", format!("Welcome to {brand}")),
                    Business::App => lines.add(0.6, "", format!("Open {brand}")),
                    _ => lines.add(0.6, "", format!("Here comes {brand}")),
                }
                self.brand_with_a_fact(&brand, &mut lines);
                self.introduction(&mut supports, 6.0);
                if !self.is_only_a_name() {
                    let what = capitalised(&grammar::with_article(&self.spec.product));
                    supports.add(0.4, "introduced", format!("{what}."));
                }
            }
            None => self.introduce_product(&mut lines),
        }
        supports.0.extend(self.details(3.0).0);
        if lines.0.is_empty() {
            lines.add(1.0, "", self.title());
        }
        self.scene_of(lines.0, &[], supports, None)
    }

    /// The name and what it stands for: "Volt running shoes", "Volt, for beginners".
    fn brand_with_a_fact(&self, brand: &str, lines: &mut Lines) {
        let facts = self.facts;
        if !self.is_only_a_name() {
            let product = self.lowered_product();
            if self.business == Business::Goods {
                lines.add(2.0, "introduced", format!("{brand} {product}"));
            }
            if grammar::number(&product) == Number::One && self.business != Business::Cause {
                lines.add(1.2, "introduced", format!("{brand}, {}", grammar::with_article(&product)));
            }
        }
        if let Some(audience) = self.audience_in_full() {
            lines.add(1.5, &self.audience_fact(), format!("{brand}, for {audience}"));
        }
        if let Some(purpose) = &facts.purpose {
            lines.add(1.5, "purpose", format!("{brand}, for {purpose}"));
        }
        if let Some(place) = self.place() {
            lines.add(1.2, "place", format!("{brand}, {place}"));
        }
        for (index, feature) in facts.features.iter().enumerate().take(2) {
            lines.add(1.2, &format!("feature {index}"), format!("{brand}, with {feature}"));
        }
        let third = |clause: &&String| {
            clause.split(' ').next().is_some_and(|verb| verb.ends_with('s') && !verb.ends_with("ss"))
        };
        if let Some(benefit) = facts.benefit.as_ref().filter(third).filter(|_| facts.gain.is_none()) {
            lines.add(1.5, "benefit", format!("{brand} {benefit}"));
        }
    }

    /// Headlines for a product without a name.
    fn introduce_product(&self, lines: &mut Lines) {
        let product = shortened(&self.lowered_product(), 4, 34);
        let cap = capitalised(&product);
        if self.spec.product == "This" {
            lines.add(1.0, "", "Here it is".to_owned());
            lines.add(1.0, "", "This is it".to_owned());
            return;
        }
        lines.add(2.0, "", cap.clone());
        self.product_with_a_fact(&cap, lines);
        let number = grammar::number(&product);
        match (number, self.business) {
            (_, Business::Cause) => {}
            (_, Business::Event) => {
                lines.add(1.0, "", format!("Join us: {product}"));
                lines.add(1.0, "", format!("You are invited: {product}"));
            }
            (Number::One, Business::Venue) => {
                lines.add(0.8, "", format!("Welcome to the {product}"));
                let one = capitalised(&grammar::with_article(&product));
                lines.add(0.8, "", format!("{one} to come back to"));
            }
            (_, Business::Service) => lines.add(0.6, "", format!("{cap}, without the fuss")),
            (_, Business::Course) => lines.add(0.6, "", format!("{cap}, step by step")),
            (Number::One, _) => lines.add(0.6, "", format!("Meet the {product}")),
            (Number::Many, _) => lines.add(0.3, "", format!("Here come the {product}")),
            (Number::Mass, _) => {}
        }
    }

    /// The product and one thing that the prompt says of it, in its words: "Soy candles poured by hand".
    fn product_with_a_fact(&self, cap: &str, lines: &mut Lines) {
        let facts = self.facts;
        if let Some(audience) = self.audience_in_full() {
            lines.add(2.0, &self.audience_fact(), format!("{cap} for {audience}"));
        }
        if let Some(purpose) = &facts.purpose {
            lines.add(3.0, "purpose", format!("{cap} for {purpose}"));
        }
        if let Some(place) = self.place() {
            lines.add(3.0, "place", format!("{cap} {place}"));
        }
        match facts.features.as_slice() {
            [] => {}
            [one] => lines.add(4.0, "feature 0", format!("{cap} with {one}")),
            [one, two, ..] => {
                lines.add(5.0, "feature 0+feature 1", format!("{cap} with {one} and {two}"));
                lines.add(1.0, "feature 0", format!("{cap} with {one}"));
            }
        }
        for (index, aside) in facts.asides.iter().enumerate() {
            let first = aside.split(' ').next().unwrap_or("").to_lowercase();
            let fact = format!("aside {index}");
            if first == "from" {
                lines.add(4.0, &fact, format!("{cap} {}", lowered(aside)));
            } else if first.ends_with("made") || first.ends_with("ed") && first.len() > 4 {
                lines.add(4.0, &fact, format!("{cap}, {}", lowered(aside)));
            }
        }
        // "keeps drinks cold", after "that".
        let third = |clause: &String| {
            clause.split(' ').next().is_some_and(|verb| verb.ends_with('s') && !verb.ends_with("ss"))
        };
        if let Some(benefit) = facts.benefit.as_ref().filter(|benefit| third(benefit)) {
            lines.add(4.0, "benefit", format!("{cap} that {benefit}"));
        }
    }

    pub(super) fn benefit(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        self.benefit_headlines(&mut lines, 12.0);
        self.features_as_headline(&mut lines, 6.0);
        self.asides_as_headline(&mut lines, 6.0);
        if let Some(slogan) = &self.facts.slogan {
            lines.add(1000.0, "slogan", slogan.clone());
        }
        let mut supports = self.details(4.0);
        self.introduction(&mut supports, 1.5);
        let pairs = [self.table.desires.clone(), self.table.proofs.clone()].concat();
        let name = self.label();
        self.scene_of(lines.0, &pairs, supports, name)
    }

    pub(super) fn proof(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        self.features_as_headline(&mut lines, 10.0);
        self.benefit_headlines(&mut lines, 6.0);
        self.asides_as_headline(&mut lines, 8.0);
        let mut supports = self.details(4.0);
        self.introduction(&mut supports, 1.0);
        let pairs = [self.table.proofs.clone(), self.table.desires.clone()].concat();
        let name = self.label();
        self.scene_of(lines.0, &pairs, supports, name)
    }

    /// The brand as a label over other words, where it is short and there are no points to read.
    fn label(&self) -> Option<String> {
        self.facts.brand.clone().filter(|brand| words(brand) <= 3 && self.room.is_open())
    }

    /// "Send invoices in 30 seconds" is worth more than any line of ours.
    fn asides_as_headline(&self, lines: &mut Lines, weight: f64) {
        for (index, aside) in self.facts.asides.iter().enumerate() {
            let fact = format!("aside {index}");
            if (2..=7).contains(&words(aside)) {
                lines.add(weight, &fact, aside.clone());
            }
            if let Some(short) = shorter(aside).filter(|short| words(short) <= 7) {
                lines.add(weight * 0.4, &fact, short);
            }
        }
        if let Some(deed) = &self.facts.deed {
            lines.add(weight, "deed", capitalised(deed));
        }
    }

    /// "Light. Cushioned. Waterproof."
    fn features_as_headline(&self, lines: &mut Lines, weight: f64) {
        let facts = self.facts;
        let short: Vec<String> = facts
            .points
            .iter()
            .filter(|point| point.split_whitespace().count() <= 3)
            .filter(|point| !(self.ledger.knows("absent") && point.ends_with("-free")))
            .map(|point| format!("{point}."))
            .collect();
        for count in [3, 2].into_iter().filter(|&count| count <= short.len()) {
            let facts = "points+feature 0+feature 1";
            lines.add(weight, facts, short[..count].join(" "));
        }
        match facts.absent.as_slice() {
            [one, two] => lines.add(weight * 0.7, "absent", format!("No {one}. No {two}.")),
            [one, two, three, ..] => {
                lines.add(weight * 0.7, "absent", format!("No {one}. No {two}. No {three}."))
            }
            _ => {}
        }
    }
}
