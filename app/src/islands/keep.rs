//! What was typed, kept over a log-in: a session may end while somebody writes.
//!
//! Whatever way a page is left, a form marked `data-keep` in which something was typed leaves its contents in the tab's
//! own storage. If the next page is the log-in page, they wait there; back at the form's page, and with the same name
//! in the bar, they are put in again. Any other next page drops them. Passwords are never among them.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, EventInit, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, Storage,
};

use super::{swap, toasts};

const KEPT: &str = "admint-kept";
const FORMS: &str = "form[data-keep]";
/// On a form in which something was typed.
const TYPED: &str = "data-typed";

#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    user: String,
    /// Of each marked form in its order: names and values.
    forms: Vec<Vec<(String, String)>>,
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
        for (form, fields) in forms().iter().zip(&kept.forms) {
            put_in(form, fields);
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
    let fields = |form: &Element| if form.has_attribute(TYPED) { taken_from(form) } else { Vec::new() };
    let forms = forms.iter().map(fields).collect();
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

fn forms() -> Vec<Element> {
    swap::found_anywhere(FORMS)
}

fn taken_from(form: &Element) -> Vec<(String, String)> {
    let secret: Vec<String> = controls(form).filter(|(_, it)| is_secret(it)).map(|(name, _)| name).collect();
    let data = form.dyn_ref::<HtmlFormElement>().and_then(|form| FormData::new_with_form(form).ok());
    let entries = data.and_then(|data| js_sys::try_iter(&data).ok().flatten());
    let pair = |entry: JsValue| {
        let entry: js_sys::Array = entry.dyn_into().ok()?;
        // A file is no text.
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    let pairs = entries.into_iter().flatten().filter_map(|entry| pair(entry.ok()?));
    pairs.filter(|(name, _)| !secret.contains(name)).collect()
}

fn put_in(form: &Element, fields: &[(String, String)]) {
    let value_of = |name: &str| fields.iter().find(|(found, _)| found == name).map(|(_, value)| value);
    if fields.is_empty() {
        return;
    }
    for (name, control) in controls(form).filter(|(_, control)| !is_secret(control)) {
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            match input.type_().as_str() {
                "checkbox" | "radio" => {
                    let own = (name, input.value());
                    input.set_checked(fields.contains(&own));
                }
                "hidden" | "file" | "submit" => continue,
                _ => match value_of(&name) {
                    Some(value) => input.set_value(value),
                    None => continue,
                },
            }
        } else if let Some(value) = value_of(&name) {
            if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
                area.set_value(value);
            } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
                select.set_value(value);
            }
        }
        // The islands hear of it as of typing.
        let bubbling = EventInit::new();
        bubbling.set_bubbles(true);
        for event in ["input", "change"] {
            if let Ok(event) = Event::new_with_event_init_dict(event, &bubbling) {
                _ = control.dispatch_event(&event);
            }
        }
    }
    // They may be lost again.
    _ = form.set_attribute(TYPED, "");
}

/// What has a name in the form.
fn controls(form: &Element) -> impl Iterator<Item = (String, Element)> {
    let found = swap::found(form, "input, select, textarea");
    found.into_iter().filter_map(|control| Some((control.get_attribute("name")?, control)))
}

/// Also while it is shown.
fn is_secret(control: &Element) -> bool {
    let says = |name: &str| control.get_attribute(name).is_some_and(|value| value.contains("password"));
    says("type") || says("autocomplete")
}
