//! A part of the page, written anew by the server and put where the old one was.
//!
//! The server's page is the one description of how things look; so the browser need not know how to draw a card to
//! show that it has changed.

use gloo_net::http::Request;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomParser, Element, Event, HtmlElement, HtmlInputElement, NodeList, SupportedType};

use super::offline;

/// Why a part is still the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// No answer: the connection or the server is away.
    Unreachable,
    /// An answer without that part.
    Refused,
}

/// Told to the window when a part was written anew.
pub const SWAPPED: &str = "admint-swapped";

/// Fetches `address` and puts its element of the id `part` in the place of this page's; `part` may be several ids with
/// spaces between them. The focus stays where it was, what was folded out stays so, and what was ticked stays ticked. An
/// answer from another address, as the log-in page's, is gone to.
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
    if !is_wanted() {
        return Ok(());
    }
    let written = DomParser::new()
        .and_then(|parser| parser.parse_from_string(&text, SupportedType::TextHtml))
        .map_err(|_| Missed::Refused)?;
    for part in part.split(' ') {
        let (Some(now), Some(next)) = (document().get_element_by_id(part), written.get_element_by_id(part))
        else {
            return Err(Missed::Refused);
        };
        if now.inner_html() != next.inner_html() {
            replace(&now, &next);
        }
    }
    if let Ok(event) = Event::new(SWAPPED) {
        _ = window().dispatch_event(&event);
    }
    Ok(())
}

/// This page's own address.
pub fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

fn replace(now: &Element, next: &Element) {
    let focused = document().active_element().map(|element| element.id()).filter(|id| !id.is_empty());
    let open: Vec<String> = found(now, "details[open]").iter().map(Element::id).collect();
    let ticked: Vec<String> = found(now, "input:checked").iter().map(Element::id).collect();
    let children = Array::new();
    let nodes = next.child_nodes();
    for index in 0..nodes.length() {
        children.push(&nodes.item(index).map_or(JsValue::NULL, JsValue::from));
    }
    now.replace_children_with_node(&children);
    let by_id = |id: &str| document().get_element_by_id(id);
    for details in open.iter().filter_map(|id| by_id(id)) {
        _ = details.set_attribute("open", "");
    }
    for input in ticked.iter().filter_map(|id| by_id(id)) {
        if let Ok(input) = input.dyn_into::<HtmlInputElement>() {
            input.set_checked(true);
        }
    }
    if let Some(element) = focused.and_then(|id| by_id(&id)).and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        _ = element.focus();
    }
    take_over(now);
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
    let list = part.query_selector_all(selector).ok();
    let all =
        |list: NodeList| (0..list.length()).filter_map(move |index| list.item(index)).collect::<Vec<_>>();
    list.map(all).unwrap_or_default().into_iter().filter_map(|node| node.dyn_into().ok()).collect()
}
