//! What is somebody else's, and what is no name of anything.

use admint_domain::ErrorBody;
use reqwest::StatusCode;

use super::{NOWHERE, Person, functions, operations, pages, told};
use crate::fixture::{PASSWORD, PROMPT, Server, form, header, refused};

#[tokio::test]
async fn somebody_elses_is_as_good_as_absent_on_every_route() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let eve = server.register("eve").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    let mut asked = 0;
    for operation in operations.iter().filter(|operation| operation.names_an_id()) {
        let absent = |kind: &str| match kind {
            "integer" => "0".to_owned(),
            _ => NOWHERE.to_owned(),
        };
        let mut answers = Vec::new();
        for request in [operation.request(&server, |kind| ann.own(kind)), operation.request(&server, absent)]
        {
            let (status, headers, body) =
                told(request.bearer_auth(&eve.access_token).send().await.unwrap()).await;
            let body = body.replace(&ann.ad.to_string(), "{id}").replace(NOWHERE, "{id}");
            answers.push((status, headers, body));
        }
        let name = operation.name();
        assert_eq!(answers[0], answers[1], "{name}: somebody else's can be told from what is not there");
        if operation.names_a("id") {
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{name}: {}", answers[0].2);
            serde_json::from_str::<ErrorBody>(&answers[0].2)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        asked += 1;
    }
    assert!(asked >= 20, "the description has lost its routes: {asked}");
    assert_eq!(ann.everything(&server, &operations).await, before);
}

#[tokio::test]
async fn nobody_gets_nothing_on_every_route() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;
    for operation in operations.iter().filter(|operation| operation.is_protected) {
        let request = || operation.request(&server, |kind| ann.own(kind));
        refused(request(), StatusCode::UNAUTHORIZED).await;
        refused(request().bearer_auth("nonsense"), StatusCode::UNAUTHORIZED).await;
    }
    assert_eq!(ann.everything(&server, &operations).await, before);
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let long = "9".repeat(4_000);
    let no_ids = [
        "x",
        "-1",
        "0",
        "null",
        "%00",
        "%ff",
        "..%2f..%2fadmint.db",
        "%F0%9F%92%A9",
        "*",
        "%25",
        "' or 1=1--",
        "%3Cscript%3E",
        long.as_str(),
        "0199c0de-0000-7000-8000-00000000000g",
    ];
    for operation in operations(&server).await.iter().filter(|operation| operation.names_a("id")) {
        for no_id in no_ids {
            let no_id = no_id.replace(' ', "%20");
            let request = operation.request(&server, |kind| match kind {
                "integer" => "0".to_owned(),
                _ => no_id.clone(),
            });
            let request = request.bearer_auth(ann.token());
            let error = refused(request, StatusCode::NOT_FOUND).await;
            assert!(!error.message.contains("script"), "{}: {}", operation.name(), error.message);
        }
    }
    for operation in operations(&server).await.iter().filter(|operation| operation.names_a("n")) {
        for no_number in ["-1", "x", "1.5", "99999999999999999999", "4294967295", "%00", "%ff"] {
            let request = operation.request(&server, |kind| match kind {
                "integer" => no_number.to_owned(),
                _ => ann.own(kind),
            });
            let response = request.bearer_auth(ann.token()).send().await.unwrap();
            let status = response.status();
            assert!(
                [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY].contains(&status),
                "{} {no_number}: {status}",
                operation.name()
            );
            response.json::<ErrorBody>().await.unwrap();
        }
    }
}

#[tokio::test]
async fn pages_and_functions_show_and_change_nothing_of_somebody_elses() {
    let server = Server::start().await;
    let ann = Person::new(&server, "ann").await;
    let eve = server.register("eve").await;
    let cookie = format!("admint_access={}", eve.access_token);
    let operations = operations(&server).await;
    let before = ann.everything(&server, &operations).await;

    for page in pages().iter().filter(|page| page.path.contains("{id}")) {
        let mut statuses = Vec::new();
        for id in [ann.ad.to_string(), NOWHERE.to_owned()] {
            let path = page.path.replace("{id}", &id);
            let response = server.get(&path).header("cookie", &cookie).send().await.unwrap();
            statuses.push(response.status());
            let text = response.text().await.unwrap();
            assert!(!text.contains(PROMPT) && !text.contains("Wake up"), "{path}: {text}");
        }
        assert_eq!(statuses, [StatusCode::NOT_FOUND; 2], "{}", page.path);
    }
    for page in pages() {
        let Some(fields) = page.form else { continue };
        if !page.path.contains("{id}") && !fields.iter().any(|(_, value)| value.contains("{id}")) {
            continue;
        }
        let mut answers = Vec::new();
        for id in [ann.ad.to_string(), NOWHERE.to_owned()] {
            let fields: Vec<(&str, String)> =
                fields.iter().map(|(name, value)| (*name, value.replace("{id}", &id))).collect();
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let sent = form(&server, &page.path.replace("{id}", &id), &fields).header("cookie", &cookie);
            answers.push(sent.send().await.unwrap().status());
        }
        assert_eq!(answers[0], answers[1], "{}", page.path);
        assert!(answers[0].is_client_error(), "{}: {}", page.path, answers[0]);
    }

    // Whatever a function calls its arguments, this is among them.
    for path in functions() {
        if ["/fn/login", "/fn/logout", "/fn/register"].contains(&path.as_str()) {
            continue;
        }
        let mut answers = Vec::new();
        for id in [ann.ad.to_string(), NOWHERE.to_owned()] {
            let fields = [
                ("id", id.as_str()),
                ("ids[0]", &id),
                ("from", &id),
                ("photo", &ann.picture),
                ("logo", &ann.picture),
                ("prompt", PROMPT),
                ("password", PASSWORD),
            ];
            let sent = form(&server, &path, &fields).header("cookie", &cookie).header("accept", "*/*");
            let response = sent.send().await.unwrap();
            assert!(!response.status().is_server_error(), "{path}: {}", response.status());
            let location = header(&response, "location").unwrap_or_default().replace(&id, "{id}");
            let (status, _, body) = told(response).await;
            assert!(!body.contains("Wake up") && !body.contains("\"Northwind"), "{path}: {body}");
            answers.push((status, location, body));
        }
        assert_eq!(answers[0], answers[1], "{path}: somebody else's can be told from what is not there");
    }
    assert_eq!(ann.everything(&server, &operations).await, before);
}
