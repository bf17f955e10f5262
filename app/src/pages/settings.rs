//! Whom this installation asks, whether they answer, and which models there are.

use admint_domain::AppError;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::plain::{AccountPages, Cell, Columns, plain_page};
use crate::{components::ErrorText, display};

/// Where the page stands, and where its button leads.
pub const SETTINGS_PATH: &str = "/settings";
pub const MODELS_PATH: &str = "/models";

/// A vendor or server that AdMint may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    pub name: &'static str,
    pub used_for: &'static str,
    /// What an operator sets to use it.
    pub settings: &'static [&'static str],
    /// What was chosen cannot be made without it.
    pub is_needed: bool,
    pub state: ServiceState,
    pub checked_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    NotConfigured,
    NotChecked,
    Fine,
    /// The end of a sentence that begins with its name.
    Trouble(&'static str),
}

/// A model of the catalogue, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRow {
    pub id: String,
    pub title: String,
    pub kinds: String,
    pub lengths: String,
    pub shapes: String,
    pub price: String,
    /// The day and the page of the price.
    pub price_source: Option<(String, String)>,
    pub latency: String,
    pub state: String,
}

pub fn settings_page(
    options: LeptosOptions,
    services: Vec<ServiceView>,
    now: DateTime<Utc>,
) -> impl IntoView {
    let can_check = services.iter().any(|service| service.state != ServiceState::NotConfigured);
    plain_page(options, "Settings", move || {
        view! {
            <section class="page money">
                <AccountPages here=SETTINGS_PATH/>
                <h1>"Settings"</h1>
                <p>
                    "Who can be asked to plan ads and to make their clips. Who runs this server decides that, by the settings named here; keys are never shown."
                </p>
                <ul class="services" role="list">
                    <li>
                        <h2>"Studio"</h2>
                        <p>"Plans, draws, plays and speaks on this server, for nothing."</p>
                        <p class="service-state fine">"Ready"</p>
                    </li>
                    {services.into_iter().map(|service| view! { <Service service now/> }).collect_view()}
                </ul>
                {if can_check {
                    view! {
                        <form method="post" action=SETTINGS_PATH>
                            <button type="submit" class="button primary">"Check now"</button>
                        </form>
                        <p class="quiet-text">"Nothing is bought. What was found holds for a minute."</p>
                    }
                        .into_any()
                } else {
                    view! {
                        <p class="quiet-text">
                            "Nobody else is configured, so there is nothing to check: every ad is Studio's, and free."
                        </p>
                    }
                        .into_any()
                }}
            </section>
        }
    })
}

#[component]
fn Service(service: ServiceView, now: DateTime<Utc>) -> impl IntoView {
    let ServiceView { name, used_for, settings, is_needed, state, checked_at } = service;
    let (class, text) = match state {
        ServiceState::NotConfigured if is_needed => {
            ("service-state trouble", "Not configured, and needed".to_owned())
        }
        ServiceState::NotConfigured => ("service-state", "Not configured".to_owned()),
        ServiceState::NotChecked => ("service-state", "Configured, not checked yet".to_owned()),
        ServiceState::Fine => ("service-state fine", "Configured, reachable and authorised".to_owned()),
        ServiceState::Trouble(what) => ("service-state trouble", format!("It {what}")),
    };
    let is_wanting = matches!(state, ServiceState::NotConfigured | ServiceState::Trouble(_));
    let checked = checked_at.map(|at| {
        let ago = (now - at).num_seconds().max(0);
        if ago < 60 {
            format!("Checked {ago} s ago")
        } else {
            format!("Checked {}", display::date_and_time(at))
        }
    });
    view! {
        <li>
            <h2>{name}</h2>
            <p>{used_for} "."</p>
            <p class=class>{text}</p>
            {checked.map(|checked| view! { <p class="quiet-text">{checked}</p> })}
            {is_wanting
                .then(|| {
                    view! {
                        <p class="quiet-text">
                            "To use it, the operator sets "
                            {settings
                                .iter()
                                .enumerate()
                                .map(|(index, setting)| {
                                    view! {
                                        {(index > 0).then_some(" and ")}
                                        <code>{*setting}</code>
                                    }
                                })
                                .collect_view()} "."
                        </p>
                    }
                })}
        </li>
    }
}

pub fn models_page(options: LeptosOptions, models: Result<Vec<ModelRow>, AppError>) -> impl IntoView {
    plain_page(options, "Models", move || {
        view! {
            <section class="page money">
                <AccountPages here=MODELS_PATH/>
                <h1>"Models"</h1>
                <p>
                    "What can make an ad's pictures here. Prices are the vendors' own, as read on the day beside them: look there before you rely on one. What is unknown is not free."
                </p>
                {match models {
                    Ok(models) => {
                        view! {
                            <table class="ledger" role="table">
                                <caption class="visually-hidden">"Every model"</caption>
                                <Columns names=vec![
                                    "Model",
                                    "Makes",
                                    "Lengths",
                                    "Shapes",
                                    "Price",
                                    "Takes",
                                    "State",
                                ]/>
                                <tbody role="rowgroup">
                                    {models.into_iter().map(|model| view! { <Model model/> }).collect_view()}
                                </tbody>
                            </table>
                        }
                            .into_any()
                    }
                    Err(error) => view! { <ErrorText message=error.message/> }.into_any(),
                }}
            </section>
        }
    })
}

#[component]
fn Model(model: ModelRow) -> impl IntoView {
    let source = model.price_source.map(|(day, page)| {
        view! { <a class="source" href=page rel="noreferrer">{format!("as of {day}")}</a> }
    });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                {model.title}
                <code>{model.id}</code>
            </th>
            <Cell name="Makes">{model.kinds}</Cell>
            <Cell name="Lengths">{model.lengths}</Cell>
            <Cell name="Shapes">{model.shapes}</Cell>
            <Cell name="Price">
                <span>{model.price}</span>
                {source}
            </Cell>
            <Cell name="Takes">{model.latency}</Cell>
            <Cell name="State">{model.state}</Cell>
        </tr>
    }
}
