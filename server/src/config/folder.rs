//! The folder with everything AdMint keeps, made on the first start and readable by its owner only.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{DatabaseUrl, Secret};

#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn assets(&self) -> PathBuf {
        self.0.join("assets")
    }

    pub fn sqlite(&self) -> DatabaseUrl {
        let file = self.0.join("admint.db");
        DatabaseUrl::parse(&format!("sqlite://{}?mode=rwc", file.display())).expect("an SQLite address")
    }

    /// Makes the folder if it is not there.
    pub fn ensure(&self) -> Result<()> {
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&self.0).with_context(|| {
            format!(
                "cannot make the data folder {}; set ADMINT_DATA_DIR to a writable place",
                self.0.display()
            )
        })
    }

    /// The signing secret, made on first use. Two processes that start together get the same one:
    /// whoever links first wins, and nobody reads a half-written file.
    pub fn secret(&self) -> Result<Secret> {
        let path = self.0.join("secret");
        if let Some(secret) = read_secret(&path)? {
            return Ok(secret);
        }
        let part = self.0.join(format!("secret.{:016x}.part", rand::random::<u64>()));
        write_private(&part, Secret::random().expose())
            .with_context(|| format!("cannot write {}", part.display()))?;
        let linked = fs::hard_link(&part, &path);
        fs::remove_file(&part).ok();
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(error).with_context(|| format!("cannot write {}", path.display()))
            }
            _ => read_secret(&path)?.with_context(|| format!("{} disappeared", path.display())),
        }
    }
}

fn read_secret(path: &Path) -> Result<Option<Secret>> {
    match fs::read_to_string(path) {
        Ok(text) => Secret::parse(&text).map(Some).map_err(|reason| {
            anyhow::anyhow!("{} is damaged: {reason}. Remove it; everybody logs in anew.", path.display())
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    }

    #[test]
    fn the_first_start_makes_a_private_folder_and_secret() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::at(parent.path().join("deep/data"));
        folder.ensure().unwrap();
        let secret = folder.secret().unwrap();
        assert_eq!(folder.secret().unwrap(), secret);
        #[cfg(unix)]
        {
            assert_eq!(mode(folder.path()), 0o700);
            assert_eq!(mode(&folder.path().join("secret")), 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no part file is left");
    }

    #[test]
    fn processes_that_start_together_agree() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::at(parent.path().into());
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| folder.secret())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let agreed = folder.secret().unwrap();
        assert!(secrets.into_iter().all(|secret| secret.unwrap() == agreed));
    }

    #[test]
    fn a_damaged_secret_is_an_error_not_a_new_secret() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("secret"), "cut").unwrap();
        let error = DataFolder::at(parent.path().into()).secret().unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
