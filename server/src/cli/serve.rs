//! `admint serve`: pages, API and workers in one process.

use std::{future::IntoFuture, net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::{build_router, config::Config, shutdown, wiring};

/// How long open downloads and running jobs may take to end.
const FAREWELL: Duration = Duration::from_secs(20);

pub async fn run(config: Config) -> Result<ExitCode> {
    let shutdown = shutdown::on_signal();
    let rooms = wiring::open_to_serve(&config).await?;
    if let Err(reason) = &rooms.ffmpeg {
        tracing::warn!("videos cannot be made: {reason}");
    }
    let workers = config.workers;
    let state = wiring::state(config, &rooms, shutdown.clone())?;
    if !state.bundle.is_there() {
        tracing::warn!("the pages have no scripts and no style; `cargo xtask web` makes them");
    }

    let asked_for = state.config.listen;
    let listener = TcpListener::bind(asked_for).await.with_context(|| {
        format!("cannot listen on {asked_for}; is AdMint running already? ADMINT_LISTEN sets another address")
    })?;
    let listening = listener.local_addr().context("cannot tell the listening address")?;
    let address = state.config.address(listening);
    // Small answers, such as events, leave at once.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "cannot set nodelay");
        }
    });

    let working = tokio::spawn(rooms.pipeline.clone().run_workers(workers, shutdown.clone()));
    let router = build_router(state).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.clone().cancelled_owned())
        .into_future();
    let serving = tokio::spawn(serving);
    println!("AdMint is at {address}");
    tracing::info!(%listening, workers, "serving");

    shutdown.cancelled().await;
    let farewell = async {
        let served = serving.await.context("the server ended")?;
        working.await.context("a worker ended")?;
        served.context("the server failed")
    };
    match tokio::time::timeout(FAREWELL, farewell).await {
        Ok(result) => result?,
        Err(_) => tracing::warn!("some connections or jobs did not end in time"),
    }
    if let Err(error) = rooms.store.close().await {
        tracing::warn!(%error, "the database did not close");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
