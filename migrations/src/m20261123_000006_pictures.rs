//! Photos and logos that makers bring along, which ads use them, and what an ad had to leave out.

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
                    .table("pictures")
                    .col(pk_uuid("id"))
                    .col(uuid("user_id"))
                    .col(text("role"))
                    // Where the asset store keeps the file, always a PNG.
                    .col(text("key"))
                    .col(big_integer("bytes"))
                    .col(text("sha256"))
                    .col(integer("width"))
                    .col(integer("height"))
                    .col(boolean("framed"))
                    .col(text("note"))
                    .col(json_binary("colors"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut belongs_to("pictures", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("pictures", &["user_id", "created_at"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("generation_pictures")
                    .col(uuid("generation_id"))
                    .col(uuid("picture_id"))
                    .primary_key(Index::create().col("generation_id").col("picture_id"))
                    .foreign_key(&mut belongs_to("generation_pictures", "generation_id", "generations"))
                    // A picture that an ad uses cannot be removed.
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_generation_pictures_picture_id")
                            .from("generation_pictures", "picture_id")
                            .to("pictures", "id")
                            .on_delete(ForeignKeyAction::NoAction),
                    )
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("generation_pictures", &["picture_id"])).await?;

        let left_out = json_binary_null("left_out");
        manager.alter_table(Table::alter().table("generations").add_column(left_out).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("generations").drop_column("left_out").to_owned()).await?;
        drop_tables(manager, &["generation_pictures", "pictures"]).await
    }
}
