//! Prompts that are filled-in forms: "Product: oat soap. Audience: families. Offer: 10% off."

/// What a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Product,
    Brand,
    Audience,
    Benefit,
    Pain,
    Offer,
    Call,
    Slogan,
    Place,
    /// Said to us, not to viewers.
    Direction,
}

const LABELS: &[(&str, Label)] = &[
    ("product", Label::Product),
    ("service", Label::Product),
    ("business", Label::Product),
    ("what", Label::Product),
    ("brand", Label::Brand),
    ("brand name", Label::Brand),
    ("company", Label::Brand),
    ("name", Label::Brand),
    ("audience", Label::Audience),
    ("target audience", Label::Audience),
    ("target", Label::Audience),
    ("customers", Label::Audience),
    ("benefit", Label::Benefit),
    ("benefits", Label::Benefit),
    ("key benefit", Label::Benefit),
    ("problem", Label::Pain),
    ("pain", Label::Pain),
    ("pain point", Label::Pain),
    ("offer", Label::Offer),
    ("discount", Label::Offer),
    ("price", Label::Offer),
    ("cta", Label::Call),
    ("call to action", Label::Call),
    ("slogan", Label::Slogan),
    ("tagline", Label::Slogan),
    ("motto", Label::Slogan),
    ("location", Label::Place),
    ("city", Label::Place),
    ("tone", Label::Direction),
    ("style", Label::Direction),
    ("mood", Label::Direction),
    ("colors", Label::Direction),
    ("colours", Label::Direction),
    ("brand colors", Label::Direction),
    ("brand colours", Label::Direction),
    ("brand color", Label::Direction),
    ("brand colour", Label::Direction),
    ("music", Label::Direction),
    ("length", Label::Direction),
    ("format", Label::Direction),
    ("platform", Label::Direction),
];

/// The text before the first label, and each label with what follows it.
pub fn labelled(text: &str) -> (String, Vec<(Label, String)>) {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return (text.to_owned(), Vec::new());
    }
    let mut found: Vec<(usize, usize, Label)> = Vec::new();
    for (colon, _) in lower.match_indices(':') {
        let before = &lower[..colon];
        let label = LABELS
            .iter()
            .filter(|(name, _)| {
                before.ends_with(name)
                    && before[..before.len() - name.len()]
                        .chars()
                        .next_back()
                        .is_none_or(|c| !c.is_alphanumeric())
            })
            .max_by_key(|(name, _)| name.len());
        if let Some((name, label)) = label {
            found.push((colon - name.len(), colon + 1, *label));
        }
    }
    let fits = found.len() >= 2 || found.iter().any(|(_, _, label)| *label != Label::Product);
    if found.is_empty() || !fits && found[0].0 > 0 {
        return (text.to_owned(), Vec::new());
    }
    let mut rest = text[..found[0].0].trim().to_owned();
    let mut parts = Vec::with_capacity(found.len());
    for (index, &(_, from, label)) in found.iter().enumerate() {
        let to = found.get(index + 1).map_or(text.len(), |next| next.0);
        let mut value = text[from..to].trim();
        if matches!(label, Label::Brand | Label::Place) {
            // A name ends with its sentence; what stands behind it is about the product again.
            let (name, after) = value.split_at(end_of_name(value));
            if !after.is_empty() {
                rest = format!("{rest} {}", after.trim()).trim().to_owned();
            }
            value = name;
        }
        let value = value.trim_end_matches(['-', '*', '.', ',', ';', '\n', ' ']);
        if !value.is_empty() {
            parts.push((label, value.to_owned()));
        }
    }
    (rest, parts)
}

/// Behind the first full stop or line that ends more than an abbreviation: `Dr. Bloom. 20% off` ends at `Bloom.`
fn end_of_name(text: &str) -> usize {
    const LONGEST_ABBREVIATION: usize = 3;
    let ends =
        text.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?' | ';' | '\n')).find(|&(at, c)| {
            let word = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
            let ends_a_word = text[at + c.len_utf8()..].starts_with(char::is_whitespace) || c == '\n';
            ends_a_word && (c != '.' || word.chars().count() > LONGEST_ABBREVIATION)
        });
    ends.map_or(text.len(), |(at, c)| at + c.len_utf8())
}
