//! A question before something that cannot be undone, in the browser's own modal dialog.

use leptos::{html, prelude::*, text_prop::TextProp};

use crate::components::ErrorText;

#[component]
pub fn ConfirmDialog(
    /// Open it with `show_modal`.
    dialog: NodeRef<html::Dialog>,
    #[prop(into)] title: TextProp,
    #[prop(into)] question: TextProp,
    /// What the button says that changes nothing.
    #[prop(default = "Keep it")]
    keep: &'static str,
    /// What the confirming button says.
    confirm: &'static str,
    /// What it says while the work goes on.
    confirming: &'static str,
    #[prop(into)] is_pending: Signal<bool>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-question">
            <h2 id="confirm-title">{move || title.get()}</h2>
            <p id="confirm-question">{move || question.get()}</p>
            {move || error.get().map(|error| view! { <ErrorText message=error/> })}
            <div class="dialog-actions">
                <button type="button" class="button" disabled=is_pending on:click=move |_| close()>
                    {keep}
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
