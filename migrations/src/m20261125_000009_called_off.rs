//! Operations that nobody waits for any more and whose providers have not been told yet.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{drop_tables, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // It points at no generation: that may be what was deleted.
        manager
            .create_table(
                Table::create()
                    .table("called_off_operations")
                    .col(pk_uuid("id"))
                    .col(json_binary("operation"))
                    .col(integer("attempts").default(0))
                    .col(timestamp_with_time_zone("run_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("called_off_operations", &["run_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["called_off_operations"]).await
    }
}
