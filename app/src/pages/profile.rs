//! Who one is, and what one has made and spent.

use admint_domain::ProfileFigures;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    components::{ErrorNotice, LogOutButton},
    display::{self, TimeAgo},
    session::Protected,
};

#[component]
pub fn ProfilePage() -> impl IntoView {
    view! {
        <Title text="Profile"/>
        <Protected>
            <ProfileLoader/>
        </Protected>
    }
}

#[component]
fn ProfileLoader() -> impl IntoView {
    let profile = Resource::new(|| (), |()| api::profile());
    view! {
        <section class="page profile">
            <Transition fallback=ProfileSkeleton>
                {move || Suspend::new(async move {
                    match profile.await {
                        Ok(profile) => view! { <Profile profile/> }.into_any(),
                        Err(error) => {
                            view! {
                                <h1>"Profile"</h1>
                                <ErrorNotice error retry=move |()| profile.refetch()/>
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn ProfileSkeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true" aria-label="Loading">
            <span class="skeleton-line"></span>
            <span class="skeleton-line short"></span>
        </div>
    }
}

#[component]
fn Profile(profile: ProfileFigures) -> impl IntoView {
    let ProfileFigures { user, total_generations, total_cost, last_login, storage } = profile;
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
                <dd>{total_cost}</dd>
            </div>
            <div>
                <dt>"Storage Used"</dt>
                <dd>{storage}</dd>
            </div>
            <div>
                <dt>"Last Login"</dt>
                <dd>
                    {match last_login {
                        Some(at) => view! { <TimeAgo at/> }.into_any(),
                        None => "not recorded".into_any(),
                    }}
                </dd>
            </div>
        </dl>
        <LogOutButton class="button"/>
    }
}
