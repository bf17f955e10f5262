use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "generations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub prompt: String,
    pub prompt_search: String,
    pub aspect_ratio: String,
    pub target_seconds: i32,
    pub final_frames: Option<i32>,
    pub seed: i64,
    pub status: String,
    pub progress: i32,
    pub current_step: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub spec: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub plan: Option<Json>,
    pub framework: Option<String>,
    pub framework_reason: Option<String>,
    pub num_scenes: i32,
    pub generation_time_seconds: Option<f64>,
    pub cost: Option<i64>,
    pub booked: i64,
    pub error_message: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub options: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub left_out: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub estimate: Option<Json>,
    pub created_at: DateTimeUtc,
    pub completed_at: Option<DateTimeUtc>,
    pub revision: i32,
    pub shown_revision: i32,
    pub former_revision: Option<i32>,
    pub title: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
