//! A place in a sorted list of generations, for pages that begin where another ended, whatever has come or gone in
//! between.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AppError, GenerationId};

/// The order of a list of generations. Those that are alike follow one another as their ids do: newest first, but for
/// the oldest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GenerationSort {
    #[default]
    Newest,
    Oldest,
    Longest,
    /// Those whose price is not known come last.
    Dearest,
}

impl GenerationSort {
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Longest, Self::Dearest];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Longest => "longest",
            Self::Dearest => "dearest",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }

    const fn letter(self) -> char {
        match self {
            Self::Newest => 'n',
            Self::Oldest => 'o',
            Self::Longest => 'l',
            Self::Dearest => 'd',
        }
    }
}

/// Which way a page lies from its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageDirection {
    Next,
    Previous,
}

/// The page after, or before, the row that has this key and id. For clients it is a text to be handed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub sort: GenerationSort,
    pub direction: PageDirection,
    /// What the list is sorted by: microseconds since 1970, frames, or micro-dollars (-1 for an unknown price).
    pub key: i64,
    pub id: GenerationId,
}

impl Cursor {
    /// Reads what an answer gave; it belongs to the order it was given for.
    pub fn parse(text: &str, sort: GenerationSort) -> Result<Self, AppError> {
        let read = || {
            let rest = text.strip_prefix(sort.letter())?;
            let (direction, rest) = match (rest.strip_prefix('a'), rest.strip_prefix('b')) {
                (Some(rest), _) => (PageDirection::Next, rest),
                (_, Some(rest)) => (PageDirection::Previous, rest),
                _ => return None,
            };
            let (key, id) = rest.split_at_checked(16)?;
            let is_hexadecimal = rest.len() == 48 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
            let key = u64::from_str_radix(key, 16).ok().filter(|_| is_hexadecimal)?;
            let id = GenerationId::from_uuid(Uuid::try_parse(id).ok()?);
            Some(Self { sort, direction, key: key.cast_signed(), id })
        };
        read().ok_or_else(|| {
            AppError::invalid(
                "cursor",
                "This is no cursor of such a list. Take `next` or `previous` of an answer with the same `sort`, \
                 or leave it out to begin at the first page.",
            )
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            PageDirection::Next => 'a',
            PageDirection::Previous => 'b',
        };
        let Self { sort, key, id, .. } = self;
        write!(f, "{}{direction}{key:016x}{}", sort.letter(), id.uuid().simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_read_again() {
        for sort in GenerationSort::ALL {
            assert_eq!(GenerationSort::parse(sort.as_str()), Some(sort));
            for (direction, key) in
                [(PageDirection::Next, i64::MAX), (PageDirection::Previous, -1), (PageDirection::Next, 0)]
            {
                let cursor = Cursor { sort, direction, key, id: GenerationId::from_uuid(Uuid::from_u128(7)) };
                assert_eq!(Cursor::parse(&cursor.to_string(), sort), Ok(cursor));
            }
        }
    }

    #[track_caller]
    fn check_bad(text: &str) {
        let error = Cursor::parse(text, GenerationSort::Newest).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("cursor"), "{text}");
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let good = format!("na{:048x}", 1);
        assert!(Cursor::parse(&good, GenerationSort::Newest).is_ok());
        check_bad("");
        check_bad("na");
        check_bad(&good[..49]);
        check_bad(&format!("{good}0"));
        check_bad(&good.replacen('n', "o", 1));
        check_bad(&good.replacen('a', "c", 1));
        check_bad(&format!("na+{:047x}", 1));
        check_bad(&format!("na{}é{:030x}", "0".repeat(16), 1));
        check_bad("1' OR '1'='1");
    }
}
