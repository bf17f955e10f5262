//! Stamps: a step is skipped while the digest of its inputs is the one written after it last succeeded.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The digest of everything a step reads.
#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value: an option, a version, a list of arguments.
    pub fn value(mut self, value: impl AsRef<str>) -> Self {
        self.add(value.as_ref().as_bytes());
        self
    }

    /// Adds a file, or all files below a folder with their names. What is absent counts as absent.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        if path.is_dir() {
            for file in files_below(path)? {
                let name = file.strip_prefix(path).expect("listed below this folder");
                self.add(name.as_os_str().as_encoded_bytes());
                let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
                self.add(&bytes);
            }
        } else if path.is_file() {
            let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
            self.add(&bytes);
        } else {
            self.add(b"absent");
        }
        Ok(self)
    }

    pub fn digest(self) -> String {
        hex::encode(self.0.finalize())
    }

    // The length goes first, so that moving a byte from one input to the next changes the digest.
    fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// Whether the step that owns `stamp` last succeeded with these inputs.
pub fn is_fresh(stamp: &Path, digest: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|written| written.trim() == digest)
}

/// Remembers success. Call it last.
pub fn write(stamp: &Path, digest: &str) -> Result<()> {
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(stamp, digest).with_context(|| format!("writing {}", stamp.display()))
}

/// All files below a folder, sorted, so that a digest does not depend on the file system's order.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(folder: &Path) -> String {
        Inputs::new().path(folder).unwrap().digest()
    }

    #[test]
    fn a_stamp_is_fresh_until_an_input_changes() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        std::fs::create_dir(&source).unwrap();
        std::fs::write(source.join("a.css"), "a{}").unwrap();
        let stamp = folder.path().join("stamps/css.stamp");
        assert!(!is_fresh(&stamp, &digest_of(&source)));

        write(&stamp, &digest_of(&source)).unwrap();
        assert!(is_fresh(&stamp, &digest_of(&source)));

        std::fs::write(source.join("a.css"), "a{color:red}").unwrap();
        assert!(!is_fresh(&stamp, &digest_of(&source)));
    }

    #[test]
    fn a_renamed_file_changes_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.css"), "a{}").unwrap();
        let before = digest_of(folder.path());
        std::fs::rename(folder.path().join("a.css"), folder.path().join("b.css")).unwrap();
        assert_ne!(before, digest_of(folder.path()));
    }

    #[test]
    fn inputs_do_not_run_into_each_other() {
        let one = Inputs::new().value("ab").value("c").digest();
        let other = Inputs::new().value("a").value("bc").digest();
        assert_ne!(one, other);
    }
}
