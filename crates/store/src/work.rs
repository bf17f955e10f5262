//! What the pipeline saves after each stage, and reads to go on at the first result that is missing.

use std::collections::HashSet;

use admint_domain::{
    AdOptions, AdSpec, AssetId, Brief, GenerationId, Prompt, SceneId, ScenePlan, Stage, TargetDuration,
};
use admint_timeline::Timeline;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{
    AssetRecord, Lease, NewAsset, PictureRecord, Route, Store, StoreError, assets,
    entity::{asset, generation, job, scene},
    events,
    jobs::{RUNNING, held},
    pictures, routes,
    rows::{from_json, new_key, now, to_json, unsigned},
    timelines,
};

/// Everything that is known of a generation under way.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationWork {
    pub brief: Brief,
    pub spec: Option<AdSpec>,
    pub plan: Option<ScenePlan>,
    /// In the plan's order.
    pub scenes: Vec<SceneId>,
    /// The provider's handle for each scene that was started.
    pub operations: Vec<Option<serde_json::Value>>,
    /// How each scene comes by its clip.
    pub routes: Vec<Route>,
    /// How often each scene was made again.
    pub takes: Vec<u32>,
    /// Of the revision that is worked on.
    pub timeline: Option<Timeline>,
    /// Of the revision before, where this one has none yet.
    pub earlier: Option<Timeline>,
    /// Those of the revision that is worked on.
    pub assets: Vec<AssetRecord>,
    pub pictures: Vec<PictureRecord>,
}

impl Store {
    pub async fn generation_work(&self, lease: &Lease) -> Result<GenerationWork, StoreError> {
        let db = self.reader();
        held(lease).one(db).await?.ok_or(StoreError::LeaseLost)?;
        let id = lease.generation.uuid();
        let row = generation::Entity::find_by_id(id).one(db).await?.ok_or(StoreError::LeaseLost)?;
        work_of(db, row).await
    }

    /// Every attempt that is under way somewhere, or whose worker vanished and has no successor yet.
    pub async fn attempts_at_work(&self) -> Result<HashSet<(GenerationId, i64)>, StoreError> {
        let jobs = job::Entity::find().filter(job::Column::State.eq(RUNNING)).all(self.reader()).await?;
        Ok(jobs.into_iter().map(|job| (GenerationId::from_uuid(job.generation_id), job.fence)).collect())
    }

    pub async fn save_spec(&self, lease: &Lease, spec: &AdSpec) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::Spec, Expr::value(to_json("a specification", spec)?))
            .col_expr(generation::Column::Framework, Expr::value(spec.framework.as_str()))
            .col_expr(generation::Column::FrameworkReason, Expr::value(spec.framework_reason.as_str()))
            .filter(generation::Column::Id.eq(lease.generation.uuid()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Saves the plan and a row for each scene, which replaces scenes of another plan. The plan that is
    /// saved already keeps its scenes.
    pub async fn save_plan(&self, lease: &Lease, plan: &ScenePlan) -> Result<Vec<SceneId>, StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let id = lease.generation.uuid();
        let json = to_json("a scene plan", plan)?;
        let row = generation::Entity::find_by_id(id).one(&transaction).await?.ok_or(StoreError::LeaseLost)?;
        let saved: Option<ScenePlan> = row.plan.map(|plan| from_json("a scene plan", plan)).transpose()?;
        if saved.as_ref() == Some(plan) {
            let scenes = scene::Entity::find()
                .filter(scene::Column::GenerationId.eq(id))
                .order_by_asc(scene::Column::Position)
                .all(&transaction)
                .await?;
            return Ok(scenes.iter().map(|scene| SceneId::from_uuid(scene.id)).collect());
        }
        // What was made of the other plan's scenes goes with them.
        let gone = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(id))
            .filter(asset::Column::SceneId.is_not_null())
            .all(&transaction)
            .await?;
        self.book_bytes(&transaction, lease.user.uuid(), 0, gone.iter().map(|asset| asset.bytes).sum())
            .await?;
        scene::Entity::delete_many().filter(scene::Column::GenerationId.eq(id)).exec(&transaction).await?;
        let mut scenes = Vec::with_capacity(plan.scenes().len());
        for (position, planned) in (0..).zip(plan.scenes()) {
            let scene = new_key();
            scene::Entity::insert(scene::ActiveModel {
                id: Set(scene),
                generation_id: Set(id),
                position: Set(position),
                planned: Set(to_json("a scene", planned)?),
                operation: Set(None),
                route: Set(None),
                take: Set(0),
            })
            .exec_without_returning(&transaction)
            .await?;
            scenes.push(SceneId::from_uuid(scene));
        }
        generation::Entity::update_many()
            .col_expr(generation::Column::Plan, Expr::value(json))
            .col_expr(generation::Column::NumScenes, Expr::value(i32::try_from(scenes.len()).unwrap_or(0)))
            .filter(generation::Column::Id.eq(id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(scenes)
    }

    /// Saves a provider's handle, before anybody waits for its result.
    pub async fn save_operation(
        &self,
        lease: &Lease,
        scene: SceneId,
        operation: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        scene::Entity::update_many()
            .col_expr(scene::Column::Operation, Expr::value(operation.clone()))
            .filter(scene::Column::Id.eq(scene.uuid()))
            .filter(scene::Column::GenerationId.eq(lease.generation.uuid()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Drops the handle of an operation that will never have a result, so that a later attempt starts another.
    pub async fn forget_operation(&self, lease: &Lease, scene: SceneId) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        scene::Entity::update_many()
            .col_expr(scene::Column::Operation, Expr::value(None::<serde_json::Value>))
            .filter(scene::Column::Id.eq(scene.uuid()))
            .filter(scene::Column::GenerationId.eq(lease.generation.uuid()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Books a published file of the revision that is worked on. One of the same kind and scene is replaced under
    /// its old id, so that timelines which name it go on naming it; one that was set aside for this revision is
    /// not touched. One that its user has no room for is refused:
    /// [`StoreError::OverQuota`].
    pub async fn add_asset(&self, lease: &Lease, new: NewAsset) -> Result<AssetId, StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let generation = lease.generation.uuid();
        let scene = new.scene.map(SceneId::uuid);
        let row = generation::Entity::find_by_id(generation).one(&transaction).await?;
        let revision = row.ok_or(StoreError::LeaseLost)?.revision;
        let before = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(generation))
            .filter(asset::Column::Kind.eq(new.kind.as_str()))
            .filter(asset::Column::UntilRevision.is_null())
            .filter(match scene {
                Some(scene) => asset::Column::SceneId.eq(scene),
                None => asset::Column::SceneId.is_null(),
            })
            .one(&transaction)
            .await?;
        let (id, gone) = before.as_ref().map_or_else(|| (new_key(), 0), |before| (before.id, before.bytes));
        let bytes = i64::try_from(new.bytes).map_err(|error| StoreError::corrupt("a file's size", error))?;
        self.book_bytes(&transaction, lease.user.uuid(), bytes, gone).await?;
        if before.is_some() {
            asset::Entity::delete_by_id(id).exec(&transaction).await?;
        }
        asset::Entity::insert(asset::ActiveModel {
            id: Set(id),
            generation_id: Set(generation),
            scene_id: Set(scene),
            kind: Set(new.kind.as_str().to_owned()),
            key: Set(new.key),
            bytes: Set(bytes),
            sha256: Set(new.sha256),
            content_type: Set(new.content_type),
            frames: Set(new.frames.and_then(|frames| i32::try_from(frames.0).ok())),
            created_at: Set(now()),
            made_by: Set(new.made_by),
            // What is made anew for want of its file stays part of the revisions that it was part of.
            revision: Set(before.map_or(revision, |before| before.revision)),
            until_revision: Set(None),
        })
        .exec_without_returning(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(AssetId::from_uuid(id))
    }

    /// Writes row and event, if there is news. Progress never falls: a job that is taken up again
    /// passes through stages it has been in.
    pub async fn record_progress(&self, lease: &Lease, stage: Stage) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let row = generation::Entity::find_by_id(lease.generation.uuid())
            .one(&transaction)
            .await?
            .ok_or(StoreError::LeaseLost)?;
        let progress = i32::from(stage.progress()).max(row.progress);
        let step = stage.step();
        if (progress, &step) == (row.progress, &row.current_step) {
            return Ok(());
        }
        generation::Entity::update_many()
            .col_expr(generation::Column::Progress, Expr::value(progress))
            .col_expr(generation::Column::CurrentStep, Expr::value(step))
            .filter(generation::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        events::append(&transaction, lease.generation).await?;
        self.commit_event(transaction, lease.user, lease.generation).await
    }
}

pub(crate) async fn work_of(
    db: &impl ConnectionTrait,
    row: generation::Model,
) -> Result<GenerationWork, StoreError> {
    let id = row.id;
    let scenes = scene::Entity::find()
        .filter(scene::Column::GenerationId.eq(id))
        .order_by_asc(scene::Column::Position)
        .all(db)
        .await?;
    let assets = asset::Entity::find()
        .filter(asset::Column::GenerationId.eq(id))
        .filter(asset::Column::UntilRevision.is_null())
        .order_by_asc(asset::Column::Id)
        .all(db)
        .await?;
    let takes = scenes.iter().map(|scene| unsigned("a scene's take", scene.take));
    let (timeline, earlier) = match timelines::current(db, id).await? {
        Some(saved) if saved.ad_revision == row.revision => (Some(saved.document), None),
        saved => (None, saved.map(|saved| saved.document)),
    };
    Ok(GenerationWork {
        brief: brief(&row)?,
        spec: row.spec.map(|spec| from_json("a specification", spec)).transpose()?,
        plan: row.plan.map(|plan| from_json("a scene plan", plan)).transpose()?,
        takes: takes.collect::<Result<_, _>>()?,
        scenes: scenes.iter().map(|scene| SceneId::from_uuid(scene.id)).collect(),
        routes: scenes.iter().map(|scene| routes::read(scene.route.clone())).collect::<Result<_, _>>()?,
        operations: scenes.into_iter().map(|scene| scene.operation).collect(),
        timeline,
        earlier,
        assets: assets.into_iter().map(assets::record).collect::<Result<_, _>>()?,
        pictures: pictures::of_generation(db, id).await?,
    })
}

pub(crate) fn options(row: &generation::Model) -> Result<AdOptions, StoreError> {
    let json = row.options.clone().map(|json| from_json("options", json)).transpose()?;
    Ok(json.unwrap_or_default())
}

fn brief(row: &generation::Model) -> Result<Brief, StoreError> {
    Ok(Brief {
        prompt: Prompt::parse(&row.prompt).map_err(|error| StoreError::corrupt("a prompt", error))?,
        aspect: row.aspect_ratio.parse().map_err(|error| StoreError::corrupt("a picture's shape", error))?,
        duration: TargetDuration::parse(unsigned("a length", row.target_seconds)?)
            .map_err(|error| StoreError::corrupt("a length", error))?,
        seed: unsigned("a seed", row.seed)?,
        options: options(row)?,
    })
}
