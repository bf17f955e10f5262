//! An ad that is being made, watched.

use admint_domain::{AspectRatio, ErrorCode, GenerationId, GenerationStatus};
use leptos::{prelude::*, server_fn::ServerFn};

use super::live::{self, Standing};
use crate::{
    api::CancelVideo,
    components::{ErrorText, Icon, icons, shape},
    session,
};

/// What the user reads, and the overall percent at which it begins.
const STEPS: [(&str, u8); 5] = [
    ("Read the prompt", 10),
    ("Plan the scenes", 20),
    ("Draw the scenes", 30),
    ("Put them together", 80),
    ("Compose the music", 90),
];

#[island]
pub fn Making(
    id: GenerationId,
    aspect: AspectRatio,
    prompt: String,
    status: GenerationStatus,
    progress: u8,
    step: String,
) -> impl IntoView {
    let standing = live::follow(id, Standing { status, progress, step });
    let progress = Memo::new(move |_| standing.with(|now| now.progress));
    let step = Memo::new(move |_| standing.with(|now| now.step.clone()));
    Effect::new(move |_| {
        if standing.with(|now| now.status.is_final()) {
            reload();
        }
    });

    let cancel = ServerAction::<CancelVideo>::new();
    let cancel_error = move || cancel.value().get().and_then(Result::err);
    let is_cancelling = move || cancel.pending().get() || matches!(cancel.value().get(), Some(Ok(())));
    Effect::new(move |_| match cancel_error() {
        Some(error) if error.is_unauthorized() => session::log_in_again(),
        // It ended before we asked.
        Some(error) if error.0.code == ErrorCode::Conflict => reload(),
        _ => {}
    });

    view! {
        <section class="page video-page">
            <div class="video-side">
                <div class=format!("stage making {}", shape(aspect)) aria-hidden="true">
                    <span class="making-percent">{progress} "%"</span>
                </div>
            </div>
            <div class="video-words">
                <h1>"Making your ad"</h1>
                <p class="video-prompt">{prompt}</p>
                <div class="making-bar">
                    <p class="making-step">
                        <span aria-live="polite">{step}</span>
                        <span class="making-number">{progress} " %"</span>
                    </p>
                    <progress max="100" value=progress aria-label="Progress of your ad"></progress>
                </div>
                <ol class="steps">
                    {STEPS
                        .into_iter()
                        .enumerate()
                        .map(|(index, (name, from))| {
                            let until = STEPS.get(index + 1).map_or(100, |(_, next)| *next);
                            let state = move || step_state(progress.get(), from, until);
                            view! {
                                <li class=state aria-current=move || (state() == "active").then_some("step")>
                                    <span class="step-sign"><Icon name=icons::Check/></span>
                                    {name}
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
                {move || {
                    cancel_error()
                        .filter(|error| error.0.code != ErrorCode::Conflict)
                        .map(|error| view! { <ErrorText message=error.message()/> })
                }}
                <form
                    action=CancelVideo::url()
                    method="post"
                    on:submit=move |event| {
                        event.prevent_default();
                        cancel.dispatch(CancelVideo { id });
                    }
                >
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button type="submit" class="button" disabled=is_cancelling>
                        <Icon name=icons::Close/>
                        {move || if is_cancelling() { "Cancelling…" } else { "Cancel" }}
                    </button>
                </form>
                <p class="quiet-text">"You can leave this page: the work goes on, and the ad will be in your gallery."</p>
            </div>
        </section>
    }
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

/// The page is another one now.
fn reload() {
    _ = window().location().reload();
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
