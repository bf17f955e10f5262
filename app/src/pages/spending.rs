//! What a user has spent, and the limit of a month.

use admint_domain::{AppError, Budget, Limit, ModelSpending, SpendingView, Spent, Usd};
use leptos::prelude::*;

use super::plain::{AccountPages, Cell, Columns, LimitForm, plain_page};
use crate::components::{ErrorText, Notice};

/// Where the page stands, and where its form is sent.
pub const SPENDING_PATH: &str = "/spending";

/// The whole document; `problem` is what its form could not do.
pub fn spending_page(
    options: LeptosOptions,
    spending: Result<SpendingView, AppError>,
    problem: Option<AppError>,
) -> impl IntoView {
    plain_page(options, "Spending", move || {
        view! {
            <section class="page money">
                <AccountPages here=SPENDING_PATH/>
                <h1>"Spending"</h1>
                {problem.map(|error| view! { <ErrorText message=error.message/> })}
                {match spending {
                    Ok(spending) => view! { <Spending spending/> }.into_any(),
                    Err(error) => view! { <ErrorText message=error.message/> }.into_any(),
                }}
            </section>
        }
    })
}

#[component]
fn Spending(spending: SpendingView) -> impl IntoView {
    let SpendingView { month, spent, budgets, own_cap, months, models } = spending;
    let is_empty = models.is_empty();
    view! {
        <h2>{month.to_string()}</h2>
        <p class="money-sum">{spent.to_string()}</p>
        {(spent.unknown > 0)
            .then(|| {
                view! {
                    <Notice>
                        "Some of this month's purchases have no known price; limits count what was reserved for them, where that is known."
                    </Notice>
                }
            })}
        {if budgets.is_empty() {
            view! { <p class="quiet-text">"No limit holds for this month. Set one below, if you like."</p> }.into_any()
        } else {
            budgets.into_iter().map(|budget| view! { <Bar budget/> }).collect_view().into_any()
        }}
        <LimitForm
            path=SPENDING_PATH.to_owned()
            label="The most that I want to spend in a month, in US dollars"
            limit=own_cap
            note="Months are calendar months, UTC. Nothing is bought beyond the limit; what Studio makes costs nothing, and is always possible. Leave it empty for no limit of your own."
        />
        {if is_empty {
            view! {
                <div class="empty">
                    <h2>"Nothing was bought"</h2>
                    <p>"What Studio plans, draws, plays and says is free. When a model is paid, it stands here."</p>
                    <a href="/models" class="button">"Show the models"</a>
                </div>
            }
                .into_any()
        } else {
            view! {
                <h2>"By model"</h2>
                <table class="ledger" role="table">
                    <caption class="visually-hidden">"The last twelve months by model"</caption>
                    <Columns names=vec!["Model", "Purchases", "Spent", "Ads estimated", "Estimated", "Actual"]/>
                    <tbody role="rowgroup">
                        {models.into_iter().map(|model| view! { <ByModel model/> }).collect_view()}
                    </tbody>
                </table>
                <p class="quiet-text">
                    "Estimated and actual are of finished ads that are still there; an ad's music and plan count with the model of its clips."
                </p>
                {(!months.is_empty())
                    .then(|| {
                        view! {
                            <h2>"Earlier months"</h2>
                            <table class="ledger narrow" role="table">
                                <caption class="visually-hidden">"Earlier months, the newest first"</caption>
                                <Columns names=vec!["Month", "Spent"]/>
                                <tbody role="rowgroup">
                                    {months
                                        .into_iter()
                                        .map(|(month, spent): (_, Spent)| {
                                            view! {
                                                <tr role="row">
                                                    <th role="rowheader" scope="row">{month.to_string()}</th>
                                                    <Cell name="Spent">{spent.to_string()}</Cell>
                                                </tr>
                                            }
                                        })
                                        .collect_view()}
                                </tbody>
                            </table>
                        }
                    })}
            }
                .into_any()
        }}
        <p>
            <a href="/api/ledger.csv" class="button" download="">"Download every purchase as CSV"</a>
        </p>
    }
}

#[component]
fn Bar(budget: Budget) -> impl IntoView {
    let whose = match budget.limit {
        Limit::OperatorsMonth | Limit::OperatorsAd => "The operator's limit",
        Limit::Month | Limit::Ad => "Your limit",
    };
    let text = format!("{whose}: {} of {} taken, {} left", budget.taken, budget.cap, budget.left());
    // A limit of nothing is always reached.
    let (most, value) =
        (budget.cap.micros().max(1), budget.taken.micros().clamp(0, budget.cap.micros().max(1)));
    let value = if budget.cap == Usd::ZERO { 1 } else { value };
    view! {
        <div class="budget">
            <p>{text}</p>
            <progress max=most value=value aria-label=whose></progress>
        </div>
    }
}

#[component]
fn ByModel(model: ModelSpending) -> impl IntoView {
    let has_ads = model.ads > 0;
    let estimated = format!("{} to {}", model.estimated_low, model.estimated_high);
    let or_none = move |text: String| if has_ads { text } else { "none yet".to_owned() };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{model.model}</th>
            <Cell name="Purchases">{model.purchases}</Cell>
            <Cell name="Spent">{model.spent.to_string()}</Cell>
            <Cell name="Ads estimated">{model.ads}</Cell>
            <Cell name="Estimated">{or_none(estimated)}</Cell>
            <Cell name="Actual">{or_none(model.actual.to_string())}</Cell>
        </tr>
    }
}
