//! Messages that stay on the page, where they belong.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ApiError;
use crate::components::{Icon, icons};

/// Good news or a plain fact.
#[cfg(feature = "ssr")]
#[component]
pub fn Notice(children: Children) -> impl IntoView {
    view! {
        <div class="notice" role="status">
            <Icon name=icons::Info/>
            <div>{children()}</div>
        </div>
    }
}

/// What could not be done or shown.
#[component]
pub fn ErrorText(
    #[prop(into)] message: String,
    /// The way out, beside the message.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice error" role="alert">
            <Icon name=icons::Alert/>
            <div>{message} {children.map(|children| children())}</div>
        </div>
    }
}

/// What went wrong with loading a part of the page, and another try.
#[cfg(feature = "ssr")]
#[component]
pub fn ErrorNotice(error: ApiError) -> impl IntoView {
    view! {
        <ErrorText message=error.message()>
            <p>
                <a href="" class="button small">
                    <Icon name=icons::Repeat/>
                    "Try again"
                </a>
            </p>
        </ErrorText>
    }
}
