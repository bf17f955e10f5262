//! The gallery: videos that are deleted but can still be brought back, and an index for each order of the list.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

use crate::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What the list can be sorted by, as a column of its own that the database keeps itself: a price that nobody knows
/// and a length that is only asked for have their place in the order too.
const KEYS: [(&str, &str); 2] =
    [("length_key", "COALESCE(final_frames, target_seconds * 24)"), ("cost_key", "COALESCE(cost, -1)")];

/// The id decides between rows that are alike, so that pages never repeat or skip one. What follows it is read from
/// the index instead of the row: whether the video is deleted, and the status that the list is filtered by.
const ORDERS: [[&str; 5]; 3] = [
    ["user_id", "created_at", "id", "deleted_at", "status"],
    ["user_id", "length_key", "id", "deleted_at", "status"],
    ["user_id", "cost_key", "id", "deleted_at", "status"],
];

/// A shorter index that the first order's takes the place of, and two over everybody's videos, which a database may
/// take for the better way to one user's.
const REPLACED: [&[&str]; 3] = [&["user_id", "created_at", "id"], &["created_at"], &["status"]];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |column: ColumnDef| {
            manager.alter_table(Table::alter().table("generations").add_column(column).to_owned())
        };
        // Since when it is hidden. It goes for good when its time to be brought back is over.
        add(timestamp_with_time_zone_null("deleted_at")).await?;
        // SQLite can add a column only if it is worked out when it is read; its indexes keep it all the same.
        let is_stored = manager.get_database_backend() == DbBackend::Postgres;
        for (name, expression) in KEYS {
            add(big_integer_null(name).generated(Expr::cust(expression), is_stored).to_owned()).await?;
        }
        for columns in &ORDERS {
            manager.create_index(index("generations", columns)).await?;
        }
        manager.create_index(index("generations", &["deleted_at"])).await?;
        // A user's newest ends, whatever they were.
        manager.create_index(index("jobs", &["user_id", "ended_at"])).await?;
        // The newest of all that are finished say how long one takes.
        manager.create_index(index("generations", &["completed_at"])).await?;
        for columns in REPLACED {
            manager.drop_index(drop_index(columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Whoever reads without the column would see them again.
        let deleted = Query::delete()
            .from_table("generations")
            .and_where(Expr::col("deleted_at").is_not_null())
            .to_owned();
        manager.execute(deleted).await?;
        for columns in REPLACED {
            manager.create_index(index("generations", columns)).await?;
        }
        manager.drop_index(drop_index(&["completed_at"])).await?;
        manager.drop_index(Index::drop().name("ix_jobs_user_id_ended_at").table("jobs").to_owned()).await?;
        manager.drop_index(drop_index(&["deleted_at"])).await?;
        for columns in &ORDERS {
            manager.drop_index(drop_index(columns)).await?;
        }
        for (name, _) in KEYS.into_iter().rev() {
            manager.alter_table(Table::alter().table("generations").drop_column(name).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("generations").drop_column("deleted_at").to_owned()).await
    }
}

fn drop_index(columns: &[&'static str]) -> IndexDropStatement {
    Index::drop().name(format!("ix_generations_{}", columns.join("_"))).table("generations").to_owned()
}
