use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "scenes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub generation_id: Uuid,
    pub position: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub planned: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub operation: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub route: Option<Json>,
    pub take: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
