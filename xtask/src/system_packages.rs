//! Programs that the distribution provides, and how to get them.
//!
//! Debian and Ubuntu are installed for the user when that needs no password; anywhere else the
//! command to type is printed and set-up stops.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, step};

/// Something a package manager provides.
pub struct Provision {
    pub what: &'static str,
    pub packages: &'static [&'static str],
    pub is_present: fn() -> bool,
}

/// ffmpeg cuts, mixes and encodes every video.
pub const FFMPEG: Provision = Provision {
    what: "ffmpeg and ffprobe",
    packages: &["ffmpeg"],
    is_present: || process::which("ffmpeg").is_some() && process::which("ffprobe").is_some(),
};

/// For the browser tests.
pub const CHROMIUM: Provision =
    Provision { what: "Chromium", packages: &["chromium"], is_present: || chromium().is_some() };

/// For the store's tests; the suite starts a cluster of its own.
pub const POSTGRES: Provision = Provision {
    what: "PostgreSQL's server programs",
    packages: &["postgresql"],
    is_present: || postgres_programs().is_some(),
};

/// npm fetches assets, wasm-opt and Playwright.
pub const NPM: Provision = Provision {
    what: "Node.js and npm",
    packages: &["nodejs", "npm"],
    is_present: || process::which("node").is_some() && process::which("npm").is_some(),
};

/// A compiler with the source of its standard library, for machines that rustup's servers do not reach.
pub const WASM_COMPILER: Provision = Provision {
    what: "the distribution's Rust compiler with its library source",
    packages: &["rustc-web", "cargo-web", "rust-web-src", "lld"],
    is_present: || {
        Path::new("/usr/bin/rustc").is_file()
            && Path::new("/usr/bin/cargo").is_file()
            && Path::new("/usr/lib/rustlib/src/rust/library/std").is_dir()
    },
};

/// A C compiler: some Rust libraries (the TLS and SQLite ones) compile C.
pub const C_COMPILER: Provision = Provision {
    what: "a C compiler",
    packages: &["build-essential", "pkg-config"],
    is_present: || process::which("cc").is_some(),
};

/// Installs what is absent, or says exactly what to type.
pub fn ensure(provisions: &[&Provision]) -> Result<()> {
    let absent: Vec<_> = provisions.iter().filter(|provision| !(provision.is_present)()).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let what = absent.iter().map(|provision| provision.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> =
        absent.iter().flat_map(|provision| provision.packages.iter().copied()).collect();
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    if process::which("apt-get").is_none() {
        bail!(
            "{what}: missing. On Debian or Ubuntu: `{by_hand}`; elsewhere your own package manager has them."
        );
    }
    let Some(administrator) = administrator() else {
        bail!(
            "{what}: missing, and installing needs your password. Please run\n\n    {by_hand}\n\nand try again."
        );
    };
    step(format!("Installing {what}: apt-get install {}", packages.join(" ")));
    let install =
        || apt_get(&administrator, &["install", "--yes", "--quiet", "--no-install-recommends"], &packages);
    // Package lists are often absent in a container, or too old to be fetched from.
    if install().is_err() {
        apt_get(&administrator, &["update", "--quiet"], &[])?;
        install()?;
    }
    match absent.iter().find(|provision| !(provision.is_present)()) {
        None => Ok(()),
        Some(provision) => {
            bail!("`{by_hand}` succeeded, but {} cannot be found on PATH", provision.what)
        }
    }
}

pub fn ensure_npm() -> Result<()> {
    ensure(&[&NPM])
}

/// The browser for tests: `CHROMIUM` if set, else the first one on PATH.
pub fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(path));
    }
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(process::which)
}

/// The folder with `initdb` and `postgres`. Debian keeps them off PATH, one folder per version.
pub fn postgres_programs() -> Option<PathBuf> {
    let holds_both = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| holds_both(folder))
        .collect();
    versions.sort();
    versions.pop().or_else(|| {
        let folder = process::which("initdb")?.parent()?.to_path_buf();
        holds_both(&folder).then_some(folder)
    })
}

pub fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}

// How to become the administrator without asking anyone, if that is possible.
fn administrator() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(Vec::new());
    }
    process::succeeds(Command::new("sudo").args(["-n", "true"])).then(|| vec!["sudo", "-n"])
}

fn apt_get(administrator: &[&str], arguments: &[&str], packages: &[&str]) -> Result<()> {
    let words: Vec<&str> = administrator
        .iter()
        .copied()
        .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .chain(arguments.iter().copied())
        .chain(packages.iter().copied())
        .collect();
    process::run(Command::new(words[0]).args(&words[1..]))
}
