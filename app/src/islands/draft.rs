//! What was filled into a form, kept in its tab until it is sent: a reload takes nothing away, and neither does a log-in in
//! between.

use std::collections::BTreeMap;

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::{
    Event, EventInit, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
};

use super::swap;

type Fields = BTreeMap<String, String>;

/// One form's draft. Another user of the same tab has another.
#[derive(Clone, PartialEq)]
pub struct Draft {
    key: String,
}

impl Draft {
    pub fn of(form: &str, owner: &str) -> Self {
        Self { key: format!("admint-draft-{form}-{owner}") }
    }

    /// Keeps what is in the form, and what is kept beside it.
    pub fn keep(&self, form: &HtmlFormElement, beside: &[(&str, String)]) {
        let Ok(data) = FormData::new_with_form(form) else { return };
        let mut fields = Fields::new();
        for element in fields_of(form) {
            let name = name_of(&element);
            if let Some(value) = data.get(&name).as_string() {
                fields.insert(name, value);
            }
        }
        fields.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        // Without storage, or with a full one, a draft is lost, and nothing else.
        if let (Ok(Some(storage)), Ok(json)) = (window().session_storage(), serde_json::to_string(&fields)) {
            _ = storage.set_item(&self.key, &json);
        }
    }

    /// Fills the form with what was kept. What is kept beside it is given back.
    pub fn restore(&self, form: &HtmlFormElement) -> Option<Fields> {
        let json = window().session_storage().ok()??.get_item(&self.key).ok()??;
        let fields: Fields = serde_json::from_str(&json).ok()?;
        for element in fields_of(form) {
            let Some(value) = fields.get(&name_of(&element)) else { continue };
            fill(&element, value);
        }
        Some(fields)
    }

    pub fn forget(&self) {
        if let Ok(Some(storage)) = window().session_storage() {
            _ = storage.remove_item(&self.key);
        }
    }
}

fn fields_of(form: &HtmlFormElement) -> Vec<web_sys::Element> {
    swap::found(form, "input[name]:not([type=file]), select[name], textarea[name]")
}

fn name_of(element: &web_sys::Element) -> String {
    element.get_attribute("name").unwrap_or_default()
}

fn fill(element: &web_sys::Element, value: &str) {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        match input.type_().as_str() {
            "radio" | "checkbox" => input.set_checked(input.value() == value),
            _ => input.set_value(value),
        }
    } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(text) = element.dyn_ref::<HtmlTextAreaElement>() {
        text.set_value(value);
    }
    let init = EventInit::new();
    init.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
        _ = element.dispatch_event(&event);
    }
    // Anything that was folded away and is filled in now.
    if !value.is_empty()
        && let Ok(Some(folded)) = element.closest("details")
    {
        _ = folded.set_attribute("open", "");
    }
}
