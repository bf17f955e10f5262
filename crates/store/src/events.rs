//! A generation's story, one row for each thing that its followers are to hear. An event is written
//! in the transaction that makes it true, under the lock of the generation's job, so that one
//! generation's events become visible in the order of their numbers.

use admint_domain::{GenerationId, GenerationStatus, ProgressEvent, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    Store, StoreError,
    entity::{generation, job_event},
    generations::{find_owned, owned},
    rows::{now, unsigned},
};

impl Store {
    /// The events after `seq` (0 for all), oldest first; nothing if the generation is not this user's.
    pub async fn events_after(
        &self,
        user: UserId,
        id: GenerationId,
        seq: i64,
    ) -> Result<Option<Vec<ProgressEvent>>, StoreError> {
        let rows = job_event::Entity::find()
            .filter(job_event::Column::GenerationId.in_subquery(owned(user, id)))
            .filter(job_event::Column::Seq.gt(seq))
            .order_by_asc(job_event::Column::Seq)
            .all(self.reader())
            .await?;
        if rows.is_empty() {
            let is_there = find_owned(user, id).one(self.reader()).await?.is_some();
            return Ok(is_there.then(Vec::new));
        }
        let mut events = rows.into_iter().map(event).collect::<Result<Vec<_>, _>>()?;
        // What is true now and not kept goes with the newest.
        if let Some(newest) = events.last_mut().filter(|newest| !newest.status.is_final())
            && let Some(row) = find_owned(user, id).one(self.reader()).await?
        {
            newest.ready_in_seconds = self.ready_in(row.id).await?;
            newest.scene_pictures = self.scene_pictures(&row).await?;
        }
        Ok(Some(events))
    }
}

/// Tells what the generation's row says now.
pub(crate) async fn append(
    transaction: &DatabaseTransaction,
    generation: GenerationId,
) -> Result<(), StoreError> {
    let row = generation::Entity::find_by_id(generation.uuid()).one(transaction).await?;
    let row = row.ok_or(StoreError::LeaseLost)?;
    job_event::Entity::insert(job_event::ActiveModel {
        generation_id: Set(row.id),
        at: Set(now()),
        status: Set(row.status),
        progress: Set(row.progress),
        current_step: Set(row.current_step),
        error_message: Set(row.error_message),
        ..Default::default()
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

fn event(row: job_event::Model) -> Result<ProgressEvent, StoreError> {
    Ok(ProgressEvent {
        seq: row.seq,
        at: row.at,
        status: row
            .status
            .parse::<GenerationStatus>()
            .map_err(|error| StoreError::corrupt("an event's status", error))?,
        progress: unsigned("an event's progress", row.progress)?,
        current_step: row.current_step,
        error: row.error_message,
        ready_in_seconds: None,
        scene_pictures: Vec::new(),
    })
}
