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

/// Tones that no words stand on.
const BRIGHT: &[(&str, u32)] = &[
    ("gold", 0xd9a62e),
    ("yellow", 0xf2c230),
    ("orange", 0xf28c28),
    ("coral", 0xf4795f),
    ("pink", 0xf06292),
    ("turquoise", 0x2fb8c2),
    ("lavender", 0xa78bea),
    ("mint", 0x5fcf9f),
    ("beige", 0xd8c3a0),
    ("green", 0x4caf50),
    ("blue", 0x3b82f6),
    ("red", 0xe53935),
];

/// Takes hex colours out of the text, and names of colours where the prompt speaks of the brand's colours;
/// in the prompt's order, the first is the main one.
pub fn take_colors(text: &str) -> (String, Vec<Rgb>) {
    let mut colors = Vec::new();
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| match word.trim_matches([',', '.', ';', '(', ')']).parse::<Rgb>() {
            Ok(found) => {
                colors.push(found);
                false
            }
            Err(_) => true,
        })
        .collect();
    let (kept, named) = take_named(&kept, !colors.is_empty());
    for name in named {
        colors.push(tone(name, !colors.is_empty()));
    }
    (kept, colors)
}

/// "in our brand colours navy and gold", "brand color is teal", "colors: red and white".
fn take_named(words: &[&str], given: bool) -> (String, Vec<&'static str>) {
    let is_colors =
        |word: &str| matches!(bare(word).as_str(), "color" | "colour" | "colors" | "colours" | "palette");
    let lookup = |word: &str| NAMED.iter().find(|(name, _)| *name == bare(word)).map(|(name, _)| *name);
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
    let Some(at) = words.iter().position(|word| is_colors(word)) else {
        return (words.join(" "), Vec::new());
    };
    let (mut from, mut to) = (at, at + 1);
    let (mut found, mut before) = (Vec::new(), Vec::new());
    while to < words.len() && (filler(words[to]) || lookup(words[to]).is_some()) {
        found.extend(lookup(words[to]));
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
        before.extend(lookup(words[from]));
    }
    before.reverse();
    before.extend(found);
    let found = before;
    // "12 bold colors" speaks of the goods.
    if found.is_empty() && !given {
        return (words.join(" "), Vec::new());
    }
    let comma = if from > 0 && to < words.len() && !words[from - 1].ends_with([',', '.', ';']) {
        &[","][..]
    } else {
        &[]
    };
    let rest = [&words[..from], comma, &words[to..]].concat().join(" ").replace(" ,", ",");
    (rest, found)
}

/// The colour of a name: dark enough for words as the main one, as people see it beside another.
fn tone(name: &str, beside: bool) -> Rgb {
    let bright = BRIGHT.iter().filter(|_| beside);
    let value = bright.chain(NAMED).find(|(known, _)| *known == name).map_or(0, |(_, value)| *value);
    Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_named_or_given_in_hex() {
        assert_eq!(take_colors("Soap in #1a5f7a bars").1, [Rgb(0x1a, 0x5f, 0x7a)]);
        let (rest, colors) = take_colors("A rowing club, brand colours navy and gold, for beginners");
        assert_eq!(rest, "A rowing club, for beginners");
        assert_eq!(colors, [Rgb(0x1b, 0x2a, 0x4e), Rgb(0xd9, 0xa6, 0x2e)]);
        assert_eq!(take_colors("Tea tins in red and white brand colours").1, [Rgb(0xc6, 0x28, 0x28)]);
        let plain = "Lipstick in 12 bold colors";
        assert_eq!(take_colors(plain), (plain.to_owned(), Vec::new()));
    }
}
