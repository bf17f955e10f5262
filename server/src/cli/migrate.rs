//! `admint migrate`: the database's schema.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::{config::Config, wiring};

#[derive(Args)]
pub struct Arguments {
    #[arg(value_enum, default_value_t = Direction::Up)]
    direction: Direction,
    /// Really remove every table and everything in them (for `down`)
    #[arg(long)]
    yes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// Bring the schema up to date; `serve` does so by itself
    Up,
    /// Remove every table, and everything in them
    Down,
    /// Show which steps are done
    Status,
}

pub async fn run(config: &Config, arguments: &Arguments) -> Result<ExitCode> {
    config.data_folder().ensure()?;
    let store = wiring::connect(&config.database()).await?;
    match arguments.direction {
        Direction::Up => store.migrate().await.context("cannot bring the schema up to date")?,
        Direction::Down if !arguments.yes => {
            bail!("`migrate down` removes all accounts and videos from the database; add --yes to do it")
        }
        Direction::Down => store.rollback_all().await.context("cannot take the schema back")?,
        Direction::Status => {}
    }
    let status = store.status().await.context("cannot read the schema's state")?;
    println!("{}: {} steps done, {} to do", status.database, status.applied.len(), status.pending.len());
    for step in &status.applied {
        println!("  done   {step}");
    }
    for step in &status.pending {
        println!("  to do  {step}");
    }
    Ok(ExitCode::SUCCESS)
}
