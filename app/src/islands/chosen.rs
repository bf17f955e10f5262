//! The bar of a list in which several videos are chosen: how many, and what can be done with them.
//!
//! The boxes are the server's, and belong to the bar's form by their `form`; so deleting and downloading are plain forms.

use std::{cell::Cell, rc::Rc};

use admint_domain::ChosenGenerations;
use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlInputElement, SubmitEvent};

use super::{confirm::ConfirmDialog, request, swap};
use crate::{
    ApiError,
    components::{Icon, icons},
    session,
};

/// The form's id, by which boxes belong to it.
pub const FORM: &str = "chosen";
const BOXES: &str = "input[name='ids'][form='chosen']";

/// `part` are the elements (ids with spaces between them) that are written anew after a deletion; `action` is where the
/// form goes without a script.
#[island]
pub fn ChosenBar(part: String, action: String) -> impl IntoView {
    let count = RwSignal::new(0_usize);
    let is_pending = RwSignal::new(false);
    let problem = RwSignal::new(None::<ApiError>);
    let dialog = NodeRef::<html::Dialog>::new();
    let part = StoredValue::new(part);
    let recount = move || count.set(boxes().iter().filter(|it| it.checked()).count());
    let choose = move |are_chosen: bool| {
        boxes().iter().for_each(|it| it.set_checked(are_chosen));
        recount();
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };

    Effect::new(move |_| {
        // As a browser keeps them over a reload.
        recount();
        let last = Rc::new(Cell::new(None::<usize>));
        window_event_listener(ev::click, move |event| {
            let all = boxes();
            let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(this) = target.and_then(|target| all.iter().position(|it| *it == target)) else {
                return;
            };
            let is_chosen = all[this].checked();
            if let Some(last) = last.replace(Some(this)).filter(|last| event.shift_key() && *last < all.len())
            {
                all[last.min(this)..=last.max(this)].iter().for_each(|it| it.set_checked(is_chosen));
            }
            recount();
        });
        window_event_listener(ev::Custom::<web_sys::Event>::new(swap::SWAPPED), move |_| recount());
        window_event_listener(ev::keydown, move |event| {
            let is_asked = dialog.get_untracked().is_some_and(|dialog| dialog.open());
            if event.key() == "Escape" && !is_asked && count.get_untracked() > 0 {
                choose(false);
            }
        });
    });

    let delete = move || {
        let ids = boxes().iter().filter(|it| it.checked()).filter_map(|it| it.value().parse().ok()).collect();
        is_pending.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = request::post("/api/generations/delete", &ChosenGenerations { ids }).await;
            is_pending.set(false);
            match answer {
                Ok(_) => {
                    close();
                    choose(false);
                    if swap::show_here(&part.get_value()).await.is_err() {
                        _ = window().location().reload();
                    }
                }
                Err(error) if error.is_unauthorized() => session::log_in_again(),
                Err(error) => problem.set(Some(error)),
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        // A download is the browser's own business.
        let submitter = event.submitter().and_then(|it| it.dyn_into::<HtmlButtonElement>().ok());
        if submitter.is_some_and(|button| button.has_attribute("formaction")) {
            return;
        }
        event.prevent_default();
        if let Some(dialog) = dialog.get_untracked() {
            problem.set(None);
            _ = dialog.show_modal();
        }
    };
    view! {
        <form id=FORM class="chosen-bar" method="post" action=action on:submit=submit>
            <p class="chosen-count" role="status">
                {move || match count.get() {
                    0 => "Chosen ads".to_owned(),
                    1 => "1 ad chosen".to_owned(),
                    many => format!("{many} ads chosen"),
                }}
            </p>
            <button type="button" class="button quiet small needs-script" on:click=move |_| choose(true)>
                "Select all"
            </button>
            <button type="button" class="button quiet small needs-script" on:click=move |_| choose(false)>
                "Clear"
            </button>
            <button type="submit" class="button small" formaction="/api/generations/archive" formmethod="get">
                <Icon name=icons::Download/>
                "Download"
            </button>
            <button type="submit" class="button small danger">
                <Icon name=icons::Trash/>
                "Delete"
            </button>
            <ConfirmDialog
                dialog
                title=move || if count.get() == 1 { "Delete video" } else { "Delete videos" }
                question=move || match count.get() {
                    1 => "Are you sure you want to delete this video? This action cannot be undone.".to_owned(),
                    many => format!("Are you sure you want to delete these {many} videos? This action cannot be undone."),
                }
                keep="Keep them"
                confirm="Delete"
                confirming="Deleting…"
                is_pending
                error=Signal::derive(move || problem.get().map(|error| error.message()))
                on_confirm=move |()| delete()
            />
        </form>
    }
}

fn boxes() -> Vec<HtmlInputElement> {
    swap::found_anywhere(BOXES).into_iter().filter_map(|it| it.dyn_into().ok()).collect()
}
