//! The end card: what to do now, and where.

use super::{Copywriter, HEADLINE, SUPPORT, SceneCopy, business::Business, choice::Lines, grammar::sentence};
use crate::planner::reading::{capitalised, lowered, money, shortened};

impl Copywriter<'_> {
    pub(super) fn end_card(&mut self) -> SceneCopy {
        let facts = self.facts;
        let offer = facts.offer.clone().filter(|offer| offer.split_whitespace().count() <= 7).map(|offer| {
            let words: Vec<&str> = offer.split_whitespace().collect();
            let price = words.len() <= 2 && money::amount(&words, 0) == Some(words.len());
            if price && self.business == Business::Goods { format!("Yours for {offer}") } else { offer }
        });
        let headline = offer.clone().unwrap_or_else(|| self.closing_line());
        self.ledger.say(&headline);
        let support = self.closing_support(offer.is_some(), &headline);
        SceneCopy {
            headline,
            name: Some(self.title()),
            support,
            call: Some(self.spec.call_to_action.clone()),
        }
    }

    fn closing_line(&mut self) -> String {
        let facts = self.facts;
        let mut lines = Lines::default();
        if let Some(slogan) = facts.slogan.as_ref().filter(|_| !self.ledger.knows("slogan")) {
            lines.add(40.0, "slogan", slogan.clone());
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
            lines.add(6.0, "deed", capitalised(deed));
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
        self.ledger
            .choose(&mut self.dice, lines.0, 7, HEADLINE, "", facts.topics)
            .or_else(|| {
                let mut lines = Lines::default();
                for line in ["Over to you", "Now it is your turn", "Ready when you are", "See for yourself"] {
                    lines.add(1.0, "", line.to_owned());
                }
                self.ledger.choose(&mut self.dice, lines.0, 7, HEADLINE, "", facts.topics)
            })
            .unwrap_or_else(|| self.title())
    }

    /// Where and when, then anything the offers left unsaid.
    fn closing_support(&mut self, offered: bool, headline: &str) -> Option<String> {
        let facts = self.facts;
        if let Some(address) = facts.address.clone().or_else(|| facts.phone.clone()) {
            return Some(address);
        }
        let when = facts.when.clone().filter(|_| !self.ledger.knows("when"));
        let place = self.place().filter(|_| !facts.origin && (!self.ledger.knows("place") || when.is_some()));
        let second = facts.second_offer.clone().filter(|_| offered);
        let told = match (when, place, second) {
            (Some(when), Some(place), _) => Some(format!("{}, {place}", capitalised(&when))),
            (Some(when), None, _) => Some(capitalised(&when)),
            (None, _, Some(second)) => Some(format!("Plus {}.", lowered(&second))),
            (None, Some(place), None) => Some(sentence(&capitalised(&place))),
            (None, None, None) => None,
        };
        if let Some(told) = told.filter(|told| told.chars().count() <= SUPPORT) {
            return Some(told);
        }
        let mut lines = self.details(4.0);
        for pair in &self.table.closers {
            lines.add(0.6, "", sentence(pair.headline));
        }
        let promises = self.promises();
        self.ledger
            .choose(&mut self.dice, lines.0, 12, SUPPORT, headline, facts.topics)
            .or_else(|| self.ledger.choose(&mut self.dice, promises, 12, SUPPORT, headline, facts.topics))
    }
}
