//! Figures within words: `20%` of "20% off this week".

/// A whole number with what is written close to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    before: String,
    value: u64,
    /// Digits after the point stay as they are: `$29.50` counts in dollars.
    after: String,
    /// What it is a number of, or how it is meant: `off`, `minutes`, `from`.
    label: Option<String>,
}

/// Words that end what a figure counts.
const STOPS: [&str; 20] = [
    "a", "an", "and", "at", "by", "every", "for", "from", "in", "of", "on", "or", "per", "so", "than",
    "that", "the", "this", "with", "your",
];
/// Words before a figure without which it says something else.
const BOUNDS: [&str; 7] = ["from", "only", "just", "under", "over", "about", "save"];

impl Figure {
    /// The first figure of `text` that is worth counting: at least 2, not a year, and not half of a bargain
    /// such as "2 for 1", which says nothing without its other half.
    pub fn find(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let counts =
            |at: usize| words.get(at).is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()));
        let bargains = |at: usize| {
            words.get(at + 1).is_some_and(|word| bare(word) == "for") && counts(at) && counts(at + 2)
        };
        (0..words.len()).find_map(|at| {
            if bargains(at) || at >= 2 && bargains(at - 2) {
                return None;
            }
            let figure = Self::read(words[at])?;
            let next = words.get(at + 1).map_or_else(String::new, |word| bare(word));
            let is_price = words.get(at + 2).is_some_and(|word| bare(word) == "off")
                || at > 0
                    && matches!(bare(words[at - 1]).as_str(), "from" | "for" | "only" | "just" | "under");
            let sign = match next.as_str() {
                "euro" | "euros" => "€",
                "dollar" | "dollars" => "$",
                // Otherwise a weight.
                "pound" | "pounds" if is_price => "£",
                _ => "",
            };
            let from = at + if sign.is_empty() { 1 } else { 2 };
            let ends =
                words[if sign.is_empty() { at } else { at + 1 }].ends_with([',', '.', '!', '?', ';', ':']);
            let counted = words.get(from..).filter(|_| !ends).unwrap_or_default().iter();
            let counted: Vec<String> = counted
                .map(|word| bare(word))
                .take_while(|word| !STOPS.contains(&word.as_str()))
                .take(2)
                .collect();
            let label = match counted.first() {
                Some(off) if off == "off" => Some(off.clone()),
                Some(_) => Some(counted.join(" ")).filter(|label| label.chars().count() <= 14),
                None => {
                    at.checked_sub(1).map(|at| bare(words[at])).filter(|word| BOUNDS.contains(&word.as_str()))
                }
            };
            Some(Self { before: format!("{sign}{}", figure.before), label, ..figure })
        })
    }

    fn read(word: &str) -> Option<Self> {
        let word = word.trim_matches(|c: char| matches!(c, ',' | '.' | '!' | '?' | ';' | ':' | '(' | ')'));
        let from = word.find(|c: char| c.is_ascii_digit())?;
        let rest = &word[from..];
        let to = rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len());
        let digits: String = rest[..to].chars().filter(char::is_ascii_digit).collect();
        let (before, after) = (&word[..from], &rest[to..]);
        let value: u64 = digits.parse().ok().filter(|&value| value >= 2)?;
        let is_year = before.is_empty() && after.is_empty() && (1900..2100).contains(&value);
        let short = before.chars().count() <= 2 && after.chars().count() <= 4 && digits.len() <= 6;
        // A figure within a word is a name: `A4`, `mp3player`.
        let named = before.chars().any(char::is_alphabetic);
        (short && !is_year && !named).then(|| Self {
            before: before.into(),
            value,
            after: after.into(),
            label: None,
        })
    }

    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Whether the label is said before the figure: `from £12`.
    pub fn label_comes_first(&self) -> bool {
        self.label.as_deref().is_some_and(|label| BOUNDS.contains(&label))
    }

    /// As it reads when `part` of it, from 0 to 1, has been counted.
    pub fn at(&self, part: f64) -> String {
        let value = (self.value as f64 * part.clamp(0.0, 1.0)).round() as u64;
        format!("{}{}{}", self.before, grouped(value), self.after)
    }
}

/// `12500` as `12,500`.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, counted: Option<&str>) {
        assert_eq!(Figure::find(text).map(|figure| figure.at(1.0)).as_deref(), counted, "{text}");
    }

    #[test]
    fn finds_what_is_worth_counting() {
        check("20% off this week", Some("20%"));
        check("from $29.50 a month", Some("$29.50"));
        check("over 12,500 happy homes", Some("12,500"));
        check("ready in 15 minutes!", Some("15"));
        check("24h delivery", Some("24h"));
        check("10 euros off your first clean", Some("€10"));
        check("Plants from 12 pounds", Some("£12"));
        check("lose 10 pounds in a month", Some("10"));
        check("since 1998", None);
        check("buy 1, get 1", None);
        check("A4 paper", None);
        check("2 for 1 on Mondays", None);
        check("3 for $12", None);
        check("3 for 2, or 20% off", Some("20%"));
        check("15 for free", Some("15"));
        check("no figure here", None);
    }

    #[track_caller]
    fn check_label(text: &str, label: Option<&str>) {
        assert_eq!(Figure::find(text).unwrap().label(), label, "{text}");
    }

    #[test]
    fn says_what_it_is_a_number_of() {
        check_label("20% off this week", Some("off"));
        check_label("10 euros off your first clean", Some("off"));
        check_label("ready in 15 minutes!", Some("minutes"));
        check_label("over 12,500 happy homes", Some("happy homes"));
        check_label("40 hours of battery", Some("hours"));
        check_label("Plants from 12 pounds", Some("from"));
        check_label("from $29.50 a month", Some("from"));
        assert!(Figure::find("Plants from 12 pounds").unwrap().label_comes_first());
        assert!(!Figure::find("20% off").unwrap().label_comes_first());
        check_label("now $79", None);
        check_label("24h, delivery too", None);
        check_label("30 unbelievable extravaganzas", None);
    }

    #[test]
    fn counts_from_nothing_to_the_figure() {
        let figure = Figure::find("20%").unwrap();
        assert_eq!(figure.at(0.0), "0%");
        assert_eq!(figure.at(0.5), "10%");
        assert_eq!(figure.at(2.0), "20%");
    }
}
