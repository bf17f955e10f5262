//! Who asks: passwords and how good they are, tokens, throttling, devices, and the middleware that puts the caller into
//! the request.

pub mod caller;
pub mod device;
pub mod passwords;
pub mod share_tokens;
pub mod strength;
pub mod throttle;
pub mod tokens;
