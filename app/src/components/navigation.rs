//! The bar at the top of every page.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::A;

use crate::{
    api::LogOut,
    components::{Icon, IconName, Mark},
    session::{self, Session},
    theme::ThemeButton,
};

#[component]
pub fn Navigation() -> impl IntoView {
    let user = expect_context::<Session>().user();
    let home = if user.is_some() { session::HOME_PATH } else { "/" };
    view! {
        <header class="topbar">
            <nav class="topbar-inside" aria-label="Main">
                <A href=home attr:class="brand">
                    <Mark/>
                    <span>"AdMint"</span>
                </A>
                {match user {
                    Some(user) => {
                        view! {
                            <div class="topbar-links">
                                <A href="/dashboard">"Create"</A>
                                <A href="/gallery">"Gallery"</A>
                                // A document of its own: the router leaves such links alone.
                                <a href="/queue" rel="external">"Queue"</a>
                            </div>
                            <div class="topbar-account">
                                <ThemeButton/>
                                <a href="/profile" rel="external" class="account-link" title="Your profile">
                                    <Icon name=IconName::User/>
                                    <span class="account-name">{user.username}</span>
                                </a>
                                <LogOutButton class="button quiet"/>
                            </div>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <div class="topbar-account">
                                <ThemeButton/>
                                <A href="/login" attr:class="button quiet">"Log in"</A>
                                <A href="/register" attr:class="button primary">"Sign up"</A>
                            </div>
                        }
                            .into_any()
                    }
                }}
            </nav>
        </header>
    }
}

/// Ends the session, with or without a script.
#[component]
pub fn LogOutButton(class: &'static str) -> impl IntoView {
    let action = ServerAction::<LogOut>::new();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(())) => session::load_document(session::LOGGED_OUT_PATH),
        // The page is left either way; the log-in page shows who is still signed in.
        Some(Err(_)) => session::load_document("/"),
        None => {}
    });
    view! {
        <form
            class="log-out"
            action=LogOut::url()
            method="post"
            on:submit=move |event| {
                event.prevent_default();
                action.dispatch(LogOut {});
            }
        >
            <button type="submit" class=class disabled=move || action.pending().get()>
                <Icon name=IconName::LogOut/>
                <span>"Log out"</span>
            </button>
        </form>
    }
}
