//! The project's own commands: `cargo xtask run`, `test`, `bench`, ...
//!
//! Cargo is all these commands assume; whatever else a command needs, it sets up first and says so.
//! Nothing here knows what AdMint does: the rooms are built, started and measured from outside.

mod asset_lock;
mod assets;
mod bench;
mod bundle;
mod check;
mod doctor;
mod end_to_end;
mod live;
mod node_packages;
mod postgres;
mod precompress;
mod process;
mod process_tree;
mod server;
mod setup;
mod showcase;
mod stamp;
mod stylesheet;
mod suite;
mod system_packages;
mod temporal;
mod third_party;
mod tools;
mod wasm_target;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "AdMint's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing, builds, migrates and serves AdMint at http://127.0.0.1:3000
    Run {
        /// Arguments for `admint serve`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Sets up what is missing and runs the whole suite, quickest first
    Test,
    /// Format, lints, quick tests and THIRD_PARTY.md: what a commit must pass
    Check,
    /// Browser tests in Chromium
    E2e {
        /// Arguments for `playwright test`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Times a whole ad beside one plain ffmpeg command, and weighs the browser's bundle; `load` times the
    /// queue and the pages under load instead, `clips` an ad whose clips a slow vendor makes, `web` the pages: what
    /// Lighthouse finds, and the gallery at a steady pace
    Bench { what: Option<bench::What> },
    /// Makes the ads of docs/showcase and the page that shows them
    Showcase {
        /// Only ads whose name holds this; the page is left as it is
        name: Option<String>,
    },
    /// Takes pictures of every page at three widths in light and dark: docs/images/pages, shown by docs/pages.md
    Shots,
    /// Makes the form's pictures of the art directions: public/looks
    Looks,
    /// The smallest real call to each vendor that is configured (the cheapest image, one plan), with time and cost
    Live {
        /// Also the shortest clip, which costs more
        #[arg(long)]
        clips: bool,
        /// Spend it; without this it only says how much
        #[arg(long)]
        yes: bool,
    },
    /// One release binary with pages, bundle and assets inside: target/dist/admint
    Dist,
    /// Builds the browser's bundle into dist/
    Web {
        /// Quick to build, large to load: no optimisation
        #[arg(long)]
        dev: bool,
    },
    /// Installs everything that any command needs
    Setup,
    /// Fetches fonts and illustrations as assets.lock.toml lists them, and writes THIRD_PARTY.md
    Assets,
    /// What is here, what is missing, and the command that mends it
    Doctor,
}

fn main() -> ExitCode {
    // What went wrong is somebody's machine, not this program's stack: no backtrace.
    match obey(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::failure(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn obey(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Run { arguments } => server::run(&workspace, &arguments),
        Command::Test => suite::test(&workspace),
        Command::Check => check::check(&workspace),
        Command::E2e { arguments } => end_to_end::run(&workspace, &arguments),
        Command::Bench { what: None } => bench::bench(&workspace),
        Command::Bench { what: Some(bench::What::Load) } => bench::load(&workspace),
        Command::Bench { what: Some(bench::What::Clips) } => bench::clips(&workspace),
        Command::Bench { what: Some(bench::What::Web) } => bench::web(&workspace),
        Command::Showcase { name } => showcase::command(&workspace, name.as_deref()),
        Command::Shots => end_to_end::shots(&workspace),
        Command::Looks => showcase::looks(&workspace),
        Command::Live { clips, yes } => live::live(&workspace, clips, yes),
        Command::Dist => server::dist(&workspace),
        Command::Web { dev } => bundle::build(&workspace, bundle::Flavour::from_dev(dev)).map(drop),
        Command::Setup => setup::everything(&workspace),
        Command::Assets => assets::command(&workspace),
        Command::Doctor => doctor::report(&workspace),
    }
}
