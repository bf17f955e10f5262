//! One ad among others: its picture, how it stands, and the facts one chooses by.

use admint_domain::{GenerationStatus, GenerationView};
use leptos::{either::Either, prelude::*};

use crate::{
    components::{Icon, StatusBadge, icons},
    display::{self, Day},
};

#[component]
pub fn CardGrid(children: Children) -> impl IntoView {
    view! { <ul class="card-grid" role="list">{children()}</ul> }
}

#[component]
pub fn VideoCard(generation: GenerationView) -> impl IntoView {
    let name = generation.name().to_owned();
    let GenerationView { id, status, progress, current_step, thumbnail_url, .. } = generation;
    let resolution = generation.aspect_ratio.resolution();
    let picture = match thumbnail_url {
        Some(url) => Either::Left(view! {
            <img src=url alt="" loading="lazy" decoding="async" width=resolution.width height=resolution.height/>
        }),
        None => Either::Right(view! {
            <span class="card-blank">
                <Icon name=match status {
                    GenerationStatus::Failed => icons::Alert,
                    GenerationStatus::Cancelled => icons::Close,
                    _ => icons::Film,
                }/>
            </span>
        }),
    };
    view! {
        <li class="card">
            <a href=format!("/videos/{id}") class="card-link">
                <span class="card-picture" class:running=!status.is_final()>
                    {picture}
                    {(status != GenerationStatus::Completed)
                        .then(|| view! { <StatusBadge status/> })}
                    {(status == GenerationStatus::Completed)
                        .then(|| view! { <span class="card-length">{display::length(generation.duration_seconds)}</span> })}
                    {(!status.is_final())
                        .then(|| {
                            view! {
                                <span class="card-progress">
                                    <span>{current_step}</span>
                                    <progress max="100" value=progress aria-label="Progress"></progress>
                                </span>
                            }
                        })}
                </span>
                <span class="card-prompt" dir="auto">{name}</span>
            </a>
            <p class="card-facts">
                {(status == GenerationStatus::Completed).then(|| view! { <StatusBadge status/> })}
                <Day at=generation.created_at/>
                <span>{display::cost(generation.cost_usd)}</span>
            </p>
        </li>
    }
}
