use admint_domain::Price;

/// What an adapter could not do, with what was tried.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The request asks for what the model cannot do; another model may.
    #[error("{provider} cannot make this: {reason}")]
    Unsupported { provider: &'static str, reason: String },
    /// The model answered with something that is no result.
    #[error("{provider} gave an unusable answer: {reason}")]
    BadOutput { provider: &'static str, reason: String },
    /// The model will not make this: what is asked for is against its rules.
    #[error("{provider} refused the content: {reason}")]
    Refused { provider: &'static str, reason: String },
    /// The service does not know this installation, or does not let it in.
    #[error("{provider} does not let AdMint in (status {status}): check the setting {setting}")]
    Unauthorized { provider: &'static str, status: u16, setting: &'static str },
    /// Nothing more is sold until somebody pays.
    #[error("{provider} has no credit left: {reason}")]
    OutOfCredit { provider: &'static str, reason: String },
    /// The service did not understand the request, or has no such model; only its operator can mend that.
    #[error("{provider} rejected the request (status {status}): {reason}")]
    Rejected { provider: &'static str, status: u16, reason: String },
    /// Overloaded, not to be reached, or too slow; it may answer later.
    #[error("{provider} does not answer at the moment: {reason}")]
    Unavailable { provider: &'static str, reason: String },
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
        matches!(self, Self::PictureUnavailable { .. } | Self::Unavailable { .. })
    }

    /// Whether collecting the same operation again can only fail again.
    pub fn is_operations_end(&self) -> bool {
        matches!(
            self,
            Self::Unsupported { .. }
                | Self::BadOutput { .. }
                | Self::Refused { .. }
                | Self::Rejected { .. }
                | Self::UnknownOperation { .. }
        )
    }

    /// What happened as the end of a sentence that begins with the provider's name, for an ad's maker: nothing that
    /// only the operator should know.
    pub fn in_short(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } => "cannot make this",
            Self::BadOutput { .. } => "gave an unusable answer",
            Self::Refused { .. } => "refused the content",
            Self::Unauthorized { .. } => "does not accept this installation's key",
            Self::OutOfCredit { .. } => "has no credit left",
            Self::Rejected { .. } => "rejected the request",
            Self::Unavailable { .. } => "does not answer at the moment",
            Self::PictureUnavailable { .. } | Self::MissingPicture { .. } => "could not read a picture",
            Self::UnknownOperation { .. } => "has lost the work",
            Self::Cancelled => "was cancelled",
        }
    }
}

/// A call that came to nothing, and what it cost all the same.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    #[source]
    pub error: ProviderError,
    pub cost: Price,
}

impl From<Failure> for ProviderError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}
