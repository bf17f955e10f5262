//! Byte ranges, conditional requests and downloads.

use admint_domain::{AspectRatio, AssetId, Frames, SceneId};
use admint_store::{AssetKind, NewAsset};
use admint_timeline::{Caption, Clip, Grade, SpokenLine, Timeline, VoiceOver};
use reqwest::{Method, RequestBuilder, StatusCode};

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

    /// What a range is answered with: status, `Content-Range`, body.
    #[track_caller]
    fn check(
        &self,
        range: &str,
        status: u16,
        content_range: Option<&str>,
        body: &str,
    ) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        let request = self.get().header("range", range);
        async move {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{caller}");
            assert_eq!(header(&response, "content-range"), content_range, "{caller}");
            let length = header(&response, "content-length").map(str::to_owned);
            let text = response.text().await.unwrap();
            assert_eq!(length, Some(text.len().to_string()), "{caller}");
            if status != 416 {
                assert_eq!(text, body, "{caller}");
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
    watched.check("bytes=0-0", 206, Some("bytes 0-0/10"), "0").await;
    watched.check("bytes=2-4", 206, Some("bytes 2-4/10"), "234").await;
    watched.check("bytes=5-", 206, Some("bytes 5-9/10"), "56789").await;
    watched.check("bytes=-5", 206, Some("bytes 5-9/10"), "56789").await;
    watched.check("bytes=-1", 206, Some("bytes 9-9/10"), "9").await;
    watched.check("bytes=9-", 206, Some("bytes 9-9/10"), "9").await;
    watched.check("bytes=0-", 206, Some("bytes 0-9/10"), "0123456789").await;
    watched.check("bytes=10-", 416, Some("bytes */10"), "").await;
    watched.check("bytes=999999-", 416, Some("bytes */10"), "").await;
    watched.check("bytes=0-0,5-6", 200, None, "0123456789").await;
}

#[tokio::test]
async fn odd_ranges_never_break_the_answer() {
    let watched = Watched::start().await;
    for range in [
        "bytes=",
        "bytes=a-b",
        "bytes=4-2",
        "bytes=-",
        "items=0-1",
        "bytes=-0",
        "bytes=18446744073709551616-",
        "bytes=0-999",
        "bytes=-999",
    ] {
        let response = watched.get().header("range", range).send().await.unwrap();
        let status = response.status().as_u16();
        assert!([200, 206, 416].contains(&status), "{range}: {status}");
        if status == 416 {
            assert_eq!(header(&response, "content-range"), Some("bytes */10"), "{range}");
            assert!(response.text().await.unwrap().contains("\"error\""), "{range}");
        }
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
    for (if_range, status) in [(etag.as_str(), 206), ("\"x\"", 200), ("Mon, 23 Nov 2026 12:00:00 GMT", 200)] {
        let response =
            watched.get().header("range", "bytes=2-4").header("if-range", if_range).send().await.unwrap();
        assert_eq!(response.status(), status, "{if_range}");
    }
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
fn spoken_timeline() -> Timeline {
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
