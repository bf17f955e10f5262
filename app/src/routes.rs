//! Which page stands at which path.

use leptos::{html, prelude::*};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    components::{Navigation, ToastRegion, Toasts},
    pages::{DashboardPage, GalleryPage, LandingPage, LogInPage, NotFoundPage, RegisterPage, VideoPage},
    session::Session,
};

/// Everything inside `<body>`.
///
/// Pages are rendered whole before they are sent: their data is a local query away, and so a
/// redirect or a 404 can still decide the status, and they read well without a script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Session::provide();
    Toasts::provide();
    // What only a script can do stays out of sight until it can.
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-hydrated", "");
        }
    });

    view! {
        <Title
            text="AdMint: one sentence, one finished video ad"
            formatter=title
        />
        <Router>
            <a class="skip-link" href="#main">"Skip to the content"</a>
            <Navigation/>
            <Main>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                    <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=LogInPage ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard") view=DashboardPage ssr=SsrMode::Async/>
                    <Route path=path!("/gallery") view=GalleryPage ssr=SsrMode::Async/>
                    <Route path=path!("/videos/:id") view=VideoPage ssr=SsrMode::Async/>
                </Routes>
            </Main>
            <ToastRegion/>
        </Router>
    }
}

/// What stands in the browser's tab. A page's own words may be a user's, and leptos_meta writes them into the document
/// as they are: there they are escaped here, so that they cannot end the element.
fn title(text: String) -> String {
    let whole = if text.starts_with("AdMint") { text } else { format!("{text} · AdMint") };
    if cfg!(feature = "ssr") { whole.replace('&', "&amp;").replace('<', "&lt;") } else { whole }
}

/// The page's own part. After a change of page it takes the focus, as a loaded document would.
#[component]
fn Main(children: Children) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let pathname = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = pathname.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            _ = main.focus();
        }
        now
    });
    view! {
        <main id="main" tabindex="-1" node_ref=main>
            {children()}
        </main>
    }
}
