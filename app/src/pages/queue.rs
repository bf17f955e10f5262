//! The queue's page.

use admint_domain::{AppError, AttemptOutcome, AttemptView, GenerationStatus, QueueItem, QueueView};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};

use crate::{
    components::{ErrorText, Icon, Notice, StatusBadge, icons},
    document::document,
    islands::Follow,
};

/// Where the page stands, and where its forms are sent.
pub const QUEUE_PATH: &str = "/queue";

/// The whole document; `problem` is what a form on it could not do.
pub fn queue_page(
    options: LeptosOptions,
    queue: Result<QueueView, AppError>,
    problem: Option<AppError>,
    now: DateTime<Utc>,
) -> impl IntoView {
    document(options, move || {
        view! {
            <Title text="Queue"/>
            // By itself: no other page has to load it.
            <Stylesheet href="/queue.css"/>
            <section class="page queue">
                <div class="section-head">
                    <h1>"Queue"</h1>
                    <a href="/dashboard" class="button primary">
                        <Icon name=icons::Plus/>
                        "New ad"
                    </a>
                </div>
                {problem.map(|problem| view! { <ErrorText message=problem.message/> })}
                <div id="queue">
                    {match queue {
                        Ok(queue) => view! { <Queue queue now/> }.into_any(),
                        Err(error) => view! { <ErrorText message=error.message/> }.into_any(),
                    }}
                </div>
                <Follow part="queue".to_owned()/>
            </section>
        }
    })
}

#[component]
fn Queue(queue: QueueView, now: DateTime<Utc>) -> impl IntoView {
    let QueueView { items, waiting, paused } = queue;
    let (open, ended): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| !item.status.is_final());
    let others = waiting
        .saturating_sub(open.iter().filter(|item| item.status == GenerationStatus::Queued).count() as u32);
    let own: Vec<_> = open.iter().filter(|item| item.position.is_some()).map(|item| item.id).collect();
    let is_empty = open.is_empty() && ended.is_empty();
    view! {
        {paused
            .then(|| {
                view! {
                    <Notice>
                        "The operator has paused the queue. What waits here is kept and goes on when it is resumed."
                    </Notice>
                }
            })}
        {is_empty
            .then(|| {
                view! {
                    <div class="empty">
                        <Icon name=icons::Film/>
                        <h2>"Nothing is waiting"</h2>
                        <p>"Ads that are being made, or wait for it, stand here; so do those that failed."</p>
                        <a href="/gallery" class="button">"Show finished ads"</a>
                    </div>
                }
            })}
        {(!open.is_empty())
            .then(|| {
                let told = match others {
                    0 => String::new(),
                    1 => "One ad of somebody else waits, too. Everybody takes turns.".to_owned(),
                    more => format!("{more} ads of others wait, too. Everybody takes turns."),
                };
                view! {
                    <p class="queue-others" data-live="">{told}</p>
                    <ol class="queue-list" role="list">
                        {open
                            .into_iter()
                            .map(|item| {
                                let place = own.iter().position(|id| *id == item.id);
                                let moves = place.map(|place| (place > 0, place + 1 < own.len()));
                                view! { <Open item moves now/> }
                            })
                            .collect_view()}
                    </ol>
                }
            })}
        {(!ended.is_empty())
            .then(|| {
                view! {
                    <h2>"Failed or cancelled"</h2>
                    <ol class="queue-list" role="list">
                        {ended.into_iter().map(|item| view! { <Ended item/> }).collect_view()}
                    </ol>
                }
            })}
    }
}

/// `moves`: whether it waits behind, and before, another of one's own.
#[component]
fn Open(item: QueueItem, moves: Option<(bool, bool)>, now: DateTime<Utc>) -> impl IntoView {
    let id = item.id;
    let is_running = item.status == GenerationStatus::Running;
    let place = match item.position {
        Some(1) => Some("Next".to_owned()),
        Some(place) => Some(format!("Place {place}")),
        None => None,
    };
    let ready = item.ready_in_seconds.map(|seconds| format!("ready in {}", about(seconds)));
    let again = item.retry_at.map(|at| format!("tries again in {}", about((at - now).as_seconds_f64())));
    let facts: Vec<String> = [place, again, ready].into_iter().flatten().collect();
    let (earlier, later) = moves.unwrap_or((false, false));
    view! {
        <li class="queue-item">
            <div class="queue-words">
                <a class="queue-prompt" href=format!("/videos/{id}") dir="auto">{item.title.unwrap_or(item.prompt)}</a>
                <p class="queue-facts">
                    <StatusBadge status=item.status/>
                    <span>{facts.join(" · ")}</span>
                </p>
                {is_running
                    .then(|| {
                        view! {
                            <p class="queue-step">{item.current_step}</p>
                            <progress max="100" value=item.progress aria-label="Progress"></progress>
                        }
                    })}
                {item.error.map(|error| view! { <p class="queue-error">"Last attempt: " {error}</p> })}
                <Attempts id=id.to_string() attempts=item.attempts/>
            </div>
            <div class="queue-actions">
                {earlier
                    .then(|| {
                        view! {
                            <Act id=id.to_string() action="first" name="To the front"/>
                            <Act id=id.to_string() action="earlier" name="Earlier"/>
                        }
                    })}
                {later.then(|| view! { <Act id=id.to_string() action="later" name="Later"/> })}
                <Act id=id.to_string() action="cancel" name="Cancel"/>
            </div>
        </li>
    }
}

#[component]
fn Ended(item: QueueItem) -> impl IntoView {
    let id = item.id;
    let keeps = if item.attempts.is_empty() {
        "It was not begun."
    } else {
        "What was finished is kept: trying again goes on from there."
    };
    view! {
        <li class="queue-item">
            <div class="queue-words">
                <a class="queue-prompt" href=format!("/videos/{id}") dir="auto">{item.title.unwrap_or(item.prompt)}</a>
                <p class="queue-facts">
                    <StatusBadge status=item.status/>
                    <span>{keeps}</span>
                </p>
                {item.error.map(|error| view! { <p class="queue-error">{error}</p> })}
                <Attempts id=id.to_string() attempts=item.attempts/>
            </div>
            <div class="queue-actions">
                <Act id=id.to_string() action="retry" name="Try again"/>
            </div>
        </li>
    }
}

/// One button, which is a form of its own.
#[component]
fn Act(id: String, action: &'static str, name: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=QUEUE_PATH>
            <input type="hidden" name="id" value=id.clone()/>
            <button
                id=format!("{action}-{id}")
                class=if action == "retry" { "button primary" } else { "button quiet" }
                name="action"
                value=action
            >
                {name}
            </button>
        </form>
    }
}

/// Told only where there was more than one, or one that went wrong.
#[component]
fn Attempts(id: String, attempts: Vec<AttemptView>) -> impl IntoView {
    let is_news = attempts.iter().any(|attempt| attempt.reason.is_some()) || attempts.len() > 1;
    is_news.then(|| {
        let count = match attempts.len() {
            1 => "1 attempt".to_owned(),
            more => format!("{more} attempts"),
        };
        view! {
            <details class="queue-attempts" id=format!("attempts-{id}")>
                <summary>{count}</summary>
                <ol>
                    {attempts
                        .into_iter()
                        .map(|attempt| {
                            let at = attempt.started_at.format("%-d %B, %H:%M:%S UTC").to_string();
                            let took = attempt
                                .ended_at
                                .map(|end| format!(", {} s", (end - attempt.started_at).num_seconds()));
                            view! {
                                <li>
                                    {at} {took} ": " {outcome(attempt.outcome)}
                                    {attempt.reason.map(|reason| format!(". {reason}"))}
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </details>
        }
    })
}

const fn outcome(outcome: Option<AttemptOutcome>) -> &'static str {
    match outcome {
        None => "under way",
        Some(AttemptOutcome::Done) => "done",
        Some(AttemptOutcome::Again) => "failed, to be tried again",
        Some(AttemptOutcome::Failed) => "failed",
        Some(AttemptOutcome::Cancelled) => "cancelled",
        Some(AttemptOutcome::HandedBack) => "handed back when the program ended",
        Some(AttemptOutcome::Vanished) => "the program ended without a word",
    }
}

/// "about 20 seconds", "about 3 minutes".
fn about(seconds: f64) -> String {
    if seconds < 55.0 {
        let tens = (seconds / 10.0).ceil().max(1.0) * 10.0;
        return format!("about {tens} seconds");
    }
    match (seconds / 60.0).round() {
        1.0 => "about a minute".to_owned(),
        minutes if minutes < 90.0 => format!("about {minutes} minutes"),
        minutes => format!("about {} hours", (minutes / 60.0).round()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_no_finer_than_they_are_known() {
        for (seconds, text) in [
            (-3.0, "about 10 seconds"),
            (21.0, "about 30 seconds"),
            (58.0, "about a minute"),
            (200.0, "about 3 minutes"),
            (7_300.0, "about 2 hours"),
        ] {
            assert_eq!(about(seconds), text);
        }
    }
}
