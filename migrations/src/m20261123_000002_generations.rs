//! Generations and what they are made of: scenes, assets, timelines and their revisions.

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
                    .table("generations")
                    .col(pk_uuid("id"))
                    .col(uuid("user_id"))
                    .col(text("prompt"))
                    // The prompt as search sees it: SQLite's own lower case knows only ASCII.
                    .col(text("prompt_search"))
                    .col(text("aspect_ratio"))
                    .col(integer("target_seconds"))
                    // The finished video's length.
                    .col(integer_null("final_frames"))
                    .col(big_integer("seed"))
                    .col(text("status"))
                    .col(integer("progress").default(0))
                    .col(text("current_step"))
                    .col(json_binary_null("spec"))
                    .col(json_binary_null("plan"))
                    .col(text_null("framework"))
                    .col(text_null("framework_reason"))
                    .col(integer("num_scenes").default(0))
                    .col(double_null("generation_time_seconds"))
                    // Micro-dollars booked so far; null while the ledger holds an unknown price.
                    .col(big_integer_null("cost").default(0))
                    .col(text_null("error_message"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("completed_at"))
                    .foreign_key(&mut belongs_to("generations", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        // A user's list, newest first. The id decides between rows of the same instant, so that pages
        // never repeat or skip one. As an index that begins with user_id it serves the foreign key too.
        manager.create_index(index("generations", &["user_id", "created_at", "id"])).await?;
        manager.create_index(index("generations", &["status"])).await?;
        manager.create_index(index("generations", &["created_at"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("scenes")
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    // From 0.
                    .col(integer("position"))
                    .col(json_binary("planned"))
                    // The provider's handle, stored before the first poll.
                    .col(json_binary_null("operation"))
                    .foreign_key(&mut belongs_to("scenes", "generation_id", "generations"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("scenes", &["generation_id", "position"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("assets")
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    .col(uuid_null("scene_id"))
                    .col(text("kind"))
                    // Where the asset store keeps the file.
                    .col(text("key"))
                    .col(big_integer("bytes"))
                    .col(text("sha256"))
                    .col(text("content_type"))
                    .col(integer_null("frames"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut belongs_to("assets", "generation_id", "generations"))
                    .foreign_key(&mut belongs_to("assets", "scene_id", "scenes"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("assets", &["generation_id", "kind"])).await?;
        manager.create_index(index("assets", &["scene_id"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("timelines")
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    .col(integer("current_revision"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut belongs_to("timelines", "generation_id", "generations"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("timelines", &["generation_id"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("timeline_revisions")
                    .col(pk_uuid("id"))
                    .col(uuid("timeline_id"))
                    // From 1.
                    .col(integer("revision"))
                    .col(json_binary("document"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut belongs_to("timeline_revisions", "timeline_id", "timelines"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("timeline_revisions", &["timeline_id", "revision"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["timeline_revisions", "timelines", "assets", "scenes", "generations"]).await
    }
}
