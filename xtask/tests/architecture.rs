//! Holds the arrows between the rooms, and keeps the server's crates out of the browser.
//!
//! An arrow that is missing here is a decision to be made in `docs/ARCHITECTURE.md` first.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// room -> the rooms it knows. Names are the packages' without `admint-`.
const ARROWS: &[(&str, &[&str])] = &[
    ("frontend", &["app"]),
    ("app", &["domain", "timeline"]),
    ("server", &["app", "pipeline", "store", "temporal", "domain"]),
    ("pipeline", &["store", "media", "studio", "vision", "providers", "domain", "timeline"]),
    ("media", &["domain", "timeline"]),
    ("studio", &["domain", "timeline"]),
    ("vision", &["domain"]),
    ("providers", &["domain", "studio", "timeline"]),
    ("store", &["migrations", "timeline", "domain"]),
    ("temporal", &["store", "domain"]),
    ("timeline", &["domain"]),
    ("domain", &[]),
    ("migrations", &[]),
    ("xtask", &[]),
];

/// room -> libraries that must not be among its direct dependencies.
const STRANGERS: &[(&str, &[&str])] = &[
    ("domain", &["tokio", "axum", "sea-orm", "sqlx", "reqwest"]),
    ("timeline", &["tokio", "axum", "sea-orm", "sqlx", "reqwest"]),
    ("media", &["sea-orm", "sqlx", "axum", "reqwest"]),
    ("studio", &["sea-orm", "sqlx", "axum", "reqwest"]),
    ("vision", &["tokio", "sea-orm", "sqlx", "axum", "reqwest"]),
    ("providers", &["sea-orm", "sqlx", "ffmpeg-sidecar"]),
    ("store", &["leptos"]),
    ("pipeline", &["axum", "leptos"]),
    ("temporal", &["sea-orm", "sqlx", "axum", "leptos"]),
    ("app", &["tokio", "sea-orm"]),
];

/// What must never be compiled for the browser.
const NOT_FOR_BROWSERS: &[&str] = &["tokio", "axum", "sea-orm", "leptos_axum"];

/// room -> everything it depends on directly (build-time and optional included, test-only not).
type Dependencies = BTreeMap<String, BTreeSet<String>>;

#[test]
fn rooms_know_only_the_rooms_they_may() {
    assert_eq!(wrong_arrows(&dependencies(), ARROWS), Vec::<String>::new());
}

#[test]
fn rooms_do_not_know_strangers() {
    assert_eq!(strangers(&dependencies(), STRANGERS), Vec::<String>::new());
}

#[test]
fn the_browser_gets_no_server_crates() {
    let tree = cargo(&[
        "tree",
        "-p",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "normal",
        "--prefix",
        "none",
    ]);
    assert_eq!(server_crates(&tree), Vec::<String>::new());
}

#[test]
fn the_browser_gets_no_server_features() {
    let tree = cargo(&[
        "tree",
        "-p",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "features,normal",
        "--prefix",
        "none",
    ]);
    assert_eq!(server_features(&tree), Vec::<String>::new());
}

// The checks themselves must be able to fail.

#[test]
fn a_wrong_arrow_is_found() {
    let arrows: &[(&str, &[&str])] = &[("domain", &[]), ("store", &["domain"])];
    let sound = rooms(&[("domain", &["serde"]), ("store", &["domain", "sea-orm"])]);
    assert_eq!(wrong_arrows(&sound, arrows), Vec::<String>::new());

    let upward = rooms(&[("domain", &["store"]), ("store", &["domain"])]);
    assert_eq!(wrong_arrows(&upward, arrows), ["domain -> store is not allowed"]);

    let unlisted = rooms(&[("domain", &[]), ("store", &[]), ("utilities", &[])]);
    assert_eq!(wrong_arrows(&unlisted, arrows), ["utilities is a room without arrows"]);
}

#[test]
fn a_stranger_is_found() {
    let strange: &[(&str, &[&str])] = &[("domain", &["tokio"])];
    assert_eq!(strangers(&rooms(&[("domain", &["serde"])]), strange), Vec::<String>::new());
    assert_eq!(strangers(&rooms(&[("domain", &["tokio"])]), strange), ["domain must not know tokio"]);
}

#[test]
fn a_server_crate_in_the_browser_is_found() {
    assert_eq!(server_crates("frontend v0.1.0\nleptos v0.8.23\ntokio-stream v0.1.0\n"), Vec::<String>::new());
    assert_eq!(server_crates("frontend v0.1.0\ntokio v1.2.3 (*)\n"), ["tokio"]);
}

#[test]
fn a_server_feature_in_the_browser_is_found() {
    assert_eq!(
        server_features("leptos feature \"hydrate\"\napp feature \"hydrate\"\n"),
        Vec::<String>::new()
    );
    assert_eq!(server_features("leptos feature \"ssr\" (*)\n"), ["leptos/ssr"]);
}

fn wrong_arrows(dependencies: &Dependencies, arrows: &[(&str, &[&str])]) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = arrows.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, known) in dependencies {
        let Some(allowed) = allowed.get(room.as_str()) else {
            wrong.push(format!("{room} is a room without arrows"));
            continue;
        };
        for other in known.iter().filter(|name| dependencies.contains_key(*name)) {
            if !allowed.contains(&other.as_str()) {
                wrong.push(format!("{room} -> {other} is not allowed"));
            }
        }
    }
    wrong
}

fn strangers(dependencies: &Dependencies, strange: &[(&str, &[&str])]) -> Vec<String> {
    let mut found = Vec::new();
    for (room, libraries) in strange {
        let Some(known) = dependencies.get(*room) else { continue };
        for library in libraries.iter().filter(|library| known.contains(**library)) {
            found.push(format!("{room} must not know {library}"));
        }
    }
    found
}

fn server_crates(tree: &str) -> Vec<String> {
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    NOT_FOR_BROWSERS.iter().filter(|name| crates.contains(**name)).map(|name| name.to_string()).collect()
}

fn server_features(tree: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for line in tree.lines() {
        if let Some((name, feature)) = line.split_once(" feature ")
            && feature.trim_start().starts_with("\"ssr\"")
        {
            found.insert(format!("{}/ssr", name.trim()));
        }
    }
    found.into_iter().collect()
}

fn dependencies() -> Dependencies {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let known = package["dependencies"].as_array().unwrap().iter();
            let known = known.filter(|dependency| dependency["kind"].as_str() != Some("dev"));
            (room(&package["name"]), known.map(|dependency| room(&dependency["name"])).collect())
        })
        .collect()
}

fn room(name: &Value) -> String {
    let name = name.as_str().unwrap();
    name.strip_prefix("admint-").unwrap_or(name).to_owned()
}

fn rooms(list: &[(&str, &[&str])]) -> Dependencies {
    list.iter()
        .map(|(room, known)| (room.to_string(), known.iter().map(|name| name.to_string()).collect()))
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
