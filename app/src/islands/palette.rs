//! The command palette: every page and command, and one's own ads, found by a few letters (Ctrl+K, or ⌘K).

use std::time::Duration;

use gloo_net::http::Request;
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{request, swap};
use crate::components::{Icon, icons};

const DEBOUNCE: Duration = Duration::from_millis(200);
/// So many letters, and one's ads are searched, too.
const ENOUGH: usize = 2;
const MOST: u32 = 6;

/// As much of an ad as a line of the list says.
#[derive(Clone, PartialEq, Deserialize)]
struct Ad {
    id: String,
    title: Option<String>,
    prompt: String,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Ad>,
}

/// Its button, and the dialog. The children are the commands: elements of the role `option` that can be clicked.
#[island]
pub fn Palette(children: Children) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let list = NodeRef::<html::Div>::new();
    let ads = RwSignal::new(Vec::<Ad>::new());
    let asked = RwSignal::new(String::new());
    let is_empty = RwSignal::new(false);
    let is_looking = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);

    let shown = move || list.get_untracked().map(|list| visible(&list)).unwrap_or_default();
    let choose = move |index: usize| {
        let options = shown();
        is_empty.set(options.is_empty());
        for (at, option) in options.iter().enumerate() {
            _ = option.set_attribute("aria-selected", if at == index { "true" } else { "false" });
        }
        if let Some(input) = input.get_untracked() {
            let id = options.get(index).map(|option| option.id()).unwrap_or_default();
            _ = input.set_attribute("aria-activedescendant", &id);
        }
        if let Some(option) = options.get(index) {
            option.scroll_into_view_with_scroll_into_view_options(&nearest());
        }
    };
    let look = move |text: String| {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
        if let Some(list) = list.get_untracked() {
            narrow(&list, &text);
        }
        ads.set(Vec::new());
        asked.set(text.clone());
        choose(0);
        is_looking.set(text.chars().count() >= ENOUGH);
        if is_looking.get_untracked() {
            let search = move || {
                let text = text.clone();
                spawn_local(async move {
                    let found = search(&text).await;
                    if asked.get_untracked() == text {
                        is_looking.set(false);
                        ads.set(found);
                        // When they stand in the list.
                        request_animation_frame(move || choose(0));
                    }
                });
            };
            timer.set_value(set_timeout_with_handle(search, DEBOUNCE).ok());
        }
    };
    let open = move || {
        let Some(dialog) = dialog.get_untracked() else { return };
        if !dialog.open() {
            _ = dialog.show_modal();
            if let Some(input) = input.get_untracked() {
                input.set_value("");
                look(String::new());
            }
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let options = shown();
        let now = options
            .iter()
            .position(|option| option.get_attribute("aria-selected").as_deref() == Some("true"));
        let (count, now) = (options.len(), now.unwrap_or(0));
        match event.key().as_str() {
            "ArrowDown" if count > 0 => choose((now + 1) % count),
            "ArrowUp" if count > 0 => choose((now + count - 1) % count),
            "Enter" => {
                if let Some(option) = options.get(now).and_then(|option| option.dyn_ref::<HtmlElement>()) {
                    option.click();
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let heard = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open();
            }
        });
        on_cleanup(move || heard.remove());
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };

    view! {
        <button
            type="button"
            class="button quiet palette-button needs-script"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            title="Search and commands (Ctrl+K)"
            on:click=move |_| open()
        >
            <Icon name=icons::Search/>
            <span class="palette-button-name">"Search"</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
        <dialog
            node_ref=dialog
            class="dialog palette"
            aria-label="Search and commands"
            on:click=move |event| {
                // The backdrop is the dialog itself; what is chosen closes it, too.
                let is_inside = event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|target| {
                    !target.is_instance_of::<web_sys::HtmlDialogElement>()
                        && matches!(target.closest("[role=option]"), Ok(None))
                });
                if !is_inside {
                    close();
                }
            }
        >
            <div class="palette-search">
                <Icon name=icons::Search/>
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-label="Search ads and commands"
                    placeholder="Search ads and commands"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=move |event| look(event_target_value(&event).trim().to_lowercase())
                    on:keydown=on_key
                />
            </div>
            <div node_ref=list id="palette-list" class="palette-list" role="listbox" aria-label="Results" tabindex="-1">
                {children()}
                {move || {
                    ads.get()
                        .into_iter()
                        .map(|ad| {
                            view! {
                                <a
                                    id=format!("palette-{}", ad.id)
                                    role="option"
                                    aria-selected="false"
                                    tabindex="-1"
                                    class="palette-option"
                                    href=format!("/videos/{}", ad.id)
                                    data-found=""
                                >
                                    <Icon name=icons::Film/>
                                    <span>{ad.title.unwrap_or(ad.prompt)}</span>
                                </a>
                            }
                        })
                        .collect_view()
                }}
            </div>
            {move || {
                is_looking
                    .get()
                    .then(|| {
                        view! {
                            <div class="skeleton" aria-hidden="true">
                                <span class="skeleton-line"></span>
                                <span class="skeleton-line short"></span>
                            </div>
                        }
                    })
            }}
            <p class="palette-none" role="status">
                {move || (is_empty.get() && !is_looking.get()).then_some("Nothing by that name.")}
            </p>
        </dialog>
    }
}

/// Hides the commands that do not have all of `text`'s words in their own.
fn narrow(list: &Element, text: &str) {
    for option in options(list) {
        let name = option.text_content().unwrap_or_default().to_lowercase();
        let is_meant =
            option.has_attribute("data-found") || text.split_whitespace().all(|word| name.contains(word));
        _ = option.toggle_attribute_with_force("hidden", !is_meant);
    }
}

fn visible(list: &Element) -> Vec<Element> {
    options(list).into_iter().filter(|option| !option.has_attribute("hidden")).collect()
}

fn options(list: &Element) -> Vec<Element> {
    swap::found(list, "[role=option]")
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// None, where they cannot be had: the commands are still there.
async fn search(text: &str) -> Vec<Ad> {
    let text = String::from(js_sys::encode_uri_component(text));
    let address = format!("/api/generations?search={text}&per_page={MOST}");
    let answer = request::send(Request::get(&address).build()).await;
    request::read::<Found>(answer).await.map(|found| found.items).unwrap_or_default()
}
