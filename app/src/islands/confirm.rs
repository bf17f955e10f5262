//! A question before something that cannot be undone, in the browser's own modal dialog.

use leptos::{html, prelude::*};

use crate::{ApiError, components::ErrorText};

#[component]
pub fn ConfirmDialog(
    /// Open it with `show_modal`.
    dialog: NodeRef<html::Dialog>,
    title: &'static str,
    question: &'static str,
    /// What the confirming button says.
    confirm: &'static str,
    /// What it says while the work goes on.
    confirming: &'static str,
    #[prop(into)] is_pending: Signal<bool>,
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-question">
            <h2 id="confirm-title">{title}</h2>
            <p id="confirm-question">{question}</p>
            {move || error.get().map(|error| view! { <ErrorText message=error.message()/> })}
            <div class="dialog-actions">
                <button type="button" class="button" disabled=is_pending on:click=move |_| close()>
                    "Keep it"
                </button>
                <button
                    type="button"
                    class="button danger"
                    disabled=is_pending
                    aria-busy=move || is_pending.get().then_some("true")
                    on:click=move |_| on_confirm.run(())
                >
                    {move || if is_pending.get() { confirming } else { confirm }}
                </button>
            </div>
        </dialog>
    }
}
