//! What an ad will cost, said before the click; limits that hold; and what it did cost.

use std::sync::Arc;

use admint_domain::{
    AppError, Backend, CreateGeneration, ErrorCode, Estimate, EstimatePart, GenerationStatus, LedgerQuery,
    PurchaseState, Usd,
};
use admint_pipeline::{Catalogue, Limits, Providers, ReplicateAccess};
use admint_providers::{Scripted, VideoModel, VideoModels};
use admint_store::AssetStore;

use crate::support::{Desk, create};

const PRICE: Usd = Usd::from_micros(100_000);

fn cents(amount: i64) -> Usd {
    Usd::from_micros(amount * 10_000)
}

/// Studio for everything but clips, which are bought of this model. Nobody answers there, and nobody is asked.
fn bought_of(model: &'static str) -> impl FnOnce(Providers, &AssetStore) -> Providers {
    move |_, assets| {
        let access = ReplicateAccess { token: "x".into(), base: "http://127.0.0.1:9".into() };
        let known = Catalogue::embedded().model(model).unwrap().clone();
        let studio = Providers::studio(assets);
        let known = studio.with_replicate(access, [known], Limits::default(), assets, None).unwrap();
        known.asking(&[model]).unwrap()
    }
}

async fn estimate(desk: &Desk, request: CreateGeneration) -> Estimate {
    desk.pipeline.estimate(desk.user, request).await.unwrap()
}

fn seconds(seconds: u32) -> CreateGeneration {
    CreateGeneration {
        duration_seconds: Some(seconds),
        ..create("A cold brew for busy developers in Berlin")
    }
}

#[tokio::test]
async fn studio_alone_costs_nothing_and_says_so() {
    let desk = Desk::studio().await;
    for voice in [false, true] {
        let free = estimate(&desk, CreateGeneration { voice, seed: None, ..seconds(20) }).await;
        assert_eq!((free.text.as_str(), free.is_free, free.high_usd), ("$0.00", true, Some(Usd::ZERO)));
        assert!(free.unknown.is_empty() && free.lines.iter().all(|line| line.high_usd == Some(Usd::ZERO)));
    }
    // No limit is too low for it, and nothing of it is in anybody's way.
    let request = CreateGeneration { max_cost_usd: Some(Usd::ZERO), ..seconds(9) };
    desk.pipeline.create_generation(desk.user, request).await.unwrap();
}

#[tokio::test]
async fn a_price_rule_makes_a_range_by_scenes() {
    let desk = Desk::scripted_with(Scripted::default(), bought_of("kling-2.6")).await;
    let kling = estimate(&desk, seconds(15)).await;
    let scenes: Vec<_> = kling.lines.iter().filter(|line| line.part == EstimatePart::Scene).collect();
    assert_eq!((scenes.len(), scenes[0].low_usd, scenes[0].by.as_str()), (4, Some(cents(35)), "kling-2.6"));
    assert_eq!(scenes[0].basis, "by the price rule of 2026-10-06");
    // A clip is of 5 or of 10 seconds; the dearest scene may have to be bought once more.
    let prices: Vec<Usd> = scenes.iter().map(|scene| scene.high_usd.unwrap()).collect();
    assert!(prices.iter().all(|price| [cents(35), cents(70)].contains(price)), "{kling:?}");
    let (sum, dearest): (Usd, Usd) = (prices.iter().copied().sum(), prices.iter().copied().max().unwrap());
    assert_eq!((kling.low_usd, kling.high_usd), (sum, Some(sum + dearest)), "{kling:?}");
    assert!(kling.lines.iter().any(|line| line.basis.contains("too few ads")), "{kling:?}");
    // By the second, a seed that is not known yet moves the cuts.
    let desk = Desk::scripted_with(Scripted::default(), bought_of("seedance-1-pro")).await;
    let exact = estimate(&desk, seconds(15)).await;
    let rough = estimate(&desk, CreateGeneration { seed: None, ..seconds(15) }).await;
    assert!(rough.low_usd <= exact.low_usd && rough.high_usd >= exact.high_usd, "{rough:?}\n{exact:?}");
    let widths = rough.lines.iter().filter(|line| line.high_usd > line.low_usd).count();
    assert!(widths > 1, "{rough:?}");
    let animatic = estimate(&desk, CreateGeneration { animatic: true, ..seconds(15) }).await;
    assert!(animatic.is_free && animatic.notes[0].contains("Studio draws the whole ad first"));
}

#[tokio::test]
async fn what_is_unknown_is_named_and_not_bought_under_a_limit() {
    let desk = Desk::scripted_with(Scripted::default(), bought_of("pixverse-5")).await;
    let unknown = estimate(&desk, seconds(9)).await;
    assert_eq!((unknown.text.as_str(), unknown.high_usd, unknown.is_free), ("unknown", None, false));
    assert_eq!(unknown.unknown, ["Scene 1", "Scene 2", "Scene 3", "Scenes bought again"]);
    desk.pipeline.create_generation(desk.user, seconds(9)).await.unwrap();
    let refused = refusal(&desk, CreateGeneration { max_cost_usd: Some(cents(1_000)), ..seconds(9) }).await;
    assert!(
        refused.message.contains("not known") && refused.message.contains("drawn by Studio"),
        "{refused}"
    );
}

async fn refusal(desk: &Desk, request: CreateGeneration) -> AppError {
    let error = desk.pipeline.create_generation(desk.user, request).await.unwrap_err();
    assert_eq!((error.code, error.code.http_status()), (ErrorCode::OverBudget, 402), "{error}");
    error
}

#[tokio::test]
async fn what_is_over_a_limit_is_refused_with_the_cheapest_plan_that_fits() {
    let desk = Desk::scripted_with(Scripted::default(), bought_of("kling-2.6")).await;
    let capped = |cap| CreateGeneration { max_cost_usd: Some(cap), ..seconds(15) };
    let whole = estimate(&desk, seconds(15)).await;
    let cap = whole.low_usd.saturating_sub(cents(1));
    let refused = refusal(&desk, capped(cap)).await;
    let suggestion = refused.suggestion.as_deref().unwrap();
    let shorter = suggestion.duration_seconds.unwrap();
    assert!(shorter < 15 && suggestion.cost <= cap && suggestion.model.is_none(), "{refused}");
    assert!(refused.message.contains(&whole.text) && refused.message.contains(&cap.to_string()), "{refused}");
    let fits = format!("{shorter} seconds for {}, or drawn by Studio for $0.00", suggestion.cost);
    assert!(refused.message.contains(&fits), "{refused}");
    // It is what it costs, and the longest that fits.
    assert_eq!(estimate(&desk, seconds(shorter)).await.low_usd, suggestion.cost);
    assert!(estimate(&desk, seconds(shorter + 1)).await.low_usd > cap);
    desk.create(CreateGeneration { duration_seconds: Some(shorter), ..capped(cap) }).await;

    let refused = refusal(&desk, capped(cents(50))).await;
    let suggestion = refused.suggestion.as_deref().unwrap();
    assert_eq!(
        (suggestion.duration_seconds, suggestion.model.as_deref()),
        (None, Some("studio")),
        "{refused}"
    );
    desk.create(CreateGeneration { model: Some("studio".into()), ..capped(cents(50)) }).await;

    desk.pipeline.limit_month(desk.user, Some(cap)).await.unwrap();
    let refused = refusal(&desk, seconds(15)).await;
    assert!(refused.message.contains("this month, as you chose"), "{refused}");
    desk.create(seconds(shorter)).await;
}

/// Clips, music and voice at a price each, with Studio there for whoever wants nothing to cost.
fn priced() -> impl FnOnce(Providers, &AssetStore) -> Providers {
    |scripted, assets| {
        let studio = Providers::studio(assets);
        let clips = Arc::new(Scripted::default().with_price(PRICE));
        Providers {
            video: VideoModels::new(studio.video.first().clone()).asking([clips as Arc<dyn VideoModel>]),
            ..scripted
        }
    }
}

#[tokio::test]
async fn a_limit_stops_the_job_and_a_higher_one_lets_it_go_on() {
    let desk = Desk::scripted_with(Scripted::default().with_price(PRICE), priced()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.pipeline.limit_ad(desk.user, id, Some(cents(25))).await.unwrap();
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    let error = view.error.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed, "{error}");
    assert!(error.contains("at most $0.25") && error.contains("$0.20 is taken"), "{error}");
    assert!(error.contains("are kept") && error.contains("cost page"), "{error}");
    assert_eq!(view.cost_usd, Some(cents(20)));

    let again = desk.pipeline.retry_generation(desk.user, id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::OverBudget, "{again}");
    desk.pipeline.limit_ad(desk.user, id, Some(cents(100))).await.unwrap();
    desk.pipeline.retry_generation(desk.user, id).await.unwrap();
    desk.work().await;
    let cost = desk.pipeline.cost(desk.user, id).await.unwrap();
    assert_eq!(cost.status, GenerationStatus::Completed);
    // Three clips and the music, each bought once, and within what was said before.
    let estimate = cost.estimate.unwrap();
    assert_eq!(cost.spent.settled_usd, cents(40), "{:?}", cost.purchases);
    assert!(estimate.low_usd <= cents(40) && estimate.high_usd >= Some(cents(40)), "{estimate:?}");
    assert!(cost.purchases.iter().all(|purchase| purchase.state == PurchaseState::Paid));
    let spending = desk.pipeline.spending(desk.user).await.unwrap();
    assert_eq!(spending.spent.settled_usd, cents(40));
    let model = spending.models.iter().find(|model| model.model == "scripted").unwrap();
    assert_eq!((model.ads, model.actual), (1, cents(40)));

    // The next estimate knows of it.
    let next = desk.pipeline.estimate(desk.user, create("A cold brew for busy developers")).await.unwrap();
    assert!(next.low_usd > Usd::ZERO && next.low_usd <= cents(40), "{next:?}");
    desk.pipeline.delete_generation(desk.user, id).await.unwrap();
    desk.purge().await;
    let kept = desk.pipeline.purchases(desk.user, LedgerQuery::default()).await.unwrap();
    assert_eq!(kept.len(), 4, "money that was spent stays spent");
    let other = desk.another_user("other").await;
    assert_eq!(desk.pipeline.cost(other, id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(desk.pipeline.limit_ad(other, id, None).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(desk.pipeline.purchases(other, LedgerQuery::default()).await.unwrap().is_empty());
}
