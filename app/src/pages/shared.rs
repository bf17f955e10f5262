//! What anybody sees who has a video's link: a player, and what its maker calls the video. Rendered on the server alone,
//! it runs no script and asks for no account.

use admint_domain::AspectRatio;
use leptos::{html, prelude::*};

use crate::{components::shape, display};

/// What the page shows. Whose the video is, and by what words it was asked for, is not among it.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedPage {
    pub title: Option<String>,
    pub aspect: AspectRatio,
    pub length_seconds: f64,
    pub has_thumbnail: bool,
    pub has_captions: bool,
    /// The installation's public address, where it is known: what shows a preview of the link wants whole addresses.
    pub origin: Option<String>,
    /// The page's own; its files lie below it.
    pub path: String,
}

/// The thumbnail's width in pixels.
const THUMBNAIL_WIDTH: u32 = 720;

const DESCRIPTION: &str = "A video ad made with AdMint.";

/// The whole document. `pkg_dir` is where the bundle's style sheet lies.
pub fn shared_page(pkg_dir: &str, page: &SharedPage) -> String {
    let title = page.title.clone().unwrap_or_else(|| "A video ad".to_owned());
    let heading = title.clone();
    let SharedPage { aspect, length_seconds, has_thumbnail, has_captions, path, .. } = page;
    let aspect = *aspect;
    let size = aspect.resolution();
    let poster = has_thumbnail.then(|| format!("{path}/thumbnail"));
    let body = view! {
        <main id="main" class="shared">
            <div class=format!("stage {}", shape(aspect))>
                <video
                    src=format!("{path}/video")
                    poster=poster
                    width=size.width
                    height=size.height
                    controls
                    playsinline
                    preload="metadata"
                    aria-label=heading.clone()
                >
                    {has_captions
                        .then(|| {
                            let captions = format!("{path}/captions.vtt");
                            view! { <track kind="captions" label="Captions" src=captions/> }
                        })}
                    <p>"Your browser cannot play this video."</p>
                </video>
            </div>
            <h1 dir="auto">{heading}</h1>
            <p class="shared-facts">{display::length(*length_seconds)}</p>
        </main>
    };
    document(pkg_dir, &title, metadata(page, title.clone()), body)
}

/// For a link that shows nothing: it never was one, was revoked, has expired, or its video is gone. Which, is not said.
pub fn not_shared_page(pkg_dir: &str) -> String {
    let body = view! {
        <main id="main" class="shared">
            <h1>"There is no video here"</h1>
            <p class="shared-facts">
                "The link may be wrong or cut short, its time may be over, or whoever shared the video took it back. \
                 Ask them for a new one."
            </p>
        </main>
    };
    document(pkg_dir, "There is no video here", (), body)
}

/// For who shows a preview of the link.
fn metadata(page: &SharedPage, title: String) -> impl IntoView + use<> {
    let SharedPage { aspect, has_thumbnail, origin, path, .. } = page.clone();
    let size = aspect.resolution();
    let absolute = origin.map(|origin| {
        let url = format!("{origin}{path}");
        let video = format!("{url}/video");
        let picture = has_thumbnail.then(|| {
            let address = format!("{url}/thumbnail");
            // Both sides of a JPEG of a video are even.
            let height = (THUMBNAIL_WIDTH * size.height / size.width) & !1;
            view! {
                {property("og:image", address.clone())}
                {property("og:image:type", "image/jpeg")}
                {property("og:image:width", THUMBNAIL_WIDTH.to_string())}
                {property("og:image:height", height.to_string())}
                {property("og:image:alt", "A scene of the video")}
                <meta name="twitter:image" content=address/>
                <meta name="twitter:image:alt" content="A scene of the video"/>
            }
        });
        view! {
            {property("og:url", url)}
            {property("og:video", video.clone())}
            {property("og:video:type", "video/mp4")}
            {property("og:video:width", size.width.to_string())}
            {property("og:video:height", size.height.to_string())}
            {video.starts_with("https:").then(|| property("og:video:secure_url", video))}
            {picture}
        }
    });
    view! {
        {property("og:type", "video.other")}
        {property("og:site_name", "AdMint")}
        {property("og:title", title.clone())}
        {property("og:description", DESCRIPTION)}
        <meta name="twitter:card" content="summary_large_image"/>
        <meta name="twitter:title" content=title/>
        <meta name="twitter:description" content=DESCRIPTION/>
        {absolute}
    }
}

/// A `<meta>` of the Open Graph protocol, which has an attribute of its own.
fn property(name: &'static str, content: impl Into<String>) -> impl IntoView {
    html::meta().attr("property", name).attr("content", content.into())
}

/// Written as it is, once: what Leptos adds for pages that come in parts are scripts.
fn document(pkg_dir: &str, title: &str, metadata: impl IntoView, body: impl IntoView) -> String {
    let stylesheet = format!("/{pkg_dir}/admint.css");
    // Inside a title nothing but text may stand, also no comment.
    let title = format!("{title} · AdMint").replace('&', "&amp;").replace('<', "&lt;");
    let document = view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex, nofollow, noarchive, noimageindex"/>
                <meta name="referrer" content="no-referrer"/>
                <meta name="description" content=DESCRIPTION/>
                <title inner_html=title></title>
                {metadata}
                <link rel="stylesheet" href=stylesheet/>
                <link rel="stylesheet" href="/shared.css"/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
            </head>
            <body class="shared-body">
                {body}
                <footer class="shared-footer">
                    "Made with "
                    <a href="/" rel="noreferrer">"AdMint"</a>
                </footer>
            </body>
        </html>
    };
    document.to_html()
}
