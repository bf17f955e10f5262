//! Lines that each say one fact of the prompt.

use super::{
    Copywriter, business,
    business::Business,
    choice::Lines,
    grammar,
    grammar::{Number, sentence},
};
use crate::planner::{
    pace::words,
    reading::{Wish, bare, capitalised, lowered, shortened},
    topics::Topics,
};

/// Heads of an audience that do not read ads.
const CANNOT_READ: &[&str] = &[
    "babies", "dogs", "cats", "pets", "kids", "children", "toddlers", "puppies", "kittens", "newborns",
    "horses", "her", "him", "you", "them", "birds", "plants",
];

/// Nobody is asked whether they "still" do what they like.
const PLEASURES: &[&str] = &[
    "bake", "build", "camp", "climb", "collect", "cook", "create", "cycle", "dance", "explore", "garden",
    "grow", "hike", "make", "paint", "play", "read", "ride", "run", "sing", "ski", "surf", "swim", "take",
    "travel", "write",
];

/// Nobody is told to their face that they do these.
const TROUBLES: &[&str] = &[
    "argue",
    "complain",
    "fail",
    "fall",
    "fight",
    "forget",
    "hurt",
    "ignore",
    "lose",
    "miss",
    "overspend",
    "panic",
    "quit",
    "skip",
    "snore",
    "suffer",
    "waste",
    "worry",
];

/// Heads that name nobody in particular.
fn is_anybody(audience: &str) -> bool {
    matches!(audience, "people" | "everyone" | "anyone" | "everybody" | "anybody" | "those" | "all" | "you")
}

impl Copywriter<'_> {
    /// "developers", "busy parents who work late", "everyone who loves spicy food".
    pub(super) fn audience_in_full(&self) -> Option<String> {
        let facts = self.facts;
        let wish = facts.wish.as_ref().map(|(wish, thing)| {
            let verb = match wish {
                Wish::Want => "want",
                Wish::Need => "need",
                Wish::Love => "love",
                Wish::Miss => "miss",
            };
            format!("{verb} {thing}")
        });
        // What the hook has asked them is not said of them again.
        let clause = facts.situation.clone().or(wish).filter(|_| !self.ledger.knows("situation"));
        // "For people" says nothing; "for people who sleep hot" does.
        let audience = facts.audience.clone().filter(|audience| clause.is_some() || !is_anybody(audience))?;
        let single = matches!(audience.as_str(), "everyone" | "anyone" | "everybody");
        let full = match clause {
            Some(clause) if single => {
                let (verb, rest) = clause.split_once(' ').unwrap_or((&clause, ""));
                let verb = if verb.ends_with('s') || matches!(verb, "never" | "always") {
                    verb.to_owned()
                } else {
                    third_person(verb)
                };
                format!("{audience} who {verb} {rest}").trim().to_owned()
            }
            Some(clause) => format!("{audience} who {clause}"),
            None => audience.clone(),
        };
        if full.chars().count() <= 52 {
            Some(full)
        } else {
            Some(audience).filter(|audience| !is_anybody(audience))
        }
    }

    /// What [`Self::audience_in_full`] uses up.
    pub(super) fn audience_fact(&self) -> String {
        let whole = !self.ledger.knows("situation");
        if whole { "audience+situation".to_owned() } else { "audience".to_owned() }
    }

    /// The audience, if one can speak to it: "developers", not "dogs".
    pub(super) fn addressable(&self) -> Option<String> {
        let audience = self.facts.audience.clone()?;
        let first = audience.split([' ']).next_back().unwrap_or("").to_lowercase();
        let readable = !audience.contains(" with ")
            && !CANNOT_READ.contains(&first.as_str())
            && !matches!(
                audience.as_str(),
                "everyone" | "anyone" | "people" | "everybody" | "all" | "the whole family" | "whole family"
            )
            && grammar::number(&audience) == Number::Many
            && audience.split_whitespace().count() <= 4;
        readable.then_some(audience)
    }

    /// What it is, with one fact that was not said yet: "A yoga studio for beginners."
    pub(super) fn introduction(&self, lines: &mut Lines, weight: f64) {
        let product = shortened(&self.spec.product, 4, 34);
        if self.is_only_a_name() {
            return;
        }
        let what = capitalised(&grammar::with_article(&product));
        let facts = self.facts;
        if let Some(audience) = self.audience_in_full().filter(|_| !self.ledger.knows("audience")) {
            lines.add(weight * 1.3, &self.audience_fact(), format!("{what} for {audience}."));
        }
        if let Some(audience) =
            facts.audience.as_ref().filter(|audience| !self.ledger.knows("audience") && !is_anybody(audience))
        {
            lines.add(weight * 0.2, "audience", format!("{what} for {audience}."));
        }
        if let Some(purpose) = &facts.purpose {
            lines.add(weight, "purpose", format!("{what} for {purpose}."));
        }
        for (index, feature) in facts.features.iter().enumerate().take(3) {
            lines.add(weight * 0.8, &format!("feature {index}"), format!("{what} with {feature}."));
        }
        if let Some(place) = self.place() {
            lines.add(weight, "place", format!("{what} {place}."));
        }
        if let [absent, ..] = facts.absent.as_slice()
            && !product.to_lowercase().contains(&absent.to_lowercase())
        {
            lines.add(weight * 0.5, "absent", format!("{what} without {absent}."));
        }
    }

    /// Lines under a headline, one fact each.
    pub(super) fn details(&self, weight: f64) -> Lines {
        let mut lines = Lines::default();
        let facts = self.facts;
        if let Some(full) = self.audience_in_full() {
            lines.add(weight * 0.6, &self.audience_fact(), format!("Made for {full}."));
            lines.add(weight * 0.3, &self.audience_fact(), format!("For {full}."));
        }
        match facts.features.as_slice() {
            [] => {}
            [one] => lines.add(weight, "feature 0", format!("With {one}.")),
            [one, two, ..] => {
                lines.add(weight * 0.5, "feature 0", format!("With {one}."));
                lines.add(weight * 0.5, "feature 1", format!("With {two}."));
                if let [_, _, three, ..] = facts.features.as_slice() {
                    let facts = "feature 0+feature 1+feature 2+points";
                    lines.add(weight * 4.0, facts, format!("With {one}, {two} and {three}."));
                }
                lines.add(weight * 4.0, "feature 0+feature 1", format!("With {one} and {two}."));
            }
        }
        if let [one, two, three, ..] = facts.points.as_slice() {
            let line = format!("{one}, {}, {}.", lowered(two), lowered(three));
            lines.add(weight * 2.0, "points", line);
        }
        self.absences(&mut lines, weight);
        for (index, aside) in facts.asides.iter().enumerate() {
            lines.add(weight * 1.2, &aside_fact(index, aside), sentence(aside));
            if let Some(short) = shorter(aside) {
                lines.add(weight * 0.3, &format!("aside {index}"), sentence(&short));
            }
        }
        if let Some(purpose) = &facts.purpose {
            lines.add(weight, "purpose", format!("Made for {purpose}."));
        }
        // Where it is answers a wish; under any other first line it hangs in the air.
        let placed = facts.origin || self.business.is_local() && (!self.opens || self.knows_the_viewer());
        if let Some(place) = self.place().filter(|_| placed) {
            lines.add(weight * 0.8, "place", format!("{}.", capitalised(&place)));
        }
        if let Some(result) = &facts.result {
            lines.add(weight * 1.3, "result", sentence(result));
        }
        if let Some(gain) = &facts.gain {
            lines.add(weight, "benefit", sentence(gain));
        } else if let Some(benefit) = &facts.benefit {
            if let Some(rest) = self.benefit_of_many(benefit) {
                lines.add(weight, "benefit", rest);
            } else {
                lines.add(weight, "benefit", sentence(benefit));
            }
        }
        if let Some(slogan) = &facts.slogan {
            lines.add(weight * 3.0, "slogan", slogan.clone());
        }
        lines
    }

    pub(super) fn absences(&self, lines: &mut Lines, weight: f64) {
        match self.facts.absent.as_slice() {
            [] => {}
            [one] => lines.add(weight, "absent", format!("No {one}.")),
            [one, two] => lines.add(weight, "absent", format!("No {one}, no {two}.")),
            [one, two, three, ..] => lines.add(weight, "absent", format!("No {one}, no {two}, no {three}.")),
        }
    }

    /// "candles that burn for 60 hours" said of them: "They burn for 60 hours."
    pub(super) fn benefit_of_many(&self, benefit: &str) -> Option<String> {
        let (_, clause) = benefit.split_once(" that ")?;
        Some(format!("They {clause}."))
    }

    /// "in Leeds", "at 12 Elm Street", "from Oaxaca".
    pub(super) fn place(&self) -> Option<String> {
        let place = self.facts.place.as_ref()?;
        let lower = self.facts.plain.to_lowercase();
        let preposition = ["near", "at", "on", "across", "around", "outside", "from", "in"]
            .into_iter()
            .find(|preposition| lower.contains(&format!("{preposition} {}", place.to_lowercase())))
            .unwrap_or("in");
        // Where it was made is no place to go.
        (!self.facts.origin || preposition == "from").then(|| format!("{preposition} {place}"))
    }

    /// Whether nothing is known of the product but what it is called.
    pub(super) fn is_only_a_name(&self) -> bool {
        self.facts.brand.as_deref().is_some_and(|brand| brand.eq_ignore_ascii_case(&self.spec.product))
            || self.spec.product == "This"
    }

    /// What the audience could be asked: "Working late again?"
    pub(super) fn situations(&self, lines: &mut Lines) {
        let facts = self.facts;
        if let Some(situation) = &facts.situation {
            let said = self.named(&grammar::addressed(situation));
            let (verb, rest) = said.split_once(' ').unwrap_or((said.as_str(), ""));
            let verb = verb.to_lowercase();
            if verb == "are" && !rest.is_empty() {
                lines.add(8.0, "situation", format!("{}?", capitalised(rest)));
                if let Some(audience) = self.addressable() {
                    lines.add(
                        4.0,
                        "situation",
                        format!("{}? {}?", capitalised(&audience), capitalised(rest)),
                    );
                }
            } else if verb.ends_with("n't") || verb.ends_with("n\u{2019}t") {
                lines.add(8.0, "situation", format!("{}?", capitalised(&said)));
            } else if let Some(deed) = said.strip_prefix("would rather ") {
                lines.add(12.0, "situation", format!("Rather {deed}?"));
            } else if !grammar::is_stative(&verb) && !PLEASURES.contains(&verb.as_str()) {
                let doing = format!("{} {rest}", grammar::gerund(&verb)).trim().to_owned();
                lines.add(8.0, "situation", format!("{} again?", capitalised(&doing)));
                lines.add(6.0, "situation", format!("Still {doing}?"));
                if self.facts.topics.shared(Topics::of("late")) > 0 {
                    lines.add(6.0, "situation", format!("{} tonight?", capitalised(&doing)));
                }
            }
            if verb != "are" && !matches!(verb.as_str(), "is" | "can" | "would") {
                if !TROUBLES.contains(&verb.as_str()) {
                    lines.add(5.0, "situation", format!("You {said}. This is yours."));
                }
                lines.add(3.0, "situation", format!("To all who {}", self.named(situation)));
                if !verb.ends_with('s') {
                    lines.add(4.0, "situation", format!("Do you {said}?"));
                }
            }
        }
        if let Some((wish, thing)) = &facts.wish {
            let thing = grammar::addressed(thing);
            match wish {
                Wish::Want => {
                    lines.add(8.0, "situation", format!("Want {thing}?"));
                    lines.add(4.0, "situation", format!("{}? Right here.", capitalised(&thing)));
                }
                Wish::Need => lines.add(8.0, "situation", format!("Need {thing}?")),
                Wish::Love => {
                    lines.add(8.0, "situation", format!("Love {thing}?"));
                    lines.add(4.0, "situation", format!("You love {thing}. We do, too."));
                }
                Wish::Miss => lines.add(8.0, "situation", format!("Missing {thing}?")),
            }
        }
    }

    /// "forget to water them" says "them" of a product that nobody has seen yet.
    fn named(&self, clause: &str) -> String {
        let noun = business::noun(&self.spec.product);
        match clause.strip_suffix(" them") {
            Some(deed) if grammar::number(&noun) == Number::Many => format!("{deed} the {noun}"),
            _ => clause.to_owned(),
        }
    }

    /// A headline for a gain or a benefit.
    pub(super) fn benefit_headlines(&self, lines: &mut Lines, weight: f64) {
        let facts = self.facts;
        if let Some(gain) = &facts.gain {
            lines.add(weight, "benefit", capitalised(&clause(gain)));
            lines.add(weight * 0.5, "benefit", format!("Now you can {}", clause(gain)));
        } else if let Some(benefit) = &facts.benefit {
            match self.benefit_of_many(benefit) {
                Some(_) => lines.add(weight, "benefit", capitalised(&clause(benefit))),
                // "Follows you" is too short to stand without what does it.
                None if words(benefit) <= 2 => lines.add(weight, "benefit", format!("It {benefit}")),
                None => {
                    lines.add(weight, "benefit", capitalised(&clause(benefit)));
                    if let Some(order) = self.as_order(benefit) {
                        lines.add(weight * 0.7, "benefit", capitalised(&clause(&order)));
                    }
                }
            }
        }
        if let Some(result) = &facts.result {
            lines.add(weight, "result", clause(result));
        }
    }

    /// "keeps drinks cold" as what the buyer does: "keep drinks cold".
    pub(super) fn as_order(&self, benefit: &str) -> Option<String> {
        let (verb, rest) = benefit.split_once(' ')?;
        let base = grammar::base(&verb.to_lowercase());
        let told = matches!(
            base.as_str(),
            "keep"
                | "clean"
                | "protect"
                | "save"
                | "track"
                | "plan"
                | "learn"
                | "find"
                | "build"
                | "cut"
                | "remove"
                | "calm"
                | "boost"
                | "turn"
                | "brighten"
                | "soothe"
                | "repair"
                | "block"
                | "organise"
                | "organize"
                | "automate"
                | "replace"
                | "soften"
                | "charge"
                | "grow"
                | "tame"
                | "wash"
                | "store"
                | "carry"
                | "connect"
                | "translate"
        );
        (told && !rest.starts_with("itself")).then(|| format!("{base} {rest}"))
    }

    pub(super) fn is_service(&self) -> bool {
        matches!(self.business, Business::Service | Business::Course)
    }

    pub(super) fn lowered_product(&self) -> String {
        let product = shortened(&self.spec.product, 4, 34);
        // "Sourdough bakery" within a sentence; "iPhone repair" as it stands.
        if self.facts.plain.starts_with(&product) { lowered(&product) } else { product }
    }
}

/// Cut where a clause ends, so that it fits a headline.
pub fn clause(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= 7 {
        return text.to_owned();
    }
    let cut = words[..8].iter().rposition(|word| {
        matches!(
            word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str(),
            "and"
                | "while"
                | "even"
                | "when"
                | "without"
                | "in"
                | "for"
                | "from"
                | "during"
                | "so"
                | "because"
                | "with"
                | "before"
                | "after"
        )
    });
    match cut {
        Some(at) if at >= 3 => words[..at].join(" "),
        _ => text.to_owned(),
    }
}

/// "Fragrance-free" says what is absent, too.
pub fn aside_fact(index: usize, aside: &str) -> String {
    if aside.ends_with("-free") { format!("aside {index}+absent") } else { format!("aside {index}") }
}

/// What remains without the last circumstance: "Baked every morning at 6", of "in our little bakery".
pub fn shorter(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joint = |word: &&str| {
        matches!(bare(word).as_str(), "in" | "for" | "from" | "with" | "by" | "and" | "at" | "on")
    };
    let at = words.iter().rposition(joint).filter(|&at| at >= 3)?;
    let kept = words[..at].join(" ");
    Some(kept.trim_end_matches([',', ';']).to_owned())
}

fn third_person(verb: &str) -> String {
    match verb {
        "have" => "has".to_owned(),
        "are" => "is".to_owned(),
        "do" => "does".to_owned(),
        "don't" => "doesn't".to_owned(),
        _ if verb.ends_with("sh") || verb.ends_with("ch") || verb.ends_with('x') || verb.ends_with("ss") => {
            format!("{verb}es")
        }
        _ if verb.ends_with('y')
            && !verb.ends_with("ay")
            && !verb.ends_with("oy")
            && !verb.ends_with("ey") =>
        {
            format!("{}ies", &verb[..verb.len() - 1])
        }
        _ => format!("{verb}s"),
    }
}
