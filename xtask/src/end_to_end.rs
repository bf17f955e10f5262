//! Browser tests: Playwright drives the distribution's Chromium against a server of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{self, Flavour};
use crate::process::step;
use crate::server::{self, Profile};
use crate::setup;
use crate::suite::Closing;
use crate::system_packages;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    setup::for_server(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    let admint = server::build(workspace, Profile::Dev)?;
    let mut closing = Closing::default();
    let result = play(workspace, &admint, arguments, &mut closing);
    closing.print();
    result
}

/// Runs Playwright against `admint`. The bundle must be there already.
pub fn play(workspace: &Workspace, admint: &Path, arguments: &[String], closing: &mut Closing) -> Result<()> {
    setup::for_end_to_end(workspace)?;
    let chromium = system_packages::chromium().context("Chromium has gone")?;
    step("Browser tests (Playwright)");
    let mut command = Command::new("npx");
    command
        .args(["--no-install", "playwright", "test"])
        .args(arguments)
        .env("ADMINT_BIN", admint)
        .env("CHROMIUM", chromium)
        .current_dir(workspace.root.join("end2end"));
    closing.run("browser tests", &mut command)
}
