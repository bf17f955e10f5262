use std::{fmt, time::SystemTime};

/// Names one purchase, from before it is made until its result is kept. Asked again under the same key, as after
/// a crash that lost the answer, a model gives what it gave before and bills it once.
///
/// Vendors call it an idempotency key; where a vendor knows none, the adapter has to find the earlier operation
/// by what it sent along with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    name: String,
    asked_since: Option<SystemTime>,
}

impl IdempotencyKey {
    /// `name` is different for every purchase, and no secret.
    pub fn new(name: impl fmt::Display) -> Self {
        Self { name: name.to_string(), asked_since: None }
    }

    /// The same purchase, which may have been asked for already, at `since` or later: whoever asks took it up from
    /// somebody else, or from its own past before a restart.
    #[must_use]
    pub fn asked_since(self, since: impl Into<Option<SystemTime>>) -> Self {
        Self { asked_since: since.into(), ..self }
    }

    /// From when on an answer may have got lost; none for a purchase that nobody has asked for.
    pub fn may_have_been_asked_since(&self) -> Option<SystemTime> {
        self.asked_since
    }

    pub fn as_str(&self) -> &str {
        &self.name
    }
}
