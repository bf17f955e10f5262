//! Times of day, seasons, temperatures and ingredients that a text speaks of, so that no line
//! contradicts the prompt: a decaf for evenings is not "the best part of the morning".

use super::reading::bare;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    spoken: u32,
    /// What the prompt rules out; nothing in a line.
    barred: u32,
}

/// Name, words that speak of it (whole words, or stems that end on `*`).
const TOPICS: [(&str, &[&str]); 22] = [
    (
        "morning",
        &["morning*", "breakfast*", "sunrise", "dawn", "alarm*", "wake*", "woke", "early", "noon", "getting"],
    ),
    (
        "evening",
        &[
            "evening*",
            "night*",
            "tonight",
            "midnight",
            "bedtime",
            "dusk",
            "late",
            "dinner*",
            "candlelight",
            "moonlight",
            "after-dark",
        ],
    ),
    ("weekend", &["weekend*", "saturday*", "sunday*"]),
    (
        "weekday",
        &[
            "monday*",
            "tuesday*",
            "workday*",
            "weekday*",
            "commute*",
            "commuter*",
            "office*",
            "meeting*",
            "mail",
        ],
    ),
    ("summer", &["summer*", "sunshine", "sunny", "beach*", "july", "august", "heatwave*"]),
    ("winter", &["winter*", "snow*", "frost*", "christmas", "december", "january"]),
    ("hot", &["hot", "warm*", "kettle*", "steam*", "steep*", "oven*", "toasty", "melt*"]),
    ("cold", &["iced", "ice", "cold", "chill*", "frozen", "freez*", "gelato", "cool*", "fizz*"]),
    ("sleep", &["sleep*", "rest", "decaf", "bedtime", "unwind*", "nap*", "asleep", "pillow*", "mattress*"]),
    ("wake", &["energy", "energi*", "awake", "wake*", "caffeine", "boost*", "espresso", "slump"]),
    ("sweet", &["sugar*", "sweet*", "sugary", "syrup*"]),
    ("dairy", &["butter", "buttery", "cheese*", "cheesy", "milk", "cream", "creamy", "melty"]),
    ("meat", &["meat*", "beef", "pork", "chicken*", "bacon", "brisket"]),
    ("gluten", &["flour", "wheat", "gluten", "rye"]),
    ("alcohol", &["wine*", "beer*", "gin", "vodka", "rum", "boozy", "cork*", "uncork*"]),
    ("rain", &["rain*", "rainy", "storm*", "wet"]),
    ("sun", &["sun", "sunny", "sunshine", "sunscreen*", "spf", "heatwave*"]),
    ("indoors", &["indoor*", "sofa*", "couch*"]),
    ("outdoors", &["outdoor*", "trail*", "mountain*", "park*", "garden*", "balcon*"]),
    ("children", &["kid*", "child*", "toddler*", "baby", "babies"]),
    ("quiet", &["quiet*", "calm*", "silence", "peace*", "gentle", "gently"]),
    ("loud", &["loud*", "party", "parties", "dance*", "shout*"]),
];

/// A line of the first does not fit a prompt of the second, unless the prompt speaks of both.
const OPPOSED: &[(&str, &str)] = &[
    ("morning", "evening"),
    ("weekend", "weekday"),
    ("summer", "winter"),
    ("hot", "cold"),
    ("sleep", "wake"),
    ("rain", "sun"),
    ("sun", "evening"),
    ("indoors", "outdoors"),
    ("quiet", "loud"),
];

/// What a prompt rules out: a line that speaks of the second contradicts it.
const RULED_OUT: &[(&str, &str)] = &[
    ("vegan", "dairy"),
    ("vegan", "meat"),
    ("plant-based", "dairy"),
    ("plant-based", "meat"),
    ("vegetarian", "meat"),
    ("dairy-free", "dairy"),
    ("lactose-free", "dairy"),
    ("gluten-free", "gluten"),
    ("gluten", "gluten"),
    ("sugar-free", "sweet"),
    ("alcohol-free", "alcohol"),
    ("non-alcoholic", "alcohol"),
    ("zero-proof", "alcohol"),
    ("decaf", "wake"),
    ("decaf", "morning"),
    ("caffeine-free", "wake"),
    ("raw", "hot"),
];

impl Topics {
    /// What a line speaks of.
    pub fn of(text: &str) -> Self {
        let all: Vec<String> = text.split(|c: char| c.is_whitespace() || c == '/').map(bare).collect();
        // "No sugar" does not speak of sweet things.
        let denied = |index: usize| index > 0 && matches!(all[index - 1].as_str(), "no" | "without" | "zero");
        let words: Vec<&String> = (0..all.len()).filter(|&at| !denied(at)).map(|at| &all[at]).collect();
        let mut topics = 0;
        for (index, (_, tells)) in TOPICS.iter().enumerate() {
            let told = words.iter().any(|word| {
                tells.iter().any(|tell| match tell.strip_suffix('*') {
                    Some(stem) => word.starts_with(stem),
                    None => word.as_str() == *tell,
                })
            });
            topics |= u32::from(told) << index;
        }
        Self { spoken: topics, barred: 0 }
    }

    /// What a prompt speaks of, and what it rules out.
    pub fn of_prompt(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut barred = 0;
        for (word, topic) in RULED_OUT {
            let named = TOPICS.iter().find(|(name, _)| name == topic).map_or(&[][..], |(_, words)| words);
            let denied = named.iter().any(|word| {
                let word = word.trim_end_matches('*');
                ["no", "without", "zero"].iter().any(|no| lower.contains(&format!("{no} {word}")))
            });
            if denied || lower.contains(word) || lower.contains(&word.replace('-', " ")) {
                barred |= bit(topic);
            }
        }
        Self { spoken: Self::of(text).spoken & !barred, barred }
    }

    /// Whether a line of these topics can stand in an ad for `prompt`.
    pub fn fits(self, prompt: Self) -> bool {
        let clash = |one: &str, other: &str| {
            self.spoken & bit(one) != 0 && prompt.spoken & bit(other) != 0 && prompt.spoken & bit(one) == 0
        };
        self.spoken & prompt.barred == 0
            && OPPOSED.iter().all(|&(one, other)| !clash(one, other) && !clash(other, one))
    }

    /// How many topics of the prompt the line takes up.
    pub fn shared(self, prompt: Self) -> u32 {
        (self.spoken & prompt.spoken).count_ones()
    }
}

fn bit(name: &str) -> u32 {
    TOPICS.iter().position(|(topic, _)| *topic == name).map_or(0, |index| 1 << index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, prompt: &str, fits: bool) {
        assert_eq!(Topics::of(line).fits(Topics::of_prompt(prompt)), fits, "{line} / {prompt}");
    }

    #[test]
    fn lines_that_contradict_the_prompt_do_not_fit() {
        check("The best part of the morning.", "A decaf for evenings", false);
        check("The best part of the morning.", "Coffee for early mornings", true);
        check("The best part of the morning.", "Coffee from a small roastery", true);
        check("Warm hands, clear head.", "Iced tea for hot days", true);
        check("Warm hands, clear head.", "Iced tea for the office", false);
        check("Flour. Butter. Time.", "Vegan cakes", false);
        check("Sweet and simple", "Lemonade with no sugar", false);
        check("Flour. Butter. Time.", "Sourdough bakery", true);
    }

    #[test]
    fn every_opposed_topic_exists() {
        for (one, other) in OPPOSED {
            assert!(bit(one) != 0 && bit(other) != 0, "{one}, {other}");
        }
        assert!(RULED_OUT.iter().all(|(_, topic)| bit(topic) != 0));
    }
}
