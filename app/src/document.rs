//! The HTML document around every page.
#![cfg(feature = "ssr")]

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{App, context, theme};

/// The whole document. Only the server calls it; the browser hydrates [`App`] inside `<body>`.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, true, App)
}

/// A document with `body` in it, and with the bundle's scripts if it is one that the browser takes over.
pub(crate) fn document<V: IntoView + 'static>(
    options: LeptosOptions,
    hydrates: bool,
    body: impl FnOnce() -> V + Send + 'static,
) -> impl IntoView {
    let stylesheet = format!("/{}/admint.css", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme::chosen() data-sells=context::sells_clips().then_some("")>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f7f4"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0f1311"/>
                <meta
                    name="description"
                    content="AdMint turns one sentence into a finished video ad: scenes, words, music and all."
                />
                <link
                    rel="preload"
                    href="/assets/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href=stylesheet/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="manifest" href="/site.webmanifest"/>
                {hydrates.then(|| view! { <HydrationScripts options/> <script src="/money.js" defer nonce=use_nonce()></script> })}
                <MetaTags/>
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
}
