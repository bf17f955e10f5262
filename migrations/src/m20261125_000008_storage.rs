//! How much each user's files take.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The sum of what the user's assets and pictures say, changed together with them.
        let stored = big_integer("stored_bytes").default(0).to_owned();
        manager.alter_table(Table::alter().table("users").add_column(stored).to_owned()).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE users SET stored_bytes = \
                 (SELECT COALESCE(SUM(assets.bytes), 0) FROM assets \
                  JOIN generations ON generations.id = assets.generation_id \
                  WHERE generations.user_id = users.id) + \
                 (SELECT COALESCE(SUM(pictures.bytes), 0) FROM pictures WHERE pictures.user_id = users.id)",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").drop_column("stored_bytes").to_owned()).await
    }
}
