//! A part of the page, written anew by the server and put where the old one was.
//!
//! The server's page is the one description of how things look; so the browser need not know how to draw a card to
//! show that it has changed.

use gloo_net::http::Request;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomParser, Element, HtmlElement, NodeList, SupportedType};

use super::offline;

/// Why a part is still the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// No answer: the connection or the server is away.
    Unreachable,
    /// An answer without that part.
    Refused,
}

/// Fetches `address` and puts its element of the id `part` in the place of this page's. The focus stays where it was,
/// and what was folded out stays so. An answer from another address, as the log-in page's, is gone to.
///
/// Islands in the new part are taken over; those in the old one learn nothing, so they must look whether they are still
/// in the document before they do something by themselves.
pub async fn show(part: &str, address: &str) -> Result<(), Missed> {
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
    let written = DomParser::new()
        .and_then(|parser| parser.parse_from_string(&text, SupportedType::TextHtml))
        .map_err(|_| Missed::Refused)?;
    let (Some(now), Some(next)) = (document().get_element_by_id(part), written.get_element_by_id(part))
    else {
        return Err(Missed::Refused);
    };
    if now.inner_html() != next.inner_html() {
        replace(&now, &next);
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

fn found(part: &Element, selector: &str) -> Vec<Element> {
    let list = part.query_selector_all(selector).ok();
    let all =
        |list: NodeList| (0..list.length()).filter_map(move |index| list.item(index)).collect::<Vec<_>>();
    list.map(all).unwrap_or_default().into_iter().filter_map(|node| node.dyn_into().ok()).collect()
}
