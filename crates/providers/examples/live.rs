//! `cargo xtask live`: the smallest real call to each vendor that is configured, by the server's own environment
//! variables. It spends money, so it says how much first and wants to be told `--yes`.

use std::{
    env,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use admint_domain::{AdOptions, AspectRatio, Brief, Frames, Price, Prompt, Rgb, TargetDuration, Usd};
use admint_providers::{
    ApiKey, Catalogue, ChatConfig, ChatPlanner, ComfyAccess, ComfyImages, ComfyPlace, ComfyUi,
    IdempotencyKey, ImageModel, ImageRequest, Limits, Model, ModelKind, Patience, Pictures, Planner,
    ProviderError, Replicate, ReplicateAccess, ReplicateImages, Studio, TokenPrices, VideoModel, VideoOutput,
    VideoRequest,
};
use async_trait::async_trait;
use futures::StreamExt;

const NOBODY: &str = "No vendor is configured, so there is nobody to ask. Set ADMINT_REPLICATE_API_TOKEN, \
                      ADMINT_COMFYUI_BASE_URL, ADMINT_OPENAI_MODEL or ADMINT_ANTHROPIC_MODEL as for the server \
                      (.env.example tells of each).";

/// One call that is to be made.
struct Call {
    model: String,
    price: Price,
    what: What,
}

enum What {
    Image(Box<dyn ImageModel>),
    Clip(Box<dyn VideoModel>, Box<VideoRequest>),
    Plan(Box<dyn Planner>),
}

/// The smallest calls are made from words alone.
struct NoPictures;

#[async_trait]
impl Pictures for NoPictures {
    async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::MissingPicture { key: key.into(), reason: "there are none".into() })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match live().await {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

async fn live() -> Result<ExitCode, String> {
    let (mut yes, mut clips) = (false, false);
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--yes" => yes = true,
            "--clips" => clips = true,
            other => return Err(format!("`{other}` is not known; there are --clips and --yes")),
        }
    }
    let calls = calls(clips).await?;
    if calls.is_empty() {
        return Err(NOBODY.into());
    }
    for Call { model, price, what } in &calls {
        println!("{model:40} {:5} {}", kind(what), dollars(*price));
    }
    if !yes {
        println!("This spends {}. Nothing was asked yet; say --yes to have it done.", sum(&calls));
        return Ok(ExitCode::FAILURE);
    }
    let mut failed = 0;
    for Call { model, price, what } in calls {
        let began = Instant::now();
        let made = make(&what).await;
        let took = began.elapsed().as_secs_f64();
        match made {
            Ok((result, cost)) => {
                println!("ok    {model}: {result}, {took:.1} s, {}", dollars(cost.unwrap_or(price)));
            }
            Err(error) => {
                failed += 1;
                println!("WRONG {model}: {error}, after {took:.1} s");
            }
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Image(_) => "image",
        What::Clip(..) => "clip",
        What::Plan(_) => "plan",
    }
}

fn dollars(price: Price) -> String {
    match price {
        Price::Known(amount) => amount.to_string(),
        Price::Unknown => "unknown".into(),
    }
}

/// Of all calls: a plan that breaks rules is asked for once more.
fn sum(calls: &[Call]) -> String {
    let (mut sum, mut unknown) = (Usd::ZERO, 0);
    for call in calls {
        match call.price {
            Price::Known(amount) => sum = sum + amount,
            Price::Unknown => unknown += 1,
        }
    }
    match unknown {
        0 => format!("about {sum}"),
        _ => format!("about {sum}, and {unknown} calls whose price is unknown"),
    }
}

/// What came of it, and what it cost where that is known only afterwards.
async fn make(what: &What) -> Result<(String, Option<Price>), ProviderError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let key = IdempotencyKey::new(format_args!("live-{}", now.as_nanos()));
    match what {
        What::Image(model) => {
            let made = model.collect(&model.start(&image(), &key).await?).await?;
            let (width, height) = made.pixels.dimensions();
            Ok((format!("{width}x{height}, {} bytes of {}", made.bytes.len(), made.content_type), None))
        }
        What::Clip(model, request) => {
            let operation = model.start(request, &key).await?;
            let VideoOutput::Download(mut download) = model.collect(&operation).await? else {
                let reason = "its clip is no file".into();
                return Err(ProviderError::BadOutput { provider: model.name(), reason });
            };
            let mut bytes = 0;
            while let Some(chunk) = download.bytes.next().await {
                bytes += chunk?.len();
            }
            Ok((format!("a clip of {bytes} bytes"), None))
        }
        What::Plan(planner) => {
            let planned = planner.write_spec(&brief(), &key).await?;
            let cost = planned.bills.first().map(|bill| bill.cost);
            Ok((format!("a plan for {} by {}", planned.result.product, planned.by), cost))
        }
    }
}

async fn calls(clips: bool) -> Result<Vec<Call>, String> {
    let mut calls = at_replicate(clips).await?;
    calls.extend(at_comfyui(clips).await?);
    for vendor in ["ANTHROPIC", "OPENAI"] {
        let Some(model) = setting(&format!("{vendor}_MODEL")) else { continue };
        let config = chat(vendor, model.clone())?;
        let planner = match vendor {
            "ANTHROPIC" => ChatPlanner::anthropic(config),
            _ => ChatPlanner::openai(config),
        };
        let planner = planner.map_err(|error| error.to_string())?;
        let price = planner.price(&brief());
        let model = format!("{} {model}", planner.name());
        calls.push(Call { model, price, what: What::Plan(Box::new(planner)) });
    }
    Ok(calls)
}

async fn at_replicate(clips: bool) -> Result<Vec<Call>, String> {
    let (catalogue, mut calls) = (catalogue()?, Vec::new());
    let Some(token) = setting("REPLICATE_API_TOKEN") else { return Ok(calls) };
    let base = setting("REPLICATE_BASE_URL").unwrap_or_else(|| ReplicateAccess::PUBLIC.into());
    let access = ReplicateAccess { token, base };
    let (pictures, limits) = (Arc::new(NoPictures), Limits::default());
    if let Some(model) = cheapest(&catalogue, ModelKind::TextToImage) {
        let name = format!("replicate {}", model.id);
        let model = ReplicateImages::new(access.clone(), model, pictures.clone(), limits.clone())?;
        let price = model.price(&image());
        calls.push(Call { model: name, price, what: What::Image(Box::new(model)) });
    }
    if let Some(model) = cheapest(&catalogue, ModelKind::TextToVideo).filter(|_| clips) {
        let (name, request) = (format!("replicate {}", model.id), clip(&model).await?);
        let model = Replicate::new(access, model, pictures, limits)?;
        let price = model.price(&request);
        let what = What::Clip(Box::new(model), Box::new(request));
        calls.push(Call { model: name, price, what });
    }
    Ok(calls)
}

async fn at_comfyui(clips: bool) -> Result<Vec<Call>, String> {
    let (catalogue, mut calls) = (catalogue()?, Vec::new());
    let Some(base) = setting("COMFYUI_BASE_URL") else { return Ok(calls) };
    let place = ComfyPlace {
        access: ComfyAccess { base, token: setting("COMFYUI_TOKEN") },
        workflows: setting("COMFYUI_WORKFLOWS").map(PathBuf::from),
        per_second: amount("COMFYUI_PRICE_PER_SECOND")?.unwrap_or(Usd::ZERO),
    };
    let (pictures, limits) = (Arc::new(NoPictures), ComfyUi::limits());
    if let Some(model) = catalogue.model("comfy-sdxl").cloned() {
        let name = format!("comfyui {}", model.id);
        let model = ComfyImages::new(place.clone(), model, pictures.clone(), limits.clone())?;
        let price = model.price(&image());
        calls.push(Call { model: name, price, what: What::Image(Box::new(model)) });
    }
    if let Some(model) = catalogue.model("comfy-wan-2.2-5b").filter(|_| clips).cloned() {
        let (name, request) = (format!("comfyui {}", model.id), clip(&model).await?);
        let model = ComfyUi::new(place, model, pictures, limits)?;
        let price = model.price(&request);
        let what = What::Clip(Box::new(model), Box::new(request));
        calls.push(Call { model: name, price, what });
    }
    Ok(calls)
}

/// As the server reads it; an empty one counts as not set.
fn setting(name: &str) -> Option<String> {
    let value = env::var(format!("ADMINT_{name}")).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn amount(name: &str) -> Result<Option<Usd>, String> {
    let Some(text) = setting(name) else { return Ok(None) };
    let dollars: f64 = text.parse().map_err(|error| format!("ADMINT_{name}: {error}"))?;
    Ok(Some(Usd::from_micros((dollars * 1e6).round() as i64)))
}

fn catalogue() -> Result<Catalogue, String> {
    let packaged = Catalogue::embedded();
    let Some(file) = setting("MODELS_FILE") else { return Ok(packaged) };
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    packaged.with(&text).map_err(|error| format!("{file}: {error}"))
}

/// The model at Replicate whose shortest work costs least, of those whose price is known.
fn cheapest(catalogue: &Catalogue, kind: ModelKind) -> Option<Model> {
    let priced = catalogue.models().iter().filter(|model| model.provider == "replicate" && model.makes(kind));
    let priced = priced.filter_map(|model| match model.price_of(shortest(model)) {
        Price::Known(amount) => Some((amount, model)),
        Price::Unknown => None,
    });
    priced.min_by_key(|(amount, _)| *amount).map(|(_, model)| model.clone())
}

fn shortest(model: &Model) -> u32 {
    model.durations.first().copied().unwrap_or_default()
}

fn chat(vendor: &str, model: String) -> Result<ChatConfig, String> {
    let asked = amount(&format!("{vendor}_INPUT_PRICE"))?;
    let answered = amount(&format!("{vendor}_OUTPUT_PRICE"))?;
    Ok(ChatConfig {
        base_url: setting(&format!("{vendor}_BASE_URL")),
        model,
        key: setting(&format!("{vendor}_API_KEY")).map(ApiKey::new),
        prices: asked.zip(answered).map(|(asked, answered)| TokenPrices { asked, answered }),
        // One question, so that it costs no more than was said.
        patience: Patience { tries: 1, ..Patience::default() },
    })
}

fn brief() -> Brief {
    Brief {
        prompt: Prompt::parse("A cold brew coffee for developers who work late")
            .expect("a prompt of our own"),
        aspect: AspectRatio::Square,
        duration: TargetDuration::parse(9).expect("a length of our own"),
        seed: 7,
        options: AdOptions::default(),
    }
}

fn image() -> ImageRequest {
    ImageRequest {
        prompt: "A glass of cold brew coffee on a wooden table, soft morning light".into(),
        aspect: AspectRatio::Square,
        seed: 7,
        ground: Rgb(255, 255, 255),
        reference: None,
        control: None,
    }
}

/// The first scene of an ad, as long as the model's shortest clip.
async fn clip(model: &Model) -> Result<VideoRequest, String> {
    let (studio, key, brief) = (Studio::new(Arc::new(NoPictures)), IdempotencyKey::new("a plan"), brief());
    let spec = studio.write_spec(&brief, &key).await.map_err(|error| error.to_string())?.result;
    let plan = studio.plan_scenes(&brief, &spec, &key).await.map_err(|error| error.to_string())?.result;
    let mut scene = plan.scenes()[0].clone();
    scene.length = Frames::from_seconds(shortest(model));
    Ok(VideoRequest {
        spec,
        scene,
        scene_index: 0,
        scene_count: 1,
        aspect: brief.aspect,
        captioned: false,
        seed: brief.seed,
        photo: None,
        logo: None,
    })
}
