//! Cards that move: a few seconds of the ad, while the card is pointed at or has the focus.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlVideoElement};

use super::player;

/// Who only passes over a card loads nothing.
const REST: Duration = Duration::from_millis(160);
const CARD: &str = "[data-preview]";
/// The button that asks for it, where nothing may move by itself.
const BUTTON: &str = "[data-play]";

/// What plays, or will in a moment.
#[derive(Default)]
struct Playing {
    card: Option<Element>,
    video: Option<HtmlVideoElement>,
    soon: Option<TimeoutHandle>,
}

/// Plays the preview of whatever card marked `data-preview` is pointed at, has the focus, or whose button is pressed. One
/// at a time, without sound, and nothing is loaded before. Who wants less motion has to ask.
#[island]
pub fn Previews() -> impl IntoView {
    Effect::new(move |_| {
        // A list that is written anew brings another of these.
        let Some(root) = document().document_element().filter(|root| !root.has_attribute("data-previews"))
        else {
            return;
        };
        _ = root.set_attribute("data-previews", "");
        let playing = Rc::new(RefCell::new(Playing::default()));
        let look = {
            let playing = playing.clone();
            move |target: Option<EventTarget>| {
                if is_still() {
                    return;
                }
                match closest(target, CARD) {
                    Some(card) if playing.borrow().card.as_ref() == Some(&card) => {}
                    Some(card) => begin(&playing, card, REST),
                    None => end(&playing),
                }
            }
        };
        let over = look.clone();
        window_event_listener(ev::pointerover, move |event| {
            if event.pointer_type() == "mouse" {
                over(event.target());
            }
        });
        window_event_listener(ev::focusin, move |event| look(event.target()));
        window_event_listener(ev::click, move |event| {
            let Some(card) =
                closest(event.target(), BUTTON).and_then(|button| button.closest(CARD).ok().flatten())
            else {
                return;
            };
            let is_this = playing.borrow().card.as_ref() == Some(&card);
            if is_this { end(&playing) } else { begin(&playing, card, Duration::ZERO) }
        });
    });
}

fn is_still() -> bool {
    let wants_less = window().match_media("(prefers-reduced-motion: reduce)");
    matches!(wants_less, Ok(Some(query)) if query.matches())
}

fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn begin(playing: &Rc<RefCell<Playing>>, card: Element, after: Duration) {
    end(playing);
    let later = playing.clone();
    let soon = set_timeout_with_handle(move || play(&later), after).ok();
    *playing.borrow_mut() = Playing { card: Some(card), video: None, soon };
}

fn play(playing: &RefCell<Playing>) {
    let mut playing = playing.borrow_mut();
    let Some(card) = playing.card.clone() else { return };
    let (Some(url), Ok(Some(place))) =
        (card.get_attribute("data-preview"), card.query_selector(".card-picture"))
    else {
        return;
    };
    let video =
        document().create_element("video").ok().and_then(|video| video.dyn_into::<HtmlVideoElement>().ok());
    let Some(video) = video else { return };
    video.set_muted(true);
    video.set_loop(true);
    _ = video.set_attribute("playsinline", "");
    _ = video.set_attribute("aria-hidden", "true");
    video.set_tab_index(-1);
    video.set_src(&url);
    _ = place.append_child(&video);
    _ = card.set_attribute("data-playing", "");
    // A browser that refuses shows the picture, as before.
    player::play(&video);
    playing.video = Some(video);
}

fn end(playing: &RefCell<Playing>) {
    let Playing { card, video, soon } = playing.take();
    if let Some(soon) = soon {
        soon.clear();
    }
    if let Some(video) = video {
        _ = video.pause();
        // What is not loaded yet need not come.
        _ = video.remove_attribute("src");
        video.load();
        video.remove();
    }
    if let Some(card) = card {
        _ = card.remove_attribute("data-playing");
    }
}
