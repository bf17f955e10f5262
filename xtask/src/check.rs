//! What a commit must pass, in the order of how fast it fails.

use anyhow::Result;

use crate::process::{self, step};
use crate::setup;
use crate::suite::Closing;
use crate::third_party;
use crate::wasm_target;
use crate::workspace::Workspace;

/// The engine on Temporal: a hundred packages that only those compile who want it. The whole suite does.
pub const TEMPORAL: &str = "admint-temporal";

pub fn check(workspace: &Workspace) -> Result<()> {
    let mut closing = Closing::default();
    let result = check_into(workspace, &mut closing);
    closing.print();
    result
}

fn check_into(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    setup::for_tests(workspace)?;
    lint(workspace, closing)?;
    step("Quick tests");
    let mut tests = process::cargo();
    tests
        .args(["nextest", "run", "--workspace", "--exclude", "frontend", "--exclude", TEMPORAL])
        .args(["--lib", "--bins", "--no-fail-fast"])
        .env("PATH", crate::tools::path(workspace))
        .current_dir(&workspace.root);
    closing.run("quick tests", &mut tests)
}

/// Format, lints and the third-party page.
pub fn lint(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    step("Format");
    let mut format = process::cargo();
    format.args(["fmt", "--all", "--check"]).current_dir(&workspace.root);
    closing.run("format", &mut format)?;

    third_party::check(workspace)?;
    closing.note("THIRD_PARTY.md", "agrees with assets.lock.toml");

    step("Lints");
    let mut clippy = process::cargo();
    clippy
        .args(["clippy", "--workspace", "--exclude", "frontend", "--exclude", TEMPORAL])
        .args(["--all-targets", "--", "-D", "warnings"])
        .current_dir(&workspace.root);
    closing.run("lints", &mut clippy)?;

    lint_browser(workspace, closing)
}

/// The engine on Temporal, and the server with it.
pub fn lint_temporal(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    step("Lints of the engine on Temporal");
    let mut clippy = process::cargo();
    clippy
        .args(["clippy", "--package", TEMPORAL, "--package", "server", "--features", "server/temporal"])
        .args(["--all-targets", "--", "-D", "warnings"])
        .current_dir(&workspace.root);
    closing.run("lints, Temporal", &mut clippy)
}

fn lint_browser(workspace: &Workspace, closing: &mut Closing) -> Result<()> {
    // By itself: beside the server, features would unify and the browser's half would not be seen.
    let wasm = wasm_target::ensure(workspace)?;
    let verb = if wasm.has_clippy() { "clippy" } else { "check" };
    step(format!("Lints of the browser's half (cargo {verb})"));
    let mut command = wasm.cargo();
    command
        // The bundle's profile: its build scripts and macros are compiled once for both.
        .args([verb, "--package", "frontend", "--target", wasm_target::TRIPLE, "--profile", "wasm"])
        .env("CARGO_TARGET_DIR", workspace.target.join("web"))
        .current_dir(&workspace.root);
    if verb == "clippy" {
        command.args(["--", "-D", "warnings"]);
    }
    closing.run("lints, browser", &mut command)
}
