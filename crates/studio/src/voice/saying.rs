//! How written words are said aloud: sentences, marks, addresses. Numbers have [`super::numbers`].

use super::numbers;

/// A word as it is read on the picture, and as it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub written: String,
    /// One word or several, the last with its punctuation: `twenty percent,`.
    pub spoken: String,
}

/// What is said in one breath.
pub type Sentence = Vec<Word>;

/// Splits `text` into sentences and its words into what people say for them. Pictures and marks that
/// nobody reads aloud fall away.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let text = text.replace(['\u{2019}', '\u{2018}', '\u{2bc}'], "'");
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let mut sentences = vec![Sentence::new()];
    let mut rest = pieces.as_slice();
    while let [piece, after @ ..] = rest {
        let next = after.first().copied().unwrap_or_default();
        // "20 %" and "5 kg" are one word with a space in it.
        let joined = numbers::belongs(piece, next);
        let (written, whole) = if joined {
            (format!("{piece} {next}"), format!("{piece}{next}"))
        } else {
            ((*piece).to_owned(), (*piece).to_owned())
        };
        rest = if joined { &after[1..] } else { after };
        let sentence = sentences.last_mut().expect("there is always one");
        let parts = Parts::of(&whole);
        let spoken = say(parts.core);
        if spoken.is_empty() {
            // A dash between words is a short pause.
            if let Some(before) = sentence.last_mut().filter(|_| parts.is_pause()) {
                before.written = format!("{} {written}", before.written);
                if before.spoken.ends_with(|c: char| c.is_alphanumeric()) {
                    before.spoken.push(',');
                }
            }
            continue;
        }
        let ends = parts.ends_sentence(rest.first().copied());
        // "U.K." has its full stop already.
        let mark = parts.mark(ends);
        let mark = if mark == "." && spoken.ends_with('.') { "" } else { mark };
        sentence.push(Word { written, spoken: format!("{spoken}{mark}") });
        if ends {
            sentences.push(Sentence::new());
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    for sentence in &mut sentences {
        close(sentence);
    }
    sentences
}

/// A voice falls only where a sentence ends.
fn close(sentence: &mut Sentence) {
    if let Some(last) = sentence.last_mut() {
        let bare = last.spoken.trim_end_matches([',', ';', ':', '\u{2014}']).len();
        last.spoken.truncate(bare);
        if !last.spoken.ends_with(['.', '!', '?']) {
            last.spoken.push('.');
        }
    }
}

/// A written piece without the marks around it.
struct Parts<'a> {
    core: &'a str,
    before: &'a str,
    after: &'a str,
}

/// What belongs to a word although it is no letter.
fn is_core(c: char) -> bool {
    c.is_alphanumeric() || "$\u{20ac}\u{a3}\u{a5}\u{20b9}%+@#&\u{b0}\u{bd}\u{bc}\u{be}".contains(c)
}

impl<'a> Parts<'a> {
    fn of(piece: &'a str) -> Self {
        let start = piece.find(is_core).unwrap_or(piece.len());
        let end = piece
            .rfind(is_core)
            .map_or(start, |at| at + piece[at..].chars().next().map_or(0, char::len_utf8));
        // A minus belongs to its number.
        let start = match piece[..start].chars().next_back() {
            Some('-' | '\u{2212}') if piece[start..].starts_with(|c: char| c.is_ascii_digit()) => {
                piece[..start].char_indices().next_back().map_or(start, |(at, _)| at)
            }
            _ => start,
        };
        Self { core: &piece[start..end], before: &piece[..start], after: &piece[end..] }
    }

    fn is_pause(&self) -> bool {
        let marks = [self.before, self.core, self.after].concat();
        !marks.is_empty()
            && marks.chars().all(|c| "-\u{2013}\u{2014}|\u{b7}\u{2022}/:\u{2026}.\u{2192}".contains(c))
    }

    fn ends_sentence(&self, next: Option<&str>) -> bool {
        let after = self.after;
        if after.contains(['!', '?', '\u{2026}']) || after.contains("..") {
            return true;
        }
        // A full stop after an initial or an abbreviation, or before a small letter, ends nothing.
        after.contains('.')
            && abbreviation(self.core).is_none()
            && !(self.core.chars().count() == 1 && self.core.chars().all(char::is_uppercase))
            && !next.is_some_and(|next| next.starts_with(char::is_lowercase))
    }

    /// The punctuation to speak by.
    fn mark(&self, ends: bool) -> &'static str {
        let has = |c| self.after.contains(c);
        match () {
            () if has('?') => "?",
            () if has('!') => "!",
            () if ends => ".",
            () if has(',') || has(';') || has(':') || has(')') || has('\u{2014}') || has('\u{2013}') => ",",
            () => "",
        }
    }
}

/// What people say for one written word without its marks; empty for what nobody says.
pub fn say(core: &str) -> String {
    if !core.chars().any(char::is_alphanumeric) {
        return match core {
            "&" => "and",
            "+" => "plus",
            "%" => "percent",
            "@" => "at",
            _ => "",
        }
        .to_owned();
    }
    if let Some(word) = abbreviation(core) {
        return word.to_owned();
    }
    if let Some(spoken) = address(core).or_else(|| numbers::say(core)) {
        return spoken;
    }
    // "and/or", "R&B", "all-in-1", "@shop": each part by itself. A hyphen between two words is the
    // dictionary's business: it knows "well-known".
    let digits = core.chars().any(|c| c.is_ascii_digit());
    if let Some((left, right)) =
        core.split_once('&').filter(|(left, right)| !left.is_empty() && !right.is_empty())
    {
        return format!("{} and {}", letters(left), letters(right));
    }
    let separators: &[char] =
        if digits { &['/', '-', '\u{2013}', '+', '_'] } else { &['/', '\u{2014}', '+', '_', '*', '~', '='] };
    if core.contains(separators) {
        return spaced(core.split(separators).map(say));
    }
    if let Some(tag) = core.strip_prefix('#') {
        return format!("hashtag {}", say(tag));
    }
    if let Some(handle) = core.strip_prefix('@') {
        return format!("at {}", say(handle));
    }
    if digits {
        return match numbers::runs(core).as_slice() {
            [number] => numbers::digit_by_digit(number),
            runs => spaced(runs.iter().map(|run| say(run))),
        };
    }
    plain(core)
}

fn spaced(parts: impl Iterator<Item = String>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A word of letters: marks that are not heard go, and a long word in capitals is a word and not spelled.
fn plain(word: &str) -> String {
    let heard: String = word.chars().filter(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '.')).collect();
    let heard = heard.trim_matches(|c: char| !c.is_alphabetic());
    if heard.contains('.') {
        // "U.S" lost its last point to the sentence; "here.Now" lacks a space.
        let parts: Vec<&str> = heard.split('.').filter(|part| !part.is_empty()).collect();
        let initials = parts.iter().all(|part| part.chars().count() == 1);
        return if initials { spelled(&parts.concat()) } else { spaced(parts.into_iter().map(plain)) };
    }
    let letters = heard.chars().filter(|c| c.is_alphabetic()).count();
    let shouted = letters >= 4 && heard.chars().all(|c| !c.is_lowercase());
    let vowels = heard.chars().any(|c| "AEIOUY".contains(c));
    if shouted && vowels { capitalised(&heard.to_lowercase()) } else { heard.to_owned() }
}

/// Two capitals are said by their names, and a single one is anyway.
fn letters(part: &str) -> String {
    if part.chars().count() == 2 && part.chars().all(char::is_uppercase) { spelled(part) } else { say(part) }
}

/// "U.K.": with points, each letter is said by its name.
fn spelled(letters: &str) -> String {
    letters.to_uppercase().chars().map(|letter| format!("{letter}.")).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn abbreviation(core: &str) -> Option<&'static str> {
    Some(match core.trim_end_matches('.').to_lowercase().as_str() {
        "vs" => "versus",
        "w/" | "w" if core.ends_with('/') => "with",
        "w/o" => "without",
        "approx" => "approximately",
        "incl" => "including",
        "excl" => "excluding",
        "dr" => "Doctor",
        "mr" => "Mister",
        "mrs" => "Missus",
        "ms" if core.starts_with('M') => "Miz",
        "st" if core.starts_with('S') => "Saint",
        "e.g" => "for example",
        "i.e" => "that is",
        "etc" => "et cetera",
        "24/7" => "twenty-four seven",
        "50/50" => "fifty fifty",
        "a.m" => "A.M.",
        "p.m" | "pm" => "P.M.",
        _ => return None,
    })
}

/// "northwind.coffee/shop", "hello@acme.io": as people dictate them.
fn address(core: &str) -> Option<String> {
    let bare = core
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.")
        .trim_end_matches('/');
    let (user, place) = match bare.split_once('@') {
        Some((user, place)) if !user.is_empty() => (Some(user), place),
        _ => (None, bare),
    };
    // What a tracking link asks for is not for ears.
    let place = place.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let labels: Vec<&str> = host.split('.').collect();
    let [.., first, ending] = labels.as_slice() else { return None };
    let is_host = labels.iter().all(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    }) && ending.chars().all(char::is_alphabetic)
        && ending.chars().count() >= 2
        && first.chars().any(char::is_alphabetic)
        // "U.S." and "e.g" are no hosts, and neither is a missing space after a full stop.
        && (labels.iter().any(|label| label.chars().count() > 2))
        && !ending.starts_with(char::is_uppercase);
    if !is_host {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    if let Some(user) = user {
        parts.push(dotted(user));
        parts.push("at".into());
    }
    let (ending, names) = labels.split_last()?;
    for name in names {
        parts.push(hyphened(name));
        parts.push("dot".into());
    }
    parts.push(domain_ending(ending));
    for step in path.split('/').filter(|step| !step.is_empty()) {
        parts.push("slash".into());
        parts.push(dotted(step));
    }
    Some(spaced(parts.into_iter()))
}

fn dotted(name: &str) -> String {
    name.split('.').map(hyphened).collect::<Vec<_>>().join(" dot ")
}

fn hyphened(name: &str) -> String {
    name.split(['-', '_']).filter(|part| !part.is_empty()).map(label).collect::<Vec<_>>().join(" dash ")
}

fn label(part: &str) -> String {
    spaced(numbers::runs(part).into_iter().map(|run| numbers::say(run).unwrap_or_else(|| plain(run))))
}

/// Countries and the like are spelled, but for the few that are words.
fn domain_ending(ending: &str) -> String {
    let lower = ending.to_lowercase();
    match lower.as_str() {
        "co" | "me" | "to" => lower,
        short if short.chars().count() <= 2 => spelled(short),
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let spoken: Vec<String> = sentences(text)
            .iter()
            .map(|sentence| sentence.iter().map(|word| word.spoken.as_str()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(spoken.join(" | "), expected, "{text}");
    }

    #[test]
    fn sentences_end_where_a_voice_falls() {
        check("Every. Single. Day.", "Every. | Single. | Day.");
        check("Dull skin? Enough.", "Dull skin? | Enough.");
        check("Meet Dr. Brown", "Meet Doctor Brown.");
        check("Fresh \u{2014} every day", "Fresh, every day.");
        check("Wait\u{2026} there is more", "Wait. | there is more.");
        check("Soft, light, yours:", "Soft, light, yours.");
        check("\u{201c}Best coffee\u{201d} (really)", "Best coffee really.");
        check("J. Crew", "J Crew.");
    }

    #[test]
    fn marks_and_pictures_are_not_read_aloud() {
        check("Coffee \u{2615} & cake \u{1f680}", "Coffee and cake.");
        check("R&B nights", "R and B nights.");
        check("Acme\u{2122} *new* and/or old", "Acme new and or old.");
        check("It\u{2019}s [yours](+2)", "It's yours two.");
        check("\u{2192}", "");
        check("#coldbrew with @acme", "hashtag coldbrew with at acme.");
    }

    #[test]
    fn capitals_are_words_unless_they_are_short() {
        check("BUY NORTHWIND NOW", "BUY Northwind NOW.");
        check("SPF 50 for the UK", "SPF fifty for the UK.");
        check("HTML", "HTML.");
    }

    #[test]
    fn addresses_are_dictated() {
        check("Order at northwind.coffee", "Order at northwind dot coffee.");
        check("https://www.acme.com/spring-sale?utm=1", "acme dot com slash spring dash sale.");
        check("hello@acme.io", "hello at acme dot I.O.");
        check("cold-brew.co.uk.", "cold dash brew dot co dot U.K.");
        check("shop24.de!", "shop twenty-four dot D.E.!");
        check("Visit us.Today", "Visit us Today.");
        check("Made in the U.S.", "Made in the U.S.");
    }

    #[test]
    fn what_is_read_is_kept_beside_what_is_heard() {
        let sentences = sentences("Save 20 % \u{2013} today");
        let written: Vec<&str> = sentences[0].iter().map(|word| word.written.as_str()).collect();
        assert_eq!(written, ["Save", "20 % \u{2013}", "today"]);
    }
}
