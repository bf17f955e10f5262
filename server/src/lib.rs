//! AdMint's server: configuration, accounts, REST API, pages, files, and the commands around them.
//! What an ad is and how it is made is not known here.

pub mod accounts;
pub mod api;
pub mod assets;
pub mod auth;
pub mod cli;
mod conditional;
pub mod config;
mod guard;
mod headers;
pub mod health;
mod log;
mod models;
mod money;
pub mod pages;
mod queue;
mod ranges;
mod record;
mod router;
mod scenes;
mod services;
mod shared;
pub mod sharing;
mod shutdown;
pub mod state;
pub mod wiring;

pub use router::build_router;
