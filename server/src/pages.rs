//! The pages: rendered by Leptos, guarded by the log-in, with everything they need in the context.

use std::sync::Arc;

use admint_domain::{Accounts, AppError, Backend, Sharing};
use app::context::{CallersClient, CurrentSession, CurrentUser, PublicOrigin};
use axum::{
    Router,
    body::Body,
    extract::{FromRef, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing::any,
};
use form_urlencoded::byte_serialize;
use leptos::{
    config::LeptosOptions,
    nonce::Nonce,
    prelude::{IntoView, provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::limit::RequestBodyLimitLayer;

use crate::{
    api::error::ApiError, assets, auth::caller::Caller, entry, gallery, headers, money, profile, queue,
    record, scenes, state::AppState,
};

/// Where server functions live.
const FUNCTIONS: &str = "/fn/";
/// The most a server function's arguments may take, in bytes.
const MAX_ARGUMENTS: usize = 64 * 1024;
/// The page for when no page can be rendered: it stands by itself, and its style is within it.
const PROBLEM: &str = include_str!("problem.html");
/// Pages of signed-in users, and what is below them.
const PROTECTED: [&str; 8] =
    ["/dashboard", "/gallery", "/videos", "/queue", "/profile", "/spending", "/settings", "/models"];

/// All pages, and the 404 page for everything that is nowhere else.
pub fn pages(state: &AppState) -> Router<AppState> {
    let paths = generate_route_list(app::all_pages);
    let options = LeptosOptions::from_ref(state);
    let shell = move || app::shell(options.clone());
    let render = leptos_axum::render_route_with_context::<AppState, _>(paths.clone(), context(state), shell);
    let pages = Router::new();
    #[cfg(debug_assertions)]
    let pages = pages.route(app::DESIGN_PATH, axum::routing::get(design));
    pages
        .leptos_routes_with_handler(paths, render)
        .merge(entry::routes())
        .merge(profile::routes())
        .merge(queue::routes())
        .merge(gallery::routes())
        .merge(scenes::routes())
        .merge(record::routes())
        .merge(money::routes())
        .fallback(nowhere)
        .layer(middleware::from_fn(require_log_in))
        .layer(middleware::from_fn_with_state(state.clone(), headers::page_policy))
}

/// The pages' server functions.
pub fn functions(state: &AppState) -> Router<AppState> {
    let context = context(state);
    let call = move |request: Request| {
        let context = context.clone();
        async move { leptos_axum::handle_server_fns_with_context(context, request).await }
    };
    Router::new()
        .route(&format!("{FUNCTIONS}{{*path}}"), any(call))
        .layer(RequestBodyLimitLayer::new(MAX_ARGUMENTS))
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        LeptosOptions::builder()
            .output_name("frontend")
            .site_pkg_dir(state.bundle.pkg_dir.clone())
            .site_addr(state.config.listen)
            .build()
    }
}

/// Puts into the Leptos context what [`app::context`] promises; the request's parts are there already.
pub(crate) fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        provide_context::<Arc<dyn Backend>>(state.backend.clone());
        provide_context::<Arc<dyn Accounts>>(state.accounts.clone());
        provide_context::<Arc<dyn Sharing>>(state.sharing.clone());
        provide_context(state.cookie_policy());
        let origin = state.config.public_url.as_ref().map(|url| url.origin().to_owned());
        provide_context(PublicOrigin(origin));
        let Some(parts) = use_context::<Parts>() else { return };
        let caller = parts.extensions.get::<Caller>();
        provide_context(CurrentUser(caller.and_then(Caller::user).cloned()));
        provide_context(CurrentSession(caller.and_then(Caller::session)));
        if let Some(client) = parts.extensions.get::<CallersClient>() {
            provide_context(client.clone());
        }
        if let Some(nonce) = parts.extensions.get::<Nonce>() {
            provide_context(nonce.clone());
        }
    }
}

/// The living page of the design system.
#[cfg(debug_assertions)]
async fn design(State(state): State<AppState>, request: Request) -> Response {
    render(&state, None, app::design_page, request).await
}

/// What a page is answered with that tells of the error.
pub(crate) fn status_of(error: &AppError) -> StatusCode {
    ApiError::from(error.clone()).status
}

/// A page that is called with what it shows; `status` is that of what went wrong, if something did.
pub(crate) async fn render<V: IntoView + 'static>(
    state: &AppState,
    status: Option<StatusCode>,
    page: impl Fn(LeptosOptions) -> V + Clone + Send + Sync + 'static,
    request: Request,
) -> Response {
    let options = LeptosOptions::from_ref(state);
    let render =
        leptos_axum::render_app_to_stream_with_context(context(state), move || page(options.clone()));
    let mut response = render(request).await;
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    response
}

/// A public file, else the 404 page.
async fn nowhere(State(state): State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(file) = assets::public(request.uri().path(), request.headers()) {
        return file;
    }
    let options = LeptosOptions::from_ref(&state);
    let render =
        leptos_axum::render_app_to_stream_with_context(context(&state), move || app::shell(options.clone()));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Sends visitors of protected pages to the log-in page, which brings them back. A form that comes too late brings
/// back to its page, for the address that it is sent to may be none.
async fn require_log_in(request: Request, next: Next) -> Response {
    let signed_in = matches!(request.extensions().get::<Caller>(), Some(Caller::SignedIn { .. }));
    if signed_in || !is_protected(request.uri().path()) {
        return next.run(request).await;
    }
    let asked_for = request.uri().path_and_query().map_or("/", |asked_for| asked_for.as_str());
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Redirect::to(&log_in_address(asked_for)).into_response();
    }
    let page = page_of_form(request.headers()).unwrap_or_else(|| request.uri().path().to_owned());
    Redirect::to(&format!("{}&expired=1", log_in_address(&page))).into_response()
}

/// Where the browser says that the form stands, if that is here.
fn page_of_form(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_here = referer.authority().is_some_and(|authority| authority.as_str() == host);
    is_here.then(|| referer.path_and_query().map_or("/", |page| page.as_str()).to_owned())
}

/// The request's body to be read, and the rest of it to render a page with.
pub(crate) fn body_left_out(request: Request) -> (Request, Request) {
    let (parts, body) = request.into_parts();
    (Request::from_parts(parts.clone(), body), Request::from_parts(parts, Body::empty()))
}

fn is_protected(path: &str) -> bool {
    PROTECTED
        .iter()
        .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn log_in_address(asked_for: &str) -> String {
    // The same spelling as the page's own links to the log-in: only slashes stay readable.
    let next: Vec<String> =
        asked_for.split('/').map(|part| byte_serialize(part.as_bytes()).collect()).collect();
    format!("/login?next={}", next.join("/"))
}

/// Who will read the answer: a script or a person.
pub struct Place {
    is_page: bool,
}

impl Place {
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path();
        Self { is_page: !path.starts_with("/api") && !path.starts_with(FUNCTIONS) }
    }

    /// An error that no handler can tell, for lack of a handler that works.
    pub fn problem(&self, error: AppError) -> Response {
        let error = ApiError::from(error);
        if !self.is_page {
            return error.into_response();
        }
        let message = error.error.message.replace('&', "&amp;").replace('<', "&lt;");
        let page = PROBLEM.replace("{message}", &message);
        let mut response = (error.status, Html(page)).into_response();
        if let Some(seconds) = error.error.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// [`Place::problem`] of this request.
pub fn problem(request: &Request, error: AppError) -> Response {
    Place::of(request).problem(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(path: &str) -> (StatusCode, String, String) {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = problem(&request, AppError::unavailable("<b>Nothing</b> & nobody answers."));
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn where_nothing_works_people_get_a_page_and_scripts_the_error() {
        let (status, kind, page) = told("/gallery").await;
        assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8"));
        assert!(
            page.contains("&lt;b>Nothing&lt;/b> &amp; nobody answers.") && page.contains("<main>"),
            "{page}"
        );
        let (status, kind, error) = told("/api/generations").await;
        assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "application/json"));
        assert!(error.contains("\"code\":\"unavailable\""), "{error}");
    }

    #[track_caller]
    fn check(path: &str, protected: bool) {
        assert_eq!(is_protected(path), protected, "{path}");
    }

    #[test]
    fn protected_pages() {
        check("/dashboard", true);
        check("/videos/0199", true);
        check("/gallery/", true);
        check("/", false);
        check("/login", false);
        check("/galleryx", false);
        check("//evil.example/dashboard", false);
    }

    #[test]
    fn the_page_asked_for_is_kept_whole() {
        assert_eq!(
            log_in_address("/videos/01?page=2&t=a%20b"),
            "/login?next=/videos/01%3Fpage%3D2%26t%3Da%2520b"
        );
    }
}
