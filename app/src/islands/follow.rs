//! A part of a page that is fetched again while something on it is under way.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use super::swap;
use crate::session;

const EVERY: Duration = Duration::from_secs(2);

/// Keeps the element with the id `part` as the server would write it now, for as long as something in it is marked
/// `data-live`, and somebody can see it.
#[island]
pub fn Follow(part: String) -> impl IntoView {
    Effect::new(move |_| {
        let is_live = format!("#{part} [data-live]");
        let part = part.clone();
        let is_under_way = Rc::new(Cell::new(false));
        let look = move || {
            let is_wanted =
                matches!(document().query_selector(&is_live), Ok(Some(_))) && !document().hidden();
            if !is_wanted || is_under_way.replace(true) {
                return;
            }
            let (part, is_under_way) = (part.clone(), is_under_way.clone());
            spawn_local(async move {
                // The next look may find the server again.
                _ = swap::show(&part, &session::here()).await;
                is_under_way.set(false);
            });
        };
        set_interval(look, EVERY);
    });
}
