//! The `admint` binary: built, started, packed.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{self, Flavour};
use crate::process::{self, step};
use crate::setup;
use crate::stamp::{self, Inputs};
use crate::workspace::Workspace;

#[derive(Clone, Copy)]
pub enum Profile {
    Dev,
    Release,
}

/// Sets up, builds and becomes `admint serve`, which migrates and prints its address.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    setup::for_server(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    let admint = build(workspace, Profile::Dev)?;
    step("Starting AdMint");
    // Takes this process's place, so that Ctrl-C and signals reach the server itself.
    let error = Command::new(&admint).arg("serve").args(arguments).current_dir(&workspace.root).exec();
    Err(error).with_context(|| format!("could not start {}", admint.display()))
}

/// One file that needs only ffmpeg beside it.
pub fn dist(workspace: &Workspace) -> Result<()> {
    setup::for_server(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    let admint = build(workspace, Profile::Release)?;
    let packed = workspace.target.join("dist/admint");
    std::fs::create_dir_all(packed.parent().expect("below the target folder"))?;
    let part = packed.with_extension("part");
    std::fs::copy(&admint, &part).with_context(|| format!("copying {}", admint.display()))?;
    std::fs::rename(&part, &packed)?;
    let bytes = std::fs::metadata(&packed)?.len();
    step(format!("{} ({} MiB)", packed.display(), bytes / (1 << 20)));
    Ok(())
}

/// Compiles `admint` and returns where it lies. The bundle must be there already.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    step(match profile {
        Profile::Dev => "Building the server",
        Profile::Release => "Building the server (release)",
    });
    let mut command = process::cargo();
    command
        .args(["build", "--package", "server", "--bin", "admint"])
        // HydrationScripts would drop the `_bg` that Trunk's file name has.
        .env_remove("LEPTOS_OUTPUT_NAME")
        .current_dir(&workspace.root);
    if matches!(profile, Profile::Release) {
        forget_stale_embeddings(workspace)?;
        command.arg("--release");
    }
    process::run(&mut command)?;
    Ok(path(workspace, profile))
}

/// Where cargo puts `admint`.
pub fn path(workspace: &Workspace, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    workspace.target.join(folder).join("admint")
}

// Release builds carry files inside. Cargo sees when one of them changes, but not when one is added, as
// a new bundle's folder is; so what embeds them is compiled anew.
fn forget_stale_embeddings(workspace: &Workspace) -> Result<()> {
    let digest = Inputs::new()
        .path(&workspace.dist().join("manifest.json"))?
        .path(&workspace.root.join("public"))?
        .path(&workspace.root.join("assets.lock.toml"))?
        .digest();
    let stamp = workspace.stamp("embedded");
    if !stamp::is_fresh(&stamp, &digest) {
        let mut clean = process::cargo();
        clean.args(["clean", "--quiet", "--release", "--package", "server", "--package", "admint-studio"]);
        process::run(clean.current_dir(&workspace.root))?;
        stamp::write(&stamp, &digest)?;
    }
    Ok(())
}
