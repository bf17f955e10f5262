//! Atomic publishing: a file appears under its name whole and checked, or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
};

use admint_domain::{Frames, Resolution};

use crate::{MediaError, Probe};

/// `x.mp4.part`, removed again unless it is published.
pub(crate) struct Part {
    out: PathBuf,
    part: PathBuf,
    published: bool,
}

impl Part {
    pub fn of(out: &Path) -> Self {
        let mut part = out.as_os_str().to_owned();
        part.push(".part");
        Self { out: out.to_owned(), part: part.into(), published: false }
    }

    pub fn path(&self) -> &Path {
        &self.part
    }

    pub fn publish(mut self) -> Result<(), MediaError> {
        fs::rename(&self.part, &self.out).map_err(MediaError::io(&self.out))?;
        self.published = true;
        Ok(())
    }

    /// Passes if the part is a video of exactly this length and size.
    pub fn expect(&self, probe: &Probe, resolution: Resolution, length: Frames) -> Result<(), MediaError> {
        if (probe.width, probe.height) != (resolution.width, resolution.height) {
            return Err(MediaError::bad(
                &self.out,
                format!(
                    "came out as {}x{} and not as {}x{}",
                    probe.width, probe.height, resolution.width, resolution.height
                ),
            ));
        }
        if probe.frame_count != u64::from(length.0) {
            return Err(MediaError::bad(
                &self.out,
                format!("came out with {} frames and not with {}", probe.frame_count, length.0),
            ));
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.published {
            // Not there when ffmpeg never started; nothing else can be done about it here.
            let _ = fs::remove_file(&self.part);
        }
    }
}
