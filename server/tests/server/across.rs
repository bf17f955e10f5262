//! One story told by another process than the one that works on it, and by a server that was killed and started
//! again: every event once, and the end.
#![cfg(unix)]

use std::{
    net::{Ipv4Addr, TcpListener},
    time::Instant,
};

use admint_domain::{GenerationId, GenerationStatus, SignedIn, Stage};
use admint_store::Store;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::json;

use crate::{
    events::{Reader, story},
    faults::{LOOK, PATIENCE, Site, Worker},
    fixture::{PASSWORD, Postgres, Server},
};

/// A server in this process over the site's database and folder; it has no workers. Its user is the site's.
async fn server_over(site: &mut Site) -> (Server, SignedIn) {
    let (data, database) = (site.data(), site.database.clone());
    let server = Server::start_with(|config| {
        config.data_dir = data;
        config.database_url = database.map(|url| serde_json::from_value(json!(url)).unwrap());
    })
    .await;
    let ben = server.register("ben").await;
    site.user = ben.user.id;
    (server, ben)
}

fn events(server: &Server, ben: &SignedIn, id: GenerationId) -> RequestBuilder {
    server.get(&format!("/api/generations/{id}/events")).bearer_auth(&ben.access_token)
}

/// The server knows nothing of the worker but what lies in the database.
async fn check_told_elsewhere(mut site: Site) {
    let (server, ben) = server_over(&mut site).await;
    let id = site.ad().await;
    let mut reader = Reader::of(events(&server, &ben, id).send().await.unwrap());
    let worker = site.worker();
    let told = reader.rest().await;
    assert_eq!(told.last().unwrap().status, GenerationStatus::Completed);
    assert_eq!(story(told), story(site.events(id).await));
    assert!(worker.stop());
    site.store.close().await.unwrap();
}

#[tokio::test]
async fn sqlite_tells_what_another_process_does() {
    check_told_elsewhere(Site::open().await).await;
}

#[tokio::test]
async fn postgres_tells_what_another_process_does() {
    let postgres = Postgres::create().await;
    check_told_elsewhere(Site::open_with(Some(postgres.url.clone()), None).await).await;
    postgres.remove().await;
}

/// Killed with its worker in the middle of a scene; its readers come back as a browser does.
async fn check_killed_and_started_again(mut site: Site) {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let (base, listen) = (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
    let serve = ["serve", "--workers", "1", "--listen", &listen];
    let client = Client::builder().no_proxy().build().unwrap();

    let server = site.start(&serve);
    until_live(&client, &base).await;
    let account = json!({ "username": "ben", "password": PASSWORD });
    let answer = client.post(format!("{base}/api/auth/register")).json(&account).send().await.unwrap();
    let ben: SignedIn = answer.json().await.unwrap();
    site.user = ben.user.id;
    let id = site.ad().await;
    let events = || client.get(format!("{base}/api/generations/{id}/events")).bearer_auth(&ben.access_token);

    let mut reader = Reader::of(events().send().await.unwrap());
    let mut told = vec![reader.next().await.unwrap()];
    while told.last().unwrap().progress <= 32 {
        told.push(reader.next().await.expect("it goes on"));
    }
    server.kill();
    // What was on its way.
    told.extend(reader.rest().await);
    assert!(!told.last().unwrap().status.is_final());

    let server = site.start(&serve);
    until_live(&client, &base).await;
    let again = events().header("last-event-id", told.last().unwrap().seq).send().await.unwrap();
    told.extend(Reader::of(again).rest().await);
    assert_eq!(told.last().unwrap().status, GenerationStatus::Completed);
    let last = told.last().unwrap().seq;
    assert_eq!(story(told), story(site.events(id).await), "none twice, none lost");
    let done = events().header("last-event-id", last).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    assert!(server.stop());
    site.store.close().await.unwrap();
}

pub async fn until_live(client: &Client, base: &str) {
    let deadline = Instant::now() + PATIENCE;
    while client.get(format!("{base}/api/health/live")).send().await.is_err() {
        assert!(Instant::now() < deadline, "the server does not start");
        tokio::time::sleep(LOOK).await;
    }
}

#[tokio::test]
async fn sqlite_tells_all_once_over_a_servers_death() {
    check_killed_and_started_again(Site::open().await).await;
}

#[tokio::test]
async fn postgres_tells_all_once_over_a_servers_death() {
    let postgres = Postgres::create().await;
    check_killed_and_started_again(Site::open_with(Some(postgres.url.clone()), None).await).await;
    postgres.remove().await;
}

async fn check_cancelled_elsewhere(mut site: Site) {
    let (server, ben) = server_over(&mut site).await;
    let id = site.ad().await;
    let mut reader = Reader::of(events(&server, &ben, id).send().await.unwrap());
    let mut worker = site.worker();
    while !reader.next().await.expect("it goes on").current_step.starts_with("Drawing scene 2") {}
    let deadline = Instant::now() + PATIENCE;
    while !draws(&worker) {
        assert!(Instant::now() < deadline, "no ffmpeg");
        tokio::time::sleep(LOOK).await;
    }

    let path = format!("/api/generations/{id}/cancel");
    let answer = server.post(&path, &json!({})).bearer_auth(&ben.access_token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(reader.rest().await.last().unwrap().status, GenerationStatus::Cancelled);
    while draws(&worker) {
        assert!(Instant::now() < deadline, "ffmpeg goes on");
        tokio::time::sleep(LOOK).await;
    }
    assert!(worker.is_alive());
    assert!(worker.stop());
    assert_eq!(site.scratch(), 0);
    site.store.close().await.unwrap();
}

/// Whether the process has an ffmpeg of its own.
fn draws(worker: &Worker) -> bool {
    let children = std::process::Command::new("pgrep")
        .args(["-x", "ffmpeg", "-P", &worker.id().to_string()])
        .output()
        .expect("pgrep is part of procps");
    children.status.success()
}

#[tokio::test]
async fn sqlite_carries_a_cancel_to_another_process() {
    check_cancelled_elsewhere(Site::open().await).await;
}

#[tokio::test]
async fn postgres_carries_a_cancel_to_another_process() {
    let postgres = Postgres::create().await;
    check_cancelled_elsewhere(Site::open_with(Some(postgres.url.clone()), None).await).await;
    postgres.remove().await;
}

/// The database ends every connection of the server, the one that listens among them, and goes on.
#[tokio::test]
async fn postgres_cuts_off_a_server_whose_streams_go_on() {
    let mut postgres = Postgres::create().await;
    let url = postgres.url.clone();
    let server = Server::start_with(|config| {
        config.database_url = Some(serde_json::from_value(json!(url)).unwrap());
    })
    .await;
    let ann = server.register("ann").await;
    let id = server.queued(ann.user.id).await;
    let mut reader = Reader::of(events(&server, &ann, id).send().await.unwrap());
    let mut told = vec![reader.next().await.unwrap()];

    postgres.cut_off().await;
    let there = Store::connect(&postgres.url).await.unwrap();
    let lease = there.claim_job("there", std::time::Duration::from_secs(60)).await.unwrap().unwrap();
    told.push(reader.next().await.unwrap());
    postgres.cut_off_listeners().await;
    there.record_progress(&lease, Stage::Scenes).await.unwrap();
    there.fail(&lease, "The test ends it.", false).await.unwrap();
    told.extend(reader.rest().await);
    assert_eq!(told.last().unwrap().status, GenerationStatus::Failed);
    assert_eq!(Some(story(told)), there.events_after(ann.user.id, id, 0).await.unwrap().map(story));

    there.close().await.unwrap();
    server.rooms.store.close().await.unwrap();
    postgres.remove().await;
}
