//! Brotli and gzip copies beside each file, so that the server never compresses what does not change.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};

/// How hard to try.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    Quick,
    Smallest,
}

/// Sizes in bytes.
pub struct Sizes {
    pub brotli: usize,
    pub gzip: usize,
}

/// Writes `file.br` and `file.gz`.
pub fn write_beside(file: &Path, bytes: &[u8], effort: Effort) -> Result<Sizes> {
    let brotli = brotli(bytes, effort)?;
    let gzip = gzip(bytes, effort)?;
    for (suffix, compressed) in [("br", &brotli), ("gz", &gzip)] {
        let path = with_suffix(file, suffix);
        std::fs::write(&path, compressed).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(Sizes { brotli: brotli.len(), gzip: gzip.len() })
}

fn brotli(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let generic = BrotliEncoderMode::BROTLI_MODE_GENERIC;
    // Which context model and window suit a file best is known only afterwards: WebAssembly likes the one
    // meant for fonts.
    let tries: &[_] = match effort {
        Effort::Quick => &[(4, generic, 22)],
        Effort::Smallest => &[(11, generic, 22), (11, BrotliEncoderMode::BROTLI_MODE_FONT, 20)],
    };
    let mut smallest: Option<Vec<u8>> = None;
    for &(quality, mode, lgwin) in tries {
        let size_hint = bytes.len();
        let params =
            BrotliEncoderParams { quality, mode, lgwin, size_hint, ..BrotliEncoderParams::default() };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params)?;
        if smallest.as_ref().is_none_or(|smallest| compressed.len() < smallest.len()) {
            smallest = Some(compressed);
        }
    }
    Ok(smallest.expect("there is a try"))
}

fn gzip(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level =
        if effort == Effort::Smallest { flate2::Compression::best() } else { flate2::Compression::fast() };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_copies_unpack_to_the_original() {
        let text = "make it vertical, make it loud; ".repeat(200);
        for effort in [Effort::Quick, Effort::Smallest] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("admint.css");
            let sizes = write_beside(&file, text.as_bytes(), effort).unwrap();
            assert!(sizes.brotli < text.len() && sizes.gzip < text.len());

            let mut unpacked = String::new();
            let packed = std::fs::read(folder.path().join("admint.css.br")).unwrap();
            brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, text);

            unpacked.clear();
            let packed = std::fs::read(folder.path().join("admint.css.gz")).unwrap();
            flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, text);
        }
    }
}
