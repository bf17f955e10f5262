//! Back-up, restore and verify, as their operator runs them.

use std::{
    path::Path,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use admint_domain::GenerationId;
use reqwest::StatusCode;

use crate::{
    fixture::{PASSWORD, Server},
    s3::{BUCKET, S3},
};

fn admint(data: &Path, arguments: &[&str]) -> Output {
    admint_with(&[], data, arguments)
}

fn admint_with(environment: &[(&str, &str)], data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_admint"))
        .args(arguments)
        .envs(environment.iter().copied())
        .arg("--data-dir")
        .arg(data)
        .current_dir(data.parent().unwrap())
        .output()
        .unwrap()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[track_caller]
fn refuses(output: &Output, with: &str) {
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains(with), "{said}");
}

async fn video(server: &Server, token: &str, id: GenerationId) -> Vec<u8> {
    let response =
        server.get(&format!("/api/generations/{id}/video")).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn an_installation_moves_in_a_folder() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let id = server.finished(ann.user.id, b"the video").await;
    let waiting = server.queued(ann.user.id).await;

    // While it serves.
    let to = server.folder().join("backup");
    let to_text = to.to_str().unwrap();
    let said = succeeds(&admint(&server.data(), &["backup", "--to", to_text]));
    assert!(said.contains("4 files"), "{said}");
    refuses(&admint(&server.data(), &["backup", "--to", to_text]), "is there already");
    refuses(&admint(&server.data(), &["restore", "--from", to_text]), "not empty");

    let other = server.folder().join("other");
    succeeds(&admint(&other, &["restore", "--from", to_text]));
    succeeds(&admint(&other, &["verify"]));
    let moved = Server::start_with(|config| config.data_dir = other.clone()).await;
    let again = moved.log_in("ann", PASSWORD).await;
    assert_eq!(again.status(), StatusCode::OK);
    let token = again.json::<serde_json::Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(video(&moved, &token, id).await, b"the video");
    assert_eq!(moved.work().await.generation, waiting, "what waited waits");

    // A back-up that was tampered with is not believed.
    let named = to.join("files").join(format!("{id}/video.mp4"));
    std::fs::write(&named, "another").unwrap();
    let third = server.folder().join("third");
    refuses(&admint(&third, &["restore", "--from", to_text]), "is not what it was");
    std::fs::remove_file(to.join("manifest.json")).unwrap();
    refuses(&admint(&third, &["restore", "--from", to_text]), "is no back-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_moves_in_a_bucket() {
    let s3 = S3::start().await;
    let (id, secret) = s3.key();
    let environment = [
        ("ADMINT_S3_ENDPOINT", s3.endpoint()),
        ("ADMINT_S3_ACCESS_KEY_ID", id),
        ("ADMINT_S3_SECRET_ACCESS_KEY", secret),
    ];
    let server = Server::start().await;
    let ann = server.register("ann").await;
    server.finished(ann.user.id, b"the video").await;

    let place = format!("s3://{BUCKET}/backups/today");
    let back_up = || admint_with(&environment, &server.data(), &["backup", "--to", &place]);
    let said = succeeds(&back_up());
    assert!(said.contains("4 files") && said.contains(&place), "{said}");
    refuses(&back_up(), "is there already");
    refuses(
        &admint_with(&environment, &server.data(), &["backup", "--to", "s3://A b"]),
        "expected s3://BUCKET",
    );

    let other = server.folder().join("other");
    succeeds(&admint_with(&environment, &other, &["restore", "--from", &place]));
    let said = succeeds(&admint(&other, &["verify"]));
    assert!(said.contains("4 files are named by rows: 0 missing, 0 changed"), "{said}");
    let third = server.folder().join("third");
    let nothing = format!("s3://{BUCKET}/backups/yesterday");
    refuses(&admint_with(&environment, &third, &["restore", "--from", &nothing]), "is no back-up");
}

#[tokio::test]
async fn verify_names_what_is_missing_changed_or_without_a_row() {
    let server = Server::start().await;
    let ann = server.register("ann").await;
    let (one, two) = (server.finished(ann.user.id, b"one").await, server.finished(ann.user.id, b"two").await);
    let said = succeeds(&admint(&server.data(), &["verify"]));
    assert!(
        said.contains("8 files are named by rows: 0 missing, 0 changed; 0 lie there without a row"),
        "{said}"
    );

    let files = server.data().join("assets/files");
    std::fs::write(files.join(format!("{one}/video.mp4")), "0ne").unwrap();
    std::fs::remove_file(files.join(format!("{two}/thumbnail.jpg"))).unwrap();
    let old = files.join("generations/gone/1-clip-0.mp4");
    std::fs::create_dir_all(old.parent().unwrap()).unwrap();
    let orphan = std::fs::File::create(&old).unwrap();
    std::fs::write(files.join("generations/gone/young.mp4"), "may get its row yet").unwrap();
    orphan.set_modified(SystemTime::now() - Duration::from_secs(7_200)).unwrap();

    let found = admint(&server.data(), &["verify"]);
    refuses(&found, &format!("changed: {one}/video.mp4"));
    refuses(&found, &format!("missing: {two}/thumbnail.jpg"));
    refuses(&found, "without a row: generations/gone/1-clip-0.mp4");
    refuses(&found, "1 missing, 1 changed; 1 lie there without a row");
    refuses(
        &admint(&server.data(), &["verify", "--remove-orphans"]),
        "removed: generations/gone/1-clip-0.mp4",
    );
    assert!(!old.exists() && files.join("generations/gone/young.mp4").exists());
    assert!(files.join(format!("{two}/video.mp4")).exists(), "what a row names stays");
}
