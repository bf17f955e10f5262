use admint_domain::{AppError, ScenePlanError, is_disk_full};
use admint_media::MediaError;
use admint_providers::ProviderError;
use admint_store::StoreError;
use admint_timeline::InvalidTimeline;

/// Why a generation did not get its video.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("the planner's scenes cannot be made: {0}")]
    Plan(#[from] ScenePlanError),
    #[error("the timeline cannot be rendered: {0}")]
    Timeline(#[from] InvalidTimeline),
    #[error("the words cannot be drawn: {0}")]
    Overlay(#[from] admint_studio::StudioError),
    #[error("ffmpeg is missing: {0}")]
    NoFfmpeg(String),
    #[error("{what}: {source}")]
    Io { what: &'static str, source: std::io::Error },
    /// Everybody who may make a scene was asked, and nobody will.
    #[error("nobody made scene {scene}: {story}")]
    NoModelLeft { scene: u32, story: String },
    /// Everybody who may make a scene was asked, and somebody may do a little later.
    #[error("nobody can make scene {scene} at the moment: {story}")]
    ModelsBusy { scene: u32, story: String },
    /// The timeline names a file that no row knows.
    #[error("{0} is not here any more")]
    Lost(&'static str),
    #[error("the work stopped unexpectedly: {0}")]
    Panicked(String),
    /// Not a failure: somebody wanted it to stop.
    #[error("stopped")]
    Stopped,
}

impl PipelineError {
    /// Whether the work ended because it was told to.
    pub fn is_stop(&self) -> bool {
        matches!(
            self,
            Self::Stopped | Self::Media(MediaError::Cancelled) | Self::Provider(ProviderError::Cancelled)
        )
    }

    /// Whether another worker has this job now, or the job is gone: nothing more may be written.
    pub fn is_lost_lease(&self) -> bool {
        matches!(self, Self::Store(StoreError::LeaseLost))
    }

    /// Whether the same work may well succeed a little later, with nothing changed by anybody.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(error) => error.is_unavailable(),
            Self::Media(error) => error.is_passing(),
            Self::Provider(error) => error.is_passing(),
            Self::ModelsBusy { .. } => true,
            _ => false,
        }
    }

    fn is_disk_full(&self) -> bool {
        match self {
            Self::Media(error) => error.is_disk_full(),
            Self::Store(error) => error.is_disk_full(),
            other => is_disk_full(other),
        }
    }

    /// What the user is told on the video's page: what happened, what is kept, what to do.
    pub fn user_message(&self) -> String {
        let kept = "The scenes finished so far are kept.";
        if self.is_disk_full() {
            return format!(
                "The server's disk is full. {kept} Free some space, or ask its operator to, and try again."
            );
        }
        match self {
            Self::Store(StoreError::OverQuota { storage, .. }) => format!("{} {kept}", storage.advice()),
            Self::Store(StoreError::OverBudget(over)) => format!(
                "The limit for spending is reached: {over}. It was not bought. {kept} {}, and try again.",
                over.budget.remedy()
            ),
            Self::NoFfmpeg(reason) => format!("{reason} {kept}"),
            Self::Media(MediaError::FfmpegMissing { .. }) => format!(
                "The video encoder (ffmpeg) is not installed on this server. Ask its operator to install it, \
                 then try again. {kept}"
            ),
            Self::Media(MediaError::Failed { .. } | MediaError::BadMedia { .. }) => format!(
                "The video encoder stopped before it was done. {kept} Try again; if it happens twice, the \
                 server's log has the reason."
            ),
            Self::Media(MediaError::Io { .. }) | Self::Io { .. } => format!(
                "The video could not be written to disk. {kept} Try again; if it happens twice, the server's log \
                 has the reason."
            ),
            Self::Provider(ProviderError::Unsupported { .. } | ProviderError::BadOutput { .. }) => {
                format!("{self}. {kept} Try again, or word the prompt differently.")
            }
            Self::Provider(ProviderError::Refused { provider, .. }) => format!(
                "{provider} refused to make this: it is against its rules for content. {kept} Word the prompt \
                 differently."
            ),
            Self::NoModelLeft { scene, story } => format!(
                "Nobody could make scene {scene}: {story}. {kept} Try again, or word the prompt differently."
            ),
            Self::ModelsBusy { scene, story } => format!(
                "Nobody can make scene {scene} at the moment: {story}. {kept} Please try again in a while; nothing \
                 is bought twice."
            ),
            Self::Provider(ProviderError::TimedOut { .. }) => {
                format!("{self}. {kept} Try again: that scene is then bought anew.")
            }
            Self::Provider(
                error @ (ProviderError::Busy { provider, .. } | ProviderError::Unreachable { provider, .. }),
            ) => format!(
                "{provider} {}. {kept} Please try again in a while; nothing is bought twice.",
                error.in_short()
            ),
            Self::Provider(
                error @ (ProviderError::Unauthorized { provider, .. }
                | ProviderError::OutOfCredit { provider, .. }
                | ProviderError::Rejected { provider, .. }),
            ) => format!(
                "{provider} {}. {kept} Ask this server's operator to see to it, then try again.",
                error.in_short()
            ),
            Self::Provider(ProviderError::AnswerLost { .. }) => {
                format!("{self}. {kept} Please try again in a while: what was bought is looked for first.")
            }
            Self::Provider(ProviderError::Undecided { .. }) => format!(
                "{self}. {kept} Nothing more is bought for this ad until that is known: look at the list of \
                 predictions in the account there, then make the ad anew."
            ),
            Self::Provider(ProviderError::PictureUnavailable { .. }) => {
                format!("A picture of this ad cannot be had at the moment. {kept} Please try again.")
            }
            Self::Provider(ProviderError::MissingPicture { .. }) => format!(
                "A picture of this ad cannot be read any more. {kept} Choose it again and make the ad anew."
            ),
            _ => {
                format!("Something went wrong on our side while making this video. {kept} Please try again.")
            }
        }
    }
}

/// What reaches the user when a use case, not a job, fails. The cause goes to the log here, once.
pub(crate) fn refuse(operation: &'static str, error: StoreError) -> AppError {
    if let StoreError::OverQuota { storage, .. } = error {
        return AppError::storage_full(&storage);
    }
    if let StoreError::OverBudget(over) = &error {
        let message =
            format!("The limit for spending is reached: {over}. {}, and try again.", over.budget.remedy());
        return AppError::over_budget(message, None);
    }
    tracing::error!(operation, error = %error, "store failed");
    if error.is_unavailable() {
        AppError::unavailable("The database does not answer. Please try again in a moment.")
    } else {
        AppError::internal()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use admint_domain::{Budget, Limit, OverBudget, Price, Usd};

    use super::*;

    #[track_caller]
    fn check(error: PipelineError, passing: bool, says: &str) {
        assert_eq!(error.is_passing(), passing, "{error}");
        let message = error.user_message();
        assert!(message.contains(says) && message.contains("are kept"), "{message}");
    }

    #[test]
    fn a_full_disk_is_one_thing_wherever_it_is_met() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let (path, source) = (|| "a.mp4".into(), || io::Error::from(kind));
            let full = "disk is full";
            check(PipelineError::Io { what: "writing a clip", source: source() }, false, full);
            check(MediaError::Io { path: path(), source: source() }.into(), false, full);
            check(StoreError::Io { path: path(), source: source() }.into(), false, full);
        }
        let failed = MediaError::Failed {
            command: "ffmpeg".into(),
            stderr_tail: "Error writing trailer: Disk quota exceeded".into(),
            status: "exit status: 1".into(),
        };
        check(failed.into(), false, "disk is full");
        let other =
            PipelineError::Io { what: "writing a clip", source: io::ErrorKind::PermissionDenied.into() };
        check(other, false, "could not be written");
    }

    #[test]
    fn a_limit_that_is_reached_says_how_it_is_raised() {
        let over = |limit, says: &str| {
            let amount = Usd::from_micros(350_000);
            let budget = Budget { limit, cap: amount, taken: amount };
            let over = OverBudget { budget, operation: "scene 2".into(), price: Price::Known(amount) };
            check(StoreError::OverBudget(Box::new(over)).into(), false, says);
        };
        over(Limit::Ad, "scene 2 costs $0.35, and at most $0.35 may be spent on this ad");
        over(Limit::Ad, "cost page");
        over(Limit::Month, "under Spending");
        over(Limit::OperatorsMonth, "operator");
    }

    #[test]
    fn what_a_vendor_does_not_do_has_its_remedy() {
        let (provider, reason) = ("openai", || "sk-123 is wrong".to_owned());
        check(ProviderError::Refused { provider, reason: reason() }.into(), false, "Word the prompt");
        check(ProviderError::Unauthorized { provider, reason: reason() }.into(), false, "operator");
        check(ProviderError::OutOfCredit { provider, reason: reason() }.into(), false, "no credit left");
        check(ProviderError::Rejected { provider, status: 404, reason: reason() }.into(), false, "operator");
    }

    #[test]
    fn a_picture_that_is_not_to_be_had_may_come_back_and_a_missing_one_does_not() {
        let (key, reason) = ("pictures/x.png".to_owned(), "503".to_owned());
        let away = ProviderError::PictureUnavailable { key: key.clone(), reason: reason.clone() };
        check(away.into(), true, "at the moment");
        check(ProviderError::MissingPicture { key, reason }.into(), false, "Choose it again");
    }

    #[test]
    fn a_scene_that_nobody_makes_says_who_was_asked() {
        let story = || "Kling 2.6 refused the content; Wan 2.5 did not finish in time".to_owned();
        check(PipelineError::NoModelLeft { scene: 2, story: story() }, false, "scene 2: Kling 2.6 refused");
        check(PipelineError::ModelsBusy { scene: 2, story: story() }, true, "in a while");
    }

    #[test]
    fn each_trouble_with_a_vendor_says_what_to_do() {
        let (provider, reason) = ("replicate", || "as it says".to_owned());
        let check = |error: ProviderError, passing, says| check(error.into(), passing, says);
        check(ProviderError::Unauthorized { provider, reason: reason() }, false, "key");
        check(ProviderError::OutOfCredit { provider, reason: reason() }, false, "credit");
        check(ProviderError::Busy { provider, reason: reason() }, true, "in a while");
        check(ProviderError::Unreachable { provider, reason: reason() }, true, "at the moment");
        check(ProviderError::TimedOut { provider, reason: reason() }, false, "bought anew");
        check(ProviderError::AnswerLost { provider, reason: reason() }, true, "looked for first");
        check(ProviderError::Undecided { provider, reason: reason() }, false, "Nothing more is bought");
    }
}
