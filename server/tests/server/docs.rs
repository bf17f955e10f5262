//! The API's description tells the truth.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::fixture::{Server, header};

/// Every operation, as the description must name it.
const OPERATIONS: [&str; 56] = [
    "delete /api/generations/{id}",
    "delete /api/generations/{id}/share",
    "delete /api/user",
    "delete /api/user/sessions",
    "delete /api/user/sessions/{id}",
    "get /api/events",
    "get /api/generations",
    "get /api/generations/archive",
    "get /api/generations/{id}",
    "get /api/generations/{id}/captions.srt",
    "get /api/generations/{id}/captions.vtt",
    "get /api/generations/{id}/card",
    "get /api/generations/{id}/events",
    "get /api/generations/{id}/events.json",
    "get /api/generations/{id}/ledger.csv",
    "get /api/generations/{id}/preview",
    "get /api/generations/{id}/provenance",
    "get /api/generations/{id}/scenes",
    "get /api/generations/{id}/scenes/{n}/still",
    "get /api/generations/{id}/share",
    "get /api/generations/{id}/thumbnail",
    "get /api/generations/{id}/video",
    "get /api/health",
    "get /api/health/live",
    "get /api/health/ready",
    "get /api/ledger.csv",
    "get /api/pictures/{id}",
    "get /api/queue",
    "get /api/user/export",
    "get /api/user/profile",
    "get /api/user/sessions",
    "patch /api/generations/{id}",
    "post /api/auth/login",
    "post /api/auth/logout",
    "post /api/auth/password-strength",
    "post /api/auth/refresh",
    "post /api/auth/register",
    "post /api/estimates",
    "post /api/generations",
    "post /api/generations/delete",
    "post /api/generations/restore",
    "post /api/generations/{id}/cancel",
    "post /api/generations/{id}/changes",
    "post /api/generations/{id}/changes/price",
    "post /api/generations/{id}/clips",
    "post /api/generations/{id}/limit",
    "post /api/generations/{id}/move",
    "post /api/generations/{id}/restore",
    "post /api/generations/{id}/retry",
    "post /api/generations/{id}/scenes/{n}/again",
    "post /api/generations/{id}/share",
    "post /api/generations/{id}/undo",
    "post /api/pictures",
    "post /api/user/email",
    "post /api/user/limit",
    "post /api/user/password",
];

async fn description(server: &Server) -> Value {
    server.get("/api/docs/openapi.json").send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn every_operation_is_described_and_every_described_one_exists() {
    let server = Server::start().await;
    let openapi = description(&server).await;
    let mut described = BTreeSet::new();
    for (path, operations) in openapi["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.insert(format!("{method} {path}"));
            assert!(operation["responses"].as_object().is_some_and(|r| !r.is_empty()), "{method} {path}");
            assert!(
                operation["summary"].is_string() || operation["description"].is_string(),
                "{method} {path}"
            );

            let path = path.replace("{id}", "0199c0de-0000-7000-8000-000000000000").replace("{n}", "0");
            let method: Method = method.to_uppercase().parse().unwrap();
            let status = server.request(method.clone(), &path).send().await.unwrap().status();
            assert!(
                status != StatusCode::METHOD_NOT_ALLOWED && !status.is_server_error(),
                "{method} {path}: {status}"
            );
            let protected = !operation["security"].is_null();
            assert_eq!(status == StatusCode::UNAUTHORIZED, protected, "{method} {path}: {status}");
        }
    }
    assert_eq!(described, OPERATIONS.iter().map(ToString::to_string).collect());
}

#[tokio::test]
async fn answers_have_the_described_fields() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.finished(ann.user.id, b"a video").await;
    let openapi = description(&server).await;
    for (path, schema) in [
        ("/api/health".to_owned(), "HealthView"),
        ("/api/user/profile".to_owned(), "ProfileView"),
        (format!("/api/generations/{id}"), "GenerationView"),
        ("/api/nowhere".to_owned(), "ErrorBody"),
    ] {
        let answer: Value =
            server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap().json().await.unwrap();
        let schema = &openapi["components"]["schemas"][schema];
        let described: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().collect();
        let answered: BTreeSet<_> = answer.as_object().unwrap().keys().collect();
        assert_eq!(answered, described, "{path}");
        assert_references_resolve(&openapi, schema);
    }
}

/// Every `$ref` anywhere leads somewhere.
#[track_caller]
fn assert_references_resolve(openapi: &Value, part: &Value) {
    match part {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let pointer = reference.trim_start_matches('#');
                assert!(openapi.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            map.values().for_each(|value| assert_references_resolve(openapi, value));
        }
        Value::Array(list) => list.iter().for_each(|value| assert_references_resolve(openapi, value)),
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_whole() {
    let server = Server::start().await;
    let openapi = description(&server).await;
    assert_references_resolve(&openapi, &openapi);
}

#[tokio::test]
async fn the_pages_to_read_it_come_from_the_binary() {
    let server = Server::start().await;
    let redirect = server.get("/api/docs").send().await.unwrap();
    assert_eq!(header(&redirect, "location"), Some("/api/docs/"));
    let page = server.get("/api/docs/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = header(&page, "content-security-policy").unwrap().to_owned();
    assert!(
        policy.contains("style-src 'self' 'unsafe-inline'") && !policy.contains("script-src 'unsafe-inline'")
    );
    let page = page.text().await.unwrap();
    assert!(!page.contains("//unpkg") && !page.contains("https://cdn"), "{page}");
    // Inline scripts would be refused by the policy.
    assert!(
        page.match_indices("<script").all(|(at, _)| page[at..].split('>').next().unwrap().contains("src=")),
        "{page}"
    );
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
        let response = server.get(&format!("/api/docs/{file}")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{file}");
    }
    let initializer =
        server.get("/api/docs/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    assert!(initializer.contains("/api/docs/openapi.json"), "{initializer}");
}

#[tokio::test]
async fn health_is_told_to_anybody() {
    let server = Server::start().await;
    let health: Value = server.get("/api/health").send().await.unwrap().json().await.unwrap();
    assert_eq!(health["live"], true);
    assert_eq!((&health["checks"]["database"], &health["checks"]["storage"]), (&true.into(), &true.into()));
    let ready = server.get("/api/health/ready").send().await.unwrap().status();
    assert_eq!(ready == StatusCode::OK, health["ready"] == true);
    assert_eq!(server.get("/api/health/live").send().await.unwrap().status(), StatusCode::NO_CONTENT);
}
