use admint_domain::Price;

/// What an adapter could not do, with what was tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// The vendor does not know who asks, or does not let them in. The reason names the setting.
    #[error("{provider} refuses the access: {reason}")]
    Unauthorized { provider: &'static str, reason: String },
    /// Nothing more is sold until somebody pays.
    #[error("{provider} has no credit left: {reason}")]
    OutOfCredit { provider: &'static str, reason: String },
    /// The vendor did not understand the request, or has no such model; only its operator can mend that.
    #[error("{provider} rejected the request (status {status}): {reason}")]
    Rejected { provider: &'static str, status: u16, reason: String },
    /// The vendor has too much to do, or is asked too often.
    #[error("{provider} is busy: {reason}")]
    Busy { provider: &'static str, reason: String },
    /// The vendor does not answer, is too slow, or says that it has trouble of its own.
    #[error("{provider} does not answer: {reason}")]
    Unreachable { provider: &'static str, reason: String },
    /// The operation did not end in the time that it was given, and was called off.
    #[error("{provider} did not finish in time: {reason}")]
    TimedOut { provider: &'static str, reason: String },
    /// The answer to a purchase got lost, and the vendor cannot be asked for the moment whether it was made.
    #[error("whether {provider} sold this is not known yet: {reason}")]
    AnswerLost { provider: &'static str, reason: String },
    /// Whether the purchase was made cannot be found out. Asking on would be to buy twice, perhaps.
    #[error("whether {provider} sold this cannot be told: {reason}")]
    Undecided { provider: &'static str, reason: String },
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
        matches!(
            self,
            Self::PictureUnavailable { .. }
                | Self::Busy { .. }
                | Self::Unreachable { .. }
                | Self::AnswerLost { .. }
        )
    }

    /// Whether the purchase that failed with this may have been made all the same. Its key has to be kept, and
    /// asked under again.
    pub fn may_have_bought(&self) -> bool {
        matches!(self, Self::AnswerLost { .. } | Self::Undecided { .. })
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
                | Self::TimedOut { .. }
        )
    }

    /// Whether this says nothing of the one that was asked.
    pub fn is_nobodys(&self) -> bool {
        matches!(
            self,
            Self::PictureUnavailable { .. }
                | Self::MissingPicture { .. }
                | Self::UnknownOperation { .. }
                | Self::Cancelled
        )
    }

    /// Whether another model may well make what this one did not. Never, where this one may have been paid for it
    /// and can still give it.
    pub fn leaves_it_to_others(&self) -> bool {
        matches!(
            self,
            Self::Unsupported { .. }
                | Self::BadOutput { .. }
                | Self::Refused { .. }
                | Self::Unauthorized { .. }
                | Self::OutOfCredit { .. }
                | Self::Rejected { .. }
                | Self::Busy { .. }
                | Self::Unreachable { .. }
                | Self::TimedOut { .. }
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
            Self::Busy { .. } => "is too busy at the moment",
            Self::Unreachable { .. } => "does not answer at the moment",
            Self::TimedOut { .. } => "did not finish in time",
            Self::AnswerLost { .. } | Self::Undecided { .. } => "did not say whether it was bought",
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
