use std::fmt;

/// Names one purchase, from before it is made until its result is kept. Asked again under the same key, as after
/// a crash that lost the answer, a model gives what it gave before and bills it once.
///
/// Vendors call it an idempotency key; where a vendor knows none, the adapter has to find the earlier operation
/// by what it sent along with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// `name` is different for every purchase, and no secret.
    pub fn new(name: impl fmt::Display) -> Self {
        Self(name.to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
