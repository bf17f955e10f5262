//! Which models were asked for a scene, which of them made its clip, and which are not asked for a while.

use sea_orm_migration::{prelude::*, schema::*};

use crate::drop_tables;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let route = json_binary_null("route");
        manager.alter_table(Table::alter().table("scenes").add_column(route).to_owned()).await?;
        let made_by = string_null("made_by");
        manager.alter_table(Table::alter().table("assets").add_column(made_by).to_owned()).await?;
        let resting = Table::create()
            .table("resting_models")
            .col(string("model").primary_key())
            .col(timestamp_with_time_zone("until"))
            .col(string("reason"))
            .to_owned();
        manager.create_table(resting).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["resting_models"]).await?;
        manager.alter_table(Table::alter().table("assets").drop_column("made_by").to_owned()).await?;
        manager.alter_table(Table::alter().table("scenes").drop_column("route").to_owned()).await
    }
}
