//! The end card: what to do now, and where.

use super::{
    Copywriter, HEADLINE, SUPPORT, SceneCopy, business,
    business::Business,
    choice::{Candidate, Lines},
    grammar,
    grammar::{Number, sentence},
};
use crate::planner::{
    pace::words,
    reading::{bare, capitalised, lowered, money, shortened},
};

impl Copywriter<'_> {
    pub(super) fn end_card(&mut self) -> SceneCopy {
        let call = self.spec.call_to_action.clone();
        // What the button says needs no saying above it.
        self.ledger.say(&call);
        let called = words(&call);
        let offer = self.offer_line();
        let address = self.facts.address.clone().or_else(|| self.facts.phone.clone());
        let addressed: Vec<usize> = address.iter().map(|address| words(address)).collect();
        let headline = match offer.clone() {
            Some(offer) => {
                // The shortest ads have no time for long offers beside the button.
                let most = self.room.most(&[], words(&offer), &[called]);
                let offer =
                    if words(&offer) > most { shortened(&offer, most.max(2), HEADLINE) } else { offer };
                self.ledger.say(&offer);
                self.ledger.note("offer");
                offer
            }
            None => {
                let most = self.room.most(&[], 7, &[&addressed[..], &[called]].concat());
                self.closing_line(most.max(2))
            }
        };
        let headed = words(&headline);
        // The address first, then the name, then whatever there is time for.
        let address = address.filter(|_| self.room.holds(&[&[headed], &addressed[..], &[called]].concat()));
        let addressed: Vec<usize> = address.iter().map(|address| words(address)).collect();
        let name = Some(self.title())
            .filter(|name| !headline.contains(name.as_str()))
            .filter(|name| self.room.holds(&[&[headed, words(name)], &addressed[..], &[called]].concat()));
        let support = address.or_else(|| {
            let before: Vec<usize> =
                std::iter::once(headed).chain(name.iter().map(|name| words(name))).collect();
            let most = self.room.most(&before, 12, &[called]);
            self.closing_support(offer.is_some(), &headline, most)
        });
        SceneCopy { headline, name, support, call: Some(call) }
    }

    /// The offer as it stands on the end card.
    pub(super) fn offer_line(&self) -> Option<String> {
        let offer = self.spec.offer.clone().filter(|offer| offer.split_whitespace().count() <= 7)?;
        let words: Vec<&str> = offer.split_whitespace().collect();
        let price = words.len() <= 2 && money::amount(&words, 0) == Some(words.len());
        Some(if price && self.facts.english && self.business == Business::Goods {
            format!("Yours for {offer}")
        } else {
            offer
        })
    }

    fn closing_line(&mut self, most: usize) -> String {
        let facts = self.facts;
        let mut lines = Lines::default();
        if let Some(slogan) = facts.slogan.as_ref().filter(|_| !self.ledger.knows("slogan")) {
            lines.add(1000.0, "slogan", slogan.clone());
        }
        if let Some(when) = &facts.when {
            match self.business {
                Business::Event => {
                    lines.add(8.0, "when", capitalised(&shortened(when, 7, 40)));
                }
                _ => lines.add(4.0, "when", capitalised(&shortened(when, 7, 40))),
            }
        }
        if let Some(deed) = facts.deed.as_ref().filter(|_| !self.ledger.knows("deed")) {
            lines.add(30.0, "deed", capitalised(deed));
        }
        if let Some(occasion) = facts.occasion.as_ref().filter(|_| !self.ledger.knows("occasion")) {
            lines.add(5.0, "occasion", format!("Just in time for {occasion}"));
        }
        if let Some(audience) = self.addressable() {
            lines.add(2.0, "closing audience", format!("Your turn, {audience}"));
            lines.add(1.0, "closing audience", format!("Over to you, {audience}"));
        }
        if let Some(place) = facts.place.as_ref().filter(|_| self.business.is_local() && !facts.origin)
            && !self.ledger.knows("place")
            && !place.starts_with(|c: char| c.is_ascii_digit())
        {
            lines.add(3.0, "place", format!("See you {}", self.place().unwrap_or_default()));
        }
        for pair in &self.table.closers {
            lines.add(1.0 + f64::from(pair.topics.shared(facts.topics)), "", pair.headline.to_owned());
        }
        self.closers_of_its_own(&mut lines);
        // "Find your blend", and "Find yours" on the button.
        let begin = |line: &str| bare(line.split(' ').next().unwrap_or(""));
        let called = begin(&self.spec.call_to_action);
        lines.0.retain(|line| begin(line.text()) != called);
        self.ledger
            .choose(&mut self.dice, lines.0, most, HEADLINE, "", facts.topics)
            .or_else(|| {
                let mut lines = Lines::default();
                for line in ["Over to you", "Now it is your turn", "Ready when you are", "Your move"] {
                    lines.add(1.0, "", line.to_owned());
                }
                self.ledger.choose(&mut self.dice, lines.0, most, HEADLINE, "", facts.topics)
            })
            .unwrap_or_else(|| self.title())
    }

    /// Closing lines that no other product's ad has.
    fn closers_of_its_own(&self, lines: &mut Lines) {
        if let Some(brand) = self.facts.brand.as_ref().filter(|brand| words(brand) <= 3) {
            lines.add(1.0, "", format!("{brand} is waiting"));
            if matches!(self.business, Business::Goods | Business::App) {
                lines.add(1.0, "", format!("Time for {brand}"));
                lines.add(1.0, "", format!("Make it {brand}"));
            }
        }
        if self.is_only_a_name() || self.business != Business::Goods {
            return;
        }
        let product = shortened(&self.lowered_product(), 3, 28);
        let noun = business::noun(&product);
        match grammar::number(&product) {
            Number::One => {
                lines.add(1.2, "", format!("This {noun} could be yours"));
                lines.add(1.2, "", format!("Time for {}", grammar::with_article(&product)));
                lines.add(1.2, "", format!("Your {product} is waiting"));
            }
            Number::Many => {
                lines.add(1.2, "", format!("These {noun} could be yours"));
                lines.add(1.2, "", format!("Time for {product}"));
                lines.add(1.2, "", format!("Your {product} are waiting"));
            }
            Number::Mass => {
                lines.add(1.2, "", format!("Time for {product}"));
            }
        }
    }

    /// Where and when, then anything the offers left unsaid, then what matters most once more. Never an
    /// order: the button gives one.
    fn closing_support(&mut self, offered: bool, headline: &str, most: usize) -> Option<String> {
        let facts = self.facts;
        let when = facts.when.clone().filter(|_| !self.ledger.knows("when"));
        let place = self.place().filter(|_| !facts.origin && (!self.ledger.knows("place") || when.is_some()));
        let second = facts.second_offer.clone().filter(|_| offered);
        let told = [
            when.as_ref().zip(place.as_ref()).map(|(when, place)| format!("{}, {place}", capitalised(when))),
            when.as_ref().map(|when| capitalised(when)),
            second.map(|second| format!("Plus {}.", lowered(&second))),
            place.as_ref().filter(|_| !self.ledger.knows("place")).map(|place| sentence(&capitalised(place))),
        ];
        let fits = |told: &String| words(told) <= most && told.chars().count() <= SUPPORT;
        // What the maker wrote is shown as it stands.
        let slogan = facts.slogan.clone().filter(|slogan| !self.ledger.knows("slogan") && fits(slogan));
        if let Some(slogan) = slogan.filter(|slogan| self.ledger.say(slogan)) {
            return Some(slogan);
        }
        if let Some(told) = told.into_iter().flatten().find(fits) {
            return Some(told);
        }
        let lines = self.details(4.0);
        self.ledger.choose(&mut self.dice, lines.0, most, SUPPORT, headline, facts.topics).or_else(|| {
            let reminders = self.reminders();
            self.ledger.recall(reminders, most, SUPPORT, headline)
        })
    }

    /// The strongest facts first, in words that no other scene uses.
    fn reminders(&self) -> Vec<Candidate> {
        let facts = self.facts;
        let mut lines: Vec<String> = Vec::new();
        if let Some(gain) = &facts.gain {
            lines.push(format!("So you can {gain}."));
        } else if let Some(benefit) = &facts.benefit {
            lines.push(self.benefit_of_many(benefit).unwrap_or_else(|| format!("It {benefit}.")));
        }
        let asides = facts.asides.iter().filter(|aside| !aside.ends_with("-free"));
        lines.extend(asides.map(|aside| sentence(aside)));
        match facts.features.as_slice() {
            [] => {}
            [one] => lines.push(format!("With {one}.")),
            [one, two, ..] => lines.push(format!("With {one} and {two}.")),
        }
        if let Some(audience) = self.audience_in_full() {
            lines.push(format!("For {audience}."));
        }
        if let Some(purpose) = &facts.purpose {
            lines.push(format!("For {purpose}."));
        }
        lines.extend(self.place().filter(|_| !facts.origin).map(|place| sentence(&capitalised(&place))));
        if facts.brand.is_some() && !self.is_only_a_name() {
            lines.push(sentence(&capitalised(&shortened(&self.spec.product, 4, 34))));
        }
        lines.iter().map(|line| Candidate::line(1.0, line)).collect()
    }
}
