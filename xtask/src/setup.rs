//! What each command needs, fetched or installed before it starts.

use anyhow::Result;

use crate::assets;
use crate::bundle;
use crate::node_packages::{self, Shrinkers};
use crate::process::step;
use crate::system_packages::{self, C_COMPILER, CHROMIUM, FFMPEG, NPM, POSTGRES};
use crate::temporal;
use crate::tools;
use crate::wasm_target;
use crate::workspace::Workspace;

/// For compiling the server: its embedded folders and the assets that crates draw with.
pub fn for_server(workspace: &Workspace) -> Result<()> {
    system_packages::ensure(&[&C_COMPILER, &FFMPEG])?;
    assets::ensure(workspace)?;
    bundle::ensure_folder(workspace)
}

/// For the browser's bundle.
pub fn for_bundle(workspace: &Workspace) -> Result<Shrinkers> {
    system_packages::ensure(&[&C_COMPILER])?;
    wasm_target::ensure(workspace)?;
    tools::ensure_bundlers(workspace)?;
    Ok(node_packages::ensure_shrinkers(workspace))
}

/// For tests that need no browser.
pub fn for_tests(workspace: &Workspace) -> Result<()> {
    for_server(workspace)?;
    tools::ensure_nextest(workspace)
}

pub fn for_end_to_end(workspace: &Workspace) -> Result<()> {
    system_packages::ensure(&[&CHROMIUM])?;
    node_packages::ensure_end_to_end(workspace)
}

pub fn everything(workspace: &Workspace) -> Result<()> {
    // All at once, so that somebody without a password to hand is asked for one command only.
    system_packages::ensure(&[&C_COMPILER, &FFMPEG, &NPM, &CHROMIUM, &POSTGRES])?;
    for_tests(workspace)?;
    temporal::ensure(workspace)?;
    for_bundle(workspace)?;
    for_end_to_end(workspace)?;
    step("Everything is here");
    Ok(())
}
