//! The commands of `admint`.

mod backup;
mod doctor;
mod migrate;
mod models;
mod queue;
mod render;
mod serve;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    config::{self, Flags},
    log,
};

/// Turns one sentence into a finished video ad.
#[derive(Parser)]
#[command(name = "admint", version, about)]
struct Cli {
    #[command(flatten)]
    settings: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the API, and make videos
    Serve,
    /// Only make videos, for a server that uses the same database and folder
    Worker,
    /// Change or show the database's schema
    Migrate(migrate::Arguments),
    /// Show the queue, stop it, let it go on, set its rules
    #[command(subcommand)]
    Queue(queue::Action),
    /// Copy everything, rows and files, into a folder or a bucket; others may go on working
    Backup(backup::BackupArguments),
    /// Put a back-up into an empty installation, of whatever kind of database
    Restore(backup::RestoreArguments),
    /// Check that every row's file is there with its hash, and every file has its row
    Verify(backup::VerifyArguments),
    /// List the models that can make clips, with prices and what is missing to use them
    Models,
    /// Check whether everything AdMint needs is there, and say how to mend what is not
    Doctor,
    /// Make one ad right here, without a server or an account
    Render(Box<render::Arguments>),
}

/// Exit code of bad input, as of unknown flags.
const BAD_INPUT: u8 = 2;

pub fn main() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    let (config, warnings) = match config::load(&settings) {
        Ok(loaded) => loaded,
        Err(error) => {
            for mistake in &error.mistakes {
                eprintln!("admint: {mistake}");
            }
            return ExitCode::from(BAD_INPUT);
        }
    };
    let level = if matches!(command, Command::Serve | Command::Worker) { "info" } else { "error" };
    if let Err(error) = log::start(&config, level) {
        eprintln!("admint: {error:#}");
        return ExitCode::from(BAD_INPUT);
    }
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("admint: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(config).await,
            Command::Worker => worker::run(config).await,
            Command::Migrate(arguments) => migrate::run(&config, &arguments).await,
            Command::Queue(action) => queue::run(&config, action).await,
            Command::Backup(arguments) => backup::back_up(&config, arguments).await,
            Command::Restore(arguments) => backup::put_back(&config, arguments).await,
            Command::Verify(arguments) => backup::check(&config, arguments).await,
            Command::Models => models::run(&config).await,
            Command::Doctor => doctor::run(&config).await,
            Command::Render(arguments) => render::run(&config, *arguments).await,
        }
    });
    // Drawing threads of a cancelled job may still be at their last frame; nobody waits for them.
    runtime.shutdown_background();
    result.unwrap_or_else(|error| {
        eprintln!("admint: {error:#}");
        ExitCode::FAILURE
    })
}
