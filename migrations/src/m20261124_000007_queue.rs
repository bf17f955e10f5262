//! The queue's fairness, the story of each attempt, and a switch to stop it all.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{belongs_to, drop_tables, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Among one user's jobs of the same priority; lower goes first.
        let position = big_integer("position").default(0).to_owned();
        manager.alter_table(Table::alter().table("jobs").add_column(position).to_owned()).await?;
        manager.create_index(index("jobs", &["user_id", "state", "priority", "position", "id"])).await?;

        // How much of the generation's cost is in its user's total already.
        let booked = big_integer("booked").default(0).to_owned();
        manager.alter_table(Table::alter().table("generations").add_column(booked).to_owned()).await?;
        let db = manager.get_connection();
        db.execute_unprepared(
            "UPDATE generations SET booked = cost WHERE cost IS NOT NULL \
             AND status IN ('completed', 'failed', 'cancelled')",
        )
        .await?;

        // Whose turn it is: who was served longest ago has the lowest number.
        manager
            .create_table(
                Table::create()
                    .table("queue_turns")
                    .col(pk_uuid("user_id"))
                    .col(big_integer("turn").default(0))
                    .foreign_key(&mut belongs_to("queue_turns", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("queue_turns", &["turn"])).await?;
        db.execute_unprepared("INSERT INTO queue_turns (user_id, turn) SELECT id, 0 FROM users").await?;

        manager
            .create_table(
                Table::create()
                    .table("job_attempts")
                    .col(pk_uuid("id"))
                    .col(uuid("job_id"))
                    // The fence it was taken up under.
                    .col(big_integer("fence"))
                    .col(text("worker"))
                    .col(timestamp_with_time_zone("started_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    // done, again, failed, cancelled, handed_back or vanished.
                    .col(text_null("outcome"))
                    .col(text_null("reason"))
                    .foreign_key(&mut belongs_to("job_attempts", "job_id", "jobs"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("job_attempts", &["job_id", "fence"])).await?;

        // One row.
        manager
            .create_table(
                Table::create()
                    .table("queue_state")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(timestamp_with_time_zone_null("paused_at"))
                    // How many of one user's jobs may run at a time.
                    .col(integer("per_user").default(4))
                    .to_owned(),
            )
            .await?;
        db.execute_unprepared("INSERT INTO queue_state (id) VALUES (1)").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["queue_state", "job_attempts", "queue_turns"]).await?;
        manager.alter_table(Table::alter().table("generations").drop_column("booked").to_owned()).await?;
        let index = Index::drop().name("ix_jobs_user_id_state_priority_position_id").table("jobs").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("jobs").drop_column("position").to_owned()).await
    }
}
