//! Revisions of a finished ad: which of its files belong to which, what it was before its last change, and how
//! often each scene was made.

use sea_orm_migration::{prelude::*, schema::*};

use crate::{belongs_to, drop_tables, unique_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Table, column, and whether it may be null; every one is a whole number.
const COLUMNS: [(&str, &str); 7] = [
    // The one that is worked on, or the newest that is complete.
    ("generations", "revision"),
    // The one that its maker sees.
    ("generations", "shown_revision"),
    // The one that the last change can be undone to.
    ("generations", "former_revision"),
    // A file belongs to the revisions from the first to before the second, which is none for the newest.
    ("assets", "revision"),
    ("assets", "until_revision"),
    // How often the scene was made again.
    ("scenes", "take"),
    // The ad's revision that the document was laid out for.
    ("timeline_revisions", "ad_revision"),
];

fn column(name: &'static str) -> ColumnDef {
    match name {
        "former_revision" | "until_revision" => integer_null(name),
        "take" => integer(name).default(0).to_owned(),
        _ => integer(name).default(1).to_owned(),
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in COLUMNS {
            let add = Table::alter().table(table).add_column(column(name)).to_owned();
            manager.alter_table(add).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("revisions")
                    .col(pk_uuid("id"))
                    .col(uuid("generation_id"))
                    .col(integer("number"))
                    .col(json_binary("plan"))
                    .col(json_binary_null("options"))
                    // The rows of its scenes.
                    .col(json_binary("scenes"))
                    .col(json_binary_null("left_out"))
                    .col(integer("timeline_revision"))
                    .col(integer_null("final_frames"))
                    .col(timestamp_with_time_zone("completed_at"))
                    .foreign_key(&mut belongs_to("revisions", "generation_id", "generations"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("revisions", &["generation_id", "number"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["revisions"]).await?;
        // Without the column, what was set aside would be taken for what is shown.
        let set_aside = Query::delete()
            .from_table("assets")
            .and_where(Expr::col("until_revision").is_not_null())
            .to_owned();
        manager.execute(set_aside).await?;
        for (table, name) in COLUMNS.into_iter().rev() {
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}
