//! Where an ad begins: the prompt form, and the latest work below it.

use admint_domain::{ArtDirection, GenerationId, GenerationQuery, GenerationView, Page, TargetDuration};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::money_fields::MoneyFields;
use crate::{
    api,
    components::{CardGrid, ErrorNotice, VideoCard},
    islands::{Follow, PromptForm, Template},
    session::Protected,
};

const RECENT: u32 = 4;

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
    // "Try again" brings the id of the ad to start from.
    let from = use_query_map().read_untracked().get("from").and_then(|id| id.parse::<GenerationId>().ok());
    view! {
        <section class="page dashboard">
            <h1>"What shall we advertise?"</h1>
            <Suspense>
                {move || Suspend::new(async move {
                    let earlier = match from {
                        Some(id) => api::generation(id).await.ok(),
                        None => None,
                    };
                    view! {
                        <PromptForm template=template(earlier)>
                            <Looks/>
                            <MoneyFields/>
                        </PromptForm>
                    }
                })}
            </Suspense>
        </section>
        <Recent/>
        <script src="/money.js" defer nonce=use_nonce()></script>
    }
}

fn template(earlier: Option<GenerationView>) -> Template {
    let Some(ad) = earlier else {
        return Template { seconds: TargetDuration::DEFAULT.seconds(), ..Template::default() };
    };
    let seconds = ad.duration_seconds.round() as u32;
    Template {
        prompt: ad.prompt,
        aspect: ad.aspect_ratio,
        seconds: seconds.clamp(TargetDuration::MIN, TargetDuration::MAX),
        photo: ad.photo,
        logo: ad.logo,
        has_voice: ad.voice,
        has_captions: ad.captions,
    }
}

#[component]
fn Looks() -> impl IntoView {
    view! {
        <fieldset class="looks">
            <legend>"Look"</legend>
            <div class="look-cards">
                {look_card("", "Studio chooses")}
                {ArtDirection::ALL
                    .into_iter()
                    .map(|direction| look_card(direction.as_str(), direction.name()))
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// An art direction by a picture of what it makes; no direction is all of them.
fn look_card(direction: &'static str, name: &'static str) -> impl IntoView {
    let is_open = direction.is_empty();
    let picture = if is_open { "any" } else { direction };
    view! {
        <label class="look-card">
            <input type="radio" name="art_direction" value=direction checked=is_open/>
            <img src=format!("/assets/looks/{picture}.webp") alt="" width="180" height="224" loading="lazy"/>
            <span>{name}</span>
        </label>
    }
}

/// The latest ads, kept fresh while one of them is being made.
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
            <Follow part="recent".to_owned()/>
        </section>
    }
}

#[component]
fn Cards(page: Page<GenerationView>) -> impl IntoView {
    let is_live = page.items.iter().any(|item| !item.status.is_final());
    view! {
        <div data-live=is_live.then_some("")>
            <CardGrid>
                {page.items.into_iter().map(|generation| view! { <VideoCard generation/> }).collect_view()}
            </CardGrid>
        </div>
    }
}
