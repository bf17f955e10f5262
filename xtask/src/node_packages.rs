//! Tools from npm, pinned, in the cache; and the browser tests' own packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, note, step};
use crate::stamp::{self, Inputs};
use crate::system_packages;
use crate::workspace::Workspace;

/// `wasm-opt`; distributions' own are too old for what rustc emits.
const BINARYEN: &str = "binaryen@132.0.0";
/// Takes the air out of scripts and style sheets.
const ESBUILD: &str = "esbuild@0.28.2";

/// Programs that make the bundle smaller. Without npm a bundle is made all the same, only larger.
pub struct Shrinkers {
    pub wasm_opt: Option<PathBuf>,
    pub esbuild: Option<PathBuf>,
}

pub fn ensure_shrinkers(workspace: &Workspace) -> Shrinkers {
    let folder = folder(workspace);
    if shrinkers(workspace).is_complete() {
        return shrinkers(workspace);
    }
    let installed = system_packages::ensure_npm().and_then(|()| {
        step(format!("Installing {BINARYEN} and {ESBUILD} from npm (they make the bundle smaller)"));
        std::fs::create_dir_all(&folder)?;
        process::output(
            Command::new("npm")
                .args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"])
                .arg(&folder)
                .args([BINARYEN, ESBUILD]),
        )
    });
    if let Err(error) = installed {
        note(format!("the bundle will be larger than it could be: {error:#}"));
    }
    shrinkers(workspace)
}

/// What is there, without installing anything.
pub fn shrinkers(workspace: &Workspace) -> Shrinkers {
    let program = |name: &str| {
        let path = folder(workspace).join("node_modules/.bin").join(name);
        path.exists().then_some(path)
    };
    Shrinkers { wasm_opt: program("wasm-opt"), esbuild: program("esbuild") }
}

/// Playwright and its companions, exactly as `end2end/package-lock.json` names them.
pub fn ensure_end_to_end(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("end2end");
    let digest =
        Inputs::new().path(&folder.join("package.json"))?.path(&folder.join("package-lock.json"))?.digest();
    let stamp = folder.join("node_modules/.admint.stamp");
    if stamp::is_fresh(&stamp, &digest) {
        return Ok(());
    }
    system_packages::ensure_npm()?;
    step("Installing Playwright's npm packages (npm ci in end2end)");
    process::run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            // Debian's Chromium is used; Playwright shall not download one.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&folder),
    )?;
    stamp::write(&stamp, &digest)
}

/// Lighthouse, exactly as `xtask/lighthouse/package-lock.json` names it and all that it brings along. It drives the
/// browser that is here, and lies in the cache: few need it, and it is large.
pub fn ensure_lighthouse(workspace: &Workspace) -> Result<PathBuf> {
    let lists = workspace.root.join("xtask/lighthouse");
    let digest = Inputs::new().path(&lists)?.digest();
    let folder = workspace.cache.join("npm-lighthouse");
    let program = folder.join("node_modules/.bin/lighthouse");
    let stamp = folder.join(".admint.stamp");
    if stamp::is_fresh(&stamp, &digest) && program.is_file() {
        return Ok(program);
    }
    system_packages::ensure_npm()?;
    step("Installing Lighthouse from npm (npm ci; 190 MB)");
    std::fs::create_dir_all(&folder)?;
    for file in stamp::files_below(&lists)? {
        let name = file.file_name().context("a file has a name")?;
        std::fs::copy(&file, folder.join(name)).with_context(|| format!("copying {}", file.display()))?;
    }
    ci(&folder)?;
    stamp::write(&stamp, &digest)?;
    Ok(program)
}

/// Installs what a lock file names, and runs no program of theirs.
fn ci(folder: &Path) -> Result<()> {
    process::run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder),
    )
}

impl Shrinkers {
    pub fn is_complete(&self) -> bool {
        self.wasm_opt.is_some() && self.esbuild.is_some()
    }
}

// The versions are in the name, so that a new pin is a new folder.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(format!("npm-{BINARYEN}-{ESBUILD}"))
}
