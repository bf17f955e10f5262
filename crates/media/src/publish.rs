//! Atomic publishing: a file appears under its name whole and checked, or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
};

use admint_domain::{Frames, Resolution};

use crate::{
    MediaError,
    index::{Index, Picture, read_index},
};

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

    /// Passes if the part is an MP4 or MOV whose picture has this size and exactly this length.
    pub fn verify(&self, resolution: Resolution, length: Frames) -> Result<Index, MediaError> {
        let index = self.index()?;
        let wanted = Picture { width: resolution.width, height: resolution.height, frame_count: length.0 };
        if index.picture == Some(wanted) {
            return Ok(index);
        }
        let came = index.picture.map_or("nothing".to_owned(), said);
        Err(MediaError::bad(&self.out, format!("came out as {came} and not as {}", said(wanted))))
    }

    pub fn index(&self) -> Result<Index, MediaError> {
        read_index(&self.part)
            .map_err(MediaError::io(&self.part))?
            .ok_or_else(|| MediaError::bad(&self.out, "came out without an index"))
    }
}

fn said(picture: Picture) -> String {
    format!("{} frames of {}x{}", picture.frame_count, picture.width, picture.height)
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.published {
            // Not there when ffmpeg never started; nothing else can be done about it here.
            let _ = fs::remove_file(&self.part);
        }
    }
}
