//! Accounts, tokens and sessions over the API.

use admint_domain::{ErrorCode, ProfileView, SignedIn, UserId};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Utc;
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::{
    auth::tokens::{ACCESS_SECONDS, AccessTokens},
    config::Secret,
};

use crate::fixture::{PASSWORD, SECRET, Server, cookie_jar, header, refused, set_cookies};

#[tokio::test]
async fn register_then_log_in_then_see_the_profile() {
    let server = Server::start().await;
    let registered = server.register("Ann").await;
    assert_eq!(registered.user.username, "Ann");

    let logged_in: SignedIn = server.log_in("aNN", PASSWORD).await.json().await.unwrap();
    assert_eq!((logged_in.user.id, logged_in.expires_in), (registered.user.id, ACCESS_SECONDS));
    let profile = server.get("/api/user/profile").bearer_auth(&logged_in.access_token).send().await.unwrap();
    assert_eq!(header(&profile, "cache-control"), Some("no-store"));
    let profile: ProfileView = profile.json().await.unwrap();
    assert_eq!((profile.user, profile.total_generations), (logged_in.user, 0));
    assert!(profile.last_login.is_some());
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_that_names_the_field() {
    let server = Server::start().await;
    server.register("ann").await;
    let again = json!({ "username": "ANN", "password": PASSWORD });
    let error = refused(server.post("/api/auth/register", &again), StatusCode::CONFLICT).await;
    assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Conflict, Some("username")));
}

#[tokio::test]
async fn bad_registrations_name_their_field() {
    let server = Server::start().await;
    for (request, field) in [
        (json!({ "username": "an", "password": PASSWORD }), "username"),
        (json!({ "username": "ann", "password": "short" }), "password"),
        (json!({ "username": "ann", "password": PASSWORD, "email": "nobody" }), "email"),
        (json!({ "username": "ann", "password": PASSWORD, "admin": true }), "admin"),
        (json!({ "username": ["ann"], "password": PASSWORD }), "username"),
        (json!({ "username": "ann" }), "password"),
    ] {
        let error =
            refused(server.post("/api/auth/register", &request), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::ValidationFailed, Some(field)));
        assert!(!error.message.contains(PASSWORD));
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let server = Server::start().await;
    server.register("ann").await;
    let mut messages = Vec::new();
    for (username, password) in
        [("ann", "wrong password"), ("nobody", PASSWORD), ("no such name!", PASSWORD), ("", "")]
    {
        let request = server.post("/api/auth/login", &json!({ "username": username, "password": password }));
        let error = refused(request, StatusCode::UNAUTHORIZED).await;
        messages.push((error.code, error.message, error.field));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[tokio::test]
async fn guessing_is_throttled_by_name_and_address() {
    let server = Server::start().await;
    server.register("ann").await;
    for _ in 0..5 {
        assert_eq!(server.log_in("ann", "wrong password").await.status(), StatusCode::UNAUTHORIZED);
    }
    // Even the right one now has to wait, or the answer would tell.
    let response = server.log_in("Ann", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = header(&response, "retry-after").unwrap().parse().unwrap();
    assert!((1..=15 * 60).contains(&wait), "{wait}");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        (&body["error"]["code"], &body["error"]["retry_after"]),
        (&json!("rate_limited"), &json!(wait))
    );
    // Another name from the same address may still try, until the address has failed too often.
    for guess in 0..15 {
        assert_eq!(server.log_in(&format!("name{guess}"), "x").await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(server.log_in("fresh", "x").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn guesses_sent_all_at_once_get_no_further() {
    let server = Server::start().await;
    server.register("ann").await;
    let guesses = (0..30).map(|_| server.log_in("ann", "wrong password"));
    let answers = futures::future::join_all(guesses).await;
    let checked = answers.iter().filter(|answer| answer.status() == StatusCode::UNAUTHORIZED).count();
    // As many as may be hashed at a time can slip through together.
    assert!((5..=5 + 4).contains(&checked), "{checked} guesses were checked");
}

#[tokio::test]
async fn success_forgives_the_name() {
    let server = Server::start().await;
    server.register("ann").await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(server.log_in("ann", "wrong password").await.status(), StatusCode::UNAUTHORIZED);
        }
        assert_eq!(server.log_in("ann", PASSWORD).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn bad_access_tokens_are_refused() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let bob = server.register("bob").await;
    let (user, session) = (ann.user.id, ann.session.unwrap());
    let now = Utc::now().timestamp();
    let genuine = AccessTokens::new(&Secret::parse(SECRET).unwrap());
    assert_eq!(genuine.check(&ann.access_token), Some((user, session)), "the test knows how tokens are made");

    let [header, payload, signature]: [&str; 3] =
        ann.access_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let claims = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let forged = BASE64_URL_SAFE_NO_PAD.encode(claims.replace(&user.to_string(), &bob.user.id.to_string()));
    for (what, token) in [
        ("wrong", "nonsense".to_owned()),
        ("empty", String::new()),
        ("expired", genuine.issue(user, session, now - i64::from(ACCESS_SECONDS) - 60)),
        ("tampered", format!("{header}.{forged}.{signature}")),
        ("foreign", AccessTokens::new(&Secret::random()).issue(user, session, now)),
        (
            "of nobody's session",
            genuine.issue(user, admint_domain::SessionId::from_uuid(uuid::Uuid::now_v7()), now),
        ),
        ("with another's session", genuine.issue(bob.user.id, session, now)),
        ("of nobody", genuine.issue(UserId::from_uuid(uuid::Uuid::now_v7()), session, now)),
        ("a refresh token", ann.refresh_token.clone()),
    ] {
        for path in ["/api/user/profile", "/api/generations"] {
            let error = refused(server.get(path).bearer_auth(&token), StatusCode::UNAUTHORIZED).await;
            assert_eq!(error.code, ErrorCode::Unauthorized, "{what}");
        }
    }
    let none = server.get("/api/user/profile").send().await.unwrap();
    assert_eq!(
        (none.status(), self::header(&none, "www-authenticate")),
        (StatusCode::UNAUTHORIZED, Some("Bearer"))
    );
    assert_eq!(
        server.get("/api/user/profile").bearer_auth(&ann.access_token).send().await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn log_out_ends_access_and_refresh_at_once() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let elsewhere: SignedIn = server.log_in("ann", PASSWORD).await.json().await.unwrap();

    let response =
        server.request(Method::POST, "/api/auth/logout").bearer_auth(&ann.access_token).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(set_cookies(&response).iter().all(|cookie| cookie.contains("Max-Age=0")));
    refused(server.get("/api/user/profile").bearer_auth(&ann.access_token), StatusCode::UNAUTHORIZED).await;
    let refresh = json!({ "refresh_token": ann.refresh_token });
    refused(server.post("/api/auth/refresh", &refresh), StatusCode::UNAUTHORIZED).await;
    refused(server.request(Method::POST, "/api/auth/logout"), StatusCode::UNAUTHORIZED).await;
    // The other browser stays logged in.
    let profile = server.get("/api/user/profile").bearer_auth(&elsewhere.access_token).send().await.unwrap();
    assert_eq!(profile.status(), StatusCode::OK);
}

#[tokio::test]
async fn refresh_rotates_and_two_tabs_may_do_so_at_once() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let swap = |token: &str| server.post("/api/auth/refresh", &json!({ "refresh_token": token })).send();
    let first: SignedIn = swap(&ann.refresh_token).await.unwrap().json().await.unwrap();
    let second: SignedIn = swap(&ann.refresh_token).await.unwrap().json().await.unwrap();
    assert_ne!(first.refresh_token, ann.refresh_token);
    assert_ne!(first.refresh_token, second.refresh_token);
    for token in [&first.refresh_token, &second.refresh_token] {
        let next: SignedIn = swap(token).await.unwrap().json().await.unwrap();
        assert_eq!(next.user.id, ann.user.id);
    }
    refused(
        server.post("/api/auth/refresh", &json!({ "refresh_token": "nonsense" })),
        StatusCode::UNAUTHORIZED,
    )
    .await;
}

#[tokio::test]
async fn an_expired_access_cookie_is_renewed_by_the_refresh_cookie() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let expired = AccessTokens::new(&Secret::parse(SECRET).unwrap()).issue(
        ann.user.id,
        ann.session.unwrap(),
        Utc::now().timestamp() - 3600,
    );
    let old = format!("admint_access={expired}; admint_refresh={}", ann.refresh_token);
    for path in ["/dashboard", "/api/user/profile", "/api/generations"] {
        // The same old cookies each time, as from tabs that open together.
        let response = server.get(path).header("cookie", &old).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let cookies = set_cookies(&response);
        assert_eq!(cookies.len(), 2, "{path}: {cookies:?}");
        for cookie in &cookies {
            assert!(cookie.ends_with("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/;"), "{cookie}");
        }
        let renewed = server.get(path).header("cookie", cookie_jar(&response)).send().await.unwrap();
        assert_eq!(renewed.status(), StatusCode::OK, "{path}");
        assert!(set_cookies(&renewed).is_empty(), "nothing to renew: {path}");
    }
    // Log-out by expired cookies logs out, and does not hand out the renewed cookies.
    let response =
        server.request(Method::POST, "/api/auth/logout").header("cookie", &old).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(set_cookies(&response).iter().all(|cookie| cookie.contains("Max-Age=0")), "{response:?}");
    let after = server.get("/api/user/profile").header("cookie", &old).send().await.unwrap();
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED);
    assert!(
        set_cookies(&after).iter().all(|cookie| cookie.contains("Max-Age=0")),
        "useless cookies are cleared"
    );
}

#[tokio::test]
async fn a_bearer_decides_alone() {
    let server = Server::start().await;
    let (ann, bob) = (server.register("ann").await, server.register("bob").await);
    let response = server
        .get("/api/user/profile")
        .bearer_auth(&bob.access_token)
        .header("cookie", format!("admint_access={}", ann.access_token))
        .send()
        .await
        .unwrap();
    assert_eq!(response.json::<ProfileView>().await.unwrap().user.id, bob.user.id);
    let request = server.get("/api/user/profile").bearer_auth("nonsense");
    let request = request.header("cookie", format!("admint_access={}", ann.access_token));
    refused(request, StatusCode::UNAUTHORIZED).await;
}
