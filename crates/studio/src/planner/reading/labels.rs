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
    let parts = found
        .iter()
        .enumerate()
        .map(|(index, &(_, from, label))| {
            let to = found.get(index + 1).map_or(text.len(), |next| next.0);
            let value = text[from..to].trim().trim_end_matches(['-', '*', '.', ',', ';', '\n', ' ']);
            (label, value.to_owned())
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    (text[..found[0].0].trim().to_owned(), parts)
}
