//! What pages and API ask of the program behind them. `pipeline` implements [`Backend`], `server`
//! implements [`Accounts`] and [`Sharing`]; nothing here says how.

use async_trait::async_trait;

use crate::{
    AppError, CaptionFormat, ChangeAd, CostView, CreateGeneration, Created, Estimate, GenerationId,
    GenerationQuery, GenerationView, LedgerQuery, LoginRequest, Page, PictureRole, PictureView, Price,
    ProfileView, ProgressEvent, PurchaseView, QueueMove, QueueView, RegisterRequest, RenameAd, ScenesView,
    SessionId, ShareVideo, ShareView, SignedIn, SpendingView, Usd, UserId, UserView,
};

/// The use cases of one signed-in user. Every method is scoped to `user`: what belongs to somebody
/// else is [`AppError::not_found`], exactly as what does not exist.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Reads an uploaded file, prepares it for its role and keeps it. What no ad uses within a day goes.
    async fn add_picture(
        &self,
        user: UserId,
        role: PictureRole,
        bytes: Vec<u8>,
    ) -> Result<PictureView, AppError>;

    async fn create_generation(&self, user: UserId, request: CreateGeneration) -> Result<Created, AppError>;

    async fn generations(
        &self,
        user: UserId,
        query: GenerationQuery,
    ) -> Result<Page<GenerationView>, AppError>;

    async fn generation(&self, user: UserId, id: GenerationId) -> Result<GenerationView, AppError>;

    /// Calls the ad otherwise, or by its prompt.
    async fn rename_ad(
        &self,
        user: UserId,
        id: GenerationId,
        rename: RenameAd,
    ) -> Result<GenerationView, AppError>;

    /// The ad's words in time: what its voice says, or without a voice what is read. There are some as soon as
    /// its scenes are drawn.
    async fn captions(
        &self,
        user: UserId,
        id: GenerationId,
        format: CaptionFormat,
    ) -> Result<String, AppError>;

    /// The events after `after` (0 for all), oldest first, without waiting.
    async fn events(
        &self,
        user: UserId,
        id: GenerationId,
        after: i64,
    ) -> Result<Vec<ProgressEvent>, AppError>;

    /// Asks a queued or running generation to stop. One that has ended stays as it is: conflict.
    async fn cancel_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError>;

    /// What this user has running, waiting and failed of late.
    async fn queue(&self, user: UserId) -> Result<QueueView, AppError>;

    /// Makes a failed or cancelled generation after all, at the end of its user's queue. What was finished is
    /// kept. One that is not dead stays as it is: conflict.
    async fn retry_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError>;

    /// The ad's scenes as they can be changed, with what that costs.
    async fn scenes(&self, user: UserId, id: GenerationId) -> Result<ScenesView, AppError>;

    /// Begins a change of an ad that is complete. Until it is complete, too, the ad is seen as it was. One that was
    /// changed since, that is worked on, or that never was complete: conflict.
    async fn change_ad(&self, user: UserId, id: GenerationId, change: ChangeAd) -> Result<(), AppError>;

    /// What the change would cost; unknown, if nobody knows. It is held to the same rules.
    async fn price_of_change(
        &self,
        user: UserId,
        id: GenerationId,
        change: ChangeAd,
    ) -> Result<Price, AppError>;

    /// Makes the ad what it was before its last change; also before one that came to nothing. `revision` as in
    /// [`ChangeAd::revision`].
    async fn undo_change(&self, user: UserId, id: GenerationId, revision: u32) -> Result<(), AppError>;

    /// Moves a generation that waits among its user's own. One that does not wait: conflict.
    async fn move_in_queue(&self, user: UserId, id: GenerationId, to: QueueMove) -> Result<(), AppError>;

    /// Removes the video, its files and its rows; one that still runs is cancelled first.
    async fn delete_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError>;

    async fn profile(&self, user: UserId) -> Result<ProfileView, AppError>;

    /// What the ad would cost. Nothing is made and nobody is asked.
    async fn estimate(&self, user: UserId, request: CreateGeneration) -> Result<Estimate, AppError>;

    /// The models that can be asked for clips here, the usual one first.
    fn clip_models(&self) -> Vec<String>;

    /// How long a clip of the model usually took here, in seconds, if there were any.
    async fn typical_seconds(&self, provider: &str, model: &str) -> Result<Option<u32>, AppError>;

    /// What the ad was to cost, and did.
    async fn cost(&self, user: UserId, id: GenerationId) -> Result<CostView, AppError>;

    /// The most that may be spent on an ad that is there; none is no limit of its maker's.
    async fn limit_ad(&self, user: UserId, id: GenerationId, cap: Option<Usd>) -> Result<(), AppError>;

    /// The user's purchases, the oldest first, those of deleted videos among them.
    async fn purchases(&self, user: UserId, query: LedgerQuery) -> Result<Vec<PurchaseView>, AppError>;

    async fn spending(&self, user: UserId) -> Result<SpendingView, AppError>;

    /// The most that the user wants to spend in a month; none is no limit of the user's own.
    async fn limit_month(&self, user: UserId, cap: Option<Usd>) -> Result<(), AppError>;
}

/// Links by which anybody may see one video, scoped to the video's maker as [`Backend`] is.
#[async_trait]
pub trait Sharing: Send + Sync {
    /// Makes a finished video's link, or gives the one that there is another end. One that was never finished:
    /// conflict.
    async fn share(&self, user: UserId, id: GenerationId, request: ShareVideo)
    -> Result<ShareView, AppError>;

    /// The link, also one that has expired.
    async fn share_of(&self, user: UserId, id: GenerationId) -> Result<Option<ShareView>, AppError>;

    /// The video is its maker's alone from now on; that it was so already is no error.
    async fn unshare(&self, user: UserId, id: GenerationId) -> Result<(), AppError>;
}

/// Accounts and sessions. `client` is the caller's network address, for throttling.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes the account and logs it in.
    async fn register(&self, request: RegisterRequest, client: &str) -> Result<SignedIn, AppError>;

    async fn login(&self, request: LoginRequest, client: &str) -> Result<SignedIn, AppError>;

    /// Swaps a refresh token for new tokens. A token used twice ends its whole session.
    async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, AppError>;

    /// Whose access token this is, if it is genuine, current and its session is not ended.
    async fn authenticate(&self, access_token: &str) -> Result<(UserView, SessionId), AppError>;

    /// Ends a session; ending one that has ended is no error.
    async fn logout(&self, session: SessionId) -> Result<(), AppError>;
}
