//! Planners that are bought, and what becomes of an ad when one of them fails.

use std::sync::Arc;

use admint_domain::{AdSpec, Backend, Brief, GenerationStatus, Origins, Price, Provenance, ScenePlan, Usd};
use admint_providers::{Failure, Fallback, IdempotencyKey, Planned, Planner, ProviderError, Scripted};
use admint_store::{AssetKind, LedgerLine};
use async_trait::async_trait;

use crate::support::{Desk, create};

const RESERVED: Usd = Usd::from_micros(50_000);
const SPENT: Usd = Usd::from_micros(1_200);

/// Sells specifications, and is overloaded when it comes to scenes.
#[derive(Clone, Copy)]
struct Half;

#[async_trait]
impl Planner for Half {
    fn name(&self) -> &'static str {
        "half"
    }

    fn origins(&self, _brief: &Brief) -> Origins {
        Origins::default()
    }

    fn price(&self, _brief: &Brief) -> Price {
        Price::Known(RESERVED)
    }

    async fn write_spec(&self, brief: &Brief, key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        let spec = Scripted::default().write_spec(brief, key).await?.result;
        let planned = Planned::by("half", spec, Price::Known(SPENT));
        Ok(Planned { by: "half model-x".into(), ..planned })
    }

    async fn plan_scenes(
        &self,
        _brief: &Brief,
        _spec: &AdSpec,
        _key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        let error = ProviderError::Unreachable { provider: "half", reason: "status 529".into() };
        Err(Failure { error, cost: Price::Known(SPENT) })
    }
}

fn line(provider: &str, operation: &str, reserved: Usd, settled: Usd) -> LedgerLine {
    LedgerLine {
        scene: None,
        provider: provider.into(),
        operation: operation.into(),
        reserved: Price::Known(reserved),
        settled: Some(Price::Known(settled)),
    }
}

#[tokio::test]
async fn an_ad_whose_planner_fails_is_planned_by_the_next_and_says_so() {
    let chain = Fallback::new(Arc::new(Half), vec![Arc::new(Scripted::default())]);
    let desk = Desk::planned_by(chain, Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;

    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);
    let note = "The scenes: half does not answer at the moment; scripted was asked instead.";
    assert_eq!(view.left_out, [note]);
    let record = desk.asset(id, AssetKind::Provenance).await.unwrap();
    let record: Provenance = serde_json::from_slice(&std::fs::read(desk.path(&record.key)).unwrap()).unwrap();
    assert_eq!(record.planner, "half model-x (specification), scripted (scenes)");
    assert_eq!(record.left_out, [note]);

    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    assert_eq!(
        ledger[..2],
        [line("half", "specification", RESERVED, SPENT), line("half", "scenes", RESERVED, SPENT)]
    );
    assert_eq!(view.cost_usd, Some(SPENT + SPENT));
}

#[tokio::test]
async fn a_failure_that_nobody_follows_is_paid_and_told() {
    let desk = Desk::planned_by(Refuses, Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed);
    assert!(view.error.as_ref().is_some_and(|error| error.contains("refused")), "{:?}", view.error);
    let ledger = desk.store.ledger_of(desk.user, id).await.unwrap();
    assert_eq!(ledger, [line("refuses", "specification", RESERVED, SPENT)]);
}

struct Refuses;

#[async_trait]
impl Planner for Refuses {
    fn name(&self) -> &'static str {
        "refuses"
    }

    fn origins(&self, _brief: &Brief) -> Origins {
        Origins::default()
    }

    fn price(&self, brief: &Brief) -> Price {
        Half.price(brief)
    }

    async fn write_spec(&self, _brief: &Brief, _key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        let error = ProviderError::Refused { provider: "refuses", reason: "no".into() };
        Err(Failure { error, cost: Price::Known(SPENT) })
    }

    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        Half.plan_scenes(brief, spec, key).await
    }
}

#[tokio::test]
async fn what_a_limit_leaves_nothing_for_is_planned_by_studio() {
    let desk = Desk::planned_by(Half, Scripted::default()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.pipeline.limit_ad(desk.user, id, Some(SPENT)).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(
        (view.status, view.cost_usd),
        (GenerationStatus::Completed, Some(Usd::ZERO)),
        "{:?}",
        view.error
    );
    assert!(view.left_out[0].contains("specification costs $0.05"), "{:?}", view.left_out);
    let record = desk.asset(id, AssetKind::Provenance).await.unwrap();
    let record: Provenance = serde_json::from_slice(&std::fs::read(desk.path(&record.key)).unwrap()).unwrap();
    assert_eq!(record.planner, "studio");
}
