//! Sessions that one can tell apart, accounts that are being removed, and what stays of their spending.

use sea_orm_migration::{prelude::*, schema::*};

use crate::drop_tables;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |table: &'static str, column: ColumnDef| {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned())
        };
        // Null for sessions that were not used since there is this column.
        add("sessions", timestamp_with_time_zone_null("last_used_at").to_owned()).await?;
        // "Firefox on Linux", never the browser's own words.
        add("sessions", text("device").default("").to_owned()).await?;
        // Of whole networks only.
        add("sessions", text("network").default("").to_owned()).await?;
        // Since when the account is being removed: nobody can log in to it, and its name is free.
        add("users", timestamp_with_time_zone_null("leaving_since").to_owned()).await?;
        // What accounts that are gone had cost this installation, with nobody's name.
        let departed = Table::create()
            .table("departed_spending")
            .col(integer("year"))
            .col(integer("month"))
            .col(text("provider"))
            // Micro-dollars that were billed.
            .col(big_integer("settled").default(0))
            // How many bills nobody knows.
            .col(big_integer("unknown").default(0))
            .primary_key(Index::create().col("year").col("month").col("provider"))
            .to_owned();
        manager.create_table(departed).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["departed_spending"]).await?;
        for (table, column) in [
            ("users", "leaving_since"),
            ("sessions", "network"),
            ("sessions", "device"),
            ("sessions", "last_used_at"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
