//! Which illustration shows the very thing that a prompt names.

use admint_domain::AdSpec;

use super::{reading::mentions, topics::Topics};

/// Words for things that have an illustration of their own, as `word = picture` lines.
const PICTURES: &str = include_str!("pictures.txt");

/// The illustration of the very thing that is advertised, where the product's name says which.
pub fn hero_picture(spec: &AdSpec) -> Option<&'static str> {
    let product = spec.product.to_lowercase();
    let words: Vec<&str> =
        product.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let named = |text: &str| {
        pictures()
            .find(|(word, _)| *word == text || text.strip_suffix('s') == Some(word))
            .map(|(_, picture)| picture)
    };
    // Whoever is called by a name only, and keeps people's money, is in their pocket.
    if spec.category == "finance" && spec.brand.as_deref() == Some(spec.product.as_str()) {
        return Some("mobile-phone");
    }
    // Two words say more than one, and the name's end says what it is: `sun hat` is a hat.
    words
        .windows(2)
        .rev()
        .find_map(|two| named(&two.join(" ")))
        .or_else(|| named(words.last()?))
        // `dog treats` may show a dog, but `apartment cleaning` is no apartment.
        .or_else(|| words.iter().rev().find_map(|word| named(word)).filter(|_| !is_service(&spec.category)))
        // Scripts without spaces have no words to split at.
        .or_else(|| {
            pictures()
                .find(|(word, _)| !word.is_ascii() && product.contains(word))
                .map(|(_, picture)| picture)
        })
}

/// What stands beside a product of its own, and in which colours: "ramen" and not any dish, as
/// `word = props | palettes` lines.
const OWN: &str = include_str!("props.txt");

/// Illustrations around the product: its own where it has some, else its category's; none that shines by
/// day where the ad is about the night.
pub fn props(spec: &AdSpec) -> Vec<&'static str> {
    let own = own(&spec.product).map(|(props, _)| props.split(", ").collect());
    let mut props: Vec<&str> = own.unwrap_or_else(|| super::category(&spec.category).props.to_vec());
    let night = Topics::of(&format!("{} {} {}", spec.product, spec.audience, spec.benefit));
    if night.shared(Topics::of("night")) > 0 && night.shared(Topics::of("morning")) == 0 {
        props.retain(|prop| {
            !matches!(*prop, "sun" | "sun-with-face" | "alarm-clock" | "sunrise-over-mountains")
        });
    }
    props
}

/// Whether it is known what goes with the very thing that is advertised.
pub fn has_own_props(spec: &AdSpec) -> bool {
    own(&spec.product).is_some()
}

/// Palettes of the very thing that is advertised.
pub fn own_palettes(product: &str) -> Option<Vec<&'static str>> {
    own(product).map(|(_, palettes)| palettes.split(", ").filter(|name| !name.is_empty()).collect())
}

fn own(product: &str) -> Option<(&'static str, &'static str)> {
    let product = product.to_lowercase();
    let lines = OWN.lines().filter_map(|line| line.split_once(" = "));
    let (_, rest) = lines.into_iter().find(|(word, _)| mentions(&product, word))?;
    Some(rest.split_once(" | ").unwrap_or((rest, "")))
}

fn is_service(category: &str) -> bool {
    matches!(category, "cleaning" | "real-estate" | "finance" | "health" | "education" | "software")
}

fn pictures() -> impl Iterator<Item = (&'static str, &'static str)> {
    PICTURES.lines().filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;

    #[test]
    fn every_picture_is_packaged() {
        assert!(pictures().count() > 150);
        for (word, picture) in pictures() {
            assert!(assets::has_illustration(picture), "{word}: {picture}");
        }
        for (word, rest) in OWN.lines().filter_map(|line| line.split_once(" = ")) {
            let (props, palettes) = rest.split_once(" | ").unwrap_or((rest, ""));
            for prop in props.split(", ") {
                assert!(assets::has_illustration(prop), "{word}: {prop}");
            }
            for name in palettes.split(", ").filter(|name| !name.is_empty()) {
                assert!(
                    super::super::palettes::ALL.iter().any(|colors| colors.name == name),
                    "{word}: {name}"
                );
            }
        }
    }

    #[track_caller]
    fn check(prompt: &str, picture: Option<&str>) {
        let prompt = admint_domain::Prompt::parse(prompt).unwrap();
        let brief = admint_domain::Brief {
            prompt,
            aspect: admint_domain::AspectRatio::Square,
            duration: admint_domain::TargetDuration::DEFAULT,
            seed: 1,
            options: Default::default(),
        };
        assert_eq!(hero_picture(&crate::write_spec(&brief)), picture, "{}", brief.prompt.as_str());
    }

    #[test]
    fn the_picture_is_of_the_very_thing() {
        check("A cold brew coffee for developers who work late", Some("cup-with-straw"));
        check("Iced coffee cans for campers", Some("cup-with-straw"));
        check("A wide sun hat for gardeners", Some("womans-hat"));
        check("Handmade ceramic mugs, each one different, for slow mornings", Some("hot-beverage"));
        check("Japanese kitchen knives for home cooks", Some("kitchen-knife"));
        check("Poke bowls delivered to the office", Some("green-salad"));
        check("Pan artesanal de masa madre para familias", None);
        check("Penny helps couples save for a home without spreadsheets", Some("mobile-phone"));
    }
}
