//! What other sites may not do, and what every answer carries.

use admint_domain::ErrorCode;
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::config::PublicUrl;

use crate::fixture::{PASSWORD, PROMPT, Server, cookie_jar, header, refused, set_cookies};

#[tokio::test]
async fn other_sites_cannot_act_with_the_users_cookies() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let cookie = format!("admint_access={}", ann.access_token);
    let own = server.base.clone();
    for (name, value, passes) in [
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("origin", own.as_str(), true),
    ] {
        let request = server.post("/api/generations", &json!({ "prompt": PROMPT }));
        let request = request.header("cookie", &cookie).header(name, value);
        if passes {
            assert_eq!(request.send().await.unwrap().status(), StatusCode::ACCEPTED, "{name}: {value}");
        } else {
            let error = refused(request, StatusCode::FORBIDDEN).await;
            assert_eq!(error.code, ErrorCode::Forbidden, "{name}: {value}");
        }
    }
    for (method, path) in [
        (Method::DELETE, format!("/api/generations/{id}")),
        (Method::POST, format!("/api/generations/{id}/cancel")),
        (Method::POST, "/api/auth/logout".into()),
        (Method::POST, "/api/auth/login".into()),
        (Method::POST, "/fn/logout".into()),
        (Method::POST, "/fn/login".into()),
    ] {
        let request =
            server.request(method, &path).header("cookie", &cookie).header("sec-fetch-site", "cross-site");
        refused(request, StatusCode::FORBIDDEN).await;
    }
}

#[tokio::test]
async fn scripts_with_a_bearer_token_pass_from_anywhere() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    for origin in [None, Some("https://elsewhere.example")] {
        let mut request =
            server.post("/api/generations", &json!({ "prompt": PROMPT })).bearer_auth(&ann.access_token);
        if let Some(origin) = origin {
            request = request.header("origin", origin).header("sec-fetch-site", "cross-site");
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(header(&response, "access-control-allow-origin"), None, "the other site cannot read it");
    }
}

#[tokio::test]
async fn configured_origins_may_use_cookies_and_others_may_not_read() {
    let studio = "https://studio.example.com";
    let server = Server::start_with(|config| {
        config.allowed_origins = vec![studio.parse::<PublicUrl>().unwrap()];
    })
    .await;
    let ann = server.register("ann").await;
    let cookie = format!("admint_access={}", ann.access_token);

    let preflight = |origin: &str| {
        server
            .request(Method::OPTIONS, "/api/generations")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,authorization")
            .send()
    };
    let allowed = preflight(studio).await.unwrap();
    assert_eq!(header(&allowed, "access-control-allow-origin"), Some(studio));
    assert_eq!(header(&allowed, "access-control-allow-credentials"), Some("true"));
    assert!(header(&allowed, "access-control-allow-methods").unwrap().contains("DELETE"));
    let refused_origin = preflight("https://evil.example").await.unwrap();
    assert_eq!(header(&refused_origin, "access-control-allow-origin"), None);

    let request = server.post("/api/generations", &json!({ "prompt": PROMPT })).header("cookie", &cookie);
    let response =
        request.header("origin", studio).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    assert_eq!(header(&response, "access-control-allow-origin"), Some(studio));
    // An error must be readable too.
    let response = server.get("/api/user/profile").header("origin", studio).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header(&response, "access-control-allow-origin"), Some(studio));
}

#[tokio::test]
async fn every_answer_carries_the_safe_headers() {
    let server = Server::start().await;
    for path in
        ["/", "/login", "/nowhere", "/api/health", "/api/nowhere", "/api/docs/", "/pkg/x", "/dashboard"]
    {
        let response = server.get(path).send().await.unwrap();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(header(&response, name), Some(value), "{path}");
        }
        assert!(header(&response, "permissions-policy").unwrap().contains("camera=()"), "{path}");
        assert!(header(&response, "content-security-policy").is_some(), "{path}");
        assert!(header(&response, "x-request-id").is_some(), "{path}");
        assert_eq!(header(&response, "strict-transport-security"), None, "{path}");
    }
}

#[tokio::test]
async fn the_pages_scripts_carry_the_nonce_of_the_policy() {
    let server = Server::start().await;
    let mut nonces = Vec::new();
    for path in ["/", "/login", "/nowhere"] {
        let response = server.get(path).send().await.unwrap();
        let policy = header(&response, "content-security-policy").unwrap().to_owned();
        let nonce =
            policy.split("script-src 'self' 'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        for part in
            ["' 'wasm-unsafe-eval';", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(
            !policy.contains("'unsafe-inline';") || policy.contains("style-src-attr 'unsafe-inline';"),
            "{policy}"
        );
        let page = response.text().await.unwrap();
        let scripts: Vec<&str> =
            page.match_indices("<script").map(|(at, _)| page[at..].split('>').next().unwrap()).collect();
        assert!(!scripts.is_empty(), "{page}");
        for script in scripts {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{path}: {script}");
        }
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "every page has its own");
}

#[tokio::test]
async fn with_https_cookies_and_transport_are_strict() {
    let server = Server::start_with(|config| {
        config.public_url = Some("https://ads.example.com".parse().unwrap());
    })
    .await;
    let page = server.get("/login").send().await.unwrap();
    assert!(header(&page, "strict-transport-security").unwrap().starts_with("max-age=31536000"));
    let body = format!("username=ann&password={}", PASSWORD.replace(' ', "+"));
    let response = server
        .request(Method::POST, "/fn/register")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        // What a browser sends through a proxy that rewrites the host.
        .header("origin", "https://ads.example.com")
        .body(body)
        .send()
        .await
        .unwrap();
    let cookies = set_cookies(&response);
    assert_eq!(cookies.len(), 2, "{response:?}");
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-admint_") && cookie.ends_with("; Secure"), "{cookie}");
        assert!(
            cookie.contains("; Path=/;") && cookie.contains("; HttpOnly") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
    let dashboard = server.get("/dashboard").header("cookie", cookie_jar(&response)).send().await.unwrap();
    assert_eq!(dashboard.status(), StatusCode::OK);
    let plain = cookie_jar(&response).replace("__Host-", "");
    let refused = server.get("/dashboard").header("cookie", plain).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SEE_OTHER, "a cookie without the prefix may be another site's");
}

#[tokio::test]
async fn unknown_addresses_and_methods_get_the_schema() {
    let server = Server::start().await;
    for path in ["/api", "/api/", "/api/nowhere", "/api/generations/x/y/z", "/api/auth"] {
        let error = refused(server.get(path), StatusCode::NOT_FOUND).await;
        assert_eq!(error.code, ErrorCode::NotFound, "{path}");
    }
    for (method, path) in [
        (Method::PUT, "/api/generations"),
        (Method::GET, "/api/auth/login"),
        (Method::DELETE, "/api/health"),
        (Method::PUT, "/api/generations/x"),
    ] {
        refused(server.request(method, path), StatusCode::METHOD_NOT_ALLOWED).await;
    }
}

#[tokio::test]
async fn addresses_behind_a_proxy_are_told_apart() {
    let server = Server::start_with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    server.register("ann").await;
    let log_in = |from: &'static str, password: &'static str| {
        let request = json!({ "username": "ann", "password": password });
        server.post("/api/auth/login", &request).header("x-forwarded-for", from).send()
    };
    for _ in 0..5 {
        log_in("198.51.100.1", "wrong password").await.unwrap();
    }
    assert_eq!(log_in("198.51.100.1", PASSWORD).await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        log_in("9.9.9.9, 198.51.100.1", PASSWORD).await.unwrap().status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(log_in("198.51.100.2", PASSWORD).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn without_a_trusted_proxy_forwarded_addresses_are_not_believed() {
    let server = Server::start().await;
    server.register("ann").await;
    for guess in 0..6 {
        let request = json!({ "username": "ann", "password": "wrong password" });
        let request =
            server.post("/api/auth/login", &request).header("x-forwarded-for", format!("198.51.100.{guess}"));
        let expected = if guess < 5 { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
}
