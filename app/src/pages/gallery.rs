//! All of a user's ads. Search, filter and page live in the address, so that back and share work.

use admint_domain::{GenerationQuery, GenerationView, Page, StatusFilter};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    api,
    components::{CardGrid, ErrorNotice, Icon, VideoCard, icons},
    islands::{Filters, Follow},
    session::Protected,
};

/// A multiple of every number of columns.
const PER_PAGE: u32 = 24;

/// The filter's choices: what stands in the address, and what people read.
const FILTERS: [(&str, &str); 5] = [
    ("", "All"),
    ("completed", "Completed"),
    ("processing", "In progress"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
];

#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <Title text="Gallery"/>
        <Protected>
            <Gallery/>
        </Protected>
    }
}

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Selection {
    search: String,
    status: String,
    page: u32,
}

impl Selection {
    fn from_params(params: &ParamsMap) -> Self {
        let status = params.get("status").unwrap_or_default();
        Self {
            search: params.get("search").unwrap_or_default(),
            status: FILTERS
                .iter()
                .find(|(key, _)| *key == status)
                .map(|(key, _)| (*key).into())
                .unwrap_or_default(),
            page: params.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        }
    }

    fn query(&self) -> GenerationQuery {
        let status = match self.status.as_str() {
            "completed" => Some(StatusFilter::Completed),
            "processing" => Some(StatusFilter::Processing),
            "failed" => Some(StatusFilter::Failed),
            "cancelled" => Some(StatusFilter::Cancelled),
            _ => None,
        };
        let search = self.search.trim();
        GenerationQuery {
            search: (!search.is_empty()).then(|| search.to_owned()),
            status,
            page: Some(self.page),
            per_page: Some(PER_PAGE),
        }
    }

    fn path(&self) -> String {
        let mut params = ParamsMap::new();
        if !self.search.is_empty() {
            params.insert("search", self.search.clone());
        }
        if !self.status.is_empty() {
            params.insert("status", self.status.clone());
        }
        if self.page > 1 {
            params.insert("page", self.page.to_string());
        }
        format!("/gallery{}", params.to_query_string())
    }

    fn is_narrowed(&self) -> bool {
        !self.search.trim().is_empty() || !self.status.is_empty()
    }
}

#[component]
fn Gallery() -> impl IntoView {
    let selection = Selection::from_params(&use_query_map().read_untracked());
    let start = selection.clone();
    view! {
        <section class="page gallery">
            <div class="section-head">
                <h1>"Gallery"</h1>
                <a href="/dashboard" class="button primary">
                    <Icon name=icons::Plus/>
                    "New ad"
                </a>
            </div>
            <Filters part="results".to_owned() search=start.search>
                <select name="status" aria-label="Status">
                    {FILTERS
                        .into_iter()
                        .map(|(key, name)| {
                            view! { <option value=key selected=key == start.status>{name}</option> }
                        })
                        .collect_view()}
                </select>
            </Filters>
            <div id="results">
                <Suspense>
                    {move || {
                        let selection = selection.clone();
                        Suspend::new(async move {
                            match api::generations(selection.query()).await {
                                Ok(page) if page.items.is_empty() => {
                                    view! { <Nothing is_narrowed=selection.is_narrowed()/> }.into_any()
                                }
                                Ok(page) => view! { <Results selection page/> }.into_any(),
                                Err(error) => view! { <ErrorNotice error/> }.into_any(),
                            }
                        })
                    }}
                </Suspense>
            </div>
            <Follow part="results".to_owned()/>
        </section>
    }
}

#[component]
fn Results(selection: Selection, page: Page<GenerationView>) -> impl IntoView {
    let is_live = page.items.iter().any(|item| !item.status.is_final());
    let (total, pages) = (page.total, page.pages());
    view! {
        <div data-live=is_live.then_some("")>
            <CardGrid>
                {page.items.into_iter().map(|generation| view! { <VideoCard generation/> }).collect_view()}
            </CardGrid>
        </div>
        <Pages selection total pages/>
    }
}

#[component]
fn Nothing(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! {
            <div class="empty">
                <Icon name=icons::Search/>
                <h2>"No results"</h2>
                <p>"No ad matches this search."</p>
                <a href="/gallery" class="button">"Show all ads"</a>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <Icon name=icons::Film/>
                <h2>"No ads yet"</h2>
                <p>"Write one sentence, and the first one is a minute away."</p>
                <a href="/dashboard" class="button primary">"Make your first ad"</a>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Pages(selection: Selection, total: u64, pages: u32) -> impl IntoView {
    let here = selection;
    let link = |page: u32| Selection { page, ..here.clone() }.path();
    let noun = if total == 1 { "ad" } else { "ads" };
    view! {
        <nav class="pages" aria-label="Pages">
            {(here.page > 1)
                .then(|| {
                    view! {
                        <a href=link(here.page - 1) class="button" rel="prev">
                            <Icon name=icons::Back/>
                            "Newer"
                        </a>
                    }
                })}
            <p>
                {if pages > 1 {
                    format!("Page {} of {pages} · {total} {noun}", here.page)
                } else {
                    format!("{total} {noun}")
                }}
            </p>
            {(here.page < pages)
                .then(|| {
                    view! {
                        <a href=link(here.page + 1) class="button" rel="next">
                            "Older"
                            <Icon name=icons::Forward/>
                        </a>
                    }
                })}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(selection: Selection, path: &str) {
        assert_eq!(selection.path(), path);
    }

    #[test]
    fn the_address_holds_only_what_was_chosen() {
        check(Selection { page: 1, ..Selection::default() }, "/gallery");
        check(
            Selection { search: "cold brew".into(), status: "failed".into(), page: 3 },
            "/gallery?search=cold%20brew&status=failed&page=3",
        );
    }

    #[test]
    fn an_address_made_by_hand_is_read_kindly() {
        let mut params = ParamsMap::new();
        params.insert("status", "nonsense".to_owned());
        params.insert("page", "0".to_owned());
        assert_eq!(Selection::from_params(&params), Selection { page: 1, ..Selection::default() });
    }
}
