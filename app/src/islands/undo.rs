//! What is said after a deletion, with a way back.

use std::time::Duration;

use admint_domain::{ChosenGenerations, GenerationId, Restored};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{request, swap, toasts};
use crate::{
    components::{Icon, icons},
    session,
};

/// Says that these were deleted, for as many seconds as they can be brought back. `part` are the elements (ids with
/// spaces between them) that are written anew when they are; `action` is where the form goes without a script.
#[island]
pub fn Undo(ids: Vec<GenerationId>, seconds: u32, part: String, action: String) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let is_pending = RwSignal::new(false);
    let count = ids.len();
    let said = match count {
        1 => "Video deleted".to_owned(),
        many => format!("{many} videos deleted"),
    };
    let forget = move || {
        if let Some(form) = form.get_untracked() {
            // Who is on the button is not thrown back to the page's beginning by its going.
            let has_focus = form.contains(document().active_element().as_deref());
            form.remove();
            let main =
                document().get_element_by_id("main").and_then(|main| main.dyn_into::<HtmlElement>().ok());
            if let Some(main) = main.filter(|_| has_focus) {
                _ = main.focus();
            }
        }
    };
    Effect::new(move |_| set_timeout(forget, Duration::from_secs(u64::from(seconds))));
    let wanted = StoredValue::new(ChosenGenerations { ids: ids.clone() });
    let part = StoredValue::new(part);
    let restore = move || {
        is_pending.set(true);
        spawn_local(async move {
            let answer = request::post("/api/generations/restore", &wanted.get_value()).await;
            is_pending.set(false);
            match request::read(answer).await {
                // Of what is gone for good, the answer tells.
                Ok(Restored { not_found, .. }) => toasts::show(match (not_found.is_empty(), count) {
                    (false, _) => "It is too late: a deletion can be undone for 10 seconds",
                    (true, 1) => "Video restored",
                    (true, _) => "Videos restored",
                }),
                Err(error) if error.is_unauthorized() => return session::log_in_again(),
                Err(error) => return toasts::show(&error.message()),
            }
            if swap::show_here(&part.get_value()).await.is_err() {
                _ = window().location().reload();
            }
        });
    };
    view! {
        <form
            node_ref=form
            class="toast undo"
            method="post"
            action=action
            style=format!("--seconds: {seconds}s")
            on:submit=move |event| {
                event.prevent_default();
                if !is_pending.get_untracked() {
                    restore();
                }
            }
        >
            <Icon name=icons::Trash/>
            <span>{said}</span>
            {ids
                .into_iter()
                .map(|id| view! { <input type="hidden" name="ids" value=id.to_string()/> })
                .collect_view()}
            <button type="submit" class="button quiet small" disabled=is_pending>
                "Undo"
            </button>
        </form>
    }
}
