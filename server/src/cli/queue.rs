//! `admint queue`: the operator's hand on the queue, whatever process serves it.

use std::process::ExitCode;

use admint_domain::GenerationId;
use anyhow::{Context, Result, bail};
use clap::Subcommand;

use crate::{config::Config, wiring};

#[derive(Subcommand)]
pub enum Action {
    /// Show how many videos wait, run and failed
    Status,
    /// Take nothing new up; what is under way goes on
    Pause,
    /// Go on after `pause`
    Resume,
    /// How many of one user's videos may be made at a time
    Limit {
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        most: u32,
    },
    /// Make a waiting video before those of lower priority; 0 is where all begin
    Priority {
        id: GenerationId,
        #[arg(allow_negative_numbers = true)]
        priority: i32,
    },
}

pub async fn run(config: &Config, action: Action) -> Result<ExitCode> {
    let store = wiring::connect(&config.database()).await?;
    store.migrate().await.context("cannot bring the database's schema up to date")?;
    match action {
        Action::Status => {}
        Action::Pause => store.pause_queue().await?,
        Action::Resume => store.resume_queue().await?,
        Action::Limit { most } => store.set_jobs_per_user(most).await?,
        Action::Priority { id, priority } => {
            if !store.set_priority(id, priority).await? {
                bail!("no video {id} waits in the queue");
            }
        }
    }
    let queue = store.queue_summary().await?;
    match queue.paused_at {
        Some(at) => println!("paused since {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
        None => println!("open"),
    }
    println!("waiting   {:>6}", queue.waiting);
    println!("running   {:>6}", queue.running);
    println!("failed    {:>6}", queue.failed);
    println!("at most {} of one user at a time", queue.per_user);
    Ok(ExitCode::SUCCESS)
}
