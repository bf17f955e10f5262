//! What the forms for logging in and signing up share.

use leptos::{ev::SubmitEvent, prelude::*, reactive::signal::MappedSignal};

use crate::{ApiError, components::ErrorText, session};

/// How an attempt to get in stands.
#[derive(Clone, Copy)]
pub struct Entry {
    pub refusal: Signal<Option<ApiError>>,
    /// From the first click until the next page is there.
    pub is_pending: Signal<bool>,
}

impl Entry {
    /// `answer` is the path to go on at; `before` what became of the form when it was sent without a script.
    pub fn new(
        answer: MappedSignal<Option<Result<String, ApiError>>>,
        is_sent: Memo<bool>,
        before: Option<ApiError>,
    ) -> Self {
        let is_leaving = RwSignal::new(false);
        Effect::new(move |_| {
            if let Some(Ok(path)) = answer.get() {
                is_leaving.set(true);
                session::load_document(&path);
            }
        });
        let before = StoredValue::new(before);
        Self {
            refusal: Signal::derive(move || match answer.get() {
                Some(answer) => answer.err(),
                None => before.get_value(),
            }),
            is_pending: Signal::derive(move || is_sent.get() || is_leaving.get()),
        }
    }
}

/// A form with what concerns none of its fields above them, and its button below.
#[component]
pub fn EntryForm(
    entry: Entry,
    action: &'static str,
    next: Option<String>,
    submit_text: &'static str,
    busy_text: &'static str,
    on_submit: Callback<SubmitEvent>,
    children: Children,
) -> impl IntoView {
    let Entry { refusal, is_pending } = entry;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !is_pending.get_untracked() {
            on_submit.run(event);
        }
    };
    view! {
        <form class="account-form" action=action method="post" prop:noValidate=true on:submit=submit>
            {move || {
                refusal
                    .get()
                    .filter(|error| error.0.field.is_none())
                    .map(|error| view! { <ErrorText message=error.message()/> })
            }}
            {children()}
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <button
                type="submit"
                class="button primary large wide"
                aria-busy=move || is_pending.get().then_some("true")
            >
                {move || if is_pending.get() { busy_text } else { submit_text }}
            </button>
        </form>
    }
}
