//! Generations over the API: what comes in, what goes out, and whose it is.

use admint_domain::{Created, ErrorCode, GenerationStatus, GenerationView, Page, Stage};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{PROMPT, Server, header, refused};

#[tokio::test]
async fn create_show_list_cancel_delete() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;

    let request = json!({ "prompt": PROMPT, "aspect_ratio": "1:1", "duration_seconds": 12, "seed": 3 });
    let response = server.post("/api/generations", &request).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let location = header(&response, "location").unwrap().to_owned();
    let id = response.json::<Created>().await.unwrap().id;
    assert_eq!(location, format!("/api/generations/{id}"));

    let view: Value = server.get(&location).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    for key in [
        "id",
        "prompt",
        "status",
        "progress",
        "current_step",
        "framework",
        "num_scenes",
        "scenes",
        "duration_seconds",
        "aspect_ratio",
        "cost_usd",
        "error",
        "video_url",
        "thumbnail_url",
        "created_at",
        "completed_at",
    ] {
        assert!(view.get(key).is_some(), "`{key}` is missing in {view}");
    }
    assert_eq!(
        (&view["status"], &view["aspect_ratio"], &view["seed"]),
        (&json!("queued"), &json!("1:1"), &json!(3))
    );

    let list = |query: &str| server.get(&format!("/api/generations{query}")).bearer_auth(token).send();
    for (query, total) in [
        ("", 1),
        ("?search=NORTHWIND", 1),
        ("?search=&status=&page=&per_page=", 1),
        ("?search=%25", 0),
        ("?status=processing&page=1&per_page=5", 1),
        ("?status=completed", 0),
    ] {
        let page: Page<GenerationView> = list(query).await.unwrap().json().await.unwrap();
        assert_eq!(page.total, total, "{query}");
    }

    let cancel = || server.request(Method::POST, &format!("{location}/cancel")).bearer_auth(token);
    assert_eq!(cancel().send().await.unwrap().status(), StatusCode::ACCEPTED);
    let view: GenerationView =
        server.get(&location).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(view.status, GenerationStatus::Cancelled);
    refused(cancel(), StatusCode::CONFLICT).await;

    let delete = || server.request(Method::DELETE, &location).bearer_auth(token);
    assert_eq!(delete().send().await.unwrap().status(), StatusCode::NO_CONTENT);
    refused(delete(), StatusCode::NOT_FOUND).await;
    refused(server.get(&location).bearer_auth(token), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn bad_bodies_get_the_error_schema() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let send = |content_type: &str, body: String| {
        server
            .request(Method::POST, "/api/generations")
            .bearer_auth(&ann.access_token)
            .header("content-type", content_type)
            .body(body)
    };
    for (body, field) in [
        (json!({ "prompt": PROMPT, "colour": "red" }), "colour"),
        (json!({ "prompt": 7 }), "prompt"),
        (json!({}), "prompt"),
        (json!({ "prompt": PROMPT, "duration_seconds": "15" }), "duration_seconds"),
        (json!({ "prompt": PROMPT, "duration_seconds": 8 }), "duration_seconds"),
        (json!({ "prompt": PROMPT, "aspect_ratio": "2:1" }), "aspect_ratio"),
        (json!({ "prompt": PROMPT, "seed": -1 }), "seed"),
        (json!({ "prompt": "123456789" }), "prompt"),
        (json!({ "prompt": "x".repeat(501) }), "prompt"),
        (json!({ "prompt": "          " }), "prompt"),
        (json!({ "prompt": "a bell \u{7} rings" }), "prompt"),
    ] {
        let error =
            refused(send("application/json", body.to_string()), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(
            (error.code, error.field.as_deref()),
            (ErrorCode::ValidationFailed, Some(field)),
            "{body}"
        );
    }
    for body in ["", "{", "[]", "null", "\"text\"", "{\"prompt\": }", "prompt=x"] {
        let error =
            refused(send("application/json; charset=utf-8", body.into()), StatusCode::BAD_REQUEST).await;
        assert_eq!(error.code, ErrorCode::BadRequest, "{body}");
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let body = json!({ "prompt": PROMPT }).to_string();
        refused(send(content_type, body), StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
    let huge = json!({ "prompt": "x".repeat(100_000) }).to_string();
    let error = refused(send("application/json", huge), StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(error.code, ErrorCode::PayloadTooLarge);
}

#[tokio::test]
async fn prompts_in_any_script_are_taken_as_they_are() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    for prompt in [
        "☕ Kaffee für Frühaufsteher 🚀",
        "قهوة عربية طازجة كل صباح",
        "<script>alert('x')</script> soap",
        "drawtext=text='a':x=[0];%{pts}\\ soap",
        "'; DROP TABLE users; -- a soap",
    ] {
        let request =
            server.post("/api/generations", &json!({ "prompt": prompt })).bearer_auth(&ann.access_token);
        let created: Created = request.send().await.unwrap().json().await.unwrap();
        let path = format!("/api/generations/{}", created.id);
        let view: GenerationView =
            server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap().json().await.unwrap();
        assert_eq!(view.prompt, prompt);
    }
}

#[tokio::test]
async fn bad_queries_name_their_field() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("per_page=101", "per_page"),
        ("status=done", "status"),
        ("sort=asc", "sort"),
    ] {
        let request = server.get(&format!("/api/generations?{query}")).bearer_auth(&ann.access_token);
        let error = refused(request, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(error.field.as_deref(), Some(field), "{query}: {}", error.message);
    }
}

#[tokio::test]
async fn what_is_anothers_is_as_good_as_absent() {
    let server = Server::start().await;
    let (ann, bob) = (server.register("ann").await, server.register("bob").await);
    let id = server.finished(ann.user.id, b"a video").await;
    for (method, path) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/cancel"),
        (Method::GET, "/events"),
        (Method::GET, "/events.json"),
        (Method::GET, "/video"),
        (Method::GET, "/thumbnail"),
    ] {
        let mut messages = Vec::new();
        for id in [id.to_string(), uuid::Uuid::now_v7().to_string(), "no-id".into(), "%2e%2e%2f".into()] {
            let request = server.request(method.clone(), &format!("/api/generations/{id}{path}"));
            let error = refused(request.bearer_auth(&bob.access_token), StatusCode::NOT_FOUND).await;
            messages.push(error.message);
        }
        messages.dedup();
        assert_eq!(messages.len(), 1, "{method} {path} tells what exists: {messages:?}");
        let request = server.request(method, &format!("/api/generations/{id}{path}"));
        refused(request, StatusCode::UNAUTHORIZED).await;
    }
    let page = server.get("/api/generations").bearer_auth(&bob.access_token).send().await.unwrap();
    assert_eq!(page.json::<Page<GenerationView>>().await.unwrap().total, 0);
}

#[tokio::test]
async fn a_finished_generation_says_where_its_files_are() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let lease = server.work().await;
    server.progress(&lease, Stage::Plan).await;
    let path = format!("/api/generations/{id}");
    let show = async || {
        let response = server.get(&path).bearer_auth(&ann.access_token).send().await.unwrap();
        response.json::<GenerationView>().await.unwrap()
    };
    let view = show().await;
    assert_eq!((view.status, view.progress, view.video_url), (GenerationStatus::Running, 10, None));
    server.finish(&lease, b"a video").await;
    let view = show().await;
    assert_eq!((view.status, view.progress), (GenerationStatus::Completed, 100));
    for url in [view.video_url.unwrap(), view.thumbnail_url.unwrap()] {
        let file = server.get(&url).bearer_auth(&ann.access_token).send().await.unwrap();
        assert_eq!(file.bytes().await.unwrap(), b"a video".as_slice(), "{url}");
    }
}
