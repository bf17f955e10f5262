//! `assets.lock.toml`: what AdMint takes from other people, pinned to the byte.

use std::path::{Component, Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};

const MIT: &str = r#"
MIT License

COPYRIGHT

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"#;

#[derive(Debug, Deserialize)]
pub struct AssetLock {
    #[serde(rename = "package")]
    pub packages: Vec<Package>,
}

/// One package of one registry, and what is taken out of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub registry: Registry,
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: String,
    pub author: String,
    /// Where the work itself lives, for people.
    pub source: String,
    /// What AdMint does with it.
    #[serde(rename = "use")]
    pub purpose: String,
    /// The copyright line, for packages that ship no licence text of their own; set-up writes the
    /// text then, with this line in it.
    #[serde(default)]
    pub copyright: Option<String>,
    #[serde(default)]
    pub files: Vec<File>,
    #[serde(default)]
    pub icons: Option<Icons>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    Npm,
    Pypi,
    Debian,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Path inside the package.
    pub from: String,
    /// Path under `assets/vendor/`.
    pub to: String,
    pub sha256: String,
}

/// Icons picked out of an Iconify JSON file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Icons {
    /// Path of the JSON file inside the package.
    pub from: String,
    /// Folder under `assets/vendor/`; each icon becomes `NAME.svg` in it.
    pub to: String,
    /// Of the whole JSON file.
    pub sha256: String,
    pub names: Vec<String>,
}

impl AssetLock {
    pub fn parse(text: &str) -> Result<Self> {
        let lock: Self = toml::from_str(text).context("parsing assets.lock.toml")?;
        for package in &lock.packages {
            package.validate().with_context(|| format!("assets.lock.toml, {}", package.name))?;
        }
        Ok(lock)
    }
}

impl Package {
    /// Every path under `assets/vendor/` that this package provides.
    pub fn outputs(&self) -> Vec<String> {
        let files = self.files.iter().map(|file| file.to.clone());
        let icons = self
            .icons
            .iter()
            .flat_map(|icons| icons.names.iter().map(|name| format!("{}/{name}.svg", icons.to)));
        files.chain(icons).chain(self.licence_text().map(|(path, _)| path)).collect()
    }

    /// The name without its scope, as a file may be called.
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Path and text of the licence that set-up writes because the package has none.
    pub fn licence_text(&self) -> Option<(String, String)> {
        let copyright = self.copyright.as_ref()?;
        let text = MIT.trim_start().replace("COPYRIGHT", copyright);
        Some((format!("licences/{}.txt", self.short_name()), text))
    }

    fn validate(&self) -> Result<()> {
        if self.files.is_empty() && self.icons.is_none() {
            bail!("takes no file");
        }
        for file in &self.files {
            require_digest(&file.sha256)?;
            require_inside(&file.from)?;
            require_inside(&file.to)?;
        }
        if self.copyright.is_some() && self.licence != "MIT" {
            bail!("has a copyright line, but only MIT's text can be written for it");
        }
        if let Some(icons) = &self.icons {
            require_digest(&icons.sha256)?;
            require_inside(&icons.from)?;
            require_inside(&icons.to)?;
            for name in &icons.names {
                if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
                    bail!("`{name}` is no icon's name");
                }
            }
        }
        Ok(())
    }
}

/// Fails, naming both digests, unless `bytes` are the pinned ones.
pub fn verify(path: &str, bytes: &[u8], sha256: &str) -> Result<()> {
    let actual = hex::encode(Sha256::digest(bytes));
    if actual != sha256 {
        bail!("{path}: SHA-256 is {actual}, but assets.lock.toml pins {sha256}");
    }
    Ok(())
}

fn require_digest(text: &str) -> Result<()> {
    let is_digest = text.len() == 64
        && text.chars().all(|letter| letter.is_ascii_digit() || ('a'..='f').contains(&letter));
    if !is_digest {
        bail!("`{text}` is no SHA-256 in lower-case hexadecimal");
    }
    Ok(())
}

// A lock file is edited by people and merged by machines; it must not be able to write elsewhere.
fn require_inside(path: &str) -> Result<()> {
    let is_inside =
        !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !is_inside {
        bail!("`{path}` leaves its folder");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn lock(file: &str) -> String {
        format!(
            r#"
            [[package]]
            registry = "npm"
            name = "@fonts/anton"
            version = "1.0.0"
            licence = "OFL-1.1"
            author = "The Anton Project Authors"
            source = "https://example.org/anton"
            use = "Display type"
            files = [{file}]
            "#
        )
    }

    #[track_caller]
    fn check_refused(file: &str, reason: &str) {
        let error = format!("{:#}", AssetLock::parse(&lock(file)).unwrap_err());
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn reads_a_package() {
        let text = lock(&format!(r#"{{ from = "package/a.ttf", to = "fonts/a.ttf", sha256 = "{DIGEST}" }}"#));
        let lock = AssetLock::parse(&text).unwrap();
        assert_eq!(lock.packages[0].registry, Registry::Npm);
        assert_eq!(lock.packages[0].outputs(), ["fonts/a.ttf"]);
    }

    #[test]
    fn refuses_what_cannot_be_verified_or_leaves_the_folder() {
        check_refused("", "takes no file");
        check_refused(r#"{ from = "a", to = "b", sha256 = "abc" }"#, "no SHA-256");
        check_refused(&format!(r#"{{ from = "a", to = "../b", sha256 = "{DIGEST}" }}"#), "leaves its folder");
        check_refused(&format!(r#"{{ from = "/a", to = "b", sha256 = "{DIGEST}" }}"#), "leaves its folder");
        check_refused(&format!(r#"{{ from = "a", to = "b", sha256 = "{DIGEST}", mode = 1 }}"#), "mode");
    }

    #[test]
    fn verifies_bytes() {
        verify("fonts/a.ttf", b"abc", DIGEST).unwrap();
        let error = verify("fonts/a.ttf", b"abd", DIGEST).unwrap_err().to_string();
        assert!(error.contains("fonts/a.ttf") && error.contains(DIGEST), "{error}");
    }

    #[test]
    fn a_package_without_a_licence_text_gets_one() {
        let lock = AssetLock::parse(include_str!("../../assets.lock.toml")).unwrap();
        let package = lock.packages.iter().find(|package| package.copyright.is_some()).unwrap();
        let (path, text) = package.licence_text().unwrap();
        assert!(package.outputs().contains(&path));
        assert!(text.starts_with("MIT License") && text.contains(package.copyright.as_deref().unwrap()));
    }

    #[test]
    fn the_projects_own_lock_parses() {
        AssetLock::parse(include_str!("../../assets.lock.toml")).unwrap();
    }
}
