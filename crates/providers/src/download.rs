use std::{fmt, pin::Pin};

use bytes::Bytes;
use futures::Stream;

use crate::ProviderError;

/// A finished file at a vendor, of which the beginning has been asked for and nothing has been read.
pub struct Download {
    /// In bytes, where the vendor says so. What is read is never more than the adapter allows.
    pub length: Option<u64>,
    pub content_type: Option<String>,
    /// The length that was asked for, in whole seconds.
    pub seconds: Option<u32>,
    /// Its bytes in order. After an error there are no more.
    pub bytes: Pin<Box<dyn Stream<Item = Result<Bytes, ProviderError>> + Send>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("length", &self.length)
            .field("content_type", &self.content_type)
            .field("seconds", &self.seconds)
            .finish_non_exhaustive()
    }
}
