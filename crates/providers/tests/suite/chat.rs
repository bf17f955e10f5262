//! The planners behind HTTP, against servers that misbehave: what comes of it, how often they are asked, and what
//! it costs.

use std::{sync::Arc, time::Duration};

use admint_domain::{AspectRatio, Price, Usd};
use admint_providers::{
    ApiKey, ChatConfig, ChatPlanner, Fallback, Patience, Planner, ProviderError, RefusedPicture, Scripted,
    TokenPrices,
};
use serde_json::json;

use crate::{
    brief,
    chat_server::{ANSWERED, ASKED, Fake, Reply, Vendor},
    check_planner, key, studio,
};

const KEY: &str = "sk-very-secret-0123456789";

/// Nobody waits long before another try, and nothing is given up because this machine is slow.
fn calm() -> Patience {
    Patience { pause: Duration::from_millis(1), ..Patience::default() }
}

/// For servers that are slower than that for certain.
fn hasty() -> Patience {
    Patience { silence: Duration::from_millis(300), ..calm() }
}

/// Whoever waits by this does not wait at all.
fn patient_only_if_told() -> Patience {
    Patience { pause: Duration::from_secs(3_600), ..calm() }
}

const PRICES: TokenPrices =
    TokenPrices { asked: Usd::from_micros(1_000_000), answered: Usd::from_micros(2_000_000) };
/// Of one answer in micro-dollars.
const PAID: i64 = (ASKED + 2 * ANSWERED) as i64;

fn planner_at(vendor: Vendor, url: &str, patience: Patience) -> ChatPlanner {
    let config = ChatConfig {
        base_url: Some(url.to_owned()),
        model: "model-x".into(),
        key: Some(ApiKey::new(KEY)),
        prices: Some(PRICES),
        patience,
    };
    match vendor {
        Vendor::OpenAi => ChatPlanner::openai(config).unwrap(),
        Vendor::Anthropic => ChatPlanner::anthropic(config).unwrap(),
    }
}

#[tokio::test]
async fn openai_plans() {
    let fake = Fake::start(Vendor::OpenAi, []).await;
    check_planner(&planner_at(Vendor::OpenAi, &fake.url, calm())).await;
    let seen = &fake.seen()[0];
    assert_eq!(seen.path, "/chat/completions");
    assert_eq!(seen.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(seen.body["response_format"]["json_schema"]["strict"], true);
}

#[tokio::test]
async fn anthropic_plans() {
    let fake = Fake::start(Vendor::Anthropic, []).await;
    check_planner(&planner_at(Vendor::Anthropic, &fake.url, calm())).await;
    let seen = &fake.seen()[0];
    assert_eq!(seen.path, "/v1/messages");
    assert_eq!(
        (&seen.headers["x-api-key"], &seen.headers["anthropic-version"]),
        (&KEY.parse().unwrap(), &"2023-06-01".parse().unwrap())
    );
    assert_eq!(seen.body["tool_choice"]["name"], seen.body["tools"][0]["name"]);
}

#[tokio::test]
async fn a_chain_plans() {
    let fake = Fake::start(Vendor::OpenAi, []).await;
    let openai = planner_at(Vendor::OpenAi, &fake.url, calm());
    check_planner(&Fallback::new(Arc::new(openai), vec![Arc::new(studio())])).await;
}

/// How a call ends.
fn kind(error: &ProviderError) -> &'static str {
    match error {
        ProviderError::BadOutput { .. } => "bad output",
        ProviderError::Refused { .. } => "refused",
        ProviderError::Unauthorized { .. } => "unauthorized",
        ProviderError::OutOfCredit { .. } => "out of credit",
        ProviderError::Rejected { .. } => "rejected",
        ProviderError::Unreachable { .. } => "unavailable",
        _ => "something else",
    }
}

struct Case {
    what: &'static str,
    script: Vec<Reply>,
    patience: Patience,
    outcome: &'static str,
    requests: usize,
    /// Tries that were worked on and not counted.
    lost: i64,
    /// Answers that were counted.
    paid: i64,
}

#[track_caller]
fn case(
    what: &'static str,
    script: impl Into<Vec<Reply>>,
    outcome: &'static str,
    requests: usize,
    lost: i64,
    paid: i64,
) -> Case {
    Case { what, script: script.into(), patience: calm(), outcome, requests, lost, paid }
}

impl Case {
    fn with(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    async fn check(self, vendor: Vendor) {
        let Self { what, script, patience, outcome, requests, lost, paid } = self;
        let fake = Fake::start(vendor, script).await;
        let planner = planner_at(vendor, &fake.url, patience);
        let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 15);
        let (ended, cost, said) = match planner.write_spec(&brief, &key("a plan")).await {
            Ok(planned) => {
                assert_eq!(planned.by, format!("{} model-x", planner.name()));
                ("planned", planned.bills[0].cost, String::new())
            }
            Err(failure) => {
                let said = format!("{failure} {failure:?} {:?}", failure.error);
                (kind(&failure.error), failure.cost, said)
            }
        };
        let seen = fake.seen().len();
        println!("{vendor:<10?} {what:<44} {ended:<14} {seen} requests, {cost:?} {said:.120}");
        assert_eq!((ended, seen), (outcome, requests), "{vendor:?}, {what}: {said}");
        let Price::Known(most) = planner.price(&brief) else { panic!("its prices are given") };
        let expected = Usd::from_micros(lost * most.micros() + paid * PAID);
        assert_eq!(cost, Price::Known(expected), "{vendor:?}, {what}");
        assert!(!said.contains("sk-very"), "{vendor:?}, {what}: {said}");
    }
}

fn says(status: u16, code: &str, message: &str) -> Reply {
    Reply::Status(status, json!({ "error": { "code": code, "type": code, "message": message } }))
}

#[tokio::test]
async fn every_fault_has_its_outcome() {
    let text = |text: &str| Reply::Says(text.to_owned());
    for vendor in [Vendor::OpenAi, Vendor::Anthropic] {
        let wrong_key = format!("Incorrect API key provided: {KEY}");
        let echo = format!("no such model for {KEY}");
        let cases = [
            case("an answer", [Reply::Answer], "planned", 1, 0, 1),
            case("an answer in one piece", [Reply::Whole], "planned", 1, 0, 1),
            case("401", [says(401, "invalid_api_key", &wrong_key)], "unauthorized", 1, 0, 0),
            case("403", [says(403, "permission_error", &wrong_key)], "unauthorized", 1, 0, 0),
            case("402", [says(402, "payment_required", "add funds")], "out of credit", 1, 0, 0),
            case("429, no quota", [says(429, "insufficient_quota", "no quota")], "out of credit", 1, 0, 0),
            case(
                "400, no credit",
                [says(400, "invalid_request_error", "Your credit balance is too low to access the API.")],
                "out of credit",
                1,
                0,
                0,
            ),
            case("404", [says(404, "model_not_found", &echo)], "rejected", 1, 0, 0),
            case("400", [says(400, "invalid_request_error", "bad model")], "rejected", 1, 0, 0),
            case("422", [Reply::Status(422, json!({ "detail": [{ "msg": "no" }] }))], "rejected", 1, 0, 0),
            case("400, content filter", [says(400, "content_filter", "hate")], "refused", 1, 0, 0),
            case("413, no JSON", [Reply::Status(413, json!("too large"))], "rejected", 1, 0, 0),
            case("307", [Reply::StatusWith(307, "location", "/elsewhere")], "rejected", 1, 0, 0),
            case("429, then an answer", [says(429, "rate_limit", "slow down")], "planned", 2, 0, 1),
            case("429 with retry-after: 0", [Reply::StatusWith(429, "retry-after", "0")], "planned", 2, 0, 1)
                .with(patient_only_if_told()),
            case(
                "429 with retry-after-ms",
                [Reply::StatusWith(429, "retry-after-ms", "2")],
                "planned",
                2,
                0,
                1,
            )
            .with(patient_only_if_told()),
            case(
                "429 with retry-after: an hour",
                [Reply::StatusWith(429, "retry-after", "3600")],
                "unavailable",
                1,
                0,
                0,
            ),
            case("429 for ever", vec![says(429, "rate_limit", "slow"); 9], "unavailable", 4, 0, 0),
            case("500 twice", vec![says(500, "api_error", "oops"); 2], "planned", 3, 0, 1),
            case("503 with retry-after: 0", [Reply::StatusWith(503, "retry-after", "0")], "planned", 2, 0, 1)
                .with(patient_only_if_told()),
            case(
                "529 for ever",
                vec![says(529, "overloaded_error", "Overloaded"); 9],
                "unavailable",
                4,
                0,
                0,
            ),
            case("slow headers", [Reply::SlowHeaders], "unavailable", 1, 1, 0).with(hasty()),
            case("slow body", [Reply::SlowBody], "unavailable", 1, 1, 0).with(hasty()),
            case("cut in the middle", [Reply::Cut], "planned", 2, 1, 1),
            case("cut every time", vec![Reply::Cut; 9], "unavailable", 4, 4, 0),
            case("an error in the stream", [Reply::Overloaded], "planned", 2, 1, 1),
            case("never ending", [Reply::Endless], "bad output", 1, 1, 0),
            case("a garbled stream", [Reply::Garbled], "bad output", 1, 1, 0),
            case("refused", [Reply::Refusal], "refused", 1, 0, 1),
            case("no JSON, then an answer", [text("Certainly! Here")], "planned", 2, 0, 2),
            case("wrong JSON, then an answer", [text(r#"{"product": 7}"#)], "planned", 2, 0, 2),
            case("cut JSON twice", [text(r#"{"product": "so"#), text(r#"{"product"#)], "bad output", 2, 0, 2),
            case("nothing twice", [text(""), text("")], "bad output", 2, 0, 2),
        ];
        for case in cases {
            case.check(vendor).await;
        }
    }
}

#[tokio::test]
async fn nobody_there_is_nothing_paid() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let planner = planner_at(Vendor::OpenAi, &url, calm());
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let failure = planner.write_spec(&brief, &key("a plan")).await.unwrap_err();
    assert_eq!((kind(&failure.error), failure.cost), ("unavailable", Price::Known(Usd::ZERO)));
    assert!(failure.error.is_passing());
}

#[tokio::test]
async fn what_is_wrong_is_told_in_the_second_round() {
    let wrong = json!({ "product": "x".repeat(99), "call_to_action": "Buy now" }).to_string();
    let fake = Fake::start(Vendor::OpenAi, [Reply::Says(wrong)]).await;
    let planner = planner_at(Vendor::OpenAi, &fake.url, calm());
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    planner.write_spec(&brief, &key("a plan")).await.unwrap();
    let seen = fake.seen();
    let second = seen[1].body["messages"][1]["content"].as_str().unwrap();
    assert!(second.contains("xxxxx") && second.contains("missing field"), "{second}");
    assert_ne!(seen[0].headers["idempotency-key"], seen[1].headers["idempotency-key"]);
}

#[tokio::test]
async fn what_a_server_does_not_know_is_asked_for_once() {
    let unknown = |what: &str| says(400, "invalid_request_error", &format!("unknown parameter: {what}"));
    let script = [
        unknown("stream_options"),
        unknown("'response_format' of type 'json_schema' is not supported"),
        unknown("max_completion_tokens"),
        unknown("response_format.type"),
    ];
    let fake = Fake::start(Vendor::OpenAi, script).await;
    let planner = planner_at(Vendor::OpenAi, &fake.url, calm());
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = planner.write_spec(&brief, &key("a plan")).await.unwrap().result;
    planner.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap();
    let bodies: Vec<_> = fake.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies.len(), 6);
    assert_eq!(bodies[2]["response_format"], json!({ "type": "json_object" }));
    let last = &bodies[5];
    assert!(last.get("response_format").is_none() && last.get("stream_options").is_none(), "{last}");
    assert!(last.get("max_completion_tokens").is_none() && last["max_tokens"].is_u64(), "{last}");

    let script = [unknown("Thinking may not be enabled when tool_choice forces tool use.")];
    let fake = Fake::start(Vendor::Anthropic, script).await;
    planner_at(Vendor::Anthropic, &fake.url, calm()).write_spec(&brief, &key("a plan")).await.unwrap();
    assert_eq!(fake.seen()[1].body["tool_choice"]["type"], "auto");
}

#[tokio::test]
async fn an_unknown_price_is_not_nothing() {
    let fake = Fake::start(Vendor::OpenAi, []).await;
    let config = ChatConfig {
        base_url: Some(fake.url.clone()),
        model: "model-x".into(),
        key: None,
        prices: None,
        patience: calm(),
    };
    let planner = ChatPlanner::openai(config).unwrap();
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    assert_eq!(planner.price(&brief), Price::Unknown);
    let planned = planner.write_spec(&brief, &key("a plan")).await.unwrap();
    assert_eq!(planned.bills[0].cost, Price::Unknown);
    assert!(!fake.seen()[0].headers.contains_key("authorization"), "a server without a key gets none");
}

#[tokio::test]
async fn who_fails_is_followed_and_named() {
    let anthropic = Fake::start(Vendor::Anthropic, [Reply::Refusal]).await;
    let openai = Fake::start(Vendor::OpenAi, [says(401, "invalid_api_key", "no")]).await;
    let chain = Fallback::new(
        Arc::new(planner_at(Vendor::Anthropic, &anthropic.url, calm())),
        vec![Arc::new(planner_at(Vendor::OpenAi, &openai.url, calm())), Arc::new(Scripted::default())],
    );
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let planned = chain.write_spec(&brief, &key("a plan")).await.unwrap();
    assert_eq!(planned.by, "scripted");
    assert_eq!(
        planned.notes,
        [
            "The plan: anthropic refused the content; openai was asked instead.",
            "The plan: openai does not accept this installation's key; scripted was asked instead."
        ]
    );
    let bills: Vec<_> = planned.bills.iter().map(|bill| (bill.provider, bill.cost)).collect();
    let nothing = Price::Known(Usd::ZERO);
    let paid = Price::Known(Usd::from_micros(PAID));
    assert_eq!(bills, [("anthropic", paid), ("openai", nothing), ("scripted", nothing)]);
    // The next call begins with the first again.
    let spec = planned.result;
    let planned = chain.plan_scenes(&brief, &spec, &key("scenes")).await.unwrap();
    assert_eq!((planned.by.as_str(), planned.notes.len()), ("anthropic model-x", 0));
}

#[tokio::test]
async fn a_refused_picture_is_described_otherwise() {
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    let spec = studio().write_spec(&brief, &key("a plan")).await.unwrap().result;
    let plan = studio().plan_scenes(&brief, &spec, &key("scenes")).await.unwrap().result;
    let scene = &plan.scenes()[0];
    let refused = RefusedPicture { spec: &spec, scene, reason: "NSFW content detected" };
    let says = |picture: &str| Reply::Says(json!({ "visual_prompt": picture }).to_string());
    for vendor in [Vendor::OpenAi, Vendor::Anthropic] {
        // The same again is no answer.
        let fake =
            Fake::start(vendor, [says(&scene.visual_prompt), says("A glass of coffee on a table")]).await;
        let planner = planner_at(vendor, &fake.url, calm());
        let planned = planner.rewrite_prompt(&brief, refused, &key("a picture")).await.unwrap();
        assert_eq!(planned.result, "A glass of coffee on a table");
        assert_eq!(planned.bills[0].cost, Price::Known(Usd::from_micros(2 * PAID)));
        let asked = fake.seen()[0].body.to_string();
        assert!(asked.contains("NSFW content detected"), "{asked}");
    }
    // Who can say nothing is followed by Studio's rules.
    let fake = Fake::start(Vendor::OpenAi, [Reply::Refusal]).await;
    let first = Arc::new(planner_at(Vendor::OpenAi, &fake.url, calm()));
    let chain = Fallback::new(first, vec![Arc::new(Scripted::default())]);
    let planned = chain.rewrite_prompt(&brief, refused, &key("a picture")).await.unwrap();
    assert_ne!(planned.result, scene.visual_prompt);
    assert_eq!(planned.notes, ["The picture: openai refused the content; scripted was asked instead."]);
}

#[tokio::test]
async fn who_was_told_to_wait_tells_every_planner_of_the_same_key() {
    let fake = Fake::start(Vendor::OpenAi, [Reply::StatusWith(429, "retry-after", "3600")]).await;
    let brief = brief("A cold brew coffee for busy developers", AspectRatio::Square, 9);
    // The second does not even ask.
    for _ in 0..2 {
        let planner = planner_at(Vendor::OpenAi, &fake.url, calm());
        let failure = planner.write_spec(&brief, &key("a plan")).await.unwrap_err();
        assert_eq!((kind(&failure.error), fake.seen().len()), ("unavailable", 1), "{failure}");
    }
}
