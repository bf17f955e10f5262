//! What other sites make a signed-in browser send.

use admint_domain::ErrorCode;
use reqwest::{RequestBuilder, StatusCode};

use super::{Person, functions, operations, pages};
use crate::fixture::{PASSWORD, PROMPT, Server, form, refused, set_cookies};

/// As browsers mark what a page of another site sends.
const MARKS: [(&str, &str); 4] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
];

/// Forms that are sent to an address other than their page's.
const FORMS: [(&str, &[(&str, &str)]); 8] = [
    ("/login", &[("username", "ann"), ("password", PASSWORD)]),
    ("/register", &[("username", "mallory"), ("password", PASSWORD)]),
    ("/profile/email", &[("email", "eve@evil.example"), ("current_password", PASSWORD)]),
    ("/profile/password", &[("current_password", PASSWORD), ("new_password", "another horse battery")]),
    ("/profile/sessions", &[("session", "all")]),
    ("/profile/deletion", &[("username", "ann"), ("current_password", PASSWORD)]),
    ("/gallery/delete", &[("ids", "{id}")]),
    ("/gallery/restore", &[("ids", "{id}")]),
];

async fn check(request: impl Fn() -> RequestBuilder, name: &str) {
    for (header, value) in MARKS {
        let request = request().header(header, value);
        let response = request.try_clone().unwrap().send().await.unwrap();
        assert!(set_cookies(&response).is_empty(), "{name}: {response:?}");
        let error = refused(request, StatusCode::FORBIDDEN).await;
        assert_eq!(error.code, ErrorCode::Forbidden, "{name} with {header}: {value}");
    }
}

#[tokio::test]
async fn no_route_that_changes_something_obeys_another_site() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    let mut asked = 0;
    for operation in operations.iter().filter(|operation| !operation.is_safe()) {
        let request = || operation.request(&server, |kind| ann.own(kind)).header("cookie", ann.cookie());
        check(request, &operation.name()).await;
        asked += 1;
    }
    assert!(asked >= 15, "the description has lost its routes: {asked}");
    assert_eq!(ann.everything(&server, &operations).await, before);
}

/// A plain form of another site needs no permission of ours to be sent.
#[tokio::test]
async fn no_form_and_no_function_obeys_another_site() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    let id = ann.ad.to_string();
    let send = |path: &str, fields: &[(&str, &str)]| {
        // Without the marks of an own page, which the fixture sets.
        let request = form(&server, path, fields).build().unwrap();
        let body = request.body().unwrap().as_bytes().unwrap().to_vec();
        server
            .request(reqwest::Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("cookie", ann.cookie())
            .body(body)
    };
    for path in functions() {
        let fields = [
            ("id", id.as_str()),
            ("prompt", PROMPT),
            ("username", "ann"),
            ("password", PASSWORD),
            ("current_password", PASSWORD),
        ];
        check(|| send(&path, &fields), &path).await;
    }
    for page in pages() {
        let path = page.path.replace("{id}", &id);
        let fields: Vec<(&str, String)> = page
            .form
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| (*name, value.replace("{id}", &id)))
            .collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        check(|| send(&path, &fields), page.path).await;
    }
    for (path, fields) in FORMS {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, if *value == "{id}" { id.as_str() } else { value }))
            .collect();
        check(|| send(path, &fields), path).await;
    }
    assert_eq!(ann.everything(&server, &operations).await, before);
}
