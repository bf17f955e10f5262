//! Plain forms that need not leave the page.

use gloo_net::http::Request;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement, SubmitEvent};

use super::{offline, swap, toasts};
use crate::{ApiError, session};

/// Sends every form marked `data-part` of the page in the background, and has the element of that id written anew:
/// nothing else on the page moves, and a film goes on playing. `data-done` is what is said then. What is wrong is said in
/// the form's own `[data-problem]`. Without this, the same forms are sent as forms are.
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
    let answered = post(&form).await;
    _ = form.remove_attribute("aria-busy");
    match answered {
        Ok(()) => {
            // What was folded out to be filled in has done its work, and the focus goes back to where it was opened.
            let folded = form.closest("[data-close]").ok().flatten();
            if let Some(folded) = &folded {
                _ = folded.remove_attribute("open");
            }
            if swap::show(&part, &session::here()).await.is_err() {
                _ = window().location().reload();
            }
            let opener = folded.map(|folded| format!("#{} > summary", folded.id()));
            if let Some(Ok(Some(opener))) = opener.map(|opener| document().query_selector(&opener)) {
                _ = opener.unchecked_ref::<HtmlElement>().focus();
            }
            if let Some(done) = form.get_attribute("data-done") {
                toasts::show(&done);
            }
        }
        Err(error) if error.is_unauthorized() => session::log_in_again(),
        Err(error) => tell(&form, &error.message()),
    }
}

fn tell(form: &Element, message: &str) {
    match form.query_selector("[data-problem]") {
        Ok(Some(place)) => {
            place.set_text_content(Some(message));
            _ = place.class_list().add_1("error");
            if let Ok(Some(field)) = form.query_selector("input:not([type=hidden])") {
                _ = field.set_attribute("aria-invalid", "true");
                _ = field.unchecked_ref::<HtmlElement>().focus();
            }
        }
        _ => toasts::show(message),
    }
}

async fn post(form: &HtmlFormElement) -> Result<(), ApiError> {
    use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

    let unreachable = || ApiError::from_server_fn_error(ServerFnErrorErr::Request(String::new()));
    let fields = FormData::new_with_form(form).map_err(|_| unreachable())?;
    let body =
        web_sys::UrlSearchParams::new_with_str_sequence_sequence(&fields).map_err(|_| unreachable())?;
    let request = Request::post(&form.action())
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(String::from(body.to_string()))
        .map_err(|_| unreachable())?;
    let answer = request.send().await.map_err(|_| {
        offline::tell();
        unreachable()
    })?;
    if answer.ok() {
        return Ok(());
    }
    let text = answer.binary().await.map_err(|_| unreachable())?;
    Err(ApiError::de(text.into()))
}
