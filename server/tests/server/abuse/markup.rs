//! Words of users that are written as if they were markup, everywhere that words are shown.

use admint_domain::{
    CreateGeneration, GenerationId, OverlayCopy, OverlayRole, PlannedScene, ScenePlan, UserId,
};
use admint_store::Completed;
use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use reqwest::StatusCode;

use super::{functions, operations, pages};
use crate::{
    fixture::{PASSWORD, Server, form, header},
    scenes,
};

/// Breaks out of text, of an attribute, of a title, of a script, of a comment, of a text field; a link that acts.
const WORDS: [&str; 8] = [
    "<probe-tag data-probe=1>northwind",
    "\"><probe-tag data-probe=\"1\">northwind",
    "' data-probe='1'><probe-tag>northwind",
    "</title></textarea><probe-tag>northwind",
    "</script><script data-probe=1>northwind",
    "--><probe-tag>northwind<!--",
    "<svg/data-probe=1 onload=alert(1)>northwind",
    "javascript:probe(1)//northwind",
];

/// Breaks out of all of these at once, where each by itself would take too long.
const ALL_AT_ONCE: &str =
    "'\"></title></textarea></script><probe-tag data-probe=1><svg/data-probe=1 onload=alert(1)>northwind";

/// Somebody whose every word is one of these.
struct Writer {
    user: UserId,
    cookie: String,
    token: String,
}

impl Writer {
    async fn new(server: &Server, words: &str) -> Self {
        // No white space can be in an address.
        let email = format!("{}@example.com", words.replace(' ', "/").replace('@', ""));
        let request = serde_json::json!({ "username": "ann", "password": PASSWORD, "email": email });
        let response = server.post("/api/auth/register", &request).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED, "{email}");
        let signed_in: admint_domain::SignedIn = response.json().await.unwrap();
        Self {
            user: signed_in.user.id,
            cookie: format!("admint_access={}", signed_in.access_token),
            token: signed_in.access_token,
        }
    }

    async fn queued(&self, server: &Server, words: &str) -> GenerationId {
        let request = CreateGeneration { prompt: words.into(), ..CreateGeneration::default() };
        server.rooms.store.create_generation(self.user, &request.validate(7).unwrap()).await.unwrap()
    }

    /// Ads of every state that say the words wherever an ad says something.
    async fn ads(&self, server: &Server, words: &str) -> Vec<GenerationId> {
        let store = &server.rooms.store;
        let cancelled = self.queued(server, words).await;
        store.request_cancel(self.user, cancelled).await.unwrap();

        let failed = self.queued(server, words).await;
        let lease = server.work().await;
        assert_eq!(lease.generation, failed);
        store.fail(&lease, words, false).await.unwrap();

        let complete = self.queued(server, words).await;
        let lease = server.work().await;
        assert_eq!(lease.generation, complete);
        store.save_spec(&lease, &spec(words)).await.unwrap();
        store.save_plan(&lease, &plan(words)).await.unwrap();
        server.publish(&lease, b"a video").await;
        let left_out = vec![words.to_owned()];
        store.complete(&lease, Completed { duration: admint_domain::Frames(360), left_out }).await.unwrap();

        vec![cancelled, failed, complete, self.queued(server, words).await]
    }
}

fn spec(words: &str) -> admint_domain::AdSpec {
    let mut spec = scenes::spec();
    for field in [
        &mut spec.product,
        &mut spec.category,
        &mut spec.audience,
        &mut spec.benefit,
        &mut spec.pain,
        &mut spec.call_to_action,
        &mut spec.framework_reason,
    ] {
        *field = words.to_owned();
    }
    spec.brand = Some(words.to_owned());
    spec.offer = Some(words.to_owned());
    spec
}

fn plan(words: &str) -> ScenePlan {
    let scenes: Vec<PlannedScene> = scenes::plan()
        .scenes()
        .iter()
        .map(|scene| PlannedScene {
            visual_prompt: words.to_owned(),
            overlays: vec![OverlayCopy { role: OverlayRole::Headline, text: words.to_owned() }],
            ..scene.clone()
        })
        .collect();
    ScenePlan::new(scenes, admint_domain::Frames::ZERO).unwrap()
}

/// What a browser would see in the text, and whether the words are in it at all.
fn parse(where_: &str, html: &str) -> bool {
    let document = parse_document(RcDom::default(), ParseOpts::default())
        .from_utf8()
        .read_from(&mut html.as_bytes())
        .unwrap();
    let mut is_shown = false;
    look_at(where_, &document.document, &mut is_shown);
    is_shown
}

fn look_at(where_: &str, node: &Handle, is_shown: &mut bool) {
    match &node.data {
        NodeData::Element { name, attrs, template_contents, .. } => {
            assert!(!name.local.contains("probe"), "{where_}: a user's words have become <{}>", name.local);
            for attribute in attrs.borrow().iter() {
                let name = &attribute.name.local;
                let acts = name.starts_with("on") && name.len() > 2;
                let is_theirs = name.contains("probe") || acts;
                assert!(!is_theirs, "{where_}: a user's words have become the attribute {name}");
                *is_shown |= attribute.value.contains("northwind");
                let leads: &[&str] = &["href", "src", "action", "formaction", "data", "poster"];
                let value = attribute.value.trim().to_ascii_lowercase();
                assert!(
                    !leads.contains(&&**name) || !value.starts_with("javascript:"),
                    "{where_}: a link that acts: {}",
                    attribute.value
                );
            }
            if let Some(contents) = &*template_contents.borrow() {
                look_at(where_, contents, is_shown);
            }
        }
        NodeData::Text { contents } => *is_shown |= contents.borrow().contains("northwind"),
        _ => {}
    }
    for child in node.children.borrow().iter() {
        look_at(where_, child, is_shown);
    }
}

async fn check(where_: &str, request: reqwest::RequestBuilder) -> bool {
    let response = request.send().await.unwrap();
    assert!(!response.status().is_server_error(), "{where_}: {}", response.status());
    let media_type = header(&response, "content-type").unwrap_or_default().to_owned();
    assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"), "{where_}");
    let location = header(&response, "location").unwrap_or_default().to_owned();
    assert!(
        !location.to_ascii_lowercase().starts_with("javascript:") && !location.contains('<'),
        "{where_}: {location}"
    );
    let text = response.text().await.unwrap();
    if !media_type.starts_with("text/html") {
        // Whatever it is, no browser takes it for a page.
        assert!(!media_type.contains("xml") && !media_type.contains("svg"), "{where_}: {media_type}");
        return text.contains("northwind");
    }
    parse(where_, &text)
}

#[tokio::test]
async fn words_stay_words_on_every_page() {
    for words in WORDS {
        let server = Server::start().await;
        let operations = operations(&server).await;
        let ann = Writer::new(&server, words).await;
        let ads = ann.ads(&server, words).await;
        let mut shown = Vec::new();
        for page in pages() {
            for ad in &ads {
                let path = page.path.replace("{id}", &ad.to_string());
                let request = server.get(&path).header("cookie", &ann.cookie);
                if check(&format!("{path} of {words}"), request).await && !shown.contains(&page.path) {
                    shown.push(page.path);
                }
                if !page.path.contains("{id}") {
                    break;
                }
            }
        }
        for path in ["/gallery", "/videos/{id}", "/videos/{id}/scenes", "/queue", "/dashboard", "/profile"] {
            assert!(
                shown.contains(&path),
                "{path} does not show `{words}`, so this proves nothing: {shown:?}"
            );
        }
        for operation in operations.iter().filter(|one| one.is_safe() && !one.is_stream) {
            for ad in &ads {
                let path = operation.address(|kind| match kind {
                    "GenerationId" => ad.to_string(),
                    "integer" => "0".to_owned(),
                    _ => super::NOWHERE.to_owned(),
                });
                check(&format!("{path} of {words}"), server.get(&path).bearer_auth(&ann.token)).await;
            }
        }
    }
}

#[tokio::test]
async fn words_in_an_address_stay_words() {
    const NAMES: [&str; 16] = [
        "search",
        "status",
        "sort",
        "page",
        "per_page",
        "after",
        "before",
        "next",
        "from",
        "prompt",
        "seed",
        "logged_out",
        "expired",
        "error",
        "__err",
        "__path",
    ];
    let server = Server::start().await;
    let ann = Writer::new(&server, WORDS[0]).await;
    let ad = ann.ads(&server, WORDS[0]).await[2].to_string();
    let mut was_shown = false;
    for words in WORDS.into_iter().chain([ALL_AT_ONCE]) {
        let encoded: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let each = NAMES.iter().map(|name| format!("{name}={encoded}"));
        let queries: Vec<String> = match words {
            ALL_AT_ONCE => each.collect(),
            _ => vec![each.collect::<Vec<_>>().join("&"), encoded.clone()],
        };
        for page in pages() {
            let path = page.path.replace("{id}", &ad);
            for query in &queries {
                let address = format!("{path}?{query}");
                was_shown |= check(&address, server.get(&address).header("cookie", &ann.cookie)).await;
                check(&address, server.get(&address)).await;
            }
        }
        for address in [
            format!("/{encoded}"),
            format!("/{encoded}/{encoded}"),
            format!("/videos/{encoded}"),
            format!("/videos/{encoded}/scenes"),
            format!("/api/{encoded}"),
            format!("/api/docs/{encoded}"),
            format!("/pkg/{encoded}"),
            format!("/assets/{encoded}"),
        ] {
            check(&address, server.get(&address).header("cookie", &ann.cookie)).await;
        }
    }
    assert!(was_shown, "no page shows what its address says, so this proves nothing");
}

#[tokio::test]
async fn words_in_a_form_stay_words() {
    let server = Server::start().await;
    let ann = Writer::new(&server, WORDS[0]).await;
    let ad = ann.ads(&server, WORDS[0]).await[2].to_string();
    let mut was_shown = false;
    for words in WORDS {
        for page in pages() {
            let path = page.path.replace("{id}", &ad);
            let Some(form_of_page) = page.form else { continue };
            let given = form_of_page.iter().map(|(name, _)| *name);
            for name in given.chain(["visual-0", "seconds-0", "agreed"]) {
                let mut fields = vec![(name, words)];
                fields.extend(form_of_page.iter().copied().filter(|(other, _)| *other != name));
                let request = form(&server, &path, &fields).header("cookie", &ann.cookie);
                was_shown |= check(&format!("{name} sent to {path}: {words}"), request).await;
            }
        }
    }
    // Functions answer by the same words whatever is between them.
    for path in functions().into_iter().filter(|path| path != "/fn/logout") {
        for name in ["username", "email", "next", "prompt", "seed", "duration_seconds", "model", "id"] {
            let mut fields = vec![(name, ALL_AT_ONCE)];
            let others =
                [("username", "nobody"), ("password", "wrong password"), ("prompt", "A lamp of glass")];
            fields.extend(others.into_iter().filter(|(other, _)| *other != name));
            let request = form(&server, &path, &fields).header("cookie", &ann.cookie);
            check(&format!("{name} sent to {path}"), request).await;
        }
    }
    assert!(was_shown, "no form shows what was typed, so this proves nothing");
}

#[test]
#[should_panic(expected = "have become <probe-tag>")]
fn the_test_sees_an_element() {
    parse("here", "<p>northwind<probe-tag></p>");
}

#[test]
#[should_panic(expected = "have become the attribute onclick")]
fn the_test_sees_an_attribute() {
    parse("here", "<p onclick=\"x\">northwind</p>");
}
