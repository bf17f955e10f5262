//! Who asks: passwords, tokens, throttling, and the middleware that puts the caller into the request.

pub mod caller;
pub mod passwords;
pub mod share_tokens;
pub mod throttle;
pub mod tokens;
