//! A part of the page, written anew by the server and put where the old one was.
//!
//! The server's page is the one description of how things look; so the browser need not know how to draw a card to
//! show that it has changed.

use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomParser, Element, Event, HtmlElement, HtmlInputElement, SupportedType};

use super::offline;
use crate::session::here;

/// Why a part is still the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// No answer: the connection or the server is away.
    Unreachable,
    /// An answer without that part.
    Refused,
}

/// How often it is looked whether what is pressed was let go.
const PRESSED: Duration = Duration::from_millis(50);

/// Told to the window when a part was written anew.
pub const SWAPPED: &str = "admint-swapped";

/// Fetches `address` and puts its element of the id `part` in the place of this page's; `part` may be several ids with
/// spaces between them, and the tab's title with it. The focus stays where it was, what was folded out stays so, what
/// was ticked stays ticked, and what is being pressed stays until it is let go. An answer from another address, as the
/// log-in page's, is gone to.
///
/// Islands in the new part are taken over; those in the old one learn nothing, so they must look whether they are still
/// in the document before they do something by themselves.
pub async fn show(part: &str, address: &str) -> Result<(), Missed> {
    show_if(part, address, || true).await
}

/// The same of this page's own address, unless the page has gone on to another meanwhile.
pub async fn show_here(part: &str) -> Result<(), Missed> {
    let address = here();
    show_if(part, &address, || here() == address).await
}

async fn show_if(part: &str, address: &str, is_wanted: impl Fn() -> bool) -> Result<(), Missed> {
    let answer = Request::get(address).header("accept", "text/html").send().await.map_err(|_| {
        offline::tell();
        Missed::Unreachable
    })?;
    if answer.redirected() {
        crate::session::load_document(&answer.url());
        return Ok(());
    }
    if !answer.ok() {
        return Err(Missed::Refused);
    }
    let text = answer.text().await.map_err(|_| Missed::Unreachable)?;
    let parts = || part.split(' ').map(|id| document().get_element_by_id(id));
    while parts().flatten().any(|part| is_pressed(&part)) {
        future::sleep(PRESSED).await;
    }
    if !is_wanted() {
        return Ok(());
    }
    let written = DomParser::new()
        .and_then(|parser| parser.parse_from_string(&text, SupportedType::TextHtml))
        .map_err(|_| Missed::Refused)?;
    for (id, now) in part.split(' ').zip(parts()) {
        let (Some(now), Some(next)) = (now, written.get_element_by_id(id)) else {
            return Err(Missed::Refused);
        };
        if now.inner_html() != next.inner_html() {
            replace(&now, &next);
        }
    }
    document().set_title(&written.title());
    if let Ok(event) = Event::new(SWAPPED) {
        _ = window().dispatch_event(&event);
    }
    Ok(())
}

/// Whether a press has begun in there that has not ended: it would come to nothing if what is pressed went away.
fn is_pressed(part: &Element) -> bool {
    part.query_selector(":active").is_ok_and(|pressed| pressed.is_some())
}

fn replace(now: &Element, next: &Element) {
    let focused = document().active_element().and_then(|element| Place::of(&element, now));
    let open: Vec<String> = found(now, "details[open]").iter().map(Element::id).collect();
    let ticked: Vec<String> = found(now, "input:checked").iter().map(Element::id).collect();
    let pictures = pictures_that_stay(now, next);
    let children = Array::new();
    let nodes = next.child_nodes();
    for index in 0..nodes.length() {
        children.push(&nodes.item(index).map_or(JsValue::NULL, JsValue::from));
    }
    now.replace_children_with_node(&children);
    for (place, picture) in pictures {
        _ = place.replace_with_with_node_1(&picture);
    }
    let by_id = |id: &str| document().get_element_by_id(id);
    for details in open.iter().filter_map(|id| by_id(id)) {
        _ = details.set_attribute("open", "");
    }
    for input in ticked.iter().filter_map(|id| by_id(id)) {
        if let Ok(input) = input.dyn_into::<HtmlInputElement>() {
            input.set_checked(true);
        }
    }
    let focused = focused.and_then(|place| place.found_in(now));
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        _ = element.focus();
    }
    take_over(now);
}

/// Pictures of `now` that are in `next`, too, as they are to be called there, each with what holds its place: fetched
/// and decoded anew they would blink.
fn pictures_that_stay(now: &Element, next: &Element) -> Vec<(Element, Element)> {
    let mut shown = found(now, "img");
    let stays = |new: Element| {
        let is_same = |old: &Element| {
            ["src", "class"].iter().all(|name| old.get_attribute(name) == new.get_attribute(name))
        };
        let at = shown.iter().position(is_same)?;
        let place = document().create_element("i").ok()?;
        new.replace_with_with_node_1(&place).ok()?;
        let old = shown.swap_remove(at);
        for name in ["alt", "title"] {
            if let Some(value) = new.get_attribute(name) {
                _ = old.set_attribute(name, &value);
            }
        }
        Some((place, old))
    };
    found(next, "img").into_iter().filter_map(stays).collect()
}

/// What a link or a control leads to and is called; several may be alike.
const SIGNS: [&str; 5] = ["href", "type", "name", "value", "aria-label"];

/// Where the focus is, in words that hold for the part that is written anew.
enum Place {
    Id(String),
    /// Which of those that are alike, and how many there are: with another number, nobody knows which it is.
    Like {
        signs: Vec<Option<String>>,
        at: usize,
        of: usize,
    },
}

impl Place {
    fn of(element: &Element, part: &Element) -> Option<Self> {
        if !element.id().is_empty() {
            return Some(Self::Id(element.id()));
        }
        let signs = signs(element);
        let alike = alike(part, &signs);
        let at = alike.iter().position(|it| it == element)?;
        Some(Self::Like { signs, at, of: alike.len() })
    }

    fn found_in(self, part: &Element) -> Option<Element> {
        match self {
            Self::Id(id) => document().get_element_by_id(&id),
            Self::Like { signs, at, of } => {
                let mut alike = alike(part, &signs);
                (alike.len() == of).then(|| alike.swap_remove(at))
            }
        }
    }
}

fn signs(element: &Element) -> Vec<Option<String>> {
    SIGNS.iter().map(|name| element.get_attribute(name)).chain([Some(element.tag_name())]).collect()
}

fn alike(part: &Element, these: &[Option<String>]) -> Vec<Element> {
    let all = found(part, "a, button, input, select, textarea, summary");
    all.into_iter().filter(|element| signs(element) == these).collect()
}

/// What fits the selector on the whole page.
pub fn found_anywhere(selector: &str) -> Vec<Element> {
    document().document_element().map(|root| found(&root, selector)).unwrap_or_default()
}

/// As Leptos's own script does with the islands of a page.
fn take_over(part: &Element) {
    let Some(take_over) = Reflect::get(&window(), &"__hydrateIsland".into())
        .ok()
        .and_then(|function| function.dyn_into::<Function>().ok())
    else {
        return;
    };
    for island in found(part, "leptos-island") {
        let name = island.get_attribute("data-component").unwrap_or_default();
        _ = take_over.call2(&JsValue::NULL, &island, &name.into());
    }
}

/// What fits the selector in a part.
pub fn found(part: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = part.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}
