use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "revisions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub generation_id: Uuid,
    pub number: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub plan: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub options: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub scenes: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub left_out: Option<Json>,
    pub timeline_revision: i32,
    pub final_frames: Option<i32>,
    pub completed_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
