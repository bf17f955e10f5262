//! Where an ad begins: the prompt form, what is being made below it, and the latest work.

use admint_domain::{
    ArtDirection, AspectRatio, GenerationId, GenerationQuery, GenerationStatus, GenerationView, Page,
    StatusFilter, TargetDuration,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{making::Making, money_fields::MoneyFields};
use crate::{
    api,
    components::{CardGrid, ErrorNotice, ErrorText, Icon, VideoCard, icons},
    islands::{FollowAll, Forms, Player, PromptForm, Template, Watch},
    session::{Protected, Session},
};

const RECENT: u32 = 4;
/// As many as are shown while they are made; the others are in the queue.
const AT_WORK: u32 = 3;

#[component]
pub fn DashboardPage() -> impl IntoView {
    view! {
        <Title text="Create an ad"/>
        <Protected>
            <Dashboard/>
        </Protected>
    }
}

#[component]
fn Dashboard() -> impl IntoView {
    // "Make another" brings the id of the ad to start from, the form itself that of the ad it has begun.
    let query = use_query_map().get_untracked();
    let named = |name: &str| query.get(name).and_then(|id| id.parse::<GenerationId>().ok());
    let (from, made) = (named("from"), named("made"));
    let owner = expect_context::<Session>().user().map(|user| user.id.to_string()).unwrap_or_default();
    view! {
        <section class="page dashboard">
            <h1>"What shall we advertise?"</h1>
            <Suspense>
                {move || {
                    let owner = owner.clone();
                    Suspend::new(async move {
                        let earlier = match from {
                            Some(id) => api::generation(id).await.ok(),
                            None => None,
                        };
                        let wishes = Wishes::of(earlier.as_ref());
                        view! {
                            {earlier.as_ref().map(|ad| view! { <StartedFrom ad=ad.clone()/> })}
                            <PromptForm template=template(earlier, owner)>
                                <Settings wishes/>
                            </PromptForm>
                        }
                    })
                }}
            </Suspense>
        </section>
        <Now made/>
        <Recent/>
        <Forms/>
        <script src="/money.js" defer nonce=use_nonce()></script>
    }
}

/// What the form starts with where no script is needed.
#[derive(Clone, Default)]
struct Wishes {
    aspect: AspectRatio,
    seconds: u32,
    direction: Option<ArtDirection>,
    has_voice: bool,
    has_captions: bool,
    model: Option<String>,
    is_animatic: bool,
    most: Option<String>,
}

impl Wishes {
    fn of(earlier: Option<&GenerationView>) -> Self {
        let Some(ad) = earlier else {
            return Self { seconds: TargetDuration::DEFAULT.seconds(), ..Self::default() };
        };
        let seconds = ad.duration_seconds.round() as u32;
        Self {
            aspect: ad.aspect_ratio,
            seconds: seconds.clamp(TargetDuration::MIN, TargetDuration::MAX),
            direction: ad.art_direction,
            has_voice: ad.voice,
            has_captions: ad.captions,
            model: ad.model.clone(),
            is_animatic: ad.animatic,
            most: ad.max_cost_usd.map(|most| most.decimal()),
        }
    }
}

fn template(earlier: Option<GenerationView>, owner: String) -> Template {
    match earlier {
        None => Template { owner, ..Template::default() },
        Some(ad) => Template { owner, prompt: ad.prompt, photo: ad.photo, logo: ad.logo, is_copy: true },
    }
}

/// What the form was filled in with, and the way back to an empty one.
#[component]
fn StartedFrom(ad: GenerationView) -> impl IntoView {
    view! {
        <div class="started-from">
            {ad.thumbnail_url.clone().map(|url| view! { <img src=url alt="" width="36" height="64"/> })}
            <p>
                "Everything is as it was in "
                <a href=format!("/videos/{}", ad.id)>
                    <bdi>{ad.name().to_owned()}</bdi>
                </a>
                ". Change what you like: it becomes an ad of its own."
            </p>
            <a class="button quiet small" href="/dashboard">"Start with an empty form"</a>
        </div>
    }
}

/// The wishes beside words and pictures. Those that most ads do without are folded away.
#[component]
fn Settings(wishes: Wishes) -> impl IntoView {
    let Wishes { aspect, seconds, direction, has_voice, has_captions, model, is_animatic, most } = wishes;
    view! {
        <div class="prompt-settings">
            <fieldset class="aspects">
                <legend>"Shape"</legend>
                <div class="aspect-cards">
                    {AspectRatio::ALL.into_iter().map(|shape| aspect_card(shape, shape == aspect)).collect_view()}
                </div>
            </fieldset>
            <div class="length-field">
                <label for="duration_seconds">"Length"</label>
                <output for="duration_seconds" id="duration-shown">{seconds} " seconds"</output>
                <input
                    type="range"
                    id="duration_seconds"
                    name="duration_seconds"
                    min=TargetDuration::MIN
                    max=TargetDuration::MAX
                    step="1"
                    value=seconds
                    aria-valuetext=format!("{seconds} seconds")
                />
                <p class="length-ends" aria-hidden="true">
                    <span>{TargetDuration::MIN} " s"</span>
                    <span>{TargetDuration::MAX} " s"</span>
                </p>
                <label class="field">
                    <span>"Voice"</span>
                    <select name="voice">
                        <option value="">"None, only music"</option>
                        <option value="spoken" selected={has_voice && !has_captions}>"Speaks the words (English)"</option>
                        <option value="captioned" selected=has_captions>"Speaks, with captions in the picture"</option>
                    </select>
                </label>
            </div>
        </div>
        <fieldset class="looks">
            <legend>"Look"</legend>
            <div class="look-cards">
                {look_card("", "Studio chooses", direction.is_none())}
                {ArtDirection::ALL
                    .into_iter()
                    .map(|look| look_card(look.as_str(), look.name(), direction == Some(look)))
                    .collect_view()}
            </div>
        </fieldset>
        <MoneyFields model is_animatic most/>
        <details class="seldom" id="seldom">
            <summary>"Repeat an earlier ad exactly"</summary>
            <div class="seldom-fields">
                <div class="field">
                    <label for="seed">"Seed (optional)"</label>
                    <input
                        type="text"
                        inputmode="numeric"
                        id="seed"
                        name="seed"
                        autocomplete="off"
                        pattern="[0-9]*"
                        aria-describedby="seed-note"
                    />
                    <p id="seed-note" class="field-note">"The same sentence, settings and seed give the same ad."</p>
                </div>
            </div>
        </details>
    }
}

fn aspect_card(aspect: AspectRatio, is_checked: bool) -> impl IntoView {
    let (class, place) = match aspect {
        AspectRatio::Portrait9x16 => ("aspect-sketch shape-9x16", "Reels, Shorts"),
        AspectRatio::Square => ("aspect-sketch shape-1x1", "Feeds"),
        AspectRatio::Portrait4x5 => ("aspect-sketch shape-4x5", "Tall feeds"),
        AspectRatio::Landscape16x9 => ("aspect-sketch shape-16x9", "Web, TV"),
    };
    view! {
        <label class="aspect-card">
            <input type="radio" name="aspect_ratio" value=aspect.as_str() checked=is_checked/>
            <span class="aspect-stage" aria-hidden="true">
                <span class=class></span>
            </span>
            <span class="aspect-name">{aspect.as_str()}</span>
            <span class="aspect-place">{place}</span>
        </label>
    }
}

/// An art direction by a picture of what it makes; no direction is all of them.
fn look_card(direction: &'static str, name: &'static str, is_checked: bool) -> impl IntoView {
    let picture = if direction.is_empty() { "any" } else { direction };
    view! {
        <label class="look-card">
            <input type="radio" name="art_direction" value=direction checked=is_checked/>
            <img src=format!("/assets/looks/{picture}.webp") alt="" width="180" height="224" loading="lazy"/>
            <span>{name}</span>
        </label>
    }
}

/// What is being made, and the ad that was begun on this page, which stays when it is finished.
#[component]
fn Now(made: Option<GenerationId>) -> impl IntoView {
    view! {
        <div id="now" tabindex="-1">
            <Suspense>
                {move || Suspend::new(async move {
                    at_work(made).await.into_iter().map(|ad| view! { <AtWork ad/> }).collect_view()
                })}
            </Suspense>
        </div>
    }
}

/// With their scenes, which lists leave out. What cannot be read is missing here, and in the gallery all the same.
async fn at_work(made: Option<GenerationId>) -> Vec<GenerationView> {
    let query = GenerationQuery {
        status: Some(StatusFilter::Processing),
        per_page: Some(AT_WORK),
        ..GenerationQuery::default()
    };
    let listed = api::generations(query).await.map(|page| page.items).unwrap_or_default();
    let others = listed.into_iter().map(|ad| ad.id).filter(|id| Some(*id) != made);
    let mut shown = Vec::new();
    for id in made.into_iter().chain(others) {
        shown.extend(api::generation(id).await.ok());
    }
    shown
}

/// One ad from its queue to its film.
#[component]
fn AtWork(ad: GenerationView) -> impl IntoView {
    let GenerationView { id, status, progress, .. } = ad;
    let part = format!("now-{id}");
    let (step, name) = (ad.current_step.clone(), ad.name().to_owned());
    let is_live = !status.is_final();
    view! {
        <section class="page now" id=part.clone() aria-label=name>
            {match status {
                GenerationStatus::Queued | GenerationStatus::Running => {
                    view! { <div class="video-page"><Making generation=ad part=part.clone() is_part=true/></div> }.into_any()
                }
                _ => view! { <Ready ad/> }.into_any(),
            }}
        </section>
        {is_live.then(|| view! { <Watch id part status progress step/> })}
    }
}

/// The film, or what became of it.
#[component]
fn Ready(ad: GenerationView) -> impl IntoView {
    let id = ad.id;
    let name = ad.name().to_owned();
    let title_id = format!("title-{id}");
    let video = ad.video_url.clone();
    let captions_url = Some(format!("/api/generations/{id}/captions.vtt"));
    view! {
        <div class="video-page">
            {match video.clone() {
                Some(video_url) => {
                    view! {
                        <div class="video-side">
                            <Player
                                video_url
                                poster=ad.thumbnail_url.clone()
                                captions_url
                                aspect=ad.aspect_ratio
                                named_by=title_id.clone()
                            >
                                <span></span>
                            </Player>
                        </div>
                    }
                        .into_any()
                }
                None => ().into_any(),
            }}
            <div class="video-words">
                <h2>
                    {match ad.status {
                        GenerationStatus::Completed => "Your ad is ready",
                        GenerationStatus::Cancelled => "You cancelled this ad",
                        _ => "This ad could not be made",
                    }}
                </h2>
                <p id=title_id class="video-prompt" dir="auto">{name}</p>
                {ad.error.clone().map(|error| view! { <ErrorText message=error/> })}
                <div class="video-actions">
                    {video
                        .map(|video| {
                            view! {
                                <a class="button primary" href=format!("{video}?download=1") download=format!("ad_{id}.mp4")>
                                    <Icon name=icons::Download/>
                                    "Download"
                                </a>
                            }
                        })}
                    <a class="button" href=format!("/videos/{id}")>"Open it"</a>
                    <a class="button" href=format!("/dashboard?from={id}")>
                        <Icon name=icons::Repeat/>
                        "Make another"
                    </a>
                </div>
                <p class="quiet-text">"The form above is ready for your next one."</p>
            </div>
        </div>
    }
}

/// The latest ads, kept fresh.
#[component]
fn Recent() -> impl IntoView {
    let query = || GenerationQuery { per_page: Some(RECENT), ..GenerationQuery::default() };
    view! {
        <section class="page recent" aria-labelledby="recent-title">
            <div class="section-head">
                <h2 id="recent-title">"Recent work"</h2>
                <a href="/gallery">"All ads"</a>
            </div>
            <div id="recent">
                <Suspense>
                    {move || Suspend::new(async move {
                        match api::generations(query()).await {
                            Ok(page) if page.items.is_empty() => {
                                view! { <p class="quiet-text">"Nothing yet. Your first ad will appear here."</p> }
                                    .into_any()
                            }
                            Ok(page) => view! { <Cards page/> }.into_any(),
                            Err(error) => view! { <ErrorNotice error/> }.into_any(),
                        }
                    })}
                </Suspense>
            </div>
            <FollowAll part="recent".to_owned()/>
        </section>
    }
}

#[component]
fn Cards(page: Page<GenerationView>) -> impl IntoView {
    view! {
        <CardGrid>
            {page.items.into_iter().map(|generation| view! { <VideoCard generation/> }).collect_view()}
        </CardGrid>
    }
}
