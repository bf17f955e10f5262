//! What an ad is called by its maker, and the link by which anybody may see it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{belongs_to, drop_tables, unique_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let title = Table::alter().table("generations").add_column(text_null("title")).to_owned();
        manager.alter_table(title).await?;
        manager
            .create_table(
                Table::create()
                    .table("share_links")
                    // Half of the link; the other half takes the installation's secret.
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .foreign_key(&mut belongs_to("share_links", "generation_id", "generations"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("share_links", &["generation_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["share_links"]).await?;
        manager.alter_table(Table::alter().table("generations").drop_column("title").to_owned()).await
    }
}
