//! `admint backup`, `admint restore` and `admint verify`.

use std::{path::Path, process::ExitCode};

use admint_pipeline::{backup, remove_orphans, restore, verify};
use admint_store::Archive;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{config::Config, wiring};

#[derive(Args)]
pub struct BackupArguments {
    /// A folder that is not there yet, or s3://BUCKET/PREFIX where nothing is; the service and the key are those of
    /// ADMINT_S3_ENDPOINT and the others
    #[arg(long, value_name = "PLACE")]
    to: String,
}

#[derive(Args)]
pub struct RestoreArguments {
    /// What `admint backup` made: a folder, or s3://BUCKET/PREFIX
    #[arg(long, value_name = "PLACE")]
    from: String,
}

#[derive(Args)]
pub struct VerifyArguments {
    /// Remove files that no row names and that are older than an hour
    #[arg(long)]
    remove_orphans: bool,
}

pub async fn back_up(config: &Config, arguments: BackupArguments) -> Result<ExitCode> {
    let archive = archive(config, &arguments.to)?;
    let rooms = wiring::open(config).await?;
    let bar = bar();
    let (manifest, gone) = backup(&rooms.store, &rooms.assets, &archive, step(&bar)).await?;
    bar.finish_and_clear();
    for key in &gone {
        println!("deleted meanwhile: {key}");
    }
    let rows: u64 = manifest.rows.values().sum();
    println!(
        "{rows} rows and {} files ({} MB) are in {}",
        manifest.files.len(),
        manifest.bytes() / 1_000_000,
        archive.place()
    );
    Ok(ExitCode::SUCCESS)
}

pub async fn put_back(config: &Config, arguments: RestoreArguments) -> Result<ExitCode> {
    let archive = archive(config, &arguments.from)?;
    let rooms = wiring::open(config).await?;
    let bar = bar();
    let restored = restore(&rooms.store, &rooms.assets, &archive, step(&bar)).await;
    bar.finish_and_clear();
    let manifest = restored.with_context(|| {
        format!("{} was not restored; set ADMINT_DATA_DIR to an empty folder", archive.place())
    })?;
    let rows: u64 = manifest.rows.values().sum();
    println!("{rows} rows and {} files are restored", manifest.files.len());
    Ok(ExitCode::SUCCESS)
}

/// Fails when anything does not agree, so that a script hears of it.
pub async fn check(config: &Config, arguments: VerifyArguments) -> Result<ExitCode> {
    let rooms = wiring::open(config).await?;
    let bar = bar();
    let mut found = verify(&rooms.store, &rooms.assets, step(&bar)).await?;
    bar.finish_and_clear();
    if arguments.remove_orphans {
        for key in remove_orphans(&rooms.store, &rooms.assets).await? {
            println!("removed: {key}");
        }
        found.orphans.clear();
    }
    for (what, keys) in
        [("missing", &found.missing), ("changed", &found.changed), ("without a row", &found.orphans)]
    {
        for key in keys {
            println!("{what}: {key}");
        }
    }
    println!(
        "{} files are named by rows: {} missing, {} changed; {} lie there without a row",
        found.named,
        found.missing.len(),
        found.changed.len(),
        found.orphans.len()
    );
    Ok(if found.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn archive(config: &Config, place: &str) -> Result<Archive> {
    if !place.starts_with("s3://") {
        return Ok(Archive::in_folder(Path::new(place))?);
    }
    let url = place.parse().map_err(|reason: String| anyhow!("{place}: {reason}"))?;
    Archive::in_bucket(&config.bucket_at(&url)).context("cannot use the bucket; see ADMINT_S3_ENDPOINT")
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files").expect("the template is right");
    ProgressBar::new(0).with_style(style)
}

fn step(bar: &ProgressBar) -> impl Fn(usize, usize) {
    move |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }
}
