use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
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
