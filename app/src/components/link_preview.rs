//! What is seen of a page's address where people post it.

use leptos::prelude::*;
use leptos_meta::Meta;

use crate::context;

/// What AdMint is.
pub const LEAD: &str = "Say what you sell. AdMint plans the scenes, draws every frame, sets the words and writes the music: \
                        a 1080p video, ready to post.";

/// Of a page that anybody may see. Pictures are asked for by whole addresses, so without a known origin there is none.
#[component]
pub fn LinkPreview(path: &'static str, title: &'static str) -> impl IntoView {
    let origin = context::public_origin();
    view! {
        <Meta property="og:type" content="website"/>
        <Meta property="og:site_name" content="AdMint"/>
        <Meta property="og:title" content=title/>
        <Meta property="og:description" content=LEAD/>
        <Meta name="twitter:card" content="summary_large_image"/>
        {origin
            .map(|origin| {
                view! {
                    <Meta property="og:url" content=format!("{origin}{path}")/>
                    <Meta property="og:image" content=format!("{origin}/assets/showcase/preview.jpg")/>
                    <Meta property="og:image:type" content="image/jpeg"/>
                    <Meta property="og:image:width" content="1200"/>
                    <Meta property="og:image:height" content="630"/>
                    <Meta property="og:image:alt" content="Three ads that AdMint made, each from one sentence"/>
                }
            })}
    }
}
