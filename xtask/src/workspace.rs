//! Where things lie: the repository, cargo's target folder and the user's cache.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

pub struct Workspace {
    /// The repository.
    pub root: PathBuf,
    /// Where cargo builds; `CARGO_TARGET_DIR` and cargo's configuration decide.
    pub target: PathBuf,
    /// What outlives `cargo clean` and is shared by all checkouts: tools, packages, the wasm sysroot.
    pub cache: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
        }
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let text = process::output(
            process::cargo()
                .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
                .arg(manifest),
        )?;
        let metadata: Metadata =
            serde_json::from_str(&text).context("cargo metadata answered something else")?;
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory, cache: cache_folder()? })
    }

    /// What Rust tools are installed into (`cargo install --root`).
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub fn vendor(&self) -> PathBuf {
        self.root.join("assets/vendor")
    }

    pub fn stamp(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(format!("{name}.stamp"))
    }

    /// The version that Cargo.lock pins for `package`.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let text = std::fs::read_to_string(self.root.join("Cargo.lock")).context("reading Cargo.lock")?;
        locked_version(&text, package)
    }
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder).join("admint"));
    }
    let home = std::env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cache/admint"))
}

fn locked_version(lock: &str, package: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(lock).context("parsing Cargo.lock")?;
    lock.package
        .into_iter()
        .find(|candidate| candidate.name == package)
        .map(|found| found.version)
        .with_context(|| format!("Cargo.lock holds no package {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4

        [[package]]
        name = "wasm-bindgen"
        version = "0.2.130"
    "#;

    #[test]
    fn reads_the_pinned_version() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn names_the_package_that_is_missing() {
        let error = locked_version(LOCK, "trunk").unwrap_err().to_string();
        assert!(error.contains("trunk"), "{error}");
    }
}
