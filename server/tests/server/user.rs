//! One's own account: where one is logged in, passwords, all one's data, and the way out.

use admint_domain::{ErrorCode, PasswordStrength, ProfileView, SessionView, SignedIn};
use admint_store::AssetKind;
use async_zip::base::read1::seek::ZipArchiveReader;
use futures::io::{AsyncReadExt, Cursor};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    fixture::{PASSWORD, Postgres, Server, header, refused, set_cookies},
    s3::{BUCKET, S3},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
const ANOTHER: &str = "four odd words together";

fn delete(server: &Server, path: &str, token: &str) -> RequestBuilder {
    server.request(Method::DELETE, path).bearer_auth(token)
}

async fn sessions(server: &Server, token: &str) -> Vec<SessionView> {
    server.get("/api/user/sessions").bearer_auth(token).send().await.unwrap().json().await.unwrap()
}

async fn log_in_with(server: &Server, agent: &str) -> SignedIn {
    let request = json!({ "username": "ann", "password": PASSWORD });
    let request = server.post("/api/auth/login", &request).header("user-agent", agent);
    request.send().await.unwrap().json().await.unwrap()
}

async fn is_let_in(server: &Server, token: &str) -> bool {
    let answer = server.get("/api/user/profile").bearer_auth(token).send().await.unwrap();
    answer.status() == StatusCode::OK
}

#[tokio::test]
async fn one_sees_where_one_is_logged_in_and_logs_out_there() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let bob = server.register("bob").await;
    let firefox = log_in_with(&server, FIREFOX).await;
    let odd = log_in_with(&server, "<script>alert(1)</script>").await;

    let seen = sessions(&server, &firefox.access_token).await;
    let devices: Vec<_> = seen.iter().map(|view| view.device.as_str()).collect();
    assert_eq!(devices, ["Firefox on Linux", "An unknown program", "An unknown program"]);
    assert_eq!(seen.iter().map(|view| view.is_present).collect::<Vec<_>>(), [true, false, false]);
    assert!(seen.iter().all(|view| view.network == "127.0.0.0/24"), "{seen:?}");

    // The token is good for a quarter of an hour yet, and its session is not.
    let there = format!("/api/user/sessions/{}", seen[1].id);
    refused(delete(&server, &there, &bob.access_token), StatusCode::NOT_FOUND).await;
    assert!(is_let_in(&server, &odd.access_token).await);
    let ended = delete(&server, &there, &firefox.access_token).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert!(!is_let_in(&server, &odd.access_token).await);
    let refresh = json!({ "refresh_token": odd.refresh_token });
    refused(server.post("/api/auth/refresh", &refresh), StatusCode::UNAUTHORIZED).await;
    for gone in [there.as_str(), "/api/user/sessions/nonsense"] {
        refused(delete(&server, gone, &firefox.access_token), StatusCode::NOT_FOUND).await;
    }

    let ended = delete(&server, "/api/user/sessions", &firefox.access_token).send().await.unwrap();
    assert_eq!((ended.status(), set_cookies(&ended).len()), (StatusCode::NO_CONTENT, 0));
    assert!(is_let_in(&server, &firefox.access_token).await);
    assert!(!is_let_in(&server, &ann.access_token).await);
    let ended = delete(&server, "/api/user/sessions?all=1", &firefox.access_token).send().await.unwrap();
    assert!(set_cookies(&ended).iter().all(|cookie| cookie.contains("Max-Age=0")));
    assert!(!is_let_in(&server, &firefox.access_token).await);
    assert!(is_let_in(&server, &bob.access_token).await);
}

#[tokio::test]
async fn a_new_password_wants_the_old_one_and_logs_out_everywhere_else() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let elsewhere = log_in_with(&server, FIREFOX).await;
    let change = |current: &str, new: &str| {
        let body = json!({ "current_password": current, "new_password": new });
        server.post("/api/user/password", &body).bearer_auth(&ann.access_token)
    };
    for (current, new, field) in [
        ("", ANOTHER, "current_password"),
        ("not the password", ANOTHER, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
        (PASSWORD, "password", "new_password"),
    ] {
        let error = refused(change(current, new), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(error.field.as_deref(), Some(field), "{current}, {new}: {}", error.message);
    }
    assert!(is_let_in(&server, &elsewhere.access_token).await);
    assert_eq!(change(PASSWORD, ANOTHER).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert!(is_let_in(&server, &ann.access_token).await);
    assert!(!is_let_in(&server, &elsewhere.access_token).await);
    assert_eq!(server.log_in("ann", PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(server.log_in("ann", ANOTHER).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn guesses_at_the_present_password_are_throttled_and_shut_nobody_out_of_a_session() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let guess = || {
        let body = json!({ "email": "ann@example.com", "current_password": "not the password" });
        server.post("/api/user/email", &body).bearer_auth(&ann.access_token)
    };
    for _ in 0..5 {
        refused(guess(), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let error = refused(guess(), StatusCode::TOO_MANY_REQUESTS).await;
    assert!(error.retry_after.is_some(), "{error:?}");
    let leave = json!({ "confirmation": "ann", "current_password": PASSWORD });
    refused(delete(&server, "/api/user", &ann.access_token).json(&leave), StatusCode::TOO_MANY_REQUESTS)
        .await;
    assert_eq!(server.log_in("ann", PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(is_let_in(&server, &ann.access_token).await);
}

#[tokio::test]
async fn an_address_comes_and_goes_with_the_password() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    for (email, shown) in [(json!("ann@example.com"), Some("ann@example.com")), (json!(""), None)] {
        let body = json!({ "email": email, "current_password": PASSWORD });
        let answer =
            server.post("/api/user/email", &body).bearer_auth(&ann.access_token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let profile = server.get("/api/user/profile").bearer_auth(&ann.access_token).send().await.unwrap();
        assert_eq!(profile.json::<ProfileView>().await.unwrap().user.email.as_deref(), shown);
    }
}

#[tokio::test]
async fn the_same_passwords_are_refused_everywhere_and_before() {
    let server = Server::start().await;
    for (password, is_taken) in [("password", false), ("annabella", false), (PASSWORD, true)] {
        let body = json!({ "password": password, "username": "annabella" });
        let strength = server.post("/api/auth/password-strength", &body).send().await.unwrap();
        let strength: PasswordStrength = strength.json().await.unwrap();
        assert_eq!(strength.refusal.is_none(), is_taken, "{password}: {strength:?}");
        if let Some(refusal) = strength.refusal {
            let request = server.post("/api/auth/register", &body);
            let error = refused(request, StatusCode::UNPROCESSABLE_ENTITY).await;
            assert_eq!((error.field.as_deref(), error.message), (Some("password"), refusal));
        }
    }
}

#[tokio::test]
async fn one_name_from_everywhere_is_throttled_but_not_at_its_owners_home() {
    let server = Server::start_with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let log_in = |from: String, password: &'static str| {
        let request = json!({ "username": "ann", "password": password });
        server.post("/api/auth/login", &request).header("x-forwarded-for", from).send()
    };
    let register = json!({ "username": "ann", "password": PASSWORD });
    let register = server.post("/api/auth/register", &register).header("x-forwarded-for", "203.0.113.7");
    let ann: SignedIn = register.send().await.unwrap().json().await.unwrap();
    for guess in 0..30 {
        let answer = log_in(format!("198.51.{guess}.1"), "wrong password").await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "guess {guess}");
    }
    // The right one, too, or the answer would tell.
    let away = log_in("192.0.2.1".into(), PASSWORD).await.unwrap();
    assert_eq!(away.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&away, "retry-after").is_some());
    let at_home = log_in("203.0.113.99".into(), PASSWORD).await.unwrap();
    assert_eq!(at_home.status(), StatusCode::OK);
    assert!(is_let_in(&server, &ann.access_token).await);
}

#[tokio::test]
async fn one_address_begins_only_so_many_accounts() {
    let server = Server::start_with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let register = |name: String, from: &'static str| {
        let request = json!({ "username": name, "password": PASSWORD });
        server.post("/api/auth/register", &request).header("x-forwarded-for", from).send()
    };
    for each in 0..10 {
        let answer = register(format!("ann{each}"), "198.51.100.7").await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{each}");
        // That a name is taken may not be asked for ever.
        let answer = register(format!("ann{each}"), "198.51.100.7").await.unwrap();
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{each}");
    }
    let answer = register("ann10".into(), "198.51.100.7").await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&answer, "retry-after").is_some());
    assert_eq!(register("ann10".into(), "198.51.100.8").await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_log_in_takes_over_no_session_that_was_there_before() {
    let server = Server::start().await;
    server.register("ann").await;
    let eve = server.register("eve").await;
    // What an attacker has put into the browser before.
    let planted = format!("admint_access={}; admint_refresh={}", eve.access_token, eve.refresh_token);
    let request = json!({ "username": "ann", "password": PASSWORD });
    let request = server.post("/api/auth/login", &request).header("cookie", planted);
    let ann: SignedIn = request.send().await.unwrap().json().await.unwrap();
    assert_ne!((&ann.access_token, &ann.refresh_token), (&eve.access_token, &eve.refresh_token));
    let seen: ProfileView = server
        .get("/api/user/profile")
        .bearer_auth(&eve.access_token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(seen.user.username, "eve");
    assert_eq!(sessions(&server, &ann.access_token).await.len(), 2, "her registration and this");
}

#[tokio::test]
async fn all_ones_data_comes_as_one_file() {
    let server = Server::start().await;
    let (ann, bob) = (server.register("ann").await, server.register("bob").await);
    let mine = server.finished(ann.user.id, b"0123456789").await;
    let his = server.finished(bob.user.id, b"other").await;
    let unfinished = server.queued(ann.user.id).await;

    let answer = server.get("/api/user/export").bearer_auth(&ann.access_token).send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), Some("application/zip"));
    assert_eq!(header(&answer, "cache-control"), Some("no-store"));
    assert!(
        header(&answer, "content-disposition").unwrap().starts_with("attachment; filename=\"admint-ann-")
    );
    let files = unzipped(&answer.bytes().await.unwrap()).await;
    let names: Vec<_> = files.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(
        names,
        [
            "account.json".to_owned(),
            "ledger.csv".to_owned(),
            format!("videos/{mine}/video.json"),
            format!("videos/{mine}/ad_{mine}.mp4"),
            format!("videos/{mine}/thumbnail.jpg"),
            format!("videos/{unfinished}/video.json"),
            "README.txt".to_owned(),
        ]
    );
    let text = |name: &str| {
        let (_, bytes) = files.iter().find(|(found, _)| found == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    assert_eq!(text(&format!("videos/{mine}/ad_{mine}.mp4")), "0123456789");
    let account: Value = serde_json::from_str(&text("account.json")).unwrap();
    assert_eq!(account["profile"]["user"]["username"], "ann");
    assert_eq!(account["sessions"].as_array().unwrap().len(), 1);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("argon2") && !text.contains(&his.to_string()), "{name}");
    }
    refused(server.get("/api/user/export"), StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_named_and_the_rest_comes() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.finished(ann.user.id, b"0123456789").await;
    let video = server.rooms.store.asset_of(ann.user.id, id, AssetKind::Video).await.unwrap().unwrap();
    server.rooms.assets.remove(&[video.key]).await.unwrap();
    let answer = server.get("/api/user/export").bearer_auth(&ann.access_token).send().await.unwrap();
    let files = unzipped(&answer.bytes().await.unwrap()).await;
    let (_, read_me) = files.last().unwrap();
    let read_me = String::from_utf8(read_me.clone()).unwrap();
    assert!(read_me.contains(&format!("Not there any more: videos/{id}/ad_{id}.mp4")), "{read_me}");
}

async fn unzipped(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchiveReader::open(Cursor::new(bytes)).await.unwrap();
    let names: Vec<_> =
        zip.cdrs().iter().map(|entry| entry.insecure_file_name.as_str().unwrap().to_owned()).collect();
    let mut files = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let mut content = Vec::new();
        zip.file(index).await.unwrap().read_to_end(&mut content).await.unwrap();
        files.push((name, content));
    }
    files
}

/// Videos, one of them half-made, and a picture; then the account is deleted over the API.
async fn leaves(server: &Server) {
    let ann = server.register("ann").await;
    let bob = server.register("bob").await;
    server.finished(ann.user.id, b"0123456789").await;
    let his = server.finished(bob.user.id, b"his").await;
    let half_made = server.queued(ann.user.id).await;
    let lease = server.work().await;
    assert_eq!(lease.generation, half_made);
    let key = format!("generations/{half_made}/part.mp4");
    server.rooms.assets.publish_bytes(vec![1, 2, 3], &key).await.unwrap();
    std::fs::write(
        server.rooms.assets.scratch(half_made, lease.fence).await.unwrap().join("frame"),
        "half a frame",
    )
    .unwrap();

    let leave = |confirmation: &str, password: &str| {
        let body = json!({ "confirmation": confirmation, "current_password": password });
        delete(server, "/api/user", &ann.access_token).json(&body)
    };
    for (confirmation, password, field) in
        [("bob", PASSWORD, "confirmation"), ("ann", "", "current_password"), ("ann", "x", "current_password")]
    {
        let error = refused(leave(confirmation, password), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::ValidationFailed, Some(field)));
    }
    assert!(is_let_in(server, &ann.access_token).await);
    let left = leave("Ann", PASSWORD).send().await.unwrap();
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    assert!(set_cookies(&left).iter().all(|cookie| cookie.contains("Max-Age=0")));

    assert!(!is_let_in(server, &ann.access_token).await);
    assert_eq!(server.log_in("ann", PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(server.rooms.store.user(ann.user.id).await.unwrap(), None);
    assert_eq!(server.rooms.store.departures().await.unwrap(), []);
    let left = server.rooms.assets.list().await.unwrap();
    assert!(left.iter().all(|file| file.key.starts_with(&his.to_string())), "{left:?}");
    assert_eq!(left.len(), 4, "another's files are as they were");
    assert_eq!(server.rooms.assets.scratch_folders().await.unwrap(), []);
    // The worker that had it in hand is told so at its next word.
    assert!(server.rooms.store.record_progress(&lease, admint_domain::Stage::Plan).await.is_err());
    let new = server.register("ann").await;
    assert_ne!(new.user.id, ann.user.id);
    assert_eq!(sessions(server, &new.access_token).await.len(), 1);
}

#[tokio::test]
async fn who_leaves_leaves_nothing_in_a_folder() {
    leaves(&Server::start().await).await;
}

#[tokio::test]
async fn who_leaves_leaves_nothing_in_a_bucket() {
    let s3 = S3::start().await;
    let (id, secret) = s3.key();
    let server = Server::start_with(|config| {
        config.assets_url = Some(format!("s3://{BUCKET}").parse().unwrap());
        config.s3_endpoint = Some(s3.endpoint().to_owned());
        config.s3_access_key_id = Some(id.to_owned());
        config.s3_secret_access_key = Some(serde_json::from_value(json!(secret)).unwrap());
    })
    .await;
    leaves(&server).await;
}

#[tokio::test]
async fn who_leaves_leaves_nothing_on_postgres() {
    let postgres = Postgres::create().await;
    let url = postgres.url.clone();
    let server =
        Server::start_with(|config| config.database_url = Some(serde_json::from_value(json!(url)).unwrap()))
            .await;
    leaves(&server).await;
    server.rooms.store.close().await.unwrap();
    postgres.remove().await;
}

#[tokio::test]
async fn what_was_begun_is_finished_by_whoever_is_there() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    server.finished(ann.user.id, b"0123456789").await;
    // The process ends right here.
    server.rooms.store.begin_departure(ann.user.id).await.unwrap();
    assert!(!is_let_in(&server, &ann.access_token).await);
    assert!(!server.rooms.assets.list().await.unwrap().is_empty());

    let shutdown = CancellationToken::new();
    let working = tokio::spawn(server.rooms.pipeline.clone().run_workers(0, shutdown.clone()));
    while !server.rooms.store.departures().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    working.await.unwrap();
    assert_eq!(server.rooms.store.user(ann.user.id).await.unwrap(), None);
    assert_eq!(server.rooms.assets.list().await.unwrap(), []);
}
