//! One ad: its making while it is made, then the player and everything known about it.

use admint_domain::{
    ErrorCode, Framework, GenerationId, GenerationStatus, GenerationView, SceneRole, SceneView,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::NotFound;
use crate::{
    api,
    components::{ErrorNotice, ErrorText, Icon, Notice, StatusBadge, icons, shape},
    display::{self, Day},
    islands::{DeleteButton, Making, Player},
    session::Protected,
};

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
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<GenerationId>().ok());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let Some(id) = id else { return view! { <NoSuchVideo/> }.into_any() };
                match api::generation(id).await {
                    Ok(generation) => view! { <VideoDetail generation/> }.into_any(),
                    Err(error) if error.0.code == ErrorCode::NotFound => view! { <NoSuchVideo/> }.into_any(),
                    Err(error) => {
                        view! {
                            <Title text="Your ad"/>
                            <section class="page">
                                <h1>"Your ad"</h1>
                                <ErrorNotice error/>
                            </section>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
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
fn VideoDetail(generation: GenerationView) -> impl IntoView {
    let title = shortened(&generation.prompt);
    view! {
        <Title text=title/>
        {match generation.status {
            GenerationStatus::Queued | GenerationStatus::Running => {
                view! {
                    <Making
                        id=generation.id
                        aspect=generation.aspect_ratio
                        prompt=generation.prompt
                        status=generation.status
                        progress=generation.progress
                        step=generation.current_step
                    />
                }
                .into_any()
            }
            // One whose change came to nothing is seen as it was.
            _ if generation.completed_at.is_some() => view! { <Finished generation/> }.into_any(),
            _ => view! { <Ended generation/> }.into_any(),
        }}
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

                    >
                        <Icon name=icons::Download/>
                        "Download"
                    </a>
                    <a href=format!("/dashboard?from={id}") class="button">
                        <Icon name=icons::Repeat/>
                        "Make another"
                    </a>
                    <DeleteButton id/>
                </div>
                {generation.left_out.clone().into_iter().chain(generation.error.clone()).map(|sentence| view! { <Notice>{sentence}</Notice> }).collect_view()}
                <About generation/>
                <p class="quiet-text">
                    <a href=format!("/videos/{id}/scenes")>"Change its scenes"</a>
                    ", "
                    <a href=format!("/api/generations/{id}/provenance")>"Whose work is in this ad"</a>
                    " (fonts, pictures, music and their licences), "
                    <a href=format!("/api/generations/{id}/captions.srt?download=1")>"captions"</a>
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
                    <Icon name=if has_failed { icons::Alert } else { icons::Close }/>
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
                        .then(|| view! { <a href="/queue" class="button primary">"Go on with it"</a> })}
                    <a href=format!("/dashboard?from={id}") class="button primary">
                        <Icon name=icons::Repeat/>
                        "Try again"
                    </a>
                    <DeleteButton id/>
                </div>
                <About generation/>
            </div>
        </section>
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
                    <a href=format!("/videos/{}/cost", generation.id)>{display::cost(generation.cost_usd)}</a>
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
