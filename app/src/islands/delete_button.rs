//! Deleting a video, after a question.

use admint_domain::GenerationId;
use leptos::{html, prelude::*};

use super::confirm::ConfirmDialog;
use crate::{
    api::DeleteVideo,
    components::{Icon, icons},
    session,
};

#[island]
pub fn DeleteButton(id: GenerationId) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let action = ServerAction::<DeleteVideo>::new();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(())) => {
            // There it says so, with a way back.
            session::load_document("/gallery");
        }
        Some(Err(error)) if error.is_unauthorized() => session::log_in_again(),
        _ => {}
    });
    view! {
        <button
            type="button"
            class="button quiet danger-text needs-script"
            on:click=move |_| {
                if let Some(dialog) = dialog.get_untracked() {
                    _ = dialog.show_modal();
                }
            }
        >
            <Icon name=icons::Trash/>
            "Delete"
        </button>
        <ConfirmDialog
            dialog
            title="Delete video"
            question="Are you sure you want to delete this video? This action cannot be undone."
            confirm="Delete"
            confirming="Deleting…"
            is_pending=Signal::derive(move || action.pending().get() || matches!(action.value().get(), Some(Ok(()))))
            error=Signal::derive(move || action.value().get().and_then(Result::err).map(|error| error.message()))
            on_confirm=move |()| {
                action.dispatch(DeleteVideo { id });
            }
        />
    }
}
