//! What one ad was to cost, and did.

use admint_domain::{
    AppError, CostView, Estimate, EstimateLine, GenerationId, GenerationStatus, PurchaseState, PurchaseView,
    Usd,
};
use leptos::prelude::*;

use super::plain::{Cell, Columns, LimitForm, plain_page};
use crate::{
    components::{ErrorText, Notice, StatusBadge},
    display,
};

/// Below the video's own address.
pub fn cost_path(id: GenerationId) -> String {
    format!("/videos/{id}/cost")
}

/// The whole document; `problem` is what its form could not do.
pub fn cost_page(
    options: LeptosOptions,
    cost: Result<CostView, AppError>,
    problem: Option<AppError>,
) -> impl IntoView {
    plain_page(options, "Cost", move || {
        view! {
            <section class="page money">
                {problem.map(|error| view! { <ErrorText message=error.message/> })}
                {match cost {
                    Ok(cost) => view! { <Cost cost/> }.into_any(),
                    Err(error) => {
                        view! {
                            <h1>"Cost"</h1>
                            <ErrorText message=error.message/>
                            <p>
                                <a href="/gallery">"To your ads"</a>
                            </p>
                        }
                            .into_any()
                    }
                }}
            </section>
        }
    })
}

#[component]
fn Cost(cost: CostView) -> impl IntoView {
    let CostView { id, prompt, status, estimate, purchases, spent, cap } = cost;
    let called_off: Usd = purchases
        .iter()
        .filter(|purchase| purchase.state == PurchaseState::CalledOff)
        .filter_map(|purchase| purchase.settled_usd)
        .sum();
    let verdict =
        estimate.as_ref().and_then(|estimate| verdict(estimate, spent.settled_usd, spent.unknown, status));
    let csv = format!("/api/generations/{id}/ledger.csv");
    view! {
        <p class="crumb">
            <a href=format!("/videos/{id}")>"Back to the video"</a>
        </p>
        <h1>"Cost"</h1>
        <p class="money-prompt">{prompt} " " <StatusBadge status/></p>
        <dl class="figures">
            <div>
                <dt>"Estimated before the click"</dt>
                <dd>{estimate.as_ref().map_or_else(|| "no estimate".to_owned(), |estimate| estimate.text.clone())}</dd>
            </div>
            <div>
                <dt>"Actual"</dt>
                <dd>{spent.to_string()}</dd>
            </div>
        </dl>
        {verdict.map(|verdict| view! { <p>{verdict}</p> })}
        {(spent.unknown > 0)
            .then(|| view! { <Notice>{unknown_bills(spent.unknown)}</Notice> })}
        {(called_off > Usd::ZERO)
            .then(|| {
                view! {
                    <Notice>
                        {format!(
                            "{called_off} of it is for what was under way when this ad was cancelled. Its vendor was told, \
                             and may bill it all the same, so it is booked.",
                        )}
                    </Notice>
                }
            })}
        <h2>"What was bought"</h2>
        {if purchases.is_empty() {
            view! { <p class="quiet-text">"Nothing yet. What is bought for this ad will stand here, with its price."</p> }
                .into_any()
        } else {
            view! {
                <table class="ledger" role="table">
                    <caption class="visually-hidden">"Purchases, the oldest first"</caption>
                    <Columns names=vec!["What", "By", "Reserved", "Booked", "State", "When"]/>
                    <tbody role="rowgroup">
                        {purchases.into_iter().map(|purchase| view! { <Purchase purchase/> }).collect_view()}
                    </tbody>
                </table>
                <p>
                    <a href=csv class="button" download="">"Download as CSV"</a>
                </p>
            }
                .into_any()
        }}
        {estimate.map(|estimate| view! { <HowItWasComeBy estimate/> })}
        <Cap id cap/>
    }
}

/// Whether the estimate held, where that can be said.
fn verdict(estimate: &Estimate, actual: Usd, unknown: u32, status: GenerationStatus) -> Option<String> {
    let high = estimate.high_usd?;
    if status != GenerationStatus::Completed || unknown > 0 {
        return None;
    }
    Some(if estimate.is_free && actual == Usd::ZERO {
        "As it was said: this ad cost nothing.".to_owned()
    } else if actual > high {
        format!("It cost {} more than the estimate's higher end.", actual.saturating_sub(high))
    } else if actual < estimate.low_usd {
        format!("It cost {} less than the estimate's lower end.", estimate.low_usd.saturating_sub(actual))
    } else {
        "It cost what was estimated.".to_owned()
    })
}

fn unknown_bills(count: u32) -> String {
    match count {
        1 => "The price of one purchase is not known, so the sum is the least that was spent.".to_owned(),
        more => {
            format!("The prices of {more} purchases are not known, so the sum is the least that was spent.")
        }
    }
}

#[component]
fn Purchase(purchase: PurchaseView) -> impl IntoView {
    let by = match &purchase.model {
        Some(model) => format!("{model} ({})", purchase.provider),
        None => purchase.provider.clone(),
    };
    let reserved = purchase.reserved_usd.map_or_else(|| "unknown".to_owned(), |amount| amount.to_string());
    let booked = match (purchase.settled_at, purchase.settled_usd) {
        (None, _) => "not yet".to_owned(),
        (Some(_), None) => "unknown".to_owned(),
        (Some(_), Some(amount)) => amount.to_string(),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{capitalised(&purchase.what)}</th>
            <Cell name="By">{by}</Cell>
            <Cell name="Reserved">{reserved}</Cell>
            <Cell name="Booked">{booked}</Cell>
            <Cell name="State">{state(purchase.state)}</Cell>
            <Cell name="When">{display::date_and_time(purchase.at)}</Cell>
        </tr>
    }
}

pub(crate) const fn state(state: PurchaseState) -> &'static str {
    match state {
        PurchaseState::Paid => "paid",
        PurchaseState::Open => "open",
        PurchaseState::CalledOff => "cancelled, may be billed",
        PurchaseState::Free => "free",
        PurchaseState::NotBilled => "not billed",
        PurchaseState::Unknown => "unknown",
    }
}

#[component]
fn HowItWasComeBy(estimate: Estimate) -> impl IntoView {
    let Estimate { text, lines, notes, .. } = estimate;
    view! {
        <details class="estimate">
            <summary>{format!("How the estimate of {text} was come by")}</summary>
            <table class="ledger" role="table">
                <caption class="visually-hidden">"The estimate, line by line"</caption>
                <Columns names=vec!["For", "By", "Estimate", "How"]/>
                <tbody role="rowgroup">
                    {lines
                        .into_iter()
                        .map(|line| {
                            let range = range(&line);
                            view! {
                                <tr role="row">
                                    <th role="rowheader" scope="row">{line.name}</th>
                                    <Cell name="By">{line.by}</Cell>
                                    <Cell name="Estimate">{range}</Cell>
                                    <Cell name="How">{line.basis}</Cell>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
            {notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view()}
        </details>
    }
}

fn range(line: &EstimateLine) -> String {
    match (line.low_usd, line.high_usd) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) if low > Usd::ZERO => format!("at least {low}"),
        _ => "unknown".to_owned(),
    }
}

/// The maker's own limit, which can be changed until everything is bought.
#[component]
fn Cap(id: GenerationId, cap: Option<Usd>) -> impl IntoView {
    view! {
        <h2>"Limit"</h2>
        <LimitForm
            path=cost_path(id)
            label="The most that may be spent on this ad, in US dollars"
            limit=cap
            note="Nothing is bought beyond it. If the ad stopped at its limit, raise it here and try the ad again: what was made is kept."
        />
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use admint_domain::EstimatePart;

    use super::*;

    #[test]
    fn whether_an_estimate_held_is_said_where_it_is_known() {
        let line = |low: i64, high: Option<i64>| EstimateLine {
            part: EstimatePart::Scene,
            name: "Scene 1".into(),
            by: "kling-2.6".into(),
            low_usd: Some(Usd::from_micros(low)),
            high_usd: high.map(Usd::from_micros),
            basis: String::new(),
        };
        let check = |low, high, actual, unknown, says: Option<&str>| {
            let estimate = Estimate::of("m", vec![line(low, high)], Vec::new());
            let found = verdict(&estimate, Usd::from_micros(actual), unknown, GenerationStatus::Completed);
            assert_eq!(found.as_deref(), says);
        };
        check(0, Some(0), 0, 0, Some("As it was said: this ad cost nothing."));
        check(100_000, Some(200_000), 100_000, 0, Some("It cost what was estimated."));
        check(100_000, Some(200_000), 250_000, 0, Some("It cost $0.05 more than the estimate's higher end."));
        check(100_000, Some(200_000), 50_000, 0, Some("It cost $0.05 less than the estimate's lower end."));
        check(100_000, None, 250_000, 0, None);
        check(100_000, Some(200_000), 100_000, 1, None);
    }
}
