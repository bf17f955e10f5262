//! What asking a vendor over HTTP takes, whoever the vendor is: one client with its limits, tries with growing
//! pauses, a pace that all who use the same account keep together, what errors say, and files that are streams.
//!
//! What a vendor's answers mean is the adapter's. Here nobody knows what an ad is, or a prediction.

mod fetch;
mod http;
mod pace;
mod retry;
mod text;

pub use http::Limits;
pub(crate) use http::{Http, Tries, Trouble, Vendor, client, is_same_place};
pub(crate) use pace::{Pace, Rate, Turn};
pub(crate) use retry::{BackOff, retry_after};
pub(crate) use text::{bounded, describe, hidden};
