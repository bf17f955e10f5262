//! `admint worker`: makes videos for a server elsewhere that shares database and folder.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{config::Config, shutdown, wiring};

pub async fn run(config: Config) -> Result<ExitCode> {
    if config.workers == 0 {
        bail!("a worker with `workers` 0 would do nothing; set ADMINT_WORKERS to 1 or more");
    }
    let shutdown = shutdown::on_signal();
    let rooms = wiring::open(&config).await?;
    if let Err(reason) = &rooms.ffmpeg {
        bail!("videos cannot be made: {reason}");
    }
    tracing::info!(workers = config.workers, "working");
    rooms.pipeline.clone().run_workers(config.workers, shutdown).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
