use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "assets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub generation_id: Uuid,
    pub scene_id: Option<Uuid>,
    pub kind: String,
    pub key: String,
    pub bytes: i64,
    pub sha256: String,
    pub content_type: String,
    pub frames: Option<i32>,
    pub created_at: DateTimeUtc,
    pub made_by: Option<String>,
    pub revision: i32,
    pub until_revision: Option<i32>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
