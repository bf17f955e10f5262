//! Work to be done, who has it in hand, and the story it leaves behind.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{belongs_to, drop_tables, index, unique_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("jobs")
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    .col(uuid("user_id"))
                    .col(text("kind"))
                    // queued, running, done, failed or cancelled.
                    .col(text("state"))
                    // Higher goes first.
                    .col(integer("priority").default(0))
                    .col(timestamp_with_time_zone("run_at"))
                    // How often it was taken up.
                    .col(integer("attempt").default(0))
                    .col(text_null("lease_owner"))
                    .col(timestamp_with_time_zone_null("lease_until"))
                    // Rises with every claim; a write that carries an older one is refused.
                    .col(big_integer("fence").default(0))
                    .col(boolean("cancel_requested").default(false))
                    .col(text_null("last_error"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .foreign_key(&mut belongs_to("jobs", "generation_id", "generations"))
                    .foreign_key(&mut belongs_to("jobs", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        // The claim: the queue in its order, and leases that ran out.
        manager.create_index(index("jobs", &["state", "priority", "run_at", "id"])).await?;
        manager.create_index(index("jobs", &["state", "lease_until"])).await?;
        // One job of a kind for each generation.
        manager.create_index(unique_index("jobs", &["generation_id", "kind"])).await?;
        manager.create_index(index("jobs", &["user_id", "state"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("job_events")
                    // The server-sent event's id.
                    .col(big_pk_auto("seq"))
                    .col(uuid("generation_id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(text("status"))
                    .col(integer("progress"))
                    .col(text("current_step"))
                    .col(text_null("error_message"))
                    .foreign_key(&mut belongs_to("job_events", "generation_id", "generations"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("job_events", &["generation_id", "seq"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["job_events", "jobs"]).await
    }
}
