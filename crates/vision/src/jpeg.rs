//! What a JPEG's markers say before anything is decoded.
//!
//! The decoder fills what is missing with grey and calls that success, and it says nothing of how much
//! memory a progressive file will take. Both are read off the markers here (ITU-T T.81, annex B).

use crate::PhotoError;

/// A JPEG whose markers are all there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Survey {
    pub progressive: bool,
    /// Of all components together, at their own sampling.
    pub samples: u64,
}

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Walks the markers from the first to the end of the image.
///
/// [`PhotoError::Truncated`] if the file ends before the image does.
pub(crate) fn survey(bytes: &[u8]) -> Result<Survey, PhotoError> {
    let mut reader = Markers { rest: bytes.get(2..).unwrap_or_default() };
    let mut frame = None;
    let mut scans = 0;
    loop {
        match reader.next_marker()? {
            END_OF_IMAGE => break,
            START_OF_SCAN => {
                reader.segment()?;
                scans += 1;
            }
            // Markers without a segment: restarts, start of image, and a stray one.
            0xd0..=0xd8 | 0x01 => {}
            marker => {
                let segment = reader.segment()?;
                if is_frame(marker) && frame.is_none() {
                    frame = Some(survey_frame(marker, segment)?);
                }
            }
        }
    }
    match frame {
        Some(frame) if scans > 0 => Ok(frame),
        _ => Err(PhotoError::Damaged { detail: "a JPEG without a picture in it".to_owned() }),
    }
}

// Start-of-frame markers; c4, c8 and cc mean other things.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

fn survey_frame(marker: u8, segment: &[u8]) -> Result<Survey, PhotoError> {
    let damaged = || PhotoError::Damaged { detail: "a JPEG frame header that makes no sense".to_owned() };
    let [_precision, h1, h0, w1, w0, count, components @ ..] = segment else { return Err(damaged()) };
    let pixels = u64::from(u16::from_be_bytes([*h1, *h0])) * u64::from(u16::from_be_bytes([*w1, *w0]));
    let components = components.as_chunks::<3>().0;
    if *count == 0 || components.len() < usize::from(*count) {
        return Err(damaged());
    }
    let cells = components[..usize::from(*count)].iter().map(|[_, sampling, _]| {
        let (across, down) = (u64::from(sampling >> 4), u64::from(sampling & 15));
        (across.clamp(1, 4), down.clamp(1, 4))
    });
    let most = cells.clone().fold((1, 1), |most: (u64, u64), cell| (most.0.max(cell.0), most.1.max(cell.1)));
    let samples = cells.map(|(across, down)| pixels * across * down / (most.0 * most.1)).sum();
    Ok(Survey { progressive: matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce), samples })
}

struct Markers<'a> {
    rest: &'a [u8],
}

impl<'a> Markers<'a> {
    // Entropy-coded data lies between markers; in it, ff is followed by 00.
    fn next_marker(&mut self) -> Result<u8, PhotoError> {
        loop {
            let at = self.rest.iter().position(|byte| *byte == 0xff).ok_or(PhotoError::Truncated)?;
            self.rest = &self.rest[at + 1..];
            match self.rest.first() {
                None => return Err(PhotoError::Truncated),
                Some(0x00) | Some(0xff) => {}
                Some(&marker) => {
                    self.rest = &self.rest[1..];
                    return Ok(marker);
                }
            }
        }
    }

    fn segment(&mut self) -> Result<&'a [u8], PhotoError> {
        let length = self.rest.first_chunk().ok_or(PhotoError::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length < 2 {
            return Err(PhotoError::Damaged { detail: "a JPEG segment of no length".to_owned() });
        }
        let segment = self.rest.get(2..length).ok_or(PhotoError::Truncated)?;
        self.rest = &self.rest[length..];
        Ok(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [u8; 19] = [0xff, 0xc0, 0, 17, 8, 0, 16, 0, 32, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];

    fn jpeg(frame: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        // An embedded thumbnail has an end of its own, which is not the picture's.
        bytes.extend([0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9]);
        bytes.extend(frame);
        bytes.extend([0xff, 0xda, 0, 2, 1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4, 0xff, 0xd9]);
        bytes
    }

    #[test]
    fn counts_samples_at_their_own_sampling() {
        let survey = survey(&jpeg(&FRAME)).unwrap();
        assert_eq!(survey, Survey { progressive: false, samples: 32 * 16 * 3 / 2 });
    }

    #[test]
    fn tells_a_progressive_file() {
        let mut frame = FRAME;
        frame[1] = 0xc2;
        assert!(survey(&jpeg(&frame)).unwrap().progressive);
    }

    #[test]
    fn misses_the_end_wherever_it_is_cut_off() {
        let whole = jpeg(&FRAME);
        for length in 2..whole.len() {
            assert_eq!(survey(&whole[..length]), Err(PhotoError::Truncated), "{length} bytes");
        }
    }

    #[test]
    fn what_follows_the_end_does_not_matter() {
        let mut bytes = jpeg(&FRAME);
        bytes.extend(b"a phone's trailer");
        assert!(survey(&bytes).is_ok());
    }

    #[test]
    fn a_file_without_a_scan_is_damaged() {
        assert!(matches!(survey(&[0xff, 0xd8, 0xff, 0xd9]), Err(PhotoError::Damaged { .. })));
    }
}
