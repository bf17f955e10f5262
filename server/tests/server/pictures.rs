//! Photos and logos: brought along, looked at, used by an ad.

use admint_domain::{Created, ErrorCode, GenerationView, PictureView};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::fixture::{PROMPT, Server, header, refused};

/// A red square on nothing.
pub fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 100, 100);
    encoder.set_color(png::ColorType::Rgba);
    let inside = |at: usize| (20..80).contains(&(at % 100)) && (20..80).contains(&(at / 100));
    let pixels: Vec<u8> =
        (0..10_000).flat_map(|at| [210, 30, 40, if inside(at) { 255 } else { 0 }]).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

pub fn send(server: &Server, token: &str, role: &str, body: Vec<u8>) -> RequestBuilder {
    let path = format!("/api/pictures?role={role}");
    server.request(Method::POST, &path).bearer_auth(token).body(body)
}

#[tokio::test]
async fn a_photo_is_kept_shown_and_used() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    let response = send(&server, token, "photo", png()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = header(&response, "location").unwrap().to_owned();
    let picture: PictureView = response.json().await.unwrap();
    assert_eq!(location, picture.url);
    assert!(!picture.framed && picture.width < 70, "{picture:?}");

    let response = server.get(&picture.url).bearer_auth(token).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), Some("image/png"));
    assert_eq!(response.bytes().await.unwrap()[..4], *b"\x89PNG");

    let body = json!({ "prompt": PROMPT, "photo": picture.id });
    let response = server.post("/api/generations", &body).bearer_auth(token).send().await.unwrap();
    let Created { id } = response.json().await.unwrap();
    let path = format!("/api/generations/{id}");
    let view: GenerationView =
        server.get(&path).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(view.photo, Some(picture.id));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_at_its_field() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let token = &ann.access_token;
    for (role, body) in
        [("photo", b"%PDF-1.7 renamed".to_vec()), ("logo", Vec::new()), ("logo", png()[..200].to_vec())]
    {
        let error = refused(send(&server, token, role, body), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::ValidationFailed, Some(role)));
    }
    let heavy = send(&server, token, "photo", vec![0; 20_000_001]);
    let error = refused(heavy, StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(error.field.as_deref(), Some("photo"));
    let error = refused(send(&server, token, "banner", png()), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("role"));
}

#[tokio::test]
async fn somebody_elses_picture_is_as_good_as_absent() {
    let server = Server::start().await;
    let (ann, eve) = (server.register("ann").await, server.register("eve").await);
    let response = send(&server, &ann.access_token, "logo", png()).send().await.unwrap();
    let picture: PictureView = response.json().await.unwrap();
    refused(server.get(&picture.url), StatusCode::UNAUTHORIZED).await;
    refused(server.get(&picture.url).bearer_auth(&eve.access_token), StatusCode::NOT_FOUND).await;
    let create = |token: &str, field: &str| {
        server.post("/api/generations", &json!({ "prompt": PROMPT, field: picture.id })).bearer_auth(token)
    };
    let error = refused(create(&eve.access_token, "logo"), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("logo"));
    // A logo is no photo either.
    let error = refused(create(&ann.access_token, "photo"), StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(error.field.as_deref(), Some("photo"));
}
