//! The index of an MP4 or MOV file, read from its boxes (ISO/IEC 14496-12).
//!
//! Our own parts are checked through it: it is what a player goes by, and reading it costs
//! microseconds where a run of ffprobe costs a tenth of a second, a dozen times per ad.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// No index of ours comes near it.
const LARGEST_INDEX: u64 = 64 << 20;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    /// It lies before the media, so playing starts before the download ends.
    pub comes_first: bool,
    pub picture: Option<Picture>,
    pub has_sound: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub width: u32,
    pub height: u32,
    pub frame_count: u32,
}

/// Nothing when the file has no index or is another kind of file.
pub(crate) fn read_index(path: &Path) -> io::Result<Option<Index>> {
    read_from(File::open(path)?)
}

fn read_from(mut file: impl Read + Seek) -> io::Result<Option<Index>> {
    let mut comes_first = true;
    loop {
        let mut header = [0; 8];
        match file.read_exact(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let [a, b, c, d, kind @ ..] = header;
        let body = match u32::from_be_bytes([a, b, c, d]) {
            1 => {
                let mut long = [0; 8];
                file.read_exact(&mut long)?;
                u64::from_be_bytes(long).checked_sub(16)
            }
            size => u64::from(size).checked_sub(8),
        };
        // Anything smaller than its own header is no box, so this is no such file.
        let Some(body) = body else { return Ok(None) };
        match &kind {
            b"moov" => {
                let mut movie = Vec::new();
                file.take(body.min(LARGEST_INDEX)).read_to_end(&mut movie)?;
                return Ok(Some(Index { comes_first, ..index_of(&movie) }));
            }
            b"mdat" => comes_first = false,
            _ => {}
        }
        let Ok(body) = i64::try_from(body) else { return Ok(None) };
        file.seek(SeekFrom::Current(body))?;
    }
}

fn index_of(movie: &[u8]) -> Index {
    let mut index = Index::default();
    for (_, track) in boxes(movie).filter(|(kind, _)| *kind == b"trak") {
        let Some(media) = find(track, b"mdia") else { continue };
        match find(media, b"hdlr").and_then(|handler| handler.get(8..12)) {
            Some(b"vide") if index.picture.is_none() => index.picture = picture_of(media),
            Some(b"soun") => index.has_sound = true,
            _ => {}
        }
    }
    index
}

fn picture_of(media: &[u8]) -> Option<Picture> {
    let samples = find(find(media, b"minf")?, b"stbl")?;
    // The description of the first kind of sample: 8 bytes of list header, then its box.
    let (_, description) = boxes(find(samples, b"stsd")?.get(8..)?).next()?;
    let side = |at: usize| Some(u32::from(u16::from_be_bytes(description.get(at..at + 2)?.try_into().ok()?)));
    let sizes = find(samples, b"stsz")?;
    let frame_count = u32::from_be_bytes(sizes.get(8..12)?.try_into().ok()?);
    Some(Picture { width: side(24)?, height: side(26)?, frame_count })
}

fn find<'a>(data: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(data).find(|(kind, _)| *kind == wanted).map(|(_, body)| body)
}

/// The boxes that `data` is a row of, up to the first that does not fit.
fn boxes(mut data: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (size, rest) = data.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let size = usize::try_from(u32::from_be_bytes(*size)).ok()?.checked_sub(8)?;
        let (body, rest) = rest.split_at_checked(size)?;
        data = rest;
        Some((kind, body))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn check(boxes: &[(&[u8; 4], usize)], comes_first: Option<bool>) {
        let mut file = Vec::new();
        for (kind, body) in boxes {
            file.extend((u32::try_from(body + 8).expect("small")).to_be_bytes());
            file.extend(*kind);
            file.extend(vec![0; *body]);
        }
        let index = read_from(Cursor::new(file)).expect("memory reads");
        assert_eq!(index.map(|index| index.comes_first), comes_first);
    }

    #[test]
    fn fast_start_is_the_order_of_boxes() {
        check(&[(b"ftyp", 16), (b"moov", 100), (b"mdat", 5)], Some(true));
        check(&[(b"ftyp", 16), (b"free", 0), (b"mdat", 5), (b"moov", 100)], Some(false));
        check(&[(b"ftyp", 16), (b"mdat", 5)], None);
        check(&[], None);
    }

    #[test]
    fn what_is_no_box_ends_the_search() {
        for junk in [&b"\0\0\0\x02junkmoov"[..], b"RIFF", b"\0\0\0\x01moov"] {
            let read = read_from(Cursor::new(junk));
            assert!(matches!(read, Ok(None) | Err(_)), "{read:?}");
        }
    }

    #[test]
    fn nonsense_within_the_index_is_no_picture() {
        let track = b"\0\0\0\x10trak\0\0\xff\xffmdia";
        assert_eq!(index_of(track), Index::default());
    }
}
