//! An ad that is finished, or never will be.

use admint_domain::{CostView, GenerationId, GenerationStatus, GenerationView, Title, Usd};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    Shown,
    plan::{Plan, Story},
    refused,
    share::SharePanel,
};
use crate::{
    api::{DeleteVideo, RenameVideo},
    components::{ErrorText, Icon, Notice, StatusBadge, icons, shape},
    display::{self, Day},
    islands::{DeleteButton, Player},
};

#[component]
pub fn Finished(shown: Shown) -> impl IntoView {
    let Shown { generation, share, cost, events, open } = shown;
    let id = generation.id;
    let video_url = generation.video_url.clone().unwrap_or_else(|| format!("/api/generations/{id}/video"));
    let is_open = |part: &str| open.as_deref() == Some(part);
    view! {
        <section class="page video-page">
            <div class="video-side">
                <Player
                    video_url=video_url.clone()
                    poster=generation.thumbnail_url.clone()
                    captions_url=Some(format!("/api/generations/{id}/captions.vtt"))
                    aspect=generation.aspect_ratio
                    named_by="video-title".to_owned()
                >
                    <Keys/>
                </Player>
            </div>
            <div class="video-words">
                <Name generation=generation.clone()/>
                <div class="video-actions">
                    <a class="button primary" href=format!("{video_url}?download=1") download=format!("ad_{id}.mp4")>
                        <Icon name=icons::Download/>
                        "Download"
                    </a>
                    <MoreFiles id has_thumbnail=generation.thumbnail_url.is_some()/>
                    <SharePanel id share is_open=is_open("share")/>
                    <a href=format!("/videos/{id}/scenes") class="button">
                        <Icon name=icons::Edit/>
                        "Change its scenes"
                    </a>
                    <a href=format!("/dashboard?from={id}") class="button">
                        <Icon name=icons::Repeat/>
                        "Make another"
                    </a>
                    <DeleteButton id/>
                    <DeleteWithoutScript id/>
                </div>
                {generation
                    .left_out
                    .clone()
                    .into_iter()
                    .chain(generation.error.clone())
                    .map(|sentence| view! { <Notice>{sentence}</Notice> })
                    .collect_view()}
                <Facts generation=generation.clone() cost=cost.clone()/>
                <Plan generation cost/>
                <Story events/>
                <p class="quiet-text">
                    <a href=format!("/videos/{id}/provenance")>"Whose work is in this ad"</a>
                    ": fonts, pictures, music and their licences."
                </p>
            </div>
        </section>
    }
}

/// Failed or cancelled: what there is to say, and how to go on.
#[component]
pub fn Ended(shown: Shown) -> impl IntoView {
    let Shown { generation, cost, events, .. } = shown;
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
                <p class="video-prompt" dir="auto">{generation.name().to_owned()}</p>
                {has_failed
                    .then(|| {
                        view! { <ErrorText message=reason.unwrap_or_else(|| "No reason was given.".into())/> }
                    })}
                <div class="video-actions">
                    // There it is tried again with what was finished; a document of its own.
                    {has_failed.then(|| view! { <a href="/queue" class="button primary">"Go on with it"</a> })}
                    <a href=format!("/dashboard?from={id}") class="button" class:primary=!has_failed>
                        <Icon name=icons::Repeat/>
                        {if has_failed { "Start over" } else { "Try again" }}
                    </a>
                    <DeleteButton id/>
                    <DeleteWithoutScript id/>
                </div>
                <Facts generation=generation.clone() cost=cost.clone()/>
                <Plan generation cost/>
                <Story events/>
            </div>
        </section>
    }
}

/// What the ad is called, and how it is called otherwise.
#[component]
fn Name(generation: GenerationView) -> impl IntoView {
    let GenerationView { id, title, prompt, .. } = generation.clone();
    let problem = refused(RenameVideo::PATH);
    let has_title = title.is_some();
    let note = problem.as_ref().map_or_else(
        || format!("Up to {} characters. Left empty, the prompt is shown.", Title::MAX_CHARS),
        |error| error.message.clone(),
    );
    view! {
        <div class="video-name" id="name">
            <h1 id="video-title" class="video-prompt" dir="auto">{generation.name().to_owned()}</h1>
            <details class="rename" id="rename" data-close="" open=problem.is_some()>
                <summary class="button quiet small">
                    <Icon name=icons::Edit/>
                    "Rename"
                </summary>
                <form action=RenameVideo::url() method="post" class="rename-form" data-part="name" data-done="Renamed" data-keep="">
                    <input type="hidden" name="id" value=id.to_string()/>
                    <label class="field">
                        <span>"Title"</span>
                        <input
                            type="text"
                            name="title"
                            maxlength=Title::MAX_CHARS
                            value=title.unwrap_or_default()
                            autocomplete="off"
                            dir="auto"
                            data-shown-in="video-title"
                            aria-describedby="title-note"
                            aria-invalid=problem.is_some().then_some("true")
                        />
                    </label>
                    <button type="submit" class="button small">"Save"</button>
                    <p id="title-note" class="field-note" class:error=problem.is_some() role="status" data-problem="">{note}</p>
                </form>
            </details>
            {has_title.then(|| view! { <p class="video-asked" dir="auto">{prompt}</p> })}
        </div>
    }
}

/// Everything else that can be kept of it.
#[component]
fn MoreFiles(id: GenerationId, has_thumbnail: bool) -> impl IntoView {
    let file = |path: &str| format!("/api/generations/{id}/{path}?download=1");
    let thumbnail = has_thumbnail.then(|| (file("thumbnail"), "jpg", "Thumbnail", "JPEG"));
    let files = thumbnail.into_iter().chain([
        (file("captions.srt"), "srt", "Captions for uploads", "SRT"),
        (file("captions.vtt"), "vtt", "Captions for web pages", "VTT"),
        (file("provenance"), "json", "Whose work is in it", "JSON"),
    ]);
    view! {
        <button type="button" class="button" popovertarget="files">
            "More files"
            <Icon name=icons::Down/>
        </button>
        <div class="menu" id="files" popover="auto">
            {files
                .map(|(href, ending, name, kind)| {
                    view! {
                        <a href=href download=format!("ad_{id}.{ending}")>
                            {name}
                            " "
                            <span class="quiet-text">{kind}</span>
                        </a>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The same question, for a browser that runs no script.
#[component]
fn DeleteWithoutScript(id: GenerationId) -> impl IntoView {
    view! {
        <noscript>
            <details class="fold">
                <summary class="button quiet danger-text">"Delete"</summary>
                <form class="fold-panel" action=DeleteVideo::url() method="post">
                    <p>"Are you sure you want to delete this video? This action cannot be undone."</p>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button type="submit" class="button danger">"Delete"</button>
                </form>
            </details>
        </noscript>
    }
}

/// Its numbers.
#[component]
fn Facts(generation: GenerationView, cost: Option<CostView>) -> impl IntoView {
    let resolution = generation.aspect_ratio.resolution();
    let paid = |cost: CostView| {
        cost.purchases.into_iter().filter(|purchase| purchase.settled_usd != Some(Usd::ZERO)).count()
    };
    let bought = cost.map(paid).filter(|&count| count > 0);
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
            {generation
                .art_direction
                .map(|direction| view! { <div><dt>"Look"</dt> <dd>{direction.name()}</dd></div> })}
            <div>
                <dt>"Cost"</dt>
                <dd>
                    <a href=format!("/videos/{}/cost", generation.id)>{display::cost(generation.cost_usd)}</a>
                    {bought.map(|count| format!(", {count} {}", if count == 1 { "purchase" } else { "purchases" }))}
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
    }
}

/// What the player does by key.
#[component]
fn Keys() -> impl IntoView {
    const KEYS: [(&str, &str); 11] = [
        ("Space or K", "play, pause"),
        ("J, L", "5 seconds back, on"),
        ("← →", "a second back, on"),
        (", .", "a frame back, on"),
        ("0 – 9", "to tenths of it"),
        ("< >", "slower, faster"),
        ("M", "sound off, on"),
        ("↑ ↓", "louder, quieter, in the player"),
        ("C", "captions"),
        ("R", "again and again"),
        ("F", "full screen"),
    ];
    view! {
        <details class="fold keys" id="keys">
            <summary class="button quiet square" aria-label="Keys of the player" title="Keys of the player">
                <Icon name=icons::Keyboard/>
            </summary>
            <dl class="fold-panel">
                {KEYS
                    .into_iter()
                    .map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt> <dd>{does}</dd></div> })
                    .collect_view()}
            </dl>
        </details>
    }
}
