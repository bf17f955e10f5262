//! Which page stands at which path.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::{DashboardPage, GalleryPage, LandingPage, NotFoundPage, VideoPage};

/// The pages that only show. They are rendered whole before they are sent: their data is a local query away, and
/// so a redirect or a 404 can still decide the status.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
            <Route path=path!("/dashboard") view=DashboardPage ssr=SsrMode::Async/>
            <Route path=path!("/gallery") view=GalleryPage ssr=SsrMode::Async/>
            <Route path=path!("/videos/:id") view=VideoPage ssr=SsrMode::Async/>
        </Routes>
    }
}

/// The same without a document around them: what the server lists its paths from.
pub fn all() -> impl IntoView {
    view! {
        <Router>
            <App/>
        </Router>
    }
}
