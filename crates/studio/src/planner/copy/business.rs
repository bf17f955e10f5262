//! What kind of business advertises: it decides what people are asked to do.

use super::grammar::{Number, number};
use crate::planner::{
    lexicon::Category,
    reading::{Facts, bare, mentions},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Business {
    /// Things that are bought and sent.
    Goods,
    /// Somewhere to go: a bakery, a gym, a museum.
    Venue,
    /// Somebody who does it for you: a plumber, a tutor, cleaning.
    Service,
    Event,
    Cause,
    App,
    /// Software and services for companies.
    Trade,
    Course,
}

const VENUES: &[&str] = &[
    "bakery",
    "cafe",
    "caf\u{e9}",
    "coffeehouse",
    "restaurant",
    "bistro",
    "diner",
    "bar",
    "pub",
    "pizzeria",
    "roastery",
    "studio",
    "gym",
    "shop",
    "store",
    "bookshop",
    "bookstore",
    "boutique",
    "salon",
    "barbershop",
    "spa",
    "clinic",
    "pharmacy",
    "hotel",
    "hostel",
    "museum",
    "gallery",
    "theatre",
    "theater",
    "cinema",
    "school",
    "nursery",
    "farm",
    "winery",
    "vineyard",
    "brewery",
    "garage",
    "club",
    "centre",
    "center",
    "library",
    "park",
    "zoo",
    "market",
    "deli",
    "butcher",
    "grocer",
    "greengrocer",
    "florist",
    "patisserie",
    "academy",
    "dojo",
    "pool",
    "rink",
    "playground",
    "kiosk",
    "truck",
    "kitchen",
    "house",
    "inn",
    "lodge",
    "guesthouse",
    "showroom",
    "dealership",
    "parlour",
    "parlor",
    "stand",
    "workshop",
    "laundromat",
    "kennel",
    "creperie",
    "teahouse",
    "tearoom",
    "sauna",
    "wall",
    "arcade",
    "supermarket",
    "b&b",
    "cabin",
    "cabins",
    "campsite",
    "practice",
    "barber",
    "hairdresser",
    "optician",
];
const SERVICES: &[&str] = &[
    "plumber",
    "plumbers",
    "plumbing",
    "electrician",
    "electricians",
    "roofer",
    "roofing",
    "tutor",
    "tutors",
    "tutoring",
    "cleaner",
    "cleaners",
    "cleaning",
    "photographer",
    "photography",
    "trainer",
    "coach",
    "coaching",
    "therapist",
    "therapy",
    "dentist",
    "doctor",
    "lawyer",
    "accountant",
    "gardener",
    "gardening",
    "landscaping",
    "mover",
    "movers",
    "moving",
    "painter",
    "painters",
    "carpenter",
    "handyman",
    "repair",
    "repairs",
    "mechanic",
    "catering",
    "caterer",
    "babysitting",
    "babysitter",
    "childcare",
    "walker",
    "walkers",
    "walking",
    "sitter",
    "sitting",
    "grooming",
    "groomer",
    "massage",
    "physio",
    "physiotherapy",
    "driver",
    "taxi",
    "service",
    "services",
    "renovation",
    "renovations",
    "installation",
    "locksmith",
    "realtor",
    "planner",
    "nanny",
    "tailor",
    "tailoring",
    "insurance",
    "vet",
    "delivery",
    "laundry",
    "wash",
    "removals",
    "builder",
    "builders",
    "decorator",
];
const EVENTS: &[&str] = &[
    "festival",
    "concert",
    "fair",
    "conference",
    "webinar",
    "party",
    "exhibition",
    "marathon",
    "race",
    "screening",
    "show",
    "gala",
    "meetup",
    "summit",
    "hackathon",
    "tournament",
    "fundraiser",
    "parade",
    "carnival",
    "night",
    "nights",
    "event",
    "events",
    "play",
    "musical",
    "opera",
    "circus",
    "expo",
    "day",
    "run",
    "retreat",
    "tasting",
    "market",
    "quiz",
];
const CAUSES: &[&str] = &[
    "charity",
    "non-profit",
    "nonprofit",
    "foundation",
    "donate",
    "donation",
    "donations",
    "volunteer",
    "volunteers",
    "food bank",
    "shelter",
    "fundraiser",
    "ngo",
    "rescue",
    "refugees",
    "homeless",
    "hospice",
    "conservation",
];
const COURSES: &[&str] = &[
    "course",
    "courses",
    "class",
    "classes",
    "lesson",
    "lessons",
    "bootcamp",
    "training",
    "workshop",
    "workshops",
    "academy",
    "masterclass",
];
const TRADES: &[&str] = &[
    "b2b",
    "saas",
    "for businesses",
    "for companies",
    "for enterprises",
    "for agencies",
    "for teams",
    "consulting",
    "logistics",
];

impl Business {
    pub fn of(facts: &Facts, category: &Category) -> Self {
        let product = facts.product.to_lowercase();
        let text = facts.plain.to_lowercase();
        let noun = noun(&product);
        let brand_noun =
            facts.brand.as_deref().map(|brand| self::noun(&brand.to_lowercase())).unwrap_or_default();
        let is = |list: &[&str]| list.contains(&noun.as_str()) || list.contains(&brand_noun.as_str());
        let says = |list: &[&str]| list.iter().any(|word| mentions(&text, word));
        if category.key == "charity"
            || is(CAUSES)
            || says(&[
                "donate",
                "charity",
                "non-profit",
                "nonprofit",
                "volunteer",
                "food bank",
                "sponsor a",
                "adopt a",
            ])
        {
            Self::Cause
        } else if category.key == "event" || (is(EVENTS) && facts.when.is_some()) || is(&EVENTS[..16]) {
            Self::Event
        } else if is(COURSES) && !matches!(category.key, "yoga" | "fitness") {
            Self::Course
        } else if matches!(noun.as_str(), "app" | "apps")
            || mentions(&text, "mobile app")
            || category.key == "phone" && mentions(&text, "app")
        {
            Self::App
        } else if category.key == "software" && facts.audience.as_deref().is_some_and(is_private) {
            Self::Goods
        } else if matches!(category.key, "software" | "business") || says(TRADES) {
            Self::Trade
        } else if is_at_home(&text) || is(VENUES) && !is_solid_bar(&noun, category) || category.key == "hotel"
        {
            Self::Venue
        } else if is(SERVICES) || matches!(category.key, "repair") {
            Self::Service
        } else if matches!(category.key, "yoga" | "fitness") && is(COURSES) {
            Self::Course
        } else {
            Self::Goods
        }
    }

    /// Calls that suit the business better than its category's; empty where the category knows best.
    pub fn calls(self, facts: &Facts, category: &Category) -> &'static [&'static str] {
        let text = facts.plain.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| mentions(&text, word));
        match (self, category.key) {
            (Self::Cause, _) if says(&["adopt", "adoption"]) => {
                &["Adopt today", "Meet them today", "Give them a home"]
            }
            (Self::Cause, _) if says(&["volunteer", "volunteers"]) => {
                &["Volunteer today", "Lend a hand", "Join us"]
            }
            (Self::Cause, _) => &["Donate today", "Give today", "Chip in now"],
            (Self::Event, _) if says(&["free"]) => &["Save your spot", "Join us", "See you there"],
            (Self::Event, _) => &["Get tickets", "Save your spot", "Join us"],
            (Self::App, _) => &["Get the app", "Download now", "Try the app"],
            (Self::Trade, "software") if says(&["freelancers", "shops", "photographers", "free"]) => {
                &["Get started", "Start today", "See how it works"]
            }
            (Self::Trade, "software") => &["Book a demo", "Get started", "See how it works"],
            (Self::Trade, _) => &["Book a call", "See how it works", "Talk to us"],
            (Self::Course, "music" | "education" | "yoga" | "fitness") => {
                &["Book your first lesson", "Save your spot", "Sign up today"]
            }
            (Self::Course, _) => &["Sign up today", "Save your spot", "Join the class"],
            (Self::Venue, "restaurant" | "pizza") => &["Book a table", "Reserve tonight", "Come and eat"],
            (Self::Venue, "fitness") => &["Join today", "Book a session", "Come and try"],
            (Self::Venue, "yoga") => &["Book your spot", "Join a class", "Come and breathe"],
            (Self::Venue, "haircare" | "health" | "pets") => {
                &["Book your visit", "Book now", "Book online today"]
            }
            (Self::Venue, "hotel") => &["Book your stay", "See the rooms", "Check dates"],
            (Self::Venue, "education") => &["Book a visit", "Sign up today", "Come and see"],
            (Self::Venue, _) => &["Visit us today", "Come by today", "Stop by soon"],
            (Self::Service, "repair" | "real-estate") => &["Call us today", "Get a quote", "Book a visit"],
            (Self::Service, "camera") => &["Book a shoot", "See the gallery", "Save your date"],
            (Self::Service, "cleaning") => &["Book a clean", "Get a quote", "Book online"],
            (Self::Service, "education") => &["Book a lesson", "Start learning", "Talk to us"],
            (Self::Service, "health") => &["Book a visit", "Book now", "Book online"],
            (Self::Service, "finance") => &["Get a quote", "Get started", "Talk to us"],
            (Self::Service, "pets") => &["Book a walk", "Book now", "Say hello"],
            (Self::Service, "car") => &["Book a slot", "Call us today", "Get a quote"],
            (Self::Service, _) => &["Book now", "Get a quote", "Talk to us"],
            (Self::Goods, "software" | "finance") => &["Try it today", "Get started", "Give it a try"],
            (Self::Goods, "coffee") if says(&["beans", "bag", "roasted", "roastery"]) => {
                &["Get your first bag", "Order now", "Taste it today"]
            }
            (Self::Goods, "skincare") if says(&["sunscreen", "deodorant", "soap", "lipstick", "shaving"]) => {
                &["Shop now", "Get yours", "Try it today"]
            }
            (Self::Goods, "camera") => &["See it now", "Capture it", "Shop now"],
            (Self::Goods, "real-estate") => &["Book a viewing", "See homes", "Call us today"],
            (Self::Goods, "haircare") => &["Shop now", "Try it today", "Get yours"],
            (Self::Goods, "restaurant") => &["Order now", "See the menu", "Taste it today"],
            (Self::Goods, "fitness") => &["Shop now", "Get yours", "Start today"],
            (Self::Goods, "yoga") => &["Shop now", "Get yours", "Rest well"],
            (Self::Goods, "cleaning") => &["Shop now", "Try it today", "Get yours"],
            (Self::Goods, "bakery") => &["Order fresh", "Order yours", "Grab a bite"],
            (Self::Goods, "phone") => &["Get yours", "See it now", "Shop now"],
            (Self::Goods, "music") if says(&["guitar", "piano", "headphones"]) => {
                &["Play it", "Get yours", "Shop now"]
            }
            _ => &[],
        }
    }

    pub fn is_local(self) -> bool {
        matches!(self, Self::Venue | Self::Service | Self::Event | Self::Course | Self::Cause)
    }
}

/// "Baked in our little bakery": whoever says so can be visited, whatever they make.
fn is_at_home(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    (1..words.len()).any(|at| {
        let before = &words[at.saturating_sub(3)..at];
        let holds = |wanted: &[&str]| before.iter().any(|word| wanted.contains(&word.as_str()));
        HOMES.contains(&words[at].as_str())
            && holds(&["our", "my", "little", "tiny"])
            && !holds(&["from", "for", "online"])
    })
}

/// Where a small maker can be met.
const HOMES: &[&str] =
    &["bakery", "cafe", "caf\u{e9}", "shop", "store", "restaurant", "salon", "bistro", "studio", "roastery"];

/// A bar of soap or of oats is no place to go.
fn is_solid_bar(noun: &str, category: &Category) -> bool {
    noun == "bar" && !matches!(category.key, "coffee" | "restaurant" | "wine" | "pizza" | "drinks" | "tea")
}

/// Whether software for them is bought at home: nobody books a demo for a family.
fn is_private(audience: &str) -> bool {
    let noun = noun(audience);
    matches!(
        noun.as_str(),
        "couples"
            | "families"
            | "parents"
            | "people"
            | "students"
            | "travellers"
            | "travelers"
            | "friends"
            | "kids"
    )
}

/// The noun that says what a phrase is, in lower case.
pub fn noun(phrase: &str) -> String {
    let words: Vec<String> = phrase.split_whitespace().map(bare).collect();
    let end = words
        .iter()
        .position(|word| matches!(word.as_str(), "of" | "to" | "with" | "from" | "on" | "in" | "for" | "by"))
        .filter(|&at| at > 0)
        .unwrap_or(words.len());
    words[..end].last().cloned().unwrap_or_default()
}

/// Whether "the new one" can be said of it.
pub fn is_single(product: &str) -> bool {
    number(product) == Number::One
}
