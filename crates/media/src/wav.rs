//! Samples into a WAV file.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use crate::{MediaError, publish::Part};

/// Writes interleaved stereo as 16-bit PCM; what is beyond -1..1 is clipped.
pub fn write_wav(path: &Path, samples: &[f32], sample_rate: u32) -> Result<(), MediaError> {
    let part = Part::of(path);
    let too_long = |_| MediaError::bad(path, "more sound than a WAV file can hold");
    let data_bytes = u32::try_from(samples.len() * 2).map_err(too_long)?;
    let riff_bytes = data_bytes.checked_add(36).ok_or_else(|| MediaError::bad(path, "too long"))?;
    let write = || {
        let mut file = BufWriter::new(File::create(part.path())?);
        file.write_all(b"RIFF")?;
        file.write_all(&riff_bytes.to_le_bytes())?;
        file.write_all(b"WAVEfmt ")?;
        file.write_all(&16_u32.to_le_bytes())?;
        for word in [1_u16, 2] {
            file.write_all(&word.to_le_bytes())?;
        }
        file.write_all(&sample_rate.to_le_bytes())?;
        file.write_all(&(sample_rate * 4).to_le_bytes())?;
        for word in [4_u16, 16] {
            file.write_all(&word.to_le_bytes())?;
        }
        file.write_all(b"data")?;
        file.write_all(&data_bytes.to_le_bytes())?;
        for &sample in samples {
            let level = (sample.clamp(-1.0, 1.0) * 32767.0).round() as i16;
            file.write_all(&level.to_le_bytes())?;
        }
        file.flush()
    };
    write().map_err(MediaError::io(path))?;
    part.publish()
}
