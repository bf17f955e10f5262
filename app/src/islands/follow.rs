//! A part of a page that is fetched again while something on it is under way.

use std::time::Duration;

use leptos::prelude::*;

use super::refresher::Refresher;

const EVERY: Duration = Duration::from_secs(2);

/// Keeps the element with the id `part` as the server would write it now, for as long as something in it is marked
/// `data-live`, and somebody can see it.
#[island]
pub fn Follow(part: String) -> impl IntoView {
    Effect::new(move |_| {
        let is_live = format!("#{part} [data-live]");
        let refresher = Refresher::new(part.clone());
        let look = move || {
            if matches!(document().query_selector(&is_live), Ok(Some(_))) {
                refresher.look();
            }
        };
        if let Ok(interval) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || interval.clear());
        }
    });
}
