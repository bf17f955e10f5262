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
    /// The vendor does not know who asks, or does not let them.
    #[error("{provider} refuses the access: {reason}")]
    Unauthorised { provider: &'static str, reason: String },
    /// The account at the vendor has no money left.
    #[error("{provider} wants to be paid first: {reason}")]
    NoCredit { provider: &'static str, reason: String },
    /// The vendor has too much to do, or is asked too often.
    #[error("{provider} is busy: {reason}")]
    Busy { provider: &'static str, reason: String },
    /// The vendor does not answer, or says that it has trouble of its own.
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
                | Self::UnknownOperation { .. }
                | Self::TimedOut { .. }
        )
    }
}
