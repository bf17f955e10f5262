//! An ad that is being made, watched.

use std::time::Duration;

use admint_domain::{GenerationId, GenerationStatus};
use leptos::prelude::*;

use super::{
    live::{self, Standing},
    refresher::Refresher,
    toasts,
};

/// Pictures of scenes come, and time goes by, without an event that says so.
const EVERY: Duration = Duration::from_secs(2);

/// Keeps the element with the id `part` as the server would write it now: with each event of the ad, every other
/// second in between, and a last time when it has ended.
#[island]
pub fn Watch(
    id: GenerationId,
    part: String,
    status: GenerationStatus,
    progress: u8,
    step: String,
) -> impl IntoView {
    let standing = live::follow(id, Standing { status, progress, step });
    let refresher = Refresher::new(part);
    let ticking = StoredValue::new(None::<IntervalHandle>);
    let looking = refresher.clone();
    Effect::new(move |_| {
        if status.is_final() {
            return;
        }
        let looking = looking.clone();
        if let Ok(interval) = set_interval_with_handle(move || looking.look(), EVERY) {
            ticking.set_value(Some(interval));
            on_cleanup(move || interval.clear());
        }
    });
    Effect::new(move |before: Option<Standing>| {
        let now = standing.get();
        if before.is_some_and(|before| before != now) {
            refresher.changed();
            if now.status.is_final() {
                if let Some(interval) = ticking.try_update_value(Option::take).flatten() {
                    interval.clear();
                }
                if now.status == GenerationStatus::Completed {
                    toasts::show("Your ad is ready");
                }
            }
        }
        now
    });
}
