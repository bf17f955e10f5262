//! What was typed, kept over a log-in: a session may end while somebody writes.
//!
//! Whatever way a page is left, a form marked `data-keep` in which something was typed leaves its contents in the tab's
//! own storage. If the next page is the log-in page, they wait there; back at the form's page, and with the same name
//! in the bar, they are put in again. Any other next page drops them. Passwords are never among them.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlFormElement, Storage};

use super::{
    fields::{self, Filled},
    swap, toasts,
};

const KEPT: &str = "admint-kept";
const FORMS: &str = "form[data-keep]";
/// On a form in which something was typed.
const TYPED: &str = "data-typed";

#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    user: String,
    /// Of each marked form in its order.
    forms: Vec<Filled>,
    /// The log-in page has been seen since.
    is_log_in: bool,
}

/// Stands on every page, after the forms' islands.
#[island]
pub fn KeepForms() -> impl IntoView {
    Effect::new(move |_| {
        arrive();
        let typed = window_event_listener(ev::Custom::<Event>::new("input"), |event| {
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if event.is_trusted()
                && let Some(form) = form.and_then(|element| element.closest(FORMS).ok().flatten())
            {
                _ = form.set_attribute(TYPED, "");
            }
        });
        let left = window_event_listener(ev::Custom::<Event>::new("pagehide"), |_| leave());
        on_cleanup(move || {
            typed.remove();
            left.remove();
        });
    });
}

fn arrive() {
    let Some((storage, mut kept)) = kept() else { return };
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let is_log_in = ["/login", "/register"].contains(&path.as_str());
    let is_over = location.search().is_ok_and(|search| search.contains("logged_out"));
    if is_log_in && !is_over {
        kept.is_log_in = true;
        keep(&storage, &kept);
        return;
    }
    _ = storage.remove_item(KEPT);
    if kept.is_log_in && kept.path == path && kept.user == user() {
        for (form, filled) in forms().iter().zip(&kept.forms).filter(|(_, filled)| !filled.is_empty()) {
            fields::put_in(form, filled);
            // It may be lost again.
            _ = form.set_attribute(TYPED, "");
        }
        toasts::show("Here is what you had typed.");
    }
}

fn leave() {
    let forms = forms();
    if !forms.iter().any(|form| form.has_attribute(TYPED)) {
        return;
    }
    let Ok(Some(storage)) = window().session_storage() else { return };
    let path = window().location().pathname().unwrap_or_default();
    let typed = |form: &HtmlFormElement| {
        if form.has_attribute(TYPED) { fields::taken_from(form) } else { Filled::new() }
    };
    let forms = forms.iter().map(typed).collect();
    keep(&storage, &Kept { path, user: user(), forms, is_log_in: false });
}

fn kept() -> Option<(Storage, Kept)> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(KEPT).ok()??;
    match serde_json::from_str(&text) {
        Ok(kept) => Some((storage, kept)),
        Err(_) => {
            _ = storage.remove_item(KEPT);
            None
        }
    }
}

fn keep(storage: &Storage, kept: &Kept) {
    // Without room for it, it is lost, and nothing else.
    if let Ok(text) = serde_json::to_string(kept) {
        _ = storage.set_item(KEPT, &text);
    }
}

/// The name in the bar: what one had typed is not for another.
fn user() -> String {
    let name = document().query_selector(".account-name").ok().flatten();
    name.and_then(|name| name.text_content()).unwrap_or_default()
}

fn forms() -> Vec<HtmlFormElement> {
    swap::found_anywhere(FORMS).into_iter().filter_map(|form| form.dyn_into().ok()).collect()
}
