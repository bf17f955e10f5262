//! Money before the click: estimates, and what each user wants to spend at most.

use sea_orm_migration::{prelude::*, schema::*};

use crate::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |table: &'static str, column: ColumnDef| {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned())
        };
        // As it was made before the click; null for ads from before there were estimates.
        add("generations", json_binary_null("estimate").to_owned()).await?;
        // Micro-dollars that the user wants to spend in a month; null is no limit of the user's own.
        add("users", big_integer_null("month_cap").to_owned()).await?;
        // Its video was cancelled or deleted while it was under way, and it is booked all the same.
        add("ledger", boolean("called_off").default(false).to_owned()).await?;
        manager.create_index(index("ledger", &["provider", "created_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("ix_ledger_provider_created_at").table("ledger").to_owned())
            .await?;
        for (table, column) in [("ledger", "called_off"), ("users", "month_cap"), ("generations", "estimate")]
        {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
