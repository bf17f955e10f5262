//! A compiler for `wasm32-unknown-unknown`, by the best route the machine has.
//!
//! Rustup's target is one download. Where its servers cannot be reached, the distribution's compiler
//! builds the standard library from the source packaged with it, once, into a sysroot of our own in
//! the cache: nothing under `/usr` or `~/.rustup` is written to.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, note, step};
use crate::system_packages;
use crate::workspace::Workspace;

pub const TRIPLE: &str = "wasm32-unknown-unknown";

const DISTRIBUTION_RUSTC: &str = "/usr/bin/rustc";
const DISTRIBUTION_CARGO: &str = "/usr/bin/cargo";

/// How to call cargo for the browser.
pub enum WasmTarget {
    /// The user's own toolchain has the target.
    Host,
    Distribution {
        sysroot: PathBuf,
        linker: PathBuf,
        /// A folder with nothing but the distribution's `cargo` and `rustc`, to go first on PATH.
        programs: PathBuf,
    },
}

impl WasmTarget {
    /// Makes `command`, and every cargo it starts, build with this compiler.
    pub fn apply(&self, command: &mut Command, mut path: Vec<PathBuf>) {
        let mut flags = flags();
        if let Self::Distribution { sysroot, linker, programs } = self {
            path.insert(0, programs.clone());
            flags.push(" --sysroot=");
            flags.push(sysroot);
            command
                .env("CARGO", programs.join("cargo"))
                .env("RUSTC", DISTRIBUTION_RUSTC)
                .env_remove("RUSTUP_TOOLCHAIN")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
            .env("PATH", process::path_with(&path));
    }

    /// A cargo that builds with this compiler.
    pub fn cargo(&self) -> Command {
        let mut command = match self {
            Self::Host => process::cargo(),
            Self::Distribution { .. } => Command::new(DISTRIBUTION_CARGO),
        };
        self.apply(&mut command, Vec::new());
        command
    }

    /// Distributions package clippy for another compiler, if at all.
    pub fn has_clippy(&self) -> bool {
        matches!(self, Self::Host) && process::succeeds(process::cargo().args(["clippy", "--version"]))
    }

    pub fn describe(&self) -> String {
        match self {
            Self::Host => "the host's toolchain has it".into(),
            Self::Distribution { sysroot, .. } => {
                format!("the distribution's compiler, library in {}", sysroot.display())
            }
        }
    }
}

/// For the compiler: the folders of the machine it was built on stay out of the bundle, which is public (panics
/// name their source file), so that it is also the same wherever it is built.
pub fn flags() -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    // One folder for each registry; its name holds a number of the machine's own.
    let registries = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    let mut flags: Vec<String> = registries
        .into_iter()
        .flatten()
        .flatten()
        .map(|registry| format!("--remap-path-prefix={}/=", registry.path().display()))
        .collect();
    // Flags are parted by spaces; a folder with one would break them, and then its name stays.
    flags.retain(|flag| !flag.contains(' '));
    // Functions are put in the order of their names in the end. By these names, instances of one generic
    // function come to lie side by side, which compresses better.
    flags.push("-Csymbol-mangling-version=v0".to_owned());
    flags.sort();
    flags.join(" ").into()
}

pub fn ensure(workspace: &Workspace) -> Result<WasmTarget> {
    if let Some(target) = find(workspace) {
        return Ok(target);
    }
    if !distribution_is_forced() && process::which("rustup").is_some() {
        step(format!("Installing the WebAssembly target: rustup target add {TRIPLE}"));
        let mut command = Command::new("rustup");
        // Somewhere without rustup's servers, this should fail soon.
        command.args(["target", "add", TRIPLE]).env("RUSTUP_MAX_RETRIES", "1");
        match process::output(&mut command) {
            Ok(_) if host_has_target() => return Ok(WasmTarget::Host),
            Ok(_) => note("rustup installed the target for another toolchain than the one in use"),
            Err(error) => note(format!("rustup could not: {error:#}")),
        }
    }
    system_packages::ensure(&[&system_packages::WASM_COMPILER])
        .context("no WebAssembly target by rustup, and no compiler with library source")?;
    build_sysroot(workspace)?;
    find(workspace).context("the sysroot was built, but cannot be used: no rust-lld or wasm-ld was found")
}

/// The target, if it is there already.
pub fn find(workspace: &Workspace) -> Option<WasmTarget> {
    if !distribution_is_forced() && host_has_target() {
        return Some(WasmTarget::Host);
    }
    let sysroot = sysroot(workspace)?;
    if !library_folder(&sysroot).is_dir() {
        return None;
    }
    Some(WasmTarget::Distribution { sysroot, linker: linker()?, programs: programs(workspace).ok()? })
}

/// For trying the second route on a machine that has the first.
fn distribution_is_forced() -> bool {
    std::env::var_os("ADMINT_WASM_ROUTE").is_some_and(|route| route == "distribution")
}

fn host_has_target() -> bool {
    process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", TRIPLE]))
        .is_ok_and(|folder| holds_library(Path::new(folder.trim()), "libstd-"))
}

fn holds_library(folder: &Path, prefix: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(prefix) && name.ends_with(".rlib")
    })
}

// One per compiler version: libraries of another version cannot be linked.
fn sysroot(workspace: &Workspace) -> Option<PathBuf> {
    let version = process::output(Command::new(DISTRIBUTION_RUSTC).arg("--version")).ok()?;
    let version = version.split_whitespace().nth(1)?;
    Some(workspace.cache.join(format!("wasm-sysroot-{version}")))
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TRIPLE).join("lib")
}

fn build_sysroot(workspace: &Workspace) -> Result<()> {
    let sysroot = sysroot(workspace).context("/usr/bin/rustc does not tell its version")?;
    step(format!(
        "Building the WebAssembly standard library with {DISTRIBUTION_RUSTC}, once, into {} (about a minute)",
        sysroot.display()
    ));
    let scratch = workspace.cache.join("scratch/wasm-std");
    std::fs::create_dir_all(scratch.join("src"))?;
    // Cargo builds the standard library only on the way to some crate; an empty one will do.
    std::fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [profile.release]\nopt-level = \"z\"\n",
    )?;
    std::fs::write(scratch.join("src/lib.rs"), "")?;
    let mut command = Command::new(DISTRIBUTION_CARGO);
    command
        .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TRIPLE])
        .env("RUSTC", DISTRIBUTION_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        .current_dir(&scratch);
    process::run(&mut command)?;

    let built = scratch.join("target").join(TRIPLE).join("release/deps");
    let part = sysroot.with_extension("part");
    std::fs::remove_dir_all(&part).ok();
    let library = library_folder(&part);
    std::fs::create_dir_all(&library)?;
    for entry in std::fs::read_dir(&built)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_library = name.starts_with("lib") && (name.ends_with(".rlib") || name.ends_with(".rmeta"));
        if is_library && !name.starts_with("libnothing") {
            std::fs::copy(&file, library.join(&name))?;
        }
    }
    if !holds_library(&library, "libstd-") {
        bail!("{} holds no standard library", built.display());
    }
    std::fs::remove_dir_all(&sysroot).ok();
    std::fs::rename(&part, &sysroot)?;
    std::fs::remove_dir_all(&scratch).ok();
    Ok(())
}

// Rustup ships a linker with every toolchain; the distribution's is as good.
fn linker() -> Option<PathBuf> {
    let rustup =
        process::output(Command::new("rustc").args(["--print", "sysroot"])).ok().and_then(|sysroot| {
            let host = PathBuf::from(sysroot.trim()).join("lib/rustlib");
            let entries = std::fs::read_dir(host).ok()?;
            entries.flatten().map(|entry| entry.path().join("bin/rust-lld")).find(|program| program.is_file())
        });
    let versions = (14..=30).rev().map(|version| format!("wasm-ld-{version}"));
    rustup
        .or_else(|| process::which("wasm-ld"))
        .or_else(|| versions.into_iter().find_map(|name| process::which(&name)))
}

fn programs(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.cache.join("distribution-rust");
    std::fs::create_dir_all(&folder)?;
    for (name, program) in [("cargo", DISTRIBUTION_CARGO), ("rustc", DISTRIBUTION_RUSTC)] {
        let link = folder.join(name);
        if !link.exists() {
            std::os::unix::fs::symlink(program, &link)?;
        }
    }
    Ok(folder)
}
