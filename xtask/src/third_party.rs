//! `THIRD_PARTY.md`, written from `assets.lock.toml`: whose work AdMint carries, under what licence.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::asset_lock::{AssetLock, Package, Registry};
use crate::assets::read_lock;
use crate::process::step;
use crate::workspace::Workspace;

/// Brings the page up to date.
pub fn write(workspace: &Workspace) -> Result<()> {
    let path = path(workspace);
    if check(workspace).is_err() {
        step(format!("Writing {}", path.display()));
        let page = render(&read_lock(workspace)?);
        std::fs::write(&path, page).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// Fails unless the page says what the lock file says.
pub fn check(workspace: &Workspace) -> Result<()> {
    let written = std::fs::read_to_string(path(workspace)).unwrap_or_default();
    if written != render(&read_lock(workspace)?) {
        bail!("THIRD_PARTY.md is out of date; run `cargo xtask assets`");
    }
    Ok(())
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.root.join("THIRD_PARTY.md")
}

fn render(lock: &AssetLock) -> String {
    let mut page = String::from(
        "# Other people's work in AdMint\n\
         \n\
         <!-- Written by `cargo xtask assets` from assets.lock.toml. Edit that file, not this one. -->\n\
         \n\
         These fonts, illustrations and other assets are fetched at set-up from the packages named here,\n\
         verified byte for byte, and become part of the `admint` binary. They are not in this repository.\n\
         Rust libraries are listed in `Cargo.lock`, test tools in `end2end/package-lock.json`.\n",
    );
    let mut by_licence: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &lock.packages {
        by_licence.entry(&package.licence).or_default().push(package);
    }
    for (licence, packages) in by_licence {
        let _ =
            write!(page, "\n## {licence}\n\n| work | by | used for | package |\n| --- | --- | --- | --- |\n");
        for package in packages {
            let registry = match package.registry {
                Registry::Npm => "npm",
                Registry::Pypi => "PyPI",
                Registry::Debian => "Debian",
            };
            let _ = writeln!(
                page,
                "| [{}]({}) | {} | {} | {registry} `{}` {} |",
                cell(&title(package)),
                package.source,
                cell(package.copyright.as_deref().unwrap_or(&package.author)),
                cell(&package.purpose),
                package.name,
                package.version
            );
        }
    }
    page.push_str("\nThe licences' texts lie beside the assets, in `assets/vendor/licences/`.\n");
    page
}

// "@expo-google-fonts/noto-sans-jp" is "Noto Sans JP" to a reader.
fn title(package: &Package) -> String {
    let name = package.name.rsplit('/').next().unwrap_or(&package.name);
    let words = name.split('-').map(|word| {
        if word.len() == 2 {
            return word.to_uppercase();
        }
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    });
    words.collect::<Vec<String>>().join(" ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_its_row_under_its_licence() {
        let lock = AssetLock::parse(include_str!("../../assets.lock.toml")).unwrap();
        let page = render(&lock);
        for package in &lock.packages {
            let row = page.lines().find(|line| line.contains(&format!("`{}`", package.name)));
            let row = row.unwrap_or_else(|| panic!("no row for {}", package.name));
            assert!(row.contains(&package.version) && row.contains(&package.source), "{row}");
            assert!(page.contains(&format!("\n## {}\n", package.licence)));
        }
    }

    #[test]
    fn a_bar_does_not_break_the_table() {
        assert_eq!(cell("A | B"), "A \\| B");
    }
}
