//! What was filled into a form, kept in its tab until it is sent: a reload takes nothing away, and neither does a log-in in
//! between.

use leptos::prelude::window;
use web_sys::HtmlFormElement;

use super::fields::{self, Filled};

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
        let mut filled = fields::taken_from(form);
        filled.retain(|(name, _)| beside.iter().all(|(other, _)| name != other));
        filled.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        // Without storage, or with a full one, a draft is lost, and nothing else.
        if let (Ok(Some(storage)), Ok(json)) = (window().session_storage(), serde_json::to_string(&filled)) {
            _ = storage.set_item(&self.key, &json);
        }
    }

    /// Fills the form with what was kept. What is kept beside it is given back.
    pub fn restore(&self, form: &HtmlFormElement) -> Option<Filled> {
        let json = window().session_storage().ok()??.get_item(&self.key).ok()??;
        let filled: Filled = serde_json::from_str(&json).ok()?;
        fields::put_in(form, &filled);
        Some(filled)
    }

    pub fn forget(&self) {
        if let Ok(Some(storage)) = window().session_storage() {
            _ = storage.remove_item(&self.key);
        }
    }
}
