//! Uploads that are too large, not what they say, or meant for somebody else's program.

use admint_domain::{ErrorCode, MAX_PICTURE_BYTES, PictureView};
use futures::stream;
use reqwest::{Body, RequestBuilder, Response, StatusCode};

use crate::{
    fixture::{Server, header, refused},
    pictures::{png, send},
};

/// A picture whose file has this many bytes, of which most are a chunk that no decoder knows.
fn heavy_png(bytes: usize) -> Vec<u8> {
    let with = |filling: usize| {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 100, 100);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_chunk(png::chunk::ChunkType(*b"fiLl"), &vec![7; filling]).unwrap();
        let pixels: Vec<u8> = (0..10_000).map(|at| if at % 100 < 50 { 30 } else { 220 }).collect();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        file
    };
    let empty = with(0).len();
    with(bytes - empty)
}

/// A file of some kilobytes that is a picture of 900 million pixels.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    const SIDE: u32 = 30_000;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    let mut pixels = writer.stream_writer().unwrap();
    let row = vec![0; SIDE as usize / 8];
    for _ in 0..SIDE {
        pixels.write_all(&row).unwrap();
    }
    pixels.finish().unwrap();
    writer.finish().unwrap();
    file
}

async fn kept(request: RequestBuilder) -> PictureView {
    let response = request.send().await.unwrap();
    let status = response.status();
    assert_eq!(status, StatusCode::CREATED, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

#[tokio::test]
async fn twenty_megabytes_are_taken_and_not_one_byte_more() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let full = heavy_png(MAX_PICTURE_BYTES);
    assert_eq!(full.len(), 20_000_000);
    let picture = kept(send(&server, token, "logo", full.clone())).await;
    // What is kept is the picture, and nothing of what came with it.
    let shown = server.get(&picture.url).bearer_auth(token).send().await.unwrap();
    assert!(shown.bytes().await.unwrap().len() < 100_000);

    for bytes in [MAX_PICTURE_BYTES + 1, 21_000_000] {
        let error =
            refused(send(&server, token, "photo", heavy_png(bytes)), StatusCode::PAYLOAD_TOO_LARGE).await;
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::PayloadTooLarge, Some("photo")));
        assert!(error.message.contains("20 MB"), "{}", error.message);
    }
    // Whoever does not say how much will come is stopped when it has come.
    let parts: Vec<std::io::Result<Vec<u8>>> =
        heavy_png(21_000_000).chunks(1 << 20).map(|part| Ok(part.to_vec())).collect();
    let unannounced = server
        .request(reqwest::Method::POST, "/api/pictures?role=photo")
        .bearer_auth(token)
        .body(Body::wrap_stream(stream::iter(parts)));
    refused(unannounced, StatusCode::PAYLOAD_TOO_LARGE).await;
    let profile: serde_json::Value =
        server.get("/api/user/profile").bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert!(profile["storage"]["bytes"].as_u64().is_none_or(|bytes| bytes < 200_000), "{profile}");
}

#[tokio::test]
async fn what_is_no_photo_is_refused_whatever_it_says() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let svg = |inside: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\">{inside}</svg>")
            .into_bytes()
    };
    let mut gif = b"GIF89a".to_vec();
    gif.extend([0; 200]);
    let files: [(&str, Vec<u8>); 14] = [
        ("svg", svg("<rect width=\"90\" height=\"90\"/>")),
        ("svg with a script", svg("<script>alert(1)</script>")),
        ("svg with html in it", svg("<foreignObject><body onload=\"alert(1)\"/></foreignObject>")),
        (
            "svg that fetches",
            svg("<image href=\"http://127.0.0.1:1/\"/><use href=\"file:///etc/passwd#x\"/>"),
        ),
        (
            "svg with an entity",
            [
                b"<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_vec(),
                svg("&x;"),
            ]
            .concat(),
        ),
        ("svg behind a byte order mark", [b"\xef\xbb\xbf".to_vec(), svg("")].concat()),
        ("compressed svg", b"\x1f\x8b\x08\x00".repeat(60)),
        ("gif", gif),
        ("html", b"<!DOCTYPE html><script>alert(1)</script>".repeat(9)),
        ("zip", b"PK\x03\x04".repeat(60)),
        ("video", b"\x00\x00\x00\x18ftypmp42".repeat(60)),
        ("program", b"\x7fELF\x02\x01\x01".repeat(60)),
        ("beginning of a png", png()[..60].to_vec()),
        ("end of a png", png()[60..].to_vec()),
    ];
    for (what, file) in files {
        for media_type in ["image/png", "image/svg+xml", "application/octet-stream"] {
            for role in ["photo", "logo"] {
                let request =
                    send(&server, &ann.access_token, role, file.clone()).header("content-type", media_type);
                let error = refused(request, StatusCode::UNPROCESSABLE_ENTITY).await;
                assert_eq!(error.field.as_deref(), Some(role), "{what}");
                assert!(
                    !error.message.contains('<') && !error.message.contains("root:"),
                    "{what}: {}",
                    error.message
                );
            }
        }
    }
}

#[tokio::test]
async fn a_small_file_that_would_be_a_huge_picture_is_refused_by_its_size() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let bomb = bomb();
    assert!(bomb.len() < 2_000_000, "{}", bomb.len());
    let error =
        refused(send(&server, &ann.access_token, "photo", bomb), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(error.message.contains("30000") || error.message.contains("30,000"), "{}", error.message);
}

#[tokio::test]
async fn a_file_of_two_kinds_is_served_as_a_picture_alone() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let tail = b"\nPK\x03\x04<script>document.title='PROBE'</script><?php PROBE ?>";
    let mut noted = Vec::new();
    let mut encoder = png::Encoder::new(&mut noted, 100, 100);
    encoder.set_color(png::ColorType::Rgba);
    encoder.add_text_chunk("Comment".into(), "<script>PROBE</script>".into()).unwrap();
    let pixels: Vec<u8> =
        (0..10_000).flat_map(|at| [210, 30, 40, if at % 100 < 50 { 255 } else { 0 }]).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    for (what, file) in [("behind the end", [png(), tail.to_vec()].concat()), ("in a comment", noted)] {
        let picture = kept(send(&server, token, "logo", file)).await;
        let shown = server.get(&picture.url).bearer_auth(token).send().await.unwrap();
        assert_is_harmless(&shown);
        let bytes = shown.bytes().await.unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{what}");
        for marker in [b"PROBE".as_slice(), b"<script", b"PK\x03\x04"] {
            assert!(!bytes.windows(marker.len()).any(|part| part == marker), "{what}: {marker:?} is served");
        }
    }
}

/// A browser that opens it by itself shows a picture and runs nothing.
#[track_caller]
fn assert_is_harmless(shown: &Response) {
    assert_eq!(header(shown, "content-type"), Some("image/png"));
    assert_eq!(header(shown, "x-content-type-options"), Some("nosniff"));
    let policy = header(shown, "content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
}
