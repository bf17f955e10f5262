//! How a generation stands, in a word.

use admint_domain::GenerationStatus;
use leptos::prelude::*;

pub const fn label(status: GenerationStatus) -> &'static str {
    match status {
        GenerationStatus::Queued => "Waiting",
        GenerationStatus::Running => "Processing",
        GenerationStatus::Completed => "Completed",
        GenerationStatus::Failed => "Failed",
        GenerationStatus::Cancelled => "Cancelled",
    }
}

#[component]
pub fn StatusBadge(status: GenerationStatus) -> impl IntoView {
    view! { <span class=format!("badge {status}")>{label(status)}</span> }
}
