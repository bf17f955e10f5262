//! The log goes to standard error, so that standard output stays for answers.

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};

/// Talkative libraries, quietened unless the filter names them.
const QUIET: &str = "sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn";

/// Starts the log with the configured filter, or with `level` if none is configured.
pub fn start(config: &Config, level: &str) -> Result<()> {
    let wanted = config.log.as_deref().unwrap_or(level);
    // What comes later in a filter overrides what comes before.
    let filter = EnvFilter::try_new(format!("{QUIET},{wanted}"))
        .with_context(|| format!("ADMINT_LOG: `{wanted}` is no filter; try info, or warn,server=debug"))?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.log_format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(std::io::stderr)).try_init(),
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init(),
    }
    .context("cannot start the log")
}
