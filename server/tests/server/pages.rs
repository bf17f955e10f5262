//! Pages, their log-in, their server functions and their files.

use admint_domain::ArtDirection;
use reqwest::StatusCode;

use crate::fixture::{PASSWORD, Server, cookie_jar, form, header, set_cookies};

#[tokio::test]
async fn visitors_of_protected_pages_are_sent_to_the_log_in_and_back() {
    let server = Server::start().await;
    for (path, next) in [
        ("/dashboard", "/dashboard"),
        ("/gallery?status=failed&page=2", "/gallery%3Fstatus%3Dfailed%26page%3D2"),
        ("/videos/0199c0de-0000-7000-8000-000000000000", "/videos/0199c0de-0000-7000-8000-000000000000"),
        ("/profile", "/profile"),
    ] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(header(&response, "location"), Some(format!("/login?next={next}").as_str()));
    }
    for path in ["/", "/login", "/register"] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        assert!(response.text().await.unwrap().contains("<!DOCTYPE html>"));
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let server = Server::start().await;
    for path in ["/nowhere", "/nowhere/at/all", "/.env", "/pkg", "/%2e%2e/secret"] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(header(&response, "content-type").unwrap().starts_with("text/html"), "{path}");
    }
    for path in ["/pkg/0000000000000000/frontend.js", "/assets/nothing.css", "/assets/../Cargo.toml"] {
        assert_eq!(server.get(path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_front_door_says_what_others_show_of_it() {
    let server = Server::start_with(|config| {
        config.public_url = Some("https://ads.example.com".parse().unwrap());
    })
    .await;
    let page = server.get("/").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("og:title") && page.contains("og:description"), "{page}");
    let picture = "https://ads.example.com/assets/showcase/preview.jpg";
    assert!(page.contains(picture), "{page}");
    for path in ["/login", "/register"] {
        let page = server.get(path).send().await.unwrap().text().await.unwrap();
        assert!(
            page.contains(&format!("https://ads.example.com{path}\"")) && page.contains(picture),
            "{page}"
        );
    }
    let picture = server.get("/assets/showcase/preview.jpg").send().await.unwrap();
    assert_eq!(header(&picture, "content-type"), Some("image/jpeg"), "`cargo xtask shots` takes it");

    // Without an address there is none to say, least of all one that the request made up.
    let server = Server::start().await;
    let page = server.get("/").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("og:title") && !page.contains("og:image"), "{page}");
}

#[tokio::test]
async fn the_form_has_a_picture_of_every_look() {
    let server = Server::start().await;
    for look in ArtDirection::ALL.map(ArtDirection::as_str).iter().chain(&["any"]) {
        let response = server.get(&format!("/assets/looks/{look}.webp")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{look}: `cargo xtask looks` makes it");
        assert_eq!(header(&response, "content-type"), Some("image/webp"));
    }
}

#[tokio::test]
async fn forms_register_log_in_and_log_out_without_a_script() {
    let server = Server::start().await;
    let registered =
        form(&server, "/fn/register", &[("username", "ann"), ("password", PASSWORD), ("email", "")]);
    let response = registered.send().await.unwrap();
    assert_eq!((response.status(), header(&response, "location")), (StatusCode::FOUND, Some("/dashboard")));
    let jar = cookie_jar(&response);
    assert!(jar.contains("admint_access=") && jar.contains("admint_refresh="), "{jar}");
    for cookie in set_cookies(&response) {
        assert!(
            cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/")
        );
        assert!(!cookie.contains("; Secure"), "http has no secure cookies: {cookie}");
    }
    let dashboard = server.get("/dashboard").header("cookie", &jar).send().await.unwrap();
    assert_eq!(dashboard.status(), StatusCode::OK);
    assert!(dashboard.text().await.unwrap().contains("ann"));

    let out = form(&server, "/fn/logout", &[]).header("cookie", &jar).send().await.unwrap();
    assert!(out.status().is_redirection(), "{out:?}");
    assert!(set_cookies(&out).iter().all(|cookie| cookie.contains("Max-Age=0")));
    let after = server.get("/dashboard").header("cookie", &jar).send().await.unwrap();
    assert_eq!(after.status(), StatusCode::SEE_OTHER, "the old cookies are worth nothing");
}

#[tokio::test]
async fn log_in_leads_to_our_own_pages_only() {
    let server = Server::start().await;
    server.register("ann").await;
    for (next, leads_to) in [
        ("/gallery?page=2", "/gallery?page=2"),
        ("https://evil.example/", "/dashboard"),
        ("//evil.example/", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("/\t/evil.example", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
    ] {
        let fields = [("username", "ann"), ("password", PASSWORD), ("next", next)];
        let response = form(&server, "/fn/login", &fields).send().await.unwrap();
        assert_eq!(
            (response.status(), header(&response, "location")),
            (StatusCode::FOUND, Some(leads_to)),
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_failed_log_in_sets_no_cookie() {
    let server = Server::start().await;
    server.register("ann").await;
    let fields = [("username", "ann"), ("password", "wrong password")];
    let response = form(&server, "/fn/login", &fields).send().await.unwrap();
    assert!(set_cookies(&response).is_empty());
    let location = header(&response, "location").unwrap_or_default().to_owned();
    assert!(!location.contains(PASSWORD) && !location.contains("wrong"), "{location}");
}

#[tokio::test]
async fn server_functions_are_bounded() {
    let server = Server::start().await;
    let huge = "x".repeat(100_000);
    let response =
        form(&server, "/fn/login", &[("username", "ann"), ("password", &huge)]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let response = form(&server, "/fn/no_such_function", &[]).send().await.unwrap();
    assert!(response.status().is_client_error(), "{response:?}");
}

#[tokio::test]
async fn public_files_are_cached_and_checked() {
    let server = Server::start().await;
    let response = server.get("/robots.txt").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "cache-control"), Some("public, max-age=86400"));
    assert!(header(&response, "content-type").unwrap().starts_with("text/plain"));
    let etag = header(&response, "etag").unwrap();
    let again = server.get("/robots.txt").header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}
