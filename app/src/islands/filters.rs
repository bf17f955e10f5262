//! The form that searches and filters a list, which is a plain GET form; a script only spares the key press.

use std::time::Duration;

use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlSelectElement};

use super::swap;
use crate::components::{Icon, icons};

const DEBOUNCE: Duration = Duration::from_millis(300);

/// Shows what the form asks for in the element `part`, and in the address. The children are the form's other fields.
#[island]
pub fn Filters(part: String, search: String, children: Children) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let part = StoredValue::new(part);
    let stop_timer = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    let apply = move || {
        stop_timer();
        if let Some(form) = form.get_untracked() {
            show(part.get_value(), &address(&form));
        }
    };
    let apply_soon = move |event: ev::Event| {
        // A choice is made at once; a word is not.
        let is_typed = event.target().is_some_and(|target| target.has_type::<HtmlInputElement>());
        stop_timer();
        if is_typed {
            timer.set_value(set_timeout_with_handle(apply, DEBOUNCE).ok());
        } else {
            apply();
        }
    };
    view! {
        <form
            node_ref=form
            class="filters"
            role="search"
            method="get"
            action="/gallery"
            on:input=apply_soon
            on:submit=move |event| {
                event.prevent_default();
                apply();
            }
        >
            <div class="search-field">
                <Icon name=icons::Search/>
                <input
                    id="search"
                    type="search"
                    name="search"
                    value=search
                    placeholder="Search your prompts"
                    aria-label="Search your prompts"
                    autocomplete="off"
                />
            </div>
            {children()}
            <button type="submit" class="button without-script">"Search"</button>
        </form>
    }
}

/// The form's path, with what is filled in.
fn address(form: &HtmlFormElement) -> String {
    let fields = form.elements();
    let mut asked = Vec::new();
    for index in 0..fields.length() {
        let Some(field) = fields.item(index) else { continue };
        let (name, value) = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => (input.name(), input.value()),
            Err(field) => match field.dyn_into::<HtmlSelectElement>() {
                Ok(select) => (select.name(), select.value()),
                Err(_) => continue,
            },
        };
        if !value.trim().is_empty() {
            asked.push(format!("{name}={}", String::from(js_sys::encode_uri_component(&value))));
        }
    }
    let path = form.get_attribute("action").unwrap_or_default();
    if asked.is_empty() { path } else { format!("{path}?{}", asked.join("&")) }
}

fn show(part: String, address: &str) {
    let here = window().location();
    let now = format!("{}{}", here.pathname().unwrap_or_default(), here.search().unwrap_or_default());
    if now == address {
        return;
    }
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
    let address = address.to_owned();
    spawn_local(async move {
        // What cannot be swapped in is loaded whole, and tells by itself what is wrong.
        if swap::show(&part, &address).await.is_err() {
            crate::session::load_document(&address);
        }
    });
}
