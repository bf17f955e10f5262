//! Samples into WAV files, and out of them.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::{MediaError, publish::Part};

/// Writes interleaved samples of `channels` channels as 16-bit PCM; what is beyond -1..1 is clipped.
pub fn write_wav(path: &Path, samples: &[f32], channels: u16, sample_rate: u32) -> Result<(), MediaError> {
    let part = Part::of(path);
    let spec = WavSpec { channels, sample_rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let write = || {
        let mut file = WavWriter::create(part.path(), spec)?;
        for &sample in samples {
            file.write_sample((sample.clamp(-1.0, 1.0) * 32767.0).round() as i16)?;
        }
        file.finalize()
    };
    write().map_err(failed(path))?;
    part.publish()
}

/// Reads what [`write_wav`] wrote: interleaved samples from -1 to 1.
pub fn read_wav(path: &Path) -> Result<Vec<f32>, MediaError> {
    let read = || -> hound::Result<Vec<f32>> {
        let samples = WavReader::open(path)?.into_samples::<i16>();
        samples.map(|sample| Ok(f32::from(sample?) / 32767.0)).collect()
    };
    read().map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(hound::Error) -> MediaError {
    move |error| match error {
        hound::Error::IoError(source) => MediaError::io(path)(source),
        other => MediaError::bad(path, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_as_they_went() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.wav");
        write_wav(&path, &[0.0, 0.5, -1.0, 1.0, 2.0, -2.0], 2, 48_000).unwrap();
        let read = read_wav(&path).unwrap();
        let expected = [0.0, 0.5, -1.0, 1.0, 1.0, -1.0];
        assert!(read.iter().zip(expected).all(|(is, was)| (is - was).abs() < 1e-4), "{read:?}");
        assert_eq!(read.len(), expected.len());

        std::fs::write(&path, "no sound").unwrap();
        assert!(matches!(read_wav(&path), Err(MediaError::BadMedia { .. } | MediaError::Io { .. })));
        assert!(matches!(read_wav(&folder.path().join("none.wav")), Err(MediaError::Io { .. })));
    }
}
