//! All of a user's ads. Search, filter and page live in the address, so that back and share work.

use std::time::Duration;

use admint_domain::{GenerationQuery, Page, StatusFilter};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};

use crate::{
    api,
    components::{CardGrid, CardSkeletons, ErrorNotice, Icon, IconName, VideoCard},
    session::Protected,
};

/// A multiple of every number of columns.
const PER_PAGE: u32 = 24;
const DEBOUNCE: Duration = Duration::from_millis(300);
const REFRESH_EVERY: Duration = Duration::from_secs(2);

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
    let params = use_query_map();
    let selection = Memo::new(move |_| Selection::from_params(&params.read()));
    let page = Resource::new(move || selection.get(), |selection| api::generations(selection.query()));

    let is_running = Memo::new(
        move |_| matches!(page.get(), Some(Ok(page)) if page.items.iter().any(|item| !item.status.is_final())),
    );
    Effect::new(move |_| {
        if is_running.get()
            && let Ok(interval) = set_interval_with_handle(move || page.refetch(), REFRESH_EVERY)
        {
            on_cleanup(move || interval.clear());
        }
    });

    view! {
        <section class="page gallery">
            <div class="section-head">
                <h1>"Gallery"</h1>
                <A href="/dashboard" attr:class="button primary">
                    <Icon name=IconName::Plus/>
                    "New ad"
                </A>
            </div>
            <Filters selection/>
            <Transition fallback=move || view! { <CardSkeletons count=8/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) if page.items.is_empty() => {
                            view! { <Nothing is_narrowed=selection.get_untracked().is_narrowed()/> }.into_any()
                        }
                        Ok(page) => {
                            let pages = view! { <Pages selection total=page.total pages=pages_of(&page)/> };
                            view! {
                                <CardGrid>
                                    {page.items.into_iter().map(|generation| view! { <VideoCard generation/> }).collect_view()}
                                </CardGrid>
                                {pages}
                            }
                                .into_any()
                        }
                        Err(error) => view! { <ErrorNotice error retry=move |()| page.refetch()/> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

fn pages_of<T>(page: &Page<T>) -> u32 {
    page.pages()
}

/// A plain GET form; a script only spares the key press.
#[component]
fn Filters(selection: Memo<Selection>) -> impl IntoView {
    let search = NodeRef::<html::Input>::new();
    let status = NodeRef::<html::Select>::new();
    let start = selection.get_untracked();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop_timer = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    on_cleanup(stop_timer);

    let navigate = use_navigate();
    let apply = move || {
        stop_timer();
        let (Some(search), Some(status)) = (search.get_untracked(), status.get_untracked()) else { return };
        let next = Selection { search: search.value(), status: status.value(), page: 1 };
        // Page 3 of the same search is no new search.
        if next != (Selection { page: 1, ..selection.get_untracked() }) {
            navigate(
                &next.path(),
                NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
            );
        }
    };
    let apply_soon = {
        let apply = apply.clone();
        move |_| {
            stop_timer();
            timer.set_value(set_timeout_with_handle(apply.clone(), DEBOUNCE).ok());
        }
    };
    let apply_now = apply.clone();

    // Back and forward change the address under the form.
    Effect::new(move |_| {
        let now = selection.get();
        if let (Some(search), Some(status)) = (search.get(), status.get()) {
            let is_typing = timer.with_value(Option::is_some);
            if !is_typing && search.value() != now.search {
                search.set_value(&now.search);
            }
            if status.value() != now.status {
                status.set_value(&now.status);
            }
        }
    });

    view! {
        <form
            class="filters"
            role="search"
            method="get"
            action="/gallery"
            on:submit=move |event| {
                event.prevent_default();
                apply_now();
            }
        >
            <div class="search-field">
                <Icon name=IconName::Search/>
                <input
                    node_ref=search
                    type="search"
                    name="search"
                    value=start.search
                    placeholder="Search your prompts"
                    aria-label="Search your prompts"
                    autocomplete="off"
                    on:input=apply_soon
                />
            </div>
            <select node_ref=status name="status" aria-label="Status" on:change=move |_| apply()>
                {FILTERS
                    .into_iter()
                    .map(|(key, name)| {
                        view! { <option value=key selected=key == start.status>{name}</option> }
                    })
                    .collect_view()}
            </select>
            <button type="submit" class="button without-script">"Search"</button>
        </form>
    }
}

#[component]
fn Nothing(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! {
            <div class="empty">
                <Icon name=IconName::Search/>
                <h2>"No results"</h2>
                <p>"No ad matches this search."</p>
                <A href="/gallery" attr:class="button">"Show all ads"</A>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <Icon name=IconName::Film/>
                <h2>"No ads yet"</h2>
                <p>"Write one sentence, and the first one is a minute away."</p>
                <A href="/dashboard" attr:class="button primary">"Make your first ad"</A>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Pages(selection: Memo<Selection>, total: u64, pages: u32) -> impl IntoView {
    let here = selection.get_untracked();
    let link = |page: u32| Selection { page, ..here.clone() }.path();
    let noun = if total == 1 { "ad" } else { "ads" };
    view! {
        <nav class="pages" aria-label="Pages">
            {(here.page > 1)
                .then(|| {
                    view! {
                        <A href=link(here.page - 1) attr:class="button" attr:rel="prev">
                            <Icon name=IconName::Back/>
                            "Newer"
                        </A>
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
                        <A href=link(here.page + 1) attr:class="button" attr:rel="next">
                            "Older"
                            <Icon name=IconName::Forward/>
                        </A>
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
