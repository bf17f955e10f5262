use std::collections::HashSet;

use admint_domain::{AdOptions, AspectRatio, Prompt, TargetDuration};
use proptest::prelude::*;

use super::*;

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

/// What holds for every ad, whatever the prompt.
#[track_caller]
fn check_sound(brief: &Brief) {
    let (spec, plan) = plan(brief);
    assert_eq!(plan.total(), brief.duration.frames());
    assert!(spec.palette.is_readable());
    assert!(!spec.product.trim().is_empty() && !spec.call_to_action.trim().is_empty());
    let mut seen = HashSet::new();
    for scene in plan.scenes() {
        for overlay in &scene.overlays {
            assert!(overlay.text.chars().count() <= 80, "{}", overlay.text);
            if overlay.role == OverlayRole::Headline {
                assert!(overlay.text.split_whitespace().count() <= 7, "{}", overlay.text);
                if brief.prompt.as_str().is_ascii() {
                    assert!(seen.insert(overlay.text.clone()), "`{}` twice", overlay.text);
                }
            }
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

#[test]
fn the_benefit_stands_alone() {
    let spec = write_spec(&brief("A steel bottle that keeps drinks cold for 24 hours", 15, 1));
    assert_eq!(spec.benefit, "keeps drinks cold");
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
