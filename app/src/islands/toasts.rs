//! Short messages: "Renamed".

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use crate::components::{Icon, icons};

const SHOWN_FOR: Duration = Duration::from_secs(8);
/// The event that carries a message to the region.
const EVENT: &str = "admint-toast";

/// Shows `message` on this page.
pub fn show(message: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(message));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        _ = window().dispatch_event(&event);
    }
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
