//! A running generation, followed from the browser: pushed by server-sent events, and asked for
//! every two seconds where those do not come through.

use std::time::Duration;

use admint_domain::{GenerationId, GenerationStatus, GenerationView, ProgressEvent};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{api, session};

const POLL_EVERY: Duration = Duration::from_secs(2);
/// So many failures of the event stream in a row, and polling takes over.
const PATIENCE: u32 = 3;

/// Where a generation stands, as far as is known here.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub status: GenerationStatus,
    /// 0-100.
    pub progress: u8,
    pub step: String,
}

impl From<&GenerationView> for Standing {
    fn from(view: &GenerationView) -> Self {
        Self { status: view.status, progress: view.progress, step: view.current_step.clone() }
    }
}

impl From<ProgressEvent> for Standing {
    fn from(event: ProgressEvent) -> Self {
        Self { status: event.status, progress: event.progress, step: event.current_step }
    }
}

/// Follows `id` from `start` until it ends or the owner does.
pub fn follow(id: GenerationId, start: Standing) -> ReadSignal<Standing> {
    let (standing, set_standing) = signal(start);
    let is_polling = RwSignal::new(false);

    Effect::new(move |_| {
        if standing.with_untracked(|now| now.status.is_final()) {
            return;
        }
        match Subscription::open(id, set_standing, is_polling) {
            // It lives in the effect, which the server does not run, and closes with its owner: on the server a page
            // may end on another thread than it began on, and what belongs to one thread must not be dropped there.
            Some(opened) => {
                StoredValue::new_local(opened);
            }
            None => is_polling.set(true),
        }
    });

    Effect::new(move |_| {
        if !is_polling.get() {
            return;
        }
        let poll = move || {
            spawn_local(async move {
                match api::generation(id).await {
                    Ok(view) => {
                        if view.status.is_final() {
                            _ = is_polling.try_set(false);
                        }
                        advance(set_standing, Standing::from(&view));
                    }
                    Err(error) if error.is_unauthorized() => session::log_in_again(),
                    // Offline for a moment: the next round asks again.
                    Err(_) => {}
                }
            });
        };
        poll();
        if let Ok(interval) = set_interval_with_handle(poll, POLL_EVERY) {
            on_cleanup(move || interval.clear());
        }
    });

    standing
}

/// Never lets the bar run backwards, as a replayed event after a reconnect would.
fn advance(set_standing: WriteSignal<Standing>, next: Standing) {
    _ = set_standing.try_update(|now| {
        if next.status.is_final() || next.progress >= now.progress {
            *now = next;
        }
    });
}

struct Subscription {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Subscription {
    /// `None` where the browser has no event streams.
    fn open(
        id: GenerationId,
        set_standing: WriteSignal<Standing>,
        is_polling: RwSignal<bool>,
    ) -> Option<Self> {
        let source = EventSource::new(&format!("/api/generations/{id}/events")).ok()?;
        let failures = StoredValue::new(0_u32);

        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let source = source.clone();
            move |message: MessageEvent| {
                _ = failures.try_update_value(|count| *count = 0);
                let Some(event) = message
                    .data()
                    .as_string()
                    .and_then(|json| serde_json::from_str::<ProgressEvent>(&json).ok())
                else {
                    return;
                };
                let standing = Standing::from(event);
                // The server ends the stream after the last event; a browser would then ask for it
                // anew, for ever.
                if standing.status.is_final() {
                    source.close();
                }
                advance(set_standing, standing);
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        _ = source.add_event_listener_with_callback("progress", on_message.as_ref().unchecked_ref());

        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new({
            let source = source.clone();
            move |_| {
                let count = failures.try_update_value(|count| {
                    *count += 1;
                    *count
                });
                // Between tries the browser reconnects by itself, naming the last event it saw.
                if source.ready_state() == EventSource::CLOSED || count.is_none_or(|count| count >= PATIENCE)
                {
                    source.close();
                    _ = is_polling.try_set(true);
                }
            }
        });
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        Some(Self { source, _on_message: on_message, _on_error: on_error })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
