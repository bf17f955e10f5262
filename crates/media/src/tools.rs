//! Where ffmpeg and ffprobe are.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use crate::{MediaError, process::Command};

pub(crate) const INSTALL_HINT: &str =
    "install it (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg) or say where it is";

/// The two programs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ffmpeg {
    paths: Arc<Paths>,
}

#[derive(Debug)]
struct Paths {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
}

impl Ffmpeg {
    /// Looks through `PATH`.
    pub fn discover() -> Result<Self, MediaError> {
        Self::discover_in(&env::var_os("PATH").unwrap_or_default())
    }

    /// Looks through `folders`, which is written like `PATH`.
    pub fn discover_in(folders: &OsStr) -> Result<Self, MediaError> {
        Ok(Self::at(find(folders, "ffmpeg")?, find(folders, "ffprobe")?))
    }

    /// Takes the caller's word for it; a program that is not there shows at its first use.
    pub fn at(ffmpeg: PathBuf, ffprobe: PathBuf) -> Self {
        Self { paths: Arc::new(Paths { ffmpeg, ffprobe }) }
    }

    /// The first line that `ffmpeg -version` prints; also proves that both programs start.
    pub async fn version(&self) -> Result<String, MediaError> {
        let never = CancellationToken::new();
        Command::new(self.ffprobe()).arg("-version").run(&never).await?;
        let printed = Command::new(self.ffmpeg()).arg("-version").run(&never).await?.stdout;
        let text = String::from_utf8_lossy(&printed);
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }

    pub(crate) fn ffmpeg(&self) -> &Path {
        &self.paths.ffmpeg
    }

    pub(crate) fn ffprobe(&self) -> &Path {
        &self.paths.ffprobe
    }
}

fn find(folders: &OsStr, program: &str) -> Result<PathBuf, MediaError> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
        .ok_or_else(|| MediaError::FfmpegMissing { tried: program.to_owned(), hint: INSTALL_HINT.to_owned() })
}
