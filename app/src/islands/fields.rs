//! What is filled into a form: taken from it, and put in again.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, EventInit, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement,
};

use super::swap;

/// Names and values, in the form's order. Files are not among them, nor passwords.
pub type Filled = Vec<(String, String)>;

pub fn value_of<'a>(filled: &'a Filled, name: &str) -> Option<&'a String> {
    filled.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

pub fn taken_from(form: &HtmlFormElement) -> Filled {
    let secret: Vec<String> =
        controls(form).filter(|(_, control)| is_secret(control)).map(|(name, _)| name).collect();
    let data = FormData::new_with_form(form).ok();
    let entries = data.and_then(|data| js_sys::try_iter(&data).ok().flatten());
    let pair = |entry: JsValue| {
        let entry: js_sys::Array = entry.dyn_into().ok()?;
        // A file is no text.
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    let pairs = entries.into_iter().flatten().filter_map(|entry| pair(entry.ok()?));
    pairs.filter(|(name, _)| !secret.contains(name)).collect()
}

/// The islands hear of it as of typing. What was folded away and is filled in now is shown.
pub fn put_in(form: &HtmlFormElement, filled: &Filled) {
    if filled.is_empty() {
        return;
    }
    for (name, control) in controls(form).filter(|(_, control)| !is_secret(control)) {
        let value = value_of(filled, &name);
        if !fill(&control, value, |own| filled.iter().any(|(found, value)| *found == name && *value == own)) {
            continue;
        }
        let bubbling = EventInit::new();
        bubbling.set_bubbles(true);
        for event in ["input", "change"] {
            if let Ok(event) = Event::new_with_event_init_dict(event, &bubbling) {
                _ = control.dispatch_event(&event);
            }
        }
        if value.is_some_and(|value| !value.is_empty())
            && let Ok(Some(folded)) = control.closest("details")
        {
            _ = folded.set_attribute("open", "");
        }
    }
}

/// Whether there was something to fill it with. A box that is not in the form's data was empty.
fn fill(control: &Element, value: Option<&String>, holds: impl Fn(String) -> bool) -> bool {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        match (input.type_().as_str(), value) {
            ("checkbox", _) | ("radio", Some(_)) => input.set_checked(holds(input.value())),
            ("radio" | "hidden" | "file" | "submit", _) | (_, None) => return false,
            (_, Some(value)) => input.set_value(value),
        }
        return true;
    }
    let Some(value) = value else { return false };
    if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    }
    true
}

/// What has a name in the form.
fn controls(form: &HtmlFormElement) -> impl Iterator<Item = (String, Element)> {
    let found = swap::found(form, "input, select, textarea");
    found.into_iter().filter_map(|control| Some((control.get_attribute("name")?, control)))
}

/// Also while it is shown.
fn is_secret(control: &Element) -> bool {
    let says = |name: &str| control.get_attribute(name).is_some_and(|value| value.contains("password"));
    says("type") || says("autocomplete")
}
