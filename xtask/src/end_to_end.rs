//! Browser tests, and pictures of the pages: Playwright drives the distribution's Chromium against a server of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{self, Flavour};
use crate::process::{self, step};
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
    let result =
        lint(workspace, &mut closing).and_then(|()| play(workspace, &admint, arguments, &mut closing));
    closing.print();
    result
}

/// Takes the pictures of every page, and writes the page that shows them.
pub fn shots(workspace: &Workspace) -> Result<()> {
    setup::for_server(workspace)?;
    bundle::build(workspace, Flavour::Small)?;
    let admint = server::build(workspace, Profile::Dev)?;
    step("Pictures of every page: docs/pages.md");
    process::run(playwright(workspace, &admint)?.env("ADMINT_SHOTS", workspace.root.join("docs")))
}

/// Playwright strips the types from the tests and checks none of them.
pub fn lint(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    setup::for_end_to_end(workspace)?;
    step("Types of the browser tests");
    let mut compiler = Command::new("npx");
    compiler.args(["--no-install", "tsc"]).current_dir(workspace.root.join("end2end"));
    closing.run("types, browser", &mut compiler)
}

/// Runs Playwright against `admint`. The bundle must be there already.
pub fn play(workspace: &Workspace, admint: &Path, arguments: &[String], closing: &mut Closing) -> Result<()> {
    let mut command = playwright(workspace, admint)?;
    step("Browser tests (Playwright)");
    closing.run("browser tests", command.args(arguments))
}

fn playwright(workspace: &Workspace, admint: &Path) -> Result<Command> {
    setup::for_end_to_end(workspace)?;
    let chromium = system_packages::chromium().context("Chromium has gone")?;
    let mut command = Command::new("npx");
    command
        .args(["--no-install", "playwright", "test"])
        .env("ADMINT_BIN", admint)
        .env("CHROMIUM", chromium)
        .current_dir(workspace.root.join("end2end"));
    Ok(command)
}
