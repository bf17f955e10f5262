//! `admint doctor`: what AdMint needs, whether it is there, and what to do where it is not.

use std::{path::Path, process::ExitCode};

use admint_pipeline::{ProviderError, Providers};
use anyhow::Result;
use tokio::process::Command;

use crate::{
    assets::Bundle,
    cli::models,
    config::{Chosen, Config, STUDIO},
    services::Service,
    wiring,
};

/// What a check found, or what is wrong and how to mend it.
type Finding = Result<String, Ailment>;

struct Ailment {
    what: String,
    mend: String,
}

fn ailment(what: impl ToString, mend: impl ToString) -> Ailment {
    Ailment { what: what.to_string(), mend: mend.to_string() }
}

pub async fn run(config: &Config) -> Result<ExitCode> {
    let mut findings = vec![
        ("data folder", data_folder(config)),
        ("database", database(config).await),
        ("asset folder", asset_folder(config).await),
        ("ffmpeg", ffmpeg(config).await),
        ("encoders", encoders(config).await),
        ("ffprobe", program(config.ffprobe.as_deref(), "ffprobe").await),
        ("planners", planners(config)),
        ("pages", bundle()),
        ("video model", video_model(config)),
        ("models at rest", Ok(resting(config).await)),
        ("Replicate", replicate(config).await),
        ("ComfyUI", comfyui(config).await),
    ];
    for service in config.services() {
        // Of some there is more to tell above.
        if findings.iter().all(|(name, _)| *name != service.name) {
            findings.push((service.name, service_of(&service).await));
        }
    }
    let mut healthy = true;
    for (name, finding) in findings {
        match finding {
            Ok(found) => println!("ok    {name}: {found}"),
            Err(Ailment { what, mend }) => {
                healthy = false;
                println!("WRONG {name}: {what}\n      {mend}");
            }
        }
    }
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn data_folder(config: &Config) -> Finding {
    let folder = config.data_folder();
    folder.ensure().map_err(|error| {
        ailment(format!("{error:#}"), "Set ADMINT_DATA_DIR to a folder you may write to.")
    })?;
    Ok(folder.path().display().to_string())
}

async fn database(config: &Config) -> Finding {
    let url = config.database();
    let store = wiring::connect(&url).await.map_err(|error| {
        ailment(
            format!("{error:#}"),
            "Start the database, or mend ADMINT_DATABASE_URL (user, password, name).",
        )
    })?;
    let status = store.status().await.map_err(|error| {
        ailment(error, "The database answers but its schema cannot be read; check its rights.")
    })?;
    if status.applied.is_empty() {
        Ok(format!("{} at {url:?}, still empty; `admint serve` lays the schema", status.database))
    } else if status.pending.is_empty() {
        Ok(format!("{} at {url:?}, schema up to date", status.database))
    } else {
        let what =
            format!("{} at {url:?} lacks {} steps of the schema", status.database, status.pending.len());
        Err(ailment(what, "Run `admint migrate`; `admint serve` does so by itself."))
    }
}

async fn asset_folder(config: &Config) -> Finding {
    let mend = match config.bucket() {
        None => "Make the folder writable, or free some space.",
        Some(_) => {
            "See ADMINT_ASSETS_URL, ADMINT_S3_ENDPOINT, ADMINT_S3_REGION and the two of ADMINT_S3_..._KEY...; the \
             bucket must exist, and the data folder must be writable."
        }
    };
    let assets = wiring::assets(config).map_err(|error| ailment(format!("{error:#}"), mend))?;
    assets.check().await.map_err(|error| ailment(error, mend))?;
    Ok(assets.place())
}

async fn ffmpeg(config: &Config) -> Finding {
    let mend =
        "Install ffmpeg (Debian, Ubuntu: `apt-get install ffmpeg`), or set ADMINT_FFMPEG and ADMINT_FFPROBE.";
    let ffmpeg = wiring::ffmpeg(config).map_err(|reason| ailment(reason, mend))?;
    ffmpeg.version().await.map_err(|error| ailment(error, mend))
}

async fn encoders(config: &Config) -> Finding {
    let program = config.ffmpeg.as_deref().unwrap_or(Path::new("ffmpeg"));
    let mend = "Install an ffmpeg that is built with libx264 and AAC; Debian's and Ubuntu's are.";
    let output = Command::new(program)
        .args(["-hide_banner", "-encoders"])
        .output()
        .await
        .map_err(|error| ailment(format!("{}: {error}", program.display()), mend))?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let has = |encoder: &str| listed.lines().any(|line| line.split_whitespace().nth(1) == Some(encoder));
    let missing: Vec<_> = ["libx264", "aac"].into_iter().filter(|encoder| !has(encoder)).collect();
    if missing.is_empty() {
        Ok("libx264, aac".into())
    } else {
        Err(ailment(format!("{} cannot encode {}", program.display(), missing.join(" and ")), mend))
    }
}

async fn program(configured: Option<&Path>, name: &str) -> Finding {
    let program = configured.unwrap_or(Path::new(name));
    let mend = format!("Install ffmpeg, which brings {name}, or set ADMINT_{}.", name.to_uppercase());
    let output = Command::new(program)
        .arg("-version")
        .output()
        .await
        .map_err(|error| ailment(format!("{}: {error}", program.display()), &mend))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next() {
        Some(line) if output.status.success() => Ok(line.to_owned()),
        _ => Err(ailment(format!("{} does not run", program.display()), &mend)),
    }
}

fn video_model(config: &Config) -> Finding {
    let mend = "See ADMINT_VIDEO_MODEL and ADMINT_MODELS_FILE; `admint models` lists what there is.";
    let chosen = config.chosen_models().map_err(|error| ailment(error, mend))?;
    let told = chosen.into_iter().map(|chosen| match chosen {
        Chosen::Studio => STUDIO.to_owned(),
        Chosen::AtVendor(model) => format!("{} ({})", model.id, model.name),
    });
    Ok(told.collect::<Vec<_>>().join(", then "))
}

/// What the workers found out; that is nobody's mistake here.
async fn resting(config: &Config) -> String {
    let resting: Vec<_> = models::resting(config).await.iter().map(models::rests).collect();
    if resting.is_empty() { "none".to_owned() } else { resting.join("; ") }
}

/// Whether it can be asked; that is wrong only where a model needs it.
async fn replicate(config: &Config) -> Finding {
    let needed = !config.asked_of("replicate").is_empty();
    let Some(access) = config.replicate() else {
        return match needed {
            false => Ok("not configured, and not needed".into()),
            true => Err(ailment(
                "not configured",
                "Set ADMINT_REPLICATE_API_TOKEN, or ADMINT_VIDEO_MODEL=studio.",
            )),
        };
    };
    let base = access.base.clone();
    match Providers::replicate_account(access).await {
        Ok(name) => {
            let called = config.webhooks().map_err(|error| {
                ailment(error, "Copy the signing secret from your account's settings for webhooks there.")
            })?;
            let how = match (called, &config.replicate_webhook_secret) {
                (Some(_), _) => ", calls when a clip is done",
                (None, Some(_)) => ", does not call: ADMINT_PUBLIC_URL is not set",
                (None, None) => "",
            };
            Ok(format!("configured, reachable at {base}, authorised as {name}{how}"))
        }
        Err(error @ ProviderError::Unauthorized { .. }) => {
            Err(ailment(error, "Set ADMINT_REPLICATE_API_TOKEN to a token of your account there."))
        }
        Err(error) => {
            Err(ailment(error, "See ADMINT_REPLICATE_BASE_URL, and whether this machine may reach it."))
        }
    }
}

/// Whether it can be asked; that it is not configured is wrong only where something chosen needs it.
async fn service_of(service: &Service) -> Finding {
    let settings = service.settings.join(" and ");
    match service.check().await {
        None if service.is_needed => {
            Err(ailment("not configured", format!("Set {settings}, or ADMINT_VIDEO_MODEL=studio.")))
        }
        None => Ok("not configured, and not needed".into()),
        Some(Ok(Some(account))) => Ok(format!("configured, reachable, authorised as {account}")),
        Some(Ok(None)) => Ok("configured, reachable, authorised".into()),
        Some(Err(error @ ProviderError::Unauthorized { .. })) => {
            Err(ailment(error, format!("See {settings}.")))
        }
        Some(Err(error)) => Err(ailment(
            error,
            format!("See {settings} and its address, and whether this machine may reach it."),
        )),
    }
}

/// Whether it answers, on what it runs, and whether it has what the chosen models want.
async fn comfyui(config: &Config) -> Finding {
    let models = config.asked_of("comfyui");
    let Some(place) = config.comfyui() else {
        return match models.is_empty() {
            true => Ok("not configured, and not needed".into()),
            false => {
                Err(ailment("not configured", "Set ADMINT_COMFYUI_BASE_URL, or ADMINT_VIDEO_MODEL=studio."))
            }
        };
    };
    let base = place.access.base.clone();
    let (machine, missing) =
        Providers::comfyui_machine(&place, &models).await.map_err(|error| {
            let mend = match error {
                ProviderError::Unauthorized { .. } => {
                    "Set ADMINT_COMFYUI_TOKEN to what the proxy before it wants, and https where a token goes along."
                }
                ProviderError::Rejected { .. } => "See ADMINT_COMFYUI_WORKFLOWS and ADMINT_MODELS_FILE.",
                _ => "See ADMINT_COMFYUI_BASE_URL, and whether ComfyUI runs there and listens to this machine.",
            };
            ailment(error, mend)
        })?;
    let device =
        |(name, memory): &(String, u64)| format!("{name}, {:.1} GiB", *memory as f64 / f64::from(1 << 30));
    let devices: Vec<String> = machine.devices.iter().map(device).collect();
    let found = format!("version {} at {base} on {}", machine.version, devices.join("; "));
    if missing.is_empty() {
        return Ok(found);
    }
    let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
    Err(ailment(
        format!("{found}, which lacks {}", missing.join(", ")),
        "Put the files into ComfyUI's folder of models and install the nodes, or name others in `fixed` of a \
         model in ADMINT_MODELS_FILE.",
    ))
}

/// Who is asked, in order; whether they answer is known when they are.
fn planners(config: &Config) -> Finding {
    Ok(config.planners().join(", then "))
}

fn bundle() -> Finding {
    let bundle = Bundle::load();
    if bundle.is_there() {
        Ok(bundle.pkg_dir)
    } else {
        Err(ailment("this build has no scripts and no style for the pages", "Build with `cargo xtask dist`."))
    }
}
