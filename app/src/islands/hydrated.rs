//! The last island of every page.

use leptos::prelude::*;

/// Says in the document that every island has been taken over: they are so in the order in which they stand. What only
/// a script can do stays out of sight until then.
#[island]
pub fn Hydrated() -> impl IntoView {
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-hydrated", "");
        }
    });
}
