//! All of a user's ads. Search, filter, order and page live in the address, so that back and share work.

use admint_domain::{
    AppError, GenerationQuery, GenerationSort, GenerationView, Page, StatusFilter, UNDO_SECONDS, Undoable,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    ApiError,
    components::{CardGrid, ErrorNotice, Icon, Notice, VideoCard, icons},
    context,
    islands::{ChosenBar, Filters, FollowAll, Undo},
    session::{self, Protected},
};

pub const GALLERY_PATH: &str = "/gallery";
/// Where the page's forms go without a script.
pub const DELETE_PATH: &str = "/gallery/delete";
pub const RESTORE_PATH: &str = "/gallery/restore";

/// A multiple of every number of columns.
const PER_PAGE: u32 = 24;
/// As many as are seen at once on a wide screen.
const FIRST: usize = 4;
/// What is written anew when the list changes.
const PARTS: &str = "undo results";

/// The filter's choices: what stands in the address, and what people read.
const FILTERS: [(&str, &str); 5] = [
    ("", "All"),
    ("completed", "Completed"),
    ("processing", "Processing"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
];

/// The same of the orders.
const SORTS: [(&str, &str); 4] = [
    ("", "Newest first"),
    ("oldest", "Oldest first"),
    ("longest", "Longest first"),
    ("dearest", "Dearest first"),
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
    status: &'static str,
    sort: &'static str,
    cursor: Option<String>,
}

impl Selection {
    fn from_params(params: &ParamsMap) -> Self {
        let chosen = |name: &str, choices: &[(&'static str, &str)]| {
            let wanted = params.get(name).unwrap_or_default();
            choices.iter().find(|(key, _)| *key == wanted).map_or("", |(key, _)| *key)
        };
        Self {
            search: params.get("search").unwrap_or_default(),
            status: chosen("status", &FILTERS),
            sort: chosen("sort", &SORTS),
            cursor: params.get("cursor").filter(|cursor| !cursor.is_empty()),
        }
    }

    fn query(&self) -> GenerationQuery {
        let status = match self.status {
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
            sort: GenerationSort::parse(self.sort),
            cursor: self.cursor.clone(),
            page: None,
            per_page: Some(PER_PAGE),
        }
    }

    fn path(&self) -> String {
        let cursor = self.cursor.as_deref().unwrap_or_default();
        let all =
            [("search", &*self.search), ("status", self.status), ("sort", self.sort), ("cursor", cursor)];
        let chosen = all.into_iter().filter(|(_, value)| !value.is_empty());
        let chosen: Vec<_> =
            chosen.map(|(name, value)| format!("{name}={}", session::percent_encoded(value))).collect();
        if chosen.is_empty() { GALLERY_PATH.into() } else { format!("{GALLERY_PATH}?{}", chosen.join("&")) }
    }

    /// A form's address that leads back here.
    fn form_path(&self, to: &str) -> String {
        format!("{to}?next={}", session::percent_encoded(&self.path()))
    }

    fn is_narrowed(&self) -> bool {
        !self.search.trim().is_empty() || !self.status.is_empty()
    }
}

/// What the page shows.
struct Shown {
    page: Result<Page<GenerationView>, ApiError>,
    undoable: Option<Undoable>,
}

impl Shown {
    async fn load(selection: &Selection) -> Self {
        let load = async {
            let user = context::current_user()?;
            let query = selection.query();
            query.validate()?;
            let backend = context::backend()?;
            let page = backend.generations(user.id, query).await?;
            Ok::<_, AppError>((page, backend.undoable(user.id).await?))
        };
        match load.await {
            Ok((page, undoable)) => Self { page: Ok(page), undoable },
            Err(error) => Self { page: Err(ApiError::from(error)), undoable: None },
        }
    }
}

#[component]
fn Gallery() -> impl IntoView {
    let params = use_query_map().read_untracked().clone();
    let selection = Selection::from_params(&params);
    // A form without a script tells in the address what has become of it.
    let told = match params.get("told").as_deref() {
        Some("restored") => Some("It is back.".to_owned()),
        Some("late") => Some(format!(
            "It is too late to bring that back: a deletion can be undone for {UNDO_SECONDS} seconds."
        )),
        _ => None,
    };
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
            {told.map(|told| view! { <Notice>{told}</Notice> })}
            <Filters part="results".to_owned() search=start.search.clone()>
                <Choice name="status" label="Status" choices=&FILTERS chosen=start.status/>
                <Choice name="sort" label="Order" choices=&SORTS chosen=start.sort/>
            </Filters>
            <Suspense>
                {move || {
                    let selection = selection.clone();
                    Suspend::new(async move {
                        let Shown { page, undoable } = Shown::load(&selection).await;
                        let restore = selection.form_path(RESTORE_PATH);
                        view! {
                            // Always there, because assistive technology announces changes only in a region it knows.
                            <div id="undo" class="toasts" role="status">
                                {undoable
                                    .map(|Undoable { ids, seconds_left }| {
                                        view! { <Undo ids seconds=seconds_left part=PARTS.to_owned() action=restore/> }
                                    })}
                            </div>
                            <div id="results" class="results">
                                {match page {
                                    Ok(page) if page.items.is_empty() => {
                                        view! { <Nothing selection=selection.clone() page/> }.into_any()
                                    }
                                    Ok(page) => view! { <Results selection=selection.clone() page/> }.into_any(),
                                    Err(error) => view! { <ErrorNotice error/> }.into_any(),
                                }}
                            </div>
                        }
                    })
                }}
            </Suspense>
            <ChosenBar part=PARTS.to_owned() action=start.form_path(DELETE_PATH)/>
            <FollowAll part=PARTS.to_owned()/>
        </section>
    }
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
    chosen: &'static str,
) -> impl IntoView {
    view! {
        <select name=name aria-label=label>
            {choices
                .iter()
                .map(|&(key, name)| view! { <option value=key selected=key == chosen>{name}</option> })
                .collect_view()}
        </select>
    }
}

#[component]
fn Results(selection: Selection, page: Page<GenerationView>) -> impl IntoView {
    let Page { items, total, next, previous, .. } = page;
    let all = if total == 1 { "1 ad".to_owned() } else { format!("{} ads", grouped(total)) };
    let count = if selection.is_narrowed() { format!("{all} found") } else { all };
    view! {
        <p class="results-count" role="status">{count}</p>
        <CardGrid>
            {items
                .into_iter()
                .enumerate()
                .map(|(index, generation)| {
                    view! { <VideoCard generation is_choosable=true is_first=index < FIRST/> }
                })
                .collect_view()}
        </CardGrid>
        <Pages selection next previous/>
    }
}

#[component]
fn Nothing(selection: Selection, page: Page<GenerationView>) -> impl IntoView {
    if page.total > 0 {
        // All that was on this page is gone.
        view! {
            <div class="empty">
                <Icon name=icons::Film/>
                <h2>"Nothing on this page any more"</h2>
                <p>"What was here has been deleted."</p>
                <a href=Selection { cursor: None, ..selection }.path() class="button">"To the first page"</a>
            </div>
        }
        .into_any()
    } else if selection.is_narrowed() {
        let what = match selection.search.trim() {
            "" => "No ad has this status.".to_owned(),
            search => format!("No ad's title or prompt contains “{search}”."),
        };
        view! {
            <div class="empty">
                <Icon name=icons::Search/>
                <h2>"No results"</h2>
                <p>{what}</p>
                <a href=GALLERY_PATH class="button">"Show all ads"</a>
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
fn Pages(selection: Selection, next: Option<String>, previous: Option<String>) -> impl IntoView {
    let is_by_age = matches!(selection.sort, "" | "oldest");
    let (back, on) = match (is_by_age, selection.sort) {
        (true, "") => ("Newer", "Older"),
        (true, _) => ("Older", "Newer"),
        (false, _) => ("Previous", "Next"),
    };
    let link = move |cursor: String| Selection { cursor: Some(cursor), ..selection.clone() }.path();
    (next.is_some() || previous.is_some()).then(move || {
        view! {
            <nav class="pages" aria-label="Pages">
                {previous
                    .map(|cursor| {
                        view! {
                            <a href=link(cursor) class="button" rel="prev">
                                <Icon name=icons::Back/>
                                {back}
                            </a>
                        }
                    })}
                {next
                    .map(|cursor| {
                        view! {
                            <a href=link(cursor) class="button" rel="next">
                                {on}
                                <Icon name=icons::Forward/>
                            </a>
                        }
                    })}
            </nav>
        }
    })
}

/// "10,000".
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
        check(Selection::default(), "/gallery");
        check(
            Selection {
                search: "cold brew".into(),
                status: "failed",
                sort: "longest",
                cursor: Some("la00".into()),
            },
            "/gallery?search=cold%20brew&status=failed&sort=longest&cursor=la00",
        );
    }

    #[test]
    fn an_address_made_by_hand_is_read_kindly() {
        let mut params = ParamsMap::new();
        params.insert("status", "nonsense".to_owned());
        params.insert("sort", "cheapest".to_owned());
        params.insert("cursor", String::new());
        assert_eq!(Selection::from_params(&params), Selection::default());
    }

    #[test]
    fn a_form_leads_back() {
        let selection = Selection { search: "a&b".into(), ..Selection::default() };
        assert_eq!(selection.form_path(DELETE_PATH), "/gallery/delete?next=/gallery%3Fsearch%3Da%2526b");
    }

    #[test]
    fn large_numbers_can_be_read() {
        for (number, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), shown);
        }
    }
}
