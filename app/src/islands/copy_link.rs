//! A link to be copied.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::toasts;
use crate::components::{Icon, icons};

/// A field with an address, and a button that copies it. The address becomes a whole one where the page is.
#[island]
pub fn CopyLink(url: String) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let whole = {
        let url = url.clone();
        move || {
            let origin = window().location().origin().unwrap_or_default();
            if url.starts_with('/') { format!("{origin}{url}") } else { url.clone() }
        }
    };
    let shown = whole.clone();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.set_value(&shown());
        }
    });
    let copy = move |_| {
        let text = whole();
        spawn_local(async move {
            // Only pages that came safely may write to the clipboard; elsewhere the text is marked, to be copied by hand.
            let clipboard = window().is_secure_context().then(|| window().navigator().clipboard());
            let copied = match clipboard {
                Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
                None => false,
            };
            if copied {
                toasts::show("Link copied");
            } else if let Some(field) = field.get_untracked() {
                field.select();
                toasts::show("Press Ctrl+C to copy the link");
            }
        });
    };
    view! {
        <div class="copy-link">
            <input node_ref=field type="text" readonly aria-label="Link" value=url on:focus=move |_| {
                if let Some(field) = field.get_untracked() {
                    field.select();
                }
            }/>
            <button type="button" class="button needs-script" on:click=copy>
                <Icon name=icons::Copy/>
                "Copy"
            </button>
        </div>
    }
}
