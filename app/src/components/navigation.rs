//! The bar at the top of every page.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::A;

use crate::{
    api::LogOut,
    components::{Icon, Mark, icons},
    islands::ThemeButton,
    session::{self, Session},
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
                                <A href="/queue">"Queue"</A>
                            </div>
                            <div class="topbar-account">
                                <ThemeButton/>
                                <a href="/profile" class="account-link" title="Your profile">
                                    <Icon name=icons::User/>
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

/// Ends the session: a plain form, which leads to the log-in page.
#[component]
pub fn LogOutButton(class: &'static str) -> impl IntoView {
    view! {
        <form class="log-out" action=LogOut::url() method="post">
            <button type="submit" class=class>
                <Icon name=icons::LogOut/>
                <span>"Log out"</span>
            </button>
        </form>
    }
}
