use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub username: String,
    pub username_key: String,
    pub password_hash: String,
    pub email: Option<String>,
    pub total_generations: i64,
    pub total_cost: i64,
    pub stored_bytes: i64,
    pub month_cap: Option<i64>,
    pub created_at: DateTimeUtc,
    pub last_login: Option<DateTimeUtc>,
    pub leaving_since: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
