//! Nothing is bought beyond a limit, by however many workers; and what was bought can be told.

use admint_domain::{Caps, LedgerQuery, Limit, Price, PurchaseState, SceneId, Usd};

use super::*;
use crate::{Completed, LedgerEntry, ModelPrices, StoreError};

both_databases!(
    an_ads_limits_hold_and_the_lower_counts,
    an_operation_of_unknown_price_is_not_bought_under_a_limit,
    a_month_counts_what_is_open_and_what_was_deleted,
    many_workers_do_not_pass_a_limit_together,
    what_was_spent_beyond_a_limit_is_booked_all_the_same,
    each_purchase_has_its_state,
    the_history_knows_what_was_bought_again,
    the_ledger_is_its_users_own,
);

fn cents(amount: i64) -> Usd {
    Usd::from_micros(amount * 10_000)
}

fn known(amount: i64) -> Price {
    Price::Known(cents(amount))
}

fn entry(operation: &str, price: Price) -> LedgerEntry {
    LedgerEntry { scene: None, provider: "replicate".into(), operation: operation.into(), price }
}

fn of_scene(scene: SceneId, operation: &str, price: Price) -> LedgerEntry {
    LedgerEntry { scene: Some(scene), ..entry(operation, price) }
}

async fn buy(store: &Store, lease: &Lease, entry: LedgerEntry) {
    let price = entry.price;
    let booked = store.reserve(lease, entry).await.unwrap().id;
    store.settle(lease, booked, price).await.unwrap();
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, limit: Limit, taken: i64) {
    match result {
        Err(StoreError::OverBudget(over)) => {
            assert_eq!((over.budget.limit, over.budget.taken), (limit, cents(taken)), "{over}");
        }
        other => panic!("{other:?}"),
    }
}

async fn an_ads_limits_hold_and_the_lower_counts(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    assert!(store.limit_ad(ann, id, Some(cents(100))).await.unwrap());
    buy(&store, &lease, entry("scene 1", known(40))).await;
    let open = store.reserve(&lease, entry("scene 2", known(40))).await.unwrap();
    refused(store.reserve(&lease, entry("scene 3", known(40))).await, Limit::Ad, 80);
    assert_eq!(store.ledger_of(ann, id).await.unwrap().len(), 2, "nothing was booked");
    // What is open is taken up again, not counted twice.
    assert_eq!(store.reserve(&lease, entry("scene 2", known(60))).await.unwrap().id, open.id);
    store.settle(&lease, open.id, known(0)).await.unwrap();
    buy(&store, &lease, entry("scene 3", known(60))).await;
    buy(&store, &lease, entry("music", known(0))).await;

    let strict = store.clone().with_caps(Caps { ad: Some(cents(90)), user_month: None });
    refused(strict.reserve(&lease, entry("voice", known(1))).await, Limit::Ad, 100);
    store.limit_ad(ann, id, Some(cents(200))).await.unwrap();
    refused(strict.reserve(&lease, entry("voice", known(1))).await, Limit::OperatorsAd, 100);
    buy(&store, &lease, entry("voice", known(100))).await;
    store.limit_ad(ann, id, None).await.unwrap();
    buy(&store, &lease, entry("more", known(900))).await;
    let ben = user(&store, "ben").await;
    assert!(!store.limit_ad(ben, id, Some(cents(1))).await.unwrap(), "not ben's");
}

async fn an_operation_of_unknown_price_is_not_bought_under_a_limit(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.limit_ad(ann, id, Some(cents(1_000))).await.unwrap();
    refused(store.reserve(&lease, entry("scene 1", Price::Unknown)).await, Limit::Ad, 0);
    store.limit_ad(ann, id, None).await.unwrap();
    store.limit_month(ann, Some(cents(1_000))).await.unwrap();
    refused(store.reserve(&lease, entry("scene 1", Price::Unknown)).await, Limit::Month, 0);
    store.limit_month(ann, None).await.unwrap();
    store.reserve(&lease, entry("scene 1", Price::Unknown)).await.unwrap();
}

async fn a_month_counts_what_is_open_and_what_was_deleted(store: Store) {
    let ann = user(&store, "ann").await;
    store.set_jobs_per_user(3).await.unwrap();
    let (first, _) = (generation(&store, ann).await, generation(&store, ann).await);
    let (one, two) = (claim(&store).await, claim(&store).await);
    store.limit_month(ann, Some(cents(100))).await.unwrap();
    buy(&store, &one, entry("scene 1", known(30))).await;
    store.reserve(&two, entry("scene 1", known(30))).await.unwrap();
    refused(store.reserve(&two, entry("scene 2", known(50))).await, Limit::Month, 60);
    store.delete_generation(ann, first).await.unwrap().unwrap();
    refused(store.reserve(&two, entry("scene 2", known(50))).await, Limit::Month, 60);
    let strict = store.clone().with_caps(Caps { ad: None, user_month: Some(cents(70)) });
    refused(strict.reserve(&two, entry("scene 2", known(20))).await, Limit::OperatorsMonth, 60);
    buy(&store, &two, entry("scene 2", known(40))).await;

    let spending = strict.spending(ann).await.unwrap();
    assert_eq!((spending.spent.settled_usd, spending.spent.open_usd), (cents(70), cents(30)));
    assert_eq!(spending.own_cap, Some(cents(100)));
    let limits: Vec<_> = spending.budgets.iter().map(|budget| (budget.limit, budget.taken)).collect();
    assert_eq!(limits, [(Limit::Month, cents(100)), (Limit::OperatorsMonth, cents(100))]);
    assert_eq!((spending.months.len(), spending.models[0].purchases), (0, 3));
    // Somebody else's month is another.
    let ben = user(&store, "ben").await;
    assert_eq!(store.budgets(ben, None, None).await.unwrap(), []);
}

async fn many_workers_do_not_pass_a_limit_together(store: Store) {
    let ann = user(&store, "ann").await;
    store.set_jobs_per_user(4).await.unwrap();
    store.limit_month(ann, Some(cents(100))).await.unwrap();
    let mut working = Vec::new();
    for _ in 0..4 {
        generation(&store, ann).await;
        let (store, lease) = (store.clone(), claim(&store).await);
        working.push(tokio::spawn(async move {
            let mut booked = 0;
            for scene in 1..=4 {
                match store.reserve(&lease, entry(&format!("scene {scene}"), known(15))).await {
                    Ok(_) => booked += 1,
                    Err(error) => assert!(matches!(error, StoreError::OverBudget(_)), "{error}"),
                }
            }
            booked
        }));
    }
    let mut booked = 0;
    for worker in working {
        booked += worker.await.unwrap();
    }
    assert_eq!(booked, 6);
    assert_eq!(store.spending(ann).await.unwrap().spent.open_usd, cents(90));
}

async fn what_was_spent_beyond_a_limit_is_booked_all_the_same(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    store.limit_ad(ann, id, Some(cents(10))).await.unwrap();
    store.book(&lease, entry("scenes", known(25))).await.unwrap();
    let cost = store.cost(ann, id).await.unwrap().unwrap();
    assert_eq!((cost.spent.settled_usd, cost.cap), (cents(25), Some(cents(10))));
    assert_eq!(cost.purchases[0].state, PurchaseState::Paid);
    refused(store.reserve(&lease, entry("voice", known(1))).await, Limit::Ad, 25);
}

async fn each_purchase_has_its_state(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    let paid = |n: usize| of_scene(scenes[n], &format!("scene {}, kling-2.6", n + 1), known(35));
    let failed = store.reserve(&lease, paid(0)).await.unwrap().id;
    store.settle(&lease, failed, known(0)).await.unwrap();
    buy(&store, &lease, paid(0)).await;
    store.save_operation(&lease, scenes[0], &serde_json::json!({ "id": 1 })).await.unwrap();
    let clip = NewAsset { scene: Some(scenes[0]), ..file(AssetKind::Clip, "clip-0.mp4") };
    store.add_asset(&lease, clip).await.unwrap();
    buy(&store, &lease, paid(1)).await;
    store.save_operation(&lease, scenes[1], &serde_json::json!({ "id": 2 })).await.unwrap();
    store.reserve(&lease, paid(2)).await.unwrap();
    buy(&store, &lease, entry("music", known(0))).await;
    let voice = store.reserve(&lease, entry("voice", known(5))).await.unwrap().id;
    store.settle(&lease, voice, Price::Unknown).await.unwrap();

    let states = |cost: admint_domain::CostView| cost.purchases.iter().map(|it| it.state).collect::<Vec<_>>();
    use PurchaseState::{CalledOff, Free, NotBilled, Open, Paid, Unknown};
    let cost = store.cost(ann, id).await.unwrap().unwrap();
    let first = &cost.purchases[0];
    assert_eq!((first.what.as_str(), first.maker()), ("scene 1", "kling-2.6"));
    assert_eq!((cost.spent.settled_usd, cost.spent.open_usd, cost.spent.unknown), (cents(75), cents(35), 1));
    assert_eq!(states(cost), [NotBilled, Paid, Paid, Open, Free, Unknown]);
    store.cancelled(&lease).await.unwrap();
    let cost = store.cost(ann, id).await.unwrap().unwrap();
    assert_eq!(cost.spent.settled_usd, cents(110), "booked all the same");
    assert_eq!(states(cost), [NotBilled, Paid, CalledOff, CalledOff, Free, Unknown]);
}

async fn the_history_knows_what_was_bought_again(store: Store) {
    assert_eq!(store.planner_prices("openai").await.unwrap().ads, 0);
    let none = store.model_prices("replicate", "kling-2.6").await.unwrap();
    assert_eq!(none, ModelPrices { bought_per_thousand: 1000, ..ModelPrices::default() });
    let ann = user(&store, "ann").await;
    for again in [false, true] {
        generation(&store, ann).await;
        let lease = claim(&store).await;
        let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
        let planned = LedgerEntry { provider: "openai".into(), ..entry("scenes", known(2)) };
        buy(&store, &lease, planned).await;
        for (scene, number) in scenes.iter().zip(1..) {
            buy(&store, &lease, of_scene(*scene, &format!("scene {number}, kling-2.6"), known(35))).await;
            let clip = NewAsset { scene: Some(*scene), ..file(AssetKind::Clip, "clip.mp4") };
            store.add_asset(&lease, clip).await.unwrap();
        }
        if again {
            buy(&store, &lease, of_scene(scenes[0], "scene 1, kling-2.6", known(70))).await;
        }
        store.complete(&lease, Completed { duration: Frames(1), left_out: Vec::new() }).await.unwrap();
    }
    // One that is not finished says nothing yet.
    generation(&store, ann).await;
    let lease = claim(&store).await;
    let scenes = store.save_plan(&lease, &plan(&["Wake up", "Sip", "Go"])).await.unwrap();
    buy(&store, &lease, of_scene(scenes[0], "scene 1, kling-2.6", known(999))).await;

    let prices = store.model_prices("replicate", "kling-2.6").await.unwrap();
    assert_eq!((prices.ads, prices.clips, prices.bought_per_thousand), (2, 6, 1334));
    assert_eq!((prices.least, prices.most), (Some(cents(35)), Some(cents(70))));
    assert!(prices.typical_seconds.is_some());
    assert_eq!(store.model_prices("replicate", "veo-3.1-fast").await.unwrap(), none);
    let planner = store.planner_prices("openai").await.unwrap();
    assert_eq!((planner.ads, planner.low, planner.high), (2, Some(cents(2)), Some(cents(2))));
}

async fn the_ledger_is_its_users_own(store: Store) {
    let (ann, id, lease) = at_work(&store).await;
    let ben = user(&store, "ben").await;
    buy(&store, &lease, entry("scene 1", known(35))).await;
    let count = async |user, query| store.purchases(user, query).await.unwrap().len();
    let of_it = LedgerQuery { generation: Some(id), ..LedgerQuery::default() };
    assert_eq!((count(ann, of_it).await, count(ben, of_it).await), (1, 0));
    assert_eq!(store.cost(ben, id).await.unwrap(), None);
    let today = chrono::Utc::now().date_naive();
    let days = |from, to| LedgerQuery { generation: None, from, to };
    assert_eq!(count(ann, days(Some(today), None)).await, 1);
    assert_eq!(count(ann, days(None, today.pred_opt().and_then(|day| day.pred_opt()))).await, 0);
    assert_eq!(count(ann, days(None, Some(chrono::NaiveDate::MAX))).await, 1);
    store.delete_generation(ann, id).await.unwrap().unwrap();
    let kept = store.purchases(ann, LedgerQuery::default()).await.unwrap();
    assert_eq!((kept.len(), kept[0].generation, kept[0].settled_usd), (1, None, Some(cents(35))));
}
