//! The brand's colours, by hex or by name.

use admint_domain::Rgb;

use super::words::bare;

/// Names that people give to brand colours, in tones that text stands on.
const NAMED: &[(&str, u32)] = &[
    ("navy", 0x1b2a4e),
    ("blue", 0x1f5fbf),
    ("teal", 0x0f766e),
    ("turquoise", 0x0e7c86),
    ("green", 0x2e7d32),
    ("emerald", 0x047857),
    ("olive", 0x5b6b1f),
    ("red", 0xc62828),
    ("crimson", 0xb0123b),
    ("burgundy", 0x7b1b38),
    ("maroon", 0x7a1f2b),
    ("orange", 0xc2570c),
    ("coral", 0xc8503c),
    ("pink", 0xc2185b),
    ("magenta", 0xa8157a),
    ("purple", 0x6a2fb0),
    ("violet", 0x5b34c4),
    ("lavender", 0x7a5fc0),
    ("gold", 0x8a6414),
    ("yellow", 0x8a6d00),
    ("brown", 0x6b4226),
    ("black", 0x1c1c1f),
    ("charcoal", 0x2f343b),
    ("grey", 0x4b5563),
    ("gray", 0x4b5563),
    ("indigo", 0x3b3bd6),
    ("mint", 0x0b7a4b),
    ("beige", 0x80684a),
];

/// Takes hex colours out of the text, and names of colours where the prompt speaks of the brand's colours.
pub fn take_color(text: &str) -> (String, Option<Rgb>) {
    let mut color = None;
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| match word.trim_matches([',', '.', ';', '(', ')']).parse::<Rgb>() {
            Ok(found) => {
                color.get_or_insert(found);
                false
            }
            Err(_) => true,
        })
        .collect();
    let (kept, named) = take_named(&kept, color.is_some());
    (kept, color.or(named))
}

/// "in our brand colours navy and gold", "brand color is teal", "colors: red and white".
fn take_named(words: &[&str], given: bool) -> (String, Option<Rgb>) {
    let is_colors =
        |word: &str| matches!(bare(word).as_str(), "color" | "colour" | "colors" | "colours" | "palette");
    let lookup = |word: &str| NAMED.iter().find(|(name, _)| *name == bare(word)).map(|(_, value)| *value);
    let filler = |word: &str| {
        matches!(
            bare(word).as_str(),
            "is" | "are"
                | "our"
                | "brand"
                | "in"
                | "and"
                | "with"
                | "white"
                | "use"
                | "the"
                | "company"
                | "bright"
                | "dark"
                | "deep"
                | "main"
                | ""
        )
    };
    let Some(at) = words.iter().position(|word| is_colors(word)) else { return (words.join(" "), None) };
    let (mut from, mut to) = (at, at + 1);
    let mut found = None;
    while to < words.len() && (filler(words[to]) || lookup(words[to]).is_some()) {
        found = found.or(lookup(words[to]));
        to += 1;
        if words[to - 1].ends_with(['.', ';', '!']) {
            break;
        }
    }
    while from > 0
        && (filler(words[from - 1]) || lookup(words[from - 1]).is_some())
        && !words[from - 1].ends_with(['.', ';', '!', ','])
    {
        from -= 1;
        found = found.or(lookup(words[from]));
    }
    // "12 bold colors" speaks of the goods.
    if found.is_none() && !given {
        return (words.join(" "), None);
    }
    let comma = if from > 0 && to < words.len() && !words[from - 1].ends_with([',', '.', ';']) {
        &[","][..]
    } else {
        &[]
    };
    let rest = [&words[..from], comma, &words[to..]].concat().join(" ").replace(" ,", ",");
    let Some(value) = found else { return (rest, None) };
    (rest, Some(Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_or_given_in_hex() {
        assert_eq!(take_color("Soap in #1a5f7a bars").1, Some(Rgb(0x1a, 0x5f, 0x7a)));
        let (rest, color) = take_color("A rowing club, brand colours navy and gold, for beginners");
        assert_eq!((rest.as_str(), color), ("A rowing club, for beginners", Some(Rgb(0x1b, 0x2a, 0x4e))));
        assert_eq!(take_color("Lipstick in 12 bold colors"), ("Lipstick in 12 bold colors".to_owned(), None));
    }
}
