use std::collections::{HashMap, HashSet};

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

/// Calls `judge` with every ad of the prompt file and five seeds.
fn every_ad(judge: impl Fn(&Brief, &AdSpec, &ScenePlan)) {
    for prompt in prompts() {
        for seed in 1..=5 {
            let brief = brief(prompt, [15, 9, 24, 30, 18][seed as usize - 1], seed);
            let (spec, plan) = plan(&brief);
            judge(&brief, &spec, &plan);
        }
    }
}

fn lines(plan: &ScenePlan) -> Vec<(OverlayRole, String)> {
    plan.scenes().iter().flat_map(|scene| scene.overlays.iter().map(|o| (o.role, o.text.clone()))).collect()
}

#[test]
fn lines_keep_their_limits() {
    every_ad(|brief, _, plan| {
        for (role, text) in lines(plan) {
            let words = text.split_whitespace().count();
            match role {
                OverlayRole::Headline => assert!(words <= 7, "{}: {text}", brief.prompt.as_str()),
                OverlayRole::Support => assert!(words <= 12, "{}: {text}", brief.prompt.as_str()),
                OverlayRole::Name | OverlayRole::CallToAction => assert!(words <= 5, "{text}"),
                OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => {
                    assert!(words <= 4, "{text}");
                }
            }
        }
    });
}

#[test]
fn nothing_is_said_twice() {
    every_ad(|brief, _, plan| {
        let mut said = HashSet::new();
        for (role, text) in lines(plan) {
            if matches!(role, OverlayRole::Headline | OverlayRole::Support) {
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
    });
}

#[test]
fn no_line_is_left_hanging() {
    every_ad(|brief, _, plan| {
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
    });
}

#[test]
fn articles_suit_their_words() {
    every_ad(|brief, _, plan| {
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
    });
}

#[test]
fn names_quotations_addresses_and_prices_stay_as_they_are() {
    every_ad(|brief, spec, plan| {
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
    });
}

#[test]
fn ten_ads_of_one_category_share_hardly_a_headline() {
    for heading in ["coffee", "skincare", "software", "bakery"] {
        let ten = section(heading);
        assert_eq!(ten.len(), 10, "{heading}");
        for seed in 1..=5 {
            let mut counts: HashMap<String, u32> = HashMap::new();
            for prompt in &ten {
                let (_, plan) = plan(&brief(prompt, 15, seed));
                for (role, text) in lines(&plan) {
                    if role == OverlayRole::Headline {
                        *counts.entry(text).or_default() += 1;
                    }
                }
            }
            // Each ad is planned by itself, so chance brings some together; no line may stand out.
            let shared: Vec<_> = counts.iter().filter(|(_, count)| **count > 4).collect();
            assert!(shared.is_empty(), "{heading}, seed {seed}: {shared:?}");
            let all: u32 = counts.values().sum();
            assert!(
                counts.len() * 4 >= all as usize * 3,
                "{heading}, seed {seed}: {} of {all}",
                counts.len()
            );
        }
    }
}

#[test]
fn no_line_contradicts_its_prompt() {
    every_ad(|brief, _, plan| {
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
    });
}

/// Every content word of an English ad is the prompt's, its category's, or one of the patterns' own.
#[test]
fn nothing_is_claimed_that_nobody_said() {
    let patterns: HashSet<String> = content(include_str!("pattern_words.txt")).into_iter().collect();
    every_ad(|brief, spec, plan| {
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
                    known.contains(&word) || patterns.contains(&word) || inflected,
                    "{} (seed {}): `{word}` in `{text}`",
                    brief.prompt.as_str(),
                    brief.seed
                );
            }
        }
    });
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
    assert!(facts.color.is_some());
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
