//! Which format a file has, by its first bytes; its name proves nothing.

use crate::PhotoError;

/// The formats that a photo may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    WebP,
}

/// How far into a file the signature of a text format or a PDF is looked for, in bytes.
const HEAD: usize = 1024;

/// The format, or what the file is instead.
pub(crate) fn sniff(bytes: &[u8]) -> Result<Format, PhotoError> {
    match bytes {
        [] => Err(PhotoError::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Format::WebP),
        _ => Err(stranger(bytes)),
    }
}

fn stranger(bytes: &[u8]) -> PhotoError {
    let other = |what| PhotoError::OtherFormat { what };
    let no_picture = |what| PhotoError::NotAPicture { what };
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => other("a GIF picture"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => iso_media(bytes),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => other("a TIFF picture or a camera's raw file"),
        [b'8', b'B', b'P', b'S', ..] => other("a Photoshop file"),
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => other("a JPEG XL picture"),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => other("a JPEG 2000 picture"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => other("a BMP picture"),
        [0, 0, 1, 0, ..] => other("an icon file"),
        [b'P', b'K', 3, 4, ..] => no_picture("a ZIP archive or an office document"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] | [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', ..] => {
            no_picture("a video")
        }
        [b'R', b'I', b'F', b'F', ..] | [b'I', b'D', b'3', ..] | [b'O', b'g', b'g', b'S', ..] => {
            no_picture("a sound file")
        }
        _ => text_or_unknown(&bytes[..bytes.len().min(HEAD)]),
    }
}

// HEIC, AVIF, MP4 and MOV share one container; the brands in its first box tell them apart.
fn iso_media(bytes: &[u8]) -> PhotoError {
    let length = bytes.first_chunk().map_or(0, |size| u32::from_be_bytes(*size) as usize);
    let brands = bytes.get(8..length.clamp(12, 256).min(bytes.len())).unwrap_or_default();
    let has =
        |names: &[&[u8; 4]]| brands.chunks_exact(4).any(|brand| names.iter().any(|name| brand == *name));
    if has(&[b"avif", b"avis"]) {
        PhotoError::OtherFormat { what: "an AVIF picture" }
    } else if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        PhotoError::OtherFormat { what: "a HEIC picture, as iPhones take them" }
    } else {
        PhotoError::NotAPicture { what: "a video" }
    }
}

fn text_or_unknown(head: &[u8]) -> PhotoError {
    let contains = |needle: &[u8]| head.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle));
    if contains(b"%PDF-") {
        PhotoError::NotAPicture { what: "a PDF" }
    } else if contains(b"<svg") {
        PhotoError::OtherFormat { what: "an SVG drawing" }
    } else if contains(b"<html") || contains(b"<!doctype html") {
        PhotoError::NotAPicture { what: "a web page" }
    } else if std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0')) {
        PhotoError::NotAPicture { what: "a text file" }
    } else {
        PhotoError::Unrecognised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], message: &str) {
        assert_eq!(sniff(bytes).unwrap_err().to_string(), message);
    }

    #[test]
    fn knows_its_formats_by_content() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), Ok(Format::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Ok(Format::Png));
        assert_eq!(sniff(b"RIFF\x24\0\0\0WEBPVP8 "), Ok(Format::WebP));
    }

    #[test]
    fn names_what_is_no_picture() {
        check(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "This is a PDF, not a picture. Save it as JPEG, PNG or WebP.");
        check(b"\r\n\r\n%PDF-1.4 ", "This is a PDF, not a picture. Save it as JPEG, PNG or WebP.");
        check(
            b"PK\x03\x04rest",
            "This is a ZIP archive or an office document, not a picture. Save it as JPEG, PNG or WebP.",
        );
        check(b"\0\0\0\x18ftypmp42\0\0\0\0", "This is a video, not a picture. Save it as JPEG, PNG or WebP.");
        check(b"<!DOCTYPE html><p>", "This is a web page, not a picture. Save it as JPEG, PNG or WebP.");
        check(b"dear editor", "This is a text file, not a picture. Save it as JPEG, PNG or WebP.");
        check(b"", "This file is empty. Choose a JPEG, PNG or WebP picture.");
        check(
            b"\x01\x02\xfe\xff\x80",
            "AdMint does not recognise this file as a picture. Save it as JPEG, PNG or WebP.",
        );
    }

    #[test]
    fn names_formats_it_does_not_read() {
        let gif = "This is a GIF picture, which AdMint cannot read. Save it as JPEG, PNG or WebP.";
        check(b"GIF89a\x01\0\x01\0", gif);
        let heic = "This is a HEIC picture, as iPhones take them, which AdMint cannot read. \
                    Save it as JPEG, PNG or WebP.";
        check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", heic);
        let avif = "This is an AVIF picture, which AdMint cannot read. Save it as JPEG, PNG or WebP.";
        check(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", avif);
        let svg = "This is an SVG drawing, which AdMint cannot read. Save it as JPEG, PNG or WebP.";
        check(b"<?xml version=\"1.0\"?>\n<svg xmlns=\"\">", svg);
    }
}
