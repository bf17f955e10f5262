//! An index for what a user deleted last, which the gallery asks for with every page: a database takes an index that
//! begins with the user for better than one of everybody's deletions, and looks through all of the user's videos.

use sea_orm_migration::prelude::*;

use crate::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Deleted videos are few and soon gone for good, so it is all but empty and costs other videos nothing.
        let of_deleted = index("generations", &["user_id", "deleted_at"])
            .and_where(Expr::col("deleted_at").is_not_null())
            .to_owned();
        manager.create_index(of_deleted).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "ix_generations_user_id_deleted_at";
        manager.drop_index(Index::drop().name(name).table("generations").to_owned()).await
    }
}
