//! What a planner would have written, for the store's tests and the suite of its engines.

use admint_domain::{
    AdSpec, ArtDirection, Frames, Framework, OverlayCopy, OverlayRole, Palette, PlannedScene, Rgb,
    SceneLayout, ScenePlan, SceneRole, TextPlacement, Tone,
};

pub(crate) fn spec() -> AdSpec {
    AdSpec {
        product: "Northwind cold brew".into(),
        brand: Some("Northwind".into()),
        category: "coffee".into(),
        audience: "early birds".into(),
        benefit: "awake in one sip".into(),
        pain: "slow mornings".into(),
        offer: None,
        call_to_action: "Try it today".into(),
        tone: Tone::Warm,
        direction: ArtDirection::Clean,
        palette: Palette {
            background: Rgb::WHITE,
            surface: Rgb::WHITE,
            ink: Rgb::BLACK,
            primary: Rgb::BLACK,
            on_primary: Rgb::WHITE,
            accent: Rgb(200, 80, 20),
        },
        framework: Framework::Bab,
        framework_reason: "It shows a change for the better.".into(),
    }
}

/// One scene for each headline, 4 s each.
pub(crate) fn plan(headlines: &[&str]) -> ScenePlan {
    let scene = |headline: &&str| PlannedScene {
        role: SceneRole::Benefit,
        layout: SceneLayout::Stage,
        visual_prompt: format!("a cup, {headline}"),
        overlays: vec![OverlayCopy { role: OverlayRole::Headline, text: (*headline).into() }],
        placement: TextPlacement::Lower,
        length: Frames::from_seconds(4),
    };
    ScenePlan::new(headlines.iter().map(scene).collect(), Frames::ZERO).unwrap()
}
