//! One fetch of a part of the page at a time, however many reasons there are for it.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::document, task::spawn_local};

use super::swap;

/// Has a part of the page written anew whenever it may have changed. Copies are of the same part.
#[derive(Clone)]
pub struct Refresher(Rc<State>);

struct State {
    /// Ids with spaces between them.
    part: String,
    is_under_way: Cell<bool>,
    /// Something changed during the fetch, so that it may not show it.
    is_behind: Cell<bool>,
}

impl Refresher {
    pub fn new(part: String) -> Self {
        Self(Rc::new(State { part, is_under_way: Cell::new(false), is_behind: Cell::new(false) }))
    }

    /// For who knows of a change: a fetch that is under way is followed by another.
    pub fn changed(&self) {
        let state = &self.0;
        if state.is_under_way.replace(true) {
            state.is_behind.set(true);
            return;
        }
        let state = state.clone();
        spawn_local(async move {
            loop {
                state.is_behind.set(false);
                // Offline for a moment: the next look finds the server again.
                _ = swap::show_here(&state.part).await;
                if !state.is_behind.get() {
                    break;
                }
            }
            state.is_under_way.set(false);
        });
    }

    /// For who only looks from time to time: nothing, while a fetch is under way or nobody sees the page.
    pub fn look(&self) {
        if !self.0.is_under_way.get() && !document().hidden() {
            self.changed();
        }
    }
}
