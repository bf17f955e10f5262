//! A user's room: shown, refused, given back.

use admint_domain::{ErrorCode, ProfileView};
use admint_store::{AssetKind, NewAsset};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::fixture::{PROMPT, Server, refused};

#[tokio::test]
async fn a_full_storage_is_said_with_what_to_do_and_deleting_frees_it() {
    let server = Server::start_with(|config| config.quota_gigabytes = 1).await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let profile = async || {
        let answer = server.get("/api/user/profile").bearer_auth(token).send().await.unwrap();
        answer.json::<ProfileView>().await.unwrap().storage
    };
    let id = server.finished(ann.user.id, b"a video").await;
    let storage = profile().await;
    assert_eq!((storage.used_bytes, storage.allowed_bytes), (28, Some(1 << 30)));

    let page =
        server.get("/profile").header("cookie", format!("admint_access={token}")).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Storage Used") && page.contains("0 MiB of 1 GiB"), "{page}");

    let rest = NewAsset {
        scene: None,
        kind: AssetKind::Stitched,
        key: "rest.mp4".into(),
        bytes: (1 << 30) - 28,
        sha256: "00".into(),
        content_type: "video/mp4".into(),
        frames: None,
        made_by: None,
    };
    server.queued(ann.user.id).await;
    server.rooms.store.add_asset(&server.work().await, rest).await.unwrap();
    let create = || server.post("/api/generations", &json!({ "prompt": PROMPT })).bearer_auth(token);
    let error = refused(create(), StatusCode::INSUFFICIENT_STORAGE).await;
    assert_eq!((error.code, error.field), (ErrorCode::StorageFull, None));
    assert!(
        error.message.contains("1 GiB of 1 GiB") && error.message.contains("Delete"),
        "{}",
        error.message
    );
    let upload = server.request(Method::POST, "/api/pictures?role=photo").bearer_auth(token).body("x");
    assert_eq!(refused(upload, StatusCode::INSUFFICIENT_STORAGE).await.code, ErrorCode::StorageFull);

    let eve = server.register("eve").await;
    let create_eves = server.post("/api/generations", &json!({ "prompt": PROMPT }));
    let created = create_eves.bearer_auth(&eve.access_token).send().await.unwrap();
    assert_eq!(created.status(), StatusCode::ACCEPTED);

    let path = format!("/api/generations/{id}");
    let deleted = server.request(Method::DELETE, &path).bearer_auth(token).send().await.unwrap();
    assert!(deleted.status().is_success());
    // What can still be brought back takes its room.
    server.purge().await;
    assert_eq!(create().send().await.unwrap().status(), StatusCode::ACCEPTED);
}
