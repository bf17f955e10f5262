//! The stages. Each takes the job first, and returns what the next one needs.

pub(crate) mod assemble;
pub(crate) mod clips;
pub(crate) mod finish;
pub(crate) mod narration;
pub(crate) mod planning;
pub(crate) mod provenance;
pub(crate) mod sketch;
pub(crate) mod soundtrack;
pub(crate) mod stitch;
