//! Short messages that outlive a change of page: "Video deleted".

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use crate::components::{Icon, icons};

const SHOWN_FOR: Duration = Duration::from_secs(8);
/// The event that carries a message to the region.
const EVENT: &str = "admint-toast";
/// Where a message waits for the next document.
const WAITING: &str = "admint-toast";

/// Shows `message` on this page.
pub fn show(message: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(message));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        _ = window().dispatch_event(&event);
    }
}

/// Shows `message` on the page that this tab loads next.
pub fn show_after_load(message: &str) {
    // Without storage the message is lost, and nothing else.
    if let Ok(Some(storage)) = window().session_storage() {
        _ = storage.set_item(WAITING, message);
    }
}

fn take_waiting() -> Option<String> {
    let storage = window().session_storage().ok()??;
    let message = storage.get_item(WAITING).ok()??;
    _ = storage.remove_item(WAITING);
    Some(message)
}

/// Always in the document, because assistive technology announces changes only in a region it knows.
#[island]
pub fn Toasts() -> impl IntoView {
    let message = RwSignal::new(None::<String>);
    // Counts the messages, so that a timer takes away only its own.
    let count = StoredValue::new(0_u32);
    let tell = move |text: String| {
        message.set(Some(text));
        count.update_value(|count| *count += 1);
        let mine = count.get_value();
        let forget = move || {
            if count.get_value() == mine {
                message.set(None);
            }
        };
        set_timeout(forget, SHOWN_FOR);
    };
    Effect::new(move |_| {
        if let Some(text) = take_waiting() {
            tell(text);
        }
        let heard = window_event_listener(ev::Custom::<CustomEvent>::new(EVENT), move |event| {
            if let Some(text) = event.detail().as_string() {
                tell(text);
            }
        });
        on_cleanup(move || heard.remove());
    });
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                message
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast">
                                <Icon name=icons::Check/>
                                <span>{text}</span>
                                <button
                                    type="button"
                                    class="button quiet square small"
                                    aria-label="Dismiss"
                                    on:click=move |_| message.set(None)
                                >
                                    <Icon name=icons::Close/>
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
