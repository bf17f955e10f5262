//! An ad that is being made: how far it is, when it will be done, and what there is to see of it already.

use admint_domain::{GenerationStatus, GenerationView, SceneView};
use leptos::{prelude::*, server_fn::ServerFn};

use super::video::role_name;
use crate::{
    api::CancelVideo,
    components::{Icon, icons, shape},
    display,
};

/// What the user reads, and the overall percent at which it begins.
const STEPS: [(&str, u8); 5] = [
    ("Read the prompt", 10),
    ("Plan the scenes", 20),
    ("Draw the scenes", 30),
    ("Put them together", 80),
    ("Compose the music", 90),
];

/// The two halves of a page's section. Written anew as long as the ad is being made.
#[component]
pub fn Making(
    generation: GenerationView,
    /// The id of the element that is written anew.
    part: String,
    /// Of a page that is about more.
    #[prop(optional)]
    is_part: bool,
) -> impl IntoView {
    let GenerationView { id, progress, status, aspect_ratio, ready_in_seconds, num_scenes, .. } = generation;
    let newest = generation.scenes.iter().rev().find_map(|scene| scene.still_url.clone());
    let is_change = generation.completed_at.is_some();
    let name = generation.name().to_owned();
    let heading = if is_change { "Changing your ad" } else { "Making your ad" };
    let left = display::time_left(ready_in_seconds);
    view! {
        <div class="video-side">
            <div class=format!("stage making {}", shape(aspect_ratio)) aria-hidden="true">
                {newest.map(|url| view! { <img class="making-picture" src=url alt=""/> })}
                <span class="making-percent">{progress} "%"</span>
            </div>
            {(num_scenes > 0)
                .then(|| {
                    view! {
                        <ol class="filmstrip" role="list" aria-label="Scenes">
                            {generation.scenes.into_iter().map(frame).collect_view()}
                        </ol>
                    }
                })}
        </div>
        <div class="video-words">
            {match is_part {
                true => view! { <h2>{heading}</h2> }.into_any(),
                false => view! { <h1>{heading}</h1> }.into_any(),
            }}
            <p class="video-prompt" dir="auto">{name}</p>
            <div class="making-bar">
                <p class="making-step">
                    <span aria-live="polite">{generation.current_step}</span>
                    <span class="making-number">{progress} " %"</span>
                </p>
                <progress max="100" value=progress aria-label="Progress of your ad"></progress>
                <p class="making-left quiet-text">
                    {match (left, status) {
                        (Some(left), _) => left,
                        (None, GenerationStatus::Queued) => "It starts as soon as a worker is free.".to_owned(),
                        (None, _) => "How long it takes is known here once a first ad is finished.".to_owned(),
                    }}
                </p>
            </div>
            <ol class="steps">
                {STEPS
                    .into_iter()
                    .enumerate()
                    .map(|(index, (name, from))| {
                        let until = STEPS.get(index + 1).map_or(100, |(_, next)| *next);
                        let state = step_state(progress, from, until);
                        view! {
                            <li class=state aria-current=(state == "active").then_some("step")>
                                <span class="step-sign"><Icon name=icons::Check/></span>
                                {name}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <form action=CancelVideo::url() method="post" data-part=part>
                <input type="hidden" name="id" value=id.to_string()/>
                <button type="submit" class="button">
                    <Icon name=icons::Close/>
                    "Cancel"
                </button>
            </form>
            <p class="quiet-text">"You can leave this page: the work goes on, and the ad will be in your gallery."</p>
        </div>
    }
}

/// A scene among the others: its picture, or its place.
fn frame(scene: SceneView) -> impl IntoView {
    let number = scene.index + 1;
    let name = format!("Scene {number}, {}: {}", role_name(scene.role), scene.texts.join(" / "));
    let picture = match scene.still_url {
        Some(url) => view! { <img src=url alt=name.clone() title=name/> }.into_any(),
        None => view! { <span class="frame-blank" role="img" aria-label=format!("{name}, not drawn yet")>{number}</span> }.into_any(),
    };
    view! { <li>{picture}</li> }
}

fn step_state(progress: u8, from: u8, until: u8) -> &'static str {
    if progress >= until {
        "done"
    } else if progress >= from {
        "active"
    } else {
        "waiting"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(progress: u8, expected: [&str; 5]) {
        let states = STEPS.iter().enumerate().map(|(index, (_, from))| {
            step_state(progress, *from, STEPS.get(index + 1).map_or(100, |(_, next)| *next))
        });
        assert_eq!(states.collect::<Vec<_>>(), expected, "{progress} %");
    }

    #[test]
    fn steps_follow_the_percent() {
        check(0, ["waiting"; 5]);
        check(10, ["active", "waiting", "waiting", "waiting", "waiting"]);
        check(55, ["done", "done", "active", "waiting", "waiting"]);
        check(89, ["done", "done", "done", "active", "waiting"]);
        check(90, ["done", "done", "done", "done", "active"]);
        check(100, ["done"; 5]);
    }
}
