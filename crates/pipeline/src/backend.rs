//! The use cases the pages and the API call. Every one is scoped to its user.

use admint_domain::{
    AppError, Backend, CaptionFormat, ChangeAd, CostView, CreateGeneration, Created, Estimate, GenerationId,
    GenerationQuery, GenerationView, LedgerQuery, Page, PictureRole, PictureView, Price, ProfileView,
    ProgressEvent, PurchaseView, QueueMove, QueueView, RenameAd, ScenesView, SpendingView, StatusFilter,
    Title, Usd, UserId,
};
use admint_store::{CancelOutcome, RetryOutcome};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{Pipeline, error::refuse, job::folder_of};

/// How many of one user's videos may wait or run at a time; more would only stand in others' way.
const MAX_UNFINISHED: u64 = 20;

#[async_trait]
impl Backend for Pipeline {
    async fn add_picture(
        &self,
        user: UserId,
        role: PictureRole,
        bytes: Vec<u8>,
    ) -> Result<PictureView, AppError> {
        self.stage_picture(user, role, bytes).await
    }

    async fn create_generation(&self, user: UserId, request: CreateGeneration) -> Result<Created, AppError> {
        let mut brief = request.validate(fresh_seed())?;
        self.require_model(brief.options.model.as_deref())?;
        self.require_room(user).await?;
        self.resolve_pictures(user, &mut brief.options).await?;
        let unfinished = GenerationQuery {
            status: Some(StatusFilter::Processing),
            per_page: Some(1),
            ..GenerationQuery::default()
        };
        let waiting = self.store.generations_page(user, &unfinished).await;
        if waiting.map_err(|error| refuse("count unfinished", error))?.total >= MAX_UNFINISHED {
            let message =
                format!("{MAX_UNFINISHED} of your videos are still being made. Wait for one to finish.");
            return Err(AppError::rate_limited(message, 30));
        }
        let estimate = self.require_budget(user, &brief).await?;
        let created = self.store.create_estimated(user, &brief, Some(&estimate)).await;
        let id = created.map_err(|error| refuse("create generation", error))?;
        tracing::info!(generation.id = %id, user.id = %user, aspect = %brief.aspect, "queued");
        Ok(Created { id })
    }

    async fn generations(
        &self,
        user: UserId,
        query: GenerationQuery,
    ) -> Result<Page<GenerationView>, AppError> {
        query.validate()?;
        self.store.generations_page(user, &query).await.map_err(|error| refuse("list generations", error))
    }

    async fn generation(&self, user: UserId, id: GenerationId) -> Result<GenerationView, AppError> {
        let view = self.store.generation_view(user, id).await;
        view.map_err(|error| refuse("read generation", error))?.ok_or_else(|| AppError::not_found("video"))
    }

    async fn rename_ad(
        &self,
        user: UserId,
        id: GenerationId,
        rename: RenameAd,
    ) -> Result<GenerationView, AppError> {
        let title = Title::parse(rename.title.as_deref().unwrap_or_default())?;
        let found = self.store.rename(user, id, title.as_ref()).await;
        if !found.map_err(|error| refuse("rename generation", error))? {
            return Err(AppError::not_found("video"));
        }
        self.generation(user, id).await
    }

    async fn captions(
        &self,
        user: UserId,
        id: GenerationId,
        format: CaptionFormat,
    ) -> Result<String, AppError> {
        let timeline = self.store.timeline_of(user, id).await;
        let timeline = timeline.map_err(|error| refuse("read captions", error))?;
        Ok(timeline.ok_or_else(|| AppError::not_found("video"))?.caption_text(format))
    }

    async fn events(
        &self,
        user: UserId,
        id: GenerationId,
        after: i64,
    ) -> Result<Vec<ProgressEvent>, AppError> {
        let events = self.store.events_after(user, id, after).await;
        events.map_err(|error| refuse("read events", error))?.ok_or_else(|| AppError::not_found("video"))
    }

    async fn cancel_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError> {
        let outcome = self.engine.cancel(user, id).await;
        match outcome.map_err(|error| refuse("cancel generation", error))? {
            CancelOutcome::NotFound => Err(AppError::not_found("video")),
            CancelOutcome::AlreadyEnded => Err(AppError::conflict(
                "This video is not being made any more, so there is nothing to cancel.",
            )),
            // Without waiting: the page hears of the end by its events.
            CancelOutcome::CancelledNow | CancelOutcome::Requested => Ok(()),
        }
    }

    async fn queue(&self, user: UserId) -> Result<QueueView, AppError> {
        self.store.queue_of(user).await.map_err(|error| refuse("read the queue", error))
    }

    async fn retry_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError> {
        self.require_room(user).await?;
        self.require_rest_of_budget(user, id).await?;
        let outcome = self.store.retry(user, id).await;
        match outcome.map_err(|error| refuse("retry generation", error))? {
            RetryOutcome::NotFound => Err(AppError::not_found("video")),
            RetryOutcome::NotDead => {
                Err(AppError::conflict("Only a video that failed or was cancelled can be tried again."))
            }
            RetryOutcome::Queued => Ok(()),
        }
    }

    async fn scenes(&self, user: UserId, id: GenerationId) -> Result<ScenesView, AppError> {
        self.editable_scenes(user, id).await
    }

    async fn change_ad(&self, user: UserId, id: GenerationId, change: ChangeAd) -> Result<(), AppError> {
        self.begin_change(user, id, change).await
    }

    async fn price_of_change(
        &self,
        user: UserId,
        id: GenerationId,
        change: ChangeAd,
    ) -> Result<Price, AppError> {
        self.cost_of(user, id, &change).await
    }

    async fn undo_change(&self, user: UserId, id: GenerationId, revision: u32) -> Result<(), AppError> {
        self.go_back(user, id, revision).await
    }

    async fn move_in_queue(&self, user: UserId, id: GenerationId, to: QueueMove) -> Result<(), AppError> {
        let moved = self.store.move_in_queue(user, id, to).await;
        if moved.map_err(|error| refuse("move in the queue", error))? {
            return Ok(());
        }
        // Tells what is not there from what does not wait.
        self.generation(user, id).await?;
        Err(AppError::conflict("This video does not wait any more, so it cannot be moved."))
    }

    async fn delete_generation(&self, user: UserId, id: GenerationId) -> Result<(), AppError> {
        let outcome = self.engine.cancel(user, id).await;
        if outcome.map_err(|error| refuse("cancel before delete", error))? == CancelOutcome::Requested {
            // Its worker lets go of the files first, if it is one of ours; one in another process
            // finds its lease gone and removes what it was about to publish.
            self.engine.ended(id).await;
        }
        let deleted = self.store.delete_generation(user, id).await;
        let keys = deleted
            .map_err(|error| refuse("delete generation", error))?
            .ok_or_else(|| AppError::not_found("video"))?;
        // The rows are gone, so for the user the video is; a file that resists is the log's business.
        // The folder goes too: an attempt that was cut short may have left what no row names.
        let removed = self.assets.remove(&keys).await;
        if let Err(error) = removed.and(self.assets.remove_folder(&folder_of(id)).await) {
            tracing::error!(generation.id = %id, %error, "files of a deleted video stay behind");
        }
        tracing::info!(generation.id = %id, user.id = %user, files = keys.len(), "deleted");
        Ok(())
    }

    async fn profile(&self, user: UserId) -> Result<ProfileView, AppError> {
        let profile = self.store.profile(user).await;
        profile.map_err(|error| refuse("read profile", error))?.ok_or_else(AppError::unauthorized)
    }

    async fn estimate(&self, _user: UserId, request: CreateGeneration) -> Result<Estimate, AppError> {
        let brief = request.validate(0)?;
        self.require_model(brief.options.model.as_deref())?;
        self.estimate_of(&brief, request.seed.is_none()).await
    }

    fn clip_models(&self) -> Vec<String> {
        let usual = self.providers.video.chain(None);
        let mut models: Vec<String> = Vec::new();
        for model in usual.iter().chain(self.providers.video.all()) {
            if !models.iter().any(|known| known == model.model()) {
                models.push(model.model().to_owned());
            }
        }
        models
    }

    async fn typical_seconds(&self, provider: &str, model: &str) -> Result<Option<u32>, AppError> {
        let prices = self.store.model_prices(provider, model).await;
        Ok(prices.map_err(|error| refuse("read how long clips took", error))?.typical_seconds)
    }

    async fn cost(&self, user: UserId, id: GenerationId) -> Result<CostView, AppError> {
        let cost = self.store.cost(user, id).await;
        cost.map_err(|error| refuse("read what a video cost", error))?
            .ok_or_else(|| AppError::not_found("video"))
    }

    async fn limit_ad(&self, user: UserId, id: GenerationId, cap: Option<Usd>) -> Result<(), AppError> {
        let found = self.store.limit_ad(user, id, cap).await;
        if found.map_err(|error| refuse("limit a video", error))? {
            Ok(())
        } else {
            Err(AppError::not_found("video"))
        }
    }

    async fn purchases(&self, user: UserId, query: LedgerQuery) -> Result<Vec<PurchaseView>, AppError> {
        if let Some(id) = query.generation {
            // Tells what is not there from what cost nothing.
            self.cost(user, id).await?;
        }
        self.store.purchases(user, query).await.map_err(|error| refuse("read the ledger", error))
    }

    async fn spending(&self, user: UserId) -> Result<SpendingView, AppError> {
        self.store.spending(user).await.map_err(|error| refuse("read what was spent", error))
    }

    async fn limit_month(&self, user: UserId, cap: Option<Usd>) -> Result<(), AppError> {
        self.store.limit_month(user, cap).await.map_err(|error| refuse("limit a month", error))
    }
}

impl Pipeline {
    fn require_model(&self, wish: Option<&str>) -> Result<(), AppError> {
        match wish.filter(|wish| self.providers.video.find(wish).is_none()) {
            None => Ok(()),
            Some(wish) => {
                let message = format!("There is no model `{wish}` here. Choose one of the list, or none.");
                Err(AppError::invalid("model", message))
            }
        }
    }

    /// Refuses what would fail at its first file. Where there is some room left, the file that has none is refused.
    pub(crate) async fn require_room(&self, user: UserId) -> Result<(), AppError> {
        let storage = self.store.storage(user).await.map_err(|error| refuse("look for room", error))?;
        if storage.is_full() { Err(AppError::storage_full(&storage)) } else { Ok(()) }
    }
}

/// Any number will do; it is stored, so the ad can be made again.
fn fresh_seed() -> u32 {
    Uuid::new_v4().as_u128() as u32
}
