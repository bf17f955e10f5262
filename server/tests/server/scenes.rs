//! Changing an ad's scenes: the API, the page, and that both are their user's own.

use std::time::Duration;

use admint_domain::{
    AdSpec, ArtDirection, ErrorCode, Frames, Framework, GenerationId, GenerationStatus, OverlayCopy,
    OverlayRole, Palette, PlannedScene, Rgb, SceneLayout, ScenePlan, SceneRole, ScenesView, TextPlacement,
    Tone, UserId,
};
use admint_store::{AssetKind, NewAsset};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fixture::{PASSWORD, Server, cookie_jar, form, header, refused};

pub fn spec() -> AdSpec {
    AdSpec {
        product: "Cold brew".into(),
        brand: None,
        category: "coffee".into(),
        audience: "early birds".into(),
        benefit: "awake in one sip".into(),
        pain: "slow mornings".into(),
        offer: None,
        call_to_action: "Try it".into(),
        tone: Tone::Warm,
        direction: ArtDirection::Clean,
        palette: Palette {
            background: Rgb::WHITE,
            surface: Rgb::WHITE,
            ink: Rgb::BLACK,
            primary: Rgb::BLACK,
            on_primary: Rgb::WHITE,
            accent: Rgb(200, 80, 20),
        },
        framework: Framework::Aida,
        framework_reason: "It is short.".into(),
    }
}

pub fn plan() -> ScenePlan {
    let scene = |headline: &str| PlannedScene {
        role: SceneRole::Benefit,
        layout: SceneLayout::Stage,
        visual_prompt: "a cup".into(),
        overlays: vec![OverlayCopy { role: OverlayRole::Headline, text: headline.into() }],
        placement: TextPlacement::Lower,
        length: Frames::from_seconds(4),
    };
    ScenePlan::new(["Wake up", "Sip", "Go"].map(scene).to_vec(), Frames::ZERO).unwrap()
}

/// A complete ad whose clips Studio drew, with a picture of its first scene.
pub async fn complete_ad(server: &Server, user: UserId) -> GenerationId {
    let id = server.queued(user).await;
    let lease = server.work().await;
    let store = &server.rooms.store;
    store.save_spec(&lease, &spec()).await.unwrap();
    let scenes = store.save_plan(&lease, &plan()).await.unwrap();
    let assets = scenes.iter().enumerate().map(|(index, &scene)| (scene, AssetKind::Clip, index));
    for (scene, kind, index) in assets.chain([(scenes[0], AssetKind::Still, 9)]) {
        let made = server.folder().join("made");
        std::fs::write(&made, b"a picture").unwrap();
        let key = format!("{id}/{index}");
        let published = server.rooms.assets.publish(&made, &key).await.unwrap();
        let content_type = if kind == AssetKind::Clip { "application/json" } else { "image/jpeg" };
        let asset = NewAsset {
            scene: Some(scene),
            kind,
            key,
            bytes: published.bytes,
            sha256: published.sha256,
            content_type: content_type.into(),
            frames: Some(Frames::from_seconds(4)),
            made_by: None,
        };
        store.add_asset(&lease, asset).await.unwrap();
    }
    server.finish(&lease, b"a video").await;
    id
}

#[tokio::test]
async fn the_api_reads_changes_and_undoes() {
    let server = Server::start().await;
    let (ann, ben) = (server.register("ann").await, server.register("ben").await);
    let id = complete_ad(&server, ann.user.id).await;
    let path = |what: &str| format!("/api/generations/{id}/{what}");
    let post = |what: &str, body: Value| server.post(&path(what), &body).bearer_auth(&ann.access_token);
    let read = async || -> ScenesView {
        let answer = server.get(&path("scenes")).bearer_auth(&ann.access_token).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let scenes = read().await;
    assert_eq!((scenes.revision, scenes.scenes.len(), scenes.is_drawn), (1, 3, true));
    assert_eq!(scenes.scenes[0].texts[0].text, "Wake up");
    let still = scenes.scenes[0].still_url.clone().unwrap();
    let picture = server.get(&still).bearer_auth(&ann.access_token).send().await.unwrap();
    assert_eq!((picture.status(), header(&picture, "content-type")), (StatusCode::OK, Some("image/jpeg")));
    refused(server.get(&still).bearer_auth(&ben.access_token), StatusCode::NOT_FOUND).await;
    refused(server.get(&path("scenes/7/still")).bearer_auth(&ann.access_token), StatusCode::NOT_FOUND).await;
    refused(server.get(&path("scenes/x/still")).bearer_auth(&ann.access_token), StatusCode::NOT_FOUND).await;
    refused(server.get(&path("scenes")).bearer_auth(&ben.access_token), StatusCode::NOT_FOUND).await;
    refused(server.get(&path("scenes")), StatusCode::UNAUTHORIZED).await;

    // What is wrong names its field.
    let long = json!({ "revision": 1, "scenes": [{ "index": 1, "texts": ["x".repeat(90)] }] });
    let error = refused(post("changes", long), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(
        (error.code, error.field.as_deref()),
        (ErrorCode::ValidationFailed, Some("scenes[1].texts[0]"))
    );
    let unknown = json!({ "revision": 1, "colour": "red" });
    refused(post("changes", unknown), StatusCode::UNPROCESSABLE_ENTITY).await;
    let nobody = json!({ "revision": 1, "model": "nobody" });
    let error = refused(post("clips", nobody), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("real_clips"));
    refused(post("undo", json!({ "revision": 1 })), StatusCode::CONFLICT).await;

    let words = json!({ "revision": 1, "scenes": [{ "index": 1, "texts": ["Sip slowly"] }] });
    let price = post("changes/price", words.clone()).send().await.unwrap();
    assert_eq!(price.json::<Value>().await.unwrap(), json!({ "cost_usd": 0.0 }));
    refused(server.post(&path("changes"), &words).bearer_auth(&ben.access_token), StatusCode::NOT_FOUND)
        .await;
    assert_eq!(post("changes", words.clone()).send().await.unwrap().status(), StatusCode::ACCEPTED);
    refused(post("changes", words), StatusCode::CONFLICT).await;
    refused(post("scenes/0/again", json!({ "revision": 2 })), StatusCode::CONFLICT).await;
    let scenes = read().await;
    assert_eq!((scenes.revision, scenes.status, scenes.is_changing), (2, GenerationStatus::Queued, true));
    assert_eq!(scenes.scenes[1].texts[0].text, "Sip slowly");
    let video = server.get(&path("video")).bearer_auth(&ann.access_token).send().await.unwrap();
    assert_eq!(video.text().await.unwrap(), "a video", "it is seen as it was");

    let cancel = server.request(Method::POST, &path("cancel")).bearer_auth(&ann.access_token);
    assert_eq!(cancel.send().await.unwrap().status(), StatusCode::ACCEPTED);
    let undo = post("undo", json!({ "revision": 2 })).send().await.unwrap();
    assert_eq!(undo.status(), StatusCode::NO_CONTENT);
    let scenes = read().await;
    assert_eq!((scenes.revision, scenes.status), (3, GenerationStatus::Completed));
    assert_eq!(scenes.scenes[1].texts[0].text, "Sip");
    let again = post("scenes/2/again", json!({ "revision": 3 })).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::ACCEPTED);
    assert_eq!(read().await.scenes[2].take, 1);
}

#[tokio::test]
async fn the_page_keeps_what_was_typed_and_says_what_is_wrong_with_it() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = complete_ad(&server, ann.user.id).await;
    let log_in = form(&server, "/fn/login", &[("username", "ann"), ("password", PASSWORD)]);
    let jar = cookie_jar(&log_in.send().await.unwrap());
    let path = format!("/videos/{id}/scenes");
    let shown = async || {
        let response = server.get(&path).header("cookie", &jar).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.text().await.unwrap()
    };
    let send = async |fields: &[(&str, &str)]| {
        let response = form(&server, &path, fields).header("cookie", &jar).send().await.unwrap();
        (response.status(), header(&response, "location").map(str::to_owned), response.text().await.unwrap())
    };
    let page = shown().await;
    for expected in ["Wake up", "a cup", "Save and redraw", "Make this scene again", "<strong id=\"sum\""] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("Undo the last change") && !page.contains("This is a free animatic"));

    let wrong = [("revision", "1"), ("text-0-0", "Up & <away>"), ("seconds-1", "nine")];
    let (status, _, page) = send(&wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Up &amp; &lt;away&gt;") && page.contains("value=\"nine\""), "{page}");
    assert!(page.contains("href=\"#seconds-1\"") && page.contains("aria-invalid=\"true\""), "{page}");

    let (status, location, _) =
        send(&[("revision", "1"), ("text-0-0", "Up and away"), ("seconds-1", "4,5")]).await;
    assert_eq!((status, location.as_deref()), (StatusCode::SEE_OTHER, Some(path.as_str())));
    let page = shown().await;
    assert!(page.contains("Your change is being made") && page.contains("data-live"), "{page}");
    assert!(!page.contains("Save and redraw"));
    let (status, _, page) = send(&[("revision", "1"), ("again", "0 0")]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("another tab"), "{page}");

    let lease = server.rooms.store.claim_job("test", Duration::from_secs(60)).await.unwrap().unwrap();
    server.rooms.store.fail(&lease, "The disk is full.", false).await.unwrap();
    let page = shown().await;
    for expected in ["The last change failed. The disk is full.", "Try again", "Keep the ad as it was"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let (status, ..) = send(&[("revision", "2"), ("action", "undo")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(shown().await.contains("Wake up"));

    // Somebody else's is not there, and a visitor logs in first.
    let elsewhere = server.get("/videos/0199c0de-0000-7000-8000-000000000000/scenes").header("cookie", &jar);
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let visitor = server.get(&path).send().await.unwrap();
    assert!(header(&visitor, "location").is_some_and(|to| to.starts_with("/login")), "{visitor:?}");
}
