//! Rust tools, installed by `cargo install` into the cache: nothing of the user's own is replaced.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{self, step};
use crate::workspace::Workspace;

/// Newer ones want a newer compiler than the workspace does.
const TRUNK: &str = "0.21.14";
const NEXTEST: &str = "0.9.143";

/// A tool in the version this project needs.
struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// Whether to build from the tool's own Cargo.lock.
    locked: bool,
    /// Whether any version found on PATH will do.
    any_version: bool,
    /// What it is for, and how long it takes.
    about: &'static str,
}

/// Trunk and wasm-bindgen, for the browser's bundle.
pub fn ensure_bundlers(workspace: &Workspace) -> Result<()> {
    for tool in [trunk(), wasm_bindgen(workspace)?] {
        ensure(workspace, &tool)?;
    }
    Ok(())
}

pub fn ensure_nextest(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &nextest())
}

/// What is installed and what is not, for `doctor`: name, version, whether it is there.
pub fn survey(workspace: &Workspace) -> Result<Vec<(&'static str, String, bool)>> {
    let tools = [trunk(), wasm_bindgen(workspace)?, nextest()];
    Ok(tools
        .into_iter()
        .map(|tool| (tool.program, tool.version.clone(), find(workspace, &tool).is_some()))
        .collect())
}

/// `PATH` with the tools in front of everything else.
pub fn path(workspace: &Workspace) -> OsString {
    process::path_with(&[workspace.tools().join("bin")])
}

fn trunk() -> Tool {
    Tool {
        package: "trunk",
        program: "trunk",
        version: TRUNK.into(),
        locked: true,
        any_version: false,
        about: "bundles the pages for the browser; about 6 minutes on two cores",
    }
}

fn wasm_bindgen(workspace: &Workspace) -> Result<Tool> {
    Ok(Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        // The tool and the library must agree to the digit.
        version: workspace.locked_version("wasm-bindgen")?,
        // Its Cargo.lock names versions that some registry mirrors lack.
        locked: false,
        any_version: false,
        about: "joins WebAssembly to JavaScript; about 2 minutes",
    })
}

fn nextest() -> Tool {
    Tool {
        package: "cargo-nextest",
        program: "cargo-nextest",
        version: NEXTEST.into(),
        locked: true,
        any_version: true,
        about: "runs the tests; about 5 minutes",
    }
}

fn ensure(workspace: &Workspace, tool: &Tool) -> Result<()> {
    if find(workspace, tool).is_some() {
        return Ok(());
    }
    step(format!("Installing {} {} ({})", tool.package, tool.version, tool.about));
    let mut command = process::cargo();
    // A tool that runs for seconds is not worth minutes of link-time optimisation, which their own release
    // profiles ask for.
    command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    command.args(["install", tool.package, "--version", &tool.version, "--root"]).arg(workspace.tools());
    if tool.locked {
        command.arg("--locked");
    }
    // The tool's own build is not worth keeping.
    command.env_remove("CARGO_TARGET_DIR");
    process::run(command.current_dir(std::env::temp_dir()))
}

fn find(workspace: &Workspace, tool: &Tool) -> Option<PathBuf> {
    let own = workspace.tools().join("bin").join(tool.program);
    [Some(own), process::which(tool.program)].into_iter().flatten().find(|program| {
        program.is_file()
            && process::output(Command::new(program).arg("--version"))
                .is_ok_and(|text| tool.any_version || names_version(&text, &tool.version))
    })
}

fn names_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_must_match_to_the_digit() {
        assert!(names_version("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(!names_version("wasm-bindgen 0.2.13\n", "0.2.130"));
        assert!(!names_version("trunk 0.21.140", "0.21.14"));
    }
}
