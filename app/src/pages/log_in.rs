//! Logging in, and back to the page first asked for.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    ApiError,
    components::{LinkPreview, Notice},
    document::document,
    islands::LogInForm,
    session,
};

/// What the pages for logging in and signing up are shown with.
#[derive(Clone, Debug, Default)]
pub struct EntryPage {
    /// Where it goes on.
    pub next: Option<String>,
    pub username: String,
    pub email: String,
    /// What became of the form, if it was sent.
    pub refusal: Option<ApiError>,
    pub news: Option<EntryNews>,
}

/// Why somebody finds the log-in page instead of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryNews {
    LoggedOut,
    Expired,
    Deleted,
}

impl EntryNews {
    const fn text(self) -> &'static str {
        match self {
            Self::LoggedOut => "You have been logged out",
            Self::Expired => "Your session has ended. Log in to go on where you were.",
            Self::Deleted => "Your account and everything in it has been deleted.",
        }
    }
}

pub fn log_in_page(options: LeptosOptions, page: EntryPage) -> impl IntoView {
    let EntryPage { next, username, refusal, news, .. } = page;
    let register_path = match &next {
        Some(next) => session::log_in_path(next).replacen("/login", "/register", 1),
        None => "/register".into(),
    };
    document(options, move || {
        view! {
            <Title text="Log in"/>
            <LinkPreview path="/login" title="Log in to AdMint"/>
            <section class="page account">
                <h1>"Welcome back"</h1>
                {news.map(|news| view! { <Notice>{news.text()}</Notice> })}
                <LogInForm next username refusal/>
                <p class="account-other">
                    "New here? " <a href=register_path>"Create an account"</a>
                </p>
            </section>
        }
    })
}
