/// What an adapter could not do, with what was tried.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The request asks for what the model cannot do; another model may.
    #[error("{provider} cannot make this: {reason}")]
    Unsupported { provider: &'static str, reason: String },
    /// The model answered with something that is no result.
    #[error("{provider} gave an unusable answer: {reason}")]
    BadOutput { provider: &'static str, reason: String },
    /// Where the pictures lie does not answer.
    #[error("the picture {key} is not to be had at the moment: {reason}")]
    PictureUnavailable { key: String, reason: String },
    /// A picture that the ad uses cannot be read.
    #[error("the picture {key} cannot be read: {reason}")]
    MissingPicture { key: String, reason: String },
    /// The stored handle is not one of this adapter's.
    #[error("{provider} does not know the operation {handle}")]
    UnknownOperation { provider: &'static str, handle: String },
    #[error("cancelled")]
    Cancelled,
}

impl ProviderError {
    /// Whether the same call may succeed a little later, with nothing changed by anybody.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::PictureUnavailable { .. })
    }

    /// Whether collecting the same operation again can only fail again.
    pub fn is_operations_end(&self) -> bool {
        matches!(self, Self::Unsupported { .. } | Self::BadOutput { .. } | Self::UnknownOperation { .. })
    }
}
