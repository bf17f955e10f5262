//! Logging in, signing up and the profile as plain forms: what is wrong is said at its field.

use admint_domain::{ErrorBody, ErrorCode, SignedIn};
use reqwest::{Response, StatusCode};
use serde_json::json;
use server::config::Config;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::fixture::{PASSWORD, Server, cookie_jar, form, header, set_cookies};

const ANOTHER: &str = "four odd words together";

/// Status and page of a plain form, with the jar's cookies.
async fn sent(server: &Server, path: &str, jar: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let response = form(server, path, fields).header("cookie", jar).send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[track_caller]
fn leads_to(response: &Response, path: &str) {
    assert_eq!((response.status(), header(response, "location")), (StatusCode::SEE_OTHER, Some(path)));
}

async fn jar_of(server: &Server, username: &str) -> String {
    let fields = [("username", username), ("password", PASSWORD)];
    let response = form(server, "/login", &fields).send().await.unwrap();
    leads_to(&response, "/dashboard");
    cookie_jar(&response)
}

#[tokio::test]
async fn a_refused_log_in_comes_back_with_the_reason_and_the_name() {
    let server = Server::start().await;
    server.register("ann").await;
    let wrong = [("username", "ann"), ("password", "hunter2hunter2"), ("next", "/gallery?page=2")];
    let response = form(&server, "/login", &wrong).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(set_cookies(&response).is_empty());
    let page = response.text().await.unwrap();
    assert!(page.contains("User name or password is wrong") && page.contains("value=\"ann\""), "{page}");
    assert!(page.contains("value=\"/gallery?page=2\""), "where it goes on is not forgotten");
    assert!(!page.contains("hunter2"), "the password is never shown again");
    for _ in 0..4 {
        form(&server, "/login", &wrong).send().await.unwrap();
    }
    let response = form(&server, "/login", &wrong).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&response, "retry-after").is_some());
    assert!(response.text().await.unwrap().contains("Please try again in 15 minutes"));
}

#[tokio::test]
async fn a_log_in_leads_back_to_our_own_pages() {
    let server = Server::start().await;
    server.register("ann").await;
    for (next, path) in [
        ("/gallery?page=2", "/gallery?page=2"),
        ("//evil.example/", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("https://evil.example", "/dashboard"),
    ] {
        let fields = [("username", "ann"), ("password", PASSWORD), ("next", next)];
        leads_to(&form(&server, "/login", &fields).send().await.unwrap(), path);
    }
    let jar = jar_of(&server, "ann").await;
    for (path, to) in [("/login?next=/queue", "/queue"), ("/register", "/dashboard")] {
        leads_to(&server.get(path).header("cookie", &jar).send().await.unwrap(), to);
    }
}

#[tokio::test]
async fn a_refused_registration_keeps_what_was_typed_but_the_password() {
    let server = Server::start().await;
    server.register("ann").await;
    for (username, email, password, reason) in [
        ("anna", "anna@example.com", "password", "guessed at once"),
        ("anna", "anna@nowhere", PASSWORD, "Enter an e-mail address like"),
        ("ANN", "anna@example.com", PASSWORD, "This user name is taken"),
        ("\u{430}nn", "anna@example.com", PASSWORD, "Use only letters a-z"),
        ("admin", "anna@example.com", PASSWORD, "reserved"),
        ("\"><b>", "anna@example.com", PASSWORD, "Use only letters a-z"),
    ] {
        let fields = [("username", username), ("email", email), ("password", password)];
        let (status, page) = sent(&server, "/register", "", &fields).await;
        assert!(status.is_client_error(), "{username}: {status}");
        assert!(page.contains(reason), "{reason}: {page}");
        assert!(page.contains(&format!("value=\"{email}\"")), "{page}");
        assert!(!page.contains(PASSWORD) && !page.contains("\"><b>"), "{page}");
    }
    let fields = [("username", "anna"), ("email", ""), ("password", PASSWORD), ("next", "/queue")];
    leads_to(&form(&server, "/register", &fields).send().await.unwrap(), "/queue");
}

#[tokio::test]
async fn a_profile_that_cannot_be_read_says_so_and_offers_another_try() {
    let server = Server::start().await;
    server.register("ann").await;
    let jar = jar_of(&server, "ann").await;
    // The row of another session of hers is damaged.
    let database = Config { data_dir: server.data(), ..Config::default() }.database();
    let mut database = SqliteConnection::connect(database.expose()).await.unwrap();
    let damage = "UPDATE sessions SET device = X'FFFE' WHERE rowid = (SELECT min(rowid) FROM sessions)";
    assert_eq!(database.execute(damage).await.unwrap().rows_affected(), 1);

    let response = server.get("/profile").header("cookie", &jar).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = response.text().await.unwrap();
    for expected in ["role=\"alert\"", "Try again", "<main", "Log out"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    for hidden in ["Member since", "sqlite", "decoding column"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    let error: ErrorBody =
        server.get("/api/user/sessions").header("cookie", &jar).send().await.unwrap().json().await.unwrap();
    assert_eq!(error.error.code, ErrorCode::Unavailable);
}

#[tokio::test]
async fn the_profiles_forms_say_what_is_wrong_and_what_is_done() {
    let server = Server::start().await;
    server.register("ann").await;
    let jar = jar_of(&server, "ann").await;
    for (path, fields, reason, kept) in [
        (
            "/profile/email",
            vec![("email", "ann@example.com"), ("current_password", "wrong")],
            "This is not your present password",
            Some("ann@example.com"),
        ),
        (
            "/profile/email",
            vec![("email", "ann@nowhere"), ("current_password", PASSWORD)],
            "Enter an e-mail address like",
            Some("ann@nowhere"),
        ),
        (
            "/profile/password",
            vec![("current_password", PASSWORD), ("new_password", "password")],
            "guessed at once",
            None,
        ),
        (
            "/profile/delete",
            vec![("confirmation", "anne"), ("current_password", PASSWORD)],
            "Type your user name, ann, to confirm.",
            Some("anne"),
        ),
        ("/profile/sessions", vec![], "Use the buttons of the page", None),
    ] {
        let (status, page) = sent(&server, path, &jar, &fields).await;
        assert!(status.is_client_error(), "{path}: {status}");
        assert!(page.contains(reason), "{path}: {page}");
        assert!(!page.contains(PASSWORD), "{path}");
        if let Some(kept) = kept {
            assert!(page.contains(&format!("value=\"{kept}\"")), "{path}: {page}");
        }
    }
    // What ended up in an address leads back to the page.
    leads_to(&server.get("/profile/email").header("cookie", &jar).send().await.unwrap(), "/profile");

    let save = [("email", "ann@example.com"), ("current_password", PASSWORD)];
    let saved = form(&server, "/profile/email", &save).header("cookie", &jar).send().await.unwrap();
    leads_to(&saved, "/profile?done=email#email");
    let page = server.get("/profile?done=email").header("cookie", &jar).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Your e-mail address is saved.") && page.contains("ann@example.com"), "{page}");

    let change = [("current_password", PASSWORD), ("new_password", ANOTHER)];
    let changed = form(&server, "/profile/password", &change).header("cookie", &jar).send().await.unwrap();
    leads_to(&changed, "/profile?done=password#password");
    let leave = [("confirmation", "ann"), ("current_password", ANOTHER)];
    let left = form(&server, "/profile/delete", &leave).header("cookie", &jar).send().await.unwrap();
    leads_to(&left, "/login?deleted=1");
    assert!(set_cookies(&left).iter().all(|cookie| cookie.contains("Max-Age=0")));
    let told = server.get("/login?deleted=1").send().await.unwrap().text().await.unwrap();
    assert!(told.contains("Your account and everything in it has been deleted."));
}

#[tokio::test]
async fn sessions_end_by_buttons_and_show_nothing_that_runs() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let login = json!({ "username": "ann", "password": PASSWORD });
    let odd = server.post("/api/auth/login", &login).header("user-agent", "x<script>alert(1)</script>");
    odd.send().await.unwrap();
    let jar = jar_of(&server, "ann").await;
    // An address may hold what HTML would read.
    let email = [("email", "\"><img/src=x/onerror=alert(1)>@b.co"), ("current_password", PASSWORD)];
    form(&server, "/profile/email", &email).header("cookie", &jar).send().await.unwrap();
    let page = server.get("/profile").header("cookie", &jar).send().await.unwrap();
    assert_eq!(header(&page, "cache-control"), Some("no-store"));
    let page = page.text().await.unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img/src"), "{page}");
    assert!(page.contains("this one") && page.contains("Log out that one"), "{page}");

    let session = ann.session.unwrap().to_string();
    let ended = form(&server, "/profile/sessions", &[("id", &session)]);
    leads_to(&ended.header("cookie", &jar).send().await.unwrap(), "/profile?done=sessions#sessions");
    let refused = server.get("/api/user/profile").bearer_auth(&ann.access_token).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);

    let everywhere = form(&server, "/profile/sessions", &[("which", "all")]).header("cookie", &jar);
    leads_to(&everywhere.send().await.unwrap(), "/login?logged_out=1");
    let after = server.get("/profile").header("cookie", &jar).send().await.unwrap();
    leads_to(&after, "/login?next=/profile");
}

#[tokio::test]
async fn a_form_that_comes_too_late_leads_back_to_its_page() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let jar = jar_of(&server, "ann").await;
    let everywhere = server.request(reqwest::Method::DELETE, "/api/user/sessions?all=1");
    everywhere.bearer_auth(&ann.access_token).send().await.unwrap();
    for (referer, path) in [
        (format!("{}/profile?done=email", server.base), "/login?next=/profile%3Fdone%3Demail&expired=1"),
        ("https://evil.example/profile".to_owned(), "/login?next=/profile/email&expired=1"),
    ] {
        let request = server
            .request(reqwest::Method::POST, "/profile/email")
            .header("cookie", &jar)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("referer", referer)
            .body("email=a");
        leads_to(&request.send().await.unwrap(), path);
    }
    let told = server.get("/login?next=/profile&expired=1").send().await.unwrap().text().await.unwrap();
    assert!(told.contains("Your session has ended. Log in to go on where you were."));
}

#[tokio::test]
async fn the_same_work_is_done_for_a_name_that_nobody_has() {
    let server = Server::start().await;
    let ann: SignedIn = server.register("ann").await;
    let mut told = Vec::new();
    for username in ["ann", "nobody-here", "n\u{430}me"] {
        let fields = [("username", username), ("password", "not the password")];
        let (status, page) = sent(&server, "/login", "", &fields).await;
        let shown = page.replace(&format!("value=\"{username}\""), "");
        told.push((status, shown.contains("User name or password is wrong")));
        // Both are counted, so neither can be told from the other by what comes after.
        let store = &server.rooms.store;
        let since = chrono::Utc::now() - chrono::TimeDelta::hours(1);
        let counted = match username.is_ascii() {
            true => store.login_failures(&format!("account:{username}"), since).await.unwrap().count,
            false => store.login_failures("account:", since).await.unwrap().count,
        };
        assert_eq!(counted, 1, "{username}");
    }
    told.dedup();
    assert_eq!(told, [(StatusCode::UNAUTHORIZED, true)]);
    assert_eq!(ann.user.username, "ann");
}
