//! Tools from npm, pinned, in the cache; and the browser tests' own packages.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

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

impl Shrinkers {
    pub fn is_complete(&self) -> bool {
        self.wasm_opt.is_some() && self.esbuild.is_some()
    }
}

// The versions are in the name, so that a new pin is a new folder.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(format!("npm-{BINARYEN}-{ESBUILD}"))
}
