//! What stands where nothing is, with the status to match.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <NotFound
            title="This page does not exist"
            message="The address may be mistyped, or the page has moved."
        />
    }
}

#[component]
pub fn NotFound(title: &'static str, message: &'static str) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found"/>
        <section class="page centred not-found">
            <p class="not-found-number" aria-hidden="true">"404"</p>
            <h1>{title}</h1>
            <p class="lead">{message}</p>
            <a href="/" class="button primary">"Back to the start"</a>
        </section>
    }
}
