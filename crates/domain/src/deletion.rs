//! Deleting videos, one or several, and having second thoughts.

use serde::{Deserialize, Serialize};

use crate::{AppError, GenerationId};

/// As long a deletion can be undone, in seconds, as its maker is told.
pub const UNDO_SECONDS: u32 = 10;

/// As many videos can be chosen at a time.
pub const MAX_CHOSEN: usize = 100;

/// The videos that something is done with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChosenGenerations {
    /// 1-100.
    pub ids: Vec<GenerationId>,
}

impl ChosenGenerations {
    /// Each of them once, in the order given.
    pub fn validate(&self) -> Result<Vec<GenerationId>, AppError> {
        let mut chosen = Vec::new();
        for &id in &self.ids {
            if !chosen.contains(&id) {
                chosen.push(id);
            }
            if chosen.len() > MAX_CHOSEN {
                let message = format!("Choose at most {MAX_CHOSEN} videos at a time.");
                return Err(AppError::invalid("ids", message));
            }
        }
        if chosen.is_empty() {
            return Err(AppError::invalid("ids", "Choose at least one video."));
        }
        Ok(chosen)
    }
}

/// What became of a wish to delete several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deleted {
    /// They can be brought back for ten seconds.
    pub deleted: Vec<GenerationId>,
    /// Not there (any more), or not yours.
    pub not_found: Vec<GenerationId>,
}

/// What became of a wish to bring several back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Restored {
    pub restored: Vec<GenerationId>,
    /// Gone for good, or not yours.
    pub not_found: Vec<GenerationId>,
}

/// The last deletion of a user's, while it can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoable {
    /// What was deleted together.
    pub ids: Vec<GenerationId>,
    pub seconds_left: u32,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[track_caller]
    fn check(ids: impl IntoIterator<Item = u128>, expected: Result<usize, &str>) {
        let ids = ids.into_iter().map(|id| GenerationId::from_uuid(Uuid::from_u128(id))).collect();
        let chosen = ChosenGenerations { ids }.validate();
        let chosen = chosen.as_ref().map(Vec::len).map_err(|error| error.field.as_deref().unwrap());
        assert_eq!(chosen, expected);
    }

    #[test]
    fn from_one_to_a_hundred_each_of_them_once() {
        check([], Err("ids"));
        check([1, 2, 1, 2, 3], Ok(3));
        check(0..100, Ok(100));
        check((0..100).chain(0..100), Ok(100));
        check(0..101, Err("ids"));
    }
}
