//! Calls of Replicate's at the server's door: which are let in, and that the others learn nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use reqwest::{Method, StatusCode};
use sha2::Sha256;

use crate::fixture::Server;

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn called_server() -> Server {
    Server::start_with(|config| {
        let credential = |text: &str| serde_json::from_value(serde_json::json!(text)).unwrap();
        config.replicate_api_token = Some(credential("r8_x"));
        config.replicate_webhook_secret = Some(credential(&format!("whsec_{SECRET}")));
        config.public_url = Some("https://ads.example.com".parse().unwrap());
    })
    .await
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn sign(id: &str, timestamp: u64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&BASE64_STANDARD.decode(SECRET).unwrap()).unwrap();
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

async fn call(server: &Server, id: &str, timestamp: u64, signature: &str, body: &str) -> StatusCode {
    let path = "/api/webhooks/replicate/0123456789abcdef0123456789abcdef";
    let request = server
        .request(Method::POST, path)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(body.to_owned());
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn genuine_calls_are_let_in_however_often_and_in_whatever_order() {
    let server = called_server().await;
    let body = r#"{"id":"p1","status":"succeeded"}"#;
    let (late, early) = (now(), now() - 60);
    for (id, timestamp) in [("msg_2", late), ("msg_1", early), ("msg_2", late)] {
        // Nobody waits for it here, which is none of Replicate's business.
        let signature = sign(id, timestamp, body);
        assert_eq!(call(&server, id, timestamp, &signature, body).await, StatusCode::NO_CONTENT);
    }
    let several = format!("v1,AAAA {}", sign("msg_3", late, body));
    assert_eq!(call(&server, "msg_3", late, &several, body).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_forged_old_or_too_long_is_not() {
    let server = called_server().await;
    let (body, late) = ("{}", now());
    assert_eq!(call(&server, "msg_1", late, "v1,AAAA", body).await, StatusCode::UNAUTHORIZED);
    let other = sign("msg_1", late, r#"{"status":"failed"}"#);
    assert_eq!(call(&server, "msg_1", late, &other, body).await, StatusCode::UNAUTHORIZED);
    let old = late - 301;
    assert_eq!(call(&server, "msg_1", old, &sign("msg_1", old, body), body).await, StatusCode::UNAUTHORIZED);
    let unsigned = server.request(Method::POST, "/api/webhooks/replicate/x").body("{}").send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);

    // Pictures are in it: more than other requests may bring, and not without an end.
    let long = "x".repeat(1 << 20);
    assert_eq!(
        call(&server, "msg_1", late, &sign("msg_1", late, &long), &long).await,
        StatusCode::NO_CONTENT
    );
    let endless = "x".repeat(9 << 20);
    assert_eq!(call(&server, "msg_1", late, "v1,AAAA", &endless).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn without_a_secret_there_is_no_door() {
    let server = Server::start().await;
    let signature = sign("msg_1", now(), "{}");
    assert_eq!(call(&server, "msg_1", now(), &signature, "{}").await, StatusCode::NOT_FOUND);
}
