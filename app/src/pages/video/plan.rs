//! The plan behind an ad, what each of its scenes cost, and the story of its making.

use admint_domain::{AspectRatio, CostView, GenerationView, ProgressEvent, SceneRole, SceneView, Usd};
use leptos::prelude::*;

use crate::{
    components::{Icon, icons, shape},
    display,
};

/// Framework and scenes; nothing before they are planned.
#[component]
pub fn Plan(generation: GenerationView, cost: Option<CostView>) -> impl IntoView {
    let GenerationView {
        framework, framework_reason, scenes, duration_seconds, video_url, aspect_ratio, ..
    } = generation;
    let starts = starts(&scenes, duration_seconds);
    let has_scenes = !scenes.is_empty();
    framework.map(|framework| {
        view! {
            <section class="plan" aria-labelledby="plan-title">
                <h2 id="plan-title">"The plan"</h2>
                <p class="plan-framework">
                    <strong>{framework.as_str()}</strong>
                    " "
                    {framework.long_name()}
                </p>
                {framework_reason.map(|reason| view! { <p>{reason}</p> })}
                {has_scenes
                    .then(|| {
                        view! {
                            <ol class="scenes">
                                {scenes
                                    .into_iter()
                                    .zip(starts)
                                    .map(|(scene, start)| {
                                        let spent = cost.as_ref().and_then(|cost| spent_on(cost, scene.index));
                                        view! { <Scene scene start video_url=video_url.clone() aspect=aspect_ratio spent/> }
                                    })
                                    .collect_view()}
                            </ol>
                        }
                    })}
            </section>
        }
    })
}

#[component]
fn Scene(
    scene: SceneView,
    start: f64,
    video_url: Option<String>,
    aspect: AspectRatio,
    spent: Option<String>,
) -> impl IntoView {
    let class = format!("scene-picture {}", shape(aspect));
    let number = scene.index + 1;
    let role = role_name(scene.role);
    let picture = scene.still_url.map(|url| view! { <img src=url alt="" loading="lazy" decoding="async"/> });
    let picture = match video_url {
        // Without a script the file itself opens at that second.
        Some(video) => view! {
            <a
                class=class
                href=format!("{video}#t={start:.2}")
                data-seek=format!("{start:.3}")
                aria-label=format!("Play from scene {number}, {role}")
            >
                {picture}
                <span class="scene-play"><Icon name=icons::Play/></span>
            </a>
        }
        .into_any(),
        None => view! { <span class=class>{picture}</span> }.into_any(),
    };
    view! {
        <li class="scene">
            {picture}
            <div class="scene-words">
                <p class="scene-head">
                    <span class="scene-role">{role}</span>
                    <span class="scene-length">{display::short_length(scene.duration_seconds)}</span>
                </p>
                <p class="scene-texts" dir="auto">{scene.texts.join(" / ")}</p>
                <p class="scene-visual" dir="auto">{scene.visual_prompt}</p>
                <p class="scene-maker">
                    {scene.made_by.map(|by| format!("By {by}"))}
                    {spent.map(|spent| format!(" · {spent}"))}
                </p>
            </div>
        </li>
    }
}

/// Each scene's first second. What the scenes are longer together than the film is their overlaps, all alike.
fn starts(scenes: &[SceneView], total: f64) -> Vec<f64> {
    let sum: f64 = scenes.iter().map(|scene| scene.duration_seconds).sum();
    let overlaps = scenes.len().saturating_sub(1).max(1) as f64;
    let overlap = ((sum - total) / overlaps).max(0.0);
    let mut start = 0.0;
    let starts = scenes.iter().map(|scene| {
        let this = start;
        start += scene.duration_seconds - overlap;
        this
    });
    starts.collect()
}

/// What was booked for a scene, all its takes together; nothing for one that cost nothing.
fn spent_on(cost: &CostView, index: u32) -> Option<String> {
    let what = format!("scene {}", index + 1);
    let mut of_it = cost.purchases.iter().filter(|purchase| purchase.what == what).peekable();
    of_it.peek()?;
    let settled: Option<Usd> = of_it.map(|purchase| purchase.settled_usd).sum::<Option<Usd>>();
    match settled {
        Some(Usd::ZERO) => None,
        Some(settled) => Some(settled.to_string()),
        None => Some("price not known".to_owned()),
    }
}

/// What happened, step by step, folded away.
#[component]
pub fn Story(events: Vec<ProgressEvent>) -> impl IntoView {
    let first = events.first().map(|event| event.at);
    let told = told(events);
    first.filter(|_| !told.is_empty()).map(|first| {
        view! {
            <details class="story" id="story">
                <summary>"How it was made"</summary>
                <ol>
                    {told
                        .into_iter()
                        .map(|event| {
                            let after = (event.at - first).as_seconds_f64();
                            view! {
                                <li>
                                    <time datetime=display::machine_readable(event.at) title=display::date_and_time(event.at)>
                                        {display::after(after)}
                                    </time>
                                    <span>
                                        {event.current_step}
                                        {event.error.map(|error| view! { <span class="story-error">{error}</span> })}
                                    </span>
                                    <span class="story-percent">{event.progress} " %"</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </details>
        }
    })
}

/// The first event of each step; percents in between tell nothing afterwards.
fn told(events: Vec<ProgressEvent>) -> Vec<ProgressEvent> {
    let mut told: Vec<ProgressEvent> = Vec::new();
    for event in events {
        let same = |last: &ProgressEvent| {
            last.current_step == event.current_step && last.status == event.status && event.error.is_none()
        };
        if !told.last().is_some_and(same) {
            told.push(event);
        }
    }
    told
}

pub const fn role_name(role: SceneRole) -> &'static str {
    match role {
        SceneRole::Hook => "Hook",
        SceneRole::Agitate => "Agitate",
        SceneRole::Reveal => "Reveal",
        SceneRole::Benefit => "Benefit",
        SceneRole::Proof => "Proof",
        SceneRole::CallToAction => "Call to action",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(seconds: f64) -> SceneView {
        SceneView {
            index: 0,
            role: SceneRole::Hook,
            layout: admint_domain::SceneLayout::Stage,
            visual_prompt: String::new(),
            texts: Vec::new(),
            duration_seconds: seconds,
            made_by: None,
            still_url: None,
        }
    }

    #[test]
    fn scenes_begin_where_the_film_shows_them() {
        let scenes = [scene(3.5), scene(3.5), scene(3.0)];
        assert_eq!(starts(&scenes, 10.0), [0.0, 3.5, 7.0]);
        assert_eq!(starts(&scenes, 9.0), [0.0, 3.0, 6.0], "with transitions of half a second");
        assert_eq!(starts(&scenes[..1], 3.5), [0.0]);
        assert_eq!(starts(&[], 3.5), [0.0; 0]);
    }
}
