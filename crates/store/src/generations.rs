//! Generations as their users see them.

use std::collections::HashMap;

use admint_domain::{
    AdSpec, Brief, Estimate, FRAME_RATE, Frames, Framework, GenerationId, GenerationStatus, GenerationView,
    PlannedScene, SceneView, Stage, Title, Usd, UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    AssetKind, Store, StoreError,
    assets::{at, belongs_to},
    complete::end_cancelled,
    entity::{asset, generation, generation_picture, job, scene},
    events,
    jobs::{QUEUED, RENDER, RUNNING},
    pictures,
    queue::{last_position, own_job},
    rows::{from_json, new_key, now, to_json, unsigned},
    search,
    work::options,
};

/// What became of a wish to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// Not there, or not this user's.
    NotFound,
    /// Completed, failed or cancelled already; it stays so.
    AlreadyEnded,
    /// Nobody worked on it; it is cancelled now.
    CancelledNow,
    /// Its worker has been told.
    Requested,
}

impl Store {
    /// Row, job, first event and its hold on its pictures, or nothing of them.
    pub async fn create_generation(&self, user: UserId, brief: &Brief) -> Result<GenerationId, StoreError> {
        self.create_estimated(user, brief, None).await
    }

    /// The same, with what it is to cost.
    pub async fn create_estimated(
        &self,
        user: UserId,
        brief: &Brief,
        estimate: Option<&Estimate>,
    ) -> Result<GenerationId, StoreError> {
        let (id, now) = (new_key(), now());
        let transaction = self.begin().await?;
        let position = last_position(&transaction, user.uuid()).await? + 1;
        generation::Entity::insert(generation::ActiveModel {
            id: Set(id),
            user_id: Set(user.uuid()),
            prompt: Set(brief.prompt.as_str().to_owned()),
            prompt_search: Set(search::fold(brief.prompt.as_str())),
            aspect_ratio: Set(brief.aspect.as_str().to_owned()),
            target_seconds: Set(brief.duration.seconds() as i32),
            final_frames: Set(None),
            seed: Set(i64::from(brief.seed)),
            status: Set(GenerationStatus::Queued.as_str().to_owned()),
            progress: Set(i32::from(Stage::Queued.progress())),
            current_step: Set(Stage::Queued.step()),
            spec: Set(None),
            plan: Set(None),
            framework: Set(None),
            framework_reason: Set(None),
            num_scenes: Set(0),
            generation_time_seconds: Set(None),
            cost: Set(Some(0)),
            booked: Set(0),
            error_message: Set(None),
            left_out: Set(None),
            estimate: Set(estimate.map(|estimate| to_json("an estimate", estimate)).transpose()?),
            options: Set(Some(to_json("options", &brief.options)?)),
            created_at: Set(now),
            completed_at: Set(None),
            revision: Set(1),
            shown_revision: Set(1),
            former_revision: Set(None),
            deleted_at: Set(None),
            title: Set(None),
        })
        .exec_without_returning(&transaction)
        .await?;
        job::Entity::insert(job::ActiveModel {
            id: Set(new_key()),
            generation_id: Set(id),
            user_id: Set(user.uuid()),
            kind: Set(RENDER.to_owned()),
            state: Set(QUEUED.to_owned()),
            priority: Set(0),
            position: Set(position),
            run_at: Set(now),
            attempt: Set(0),
            lease_owner: Set(None),
            lease_until: Set(None),
            fence: Set(0),
            cancel_requested: Set(false),
            last_error: Set(None),
            created_at: Set(now),
            ended_at: Set(None),
        })
        .exec_without_returning(&transaction)
        .await?;
        for picture in pictures::named_in(&brief.options) {
            generation_picture::Entity::insert(generation_picture::ActiveModel {
                generation_id: Set(id),
                picture_id: Set(picture),
            })
            .exec_without_returning(&transaction)
            .await?;
        }
        let id = GenerationId::from_uuid(id);
        events::append(&transaction, id).await?;
        self.commit_job(transaction, user, id).await?;
        Ok(id)
    }

    /// With its scenes.
    pub async fn generation_view(
        &self,
        user: UserId,
        id: GenerationId,
    ) -> Result<Option<GenerationView>, StoreError> {
        let Some(row) = find_owned(user, id).one(self.reader()).await? else { return Ok(None) };
        let scenes = scene::Entity::find()
            .filter(scene::Column::GenerationId.in_subquery(owned(user, id)))
            .order_by_asc(scene::Column::Position)
            .all(self.reader())
            .await?;
        let kinds = [AssetKind::Clip, AssetKind::Still, AssetKind::Sketch].map(AssetKind::as_str);
        let made = asset::Entity::find()
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(asset::Column::Kind.is_in(kinds))
            .filter(at(row.shown_revision))
            .order_by_asc(asset::Column::Id)
            .all(self.reader())
            .await?;
        let (clips, pictures): (Vec<_>, Vec<_>) =
            made.into_iter().partition(|asset| asset.kind == AssetKind::Clip.as_str());
        let mut makers: HashMap<_, _> = clips.into_iter().map(|clip| (clip.scene_id, clip.made_by)).collect();
        let scenes = scenes.into_iter().map(|scene| {
            let made_by = makers.remove(&Some(scene.id)).flatten();
            let has_picture = pictures.iter().any(|picture| picture.scene_id == Some(scene.id));
            scene_view(id, scene, made_by, has_picture)
        });
        let scenes = scenes.collect::<Result<_, _>>()?;
        let mut files = self.shown_files(std::slice::from_ref(&row)).await?;
        let files = files.remove(&row.id).unwrap_or_default();
        let ready_in_seconds = self.ready_in(row.id).await?;
        Ok(Some(GenerationView { ready_in_seconds, ..view(row, files, scenes)? }))
    }

    /// Calls the ad otherwise, or by its prompt; it is found by either. `false` if it is not this user's.
    pub async fn rename(
        &self,
        user: UserId,
        id: GenerationId,
        title: Option<&Title>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let Some(row) = find_owned(user, id).one(&transaction).await? else {
            transaction.rollback().await?;
            return Ok(false);
        };
        // On two lines, and nobody searches for a line break: no part of both at once is found.
        let searched = match title {
            Some(title) => search::fold(&format!("{title}\n{}", row.prompt)),
            None => search::fold(&row.prompt),
        };
        generation::Entity::update_many()
            .col_expr(generation::Column::Title, Expr::value(title.map(Title::to_string)))
            .col_expr(generation::Column::PromptSearch, Expr::value(searched))
            .filter(generation::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The scenes, counted from 0, of which there is a picture of the revision that pages show.
    pub(crate) async fn scene_pictures(&self, row: &generation::Model) -> Result<Vec<u32>, StoreError> {
        let pictures: Vec<Option<Uuid>> = asset::Entity::find()
            .select_only()
            .column(asset::Column::SceneId)
            .filter(asset::Column::GenerationId.eq(row.id))
            .filter(asset::Column::Kind.is_in([AssetKind::Still, AssetKind::Sketch].map(AssetKind::as_str)))
            .filter(at(row.shown_revision))
            .into_tuple()
            .all(self.reader())
            .await?;
        let scenes: Vec<(Uuid, i32)> = scene::Entity::find()
            .select_only()
            .column(scene::Column::Id)
            .column(scene::Column::Position)
            .filter(scene::Column::GenerationId.eq(row.id))
            .order_by_asc(scene::Column::Position)
            .into_tuple()
            .all(self.reader())
            .await?;
        let drawn = scenes.into_iter().filter(|(scene, _)| pictures.contains(&Some(*scene)));
        drawn.map(|(_, position)| unsigned("a scene's position", position)).collect()
    }

    pub async fn request_cancel(&self, user: UserId, id: GenerationId) -> Result<CancelOutcome, StoreError> {
        let transaction = self.begin().await?;
        let Some(job) = own_job(&transaction, user, id).await? else { return Ok(CancelOutcome::NotFound) };
        let abandoned = job.lease_until.is_some_and(|until| until < now());
        if job.state == QUEUED || (job.state == RUNNING && abandoned) {
            // A worker that comes back finds the job no longer running, and its writes refused.
            end_cancelled(&transaction, &job).await?;
            self.commit_event(transaction, user, id).await?;
            self.wake_the_caller();
            return Ok(CancelOutcome::CancelledNow);
        }
        if job.state != RUNNING {
            transaction.rollback().await?;
            return Ok(CancelOutcome::AlreadyEnded);
        }
        job::Entity::update_many()
            .col_expr(job::Column::CancelRequested, Expr::value(true))
            .filter(job::Column::Id.eq(job.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(CancelOutcome::Requested)
    }

    /// Which of the files that pages show exist.
    pub(crate) async fn shown_files(
        &self,
        generations: &[generation::Model],
    ) -> Result<HashMap<Uuid, ShownFiles>, StoreError> {
        let shown: HashMap<Uuid, i32> = generations.iter().map(|row| (row.id, row.shown_revision)).collect();
        let rows = asset::Entity::find()
            .filter(asset::Column::GenerationId.is_in(shown.keys().copied()))
            .filter(asset::Column::Kind.is_in(SHOWN.map(AssetKind::as_str)))
            .all(self.reader())
            .await?;
        let mut files = HashMap::<Uuid, ShownFiles>::new();
        let is_shown =
            |row: &asset::Model| shown.get(&row.generation_id).is_some_and(|&shown| belongs_to(row, shown));
        for row in rows.into_iter().filter(is_shown) {
            let entry = files.entry(row.generation_id).or_default();
            match row.kind.parse::<AssetKind>()? {
                AssetKind::Video => entry.video = true,
                AssetKind::Preview => entry.preview = Some(version_of(&row.sha256)),
                AssetKind::Card => entry.card = Some(version_of(&row.sha256)),
                _ => entry.thumbnail = true,
            }
        }
        Ok(files)
    }
}

/// The files that pages show.
const SHOWN: [AssetKind; 4] = [AssetKind::Video, AssetKind::Thumbnail, AssetKind::Preview, AssetKind::Card];

#[derive(Clone, Default)]
pub(crate) struct ShownFiles {
    video: bool,
    thumbnail: bool,
    /// Which of its versions.
    preview: Option<String>,
    card: Option<String>,
}

/// Enough of a file's hash to tell it from what it was before a change. An address with it in it never gets other
/// content, so browsers keep what they got.
fn version_of(sha256: &str) -> String {
    sha256.chars().take(12).collect()
}

/// The generation, if it is this user's and not deleted.
pub(crate) fn find_owned(user: UserId, id: GenerationId) -> Select<generation::Entity> {
    find_shown(id).filter(generation::Column::UserId.eq(user.uuid()))
}

/// The generation, whosever it is, if its maker sees it: it is not deleted.
pub(crate) fn find_shown(id: GenerationId) -> Select<generation::Entity> {
    generation::Entity::find_by_id(id.uuid()).filter(generation::Column::DeletedAt.is_null())
}

/// The generation's key, if it is this user's and not deleted: for conditions on rows that hang on it.
pub(crate) fn owned(user: UserId, id: GenerationId) -> SelectStatement {
    Query::select()
        .column(generation::Column::Id)
        .from(generation::Entity)
        .and_where(generation::Column::Id.eq(id.uuid()))
        .and_where(generation::Column::UserId.eq(user.uuid()))
        .and_where(generation::Column::DeletedAt.is_null())
        .to_owned()
}

pub(crate) fn view(
    row: generation::Model,
    files: ShownFiles,
    scenes: Vec<SceneView>,
) -> Result<GenerationView, StoreError> {
    let id = GenerationId::from_uuid(row.id);
    let length = match row.final_frames {
        Some(frames) => Frames(unsigned("a video's length", frames)?),
        None => Frames(unsigned::<u32, _>("a length", row.target_seconds)? * FRAME_RATE),
    };
    let wishes = options(&row)?;
    let spec: Option<AdSpec> = row.spec.map(|json| from_json("a specification", json)).transpose()?;
    Ok(GenerationView {
        id,
        title: row.title,
        prompt: row.prompt,
        status: row.status.parse().map_err(|error| StoreError::corrupt("a status", error))?,
        progress: unsigned("progress", row.progress)?,
        current_step: row.current_step,
        ready_in_seconds: None,
        framework: row.framework.as_deref().map(framework).transpose()?,
        framework_reason: row.framework_reason,
        num_scenes: unsigned("a number of scenes", row.num_scenes)?,
        scenes,
        duration_seconds: length.seconds(),
        aspect_ratio: row
            .aspect_ratio
            .parse()
            .map_err(|error| StoreError::corrupt("a picture's shape", error))?,
        seed: unsigned("a seed", row.seed)?,
        art_direction: spec.map(|spec| spec.direction).or(wishes.art_direction),
        photo: wishes.photo.map(|photo| photo.id),
        logo: wishes.logo,
        voice: wishes.voice,
        captions: wishes.captions,
        model: wishes.model,
        animatic: wishes.animatic,
        max_cost_usd: wishes.max_cost,
        cost_usd: row.cost.map(Usd::from_micros),
        error: row.error_message.map(|error| {
            let is_change = row.completed_at.is_some() && row.status == GenerationStatus::Failed.as_str();
            match is_change {
                true => format!("The last change failed, and the ad is as it was. {error}"),
                false => error,
            }
        }),
        left_out: row
            .left_out
            .map(|json| from_json("what was left out", json))
            .transpose()?
            .unwrap_or_default(),
        video_url: files.video.then(|| format!("/api/generations/{id}/video")),
        thumbnail_url: files.thumbnail.then(|| format!("/api/generations/{id}/thumbnail")),
        preview_url: files.preview.map(|version| format!("/api/generations/{id}/preview?v={version}")),
        card_url: files.card.map(|version| format!("/api/generations/{id}/card?v={version}")),
        created_at: row.created_at,
        completed_at: row.completed_at,
    })
}

fn scene_view(
    id: GenerationId,
    row: scene::Model,
    made_by: Option<String>,
    has_picture: bool,
) -> Result<SceneView, StoreError> {
    let planned: PlannedScene = from_json("a scene", row.planned)?;
    let index = unsigned("a scene's position", row.position)?;
    Ok(SceneView {
        index,
        role: planned.role,
        layout: planned.layout,
        visual_prompt: planned.visual_prompt,
        texts: planned.overlays.into_iter().map(|overlay| overlay.text).collect(),
        duration_seconds: planned.length.seconds(),
        made_by,
        still_url: has_picture.then(|| format!("/api/generations/{id}/scenes/{index}/still")),
    })
}

fn framework(text: &str) -> Result<Framework, StoreError> {
    [Framework::Pas, Framework::Bab, Framework::Aida]
        .into_iter()
        .find(|framework| framework.as_str() == text)
        .ok_or_else(|| StoreError::corrupt("a framework", text))
}
