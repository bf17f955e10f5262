//! What every repository needs: fresh keys, the time, and JSON in and out of rows.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::entity::prelude::Json;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::StoreError;

/// A key that sorts by age.
pub fn new_key() -> Uuid {
    Uuid::now_v7()
}

/// Now, to the microsecond: finer than that PostgreSQL does not keep.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

pub fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<Json, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::corrupt(what, error))
}

pub fn from_json<T: DeserializeOwned>(what: &'static str, json: Json) -> Result<T, StoreError> {
    serde_json::from_value(json).map_err(|error| StoreError::corrupt(what, error))
}

/// Counts and lengths are unsigned in the domain and signed in SQL.
pub fn unsigned<T: TryFrom<N>, N: Copy + ToString>(what: &'static str, number: N) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::corrupt(what, number.to_string()))
}
