//! An ad that is being made, watched.

use std::{cell::Cell, rc::Rc, time::Duration};

use admint_domain::{GenerationId, GenerationStatus};
use leptos::{prelude::*, task::spawn_local};

use super::{
    live::{self, Standing},
    swap, toasts,
};
use crate::session;

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
    let (is_under_way, is_behind) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let look = Rc::new(move || show(part.clone(), is_under_way.clone(), is_behind.clone()));
    let ticking = Rc::new(Cell::new(None::<IntervalHandle>));
    let (begun, ended) = (ticking.clone(), ticking);
    let tick = look.clone();
    Effect::new(move |_| {
        if status.is_final() {
            return;
        }
        let tick = tick.clone();
        let seen = move || {
            if !document().hidden() {
                tick();
            }
        };
        if let Ok(interval) = set_interval_with_handle(seen, EVERY) {
            begun.set(Some(interval));
            on_cleanup(move || interval.clear());
        }
    });
    Effect::new(move |before: Option<Standing>| {
        let now = standing.get();
        if before.is_some_and(|before| before != now) {
            look();
            if now.status.is_final() {
                if let Some(interval) = ended.take() {
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

/// One fetch at a time; whoever comes during one has it followed by another.
fn show(part: String, is_under_way: Rc<Cell<bool>>, is_behind: Rc<Cell<bool>>) {
    if is_under_way.replace(true) {
        is_behind.set(true);
        return;
    }
    spawn_local(async move {
        loop {
            is_behind.set(false);
            // Offline for a moment: the next look finds the server again.
            _ = swap::show(&part, &session::here()).await;
            if !is_behind.get() {
                break;
            }
        }
        is_under_way.set(false);
    });
}
