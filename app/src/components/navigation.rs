//! The bar at the top of every page.

use icondata_core::IconData;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::A;

use crate::{
    api::LogOut,
    components::{Icon, Mark, icons},
    islands::{Palette, ThemeButton},
    session::{self, Session},
};

/// The pages of the command palette.
fn commands() -> [(&'static str, &'static str, &'static IconData); 7] {
    [
        ("/dashboard", "Create an ad", icons::Create),
        ("/gallery", "Gallery: all your ads", icons::Gallery),
        ("/queue", "Queue: what is being made", icons::Queue),
        ("/spending", "Spending and limits", icons::Spending),
        ("/profile", "Profile and account", icons::User),
        ("/models", "Models and prices", icons::Models),
        ("/settings", "Settings and services", icons::Settings),
    ]
}

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
                                <Palette>
                                    <Commands/>
                                </Palette>
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

#[component]
fn Commands() -> impl IntoView {
    commands()
        .into_iter()
        .map(|(path, name, icon)| {
            view! {
                <a
                    id=format!("palette-{}", &path[1..])
                    role="option"
                    aria-selected="false"
                    tabindex="-1"
                    class="palette-option"
                    href=path
                >
                    <Icon name=icon/>
                    <span>{name}</span>
                </a>
            }
        })
        .collect_view()
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
