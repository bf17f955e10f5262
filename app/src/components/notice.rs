//! Messages that stay on the page, where they belong.

use leptos::prelude::*;

use crate::{
    ApiError,
    components::{Icon, IconName},
    session,
};

/// Good news or a plain fact.
#[component]
pub fn Notice(children: Children) -> impl IntoView {
    view! {
        <div class="notice" role="status">
            <Icon name=IconName::Info/>
            <div>{children()}</div>
        </div>
    }
}

/// What went wrong with something the user did.
#[component]
pub fn ErrorText(message: String) -> impl IntoView {
    view! {
        <div class="notice error" role="alert">
            <Icon name=IconName::Alert/>
            <div>{message}</div>
        </div>
    }
}

/// What went wrong with loading a part of the page, and another try. An ended session leads to
/// log-in and back here.
#[component]
pub fn ErrorNotice(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let is_unauthorized = error.is_unauthorized();
    Effect::new(move |_| {
        if is_unauthorized {
            session::log_in_again();
        }
    });
    view! {
        <div class="notice error" role="alert">
            <Icon name=IconName::Alert/>
            <div>
                <p>{error.message()}</p>
                <button type="button" class="button small" on:click=move |_| retry.run(())>
                    <Icon name=IconName::Repeat/>
                    "Try again"
                </button>
            </div>
        </div>
    }
}
