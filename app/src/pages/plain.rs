//! What the pages about money, the account and the installation have in common.

use admint_domain::Usd;
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};

use crate::document::document;

/// The pages of one's own account and installation, which lead to each other.
const ACCOUNT_PAGES: [(&str, &str); 4] =
    [("/profile", "Profile"), ("/spending", "Spending"), ("/models", "Models"), ("/settings", "Settings")];

/// The whole document around `body`, with the sheet of the pages about money and settings.
pub(crate) fn plain_page<V: IntoView + 'static>(
    options: LeptosOptions,
    title: &'static str,
    body: impl FnOnce() -> V + Send + 'static,
) -> impl IntoView {
    document(options, move || {
        view! {
            <Title text=title/>
            <Stylesheet href="/money.css"/>
            {body()}
        }
    })
}

/// Links to the account's other pages.
#[component]
pub(crate) fn AccountPages(here: &'static str) -> impl IntoView {
    view! {
        <nav class="account-pages" aria-label="Account">
            {ACCOUNT_PAGES
                .into_iter()
                .map(|(path, name)| {
                    view! { <a href=path aria-current=(path == here).then_some("page")>{name}</a> }
                })
                .collect_view()}
        </nav>
    }
}

/// A limit for spending, which may be left empty.
#[component]
pub(crate) fn LimitForm(
    path: String,
    label: &'static str,
    limit: Option<Usd>,
    note: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=path class="cap" data-keep="">
            <div class="field">
                <label for="max_usd">{label}</label>
                <input
                    type="text"
                    inputmode="decimal"
                    id="max_usd"
                    name="max_usd"
                    autocomplete="off"
                    placeholder="no limit"
                    value=limit.map(Usd::decimal).unwrap_or_default()
                    aria-describedby="max_usd-note"
                />
                <p id="max_usd-note" class="field-note">{note}</p>
            </div>
            <button type="submit" class="button">"Set the limit"</button>
        </form>
    }
}

/// A cell whose column's name stands beside it where the table is too wide for the screen.
#[component]
pub(crate) fn Cell(name: &'static str, children: Children) -> impl IntoView {
    view! { <td role="cell" data-name=name>{children()}</td> }
}

/// The names of a table's columns.
#[component]
pub(crate) fn Columns(names: Vec<&'static str>) -> impl IntoView {
    view! {
        <thead role="rowgroup">
            <tr role="row">
                {names.into_iter().map(|name| view! { <th role="columnheader" scope="col">{name}</th> }).collect_view()}
            </tr>
        </thead>
    }
}
