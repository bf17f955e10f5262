//! What is here, what is missing, and the command that mends it. Installs nothing.

use anyhow::Result;

use crate::assets;
use crate::bundle;
use crate::node_packages;
use crate::system_packages::{self, C_COMPILER, CHROMIUM, FFMPEG, NPM, POSTGRES};
use crate::temporal;
use crate::tools;
use crate::wasm_target;
use crate::workspace::Workspace;

pub fn report(workspace: &Workspace) -> Result<()> {
    let mut all_here = true;
    let mut line = |what: &str, state: Result<String, String>| match state {
        Ok(detail) => println!("  ok       {what:<28} {detail}"),
        Err(mend) => {
            all_here = false;
            println!("  missing  {what:<28} {mend}");
        }
    };

    for provision in [&C_COMPILER, &FFMPEG, &NPM, &CHROMIUM, &POSTGRES] {
        let state = if (provision.is_present)() {
            Ok(String::new())
        } else {
            Err(format!("sudo apt-get install {}", provision.packages.join(" ")))
        };
        line(provision.what, state);
    }
    if let Some(chromium) = system_packages::chromium() {
        line("browser for tests", Ok(chromium.display().to_string()));
    }
    line(
        wasm_target::TRIPLE,
        wasm_target::find(workspace)
            .map(|target| target.describe())
            .ok_or_else(|| "cargo xtask setup".into()),
    );
    for (name, version, is_here) in tools::survey(workspace)? {
        let state =
            if is_here { Ok(version) } else { Err(format!("cargo xtask setup   (installs {version})")) };
        line(name, state);
    }
    line(
        "Temporal, for its tests",
        temporal::find(workspace)
            .map(|program| program.display().to_string())
            .ok_or_else(|| "cargo xtask setup".into()),
    );
    let shrinkers = node_packages::shrinkers(workspace);
    for (name, program) in [("wasm-opt", &shrinkers.wasm_opt), ("esbuild", &shrinkers.esbuild)] {
        line(name, program.as_ref().map(|_| String::new()).ok_or_else(|| "cargo xtask setup".into()));
    }
    let missing = assets::missing(workspace)?;
    let state = if missing.is_empty() {
        Ok(workspace.vendor().display().to_string())
    } else {
        Err(format!("cargo xtask assets   (fetches {})", missing.join(", ")))
    };
    line("assets", state);
    line(
        "browser bundle",
        bundle::read_manifest(workspace)
            .map(|manifest| manifest.pkg_dir)
            .map_err(|_| "cargo xtask web".into()),
    );
    let playwright = workspace.root.join("end2end/node_modules/.bin/playwright").exists();
    line("Playwright", if playwright { Ok(String::new()) } else { Err("cargo xtask setup".into()) });

    println!("\n  tools and packages lie in {}", workspace.cache.display());
    if !all_here {
        println!("  `cargo xtask setup` installs what is missing");
    }
    Ok(())
}
