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

/// What went wrong with something the user did.
#[component]
pub fn ErrorText(message: String) -> impl IntoView {
    view! {
        <div class="notice error" role="alert">
            <Icon name=icons::Alert/>
            <div>{message}</div>
        </div>
    }
}

/// What went wrong with loading a part of the page, and another try.
#[cfg(feature = "ssr")]
#[component]
pub fn ErrorNotice(error: ApiError) -> impl IntoView {
    view! {
        <div class="notice error" role="alert">
            <Icon name=icons::Alert/>
            <div>
                <p>{error.message()}</p>
                <a href="" class="button small">
                    <Icon name=icons::Repeat/>
                    "Try again"
                </a>
            </div>
        </div>
    }
}
