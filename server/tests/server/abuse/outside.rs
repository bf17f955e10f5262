//! Addresses that try to leave the folders that files are served from.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Person;
use crate::fixture::{SECRET, Server};

/// Ways to write "one folder up".
const UP: [&str; 14] = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "%2E%2E%2F",
    ".%2e/",
    "%252e%252e%252f",
    "..\\",
    "..%5c",
    "....//",
    "..;/",
    "%c0%ae%c0%ae/",
    "..%00/",
    "./../",
];
/// What lies outside, and begins so.
const TARGETS: [(&str, &str); 4] = [
    ("Cargo.toml", "[workspace]"),
    ("server/Cargo.toml", "[package]"),
    ("etc/passwd", "root:"),
    ("%65tc%2fpasswd", "root:"),
];

/// The whole answer to an address that no client would write so.
async fn raw(server: &Server, address: &str, token: &str) -> String {
    let host = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "GET {address} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         cookie: admint_access={token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn assert_outside_is_not_told(address: &str, answer: &str) {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    assert!(["400", "404"].contains(&status), "{address}: {answer}");
    for (_, beginning) in TARGETS {
        assert!(!answer.contains(beginning), "{address} tells of a file outside: {answer}");
    }
    assert!(!answer.contains(SECRET), "{address} tells the secret: {answer}");
}

#[tokio::test]
async fn nothing_outside_a_folder_is_served() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let ad = ann.ad;
    let beginnings = [
        "/pkg/".to_owned(),
        "/assets/".to_owned(),
        "/assets/fonts/".to_owned(),
        "/".to_owned(),
        "/api/pictures/".to_owned(),
        format!("/api/pictures/{}/", ann.picture),
        format!("/api/generations/{ad}/"),
        format!("/api/generations/{ad}/video/"),
        "/api/docs/".to_owned(),
        "/fn/".to_owned(),
    ];
    for beginning in &beginnings {
        for up in UP {
            for depth in [1, 2, 6] {
                for (target, _) in TARGETS {
                    let address = format!("{beginning}{}{target}", up.repeat(depth));
                    let answer = raw(&server, &address, ann.token()).await;
                    // Where the way up is understood, it leads to the log-in, a page, or nowhere.
                    if answer.starts_with("HTTP/1.1 405") {
                        continue;
                    }
                    assert_outside_is_not_told(&address, &answer);
                }
            }
        }
    }
}

#[tokio::test]
async fn files_by_their_whole_names_and_hidden_ones_are_not_served() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let data = server.data();
    let data = data.to_str().unwrap();
    for beginning in ["/pkg/", "/assets/", "/", "/api/pictures/", "/api/docs/"] {
        for name in [
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "file:///etc/passwd",
            "C:%5cwindows%5cwin.ini",
            ".env",
            ".git/config",
            ".keep",
            "%2eenv",
            "",
            "fonts",
            "fonts/",
            &format!("{data}/secret"),
            &data.replace('/', "%2f"),
        ] {
            let address = format!("{beginning}{name}");
            if ["/", "/api/docs/"].contains(&address.as_str()) {
                continue;
            }
            let answer = raw(&server, &address, ann.token()).await;
            assert_outside_is_not_told(&address, &answer);
        }
    }
}
