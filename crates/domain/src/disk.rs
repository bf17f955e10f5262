//! What a full disk looks like, from whichever side it is seen: the one place that knows.

use std::{
    error::Error,
    io::{self, ErrorKind},
};

/// As the C library words ENOSPC, EDQUOT and EFBIG, and SQLite its own, where words are all that is passed on.
const WORDS: [&str; 4] =
    ["No space left on device", "Disk quota exceeded", "File too large", "database or disk is full"];

/// Whether there was no room for what was to be written: the error, or one that caused it, is the system's own.
pub fn is_disk_full(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|io| {
            matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
        }) {
            return true;
        }
        // An I/O error does not count what it wraps among its sources.
        cause = match io.and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}

/// The same of what another program said.
pub fn says_disk_full(text: &str) -> bool {
    WORDS.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot write {what}")]
    struct Failed {
        what: &'static str,
        source: Box<dyn Error + Send + Sync>,
    }

    #[track_caller]
    fn check(error: io::Error, full: bool) {
        let kind = error.kind();
        assert_eq!(is_disk_full(&error), full, "{kind}");
        let caused = Failed { what: "a clip", source: error.into() };
        assert_eq!(is_disk_full(&caused), full, "caused by {kind}");
        let wrapped = io::Error::other(Failed { what: "all of it", source: caused.into() });
        assert_eq!(is_disk_full(&wrapped), full, "wrapped {kind}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_says_so_by_number() {
        let (enospc, edquot, efbig, eio, eacces) = (28, 122, 27, 5, 13);
        for number in [enospc, edquot, efbig] {
            check(io::Error::from_raw_os_error(number), true);
            assert!(says_disk_full(&io::Error::from_raw_os_error(number).to_string()));
        }
        for number in [eio, eacces] {
            check(io::Error::from_raw_os_error(number), false);
            assert!(!says_disk_full(&io::Error::from_raw_os_error(number).to_string()));
        }
    }

    #[test]
    fn other_programs_say_so_in_words() {
        assert!(says_disk_full("av_interleaved_write_frame(): No space left on device"));
        assert!(says_disk_full("error returned from database: (code: 13) database or disk is full"));
        assert!(!says_disk_full("Conversion failed!"));
    }
}
