//! Who one is here, and what one has made.

use admint_domain::{AppError, ProfileView};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::plain::{AccountPages, Told, plain_page};
use crate::{components::LogOutButton, display};

pub const PROFILE_PATH: &str = "/profile";

pub fn profile_page(
    options: LeptosOptions,
    profile: Result<ProfileView, AppError>,
    now: DateTime<Utc>,
) -> impl IntoView {
    plain_page(options, "Profile", move || {
        view! {
            <section class="page profile">
                <AccountPages here=PROFILE_PATH/>
                {match profile {
                    Ok(profile) => view! { <Profile profile now/> }.into_any(),
                    Err(error) => {
                        view! {
                            <h1>"Profile"</h1>
                            <Told error/>
                            <a href=PROFILE_PATH class="button">"Try again"</a>
                        }
                            .into_any()
                    }
                }}
            </section>
        }
    })
}

#[component]
fn Profile(profile: ProfileView, now: DateTime<Utc>) -> impl IntoView {
    let ProfileView { user, total_generations, total_cost_usd, last_login, storage } = profile;
    let initial = user.username.chars().next().map(|c| c.to_ascii_uppercase().to_string());
    view! {
        <div class="profile-head">
            <span class="avatar" aria-hidden="true">{initial}</span>
            <div>
                <h1>{user.username}</h1>
                {user.email.map(|email| view! { <p>{email}</p> })}
                <p class="quiet-text">"Member since: " {display::month_and_year(user.created_at)}</p>
            </div>
        </div>
        <dl class="figures">
            <div>
                <dt>"Total Videos Generated"</dt>
                <dd>{total_generations}</dd>
            </div>
            <div>
                <dt>"Total Cost Spent"</dt>
                <dd>
                    <a href="/spending">{total_cost_usd.to_string()}</a>
                </dd>
            </div>
            <div>
                <dt>"Storage Used"</dt>
                <dd>{storage.to_string()}</dd>
            </div>
            <div>
                <dt>"Last Login"</dt>
                <dd>
                    {match last_login {
                        Some(at) => {
                            view! {
                                <time datetime=display::machine_readable(at) title=display::date_and_time(at)>
                                    {display::relative((now - at).num_seconds())}
                                </time>
                            }
                                .into_any()
                        }
                        None => "not recorded".into_any(),
                    }}
                </dd>
            </div>
        </dl>
        <LogOutButton class="button"/>
    }
}
