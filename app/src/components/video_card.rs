//! One ad among others: its picture, how it stands, and the facts one chooses by.

use admint_domain::{GenerationStatus, GenerationView};
use leptos::{either::Either, prelude::*};

use crate::{
    components::{Icon, StatusBadge, icons, shape},
    display::{self, Day},
    islands::{CHOSEN_FORM, Previews},
};

/// The cards below each other or side by side; what moves on them when they are pointed at comes with them.
#[component]
pub fn CardGrid(children: Children) -> impl IntoView {
    view! {
        <ul class="card-grid" role="list">{children()}</ul>
        <Previews/>
    }
}

/// `is_first`: it is among those that are seen at once, so its picture does not wait until it is near.
#[component]
pub fn VideoCard(
    generation: GenerationView,
    /// It can be chosen with others, by a box that belongs to the list's form.
    #[prop(optional)]
    is_choosable: bool,
    #[prop(optional)] is_first: bool,
) -> impl IntoView {
    let id = generation.id;
    let status = generation.status;
    let is_done = status == GenerationStatus::Completed;
    let preview = generation.preview_url.clone().filter(|_| status.is_final());
    let has_preview = preview.is_some();
    let name = generation.name().to_owned();
    let title = name.clone();
    let box_name = format!("Choose: {}", display::shortened(&name, 60));
    view! {
        <li
            class="card"
            data-generation=id.to_string()
            data-status=status.as_str()
            data-live=(!status.is_final()).then_some("")
            data-preview=preview
        >
            <a href=format!("/videos/{id}") class="card-link" title=title>
                <span class=format!("card-picture {}", shape(generation.aspect_ratio)) class:running=!status.is_final()>
                    <Picture generation=generation.clone() is_first/>
                    {(!is_done).then(|| view! { <StatusBadge status/> })}
                    {is_done
                        .then(|| view! { <span class="card-length">{display::length(generation.duration_seconds)}</span> })}
                    {(!status.is_final())
                        .then(|| {
                            view! {
                                <span class="card-progress">
                                    <span data-step="">{generation.current_step}</span>
                                    <progress max="100" value=generation.progress aria-label="Progress"></progress>
                                </span>
                            }
                        })}
                </span>
                <span class="card-prompt" dir="auto">{name}</span>
            </a>
            <p class="card-facts">
                {is_done.then(|| view! { <StatusBadge status/> })}
                <Day at=generation.created_at/>
                <span>{display::cost(generation.cost_usd)}</span>
            </p>
            {has_preview
                .then(|| {
                    view! {
                        <button type="button" class="card-play" data-play="" aria-label="Play a preview">
                            <Icon name=icons::Play/>
                        </button>
                    }
                })}
            {is_choosable
                .then(|| {
                    view! {
                        <label class="card-box">
                            <input
                                type="checkbox"
                                id=format!("choose-{id}")
                                name="ids"
                                value=id.to_string()
                                form=CHOSEN_FORM
                                aria-label=box_name
                            />
                        </label>
                    }
                })}
        </li>
    }
}

/// Whole, whatever its shape, before a blurred one of itself.
#[component]
fn Picture(generation: GenerationView, is_first: bool) -> impl IntoView {
    let resolution = generation.aspect_ratio.resolution();
    let loading = if is_first { "eager" } else { "lazy" };
    match generation.card_url.or(generation.thumbnail_url) {
        Some(url) => Either::Left(view! {
            <img class="card-ground" src=url.clone() alt="" loading=loading decoding="async"/>
            <img
                class="card-image"
                src=url
                alt=""
                loading=loading
                decoding="async"
                width=resolution.width
                height=resolution.height
            />
        }),
        None => Either::Right(view! {
            <span class="card-blank">
                <Icon name=match generation.status {
                    GenerationStatus::Failed => icons::Alert,
                    GenerationStatus::Cancelled => icons::Close,
                    _ => icons::Film,
                }/>
            </span>
        }),
    }
}
