//! The middle: the product comes in, what it gives, and why that can be believed.

use super::{Copywriter, HEADLINE, SceneCopy, business::Business, choice::Lines, grammar, grammar::Number};
use crate::planner::reading::{capitalised, shortened};

impl Copywriter<'_> {
    pub(super) fn reveal(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        let mut supports = Lines::default();
        match self.facts.brand.clone() {
            Some(brand) => {
                let brand = shortened(&brand, 4, 30);
                for line in
                    [format!("Meet {brand}"), format!("Say hello to {brand}"), format!("This is {brand}")]
                {
                    lines.add(1.0, "", line);
                }
                match self.business {
                    Business::Venue => {
                        lines.add(2.0, "", format!("Welcome to {brand}"));
                        lines.add(1.0, "", format!("Step inside {brand}"));
                    }
                    Business::Event => lines.add(3.0, "", format!("Welcome to {brand}")),
                    Business::App => lines.add(1.0, "", format!("Open {brand}")),
                    Business::Goods => {
                        lines.add(1.0, "", format!("Enter {brand}"));
                        lines.add(1.0, "", format!("Here comes {brand}"));
                    }
                    _ => lines.add(1.0, "", format!("Here comes {brand}")),
                }
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
        let scene = self.scene_of(lines.0, &[], supports);
        SceneCopy { name: None, ..scene }
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
        let number = grammar::number(&product);
        if let Some(audience) = self.facts.audience.as_ref().filter(|_| !self.ledger.knows("audience")) {
            lines.add(2.0, "audience", format!("{cap} for {audience}"));
        }
        if let Some(purpose) = self.facts.purpose.as_ref().filter(|_| !self.ledger.knows("purpose")) {
            lines.add(1.5, "purpose", format!("{cap} for {purpose}"));
        }
        if let Some(place) = self.place().filter(|_| !self.ledger.knows("place")) {
            lines.add(2.5, "place", format!("{cap} {place}"));
            if self.business.is_local() && place.starts_with("in ") && number == Number::One {
                lines.add(2.5, "place", format!("Your {product} {place}"));
            }
        }
        match (number, self.business) {
            (_, Business::Cause) => {
                lines.add(1.0, "", format!("This is {}", grammar::with_article(&product)))
            }
            (_, Business::Event) => {
                lines.add(1.0, "", format!("Join us: {product}"));
                lines.add(1.0, "", format!("You are invited: {product}"));
            }
            (Number::One, Business::Venue) => {
                lines.add(1.0, "", format!("Welcome to the {product}"));
                lines.add(
                    1.0,
                    "",
                    format!("A {product} to come back to")
                        .replace("A a", "An a")
                        .replace("A e", "An e")
                        .replace("A i", "An i")
                        .replace("A o", "An o"),
                );
            }
            (_, Business::Service) => {
                lines.add(1.0, "", format!("{cap}, done properly"));
                lines.add(1.0, "", format!("{cap}, without the fuss"));
                lines.add(1.0, "", format!("{cap}, made easy"));
            }
            (_, Business::Course) => {
                lines.add(1.0, "", format!("{cap}, made clear"));
                lines.add(1.0, "", format!("{cap}, step by step"));
                lines.add(
                    1.0,
                    "",
                    format!(
                        "Say hello to {}",
                        if number == Number::One { format!("the {product}") } else { product.clone() }
                    ),
                );
            }
            (Number::One, _) => {
                lines.add(1.0, "", format!("Meet the {product}"));
                lines.add(1.0, "", format!("This is the {product}"));
                lines.add(1.0, "", format!("Say hello to the {product}"));
                lines.add(0.8, "", format!("{cap}, done right"));
            }
            (Number::Many, _) => {
                lines.add(1.0, "", format!("Say hello to {product}"));
                lines.add(1.0, "", format!("{cap}, done right"));
                lines.add(1.0, "", format!("{cap} to love"));
                lines.add(0.8, "", format!("Here come the {product}"));
            }
            (Number::Mass, _) => {
                lines.add(1.0, "", format!("{cap}, done right"));
                lines.add(1.0, "", format!("{cap}, as you like it"));
                lines.add(1.0, "", format!("Say hello to {product}"));
                lines.add(0.8, "", format!("This is {product}"));
            }
        }
        if cap.split_whitespace().count() >= 3 && cap.chars().count() <= HEADLINE {
            lines.add(0.3, "", cap);
        }
    }

    pub(super) fn benefit(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        self.benefit_headlines(&mut lines, 12.0);
        self.features_as_headline(&mut lines, 6.0);
        if let Some(slogan) = &self.facts.slogan {
            lines.add(20.0, "slogan", slogan.clone());
        }
        let mut supports = self.details(4.0);
        self.introduction(&mut supports, 1.5);
        let pairs = self.table.desires.clone();
        let scene = self.scene_of(lines.0, &pairs, supports);
        SceneCopy { name: self.facts.brand.clone(), ..scene }
    }

    pub(super) fn proof(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        self.features_as_headline(&mut lines, 10.0);
        self.benefit_headlines(&mut lines, 6.0);
        for (index, aside) in self.facts.asides.iter().enumerate() {
            if aside.split_whitespace().count() <= 6 {
                lines.add(4.0, &format!("aside {index}"), aside.clone());
            }
        }
        let mut supports = self.details(4.0);
        self.introduction(&mut supports, 1.0);
        let pairs = self.table.proofs.clone();
        let scene = self.scene_of(lines.0, &pairs, supports);
        SceneCopy { name: self.facts.brand.clone(), ..scene }
    }

    /// "Lavender scent. Wooden wick."
    fn features_as_headline(&self, lines: &mut Lines, weight: f64) {
        let facts = self.facts;
        let short: Vec<&String> =
            facts.features.iter().filter(|feature| feature.split_whitespace().count() <= 3).collect();
        let unsaid = (0..3).all(|index| !self.ledger.knows(&format!("feature {index}")))
            && !self.ledger.knows("features");
        if unsaid && short.len() >= 2 {
            let stated = |count: usize| {
                short
                    .iter()
                    .take(count)
                    .map(|feature| format!("{}.", capitalised(feature)))
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            if short.len() >= 3 {
                lines.add(weight, "features", stated(3));
            }
            lines.add(weight, "features", stated(2));
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
