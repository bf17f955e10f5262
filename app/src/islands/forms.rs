//! Plain forms that need not leave the page.

use admint_domain::AppError;
use gloo_net::http::Request;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, SubmitEvent, UrlSearchParams,
};

use super::{request, swap, toasts};
use crate::{ApiError, session};

/// Sends every form marked `data-part` of the page in the background, and has the element of that id written anew:
/// nothing else on the page moves, and a film goes on playing. `data-done` is what is said then. What is wrong is said in
/// the form's own `[data-problem]`; what a field with `data-shown-in` showed early is taken back then. Without this, the
/// same forms are sent as forms are.
#[island]
pub fn Forms() -> impl IntoView {
    Effect::new(move |_| {
        let sent = window_event_listener(ev::submit, |event: SubmitEvent| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let Some(form) = form else { return };
            let Some(part) = form.get_attribute("data-part") else { return };
            event.prevent_default();
            if form.has_attribute("aria-busy") {
                return;
            }
            spawn_local(send(form, part));
        });
        on_cleanup(move || sent.remove());
    });
}

async fn send(form: HtmlFormElement, part: String) {
    _ = form.set_attribute("aria-busy", "true");
    // What was folded out to be filled in has done its work, and the focus goes back to where it was opened.
    let folded = form.closest("[data-close]").ok().flatten();
    let shown = show_early(&form);
    let is_early = !shown.is_empty();
    if is_early {
        fold(folded.as_ref());
    }
    let answered = post(&form).await;
    _ = form.remove_attribute("aria-busy");
    match answered {
        Ok(()) => {
            // Whoever has opened it again meanwhile is filling in something else.
            let is_open_again = is_early && folded.as_ref().is_some_and(|it| it.has_attribute("open"));
            if !is_open_again && swap::show(&part, &session::here()).await.is_err() {
                _ = window().location().reload();
            }
            if !is_early {
                fold(folded.as_ref());
            }
            if let Some(done) = form.get_attribute("data-done") {
                toasts::show(&done);
            }
        }
        Err(error) if error.is_unauthorized() => session::log_in_again(),
        Err(error) => {
            for (place, before) in shown {
                place.set_text_content(before.as_deref());
            }
            // Whoever has gone on to something else is told there.
            let is_there = !is_early || folded.as_ref().is_none_or(has_focus);
            if let Some(folded) = &folded {
                _ = folded.set_attribute("open", "");
            }
            tell(&form, &error.message(), is_there);
        }
    }
}

/// Shows what was filled in where the page will have it, before the server has answered: in the element of the id that
/// the field's `data-shown-in` names. Gives these places, and what stood there. An empty field shows nothing, for then
/// the server has something else to show.
fn show_early(form: &Element) -> Vec<(Element, Option<String>)> {
    let show = |field: Element| {
        let place = document().get_element_by_id(&field.get_attribute("data-shown-in")?)?;
        let value = field.dyn_into::<HtmlInputElement>().ok()?.value();
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let before = place.text_content();
        place.set_text_content(Some(value));
        Some((place, before))
    };
    swap::found(form, "[data-shown-in]").into_iter().filter_map(show).collect()
}

/// The element may have been written anew: its place is found by its id.
fn fold(folded: Option<&Element>) {
    let Some(folded) = folded.and_then(|folded| document().get_element_by_id(&folded.id())) else { return };
    _ = folded.remove_attribute("open");
    if let Ok(Some(opener)) = folded.query_selector("summary") {
        _ = opener.unchecked_ref::<HtmlElement>().focus();
    }
}

fn has_focus(part: &Element) -> bool {
    let active = document().active_element();
    active.as_ref().is_none_or(|active| active.tag_name() == "BODY") || part.contains(active.as_deref())
}

fn tell(form: &Element, message: &str, takes_focus: bool) {
    match form.query_selector("[data-problem]") {
        Ok(Some(place)) => {
            place.set_text_content(Some(message));
            _ = place.class_list().add_1("error");
            if let Ok(Some(field)) = form.query_selector("input:not([type=hidden])") {
                _ = field.set_attribute("aria-invalid", "true");
                if takes_focus {
                    _ = field.unchecked_ref::<HtmlElement>().focus();
                }
            }
            if !takes_focus {
                toasts::show(message);
            }
        }
        _ => toasts::show(message),
    }
}

async fn post(form: &HtmlFormElement) -> Result<(), ApiError> {
    let fields = FormData::new_with_form(form)
        .and_then(|fields| UrlSearchParams::new_with_str_sequence_sequence(&fields))
        .map_err(|_| ApiError(AppError::internal()))?;
    let request = Request::post(&form.action())
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(String::from(fields.to_string()));
    request::send(request).await.map(|_| ())
}
