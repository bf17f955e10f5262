//! Money: one row for each operation that may cost something.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{belongs_to, drop_tables, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("ledger")
                    .col(pk_uuid("id"))
                    .col(uuid("user_id"))
                    // Money that was spent stays spent: deleting a video empties this and keeps the row.
                    .col(uuid_null("generation_id"))
                    // No foreign key, for the same reason.
                    .col(uuid_null("scene_id"))
                    .col(text("provider"))
                    .col(text("operation"))
                    // Micro-dollars expected; null is an unknown price.
                    .col(big_integer_null("reserved"))
                    // Micro-dollars billed; null is unknown, or not settled yet.
                    .col(big_integer_null("settled"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("settled_at"))
                    .foreign_key(&mut belongs_to("ledger", "user_id", "users"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_ledger_generation_id")
                            .from("ledger", "generation_id")
                            .to("generations", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("ledger", &["generation_id"])).await?;
        manager.create_index(index("ledger", &["user_id", "created_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["ledger"]).await
    }
}
