//! What people with bad intentions send, to every route there is. The routes come from the API's description, from
//! the list of server functions and from [`pages`], so that whoever adds one has it tested.

mod foreign;
mod markup;
mod odd;
mod other_sites;
mod outside;
mod uploads;

use std::collections::BTreeSet;

use admint_domain::{GenerationId, PictureView, SignedIn};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    fixture::{PROMPT, Server, header},
    pictures, scenes,
};

/// Where nothing is.
const NOWHERE: &str = "0199c0de-0000-7000-8000-000000000000";

/// An operation of the API, as its description names it.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    /// With its parameters in braces.
    path: String,
    /// Name and type of each of them.
    placeholders: Vec<(String, String)>,
    /// Those of the query's parameters that must be there.
    query: Vec<(String, String)>,
    /// The names of all of them.
    asks: Vec<String>,
    is_protected: bool,
    body: Option<Body>,
    /// Its answers do not end.
    is_stream: bool,
}

#[derive(Clone, Debug)]
enum Body {
    /// Such as would be accepted, with the kinds of ids in braces.
    Json(Value),
    Picture,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn names_a(&self, placeholder: &str) -> bool {
        self.placeholders.iter().any(|(name, _)| name == placeholder)
    }

    /// Its address with `value` in the place of each parameter of a kind.
    fn address(&self, value: impl Fn(&str) -> String) -> String {
        let mut path = self.path.clone();
        for (name, kind) in &self.placeholders {
            path = path.replace(&format!("{{{name}}}"), &value(kind));
        }
        let pair = |(name, asked): &(String, String)| match kind_in_braces(asked) {
            Some(kind) => format!("{name}={}", value(kind)),
            None => format!("{name}={asked}"),
        };
        let query: Vec<String> = self.query.iter().map(pair).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// With `value` in the place of each id, wherever one is asked for.
    fn request(&self, server: &Server, value: impl Fn(&str) -> String) -> RequestBuilder {
        let request = server.request(self.method.clone(), &self.address(&value));
        match &self.body {
            Some(Body::Json(body)) => request.json(&filled(body, &value)),
            Some(Body::Picture) => request.body(pictures::png()),
            None => request,
        }
    }

    /// Whether it is told in any way whose things it is about.
    fn names_an_id(&self) -> bool {
        let in_body = |body: &Value| body.to_string().contains("Id}\"");
        let in_query = self.query.iter().any(|(_, asked)| kind_in_braces(asked).is_some());
        in_query || self.names_a("id") || matches!(&self.body, Some(Body::Json(body)) if in_body(body))
    }

    fn is_safe(&self) -> bool {
        self.method == Method::GET
    }
}

async fn operations(server: &Server) -> Vec<Operation> {
    let openapi: Value = server.get("/api/docs/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut found = Vec::new();
    for (path, operations) in openapi["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let of = |place: &str| parameters.iter().filter(|one| one["in"] == place).collect::<Vec<_>>();
            let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
            let contents = operation["requestBody"]["content"].as_object();
            let body = contents.and_then(|contents| contents.iter().next()).map(|(media, content)| {
                if media == "application/json" {
                    Body::Json(sample(&openapi, "", &content["schema"]))
                } else {
                    Body::Picture
                }
            });
            let answers = operation["responses"].to_string();
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                placeholders: of("path").iter().map(|one| (name(one), kind(&one["schema"]))).collect(),
                query: of("query")
                    .iter()
                    .filter(|one| one["required"] == true)
                    .map(|one| (name(one), text(&sample(&openapi, "", &one["schema"]))))
                    .collect(),
                asks: of("query").iter().map(|one| name(one)).collect(),
                is_protected: !operation["security"].is_null(),
                body,
                is_stream: answers.contains("text/event-stream"),
            });
        }
    }
    found
}

fn kind_in_braces(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

/// The value with an id in the place of each kind of id.
fn filled(value: &Value, id: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => match kind_in_braces(text) {
            Some(kind) => json!(id(kind)),
            None => value.clone(),
        },
        Value::Array(values) => values.iter().map(|value| filled(value, id)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(value, id))).collect()
        }
        _ => value.clone(),
    }
}

/// The kind of id that is in the value, or in each of the values.
fn kind_of_id(schema: &Value) -> Option<String> {
    let choices = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|choice| schema[choice].as_array());
    let inner = choices
        .flatten()
        .chain([&schema["items"]])
        .find_map(|inner| if inner.is_null() { None } else { kind_of_id(inner) });
    inner.or_else(|| Some(kind(schema)).filter(|kind| kind.ends_with("Id")))
}

/// The name of a schema that is referred to, else its type.
fn kind(schema: &Value) -> String {
    match schema["$ref"].as_str() {
        Some(reference) => reference.rsplit('/').next().unwrap().to_owned(),
        None => schema["type"].as_str().unwrap_or_default().to_owned(),
    }
}

/// As a query has it; of a list its first.
fn text(value: &Value) -> String {
    let value = value.as_array().and_then(|values| values.first()).unwrap_or(value);
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The least that the schema of this field takes.
fn sample(openapi: &Value, field: &str, schema: &Value) -> Value {
    if let Some(kind) = kind_of_id(schema) {
        let id = json!(format!("{{{kind}}}"));
        return if schema["items"].is_null() { id } else { json!([id]) };
    }
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(openapi, field, openapi.pointer(reference.trim_start_matches('#')).unwrap());
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let mut choices = schema[choice].as_array().into_iter().flatten();
        if let Some(first) = choices.find(|one| one["type"] != "null") {
            return sample(openapi, field, first);
        }
    }
    let types = schema["type"].as_array().and_then(|types| types.first()).unwrap_or(&schema["type"]);
    match types.as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let properties = schema["properties"].as_object().into_iter().flatten();
            // Whatever is somebody's may be asked for, also where nothing need be.
            let of_somebody = properties.filter(|(_, schema)| kind_of_id(schema).is_some());
            let names: BTreeSet<&str> = required.chain(of_somebody.map(|(name, _)| name.as_str())).collect();
            let fields = names
                .into_iter()
                .map(|name| (name.to_owned(), sample(openapi, name, &schema["properties"][name])));
            Value::Object(fields.collect())
        }
        Some("array") => match schema["minItems"].as_u64() {
            Some(1..) => json!([sample(openapi, field, &schema["items"])]),
            _ => json!([]),
        },
        Some("integer" | "number") => json!(schema["minimum"].as_i64().unwrap_or(0).max(1)),
        Some("boolean") => json!(false),
        _ if field == "model" => json!("kling-2.6"),
        _ => json!(PROMPT),
    }
}

/// Somebody with one of everything.
struct Person {
    signed_in: SignedIn,
    ad: GenerationId,
    picture: String,
}

impl Person {
    async fn new(server: &Server, name: &str) -> Self {
        let signed_in = server.register(name).await;
        let ad = scenes::complete_ad(server, signed_in.user.id).await;
        let sent = pictures::send(server, &signed_in.access_token, "logo", pictures::png());
        let picture: PictureView = sent.send().await.unwrap().json().await.unwrap();
        Self { signed_in, ad, picture: picture.id.to_string() }
    }

    fn token(&self) -> &str {
        &self.signed_in.access_token
    }

    fn cookie(&self) -> String {
        format!("admint_access={}", self.token())
    }

    /// The person's own of this kind.
    fn own(&self, kind: &str) -> String {
        match kind {
            "GenerationId" => self.ad.to_string(),
            "PictureId" => self.picture.clone(),
            "SessionId" => self.signed_in.session.unwrap().to_string(),
            "integer" => "0".to_owned(),
            _ => panic!("say in `Person::own` what a person has of the kind {kind}"),
        }
    }

    /// All that can be read of what is the person's.
    async fn everything(&self, server: &Server, operations: &[Operation]) -> Vec<String> {
        let mut all = Vec::new();
        for operation in operations {
            if !operation.is_safe() || !operation.is_protected || operation.is_stream {
                continue;
            }
            let request = operation.request(server, |kind| self.own(kind)).bearer_auth(self.token());
            let response = request.send().await.unwrap();
            let status = response.status();
            assert!(!status.is_server_error(), "{}: {status}", operation.name());
            let is_archive = header(&response, "content-type") == Some("application/zip");
            let bytes = response.bytes().await.unwrap();
            let body = match serde_json::from_slice(&bytes) {
                Ok(body) => without_moments(body).to_string(),
                Err(_) if is_archive => String::new(),
                Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
            };
            all.push(format!("{} {status} {body}", operation.name()));
        }
        all
    }
}

/// When something was last seen changes with each request.
fn without_moments(value: Value) -> Value {
    match value {
        Value::String(text) if text.parse::<chrono::DateTime<chrono::Utc>>().is_ok() => json!("a moment"),
        Value::Array(values) => values.into_iter().map(without_moments).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, without_moments(value))).collect()
        }
        value => value,
    }
}

/// What an answer tells, apart from what differs between any two.
async fn told(response: Response) -> (StatusCode, Vec<(String, String)>, String) {
    const OF_EACH_ITS_OWN: [&str; 4] = ["date", "x-request-id", "content-length", "content-security-policy"];
    let status = response.status();
    let headers = response.headers().iter().filter(|(name, _)| !OF_EACH_ITS_OWN.contains(&name.as_str()));
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    (status, headers, String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned())
}

/// A page that the server writes.
struct PageOfApp {
    path: &'static str,
    /// What its forms send to it, if it has any.
    form: Option<&'static [(&'static str, &'static str)]>,
}

/// Every page there is, `{id}` for an ad's.
const fn pages() -> [PageOfApp; 15] {
    const fn page(path: &'static str) -> PageOfApp {
        PageOfApp { path, form: None }
    }
    const fn form(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> PageOfApp {
        PageOfApp { path, form: Some(fields) }
    }
    [
        page("/"),
        page("/register"),
        page("/login"),
        page("/dashboard"),
        page("/gallery"),
        page("/videos/{id}"),
        form("/videos/{id}/scenes", &[("revision", "1"), ("text-0-0", "Other words")]),
        form("/videos/{id}/cost", &[("max_usd", "5")]),
        form("/queue", &[("id", "{id}"), ("action", "cancel")]),
        form("/spending", &[("max_usd", "5")]),
        page("/profile"),
        form("/settings", &[]),
        page("/models"),
        page("/videos/{id}/provenance"),
        page("/design"),
    ]
}

/// The addresses of all server functions.
fn functions() -> Vec<String> {
    let mut paths: Vec<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no function is linked");
    paths
}

/// Pages that Leptos knows are in the list.
#[test]
fn every_page_is_listed() {
    let routes = leptos_axum::generate_route_list(app::all_pages);
    for route in routes {
        let listed = pages().iter().any(|page| page.path == route.path());
        assert!(listed, "list {} in `abuse::pages`", route.path());
    }
}
