//! Money before the click and after it: the API, the pages, the table for a spreadsheet, and that all of it is its
//! user's own.

use admint_domain::{ErrorCode, Estimate, LedgerQuery, Price, Usd};
use admint_store::LedgerEntry;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{PASSWORD, PROMPT, Server, cookie_jar, form, header, refused};

/// Clips are bought of Kling at Replicate, which these tests never reach.
async fn priced() -> Server {
    Server::start_with(|config| {
        config.video_model = vec!["kling-2.6".parse().unwrap()];
        config.replicate_api_token = Some(serde_json::from_value(json!("r8_secret_token")).unwrap());
        config.replicate_base_url = Some("http://127.0.0.1:9".into());
    })
    .await
}

async fn jar(server: &Server, name: &str) -> String {
    let log_in = form(server, "/fn/login", &[("username", name), ("password", PASSWORD)]);
    cookie_jar(&log_in.send().await.unwrap())
}

async fn page(server: &Server, jar: &str, path: &str) -> (StatusCode, String) {
    let response = server.get(path).header("cookie", jar).send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn an_estimate_is_told_and_a_limit_refuses_with_what_fits() {
    let server = priced().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let request = json!({ "prompt": PROMPT, "duration_seconds": 15, "seed": 7 });
    refused(server.post("/api/estimates", &request), StatusCode::UNAUTHORIZED).await;
    let answer = server.post("/api/estimates", &request).bearer_auth(token).send().await.unwrap();
    let estimate: Estimate = answer.json().await.unwrap();
    assert_eq!((estimate.model.as_str(), estimate.is_free), ("kling-2.6", false));
    assert!(estimate.text.starts_with('$') && estimate.text.contains(" to $"), "{}", estimate.text);
    let unknown = json!({ "prompt": PROMPT, "model": "sora" });
    let error =
        refused(server.post("/api/estimates", &unknown).bearer_auth(token), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error.await.field.as_deref(), Some("model"));

    let tight = json!({ "prompt": PROMPT, "duration_seconds": 15, "seed": 7, "max_cost_usd": 1.1 });
    let error =
        refused(server.post("/api/generations", &tight).bearer_auth(token), StatusCode::PAYMENT_REQUIRED)
            .await;
    let suggestion = error.suggestion.unwrap();
    assert_eq!(error.code, ErrorCode::OverBudget);
    assert!(
        suggestion.duration_seconds.is_some() && suggestion.cost <= Usd::from_micros(1_100_000),
        "{suggestion:?}"
    );
    assert!(error.message.contains(&estimate.text), "{}", error.message);

    let limit =
        |amount: Value| server.post("/api/user/limit", &json!({ "max_usd": amount })).bearer_auth(token);
    assert_eq!(limit(json!(0.5)).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let error =
        refused(server.post("/api/generations", &request).bearer_auth(token), StatusCode::PAYMENT_REQUIRED);
    assert!(error.await.message.contains("this month, as you chose"));
    refused(limit(json!(-1)), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(limit(Value::Null).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let made = server.post("/api/generations", &request).bearer_auth(token).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn without_a_script_the_form_is_checked_all_the_same() {
    let server = priced().await;
    server.register("ann").await;
    let jar = jar(&server, "ann").await;
    let (_, shown) = page(&server, &jar, "/dashboard").await;
    assert!(shown.contains("kling-2.6 (the usual)") && shown.contains("max_cost_usd"), "{shown}");
    let send = |most: &'static str| {
        let fields = [("prompt", PROMPT), ("duration_seconds", "15"), ("max_cost_usd", most), ("model", "")];
        let request = form(&server, "/fn/create-video", &fields).header("cookie", &jar);
        async move { request.send().await.unwrap() }
    };
    for (most, says) in [("0.10", "drawn by Studio"), ("a lot", "US dollars")] {
        let answer = send(most).await;
        let location = header(&answer, "location").unwrap_or_default().to_owned();
        let told = format!("{location} {}", answer.text().await.unwrap());
        let told = percent(&told);
        assert!(told.contains(says) || told.contains(&says.replace(' ', "+")), "{told}");
    }
    let made = send("5").await;
    assert!(header(&made, "location").unwrap().contains("/videos/"), "{made:?}");
    let studio_alone = Server::start().await;
    studio_alone.register("ann").await;
    let (_, shown) = page(&studio_alone, &self::jar(&studio_alone, "ann").await, "/dashboard").await;
    assert!(!shown.contains("max_cost_usd"), "nothing costs anything there");
}

/// Enough of percent-encoding for these texts.
fn percent(text: &str) -> String {
    text.replace("%20", " ").replace("%24", "$")
}

#[tokio::test]
async fn the_ledger_is_a_table_and_its_users_own() {
    let server = Server::start().await;
    let (ann, ben) = (server.register("ann").await, server.register("ben").await);
    let id = server.queued(ann.user.id).await;
    let lease = server.work().await;
    let entry = |operation: &str, price| LedgerEntry {
        scene: None,
        provider: "replicate".into(),
        operation: operation.into(),
        price,
    };
    let store = &server.rooms.store;
    let paid = store
        .reserve(&lease, entry("scene 1, kling-2.6", Price::Known(Usd::from_micros(350_000))))
        .await
        .unwrap();
    store.settle(&lease, paid.id, Price::Known(Usd::from_micros(350_000))).await.unwrap();
    store.reserve(&lease, entry("scene 2, =1+1", Price::Unknown)).await.unwrap();

    let table = async |path: &str, token: &str| {
        let answer = server.get(path).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, "content-type"), Some("text/csv; charset=utf-8"));
        assert!(header(&answer, "content-disposition").unwrap().starts_with("attachment"));
        answer.text().await.unwrap()
    };
    let of_it = format!("/api/generations/{id}/ledger.csv");
    let lines = table(&of_it, &ann.access_token).await;
    let lines: Vec<_> = lines.lines().collect();
    assert!(
        lines[0].starts_with("time,video,what,provider,model,reserved_usd,settled_usd,state"),
        "{lines:?}"
    );
    assert!(lines[1].contains(&format!("{id},scene 1,replicate,kling-2.6,0.35,0.35,paid,")), "{lines:?}");
    assert!(lines[2].contains("scene 2,replicate,'=1+1,,,open,"), "{lines:?}");
    refused(server.get(&of_it).bearer_auth(&ben.access_token), StatusCode::NOT_FOUND).await;
    refused(
        server.get("/api/ledger.csv?from=yesterday").bearer_auth(&ann.access_token),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert_eq!(table("/api/ledger.csv?to=2020-01-01", &ann.access_token).await.lines().count(), 1);
    assert_eq!(table("/api/ledger.csv", &ben.access_token).await.lines().count(), 1);
    server
        .request(Method::DELETE, &format!("/api/generations/{id}"))
        .bearer_auth(&ann.access_token)
        .send()
        .await
        .unwrap();
    server.purge().await;
    let kept = table("/api/ledger.csv", &ann.access_token).await;
    assert_eq!(kept.lines().count(), 3, "deleted, and paid for");
    assert!(kept.contains("called_off"), "{kept}");
    assert_eq!(store.purchases(ben.user.id, LedgerQuery::default()).await.unwrap(), []);
}

#[tokio::test]
async fn the_cost_page_tells_what_was_said_and_what_was_paid() {
    let server = priced().await;
    let (ann, _) = (server.register("ann").await, server.register("ben").await);
    let (jar, bens) = (jar(&server, "ann").await, jar(&server, "ben").await);
    let request = json!({ "prompt": PROMPT, "duration_seconds": 15, "seed": 7 });
    let made = server.post("/api/generations", &request).bearer_auth(&ann.access_token).send().await.unwrap();
    let id = made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/videos/{id}/cost");
    let (status, shown) = page(&server, &jar, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(shown.contains("Estimated before the click") && shown.contains("Nothing yet."), "{shown}");
    assert!(shown.contains("by the price rule of 2026-10-06"), "{shown}");

    let lease = server.work().await;
    let price = Price::Known(Usd::from_micros(350_000));
    let entry = LedgerEntry {
        scene: None,
        provider: "replicate".into(),
        operation: "scene 1, kling-2.6".into(),
        price,
    };
    server.rooms.store.reserve(&lease, entry).await.unwrap();
    server.rooms.store.cancelled(&lease).await.unwrap();
    let (_, shown) = page(&server, &jar, &path).await;
    assert!(shown.contains("kling-2.6 (replicate)") && shown.contains("cancelled, may be billed"), "{shown}");
    assert!(shown.contains("$0.35 of it is for what was under way"), "{shown}");

    // The limit, by its form.
    let send = |most: &'static str, jar: &str| {
        form(&server, &path, &[("max_usd", most)]).header("cookie", jar).send()
    };
    let wrong = send("lots", &jar).await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("Write US dollars"));
    assert_eq!(send("1", &bens).await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(page(&server, &bens, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(page(&server, &jar, "/videos/nonsense/cost").await.0, StatusCode::NOT_FOUND);
    let set = send("0.40", &jar).await.unwrap();
    assert_eq!((set.status(), header(&set, "location")), (StatusCode::SEE_OTHER, Some(path.as_str())));
    assert!(page(&server, &jar, &path).await.1.contains("value=\"0.40\""));
    let retry =
        server.request(Method::POST, &format!("/api/generations/{id}/retry")).bearer_auth(&ann.access_token);
    let error = refused(retry, StatusCode::PAYMENT_REQUIRED).await;
    assert!(error.message.contains("cost page"), "{}", error.message);
}

#[tokio::test]
async fn spending_has_its_limit_and_an_empty_month_says_so() {
    let server =
        Server::start_with(|config| config.user_month_cap_usd = Some(Usd::from_micros(10_000_000))).await;
    server.register("ann").await;
    let jar = jar(&server, "ann").await;
    let (status, shown) = page(&server, &jar, "/spending").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        shown.contains("Nothing was bought") && shown.contains("s limit: $0.00 of $10.00 taken"),
        "{shown}"
    );
    let send =
        |most: &'static str| form(&server, "/spending", &[("max_usd", most)]).header("cookie", &jar).send();
    assert_eq!(send("2.5").await.unwrap().status(), StatusCode::SEE_OTHER);
    let (_, shown) = page(&server, &jar, "/spending").await;
    assert!(shown.contains("Your limit: $0.00 of $2.50 taken, $2.50 left"), "{shown}");
    let wrong = send("-2").await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send("").await.unwrap().status(), StatusCode::SEE_OTHER);
    assert!(!page(&server, &jar, "/spending").await.1.contains("Your limit"));
    let stranger = server.request(Method::POST, "/spending").header("cookie", &jar);
    let stranger = stranger.header("sec-fetch-site", "cross-site").body("max_usd=1");
    assert_eq!(stranger.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn settings_and_models_show_states_and_no_secrets() {
    let server = priced().await;
    server.register("ann").await;
    let jar = jar(&server, "ann").await;
    for path in ["/settings", "/models", "/spending", "/profile"] {
        let visitor = server.get(path).send().await.unwrap();
        assert_eq!(header(&visitor, "location"), Some(format!("/login?next={path}").as_str()));
    }
    let (_, shown) = page(&server, &jar, "/settings").await;
    assert!(shown.contains("not checked yet") && shown.contains("ADMINT_OPENAI_MODEL"), "{shown}");
    let checked = form(&server, "/settings", &[]).header("cookie", &jar).send().await.unwrap();
    assert_eq!(header(&checked, "location"), Some("/settings"));
    let (_, shown) = page(&server, &jar, "/settings").await;
    assert!(shown.contains("It does not answer at the moment") && shown.contains("Checked"), "{shown}");
    assert!(!shown.contains("r8_secret") && !shown.contains("127.0.0.1:9"), "{shown}");
    let (_, shown) = page(&server, &jar, "/models").await;
    assert!(shown.contains("Kling 2.6 Pro") && shown.contains("configured, chosen"), "{shown}");
    assert!(shown.contains("$0.07 a second") && shown.contains("as of 2026-10-06"), "{shown}");
    let (_, shown) = page(&server, &jar, "/profile").await;
    assert!(shown.contains("Total Cost Spent") && shown.contains("Member since"), "{shown}");
}
