//! How a scene comes by its clip where several models may make it: who was asked and made none, who is being asked,
//! and what has to be told of it.

use admint_domain::{GenerationId, PlannedScene, SceneId, ScenePlan};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, Select, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Lease, Store, StoreError, called_off,
    entity::{generation, job, scene},
    events,
    jobs::CANCELLED,
    rows::{from_json, to_json},
};

/// What a job that is taken up again has to know of a scene.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// Those that are not asked again in this attempt, in the order in which they were.
    pub failed: Vec<FailedModel>,
    /// The model that is asked, by its name in the catalogue. Until it has said no it may have been paid, so nobody
    /// else is asked.
    pub asking: Option<String>,
    /// What the picture was described as before a model refused that.
    pub refused: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedModel {
    /// In the catalogue.
    pub model: String,
    /// As people call it.
    pub title: String,
    /// What happened, as the end of a sentence that begins with the title.
    pub what: String,
    /// The same request may do a little later.
    #[serde(default)]
    pub passing: bool,
}

/// What becomes of a scene's operation when its route changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    Stays,
    /// It will never have a result.
    Forgotten,
    /// It may have one, which nobody wants any more.
    CalledOff,
}

impl Store {
    /// Saves the route, and in the same transaction what it means for the operation.
    pub async fn save_route(
        &self,
        lease: &Lease,
        scene: SceneId,
        route: &Route,
        handle: Handle,
    ) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        set_route(&transaction, lease.generation, scene, route, handle).await?;
        transaction.commit().await?;
        if handle == Handle::CalledOff {
            self.wake_the_caller();
        }
        Ok(())
    }

    /// Gives the scene another picture: in its row, and in the plan. Its operation is forgotten.
    pub async fn describe_anew(
        &self,
        lease: &Lease,
        scene: SceneId,
        visual_prompt: &str,
        route: &Route,
    ) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        let row = find(lease.generation, scene).one(&transaction).await?.ok_or(StoreError::LeaseLost)?;
        let mut planned: PlannedScene = from_json("a scene", row.planned)?;
        planned.visual_prompt = visual_prompt.to_owned();
        scene::Entity::update_many()
            .col_expr(scene::Column::Planned, Expr::value(to_json("a scene", &planned)?))
            .filter(scene::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        let id = lease.generation.uuid();
        let of = generation::Entity::find_by_id(id).one(&transaction).await?.ok_or(StoreError::LeaseLost)?;
        if let Some(plan) = of.plan {
            // As it is now, not as it was when the stage began: several scenes may be described anew at a time.
            let plan: ScenePlan = from_json("a scene plan", plan)?;
            let mut scenes = plan.scenes().to_vec();
            if let Some(scene) = usize::try_from(row.position).ok().and_then(|at| scenes.get_mut(at)) {
                scene.visual_prompt = visual_prompt.to_owned();
            }
            let plan = ScenePlan::new(scenes, plan.crossfade())
                .map_err(|error| StoreError::corrupt("a scene plan", error))?;
            generation::Entity::update_many()
                .col_expr(generation::Column::Plan, Expr::value(to_json("a scene plan", &plan)?))
                .filter(generation::Column::Id.eq(id))
                .exec(&transaction)
                .await?;
        }
        set_route(&transaction, lease.generation, scene, route, Handle::Forgotten).await?;
        Ok(transaction.commit().await?)
    }

    /// Says something to whoever follows the video; what it is at is told by the next progress again.
    pub async fn tell(&self, lease: &Lease, what: &str) -> Result<(), StoreError> {
        let transaction = self.begin_fenced(lease).await?;
        generation::Entity::update_many()
            .col_expr(generation::Column::CurrentStep, Expr::value(what))
            .filter(generation::Column::Id.eq(lease.generation.uuid()))
            .exec(&transaction)
            .await?;
        events::append(&transaction, lease.generation).await?;
        self.commit_event(transaction, lease.user, lease.generation).await
    }
}

/// A user tries again: every model may be asked anew. One that may have been paid and has not said so stays the
/// one that is asked, unless it was called off.
pub(crate) async fn begin_anew(
    transaction: &DatabaseTransaction,
    job: &job::Model,
) -> Result<(), StoreError> {
    let rows = scene::Entity::find()
        .filter(scene::Column::GenerationId.eq(job.generation_id))
        .filter(scene::Column::Route.is_not_null())
        .all(transaction)
        .await?;
    for row in rows {
        let old = read(row.route)?;
        let asking = old.asking.filter(|_| job.state != CANCELLED);
        let route = Route { failed: Vec::new(), asking, refused: old.refused };
        scene::Entity::update_many()
            .col_expr(scene::Column::Route, Expr::value(to_json("a route", &route)?))
            .filter(scene::Column::Id.eq(row.id))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

pub(crate) fn read(json: Option<Value>) -> Result<Route, StoreError> {
    Ok(json.map(|json| from_json("a route", json)).transpose()?.unwrap_or_default())
}

async fn set_route(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
    scene: SceneId,
    route: &Route,
    handle: Handle,
) -> Result<(), StoreError> {
    let row = find(generation, scene).one(transaction).await?.ok_or(StoreError::LeaseLost)?;
    let mut update = scene::Entity::update_many()
        .col_expr(scene::Column::Route, Expr::value(to_json("a route", route)?))
        .filter(scene::Column::Id.eq(row.id));
    if handle != Handle::Stays {
        update = update.col_expr(scene::Column::Operation, Expr::value(None::<Value>));
    }
    if let (Handle::CalledOff, Some(operation)) = (handle, row.operation) {
        called_off::insert(transaction, operation).await?;
    }
    update.exec(transaction).await?;
    Ok(())
}

fn find(generation: GenerationId, scene: SceneId) -> Select<scene::Entity> {
    scene::Entity::find_by_id(scene.uuid()).filter(scene::Column::GenerationId.eq(generation.uuid()))
}
