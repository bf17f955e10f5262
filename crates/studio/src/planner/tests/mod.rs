use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use admint_domain::{AdOptions, AspectRatio, Prompt, TargetDuration};
use proptest::prelude::*;

use super::{
    copy::words::content,
    reading::{Facts, LITTLE_WORDS},
    *,
};

/// A prompt a line; `# ` begins a heading.
const PROMPTS: &str = include_str!("prompts.txt");

fn brief(prompt: &str, seconds: u32, seed: u32) -> Brief {
    Brief {
        prompt: Prompt::parse(prompt).unwrap(),
        aspect: AspectRatio::Portrait9x16,
        duration: TargetDuration::parse(seconds).unwrap(),
        seed,
        options: AdOptions::default(),
    }
}

fn plan(brief: &Brief) -> (AdSpec, ScenePlan) {
    let spec = write_spec(brief);
    let plan = plan_scenes(brief, &spec);
    (spec, plan)
}

fn prompts() -> Vec<&'static str> {
    PROMPTS
        .lines()
        .filter(|line| !line.starts_with("# "))
        .filter(|line| Prompt::parse(line).is_ok())
        .collect()
}

/// The prompts under a heading.
fn section(heading: &str) -> Vec<&'static str> {
    PROMPTS
        .lines()
        .skip_while(|line| line.strip_prefix("# ") != Some(heading))
        .skip(1)
        .take_while(|line| !line.starts_with("# "))
        .collect()
}

/// What holds for every ad, whatever the prompt.
#[track_caller]
fn check_sound(brief: &Brief) {
    let (spec, plan) = plan(brief);
    assert_eq!(plan.total(), brief.duration.frames());
    assert!(spec.palette.is_readable());
    assert!(!spec.product.trim().is_empty() && !spec.call_to_action.trim().is_empty());
    for scene in plan.scenes() {
        for overlay in &scene.overlays {
            assert!(overlay.text.chars().count() <= 80, "{}", overlay.text);
            if overlay.role == OverlayRole::Headline {
                assert!(overlay.text.split_whitespace().count() <= 7, "{}", overlay.text);
            }
        }
    }
}

/// What holds for every ad: planned once for all the rules, for planning is what takes time. A failure names the line
/// of the rule.
const RULES: [fn(&Brief, &AdSpec, &ScenePlan); 7] = [
    lines_keep_their_limits,
    nothing_is_said_twice,
    no_line_is_left_hanging,
    articles_suit_their_words,
    names_quotations_addresses_and_prices_stay_as_they_are,
    no_line_contradicts_its_prompt,
    nothing_is_claimed_that_nobody_said,
];

/// Every ad of the prompt file, with five seeds and lengths.
#[test]
fn every_ad_keeps_the_rules() {
    for prompt in prompts() {
        for seed in 1..=5 {
            let brief = brief(prompt, [15, 9, 24, 30, 18][seed as usize - 1], seed);
            let (spec, plan) = plan(&brief);
            RULES.iter().for_each(|rule| rule(&brief, &spec, &plan));
        }
    }
}

fn lines(plan: &ScenePlan) -> Vec<(OverlayRole, String)> {
    plan.scenes().iter().flat_map(|scene| scene.overlays.iter().map(|o| (o.role, o.text.clone()))).collect()
}

fn lines_keep_their_limits(brief: &Brief, _: &AdSpec, plan: &ScenePlan) {
    for (role, text) in lines(plan) {
        let words = text.split_whitespace().count();
        match role {
            OverlayRole::Headline => assert!(words <= 7, "{}: {text}", brief.prompt.as_str()),
            OverlayRole::Support => assert!(words <= 12, "{}: {text}", brief.prompt.as_str()),
            OverlayRole::Name | OverlayRole::CallToAction => assert!(words <= 5, "{text}"),
            OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => {
                assert!(words <= 5, "{text}");
            }
        }
    }
}

fn nothing_is_said_twice(brief: &Brief, _: &AdSpec, plan: &ScenePlan) {
    let mut said = HashSet::new();
    for (role, text) in lines(plan) {
        if role != OverlayRole::Name {
            let bare = text.trim_end_matches(['.', '!', '?']).to_lowercase();
            assert!(said.insert(bare), "{} (seed {}): `{text}` twice", brief.prompt.as_str(), brief.seed);
        }
    }
    for scene in plan.scenes() {
        let text = |role| {
            scene.overlays.iter().find(|o| o.role == role).map(|o| content(&o.text)).unwrap_or_default()
        };
        let (headline, support) = (text(OverlayRole::Headline), text(OverlayRole::Support));
        let shared: Vec<&String> = headline.iter().filter(|word| support.contains(word)).collect();
        if Facts::read(brief.prompt.as_str()).english && scene.role != SceneRole::CallToAction {
            assert!(shared.is_empty(), "{}: {shared:?} in {:?}", brief.prompt.as_str(), scene.overlays);
        }
    }
}

/// Each line's words, in reading order, and the frames from its entrance to the end of its scene's words: as
/// the timeline lays them, with the longest wait after a cut.
fn shown(plan: &ScenePlan) -> Vec<Vec<(&str, u32)>> {
    let last = plan.scenes().len() - 1;
    let scene = |(index, scene): (usize, &'_ PlannedScene)| {
        let wait = if index == 0 { 0 } else { 9 };
        let leave = if index == last { 0 } else { plan.crossfade().0 };
        (wait, scene.length.0 - leave)
    };
    plan.scenes()
        .iter()
        .enumerate()
        .map(|(index, planned)| {
            let (start, end) = scene((index, planned));
            let lines = planned.overlays.iter().enumerate();
            lines.map(|(order, line)| (line.text.as_str(), end - start - 9 * order as u32)).collect()
        })
        .collect()
}

/// Three words a second for all of them, in turn, and 1.2 s for each.
#[test]
fn every_line_is_on_screen_long_enough_to_read() {
    for prompt in prompts() {
        for (seed, seconds) in [9, 13, 15, 20, 26, 30].into_iter().enumerate() {
            let brief = brief(prompt, seconds, seed as u32);
            let (_, plan) = plan(&brief);
            for lines in shown(&plan) {
                for (order, (text, frames)) in lines.iter().enumerate() {
                    let words: usize =
                        lines[order..].iter().map(|(text, _)| text.split_whitespace().count()).sum();
                    let place = format!("{prompt} ({seconds} s): `{text}` in {lines:?}");
                    assert!(words * 24 <= 3 * *frames as usize, "{place}");
                    assert!(frames * 10 >= 12 * 24, "{place}");
                }
            }
        }
    }
}

/// A hook may show a mood; the product is there three seconds after the start all the same.
#[test]
fn the_product_is_in_sight_within_three_seconds() {
    let mut frameworks = HashSet::new();
    for prompt in prompts() {
        for (seed, seconds) in [9, 15, 20, 26, 30].into_iter().enumerate() {
            let (spec, plan) = plan(&brief(prompt, seconds, seed as u32));
            frameworks.insert(spec.framework.as_str());
            let second = &plan.scenes()[1];
            assert!(plan.starts()[1].0 <= 72, "{prompt} ({seconds} s): {:?}", plan.starts());
            assert!(
                second.role == SceneRole::Reveal || second.layout == SceneLayout::Comparison,
                "{prompt} ({seconds} s): {second:?}"
            );
        }
    }
    assert_eq!(frameworks.len(), 3);
}

#[test]
fn two_brand_colours_are_kept() {
    let spec = write_spec(&brief("A rowing club, brand colours navy and gold, for beginners", 15, 1));
    let rgb = |color: admint_domain::Rgb| (color.0, color.1, color.2);
    assert_eq!(rgb(spec.palette.primary), (0x1b, 0x2a, 0x4e));
    assert_eq!(rgb(spec.palette.accent), (0xd9, 0xa6, 0x2e));
}

fn no_line_is_left_hanging(brief: &Brief, _: &AdSpec, plan: &ScenePlan) {
    for (_, text) in lines(plan) {
        let place = format!("{} (seed {}): `{text}`", brief.prompt.as_str(), brief.seed);
        assert!(!text.contains("  ") && text == text.trim(), "{place}");
        for double in ["..", ",,", "??", "!!", "?.", "!.", ".?", ",.", " .", " ,", " ?", "-,"] {
            // French sets a space before its question marks.
            let french = double == " ?" && !Facts::read(brief.prompt.as_str()).english;
            assert!(french || !text.contains(double), "{place}");
        }
        let last = text.split_whitespace().last().unwrap_or("").to_lowercase();
        let last = last.trim_matches(|c: char| !c.is_alphanumeric());
        let hanging = LITTLE_WORDS.contains(&last)
            && !matches!(
                last,
                "on" | "in"
                    | "by"
                    | "that"
                    | "no"
                    | "is"
                    | "so"
                    | "o"
                    | "e"
                    | "i"
                    | "to"
                    | "into"
                    | "το"
                    | "for"
                    | "with"
                    | "are"
                    | "from"
            );
        assert!(!hanging, "{place}");
    }
}

fn articles_suit_their_words(brief: &Brief, _: &AdSpec, plan: &ScenePlan) {
    if !Facts::read(brief.prompt.as_str()).english {
        return;
    }
    for (_, text) in lines(plan) {
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.windows(2) {
            let article = pair[0].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            if pair[0].ends_with(['.', ',', '?', '!'])
                || pair[1].chars().next().is_some_and(|c| !c.is_alphanumeric())
            {
                continue;
            }
            let right = copy::grammar::article(pair[1]);
            if article == "a" || article == "an" {
                assert_eq!(article, right, "{}: {text}", brief.prompt.as_str());
            }
        }
    }
}

fn names_quotations_addresses_and_prices_stay_as_they_are(brief: &Brief, spec: &AdSpec, plan: &ScenePlan) {
    let facts = Facts::read(brief.prompt.as_str());
    let all = lines(plan).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    let kept = |what: Option<&String>| {
        if let Some(what) = what.filter(|what| what.chars().count() <= 26) {
            assert!(
                all.contains(what.as_str()),
                "{}: `{what}` is missing from\n{all}",
                brief.prompt.as_str()
            );
        }
    };
    kept(facts.brand.as_ref());
    kept(facts.slogan.as_ref());
    kept(facts.address.as_ref());
    if facts.address.is_none() {
        kept(facts.phone.as_ref());
    }
    kept(spec.offer.as_ref());
}

#[test]
fn long_names_and_quotations_stay_as_they_are() {
    for (prompt, kept) in [
        (
            "Smoked fish from \"Old Harbour Smokehouse Leeds\", sold on Fridays",
            "Old Harbour Smokehouse Leeds",
        ),
        (
            "Sleepwell mattresses, slogan \"Sleep like a stone until the morning.\"",
            "Sleep like a stone until the morning.",
        ),
        (
            "Brand: Nordlys. Product: candles. Slogan: \"Long nights deserve the softest light\"",
            "Long nights deserve the softest light",
        ),
    ] {
        assert!(kept.chars().count() > 26);
        for (seed, seconds) in [9, 15, 20, 30].into_iter().enumerate() {
            let (_, plan) = plan(&brief(prompt, seconds, seed as u32));
            let all = lines(&plan);
            assert!(all.iter().any(|(_, text)| text.contains(kept)), "{prompt} ({seconds} s): {all:?}");
        }
    }
}

/// Kinds of products, a line each: category, products, whom or what they are for, what is said of them.
const KINDS: &str = include_str!("kinds.txt");

/// Ten prompts for a line of the kinds, as people write them.
fn ten_of(kind: &str) -> (&str, Vec<String>) {
    const BRANDS: [&str; 5] = ["Nordlys", "Tamber", "Okoro", "Velmora", "Juniper & Co"];
    const TOWNS: [&str; 3] = ["Ghent", "Leeds", "Porto"];
    let columns: Vec<Vec<&str>> = kind.split(" | ").map(|column| column.split("; ").collect()).collect();
    let [key, products, audiences, said] = columns.as_slice() else { panic!("{kind}") };
    let product = |index: usize| products[index % products.len()];
    let (whom, told) = (|index: usize| audiences[index % 3], |index: usize| said[index % 4]);
    let (brand, town) = (|index: usize| BRANDS[index % 5], |index: usize| TOWNS[index % 3]);
    let upper = |text: &str| reading::capitalised(text);
    let prompts = vec![
        format!("{} for {}", upper(product(0)), whom(0)),
        format!("{} {}, {}", brand(0), product(1), told(0)),
        format!("{} in {}, {}", upper(product(2)), town(0), told(1)),
        format!("{}, {}, {}", upper(product(3)), told(2), told(3)),
        format!("{} {} for {}, {}", brand(1), product(4), whom(1), told(3)),
        format!("{} for {}, 15% off this week", upper(product(1)), whom(2)),
        format!("{} for {}, {}", upper(product(3)), whom(0), told(0)),
        format!("{} {}, from $20", brand(2), product(0)),
        format!("{} from {}, {}", upper(product(4)), town(1), told(2)),
        format!("{}: {} for {}", brand(3), product(2), whom(1)),
    ];
    (key[0], prompts)
}

/// How often a line comes in ten ads, at most, and how many of all their lines are the only ones of their
/// kind, at least: of headlines, and of the lines under them.
#[track_caller]
fn check_variety(name: &str, prompts: &[impl AsRef<str>], most: u32, share: [f64; 2]) {
    for seed in 1..=3 {
        for (role, share) in [OverlayRole::Headline, OverlayRole::Support].into_iter().zip(share) {
            let mut counts: HashMap<String, u32> = HashMap::new();
            for prompt in prompts {
                let (_, plan) = plan(&brief(prompt.as_ref(), 15, seed));
                for (_, text) in lines(&plan).into_iter().filter(|(of, _)| *of == role) {
                    *counts.entry(text).or_default() += 1;
                }
            }
            let all: u32 = counts.values().sum();
            let found = counts.len() as f64 / f64::from(all.max(1));
            let often: Vec<_> = counts.iter().filter(|(_, count)| **count > most).collect();
            assert!(often.is_empty(), "{name}, seed {seed}: {often:?}");
            assert!(found >= share, "{name}, seed {seed}: {role:?} {found:.2}, {counts:?}");
        }
    }
}

#[test]
fn ten_ads_of_one_category_share_hardly_a_line() {
    for heading in ["coffee", "skincare", "software", "bakery"] {
        let ten = section(heading);
        assert_eq!(ten.len(), 10, "{heading}");
        check_variety(heading, &ten, 4, [0.8, 0.75]);
    }
    let kinds: Vec<&str> = KINDS.lines().collect();
    let keys: HashSet<&str> = kinds.iter().map(|kind| ten_of(kind).0).collect();
    assert!(CATEGORIES.iter().all(|category| keys.contains(category.key)), "{keys:?}");
    for kind in kinds {
        let (key, ten) = ten_of(kind);
        check_variety(key, &ten, 5, [0.7, 0.65]);
    }
}

#[test]
fn ten_german_ads_share_hardly_a_line() {
    let ten = section("ten in German");
    assert_eq!(ten.len(), 10);
    check_variety("German", &ten, 5, [0.65, 0.7]);
}

fn no_line_contradicts_its_prompt(brief: &Brief, _: &AdSpec, plan: &ScenePlan) {
    let facts = Facts::read(brief.prompt.as_str());
    if !facts.english {
        return;
    }
    for (role, text) in lines(plan) {
        let own = content(&text).iter().all(|word| content(brief.prompt.as_str()).contains(word));
        if role != OverlayRole::CallToAction
            && !own
            && content(&text).iter().all(|word| !content(brief.prompt.as_str()).contains(word))
        {
            assert!(topics::Topics::of(&text).fits(facts.topics), "{}: {text}", brief.prompt.as_str());
        }
    }
}

/// Every content word of an English ad is the prompt's, its category's, or one of the patterns' own.
fn nothing_is_claimed_that_nobody_said(brief: &Brief, spec: &AdSpec, plan: &ScenePlan) {
    static PATTERNS: LazyLock<HashSet<String>> =
        LazyLock::new(|| content(include_str!("pattern_words.txt")).into_iter().collect());
    let facts = Facts::read(brief.prompt.as_str());
    if !facts.english {
        return;
    }
    let category = category(&spec.category);
    let table = copy::table::Table::of(category.key);
    let mut known: HashSet<String> = content(brief.prompt.as_str()).into_iter().collect();
    known.extend(content(&brief.prompt.as_str().replace(['-', '.', '/', '<', '>', '"'], " ")));
    let general = copy::table::Table::of("generic");
    let written = table.all().chain(general.all());
    known.extend(written.flat_map(|pair| [pair.headline, pair.support]).flat_map(content));
    known.extend(content(category.benefit).into_iter().chain(content(category.pain)));
    known.extend([&facts.product, &facts.title()].into_iter().flat_map(|name| content(name)));
    let prompt: Vec<String> = content(brief.prompt.as_str());
    for (role, text) in lines(plan) {
        if role == OverlayRole::CallToAction || facts.address.as_ref() == Some(&text) {
            continue;
        }
        for word in content(&text) {
            let inflected = prompt.iter().any(|own| {
                let shared = own.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
                shared >= 3 && shared + 2 >= own.chars().count().min(word.chars().count())
            });
            assert!(
                known.contains(&word) || PATTERNS.contains(&word) || inflected,
                "{} (seed {}): `{word}` in `{text}`",
                brief.prompt.as_str(),
                brief.seed
            );
        }
    }
}

#[track_caller]
fn check(prompt: &str, category: &str, product: &str, brand: Option<&str>) -> AdSpec {
    let spec = write_spec(&brief(prompt, 15, 1));
    assert_eq!(
        (spec.category.as_str(), spec.product.as_str(), spec.brand.as_deref()),
        (category, product, brand),
        "{prompt}"
    );
    spec
}

#[test]
fn facts_are_taken_from_the_sentence() {
    let spec = check(
        "Northwind cold brew coffee for busy parents who hate bitter iced coffee, 20% off this week at northwind.coffee",
        "coffee",
        "cold brew coffee",
        Some("Northwind"),
    );
    assert_eq!(spec.audience, "busy parents");
    assert_eq!(spec.pain, "bitter iced coffee");
    assert_eq!(spec.offer.as_deref(), Some("20% off this week"));
    assert_eq!(spec.framework, Framework::Pas);
    assert!(spec.framework_reason.contains("bitter iced coffee"));
    check(
        "Create a 15 second video ad for my sourdough bakery in Berlin",
        "bakery",
        "sourdough bakery",
        None,
    );
    check("A vegan skincare serum that makes your skin glow", "skincare", "vegan skincare serum", None);
    check(
        "Handmade soy candles with lavender scent for cozy evenings",
        "candles",
        "handmade soy candles",
        None,
    );
    check("Luna is a yoga studio for beginners", "yoga", "yoga studio", Some("Luna"));
    check("Running shoes from Nimbus with super light foam, $89", "shoes", "running shoes", Some("Nimbus"));
    check("Children's puzzles for rainy days", "toys", "children's puzzles", None);
    check(
        "<b>Lipstick</b> \"Velvet Riot\" in 12 bold colors, $18",
        "skincare",
        "lipstick",
        Some("Velvet Riot"),
    );
    check("\"Pixel Pantry\" app that helps families plan dinner", "phone", "app", Some("Pixel Pantry"));
}

/// The twenty most telling prompts, and what must be read from each: product, brand, audience, benefit or pain.
#[test]
fn telling_prompts_are_read_right() {
    let read = |prompt: &str| Facts::read(prompt);
    let facts = read("A cold brew coffee for developers who work late, 20% off this week");
    assert_eq!(facts.audience.as_deref(), Some("developers"));
    assert_eq!(facts.situation.as_deref(), Some("work late"));
    let facts = read("A decaf for quiet evenings, no sugar, from a small roastery in Bristol");
    assert_eq!(
        (facts.purpose.as_deref(), facts.absent.as_slice()),
        (Some("quiet evenings"), &["sugar".to_owned()][..])
    );
    let facts = read("Mira is a Korean skincare brand for people who hate 10-step routines");
    assert_eq!((facts.brand.as_deref(), facts.pain.as_deref()), (Some("Mira"), Some("10-step routines")));
    let facts = read("Emergency plumber in Leeds, call 0113 496 0123, no call-out fee");
    assert_eq!((facts.brand.as_deref(), facts.place.as_deref()), (None, Some("Leeds")));
    assert_eq!(facts.phone.as_deref(), Some("0113 496 0123"));
    let facts = read("Jazz festival in Riverside Park on Saturday 14 June at 7pm, free entry");
    assert_eq!(facts.when.as_deref(), Some("Saturday 14 June at 7pm"));
    assert_eq!(facts.place.as_deref(), Some("Riverside Park"));
    assert_eq!(facts.offer.as_deref(), Some("Free entry"));
    let facts = read("Sleepwell mattresses, slogan \"Sleep like a stone.\"");
    assert_eq!(facts.slogan.as_deref(), Some("Sleep like a stone."));
    let facts = read("Product: oat soap. Audience: young families. Offer: 10% off. Tone: playful");
    assert_eq!((facts.product.as_str(), facts.audience.as_deref()), ("oat soap", Some("young families")));
    assert_eq!((facts.offer.as_deref(), facts.tone), (Some("10% off"), Some(Tone::Playful)));
    let facts = read("Cold brew in a can for early risers. Brand: Dr. Bloom. 20% off this week.");
    assert_eq!((facts.brand.as_deref(), facts.product.as_str()), (Some("Dr. Bloom"), "cold brew"));
    assert_eq!(facts.offer.as_deref(), Some("20% off this week"));
    let facts = read("Better than Nespresso: compostable coffee capsules");
    assert_eq!((facts.product.as_str(), facts.brand.as_deref()), ("compostable coffee capsules", None));
    let facts = read("Headphones, 30% off and free shipping");
    assert_eq!(
        (facts.offer.as_deref(), facts.second_offer.as_deref()),
        (Some("30% off"), Some("Free shipping"))
    );
    let facts = read("BUY OUR AMAZING PROTEIN BARS NOW!!! 50% OFF TODAY!!!");
    assert_eq!(facts.product, "amazing protein bars");
    let facts = read("Ski passes CHF 79, kids ski free");
    assert_eq!(facts.offer.as_deref(), Some("CHF 79"));
    let facts =
        read("\u{1f355}\u{1f355}\u{1f355}\u{1f525}\u{1f525}\u{1f525}\u{1f355}\u{1f355}\u{1f355}\u{1f525}");
    assert_eq!(facts.product, "pizza");
    let facts = read("https://www.luna-bakery.com/menu");
    assert_eq!(facts.brand.as_deref(), Some("Luna Bakery"));
    let facts = read("A rowing club, brand colours navy and gold, for beginners");
    assert_eq!((facts.product.as_str(), facts.audience.as_deref()), ("rowing club", Some("beginners")));
    assert_eq!(facts.colors.len(), 2);
    let facts = read("A steel bottle that keeps drinks cold for 24 hours");
    assert_eq!(facts.benefit.as_deref(), Some("keeps drinks cold for 24 hours"));
    let facts = read("Adopt a rescue dog from Happy Paws");
    assert_eq!((facts.product.as_str(), facts.brand.as_deref()), ("rescue dog", Some("Happy Paws")));
    let facts = read("Ledgerly helps bookkeepers close the month in two days");
    assert_eq!((facts.brand.as_deref(), facts.audience.as_deref()), (Some("Ledgerly"), Some("bookkeepers")));
    assert_eq!(facts.gain.as_deref(), Some("close the month in two days"));
    let facts = read("Math tutoring for teenagers who struggle to concentrate");
    assert_eq!(facts.struggle.as_deref(), Some("concentrate"));
    let facts = read("Shampoo bar for curly hair, zero plastic");
    assert_eq!(
        (facts.purpose.as_deref(), facts.absent.as_slice()),
        (Some("curly hair"), &["plastic".to_owned()][..])
    );
    let facts = read("Toothpaste tablets instead of plastic tubes");
    assert_eq!(
        (facts.product.as_str(), facts.pain.as_deref()),
        ("toothpaste tablets", Some("plastic tubes"))
    );
}

#[test]
fn what_a_prompt_lists_becomes_points() {
    let points = |prompt: &str| Facts::read(prompt).points;
    assert_eq!(points("A dining chair made of oak, linen and steel"), ["Oak", "Linen", "Steel"]);
    assert_eq!(
        points("Granola bars with no sugar, no dairy, no additives"),
        ["No sugar", "No dairy", "No additives"]
    );
    assert_eq!(
        points("Wooden building blocks for curious toddlers: safe paint, 50 pieces, plastic-free"),
        ["Safe paint", "50 pieces", "Plastic-free"]
    );
    assert!(points("Soy candles for long evenings").is_empty());
}

#[test]
fn a_customers_words_get_a_scene_of_their_own() {
    let prompt = "Wool pillows for side sleepers. \"I finally sleep through.\" - Anna, Leeds";
    for seed in 0..8 {
        let (_, plan) = plan(&brief(prompt, 15, seed));
        let quoted = plan.scenes().iter().find(|scene| scene.layout == SceneLayout::Testimonial).unwrap();
        let texts: Vec<&str> = quoted.overlays.iter().map(|overlay| overlay.text.as_str()).collect();
        assert_eq!(texts, ["\u{201c}I finally sleep through\u{201d}", "Anna, Leeds"]);
    }
}

#[test]
fn the_benefit_stands_alone() {
    let spec = write_spec(&brief("A steel bottle that keeps drinks cold for 24 hours", 15, 1));
    assert_eq!(spec.benefit, "keeps drinks cold for 24 hours");
    let spec = write_spec(&brief("An app to track habits without ads", 15, 1));
    assert_eq!(spec.benefit, "track habits");
}

#[test]
fn offers_are_only_what_the_prompt_says() {
    let offer = |prompt: &str| write_spec(&brief(prompt, 15, 1)).offer;
    assert_eq!(offer("Leather boots, now only $129 until Sunday").as_deref(), Some("Only $129 until Sunday"));
    assert_eq!(offer("Fresh pizza with free delivery today").as_deref(), Some("Free delivery today"));
    assert_eq!(offer("Save 30% off all garden chairs").as_deref(), Some("Save 30% off"));
    assert_eq!(
        offer("A herbal tonic, 15% off your first bottle").as_deref(),
        Some("15% off your first bottle")
    );
    assert_eq!(offer("A herbal tonic, 15% off your first").as_deref(), Some("15% off"));
    assert_eq!(offer("Home cleaning, 20% off first visits").as_deref(), Some("20% off first visits"));
    assert_eq!(offer("A juice of 100% fruit, nothing else"), None);
    assert_eq!(offer("Garden chairs for small balconies"), None);
}

#[test]
fn the_same_brief_gives_the_same_plan_and_another_seed_another() {
    let prompt = "Fresh pasta from a small kitchen";
    assert_eq!(plan(&brief(prompt, 15, 5)), plan(&brief(prompt, 15, 5)));
    let all: HashSet<String> = (0..8).map(|seed| format!("{:?}", plan(&brief(prompt, 15, seed)))).collect();
    assert!(all.len() >= 7);
}

#[test]
fn every_duration_and_awkward_prompt_gives_a_sound_plan() {
    let prompts = [
        "Northwind cold brew for busy parents who hate bitter iced coffee",
        "https://example.com/some/product/page",
        "<script>alert('x')</script> soap",
        "drawtext=text='a':x=[0];%{pts}\\ soap",
        "1234567890",
        "???????? a ????????",
        "\u{2615} Kaffee f\u{fc}r Fr\u{fc}haufsteher \u{1f680}",
        "قهوة عربية طازجة كل صباح",
        "毎朝の淹れたてコーヒーを、あなたに。",
        "กาแฟสดทุกเช้าสำหรับคุณ",
        "Create a video ad",
        "make a short ad for my new",
    ];
    for prompt in prompts {
        for seconds in 9..=30 {
            check_sound(&brief(prompt, seconds, seconds));
        }
    }
    check_sound(&brief(&"w".repeat(500), 15, 1));
    check_sound(&brief(&"\u{6570}".repeat(500), 30, 1));
}

#[test]
fn other_languages_keep_to_themselves() {
    let (spec, plan) = plan(&brief("Frischer Kaffee aus Bremen für alle, die früh aufstehen", 15, 3));
    assert_eq!(spec.category, "coffee");
    let headline = &plan.scenes()[0].overlays[0].text;
    assert!(headline.starts_with("Frischer Kaffee"), "{headline}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_prompt_breaks_the_planner(text in "\\PC{10,500}", seconds in 9u32..=30, seed: u32) {
        if let Ok(prompt) = Prompt::parse(&text) {
            check_sound(&Brief { prompt, aspect: AspectRatio::Square, duration: TargetDuration::parse(seconds).unwrap(), seed, options: AdOptions::default() });
        }
    }
}
