//! Requests that no client of ours sends: bodies that are no JSON, too much of everything, odd methods.

use admint_domain::ErrorBody;
use reqwest::{Method, RequestBuilder, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Body, Operation, Person, operations, pages};
use crate::fixture::{Server, header, refused};

/// The answer is an error of the one schema, and none of the server's own.
async fn complains(name: &str, request: RequestBuilder) -> StatusCode {
    let response = request.send().await.unwrap();
    let status = response.status();
    assert!(status.is_client_error(), "{name}: {status}");
    assert_eq!(header(&response, "content-type"), Some("application/json"), "{name}: {status}");
    let text = response.text().await.unwrap();
    serde_json::from_str::<ErrorBody>(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
    status
}

fn takes_json(operation: &&Operation) -> bool {
    matches!(operation.body, Some(Body::Json(_)))
}

#[tokio::test]
async fn what_is_no_json_is_told_so_everywhere() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    let deep = "[".repeat(50_000);
    let long = format!("{{\"{}\": 1}}", "x".repeat(70_000));
    for operation in operations.iter().filter(takes_json) {
        let address = operation.address(|kind| ann.own(kind));
        let send = |media_type: &str, body: Vec<u8>| {
            let request = server.request(operation.method.clone(), &address).bearer_auth(ann.token());
            request.header("content-type", media_type.to_owned()).body(body)
        };
        let bad = StatusCode::BAD_REQUEST;
        let cases: [(&str, &[u8], StatusCode); 16] = [
            ("text/plain", b"{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/x-www-form-urlencoded", b"prompt=x", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("multipart/form-data; boundary=x", b"--x--", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/json", b"", bad),
            ("application/json", b"{", bad),
            ("application/json", b"{}{}", bad),
            ("application/json", b"null", bad),
            ("application/json", b"[]", bad),
            ("application/json", b"[{}]", bad),
            ("application/json", b"\"prompt\"", bad),
            ("application/json", b"{\"prompt\": \xff\xfe}", bad),
            ("application/json", b"{\"prompt\": \"\x00\"}", bad),
            ("application/json", deep.as_bytes(), bad),
            ("application/json", long.as_bytes(), StatusCode::PAYLOAD_TOO_LARGE),
            ("application/json", b"{\"__proto__\": {}}", StatusCode::UNPROCESSABLE_ENTITY),
            ("application/json", b"{\"no_such_field\": 1}", StatusCode::UNPROCESSABLE_ENTITY),
        ];
        for (media_type, body, status) in cases {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
            let name = format!("{} with {shown} as {media_type}", operation.name());
            assert_eq!(complains(&name, send(media_type, body.to_vec())).await, status, "{name}");
        }
        let none = server.request(operation.method.clone(), &address).bearer_auth(ann.token()).body("{}");
        assert_eq!(complains(&operation.name(), none).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    assert_eq!(ann.everything(&server, &operations).await, before);
}

#[tokio::test]
async fn fields_of_the_wrong_kind_are_named_everywhere() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    for operation in operations(&server).await.iter().filter(takes_json) {
        let Some(Body::Json(body)) = &operation.body else { continue };
        let body = super::filled(body, &|kind: &str| ann.own(kind));
        let Some(fields) = body.as_object() else { continue };
        let address = operation.address(|kind| ann.own(kind));
        for name in fields.keys() {
            for wrong in [
                serde_json::json!({ "$gt": "" }),
                serde_json::json!([[1]]),
                serde_json::json!(-1.5e300),
                serde_json::Value::Null,
            ] {
                let mut body = fields.clone();
                body.insert(name.clone(), wrong.clone());
                let request = server.request(operation.method.clone(), &address).bearer_auth(ann.token());
                let response = request.json(&body).send().await.unwrap();
                let status = response.status();
                // Some fields may be null.
                assert!(!status.is_server_error(), "{} {name}: {wrong}: {status}", operation.name());
                if wrong.is_object() {
                    assert!(status.is_client_error(), "{} {name}: {wrong}: {status}", operation.name());
                    response.json::<ErrorBody>().await.unwrap();
                }
            }
        }
    }
}

#[tokio::test]
async fn odd_queries_are_answered_everywhere() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let long = "x".repeat(20_000);
    let values =
        ["-1", "0", "99999999999999999999", "x", "%00", "%ff", "%", "[]", "1;drop", "a%0d%0ab: c", &long];
    for operation in operations(&server).await.iter().filter(|one| one.is_safe() && !one.is_stream) {
        let address = operation.address(|kind| ann.own(kind));
        for name in operation.asks.iter().map(String::as_str).chain(["nothing"]) {
            for value in values {
                let sign = if address.contains('?') { '&' } else { '?' };
                let request = server.get(&format!("{address}{sign}{name}={value}")).bearer_auth(ann.token());
                let response = request.send().await.unwrap();
                let status = response.status();
                let what = format!("{} {name}={}", operation.name(), &value[..value.len().min(40)]);
                // `ready` says 503 where ffmpeg is not there.
                assert!(!status.is_server_error() || operation.path.ends_with("/ready"), "{what}: {status}");
                assert_eq!(header(&response, "c"), None, "{what}");
                if status.is_client_error() {
                    response.json::<ErrorBody>().await.unwrap_or_else(|error| panic!("{what}: {error}"));
                }
            }
        }
    }
}

#[tokio::test]
async fn odd_methods_are_refused_everywhere() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    let odd = ["PUT", "PATCH", "TRACE", "PROPFIND", "BREW", "get"]
        .map(|name| Method::from_bytes(name.as_bytes()).unwrap());
    let used = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    for operation in &operations {
        let address = operation.address(|kind| ann.own(kind));
        let has = |method: &Method| {
            operations.iter().any(|other| other.path == operation.path && other.method == *method)
        };
        for method in odd.iter().chain(&used).filter(|method| !has(method)) {
            let request = server.request(method.clone(), &address).bearer_auth(ann.token());
            refused(request, StatusCode::METHOD_NOT_ALLOWED).await;
        }
    }
    for page in pages() {
        let path = page.path.replace("{id}", &ann.ad.to_string());
        for method in odd.iter().chain([&Method::DELETE]) {
            let request = server.request(method.clone(), &path).header("cookie", ann.cookie());
            let status = request.send().await.unwrap().status();
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    assert_eq!(ann.everything(&server, &operations).await, before);
}

/// Sends bytes as they are, and gives the status, or 0 where the connection was ended.
async fn raw(server: &Server, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
    // The server may hang up before it has read all of it.
    _ = stream.write_all(request).await;
    _ = stream.shutdown().await;
    let mut answer = Vec::new();
    _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn too_much_of_a_request_ends_that_request_alone() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let request = |line: &str, headers: &str| {
        format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n").into_bytes()
    };
    let many: String = (0..300).map(|number| format!("x-{number}: y\r\n")).collect();
    let cases = [
        ("a long header", request("GET /", &format!("cookie: {}\r\n", "x".repeat(1 << 20)))),
        (
            "a long token",
            request("GET /api/user/profile", &format!("authorization: Bearer {}\r\n", "x".repeat(1 << 20))),
        ),
        ("many headers", request("GET /", &many)),
        ("a long address", request(&format!("GET /{}", "x".repeat(1 << 20)), "")),
        ("a long method", request(&format!("{} /", "X".repeat(1 << 20)), "")),
        ("two lengths", request("POST /api/auth/login", "content-length: 2\r\ncontent-length: 3\r\n")),
        ("no such length", request("POST /api/auth/login", "content-length: -1\r\n")),
        (
            "a length and chunks",
            request("POST /api/auth/login", "content-length: 2\r\ntransfer-encoding: chunked\r\n"),
        ),
        ("no header's name", request("GET /", ": x\r\n")),
        ("a line break in a header", request("GET /", "x: a\rb\r\n")),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("another version", b"GET / HTTP/9.9\r\n\r\n".to_vec()),
    ];
    for (what, bytes) in cases {
        let status = raw(&server, &bytes).await;
        assert!(status == 0 || (400..500).contains(&status), "{what}: {status}");
        let profile = server.get("/api/user/profile").bearer_auth(&ann.access_token).send().await.unwrap();
        assert_eq!(profile.status(), StatusCode::OK, "after {what}");
    }
}
