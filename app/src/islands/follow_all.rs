//! A list that follows all of its user's videos over one connection.

use std::{cell::RefCell, rc::Rc, time::Duration};

use js_sys::{JSON, Reflect};
use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, EventSource, MessageEvent};

use super::refresher::Refresher;

const EVENTS: &str = "/api/events";
/// Several changes at a time are one look.
const SOON: Duration = Duration::from_millis(120);
/// How often to look while the connection is refused.
const LOOK: Duration = Duration::from_secs(5);

/// Keeps the list in the elements `part` (ids with spaces between them) as the server would write it now. Progress is
/// written into the card at once; for everything else the parts are fetched anew. Nothing is open while nobody sees
/// the page: who comes back is told where everything stands.
#[island]
pub fn FollowAll(part: String) -> impl IntoView {
    Effect::new(move |_| {
        let list = Rc::new(List { refresher: Refresher::new(part.clone()), soon: RefCell::default() });
        let source = Rc::new(RefCell::new(None::<EventSource>));
        let heard = {
            let list = list.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                if let Some(change) = message.data().as_string().and_then(|text| JSON::parse(&text).ok()) {
                    list.take_in(&change);
                }
            })
            .into_js_value()
        };
        let open = {
            let source = source.clone();
            move || {
                let opened = EventSource::new(EVENTS).ok();
                if let Some(opened) = &opened {
                    _ = opened.add_event_listener_with_callback("change", heard.unchecked_ref());
                }
                if let Some(earlier) = source.replace(opened) {
                    earlier.close();
                }
            }
        };
        open();
        let seen = {
            let (source, open) = (source.clone(), open.clone());
            window_event_listener(ev::visibilitychange, move |_| {
                if !document().hidden() {
                    open();
                } else if let Some(source) = source.take() {
                    source.close();
                }
            })
        };
        // A browser gives up for good when it is refused, as by a proxy that knows no such streams.
        let look = move || {
            let is_refused =
                source.borrow().as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED);
            if is_refused && !document().hidden() {
                open();
                list.refresh_soon();
            }
        };
        let looking = set_interval_with_handle(look, LOOK);
        on_cleanup(move || {
            seen.remove();
            if let Ok(looking) = looking {
                looking.clear();
            }
        });
    });
}

struct List {
    refresher: Refresher,
    soon: RefCell<Option<TimeoutHandle>>,
}

impl List {
    fn take_in(&self, change: &JsValue) {
        let text = |name: &str| field(change, name).as_string().unwrap_or_default();
        let (id, status) = (text("id"), text("status"));
        let is_deleted = field(change, "deleted").is_truthy();
        let card = document().query_selector(&format!("[data-generation='{id}']")).ok().flatten();
        match card {
            Some(card) if is_deleted || card.get_attribute("data-status").as_deref() != Some(&status) => {
                self.refresh_soon();
            }
            Some(card) => show_progress(&card, field(change, "progress").as_f64(), &text("current_step")),
            // One that was begun elsewhere belongs on top of the plain list, and nowhere for certain on any other.
            None if !is_deleted && matches!(&*status, "queued" | "running") && is_plain() => {
                self.refresh_soon()
            }
            None => {}
        }
    }

    fn refresh_soon(&self) {
        let refresher = self.refresher.clone();
        let soon = set_timeout_with_handle(move || refresher.changed(), SOON).ok();
        if let Some(earlier) = self.soon.replace(soon) {
            earlier.clear();
        }
    }
}

fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

/// The first page of everything.
fn is_plain() -> bool {
    window().location().search().is_ok_and(|search| search.is_empty())
}

fn show_progress(card: &Element, progress: Option<f64>, step: &str) {
    if let (Some(progress), Ok(Some(bar))) = (progress, card.query_selector("progress")) {
        _ = bar.set_attribute("value", &progress.to_string());
    }
    if let Ok(Some(place)) = card.query_selector("[data-step]")
        && place.text_content().as_deref() != Some(step)
    {
        place.set_text_content(Some(step));
    }
}
