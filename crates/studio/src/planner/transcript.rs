//! A plan as a reader sees it: what was read, what was decided, and every scene's words.

use std::fmt::Write;

use admint_domain::{Brief, OverlayRole};

use super::{plan_scenes, reading::Facts, write_spec};

/// The whole plan of a brief as plain text.
pub fn transcript(brief: &Brief) -> String {
    let facts = Facts::read(brief.prompt.as_str());
    let spec = write_spec(brief);
    let plan = plan_scenes(brief, &spec);
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    line("prompt", brief.prompt.as_str());
    line("product", &format!("{} [{}]", spec.product, spec.category));
    for (name, value) in [
        ("brand", &facts.brand),
        ("slogan", &facts.slogan),
        ("audience", &facts.audience),
        ("who", &facts.situation),
        ("for", &facts.purpose),
        ("benefit", &facts.benefit),
        ("result", &facts.result),
        ("pain", &facts.pain),
        ("place", &facts.place),
        ("when", &facts.when),
        ("occasion", &facts.occasion),
        ("offer", &facts.offer),
        ("and", &facts.second_offer),
        ("address", &facts.address),
        ("phone", &facts.phone),
    ] {
        if let Some(value) = value {
            line(name, value);
        }
    }
    for (name, values) in [
        ("with", &facts.features),
        ("without", &facts.absent),
        ("also", &facts.asides),
        ("points", &facts.points),
    ] {
        if !values.is_empty() {
            line(name, &values.join(" / "));
        }
    }
    if let Some((wish, thing)) = &facts.wish {
        line("wish", &format!("{wish:?} {thing}"));
    }
    if let Some(testimonial) = &facts.testimonial {
        line("quote", &format!("{} ({})", testimonial.words, testimonial.by));
    }
    line("tone", &format!("{:?}", spec.tone));
    line("language", facts.phrases.map_or("en", |phrases| phrases.code));
    line("framework", &format!("{}: {}", spec.framework.as_str(), spec.framework_reason));
    for scene in plan.scenes() {
        let words: Vec<String> = scene
            .overlays
            .iter()
            .map(|overlay| match overlay.role {
                OverlayRole::Headline => format!("\u{201c}{}\u{201d}", overlay.text),
                OverlayRole::Name => format!("<{}>", overlay.text),
                OverlayRole::Support => overlay.text.clone(),
                OverlayRole::CallToAction => format!("[{}]", overlay.text),
                OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => {
                    format!("- {}", overlay.text)
                }
            })
            .collect();
        line(
            &format!("{:.1} s", scene.length.seconds()),
            &format!("{:?} ({:?}): {}", scene.role, scene.layout, words.join("  ")),
        );
    }
    text
}
