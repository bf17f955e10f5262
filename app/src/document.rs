//! The HTML document around every page.

use leptos::{html, nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::Router;

use crate::{
    App,
    components::Navigation,
    islands::{Hydrated, KeepForms, Offline, THEMES, Toasts, chosen_theme},
    session::Session,
};

/// The whole document of a page that [`App`] finds by its path.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, || view! { <App/> })
}

/// The whole document around `page`: its head, the bar at its top, and what takes messages at its end.
pub(crate) fn document<V: IntoView + 'static>(
    options: LeptosOptions,
    page: impl FnOnce() -> V + Send + 'static,
) -> impl IntoView {
    provide_meta_context();
    Session::provide();
    let stylesheet = format!("/{}/admint.css", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen_theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <ThemeColours/>
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
                <Hydration options/>
                <MetaTags/>
            </head>
            <body>
                <Title
                    text="AdMint: one sentence, one finished video ad"
                    formatter=whole_title
                />
                <Router>
                    <a class="skip-link" href="#main">"Skip to the content"</a>
                    <Navigation/>
                    <main id="main" tabindex="-1">{page()}</main>
                </Router>
                <Offline/>
                <Toasts/>
                <KeepForms/>
                <Hydrated/>
            </body>
        </html>
    }
}

/// For the browser's own bars: of the theme that was chosen, or else of either as the system has it.
#[component]
fn ThemeColours() -> impl IntoView {
    let chosen = THEMES.into_iter().find(|(theme, _)| chosen_theme() == Some(theme));
    THEMES
        .into_iter()
        .map(|own| {
            let system = format!("(prefers-color-scheme: {})", own.0);
            let (_, ground) = chosen.unwrap_or(own);
            // The macro knows no `media` here.
            html::meta().attr("name", "theme-color").attr("media", system).attr("content", ground)
        })
        .collect_view()
}

/// Leptos's script that takes the islands over once the browser is idle, without the preloads it comes with: they ask for
/// 270 KB before the page's pictures, and on a slow line those are what one waits for. All forms work before it is there.
#[component]
fn Hydration(options: LeptosOptions) -> impl IntoView {
    let whole = view! { <HydrationScripts options islands=true/> }.to_html();
    let (_, script) = whole.split_once("<script").expect("Leptos writes a script");
    let (_, script) = script.split_once('>').expect("its tag ends");
    let (script, _) = script.split_once("</script>").expect("it ends");
    let script = script.to_owned();
    view! { <script type="module" nonce=use_nonce() inner_html=script></script> }
}

/// What stands in the browser's tab. A page's own words may be a user's, and leptos_meta writes them into the document
/// as they are: they are escaped here, so that they cannot end the element.
fn whole_title(text: String) -> String {
    let whole = if text.starts_with("AdMint") { text } else { format!("{text} · AdMint") };
    whole.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn islands_are_taken_over_by_a_script_that_asks_for_nothing_early() {
        let options = LeptosOptions::builder().output_name("frontend").build();
        let html = Owner::new().with(|| view! { <Hydration options/> }.to_html());
        assert!(html.starts_with("<script type=\"module\""), "{html}");
        assert!(html.contains("__hydrateIsland") && html.contains("\"frontend_bg\""), "{html}");
        assert_eq!(html.matches("<script").count(), 1);
        assert!(!html.contains("preload") && html.ends_with("</script>"), "{html}");
    }

    #[test]
    fn a_title_is_text() {
        assert_eq!(whole_title("AdMint: one sentence".into()), "AdMint: one sentence");
        assert_eq!(whole_title("</title>&lt;".into()), "&lt;/title>&amp;lt; · AdMint");
    }
}
