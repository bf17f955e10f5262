//! The browser's bundle: Trunk's output made small, named after its digest, compressed, described.
//!
//! ```text
//! dist/manifest.json                    what the server reads at start-up
//! dist/pkg/<digest>/frontend.js         each with .br and .gz beside it
//! dist/pkg/<digest>/frontend_bg.wasm
//! dist/pkg/<digest>/admint.css
//! ```
//! A digest in the path lets browsers keep the files for ever.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::node_packages::{self, Shrinkers};
use crate::precompress::{self, Effort};
use crate::process::{self, note, step};
use crate::setup;
use crate::stamp::{self, Inputs, files_below};
use crate::stylesheet;
use crate::wasm_target;
use crate::workspace::Workspace;

/// What the pages are compiled from. The server-only half of `app` is among it; that costs a build
/// now and then, and never a stale bundle.
const SOURCES: [&str; 8] = [
    ".cargo/config.toml",
    "app",
    "frontend",
    "crates/domain",
    "crates/timeline",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// What users get.
    Small,
    /// Quick to build, for work on the pages.
    Quick,
}

#[derive(Serialize, Deserialize)]
pub struct Manifest {
    /// The folder that `LeptosOptions::site_pkg_dir` must name.
    pub pkg_dir: String,
    pub stylesheet: String,
    pub files: Vec<BundleFile>,
}

#[derive(Serialize, Deserialize)]
pub struct BundleFile {
    /// Below `dist/`.
    pub path: String,
    pub content_type: String,
    pub bytes: usize,
    pub brotli_bytes: usize,
    pub gzip_bytes: usize,
    pub sha256: String,
}

impl Flavour {
    pub fn from_dev(dev: bool) -> Self {
        if dev { Self::Quick } else { Self::Small }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Quick => "quick",
        }
    }
}

/// Builds what has changed and returns what `dist/` then holds.
pub fn build(workspace: &Workspace, flavour: Flavour) -> Result<Manifest> {
    ensure_folder(workspace)?;
    let _alone = lock(workspace)?;
    let sources = source_digest(workspace, flavour)?;
    let whole = Inputs::new().value(&sources).path(&workspace.root.join("style"))?.digest();
    let stamp = workspace.stamp("bundle");
    if stamp::is_fresh(&stamp, &whole)
        && let Ok(manifest) = read_manifest(workspace)
        && is_complete(workspace, &manifest)
    {
        return Ok(manifest);
    }

    let compiled = workspace.target.join("xtask/bundle").join(flavour.name());
    let compiled_stamp = workspace.stamp(&format!("wasm-{}", flavour.name()));
    let shrinkers = setup::for_bundle(workspace)?;
    if !(stamp::is_fresh(&compiled_stamp, &sources) && compiled.join("frontend_bg.wasm").is_file()) {
        compile(workspace, flavour, &compiled, &shrinkers)?;
        stamp::write(&compiled_stamp, &sources)?;
    }
    let css =
        stylesheet::build(&workspace.root.join("style"), &workspace.target.join("xtask/style"), &shrinkers)?;
    let effort = if flavour == Flavour::Small { Effort::Smallest } else { Effort::Quick };
    let manifest = publish(&workspace.dist(), &compiled, css, effort)?;
    stamp::write(&stamp, &whole)?;
    Ok(manifest)
}

// Two commands at once would sweep up each other's halves. Released when dropped, however that happens.
fn lock(workspace: &Workspace) -> Result<std::fs::File> {
    let path = workspace.target.join("xtask/bundle.lock");
    std::fs::create_dir_all(path.parent().expect("below the target folder"))?;
    let file = std::fs::File::create(&path).with_context(|| format!("making {}", path.display()))?;
    if file.try_lock().is_err() {
        note("another command is building the bundle; waiting for it");
        file.lock()?;
    }
    Ok(file)
}

/// The server embeds `dist/`, which must exist even where no bundle is wanted.
pub fn ensure_folder(workspace: &Workspace) -> Result<()> {
    for folder in [workspace.dist(), workspace.root.join("public"), workspace.vendor().join("web")] {
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let keep = workspace.dist().join(".keep");
    if !keep.exists() {
        std::fs::write(keep, "")?;
    }
    Ok(())
}

pub fn read_manifest(workspace: &Workspace) -> Result<Manifest> {
    let path = workspace.dist().join("manifest.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parsing {}", path.display()))
}

fn is_complete(workspace: &Workspace, manifest: &Manifest) -> bool {
    manifest.files.iter().all(|file| workspace.dist().join(&file.path).is_file())
}

fn source_digest(workspace: &Workspace, flavour: Flavour) -> Result<String> {
    let shrunk = |program: Option<_>| if program.is_some() { "shrunk" } else { "plain" };
    let Shrinkers { wasm_opt, esbuild } = node_packages::shrinkers(workspace);
    let mut inputs = Inputs::new().value(flavour.name()).value(shrunk(wasm_opt)).value(shrunk(esbuild));
    inputs = inputs.value(WASM_FEATURES.join(" ")).value(WASM_PASSES.join(" "));
    inputs = inputs.value(wasm_target::flags().to_string_lossy());
    for source in SOURCES {
        inputs = inputs.path(&workspace.root.join(source))?;
    }
    Ok(inputs.digest())
}

fn compile(workspace: &Workspace, flavour: Flavour, into: &Path, shrinkers: &Shrinkers) -> Result<()> {
    let wasm = wasm_target::ensure(workspace)?;
    step(format!("Building the browser's bundle ({})", flavour.name()));
    // Trunk is kept off the network, so what cargo needs must be here before it starts.
    let host = host_triple()?;
    let mut fetch = wasm.cargo();
    fetch.args(["fetch", "--quiet", "--target", wasm_target::TRIPLE, "--target", &host]);
    process::run(fetch.current_dir(&workspace.root))?;

    let trunk_output = workspace.target.join("xtask/trunk");
    std::fs::remove_dir_all(&trunk_output).ok();
    std::fs::create_dir_all(&trunk_output)?;
    let mut command = Command::new("trunk");
    // Apart from the server's build folder: another profile, perhaps another compiler, and no waiting
    // for each other's lock.
    wasm.apply(&mut command, vec![workspace.tools().join("bin")]);
    command
        .arg("build")
        .arg("--dist")
        .arg(&trunk_output)
        .env("CARGO_TARGET_DIR", workspace.target.join("web"))
        // HydrationScripts and Trunk agree on names only while this is unset.
        .env_remove("LEPTOS_OUTPUT_NAME")
        // Trunk takes "1" for an error, and shows its own stack for the compiler's complaints.
        .env("RUST_BACKTRACE", "0")
        .env_remove("NO_COLOR")
        .current_dir(&workspace.root);
    if flavour == Flavour::Small {
        command.args(["--release", "--cargo-profile", "wasm"]);
    }
    process::run(&mut command)?;

    let package = trunk_output.join("pkg");
    if flavour == Flavour::Small {
        if let Some(wasm_opt) = &shrinkers.wasm_opt {
            shrink_wasm(wasm_opt, &package.join("frontend_bg.wasm"))?;
        }
        if let Some(esbuild) = &shrinkers.esbuild {
            shrink_script(esbuild, &package.join("frontend.js"))?;
        }
    }
    std::fs::remove_dir_all(into).ok();
    std::fs::create_dir_all(into.parent().expect("below the target folder"))?;
    std::fs::rename(&package, into).with_context(|| format!("Trunk left no {}", package.display()))?;
    // JavaScript that libraries bring along; `frontend.js` imports it by a path relative to itself.
    let snippets = trunk_output.join("snippets");
    if snippets.is_dir() {
        std::fs::rename(&snippets, into.join("snippets"))?;
    }
    Ok(())
}

/// What rustc emits, and no more: with `--all-features` Binaryen writes proposals (compact imports)
/// that browsers refuse to load.
const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What compresses best, which is not what is smallest: `-Oz` folds the repetitions that brotli would have
/// had for nothing, and functions of one name beside each other repeat each other.
const WASM_PASSES: [&str; 7] = [
    "-Os",
    "--type-ssa",
    "--dae-optimizing",
    "-Os",
    "--dae-optimizing",
    "-Os",
    "--reorder-functions-by-name",
];

fn shrink_wasm(wasm_opt: &Path, wasm: &Path) -> Result<()> {
    let part = wasm.with_extension("wasm.part");
    process::run(
        Command::new(wasm_opt)
            .args(WASM_PASSES)
            .arg("--strip-producers")
            .args(WASM_FEATURES)
            .arg(wasm)
            .arg("-o")
            .arg(&part),
    )?;
    std::fs::rename(&part, wasm)?;
    Ok(())
}

// Trunk's own minifier stops at `export default`.
fn shrink_script(esbuild: &Path, script: &Path) -> Result<()> {
    let minified = process::output(Command::new(esbuild).arg("--minify").arg(script))?;
    let part = script.with_extension("js.part");
    std::fs::write(&part, minified)?;
    std::fs::rename(&part, script)?;
    Ok(())
}

fn publish(dist: &Path, compiled: &Path, css: Vec<u8>, effort: Effort) -> Result<Manifest> {
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for file in files_below(compiled)? {
        let name = file.strip_prefix(compiled).expect("listed below this folder");
        // Type declarations are for editors, not for browsers.
        if name.to_string_lossy().ends_with(".d.ts") {
            continue;
        }
        contents.push((name.to_string_lossy().into_owned(), std::fs::read(&file)?));
    }
    contents.push(("admint.css".into(), css));

    let mut digest = Sha256::new();
    for (name, bytes) in &contents {
        digest.update(name.as_bytes());
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    let digest = hex::encode(digest.finalize());
    let pkg_dir = format!("pkg/{}", &digest[..16]);

    let part = dist.join("pkg.part");
    std::fs::remove_dir_all(&part).ok();
    let mut files = Vec::new();
    for (name, bytes) in contents {
        let path = part.join(&digest[..16]).join(&name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))?;
        std::fs::write(&path, &bytes).with_context(|| format!("writing {}", path.display()))?;
        let sizes = precompress::write_beside(&path, &bytes, effort)?;
        files.push(BundleFile {
            path: format!("{pkg_dir}/{name}"),
            content_type: content_type(&name)?.into(),
            bytes: bytes.len(),
            brotli_bytes: sizes.brotli,
            gzip_bytes: sizes.gzip,
            sha256: hex::encode(Sha256::digest(&bytes)),
        });
    }
    let manifest = Manifest { stylesheet: format!("{pkg_dir}/admint.css"), pkg_dir, files };

    std::fs::remove_dir_all(dist.join("pkg")).ok();
    std::fs::rename(&part, dist.join("pkg"))?;
    let manifest_part = dist.join("manifest.json.part");
    std::fs::write(&manifest_part, serde_json::to_vec_pretty(&manifest)?)?;
    std::fs::rename(&manifest_part, dist.join("manifest.json"))?;
    Ok(manifest)
}

fn content_type(name: &str) -> Result<&'static str> {
    Ok(match PathBuf::from(name).extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        _ => bail!("the bundle holds {name}, whose content type nobody told"),
    })
}

fn host_triple() -> Result<String> {
    let text = process::output(Command::new("rustc").arg("-vV"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc -vV names no host")
}

/// The manifest's sums, as `bench` and `web` print them.
pub fn total(manifest: &Manifest) -> (usize, usize) {
    manifest.files.iter().fold((0, 0), |(raw, brotli), file| (raw + file.bytes, brotli + file.brotli_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(css: &str) -> (tempfile::TempDir, Manifest) {
        let folder = tempfile::tempdir().unwrap();
        let compiled = folder.path().join("compiled");
        std::fs::create_dir(&compiled).unwrap();
        std::fs::write(compiled.join("frontend.js"), "import('./frontend_bg.wasm')").unwrap();
        std::fs::write(compiled.join("frontend_bg.wasm"), b"\0asm").unwrap();
        std::fs::write(compiled.join("frontend.d.ts"), "declare").unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir(&dist).unwrap();
        let manifest = publish(&dist, &compiled, css.into(), Effort::Quick).unwrap();
        (folder, manifest)
    }

    #[test]
    fn every_listed_file_is_there_in_three_encodings() {
        let (folder, manifest) = published("a{}");
        assert_eq!(manifest.files.len(), 3);
        for file in &manifest.files {
            for suffix in ["", ".br", ".gz"] {
                let path = folder.path().join("dist").join(format!("{}{suffix}", file.path));
                assert!(path.is_file(), "{}", path.display());
            }
        }
        assert!(manifest.files.iter().all(|file| file.path.starts_with(&manifest.pkg_dir)));
    }

    #[test]
    fn another_stylesheet_is_another_folder() {
        let (_one, first) = published("a{}");
        let (_other, second) = published("b{}");
        assert_ne!(first.pkg_dir, second.pkg_dir);
    }

    #[test]
    fn the_manifest_reads_back() {
        let (folder, manifest) = published("a{}");
        let text = std::fs::read_to_string(folder.path().join("dist/manifest.json")).unwrap();
        let read: Manifest = serde_json::from_str(&text).unwrap();
        assert_eq!(read.pkg_dir, manifest.pkg_dir);
    }
}
