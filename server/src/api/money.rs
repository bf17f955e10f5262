//! What an ad will cost, what may be spent, and the ledger as a table.

use admint_domain::{
    AppError, CreateGeneration, ErrorBody, Estimate, GenerationId, LedgerQuery, PurchaseView, Usd,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use chrono::{NaiveDate, SecondsFormat};
use serde::Deserialize;

use super::{error::ApiError, generations::Generation, json::ApiJson, query::ApiQuery};
use crate::{auth::caller::CurrentCaller, state::AppState};

/// What an ad would cost, as a range with its lines. Nothing is made.
#[utoipa::path(
    post,
    path = "/api/estimates",
    tag = "money",
    security(("bearer" = [])),
    request_body = CreateGeneration,
    responses(
        (status = OK, body = Estimate),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn estimate(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiJson(request): ApiJson<CreateGeneration>,
) -> Result<Json<Estimate>, ApiError> {
    Ok(Json(state.backend.estimate(caller.user.id, request).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitRequest {
    /// US dollars; null for no limit of your own.
    #[schema(value_type = Option<f64>)]
    max_usd: Option<Usd>,
}

impl LimitRequest {
    fn checked(self) -> Result<Option<Usd>, AppError> {
        match self.max_usd {
            Some(amount) if !(0..=1_000_000_000_000).contains(&amount.micros()) => {
                Err(AppError::invalid("max_usd", "The most that may be spent is from 0 to 1000000."))
            }
            amount => Ok(amount),
        }
    }
}

/// Sets the most that may be spent on an ad that is there.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/limit",
    tag = "money",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    request_body = LimitRequest,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn limit_ad(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
    ApiJson(request): ApiJson<LimitRequest>,
) -> Result<StatusCode, ApiError> {
    state.backend.limit_ad(caller.user.id, id, request.checked()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the most that you want to spend in a calendar month, UTC.
#[utoipa::path(
    post,
    path = "/api/user/limit",
    tag = "money",
    security(("bearer" = [])),
    request_body = LimitRequest,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn limit_month(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiJson(request): ApiJson<LimitRequest>,
) -> Result<StatusCode, ApiError> {
    state.backend.limit_month(caller.user.id, request.checked()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LedgerDays {
    /// The first day, such as `2026-11-01`, UTC.
    from: Option<NaiveDate>,
    /// The last day.
    to: Option<NaiveDate>,
}

/// All your purchases as CSV, those of deleted videos among them.
#[utoipa::path(
    get,
    path = "/api/ledger.csv",
    tag = "money",
    security(("bearer" = [])),
    params(LedgerDays),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
pub async fn ledger(
    State(state): State<AppState>,
    caller: CurrentCaller,
    ApiQuery(LedgerDays { from, to }): ApiQuery<LedgerDays>,
) -> Result<impl IntoResponse, ApiError> {
    let purchases =
        state.backend.purchases(caller.user.id, LedgerQuery { generation: None, from, to }).await?;
    table("admint-ledger.csv", &purchases)
}

/// One ad's purchases as CSV.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/ledger.csv",
    tag = "money",
    security(("bearer" = [])),
    params(("id" = GenerationId, Path)),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
pub async fn ledger_of(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Generation(id): Generation,
) -> Result<impl IntoResponse, ApiError> {
    let query = LedgerQuery { generation: Some(id), ..LedgerQuery::default() };
    let purchases = state.backend.purchases(caller.user.id, query).await?;
    table(&format!("admint-{id}.csv"), &purchases)
}

fn table(name: &str, purchases: &[PurchaseView]) -> Result<impl IntoResponse + use<>, ApiError> {
    let text = csv(purchases).map_err(|error| {
        tracing::error!(%error, "the ledger could not be written as a table");
        AppError::internal()
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text))
}

const COLUMNS: [&str; 9] =
    ["time", "video", "what", "provider", "model", "reserved_usd", "settled_usd", "state", "settled_at"];

/// What is unknown is empty; `state` says whether it is unknown or only open.
pub fn csv(purchases: &[PurchaseView]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for purchase in purchases {
        let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let amount = |amount: Option<Usd>| amount.map(Usd::decimal).unwrap_or_default();
        let cells = [
            time(purchase.at),
            purchase.generation.map(|id| id.to_string()).unwrap_or_default(),
            purchase.what.clone(),
            purchase.provider.clone(),
            purchase.model.clone().unwrap_or_default(),
            amount(purchase.reserved_usd),
            amount(purchase.settled_usd),
            purchase.state.as_str().to_owned(),
            purchase.settled_at.map(time).unwrap_or_default(),
        ];
        writer.write_record(cells.into_iter().map(no_formula))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A spreadsheet takes a cell that begins so for a formula, and runs it; after an apostrophe it is text.
fn no_formula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use admint_domain::PurchaseState;

    use super::*;

    #[test]
    fn the_table_is_quoted_runs_nothing_and_leaves_the_unknown_empty() {
        let at = chrono::DateTime::from_timestamp(1_795_439_109, 0).unwrap();
        let purchase = |what: &str, settled_usd, state| PurchaseView {
            generation: None,
            what: what.into(),
            provider: "replicate".into(),
            model: Some("=cmd|' /C calc'!A0".into()),
            reserved_usd: Some(Usd::from_micros(350_000)),
            settled_usd,
            state,
            at,
            settled_at: None,
        };
        let text = csv(&[
            purchase("scene 1, \"hook\"", Some(Usd::from_micros(12_500)), PurchaseState::Paid),
            purchase("@scene", None, PurchaseState::Unknown),
        ]);
        let text = String::from_utf8(text.unwrap()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(
            lines[1],
            "2026-11-23T13:05:09Z,,\"scene 1, \"\"hook\"\"\",replicate,'=cmd|' /C calc'!A0,0.35,0.0125,paid,"
        );
        assert_eq!(lines[2], "2026-11-23T13:05:09Z,,'@scene,replicate,'=cmd|' /C calc'!A0,0.35,,unknown,");
    }
}
