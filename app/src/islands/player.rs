//! The video player: the browser's own controls on a stage of the picture's shape.

use admint_domain::AspectRatio;
use leptos::{html, prelude::*};

use crate::components::{Icon, icons, shape};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loading {
    Waiting,
    Ready,
    Failed,
}

#[island]
pub fn Player(
    video_url: String,
    poster: Option<String>,
    captions_url: String,
    aspect: AspectRatio,
    title: String,
) -> impl IntoView {
    /// `HTMLMediaElement.HAVE_METADATA`.
    const HAVE_METADATA: u16 = 1;

    let video = NodeRef::<html::Video>::new();
    let loading = RwSignal::new(Loading::Waiting);
    // The events may have come before the page was hydrated.
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            if video.error().is_some() {
                loading.set(Loading::Failed);
            } else if video.ready_state() >= HAVE_METADATA {
                loading.set(Loading::Ready);
            }
        }
    });
    let retry = move |_| {
        loading.set(Loading::Waiting);
        if let Some(video) = video.get_untracked() {
            video.load();
        }
    };
    let resolution = aspect.resolution();

    view! {
        <div class=format!("stage {}", shape(aspect)) class:loading=move || loading.get() == Loading::Waiting>
            <video
                node_ref=video
                src=video_url
                poster=poster
                width=resolution.width
                height=resolution.height
                controls
                playsinline
                preload="metadata"
                aria-label=title
                on:loadedmetadata=move |_| loading.set(Loading::Ready)
                on:error=move |_| loading.set(Loading::Failed)
            >
                <track kind="captions" label="Captions" src=captions_url/>
            </video>
            <Show when=move || loading.get() == Loading::Failed>
                <div class="stage-message" role="alert">
                    <Icon name=icons::Alert/>
                    <p>"The video could not be loaded."</p>
                    <button type="button" class="button" on:click=retry>
                        "Try again"
                    </button>
                </div>
            </Show>
        </div>
    }
}
