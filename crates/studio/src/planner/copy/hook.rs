//! The first seconds: the audience's situation, an occasion, a contrast, a number, or the problem.

use admint_domain::Framework;

use super::{Copywriter, SceneCopy, business, business::Business, choice::Lines, grammar};
use crate::planner::reading::{bare, capitalised, shortened};

/// When an ad's thing happens: these can start, and people can be ready for them.
const OCCASIONS: &[&str] = &[
    "evening",
    "evenings",
    "morning",
    "mornings",
    "night",
    "nights",
    "day",
    "days",
    "weekend",
    "weekends",
    "date",
    "dates",
    "party",
    "parties",
    "wedding",
    "weddings",
    "trip",
    "trips",
    "holiday",
    "holidays",
    "summer",
    "winter",
    "autumn",
    "spring",
    "hour",
    "hours",
    "commute",
    "commutes",
    "season",
    "birthday",
    "birthdays",
    "picnic",
    "picnics",
    "christmas",
    "meeting",
    "meetings",
    "match",
    "lunch",
    "dinner",
    "dinners",
    "breakfast",
    "brunch",
    "workout",
    "workouts",
    "run",
    "runs",
    "ride",
    "rides",
    "hike",
    "hikes",
    "shift",
    "shifts",
    "exam",
    "exams",
    "anniversary",
    "getaway",
    "getaways",
    "festival",
    "festivals",
    "sunday",
    "sundays",
    "saturdays",
    "mondays",
    "friday",
    "walk",
    "walks",
    "flight",
    "flights",
    "break",
    "breaks",
    "interview",
    "interviews",
    "moment",
    "moments",
    "celebration",
    "celebrations",
];
/// What people have got.
const CONDITIONS: &[&str] = &[
    "skin",
    "hair",
    "feet",
    "back",
    "backs",
    "nails",
    "eyes",
    "lips",
    "curls",
    "allergies",
    "balcony",
    "balconies",
    "kitchen",
    "kitchens",
    "garden",
    "gardens",
    "stains",
    "knees",
    "beard",
    "beards",
    "teeth",
    "stomachs",
    "hands",
    "rooms",
    "spaces",
    "apartments",
    "flats",
];

impl Copywriter<'_> {
    pub(super) fn hook(&mut self) -> SceneCopy {
        if self.spec.framework == Framework::Pas && self.facts.pain.is_some() {
            return self.problem();
        }
        let mut lines = Lines::default();
        if let Some(question) = &self.facts.question {
            lines.add(30.0, "question", question.clone());
        }
        self.situations(&mut lines);
        self.speak_to_audience(&mut lines);
        self.occasions(&mut lines);
        self.contrasts(&mut lines);
        self.questions(&mut lines);
        self.places(&mut lines);
        let mut pairs =
            if self.opens_with_problem() { self.table.pains.clone() } else { self.table.hooks.clone() };
        if self.knows_the_viewer() {
            // What suits any ad of the kind would only hide what this prompt says.
            pairs.retain(|pair| pair.topics.shared(self.facts.topics) > 0);
        }
        let mut supports = Lines::default();
        self.introduction(&mut supports, 5.0);
        supports.0.extend(self.details(3.0).0);
        self.scene_of(lines.0, &pairs, supports, None)
    }

    /// "Tired of bitter iced coffee?"
    fn problem(&mut self) -> SceneCopy {
        // Those who hate "their" table are whoever watches.
        let pain = grammar::addressed(self.facts.pain.as_deref().unwrap_or_default());
        let cap = capitalised(&pain);
        let mut lines = Lines::default();
        if self.facts.struggle.is_some() {
            for start in ["Struggling to", "Hard to", "Can\u{2019}t seem to", "Why is it hard to"] {
                lines.add(2.0, "pain", format!("{start} {pain}?"));
            }
        } else if pain.starts_with("no ") {
            lines.add(3.0, "pain", format!("{cap}?"));
            lines.add(2.0, "pain", format!("Got {pain}?"));
            lines.add(2.0, "pain", format!("{cap}? We get it."));
        } else {
            for start in ["Tired of", "Still putting up with", "Had enough of", "Done with"] {
                lines.add(2.0, "pain", format!("{start} {pain}?"));
            }
            lines.add(2.0, "pain", format!("{cap}? Enough."));
            lines.add(2.0, "pain", format!("{cap}? Not anymore."));
            lines.add(1.0, "pain", format!("Goodbye, {pain}"));
        }
        lines.add(0.01, "pain", format!("{}?", shortened(&cap, 6, 44)));
        let mut supports = Lines::default();
        if let Some(audience) = self.addressable() {
            supports.add(3.0, "audience", format!("{} know the feeling.", capitalised(&audience)));
        }
        let replies: &[&str] = if self.facts.struggle.is_some() {
            &[
                "You are not alone.",
                "Many do.",
                "Go easy on yourself.",
                "There is a kinder way.",
                "There is another way.",
            ]
        } else {
            &[
                "Not anymore.",
                "Same here.",
                "Enough of that.",
                "You are not the only one.",
                "It does not have to be like that.",
                "There is a kinder way.",
                "You have put up with it long enough.",
                "Nobody signed up for that.",
                "There is another way.",
            ]
        };
        for line in replies {
            supports.add(1.0, "", (*line).to_owned());
        }
        self.introduction(&mut supports, 0.7);
        let scene = self.scene_of(lines.0, &[], supports, None);
        self.ledger.note("pain");
        scene
    }

    pub(super) fn agitate(&mut self) -> SceneCopy {
        let mut lines = Lines::default();
        let mut supports = Lines::default();
        let Some(pain) = self.facts.pain.clone().filter(|_| self.facts.struggle.is_none()) else {
            self.situations(&mut lines);
            let pairs = self.table.pains.clone();
            return self.scene_of(lines.0, &pairs, supports, None);
        };
        self.situations(&mut lines);
        for line in [
            "Every. Single. Day.",
            "And it keeps coming back",
            "It adds up",
            "Life is too short for this",
            "And tomorrow, the same",
            "It costs more than you think",
        ] {
            lines.add(1.0, "", line.to_owned());
        }
        match self.addressable() {
            Some(audience) => {
                supports.add(2.0, "audience", format!("{} deserve better.", capitalised(&audience)));
                supports.add(
                    2.0,
                    "audience",
                    format!("{} have put up with it long enough.", capitalised(&audience)),
                );
            }
            None => supports.add(2.0, "", "You deserve better than that.".to_owned()),
        }
        if !pain.starts_with("no ") {
            supports.add(1.0, "", "There had to be another way.".to_owned());
        }
        self.scene_of(lines.0, &[], supports, None)
    }

    /// Whether the prompt says what its audience does or wishes.
    pub(super) fn knows_the_viewer(&self) -> bool {
        let facts = self.facts;
        facts.question.is_some() || facts.situation.is_some() || facts.wish.is_some()
    }

    fn speak_to_audience(&self, lines: &mut Lines) {
        if self.knows_the_viewer() {
            return;
        }
        let Some(audience) = self.addressable() else {
            if let Some(audience) = self.facts.audience.as_deref().filter(|audience| {
                !matches!(*audience, "you" | "everyone" | "anyone" | "people" | "everybody")
            }) {
                lines.add(1.0, "audience", format!("Good news for {audience}"));
                lines.add(1.0, "audience", format!("This one\u{2019}s for {audience}"));
            }
            return;
        };
        // Any product could call them: what this one does for them says more.
        let cap = capitalised(&audience);
        for line in [
            format!("{cap}, this is yours"),
            format!("Good news, {audience}"),
            format!("Made with {audience} in mind"),
        ] {
            lines.add(0.5, "audience", line);
        }
    }

    fn occasions(&self, lines: &mut Lines) {
        if let Some(occasion) = &self.facts.occasion {
            for line in [
                format!("{occasion} is coming"),
                format!("Ready for {occasion}?"),
                format!("{occasion}, sorted"),
                format!("This year, {occasion} is easy"),
            ] {
                lines.add(4.0, "occasion", capitalised(&line));
            }
        }
        if let Some(when) = self.facts.when.as_ref().filter(|_| self.business == Business::Event) {
            lines.add(4.0, "hook date", format!("Free on {}?", day(when)));
            lines.add(4.0, "hook date", format!("{}. Keep it free.", capitalised(&day(when))));
        }
        let Some(purpose) = &self.facts.purpose else { return };
        let purpose = crate::planner::reading::without_article(purpose);
        let cap = capitalised(purpose);
        let noun = business::noun(purpose);
        let owned = self.facts.purpose.as_deref() != Some(purpose);
        if OCCASIONS.contains(&noun.as_str()) {
            let many = grammar::number(purpose) == grammar::Number::Many;
            lines.add(5.0, "purpose", format!("{cap} {} here", if many { "start" } else { "starts" }));
            lines.add(
                5.0,
                "purpose",
                format!("Ready for {}?", self.facts.purpose.as_deref().unwrap_or(purpose)),
            );
            if many {
                lines.add(5.0, "purpose", format!("Here\u{2019}s to {purpose}"));
            }
        } else if CONDITIONS.contains(&noun.as_str()) {
            lines.add(5.0, "purpose", format!("Got {purpose}?"));
            lines.add(5.0, "purpose", format!("{cap}? Read on."));
            lines.add(4.0, "purpose", format!("{cap}? This is for you."));
        } else if !owned {
            lines.add(4.0, "purpose", format!("Made for {purpose}"));
        }
    }

    fn contrasts(&self, lines: &mut Lines) {
        let facts = self.facts;
        let head = business::noun(&self.spec.product);
        if let Some(absent) = facts.absent.first().filter(|absent| bare(absent) != head) {
            lines.add(4.0, "absent", format!("No {absent}. No kidding."));
            lines.add(4.0, "absent", format!("{}? Not in here.", capitalised(absent)));
            if !self.is_only_a_name() && !self.spec.product.to_lowercase().contains(&absent.to_lowercase()) {
                lines.add(4.0, "absent", format!("All {head}. No {absent}."));
            }
        }
        for (index, feature) in facts.features.iter().enumerate() {
            let counted =
                feature.starts_with(|c: char| c.is_ascii_digit()) && feature.split_whitespace().count() >= 2;
            if counted && grammar::number(feature) == grammar::Number::Many {
                let fact = format!("feature {index}");
                if business::is_single(&self.spec.product) {
                    lines.add(5.0, &fact, format!("{}. One {head}.", capitalised(feature)));
                }
                lines.add(3.0, &fact, format!("{}. Pick yours.", capitalised(feature)));
            }
        }
    }

    fn questions(&self, lines: &mut Lines) {
        if let Some(gain) = &self.facts.gain {
            let gain = super::facts::clause(gain);
            lines.add(4.0, "benefit", format!("Want to {gain}?"));
            lines.add(4.0, "benefit", format!("Ready to {gain}?"));
            lines.add(3.0, "benefit", format!("What if you could {gain}?"));
            if let [absent] = self.facts.absent.as_slice() {
                let line = format!("{}. No {absent}.", capitalised(&gain));
                lines.add(9.0, "benefit+absent", line);
            }
        }
        if self.is_service() && self.facts.brand.is_none() && self.business == Business::Service {
            let thing = grammar::with_article(&self.lowered_product());
            lines.add(2.5, "product", format!("Need {thing}?"));
            lines.add(2.0, "product", format!("Looking for {thing}?"));
        }
        if let Some(deed) = &self.facts.deed {
            lines.add(8.0, "deed", capitalised(deed));
        }
    }

    fn places(&self, lines: &mut Lines) {
        let Some(place) =
            self.facts.place.as_ref().filter(|_| self.business.is_local() && !self.facts.origin)
        else {
            return;
        };
        if place.starts_with(|c: char| c.is_ascii_digit())
            || place.contains("Street")
            || place.contains(" St")
        {
            return;
        }
        if self.place().is_some_and(|said| said.starts_with("in ") || said.starts_with("near ")) {
            lines.add(2.0, "place", format!("Hello, {place}"));
            lines.add(2.0, "place", format!("{place}, this is for you"));
        }
    }
}

/// "Saturday 14 June at 7pm" as a day: "Saturday".
pub fn day(when: &str) -> String {
    let words: Vec<&str> =
        when.split_whitespace().take_while(|word| !matches!(bare(word).as_str(), "at" | "from")).collect();
    let skip = usize::from(
        words.first().is_some_and(|word| matches!(bare(word).as_str(), "this" | "next" | "every")),
    );
    let words = &words[skip.min(words.len().saturating_sub(1))..];
    match words.first() {
        Some(first) if first.to_lowercase().ends_with("day") => first.trim_end_matches([',', '.']).to_owned(),
        _ => words.join(" "),
    }
}
