//! Byte ranges, conditional requests and downloads.

use admint_domain::{AspectRatio, AssetId, Frames, SceneId, ShareView};
use admint_store::{AssetKind, NewAsset};
use admint_timeline::{Caption, Clip, Grade, SpokenLine, Timeline, VoiceOver};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::fixture::{Server, header, refused};

/// Ten bytes that tell where they are.
const VIDEO: &[u8] = b"0123456789";

struct Watched {
    server: Server,
    token: String,
    path: String,
}

impl Watched {
    async fn start() -> Self {
        let server = Server::start().await;
        let ann = server.register("ann").await;
        let id = server.finished(ann.user.id, VIDEO).await;
        Self { server, token: ann.access_token, path: format!("/api/generations/{id}/video") }
    }

    fn get(&self) -> RequestBuilder {
        self.server.get(&self.path).bearer_auth(&self.token)
    }

    async fn etag(&self) -> String {
        header(&self.get().send().await.unwrap(), "etag").unwrap().to_owned()
    }

    /// The video, its thumbnail, and both as a link shows them.
    async fn all(&self) -> Vec<String> {
        let thumbnail = self.path.replace("/video", "/thumbnail");
        let share = self.path.replace("/video", "/share");
        let request = self.server.post(&share, &json!({})).bearer_auth(&self.token);
        let shared: ShareView = request.send().await.unwrap().json().await.unwrap();
        let of_link = ["video", "thumbnail"].map(|file| format!("{}/{file}", shared.url));
        [self.path.clone(), thumbnail].into_iter().chain(of_link).collect()
    }

    /// What a range is answered with, by each of the paths: status, `Content-Range`, body.
    #[track_caller]
    fn check(
        &self,
        paths: &[String],
        range: &str,
        status: u16,
        content_range: Option<&str>,
        body: &str,
    ) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            for path in paths {
                let ask = |method: Method| {
                    let request = self.server.request(method, path).header("range", range);
                    if path.starts_with("/s/") { request } else { request.bearer_auth(&self.token) }
                };
                let response = ask(Method::GET).send().await.unwrap();
                assert_eq!(response.status(), status, "{caller}: {path}");
                assert_eq!(header(&response, "content-range"), content_range, "{caller}: {path}");
                let length = header(&response, "content-length").map(str::to_owned);
                let text = response.text().await.unwrap();
                assert_eq!(length, Some(text.len().to_string()), "{caller}: {path}");
                match status {
                    416 => assert!(text.contains("\"error\""), "{caller}: {text}"),
                    _ => assert_eq!(text, body, "{caller}: {path}"),
                }
                // Ranges are for GET alone (RFC 9110, section 14.2).
                let head = ask(Method::HEAD).send().await.unwrap();
                assert_eq!(head.status(), StatusCode::OK, "{caller}: {path}");
                assert_eq!(header(&head, "content-length"), Some("10"), "{caller}: {path}");
                assert_eq!(header(&head, "content-range"), None, "{caller}: {path}");
                assert_eq!(header(&head, "accept-ranges"), Some("bytes"), "{caller}: {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_whole_file() {
    let watched = Watched::start().await;
    let response = watched.get().header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    for (name, value) in [
        ("content-type", "video/mp4"),
        ("content-length", "10"),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-cache"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(header(&response, name), Some(value), "{name}");
    }
    assert_eq!(header(&response, "content-encoding"), None);
    let etag = header(&response, "etag").unwrap();
    assert!(etag.starts_with('"') && etag.len() == 66, "{etag}");
    assert_eq!(response.bytes().await.unwrap(), VIDEO);

    let head =
        watched.server.request(Method::HEAD, &watched.path).bearer_auth(&watched.token).send().await.unwrap();
    assert_eq!((head.status(), header(&head, "content-length")), (StatusCode::OK, Some("10")));
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn ranges_of_every_kind() {
    let watched = Watched::start().await;
    let all = watched.all().await;
    let part = async |range, content_range, body| {
        watched.check(&all, range, 206, Some(content_range), body).await;
    };
    part("bytes=0-0", "bytes 0-0/10", "0").await;
    part("bytes=2-4", "bytes 2-4/10", "234").await;
    part("bytes=5-", "bytes 5-9/10", "56789").await;
    part("bytes=-5", "bytes 5-9/10", "56789").await;
    part("bytes=-1", "bytes 9-9/10", "9").await;
    part("bytes=9-", "bytes 9-9/10", "9").await;
    part("bytes=0-", "bytes 0-9/10", "0123456789").await;
    part("bytes=0-999", "bytes 0-9/10", "0123456789").await;
    part("bytes=-999", "bytes 0-9/10", "0123456789").await;
    part("bytes=8-18446744073709551615", "bytes 8-9/10", "89").await;
    part("bytes=8-999999999999999999999999", "bytes 8-9/10", "89").await;
    part("Bytes=2-4", "bytes 2-4/10", "234").await;
    for outside in [
        "bytes=10-",
        "bytes=10-20",
        "bytes=999999-",
        "bytes=-0",
        "bytes=18446744073709551616-",
        "bytes=10-,20-30",
    ] {
        watched.check(&all, outside, 416, Some("bytes */10"), "").await;
    }
    watched.check(&all, "bytes=0-0,5-6", 200, None, "0123456789").await;
    watched.check(&all, "bytes=0-0,99-", 200, None, "0123456789").await;
}

#[tokio::test]
async fn what_is_no_range_of_bytes_is_ignored() {
    let watched = Watched::start().await;
    let all = watched.all().await;
    for range in
        ["bytes=", "bytes=a-b", "bytes=4-2", "bytes=-", "items=0-1", "bytes 0-1", "bytes=0x1-2", "0-1"]
    {
        watched.check(&all, range, 200, None, "0123456789").await;
    }
}

#[tokio::test]
async fn conditional_requests() {
    let watched = Watched::start().await;
    let etag = watched.etag().await;
    for (name, value, status) in [
        ("if-none-match", etag.clone(), StatusCode::NOT_MODIFIED),
        ("if-none-match", format!("\"x\", W/{etag}"), StatusCode::NOT_MODIFIED),
        ("if-none-match", "\"x\"".into(), StatusCode::OK),
        ("if-match", etag.clone(), StatusCode::OK),
        ("if-match", "\"x\"".into(), StatusCode::PRECONDITION_FAILED),
    ] {
        let response = watched.get().header(name, &value).send().await.unwrap();
        assert_eq!(response.status(), status, "{name}: {value}");
        if status == StatusCode::NOT_MODIFIED {
            assert_eq!(header(&response, "etag"), Some(etag.as_str()));
            assert!(response.bytes().await.unwrap().is_empty());
        }
    }
    let weak = format!("W/{etag}");
    for (range, if_range, status) in [
        ("bytes=2-4", etag.as_str(), 206),
        ("bytes=2-4", "\"x\"", 200),
        ("bytes=2-4", weak.as_str(), 200),
        ("bytes=2-4", "Mon, 23 Nov 2026 12:00:00 GMT", 200),
        // Of another version nobody can say what lies outside.
        ("bytes=99-", "\"x\"", 200),
        ("bytes=99-", etag.as_str(), 416),
    ] {
        let request = watched.get().header("range", range).header("if-range", if_range);
        assert_eq!(request.send().await.unwrap().status(), status, "{range}, {if_range}");
    }
    // Whether there is anything new comes before what part of it is asked for.
    let both = watched.get().header("range", "bytes=99-").header("if-none-match", &etag);
    assert_eq!(both.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn played_by_default_and_saved_on_request() {
    let watched = Watched::start().await;
    let id = watched.path.split('/').nth(3).unwrap();
    for (query, disposition) in [("", "inline"), ("?download=1", "attachment"), ("?download=0", "inline")] {
        let request = watched.server.get(&format!("{}{query}", watched.path)).bearer_auth(&watched.token);
        let response = request.send().await.unwrap();
        let expected = format!("{disposition}; filename=\"ad_{id}.mp4\"");
        assert_eq!(header(&response, "content-disposition"), Some(expected.as_str()));
    }
    let thumbnail = watched.path.replace("/video", "/thumbnail");
    let response = watched.server.get(&thumbnail).bearer_auth(&watched.token).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), Some("image/jpeg"));
}

/// The address is signed here; no bucket is asked.
#[tokio::test]
async fn a_large_download_comes_from_the_bucket_and_a_played_one_does_not() {
    let server = Server::start_with(|config| {
        config.assets_url = Some("s3://ads".parse().unwrap());
        config.s3_endpoint = Some("http://127.0.0.1:9".into());
        config.s3_access_key_id = Some("tester".into());
        config.s3_secret_access_key = serde_json::from_str("\"not a secret\"").unwrap();
    })
    .await;
    let ann = server.register("ann").await;
    let mut answers = Vec::new();
    for bytes in [8 << 20, (8 << 20) - 1] {
        let id = server.queued(ann.user.id).await;
        let lease = server.work().await;
        let asset = NewAsset {
            scene: None,
            kind: AssetKind::Video,
            key: format!("{id}/video.mp4"),
            bytes,
            sha256: "0".repeat(64),
            content_type: "video/mp4".into(),
            frames: Some(Frames(360)),
            made_by: None,
        };
        server.rooms.store.add_asset(&lease, asset).await.unwrap();
        for query in ["?download=1", ""] {
            // What comes from here is not asked for again by a browser that has it.
            let request = server
                .get(&format!("/api/generations/{id}/video{query}"))
                .header("if-none-match", format!("\"{}\"", "0".repeat(64)))
                .bearer_auth(&ann.access_token);
            let answer = request.send().await.unwrap();
            answers.push((answer.status().as_u16(), header(&answer, "location").map(str::to_owned)));
        }
    }
    let (status, url) = answers.remove(0);
    let url = url.unwrap();
    assert_eq!(status, 307);
    assert!(url.starts_with("http://127.0.0.1:9/ads/") && url.contains("X-Amz-Signature="), "{url}");
    assert!(url.contains("response-content-disposition=attachment"), "{url}");
    assert_eq!(answers, vec![(304, None); 3]);
}

#[tokio::test]
async fn captions_are_the_owners_and_read_by_players() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let id = server.queued(ann.user.id).await;
    let captions = |kind: &str, token: &str| {
        server.get(&format!("/api/generations/{id}/captions.{kind}")).bearer_auth(token)
    };
    // Before there is a timeline, and for somebody else, there is nothing.
    refused(captions("srt", &ann.access_token), StatusCode::NOT_FOUND).await;
    let lease = server.work().await;
    server.rooms.store.save_timeline(&lease, &spoken_timeline()).await.unwrap();
    refused(captions("srt", &eve.access_token), StatusCode::NOT_FOUND).await;
    refused(server.get(&format!("/api/generations/{id}/captions.vtt")), StatusCode::UNAUTHORIZED).await;

    let srt = captions("srt?download=1", &ann.access_token).send().await.unwrap();
    let saved = format!("attachment; filename=\"ad_{id}.srt\"");
    assert_eq!(header(&srt, "content-disposition"), Some(saved.as_str()));
    assert_eq!(header(&srt, "content-type"), Some("application/x-subrip; charset=utf-8"));
    assert_eq!(srt.text().await.unwrap(), "1\n00:00:01,000 --> 00:00:02,000\nFresh & <cold>\n\n");
    let vtt = captions("vtt", &ann.access_token).send().await.unwrap();
    assert_eq!(header(&vtt, "content-type"), Some("text/vtt; charset=utf-8"));
    assert_eq!(header(&vtt, "cache-control"), Some("private, no-cache"));
    let text = vtt.text().await.unwrap();
    assert_eq!(text, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nFresh &amp; &lt;cold&gt;\n\n");
}

/// Two seconds, with words in the second one.
pub fn spoken_timeline() -> Timeline {
    let words = vec![Caption { from: Frames(24), to: Frames(48), text: "Fresh & <cold>".into() }];
    let nil = "00000000-0000-0000-0000-000000000000";
    let asset: AssetId = nil.parse().unwrap();
    Timeline {
        aspect: AspectRatio::Square,
        clips: vec![Clip {
            asset,
            scene: nil.parse::<SceneId>().unwrap(),
            source_in: Frames::ZERO,
            length: Frames(48),
            transition: None,
        }],
        overlays: Vec::new(),
        music: None,
        voice: Some(VoiceOver {
            asset,
            lines: vec![SpokenLine { scene: 0, from: Frames(24), to: Frames(48), words }],
        }),
        captioned: false,
        grade: Grade::default(),
    }
}

#[tokio::test]
async fn files_that_are_not_there() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    for file in ["video", "thumbnail"] {
        let request = server.get(&format!("/api/generations/{id}/{file}")).bearer_auth(&ann.access_token);
        refused(request, StatusCode::NOT_FOUND).await;
    }
    // A row without its file, as after a disk was restored by halves.
    let lease = server.work().await;
    server.finish(&lease, VIDEO).await;
    std::fs::remove_file(server.data().join(format!("assets/files/{id}/video.mp4"))).unwrap();
    let request = server.get(&format!("/api/generations/{id}/video")).bearer_auth(&ann.access_token);
    refused(request, StatusCode::NOT_FOUND).await;
}
