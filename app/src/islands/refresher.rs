//! One fetch of a part of the page at a time, however many reasons there are for it.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{
    prelude::{document, set_timeout},
    task::spawn_local,
};

use super::swap;

/// From a fetch that failed to the next, and twice as long after each that fails in a row.
const AGAIN: Duration = Duration::from_secs(2);
/// More failures in a row than this are no restart of the server.
const PATIENCE: u32 = 6;

/// Has a part of the page written anew whenever it may have changed. Copies are of the same part.
#[derive(Clone)]
pub struct Refresher(Rc<State>);

struct State {
    /// Ids with spaces between them.
    part: String,
    is_under_way: Cell<bool>,
    /// Something changed during the fetch, so that it may not show it.
    is_behind: Cell<bool>,
    /// How many fetches failed in a row.
    missed: Cell<u32>,
}

impl Refresher {
    pub fn new(part: String) -> Self {
        Self(Rc::new(State {
            part,
            is_under_way: Cell::new(false),
            is_behind: Cell::new(false),
            missed: Cell::new(0),
        }))
    }

    /// For who knows of a change: a fetch that is under way is followed by another, and one that fails is tried again.
    pub fn changed(&self) {
        let state = self.0.clone();
        if state.is_under_way.replace(true) {
            state.is_behind.set(true);
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            state.is_behind.set(false);
            let is_shown = swap::show_here(&state.part).await.is_ok();
            state.is_under_way.set(false);
            let missed = if is_shown { 0 } else { state.missed.get() + 1 };
            state.missed.set(missed);
            if is_shown && state.is_behind.get() {
                this.changed();
            } else if (1..=PATIENCE).contains(&missed) {
                set_timeout(move || this.changed(), AGAIN * 2_u32.pow(missed - 1));
            }
        });
    }

    /// For who only looks from time to time: nothing, while a fetch is under way or nobody sees the page.
    pub fn look(&self) {
        if !self.0.is_under_way.get() && !document().hidden() {
            self.changed();
        }
    }
}
