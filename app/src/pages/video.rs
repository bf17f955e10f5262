//! One ad: its making while it is made, then the player and everything known about it.

mod finished;
mod plan;
mod share;

use std::sync::Arc;

use admint_domain::{
    AppError, Backend, CostView, ErrorCode, GenerationId, GenerationStatus, GenerationView, ProgressEvent,
    ShareView, Sharing, UserId,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::finished::{Ended, Finished};
pub use self::plan::role_name;
use super::{NotFound, making::Making};
use crate::{
    api,
    components::ErrorNotice,
    context, display,
    islands::{Forms, Watch},
    session::Protected,
};

/// Of a tab's title, besides the product's name.
const TITLE_CHARS: usize = 60;

/// What is written anew while it changes.
const PART: &str = "video";

/// Everything that the page shows.
pub struct Shown {
    generation: GenerationView,
    share: Result<Option<ShareView>, AppError>,
    /// None where it could not be read: the page is whole without it.
    cost: Option<CostView>,
    events: Vec<ProgressEvent>,
    /// The part that is folded out from the start.
    open: Option<String>,
}

#[component]
pub fn VideoPage() -> impl IntoView {
    view! {
        <Protected>
            <Video/>
        </Protected>
    }
}

#[component]
fn Video() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<GenerationId>().ok());
    let open = use_query_map().read_untracked().get("open");
    view! {
        <Suspense>
            {move || {
                let open = open.clone();
                Suspend::new(async move {
                    let Some(id) = id else { return view! { <NoSuchVideo/> }.into_any() };
                    match load(id, open).await {
                        Ok(shown) => view! { <Whole shown/> }.into_any(),
                        Err(error) if error.0.code == ErrorCode::NotFound => view! { <NoSuchVideo/> }.into_any(),
                        Err(error) => {
                            view! {
                                <Title text="Your ad"/>
                                <section class="page">
                                    <h1>"Your ad"</h1>
                                    <ErrorNotice error/>
                                </section>
                            }
                                .into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}

async fn load(id: GenerationId, open: Option<String>) -> Result<Shown, crate::ApiError> {
    let asked = (context::current_user(), context::backend(), context::sharing());
    let generation = api::generation(id).await?;
    let (user, backend, sharing) = (asked.0?.id, asked.1?, asked.2?);
    let Beside { share, cost, events } = beside(user, id, &backend, &sharing, &generation).await;
    Ok(Shown { generation, share, cost, events, open })
}

struct Beside {
    share: Result<Option<ShareView>, AppError>,
    cost: Option<CostView>,
    events: Vec<ProgressEvent>,
}

/// What stands beside the player. A page with a film and no story is better than none, and what failed was logged.
async fn beside(
    user: UserId,
    id: GenerationId,
    backend: &Arc<dyn Backend>,
    sharing: &Arc<dyn Sharing>,
    generation: &GenerationView,
) -> Beside {
    if !generation.status.is_final() {
        return Beside { share: Ok(None), cost: None, events: Vec::new() };
    }
    let share = match generation.completed_at {
        Some(_) => sharing.share_of(user, id).await,
        None => Ok(None),
    };
    Beside {
        share,
        cost: backend.cost(user, id).await.ok(),
        events: backend.events(user, id, 0).await.unwrap_or_default(),
    }
}

#[component]
fn NoSuchVideo() -> impl IntoView {
    view! {
        <NotFound
            title="This video does not exist"
            message="It may have been deleted, or it belongs to another account."
        />
    }
}

#[component]
fn Whole(shown: Shown) -> impl IntoView {
    let GenerationView { id, status, progress, .. } = shown.generation;
    let step = shown.generation.current_step.clone();
    view! {
        <Title text=display::shortened(shown.generation.name(), TITLE_CHARS)/>
        <div id=PART>
            {match status {
                GenerationStatus::Queued | GenerationStatus::Running => {
                    view! {
                        <section class="page video-page">
                            <Making generation=shown.generation part=PART.to_owned()/>
                        </section>
                    }
                        .into_any()
                }
                // One whose change came to nothing is seen as it was.
                _ if shown.generation.completed_at.is_some() => view! { <Finished shown/> }.into_any(),
                _ => view! { <Ended shown/> }.into_any(),
            }}
        </div>
        {(!status.is_final()).then(|| view! { <Watch id part=PART.to_owned() status progress step/> })}
        <Forms/>
    }
}

/// What a plain form could not do, which its page is told when it is shown again.
fn refused(of: &str) -> Option<AppError> {
    use leptos::server_fn::error::ServerFnUrlError;

    let error = use_context::<ServerActionError>().filter(|error| error.path() == of)?;
    Some(ServerFnUrlError::<crate::ApiError>::decode_err(error.err()).0)
}
