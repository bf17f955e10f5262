use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "generation_pictures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub generation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub picture_id: Uuid,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
