//! What is said while nothing comes from the server.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::CustomEvent;

use super::toasts;
use crate::components::{Icon, icons};

/// The event by which an island tells that it had no answer.
const EVENT: &str = "admint-unreachable";
/// How long until the server is looked for again.
const AGAIN: Duration = Duration::from_secs(5);

/// For islands that had no answer from the server.
pub fn tell() {
    if let Ok(event) = CustomEvent::new(EVENT) {
        _ = window().dispatch_event(&event);
    }
}

/// A banner with another try. It goes by itself when the server answers.
#[island]
pub fn Offline() -> impl IntoView {
    let is_away = RwSignal::new(false);
    let is_looking = RwSignal::new(false);
    let look = move || {
        if is_looking.get_untracked() {
            return;
        }
        is_looking.set(true);
        spawn_local(async move {
            let answers = Request::get("/api/health/live").send().await.is_ok_and(|answer| answer.ok());
            is_looking.set(false);
            if answers && is_away.get_untracked() {
                is_away.set(false);
                toasts::show("You are back online");
            }
        });
    };
    Effect::new(move |_| {
        let lost = window_event_listener(ev::offline, move |_| is_away.set(true));
        let told = window_event_listener(ev::Custom::<CustomEvent>::new(EVENT), move |_| is_away.set(true));
        let back = window_event_listener(ev::online, move |_| look());
        on_cleanup(move || {
            lost.remove();
            told.remove();
            back.remove();
        });
    });
    Effect::new(move |_| {
        if is_away.get()
            && let Ok(interval) = set_interval_with_handle(look, AGAIN)
        {
            on_cleanup(move || interval.clear());
        }
    });
    view! {
        <div class="offline" role="status">
            {move || is_away.get().then(|| view! { <OfflineBanner is_looking on_look=move |()| look()/> })}
        </div>
    }
}

#[component]
pub fn OfflineBanner(
    #[prop(into)] is_looking: Signal<bool>,
    #[prop(into)] on_look: Callback<()>,
) -> impl IntoView {
    view! {
        <p>
            <Icon name=icons::Offline/>
            <span>"AdMint cannot be reached. What you see may be old; ads go on being made."</span>
            <button type="button" class="button small" disabled=is_looking on:click=move |_| on_look.run(())>
                {move || if is_looking.get() { "Looking…" } else { "Try again" }}
            </button>
        </p>
    }
}
