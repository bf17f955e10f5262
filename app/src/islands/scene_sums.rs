//! What the form of an ad's scenes adds up to, while it is filled in.

use admint_domain::FRAME_RATE;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

use super::swap;

/// Writes the length of all scenes into the element `sum`, and the price of the chosen `model` into `price`.
#[island]
pub fn SceneSums() -> impl IntoView {
    Effect::new(|_| {
        // A browser may have kept another choice than the first.
        name_price();
        let heard = window_event_listener(ev::input, |event| {
            let Some(field) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
                return;
            };
            if field.has_attribute("data-seconds") {
                add_up();
            } else if field.id() == "model" {
                name_price();
            }
        });
        on_cleanup(move || heard.remove());
    });
}

fn name_price() {
    let chosen = by_id("model")
        .and_then(|model| model.dyn_into::<HtmlSelectElement>().ok())
        .and_then(|model| model.selected_options().item(0))
        .and_then(|option| option.get_attribute("data-price"));
    if let (Some(price), Some(place)) = (chosen, by_id("price")) {
        place.set_text_content(Some(&price));
    }
}

/// In frames, as the server does; crossfades play twice at once.
fn add_up() {
    let Some(sum) = by_id("sum") else { return };
    let rate = f64::from(FRAME_RATE);
    let mut frames = 0.0;
    for field in swap::found_anywhere("[data-seconds]") {
        let typed = field.dyn_into::<HtmlInputElement>().ok();
        let Some(seconds) =
            typed.and_then(|field| field.value().replace(',', ".").trim().parse::<f64>().ok())
        else {
            return;
        };
        frames += (seconds * rate).round();
    }
    let overlaps = sum.get_attribute("data-overlaps").and_then(|frames| frames.parse::<f64>().ok());
    let hundredths = ((frames - overlaps.unwrap_or_default()) / rate * 100.0).round();
    sum.set_text_content(Some(&format!("{} s", hundredths / 100.0)));
}

fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
