//! The form that searches and filters a list, which is a plain GET form; a script only spares the key press.

use std::time::Duration;

use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlSelectElement, UrlSearchParams};

use super::{fields, swap};
use crate::{
    components::{Icon, icons},
    session,
};

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
    // Whether the last entry of the history is of the search that is being typed.
    let is_typing = StoredValue::new(false);
    let apply = move |is_typed: bool| {
        stop_timer();
        if let Some(form) = form.get_untracked() {
            let is_new = !(is_typed && is_typing.get_value());
            is_typing.set_value(is_typed);
            show(part.get_value(), &address(&form), is_new);
        }
    };
    let apply_soon = move |event: ev::Event| {
        // A choice is made at once; a word is not.
        let is_typed = event.target().is_some_and(|target| target.has_type::<HtmlInputElement>());
        stop_timer();
        if is_typed {
            timer.set_value(set_timeout_with_handle(move || apply(true), DEBOUNCE).ok());
        } else {
            apply(false);
        }
    };
    let follow_address = move |form: &HtmlFormElement| {
        fill_in(form);
        fetch(part.get_value(), session::here());
    };
    // What was filled in, or which page of the history was gone to, before the page was taken over.
    Effect::new(move |_| {
        let Some(form) = form.get() else { return };
        if is_changed(&form) {
            apply(false);
        } else if !is_as_asked(&form) {
            follow_address(&form);
        }
    });
    Effect::new(move |_| {
        window_event_listener(ev::popstate, move |_| {
            stop_timer();
            is_typing.set_value(false);
            if let Some(form) = form.get_untracked() {
                follow_address(&form);
            }
        });
    });
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
                apply(false);
            }
        >
            <div class="search-field">
                <Icon name=icons::Search/>
                <input
                    id="search"
                    type="search"
                    name="search"
                    value=search
                    placeholder="Search titles and prompts"
                    aria-label="Search titles and prompts"
                    autocomplete="off"
                />
            </div>
            {children()}
            <button type="submit" class="button without-script">"Search"</button>
        </form>
    }
}

/// Whether something else is filled in than the server wrote.
fn is_changed(form: &HtmlFormElement) -> bool {
    let is_typed = |input: &HtmlInputElement| input.value() != input.default_value();
    let is_chosen = |select: &HtmlSelectElement| {
        let written = select.query_selector("option[selected]").ok().flatten();
        select.value() != written.and_then(|option| option.get_attribute("value")).unwrap_or_default()
    };
    swap::found(form, "input, select").into_iter().any(|field| match field.dyn_into::<HtmlInputElement>() {
        Ok(input) => is_typed(&input),
        Err(field) => field.dyn_into().is_ok_and(|select| is_chosen(&select)),
    })
}

/// Whether what is filled in is what the address asks for.
fn is_as_asked(form: &HtmlFormElement) -> bool {
    asked().is_none_or(|asked| {
        let filled = fields::taken_from(form);
        filled.iter().all(|(name, value)| *value == asked.get(name).unwrap_or_default())
    })
}

/// Fills the form in with what stands in the address.
fn fill_in(form: &HtmlFormElement) {
    let Some(asked) = asked() else { return };
    for field in swap::found(form, "input, select") {
        match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.set_value(&asked.get(&input.name()).unwrap_or_default()),
            Err(field) => {
                if let Ok(select) = field.dyn_into::<HtmlSelectElement>() {
                    select.set_value(&asked.get(&select.name()).unwrap_or_default());
                    // What is no choice is none: the first, as the server takes it.
                    if select.selected_index() < 0 {
                        select.set_selected_index(0);
                    }
                }
            }
        }
    }
}

/// What the address asks for.
fn asked() -> Option<UrlSearchParams> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()
}

/// The form's path, with what is filled in.
fn address(form: &HtmlFormElement) -> String {
    let asked: Vec<String> = fields::taken_from(form)
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| format!("{name}={}", String::from(js_sys::encode_uri_component(&value))))
        .collect();
    let path = form.get_attribute("action").unwrap_or_default();
    if asked.is_empty() { path } else { format!("{path}?{}", asked.join("&")) }
}

/// Writes into the address what the form asks for, and has it shown. One search is one entry of the history, however
/// many letters it was typed in; a choice is one of its own.
fn show(part: String, address: &str, is_new: bool) {
    if session::here() == address {
        return;
    }
    if let Ok(history) = window().history() {
        _ = if is_new {
            history.push_state_with_url(&JsValue::NULL, "", Some(address))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(address))
        };
    }
    fetch(part, address.to_owned());
}

fn fetch(part: String, address: String) {
    spawn_local(async move {
        let place = document().get_element_by_id(&part);
        if let Some(place) = &place {
            _ = place.set_attribute("aria-busy", "true");
        }
        // What cannot be swapped in is loaded whole, and tells by itself what is wrong.
        if swap::show_here(&part).await.is_err() && session::here() == address {
            session::load_document(&address);
        }
        // Of several that are under way, the last is waited for.
        if let Some(place) = place.filter(|_| session::here() == address) {
            _ = place.remove_attribute("aria-busy");
        }
    });
}
