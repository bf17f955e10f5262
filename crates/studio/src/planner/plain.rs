//! A picture that a model refused, described so that it has nothing left to refuse: the product, where it stands and
//! in which light.

use admint_domain::{AdSpec, PlannedScene};

use super::reading::is_people;

/// At most so many parts of the old description are kept.
const PARTS: usize = 2;
/// Longer parts say more than what stands where.
const PART_WORDS: usize = 10;

/// What models refuse most, by the beginnings of words: bodies, violence, drugs, and whom a picture may show.
const RISKY: [&str; 78] = [
    "actor",
    "actress",
    "alcohol",
    "ankle",
    "arms",
    "army",
    "assault",
    "baby",
    "bare",
    "battle",
    "beer",
    "belly",
    "bikini",
    "bleed",
    "blood",
    "bodies",
    "body",
    "bomb",
    "breast",
    "bullet",
    "butt",
    "celebrit",
    "chest",
    "child",
    "cigar",
    "cleavage",
    "cocaine",
    "corpse",
    "crash",
    "crying",
    "curv",
    "death",
    "dead",
    "drug",
    "drunk",
    "enemy",
    "explo",
    "face",
    "famous",
    "fight",
    "fire",
    "flesh",
    "gore",
    "gun",
    "hand",
    "hip",
    "infant",
    "intima",
    "kill",
    "kiss",
    "knife",
    "knive",
    "leg",
    "lingerie",
    "lips",
    "model",
    "murder",
    "naked",
    "nude",
    "pain",
    "president",
    "sedu",
    "sensual",
    "sex",
    "shirtless",
    "shoot",
    "skin",
    "smok",
    "steamy",
    "sweat",
    "sword",
    "terror",
    "underwear",
    "violen",
    "weapon",
    "wet",
    "wine",
    "wound",
];

/// Somebody, in whole words.
const SOMEBODY: [&str; 18] = [
    "man", "men", "woman", "person", "girl", "boy", "lady", "guy", "kid", "teen", "teenager", "toddler",
    "mother", "father", "soldier", "she", "he", "his",
];

/// The scene's picture once more, plainly. Never what was refused.
pub fn plain_picture(spec: &AdSpec, scene: &PlannedScene) -> String {
    let refused = scene.visual_prompt.trim();
    let product = product(spec);
    let kept = parts(spec, refused).map(|part| format!(" {part}.")).collect::<String>();
    let plain =
        format!("{product} on a plain surface, in soft daylight.{kept} A calm setting with nobody in it.");
    let tries = [
        plain,
        format!("{product} alone in the middle of a plain room, evenly lit, nobody in the picture."),
        "An empty plain surface in soft daylight.".to_owned(),
    ];
    let differs = |picture: &&String| picture.as_str() != refused;
    tries.iter().find(differs).unwrap_or(&tries[0]).clone()
}

/// The product without its maker's name, or what kind of thing it is.
fn product(spec: &AdSpec) -> String {
    let brand = spec.brand.as_deref().unwrap_or_default().to_lowercase();
    let is_brand = |word: &str| brand.split_whitespace().any(|part| part == plain(word));
    let words: Vec<&str> =
        spec.product.split_whitespace().filter(|word| !is_brand(word) && !is_risky(word)).collect();
    match words.is_empty() {
        true => "The product in a plain package".to_owned(),
        false => {
            let name = words.join(" ");
            let mut letters = name.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// What may stay of the old description.
fn parts<'a>(spec: &'a AdSpec, refused: &'a str) -> impl Iterator<Item = String> + 'a {
    let names = [Some(spec.product.as_str()), spec.brand.as_deref()];
    let names: Vec<String> = names.into_iter().flatten().flat_map(str::split_whitespace).map(plain).collect();
    let stays = move |part: &&str| {
        let words = part.split_whitespace().count();
        // A name within a sentence may be anybody's.
        let has_name = part.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase));
        (2..=PART_WORDS).contains(&words)
            && !has_name
            && !part.split_whitespace().any(|word| is_risky(word) || is_people(&plain(word)))
            && !part.split_whitespace().any(|word| names.contains(&plain(word)))
            && part.is_ascii()
    };
    let parts = refused.split(['.', ',', ';', ':', '!', '?', '\n']).map(str::trim).filter(stays).take(PARTS);
    parts.map(|part| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

fn is_risky(word: &str) -> bool {
    let word = plain(word);
    SOMEBODY.contains(&word.as_str()) || RISKY.iter().any(|risky| word.starts_with(risky))
}

/// In small letters, without what stands around it.
fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use admint_domain::{AdOptions, AspectRatio, Brief, Prompt, TargetDuration};

    use super::*;

    fn described(prompt: &str, picture: &str) -> (AdSpec, PlannedScene) {
        let brief = Brief {
            prompt: Prompt::parse(prompt).unwrap(),
            aspect: AspectRatio::Square,
            duration: TargetDuration::DEFAULT,
            seed: 1,
            options: AdOptions::default(),
        };
        let spec = crate::write_spec(&brief);
        let mut scene = crate::plan_scenes(&brief, &spec).scenes()[0].clone();
        scene.visual_prompt = picture.to_owned();
        (spec, scene)
    }

    #[track_caller]
    fn check(picture: &str, keeps: &[&str], drops: &[&str]) {
        let (spec, scene) = described("A body lotion with oat milk for dry skin", picture);
        let plain = plain_picture(&spec, &scene);
        assert_ne!(plain, picture);
        let small = plain.to_lowercase();
        for part in keeps {
            assert!(small.contains(part), "`{part}` is not in: {plain}");
        }
        for part in drops {
            assert!(!small.contains(part), "`{part}` is in: {plain}");
        }
        // Refused again, it is described otherwise once more.
        let (spec, again) = described("A body lotion with oat milk for dry skin", &plain);
        assert_ne!(plain_picture(&spec, &again), plain);
    }

    #[test]
    fn people_bodies_brands_and_violence_go_and_the_setting_stays() {
        check(
            "A woman with bare shoulders smiles, morning light on wet skin, white tiles and a green plant",
            &["white tiles and a green plant", "lotion", "soft daylight"],
            &["woman", "bare", "skin", "wet"],
        );
        check("A soldier fires a gun at Darth Vader in the rain", &["plain surface"], &["gun", "vader"]);
        check("", &["lotion"], &[]);
        check("Eine Frau im Bad, überall Schaum", &["lotion"], &["schaum"]);
    }
}
