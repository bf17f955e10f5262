//! Users, their sessions and refresh tokens, and failed log-ins.

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
                    .table("users")
                    .col(pk_uuid("id"))
                    .col(text("username"))
                    // What must be unique: the name in lower case.
                    .col(text("username_key"))
                    .col(text("password_hash"))
                    .col(text_null("email"))
                    .col(big_integer("total_generations").default(0))
                    // Micro-dollars.
                    .col(big_integer("total_cost").default(0))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("last_login"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("users", &["username_key"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(pk_uuid("id"))
                    .col(uuid("user_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    // When its newest refresh token ends.
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .foreign_key(&mut belongs_to("sessions", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sessions", &["user_id"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("refresh_tokens")
                    .col(pk_uuid("id"))
                    .col(uuid("session_id"))
                    // The token itself is never stored.
                    .col(text("hash"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("replaced_at"))
                    .foreign_key(&mut belongs_to("refresh_tokens", "session_id", "sessions"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique_index("refresh_tokens", &["hash"])).await?;
        manager.create_index(index("refresh_tokens", &["session_id"])).await?;

        manager
            .create_table(
                Table::create()
                    .table("login_failures")
                    .col(pk_uuid("id"))
                    // A user name or a network address, as the caller counts; names need not exist.
                    .col(text("subject"))
                    .col(timestamp_with_time_zone("at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("login_failures", &["subject", "at"])).await?;
        manager.create_index(index("login_failures", &["at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["login_failures", "refresh_tokens", "sessions", "users"]).await
    }
}
