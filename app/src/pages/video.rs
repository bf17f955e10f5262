//! One ad: its making while it is made, then the player and everything known about it.

use admint_domain::{
    ErrorCode, Framework, GenerationId, GenerationStatus, GenerationView, SceneRole, SceneView,
};
use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_params_map},
};

use crate::{
    api::{self, CancelVideo, DeleteVideo},
    components::{
        ConfirmDialog, ErrorNotice, ErrorText, Icon, IconName, Notice, Player, StatusBadge, Toasts, shape,
    },
    display::{self, Day},
    live::{self, Standing},
    pages::NotFound,
    session::{self, Protected},
};

/// What the user reads, and the overall percent at which it begins.
const STEPS: [(&str, u8); 5] = [
    ("Read the prompt", 10),
    ("Plan the scenes", 20),
    ("Draw the scenes", 30),
    ("Put them together", 80),
    ("Compose the music", 90),
];

#[component]
pub fn VideoPage() -> impl IntoView {
    view! {
        <Protected>
            <Video/>
        </Protected>
    }
}

#[component]
fn Video() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<GenerationId>().ok()));
    let generation = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => api::generation(id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let reload = Callback::new(move |()| generation.refetch());
    view! {
        <Transition fallback=VideoSkeleton>
            {move || Suspend::new(async move {
                match generation.await {
                    Ok(Some(generation)) => view! { <VideoDetail generation reload/> }.into_any(),
                    Ok(None) => view! { <NoSuchVideo/> }.into_any(),
                    Err(error) if error.0.code == ErrorCode::NotFound => view! { <NoSuchVideo/> }.into_any(),
                    Err(error) => {
                        view! {
                            <Title text="Your ad"/>
                            <section class="page">
                                <h1>"Your ad"</h1>
                                <ErrorNotice error retry=reload/>
                            </section>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn NoSuchVideo() -> impl IntoView {
    view! {
        <NotFound
            title="This video does not exist"
            message="It may have been deleted, or it belongs to another account."
        />
    }
}

#[component]
fn VideoSkeleton() -> impl IntoView {
    view! {
        <section class="page video-page" aria-busy="true" aria-label="Loading">
            <div class="video-side"><div class="stage shape-9x16 loading"></div></div>
            <div class="video-words skeleton">
                <span class="skeleton-line"></span>
                <span class="skeleton-line short"></span>
            </div>
        </section>
    }
}

#[component]
fn VideoDetail(generation: GenerationView, reload: Callback<()>) -> impl IntoView {
    let title = shortened(&generation.prompt);
    view! {
        <Title text=title/>
        {match generation.status {
            GenerationStatus::Queued | GenerationStatus::Running => {
                view! { <Making generation reload/> }.into_any()
            }
            // One whose change came to nothing is seen as it was.
            _ if generation.completed_at.is_some() => view! { <Finished generation/> }.into_any(),
            _ => view! { <Ended generation/> }.into_any(),
        }}
    }
}

/// The live view.
#[component]
fn Making(generation: GenerationView, reload: Callback<()>) -> impl IntoView {
    let id = generation.id;
    let standing = live::follow(id, Standing::from(&generation));
    let progress = Memo::new(move |_| standing.with(|now| now.progress));
    let step = Memo::new(move |_| standing.with(|now| now.step.clone()));
    Effect::new(move |_| {
        if standing.with(|now| now.status.is_final()) {
            reload.run(());
        }
    });

    let cancel = ServerAction::<CancelVideo>::new();
    let cancel_error = move || cancel.value().get().and_then(Result::err);
    let is_cancelling = move || cancel.pending().get() || matches!(cancel.value().get(), Some(Ok(())));
    Effect::new(move |_| match cancel_error() {
        Some(error) if error.is_unauthorized() => session::log_in_again(),
        // It ended before we asked.
        Some(error) if error.0.code == ErrorCode::Conflict => reload.run(()),
        _ => {}
    });

    view! {
        <section class="page video-page">
            <div class="video-side">
                <div class=format!("stage making {}", shape(generation.aspect_ratio)) aria-hidden="true">
                    <span class="making-percent">{progress} "%"</span>
                </div>
            </div>
            <div class="video-words">
                <h1>"Making your ad"</h1>
                <p class="video-prompt">{generation.prompt}</p>
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
                                    <span class="step-sign"><Icon name=IconName::Check/></span>
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
                        <Icon name=IconName::Close/>
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

#[component]
fn Finished(generation: GenerationView) -> impl IntoView {
    let id = generation.id;
    let video_url = generation.video_url.clone().unwrap_or_else(|| format!("/api/generations/{id}/video"));
    view! {
        <section class="page video-page">
            <div class="video-side">
                <Player
                    video_url=video_url.clone()
                    poster=generation.thumbnail_url.clone()
                    captions_url=format!("/api/generations/{id}/captions.vtt")
                    aspect=generation.aspect_ratio
                    title=format!("Video ad: {}", generation.prompt)
                />
            </div>
            <div class="video-words">
                <h1 class="video-prompt">{generation.prompt.clone()}</h1>
                <div class="video-actions">
                    <a
                        class="button primary"
                        href=format!("{video_url}?download=1")
                        download=format!("ad_{id}.mp4")
                        rel="external"
                    >
                        <Icon name=IconName::Download/>
                        "Download"
                    </a>
                    <A href=format!("/dashboard?from={id}") attr:class="button">
                        <Icon name=IconName::Repeat/>
                        "Make another"
                    </A>
                    <DeleteButton id/>
                </div>
                {generation
                    .error
                    .clone()
                    .map(|error| {
                        view! { <ErrorText message=format!("The last change failed, and the ad is as it was. {error}")/> }
                    })}
                {generation.left_out.clone().into_iter().map(|sentence| view! { <Notice>{sentence}</Notice> }).collect_view()}
                <About generation/>
                <p class="quiet-text">
                    <a href=format!("/videos/{id}/scenes") rel="external">"Change its scenes"</a>
                    ", "
                    <a href=format!("/api/generations/{id}/provenance") rel="external">"Whose work is in this ad"</a>
                    " (fonts, pictures, music and their licences), "
                    <a href=format!("/api/generations/{id}/captions.srt?download=1") rel="external">"captions"</a>
                    " for uploads (SRT)"
                </p>
            </div>
        </section>
    }
}

/// Failed or cancelled: what there is to say, and how to go on.
#[component]
fn Ended(generation: GenerationView) -> impl IntoView {
    let id = generation.id;
    let has_failed = generation.status == GenerationStatus::Failed;
    let reason = generation.error.clone();
    view! {
        <section class="page video-page">
            <div class="video-side">
                <div class=format!("stage ended {}", shape(generation.aspect_ratio)) aria-hidden="true">
                    <Icon name=if has_failed { IconName::Alert } else { IconName::Close }/>
                </div>
            </div>
            <div class="video-words">
                <StatusBadge status=generation.status/>
                <h1>{if has_failed { "This ad could not be made" } else { "You cancelled this ad" }}</h1>
                <p class="video-prompt">{generation.prompt.clone()}</p>
                {has_failed
                    .then(|| {
                        view! { <ErrorText message=reason.unwrap_or_else(|| "No reason was given.".into())/> }
                    })}
                <div class="video-actions">
                    // There it is tried again with what was finished; a document of its own.
                    {has_failed
                        .then(|| view! { <a href="/queue" rel="external" class="button primary">"Go on with it"</a> })}
                    <A href=format!("/dashboard?from={id}") attr:class="button primary">
                        <Icon name=IconName::Repeat/>
                        "Try again"
                    </A>
                    <DeleteButton id/>
                </div>
                <About generation/>
            </div>
        </section>
    }
}

#[component]
fn DeleteButton(id: GenerationId) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let action = ServerAction::<DeleteVideo>::new();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(())) => {
            toasts.show("Video deleted");
            navigate("/gallery", NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
        Some(Err(error)) if error.is_unauthorized() => session::log_in_again(),
        _ => {}
    });
    view! {
        <button
            type="button"
            class="button quiet danger-text needs-script"
            on:click=move |_| {
                if let Some(dialog) = dialog.get_untracked() {
                    _ = dialog.show_modal();
                }
            }
        >
            <Icon name=IconName::Trash/>
            "Delete"
        </button>
        <ConfirmDialog
            dialog
            title="Delete video"
            question="Are you sure you want to delete this video? This action cannot be undone."
            confirm="Delete"
            confirming="Deleting…"
            is_pending=move || action.pending().get() || matches!(action.value().get(), Some(Ok(())))
            error=Signal::derive(move || action.value().get().and_then(Result::err))
            on_confirm=move |()| {
                action.dispatch(DeleteVideo { id });
            }
        />
    }
}

/// Its numbers, and the plan behind it.
#[component]
fn About(generation: GenerationView) -> impl IntoView {
    let resolution = generation.aspect_ratio.resolution();
    view! {
        <dl class="facts">
            <div>
                <dt>"Length"</dt>
                <dd>{display::length(generation.duration_seconds)}</dd>
            </div>
            <div>
                <dt>"Picture"</dt>
                <dd>{format!("{} · {} × {}", generation.aspect_ratio, resolution.width, resolution.height)}</dd>
            </div>
            <div>
                <dt>"Cost"</dt>
                <dd>
                    <a href=format!("/videos/{}/cost", generation.id) rel="external">{display::cost(generation.cost_usd)}</a>
                </dd>
            </div>
            <div>
                <dt>"Made on"</dt>
                <dd><Day at=generation.created_at/></dd>
            </div>
            <div>
                <dt>"Seed"</dt>
                <dd>{generation.seed}</dd>
            </div>
        </dl>
        {plan(generation.framework, generation.framework_reason, generation.scenes)}
    }
}

fn plan(framework: Option<Framework>, reason: Option<String>, scenes: Vec<SceneView>) -> impl IntoView {
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
                {reason.map(|reason| view! { <p>{reason}</p> })}
                {has_scenes
                    .then(|| {
                        view! {
                            <ol class="scenes">
                                {scenes.into_iter().map(scene_item).collect_view()}
                            </ol>
                        }
                    })}
            </section>
        }
    })
}

fn scene_item(scene: SceneView) -> impl IntoView {
    view! {
        <li class="scene">
            <p class="scene-head">
                <span class="scene-role">{role_name(scene.role)}</span>
                <span class="scene-length">{display::short_length(scene.duration_seconds)}</span>
            </p>
            <p class="scene-texts">{scene.texts.join(" / ")}</p>
            <p class="scene-visual">{scene.visual_prompt}</p>
        </li>
    }
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

/// Enough of a prompt for a tab's title.
fn shortened(prompt: &str) -> String {
    const MAX_CHARS: usize = 60;
    if prompt.chars().count() <= MAX_CHARS {
        return prompt.to_owned();
    }
    let head: String = prompt.chars().take(MAX_CHARS).collect();
    let whole_words = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    format!("{whole_words}…")
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

    #[test]
    fn titles_end_at_a_word() {
        assert_eq!(shortened("Short enough"), "Short enough");
        assert_eq!(
            shortened("Handmade leather running shoes that last ten years, free repairs included"),
            "Handmade leather running shoes that last ten years, free…"
        );
        assert_eq!(shortened(&"x".repeat(70)).chars().count(), 61);
    }
}
