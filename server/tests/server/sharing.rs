//! Links by which anybody may see one video, and what they never show.

use admint_domain::{ErrorCode, GenerationId, GenerationView, ShareView, SignedIn};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    files::spoken_timeline,
    fixture::{PROMPT, Server, header, refused},
};

const VIDEO: &[u8] = b"0123456789";
const FILES: [&str; 4] = ["", "/video", "/thumbnail", "/captions.vtt"];

struct Shared {
    server: Server,
    ann: SignedIn,
    id: GenerationId,
}

impl Shared {
    /// A finished video with words.
    async fn start() -> Self {
        Self::start_with(Server::start().await).await
    }

    async fn start_with(server: Server) -> Self {
        let ann = server.register("ann").await;
        let id = server.queued(ann.user.id).await;
        let lease = server.work().await;
        server.rooms.store.save_timeline(&lease, &spoken_timeline()).await.unwrap();
        server.finish(&lease, VIDEO).await;
        Self { server, ann, id }
    }

    fn ask(&self, method: Method, what: &str) -> RequestBuilder {
        let path = format!("/api/generations/{}{what}", self.id);
        self.server.request(method, &path).bearer_auth(&self.ann.access_token)
    }

    async fn share(&self, request: &Value) -> ShareView {
        let response = self.ask(Method::POST, "/share").json(request).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    /// Somebody without an account.
    async fn visit(&self, path: &str) -> Response {
        self.server.get(path).send().await.unwrap()
    }

    /// What a link shows that shows nothing.
    async fn assert_nothing(&self, url: &str) {
        let nowhere =
            self.visit("/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.text().await.unwrap();
        for file in FILES {
            let path = format!("{url}{file}");
            let etag = "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"";
            for (name, value) in [
                ("accept", "*/*"),
                ("if-none-match", "*"),
                ("if-none-match", etag),
                ("if-match", "\"x\""),
                ("range", "bytes=0-1"),
                ("range", "bytes=99-"),
            ] {
                let response = self.server.get(&path).header(name, value).send().await.unwrap();
                assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}, {name}: {value}");
                assert_private(&response);
                assert_eq!(response.text().await.unwrap(), nowhere, "{path}: all look alike");
            }
            let head = self.server.request(Method::HEAD, &path).send().await.unwrap();
            assert_eq!(head.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}

/// Kept out of search engines, and neither kept nor told on.
#[track_caller]
fn assert_private(response: &Response) {
    assert!(
        header(response, "x-robots-tag").is_some_and(|robots| robots.contains("noindex")),
        "{response:?}"
    );
    assert_eq!(header(response, "referrer-policy"), Some("no-referrer"));
    let kept = header(response, "cache-control").unwrap();
    assert!(kept == "private, no-store" || kept == "private, no-cache", "{kept}");
}

#[tokio::test]
async fn a_video_is_shared_seen_and_revoked() {
    let shared = Shared::start().await;
    let none = refused(shared.ask(Method::GET, "/share"), StatusCode::NOT_FOUND).await;
    assert_eq!(none.message, "This video is not shared.");

    let link = shared.share(&json!({})).await;
    assert!(link.url.starts_with("/s/") && link.url.len() == 3 + 43, "{}", link.url);
    assert_eq!((link.expires_at, link.is_live), (None, true));
    let again: ShareView = shared.ask(Method::GET, "/share").send().await.unwrap().json().await.unwrap();
    assert_eq!(again, link, "its maker sees it again");
    let until = shared.share(&json!({ "expires_in_days": 7 })).await;
    assert_eq!(until.url, link.url);
    assert_eq!((until.expires_at.unwrap() - link.created_at).num_days(), 7);

    for (file, content_type, body) in [
        ("/video", "video/mp4", Some("0123456789")),
        ("/thumbnail", "image/jpeg", Some("0123456789")),
        ("/captions.vtt", "text/vtt; charset=utf-8", None),
        ("", "text/html; charset=utf-8", None),
    ] {
        let response = shared.visit(&format!("{}{file}", link.url)).await;
        assert_eq!(response.status(), StatusCode::OK, "{file}");
        assert_private(&response);
        assert_eq!(header(&response, "content-type"), Some(content_type));
        assert_eq!(header(&response, "set-cookie"), None);
        let text = response.text().await.unwrap();
        assert!(!text.is_empty() && body.is_none_or(|body| body == text), "{file}: {text}");
    }
    let part =
        shared.server.get(&format!("{}/video", link.url)).header("range", "bytes=2-4").send().await.unwrap();
    assert_eq!((part.status(), part.text().await.unwrap().as_str()), (StatusCode::PARTIAL_CONTENT, "234"));

    for _ in 0..2 {
        let revoked = shared.ask(Method::DELETE, "/share").send().await.unwrap();
        assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    }
    shared.assert_nothing(&link.url).await;
    let anew = shared.share(&json!({})).await;
    assert_ne!(anew.url, link.url, "a revoked link does not come back");
    shared.assert_nothing(&link.url).await;
}

#[tokio::test]
async fn an_expired_link_shows_nothing() {
    let shared = Shared::start().await;
    let link = shared.share(&json!({ "expires_in_days": 1 })).await;
    assert_eq!(shared.visit(&link.url).await.status(), StatusCode::OK);
    // As if a day had gone by.
    let past = chrono::Utc::now() - chrono::TimeDelta::seconds(1);
    shared.server.rooms.store.share(shared.ann.user.id, shared.id, Some(past)).await.unwrap();
    shared.assert_nothing(&link.url).await;
    let seen: ShareView = shared.ask(Method::GET, "/share").send().await.unwrap().json().await.unwrap();
    assert!(!seen.is_live && seen.url == link.url, "its maker is told: {seen:?}");
    let anew = shared.share(&json!({ "expires_in_days": 30 })).await;
    assert_ne!(anew.url, link.url);
    shared.assert_nothing(&link.url).await;
}

#[tokio::test]
async fn a_deleted_video_is_shared_no_more() {
    let shared = Shared::start().await;
    let link = shared.share(&json!({})).await;
    assert_eq!(shared.ask(Method::DELETE, "").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    shared.assert_nothing(&link.url).await;
}

#[tokio::test]
async fn a_link_shows_one_video_and_nothing_else() {
    let shared = Shared::start().await;
    let link = shared.share(&json!({})).await;
    let other = shared.server.finished(shared.ann.user.id, b"another").await;
    for path in [
        "/provenance".to_owned(),
        "/captions.srt".to_owned(),
        "/video/".to_owned(),
        "/../video".to_owned(),
        "/..%2f..%2fapi".to_owned(),
        format!("/{other}"),
        "/scenes/0/still".to_owned(),
    ] {
        let response = shared.visit(&format!("{}{path}", link.url)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // It is no log-in: neither as a token nor for what its video has beside.
    let token = link.url.trim_start_matches("/s/");
    let as_bearer = shared.server.get(&format!("/api/generations/{}", shared.id)).bearer_auth(token);
    refused(as_bearer, StatusCode::UNAUTHORIZED).await;
    let posted = shared.server.request(Method::POST, &link.url).send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    for wrong in ["AAAA", "%00", &token[..42], &format!("{token}x"), &token.to_lowercase()] {
        let response = shared.visit(&format!("/s/{wrong}")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn the_page_needs_no_script_and_tells_no_more_than_it_must() {
    let shared = Shared::start().await;
    let link = shared.share(&json!({})).await;
    let response = shared.visit(&link.url).await;
    let policy = header(&response, "content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(header(&response, "x-frame-options"), Some("DENY"));
    let page = response.text().await.unwrap();
    for expected in ["<video", "controls", "poster=", "kind=\"captions\"", "noindex", "A video ad", "AdMint"]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let id = shared.id.to_string();
    for hidden in ["<script", PROMPT, id.as_str(), "/api/", "og:video\""] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    assert!(page.contains("<title>A video ad · AdMint</title>"), "{page}");
    let rename = json!({ "title": "<b>Spring</b> & \"summer\"" });
    shared.ask(Method::PATCH, "").json(&rename).send().await.unwrap();
    let page = shared.visit(&link.url).await.text().await.unwrap();
    assert!(page.contains("&lt;b&gt;Spring&lt;/b&gt; &amp;") && !page.contains("<b>"), "{page}");
}

#[tokio::test]
async fn previews_of_a_link_have_whole_addresses() {
    let server = Server::start_with(|config| {
        config.public_url = Some("https://ads.example.com".parse().unwrap());
    })
    .await;
    let shared = Shared::start_with(server).await;
    let link = shared.share(&json!({})).await;
    let path = link.url.strip_prefix("https://ads.example.com").unwrap();
    let page = shared.visit(path).await.text().await.unwrap();
    for (name, file) in [("og:url", ""), ("og:video", "/video"), ("og:image", "/thumbnail")] {
        let meta = format!("property=\"{name}\" content=\"{}{file}\"", link.url);
        assert!(page.contains(&meta), "{meta}: {page}");
    }
    assert!(page.contains("name=\"twitter:card\" content=\"summary_large_image\""), "{page}");
}

#[tokio::test]
async fn only_a_finished_video_of_ones_own_is_shared() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let finished = server.finished(ann.user.id, VIDEO).await;
    let unfinished = server.queued(ann.user.id).await;
    let share = |id: GenerationId, body: Value| {
        server.post(&format!("/api/generations/{id}/share"), &body).bearer_auth(&ann.access_token)
    };
    refused(share(unfinished, json!({})), StatusCode::CONFLICT).await;
    for (body, field) in [
        (json!({ "expires_in_days": 2 }), "expires_in_days"),
        (json!({ "expires_in_days": -1 }), "expires_in_days"),
        (json!({ "expires_in_days": "never" }), "expires_in_days"),
        (json!({ "token": "mine" }), "token"),
    ] {
        let error = refused(share(finished, body.clone()), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(error.field.as_deref(), Some(field), "{body}");
    }
    for method in [Method::GET, Method::POST, Method::DELETE] {
        let path = format!("/api/generations/{finished}/share");
        let request = || server.request(method.clone(), &path).json(&json!({}));
        refused(request().bearer_auth(&eve.access_token), StatusCode::NOT_FOUND).await;
        refused(request(), StatusCode::UNAUTHORIZED).await;
    }
}

#[tokio::test]
async fn search_engines_are_told_to_stay_away() {
    let server = Server::start().await;
    let robots = server.get("/robots.txt").send().await.unwrap().text().await.unwrap();
    let (all, named) = robots.split_once("\n\n").unwrap();
    assert!(all.contains("User-agent: *") && all.ends_with("Disallow: /"), "{robots}");
    assert!(!all.contains("/s/") && named.contains("Allow: /s/"), "{robots}");
}

#[tokio::test]
async fn an_ad_is_called_what_its_maker_calls_it() {
    let shared = Shared::start().await;
    let rename = |title: Value| shared.ask(Method::PATCH, "").json(&json!({ "title": title }));
    let named = async |title: Value| {
        let response = rename(title).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<GenerationView>().await.unwrap().title
    };
    assert_eq!(named(json!("  Spring   sale ")).await.as_deref(), Some("Spring sale"));
    let found: Value = shared
        .server
        .get("/api/generations?search=SPRING")
        .bearer_auth(&shared.ann.access_token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["items"][0]["title"], "Spring sale");
    for wrong in [json!("x".repeat(101)), json!("a\u{0}b"), json!("a\u{202e}b"), json!("\u{200b}"), json!(7)]
    {
        let error = refused(rename(wrong.clone()), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(
            (error.code, error.field.as_deref()),
            (ErrorCode::ValidationFailed, Some("title")),
            "{wrong}"
        );
    }
    let nothing = shared.ask(Method::PATCH, "").json(&json!({}));
    assert_eq!(refused(nothing, StatusCode::UNPROCESSABLE_ENTITY).await.field.as_deref(), Some("title"));
    let eve = shared.server.register("eve").await;
    let path = format!("/api/generations/{}", shared.id);
    let foreign = shared.server.request(Method::PATCH, &path).json(&json!({ "title": "Mine" }));
    refused(foreign.bearer_auth(&eve.access_token), StatusCode::NOT_FOUND).await;
    assert_eq!(named(json!(" ")).await, None);
    assert_eq!(named(json!(null)).await, None);
    let download = shared.ask(Method::GET, "/video?download=1").send().await.unwrap();
    let expected = format!("attachment; filename=\"ad_{}.mp4\"", shared.id);
    assert_eq!(header(&download, "content-disposition"), Some(expected.as_str()));
}
