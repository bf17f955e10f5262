//! The queue: its API, its page, and that both are their user's own.

use admint_domain::{GenerationStatus, QueueView};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::fixture::{PASSWORD, Server, cookie_jar, form, header, refused};

async fn queue_of(server: &Server, token: &str) -> QueueView {
    server.get("/api/queue").bearer_auth(token).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_api_shows_moves_and_retries() {
    let server = Server::start().await;
    let (ann, ben) = (server.register("ann").await, server.register("ben").await);
    let token = &ann.access_token;
    refused(server.get("/api/queue"), StatusCode::UNAUTHORIZED).await;
    let (first, second) = (server.queued(ann.user.id).await, server.queued(ann.user.id).await);

    let order = |queue: QueueView| queue.items.into_iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(order(queue_of(&server, token).await), [first, second]);
    let path = |id, what: &str| format!("/api/generations/{id}/{what}");
    let to = |to: &str| json!({ "to": to });
    let moved = server.post(&path(second, "move"), &to("first")).bearer_auth(token).send().await.unwrap();
    assert_eq!(moved.status(), StatusCode::NO_CONTENT);
    assert_eq!(order(queue_of(&server, token).await), [second, first]);
    refused(
        server.post(&path(second, "move"), &to("sideways")).bearer_auth(token),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    refused(
        server.post(&path(second, "move"), &to("last")).bearer_auth(&ben.access_token),
        StatusCode::NOT_FOUND,
    )
    .await;
    assert!(queue_of(&server, &ben.access_token).await.items.is_empty());

    let lease = server.work().await;
    assert_eq!(lease.generation, second);
    let retry = || server.request(Method::POST, &path(second, "retry")).bearer_auth(token);
    refused(retry(), StatusCode::CONFLICT).await;
    refused(server.post(&path(second, "move"), &to("last")).bearer_auth(token), StatusCode::CONFLICT).await;
    server.rooms.store.fail(&lease, "The disk is full.", false).await.unwrap();
    assert_eq!(retry().send().await.unwrap().status(), StatusCode::ACCEPTED);
    let item = queue_of(&server, token).await.items.pop().unwrap();
    assert_eq!((item.id, item.status, item.position), (second, GenerationStatus::Queued, Some(2)));
    assert_eq!(item.attempts[0].reason.as_deref(), Some("The disk is full."));
}

#[tokio::test]
async fn the_page_is_plain_html_and_does_what_its_buttons_say() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let log_in = form(&server, "/fn/login", &[("username", "ann"), ("password", PASSWORD)]);
    let jar = cookie_jar(&log_in.send().await.unwrap());
    let shown = || async {
        let response = server.get("/queue").header("cookie", &jar).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.text().await.unwrap()
    };
    assert!(shown().await.contains("Nothing is waiting"));

    let (first, second) = (server.queued(ann.user.id).await, server.queued(ann.user.id).await);
    let page = shown().await;
    assert!(page.contains("Place 2") && page.contains(&format!("/videos/{first}")), "{page}");
    let act = |id: &str, action: &str| {
        form(&server, "/queue", &[("id", id), ("action", action)]).header("cookie", &jar)
    };
    let done = act(&second.to_string(), "first").send().await.unwrap();
    assert_eq!((done.status(), header(&done, "location")), (StatusCode::SEE_OTHER, Some("/queue")));
    let page = shown().await;
    assert!(page.find(&second.to_string()).unwrap() < page.find(&first.to_string()).unwrap());

    act(&second.to_string(), "cancel").send().await.unwrap();
    assert!(shown().await.contains("Failed or cancelled"));
    let twice = act(&second.to_string(), "cancel").send().await.unwrap();
    assert_eq!(twice.status(), StatusCode::CONFLICT);
    assert!(twice.text().await.unwrap().contains("nothing to cancel"), "said on the page");
    assert_eq!(act("x", "fly").send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    act(&second.to_string(), "retry").send().await.unwrap();
    assert!(!shown().await.contains("Failed or cancelled"));

    let stranger = server.request(Method::POST, "/queue").header("cookie", &jar);
    let stranger = stranger.header("sec-fetch-site", "cross-site").body("id=x&action=cancel");
    assert_eq!(stranger.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}
