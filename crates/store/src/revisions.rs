//! Changes of an ad that exists. Each is a revision: until it is complete, its maker sees the one before.
//!
//! ```text
//!                  change                     complete
//! shown 1 of 1 ------------> shown 1 of 2 ------------> shown 2 of 2, former 1
//!                               |      ^                     |
//!               go back (keep 1)|      | change, after       | go back (undo)
//!                               v      | it failed           v
//!                          shown 3 of 3 (as 1)          shown 3 of 3 (as 1)
//! ```
//! Numbers only rise, so that a form of an older revision is known as such. A file belongs to a stretch of
//! revisions; what a change makes anew ends the stretch of what was there before, and going back opens it again.

use admint_domain::{AdOptions, GenerationId, GenerationStatus, ScenePlan, Stage, UserId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    AssetKind, GenerationWork, Store, StoreError,
    assets::{at, belongs_to},
    called_off::{call_off, call_off_scene},
    complete::end_generation,
    entity::{asset, generation, job, ledger_entry, revision, scene},
    events,
    generations::find_owned,
    jobs::{Again, DONE, QUEUED, RUNNING, end_job, queue_again},
    ledger::mark_last_called_off,
    queue::{last_position, own_job, set_position},
    rows::{from_json, new_key, now, to_json, unsigned},
    timelines,
    work::work_of,
};

/// What becomes of a scene's clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipChange {
    Kept,
    /// Made anew, and the same as far as what is asked for is the same.
    Anew,
    /// Made anew, and another one.
    Again,
}

/// A change, thought through: what the ad is to be, and what has to be made for it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRevision {
    /// The revision that it is a change of.
    pub of: u32,
    pub plan: ScenePlan,
    pub options: AdOptions,
    /// One for each scene.
    pub clips: Vec<ClipChange>,
    /// What is made anew beside clips.
    pub anew: Vec<AssetKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// Not there, or not this user's.
    NotFound,
    /// Waits or is worked on.
    Busy,
    /// It was never complete, so there is nothing to change.
    Unfinished,
    /// It was changed since.
    Stale,
    Queued,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackOutcome {
    /// Not there, or not this user's.
    NotFound,
    /// Waits or is worked on.
    Busy,
    /// It was changed since.
    Stale,
    /// There is nothing to go back to.
    Nothing,
    /// The keys are of files to be removed.
    Done(Vec<String>),
}

/// An ad as it is changed.
#[derive(Clone, Debug, PartialEq)]
pub struct EditedAd {
    pub work: GenerationWork,
    pub status: GenerationStatus,
    pub progress: u8,
    pub current_step: String,
    pub error: Option<String>,
    /// For [`NewRevision::of`].
    pub revision: u32,
    /// It was complete once.
    pub is_complete: bool,
    /// A change was begun and is not complete.
    pub is_changing: bool,
    /// There is a former one.
    pub can_undo: bool,
    /// For each scene, whether there is a picture of it.
    pub stills: Vec<bool>,
}

impl Store {
    /// Everything that a change of the ad starts from, if it is this user's.
    pub async fn edited_ad(&self, user: UserId, id: GenerationId) -> Result<Option<EditedAd>, StoreError> {
        let db = self.reader();
        let Some(row) = find_owned(user, id).one(db).await? else { return Ok(None) };
        let work = work_of(db, row.clone()).await?;
        let stills = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(asset::Column::Kind.eq(AssetKind::Still.as_str()))
            .filter(at(row.shown_revision))
            .all(db)
            .await?;
        let has_still = |scene: Uuid| stills.iter().any(|still| still.scene_id == Some(scene));
        Ok(Some(EditedAd {
            stills: work.scenes.iter().map(|scene| has_still(scene.uuid())).collect(),
            work,
            status: row.status.parse().map_err(|error| StoreError::corrupt("a status", error))?,
            progress: unsigned("progress", row.progress)?,
            current_step: row.current_step,
            error: row.error_message,
            revision: unsigned("a revision", row.revision)?,
            is_complete: row.completed_at.is_some(),
            is_changing: row.revision > row.shown_revision,
            can_undo: row.revision == row.shown_revision && row.former_revision.is_some(),
        }))
    }

    /// Begins a change of an ad that is complete, or whose last change came to nothing. All that it does not make
    /// anew is kept; the ad as it was stays what its maker sees until the change is complete.
    pub async fn change(
        &self,
        user: UserId,
        id: GenerationId,
        change: &NewRevision,
    ) -> Result<ChangeOutcome, StoreError> {
        let transaction = self.begin().await?;
        let (job, row) = match self.to_change(&transaction, user, id, change.of).await? {
            Ok(found) => found,
            Err(refused) => {
                // At once, and not when the connection is next used: a claim would pass the locked row over.
                transaction.rollback().await?;
                return Ok(refused);
            }
        };
        let scenes = scenes_of(&transaction, row.id).await?;
        if scenes.len() != change.plan.scenes().len() || scenes.len() != change.clips.len() {
            return Err(StoreError::corrupt("a change", "it is of another number of scenes"));
        }
        if row.revision == row.shown_revision {
            remember(&transaction, &row, &scenes).await?;
        }
        let next = row.revision + 1;
        for ((scene, planned), clip) in scenes.into_iter().zip(change.plan.scenes()).zip(&change.clips) {
            let (scene_id, take) = (scene.id, scene.take);
            let mut update = scene::Entity::update_many()
                .col_expr(scene::Column::Planned, Expr::value(to_json("a scene", planned)?))
                .filter(scene::Column::Id.eq(scene_id));
            if *clip != ClipChange::Kept {
                // What an earlier change began and nobody wants any more.
                if call_off_scene(&transaction, scene).await? {
                    mark_last_called_off(&transaction, id, scene_id).await?;
                }
                settle_open_of(&transaction, row.id, Some(scene_id)).await?;
                let clips = Condition::all()
                    .add(asset::Column::SceneId.eq(scene_id))
                    .add(asset::Column::Kind.eq(AssetKind::Clip.as_str()));
                set_aside(&transaction, clips, next).await?;
                let take = take + i32::from(*clip == ClipChange::Again);
                update = update
                    .col_expr(scene::Column::Operation, Expr::value(None::<serde_json::Value>))
                    // Every model may be asked anew.
                    .col_expr(scene::Column::Route, Expr::value(None::<serde_json::Value>))
                    .col_expr(scene::Column::Take, Expr::value(take));
            }
            update.exec(&transaction).await?;
        }
        settle_open_of(&transaction, row.id, None).await?;
        let anew = Condition::all()
            .add(asset::Column::GenerationId.eq(row.id))
            .add(asset::Column::Kind.is_in(change.anew.iter().map(|kind| kind.as_str())));
        set_aside(&transaction, anew, next).await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::Plan, Expr::value(to_json("a scene plan", &change.plan)?))
            .col_expr(generation::Column::Options, Expr::value(to_json("options", &change.options)?))
            .col_expr(generation::Column::Revision, Expr::value(next))
            .col_expr(generation::Column::Progress, Expr::value(i32::from(Stage::Queued.progress())))
            .filter(generation::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        queue_again(&transaction, &job, Again { attempt: 0, run_at: now(), reason: None }).await?;
        let last = last_position(&transaction, user.uuid()).await?;
        set_position(&transaction, job.id, last + 1).await?;
        events::append(&transaction, id).await?;
        self.commit_job(transaction, user, id).await?;
        self.wake_the_caller();
        Ok(ChangeOutcome::Queued)
    }

    /// Makes the ad what it was: before a change that came to nothing, or before the last that is complete.
    pub async fn go_back(&self, user: UserId, id: GenerationId, of: u32) -> Result<BackOutcome, StoreError> {
        let transaction = self.begin().await?;
        let refused = match self.to_change(&transaction, user, id, of).await? {
            Ok((job, row)) => {
                let is_undo = row.revision == row.shown_revision;
                let target = if is_undo { row.former_revision } else { Some(row.shown_revision) };
                match target {
                    Some(target) => return self.restore(transaction, &job, &row, target).await,
                    None => BackOutcome::Nothing,
                }
            }
            Err(ChangeOutcome::NotFound) => BackOutcome::NotFound,
            Err(ChangeOutcome::Stale) => BackOutcome::Stale,
            Err(ChangeOutcome::Busy) => BackOutcome::Busy,
            Err(ChangeOutcome::Unfinished | ChangeOutcome::Queued) => BackOutcome::Nothing,
        };
        transaction.rollback().await?;
        Ok(refused)
    }

    async fn restore(
        &self,
        transaction: DatabaseTransaction,
        job: &job::Model,
        row: &generation::Model,
        target: i32,
    ) -> Result<BackOutcome, StoreError> {
        let id = GenerationId::from_uuid(row.id);
        let former = revision::Entity::find()
            .filter(revision::Column::GenerationId.eq(row.id))
            .filter(revision::Column::Number.eq(target))
            .one(&transaction)
            .await?
            .ok_or_else(|| StoreError::corrupt("an earlier revision", "its row is missing"))?;
        call_off(&transaction, id).await?;

        let assets =
            asset::Entity::find().filter(asset::Column::GenerationId.eq(row.id)).all(&transaction).await?;
        let gone: Vec<asset::Model> = assets.into_iter().filter(|asset| asset.revision > target).collect();
        self.remove_rows(&transaction, row.user_id, &gone).await?;
        asset::Entity::update_many()
            .col_expr(asset::Column::UntilRevision, Expr::value(None::<i32>))
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(at(target))
            .exec(&transaction)
            .await?;

        let scenes: Vec<scene::Model> = from_json("the scenes of an earlier revision", former.scenes)?;
        for scene in scenes {
            scene.into_active_model().reset_all().update(&transaction).await?;
        }
        timelines::go_back_to(&transaction, row.id, former.timeline_revision).await?;

        let next = row.revision + 1;
        // Undone once, there is nothing further to go back to.
        let is_undo = row.revision == row.shown_revision;
        let still_former = row.former_revision.filter(|_| !is_undo);
        generation::Entity::update_many()
            .col_expr(generation::Column::Plan, Expr::value(former.plan))
            .col_expr(generation::Column::Options, Expr::value(former.options))
            .col_expr(generation::Column::LeftOut, Expr::value(former.left_out))
            .col_expr(generation::Column::FinalFrames, Expr::value(former.final_frames))
            .col_expr(generation::Column::CompletedAt, Expr::value(former.completed_at))
            .col_expr(generation::Column::Revision, Expr::value(next))
            .col_expr(generation::Column::ShownRevision, Expr::value(next))
            .col_expr(generation::Column::FormerRevision, Expr::value(still_former))
            .col_expr(generation::Column::Progress, Expr::value(i32::from(Stage::Done.progress())))
            .col_expr(generation::Column::CurrentStep, Expr::value(Stage::Done.step()))
            .filter(generation::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        revision::Entity::delete_by_id(former.id).exec(&transaction).await?;
        end_job(&transaction, job, DONE, None).await?;
        end_generation(&transaction, job, GenerationStatus::Completed, None).await?;
        self.commit_event(transaction, UserId::from_uuid(job.user_id), id).await?;
        self.wake_the_caller();
        Ok(BackOutcome::Done(gone.into_iter().map(|asset| asset.key).collect()))
    }

    /// The job, locked, and the ad, if it can be changed now.
    async fn to_change(
        &self,
        transaction: &DatabaseTransaction,
        user: UserId,
        id: GenerationId,
        of: u32,
    ) -> Result<Result<(job::Model, generation::Model), ChangeOutcome>, StoreError> {
        let Some(job) = own_job(transaction, user, id).await? else {
            return Ok(Err(ChangeOutcome::NotFound));
        };
        let Some(row) = find_owned(user, id).one(transaction).await? else {
            return Ok(Err(ChangeOutcome::NotFound));
        };
        Ok(if row.revision != i32::try_from(of).unwrap_or(i32::MAX) {
            Err(ChangeOutcome::Stale)
        } else if job.state == QUEUED || job.state == RUNNING {
            Err(ChangeOutcome::Busy)
        } else if row.completed_at.is_none() {
            Err(ChangeOutcome::Unfinished)
        } else {
            Ok((job, row))
        })
    }

    /// What is worked on is what the maker sees from now on; of what was before, the last is kept. The keys are of
    /// the files that nobody can go back to.
    pub(crate) async fn show_revision(
        &self,
        transaction: &DatabaseTransaction,
        row: &generation::Model,
    ) -> Result<Vec<String>, StoreError> {
        let former =
            if row.revision > row.shown_revision { Some(row.shown_revision) } else { row.former_revision };
        let set_aside = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(asset::Column::UntilRevision.is_not_null())
            .all(transaction)
            .await?;
        let is_gone = |asset: &asset::Model| former.is_none_or(|former| !belongs_to(asset, former));
        let gone: Vec<asset::Model> = set_aside.into_iter().filter(is_gone).collect();
        self.remove_rows(transaction, row.user_id, &gone).await?;
        revision::Entity::delete_many()
            .filter(revision::Column::GenerationId.eq(row.id))
            .filter(revision::Column::Number.ne(former.unwrap_or(0)))
            .exec(transaction)
            .await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::ShownRevision, Expr::value(row.revision))
            .col_expr(generation::Column::FormerRevision, Expr::value(former))
            .filter(generation::Column::Id.eq(row.id))
            .exec(transaction)
            .await?;
        Ok(gone.into_iter().map(|asset| asset.key).collect())
    }

    async fn remove_rows(
        &self,
        transaction: &DatabaseTransaction,
        user: Uuid,
        gone: &[asset::Model],
    ) -> Result<(), StoreError> {
        self.book_bytes(transaction, user, 0, gone.iter().map(|asset| asset.bytes).sum()).await?;
        asset::Entity::delete_many()
            .filter(asset::Column::Id.is_in(gone.iter().map(|asset| asset.id)))
            .exec(transaction)
            .await?;
        Ok(())
    }
}

/// Writes down what the ad is, to go back to.
async fn remember(
    transaction: &DatabaseTransaction,
    row: &generation::Model,
    scenes: &[scene::Model],
) -> Result<(), StoreError> {
    let missing = || StoreError::corrupt("a complete ad", "it has no plan");
    revision::Entity::insert(revision::ActiveModel {
        id: Set(new_key()),
        generation_id: Set(row.id),
        number: Set(row.revision),
        plan: Set(row.plan.clone().ok_or_else(missing)?),
        options: Set(row.options.clone()),
        scenes: Set(to_json("scenes", &scenes)?),
        left_out: Set(row.left_out.clone()),
        timeline_revision: Set(timelines::current_number(transaction, row.id).await?),
        final_frames: Set(row.final_frames),
        completed_at: Set(row.completed_at.ok_or_else(missing)?),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Ends the stretch of what belongs to the ad so far.
async fn set_aside(
    transaction: &DatabaseTransaction,
    which: Condition,
    until: i32,
) -> Result<(), StoreError> {
    asset::Entity::update_many()
        .col_expr(asset::Column::UntilRevision, Expr::value(until))
        .filter(which)
        .filter(asset::Column::UntilRevision.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// Settles what was reserved, for the scene or for none, and never settled at the price it was reserved for: the
/// next purchase is of something else, and another one.
async fn settle_open_of(
    transaction: &DatabaseTransaction,
    generation: Uuid,
    scene: Option<Uuid>,
) -> Result<(), StoreError> {
    ledger_entry::Entity::update_many()
        .col_expr(ledger_entry::Column::Settled, Expr::col(ledger_entry::Column::Reserved))
        .col_expr(ledger_entry::Column::SettledAt, Expr::value(now()))
        .filter(ledger_entry::Column::GenerationId.eq(generation))
        .filter(match scene {
            Some(scene) => ledger_entry::Column::SceneId.eq(scene),
            None => ledger_entry::Column::SceneId.is_null(),
        })
        .filter(ledger_entry::Column::SettledAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

async fn scenes_of(
    transaction: &DatabaseTransaction,
    generation: Uuid,
) -> Result<Vec<scene::Model>, StoreError> {
    Ok(scene::Entity::find()
        .filter(scene::Column::GenerationId.eq(generation))
        .order_by_asc(scene::Column::Position)
        .all(transaction)
        .await?)
}
