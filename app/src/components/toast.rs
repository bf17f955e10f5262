//! Short messages that outlive a change of page: "Video deleted".

use std::time::Duration;

use leptos::prelude::*;

use crate::components::{Icon, IconName};

const SHOWN_FOR: Duration = Duration::from_secs(8);

#[derive(Clone, Copy)]
pub struct Toasts {
    message: RwSignal<Option<String>>,
    /// Counts the messages, so that a timer takes away only its own.
    count: RwSignal<u32>,
}

impl Toasts {
    pub fn provide() {
        provide_context(Self { message: RwSignal::new(None), count: RwSignal::new(0) });
    }

    pub fn show(self, message: impl Into<String>) {
        self.message.set(Some(message.into()));
        self.count.update(|count| *count += 1);
        let mine = self.count.get_untracked();
        set_timeout(
            move || {
                if self.count.get_untracked() == mine {
                    self.message.set(None);
                }
            },
            SHOWN_FOR,
        );
    }
}

/// Always in the document, because assistive technology announces changes only in a region it knows.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                toasts
                    .message
                    .get()
                    .map(|message| {
                        view! {
                            <div class="toast">
                                <Icon name=IconName::Check/>
                                <span>{message}</span>
                                <button
                                    type="button"
                                    class="button quiet square small"
                                    aria-label="Dismiss"
                                    on:click=move |_| toasts.message.set(None)
                                >
                                    <Icon name=IconName::Close/>
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
