//! The models at vendors that AdMint can ask, as data: `models.toml`, and a file of the operator's over it.
//! What is read here has been checked; nobody looks for a missing field later.

use std::{collections::BTreeSet, fmt};

use admint_domain::{AspectRatio, Frames, Price, Usd};
use serde::Deserialize;

const EMBEDDED: &str = include_str!("../models.toml");

/// Vendors whose models there is an adapter for.
const PROVIDERS: [&str; 2] = ["replicate", COMFYUI];
/// The one whose models are workflows on a machine of one's own.
pub(crate) const COMFYUI: &str = "comfyui";
/// What sizes in a workflow are multiples of.
const SIDE: f64 = 32.0;

/// Every model once, in the order of the files.
#[derive(Clone, Debug)]
pub struct Catalogue {
    models: Vec<Model>,
}

/// What is wrong with a catalogue; where it can be said, in which model and field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CatalogueError(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    TextToVideo,
    ImageToVideo,
    TextToImage,
}

/// One model, and how to talk to it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub id: String,
    pub title: String,
    pub provider: String,
    /// The vendor's own name.
    pub name: String,
    /// The vendor's newest, if left out.
    pub version: Option<String>,
    pub kinds: Vec<ModelKind>,
    /// What may be asked for, such as `9:16`.
    pub aspect_ratios: Vec<Ratio>,
    /// Whole seconds, ascending; none for pictures.
    #[serde(default)]
    pub durations: Vec<u32>,
    /// Frames per second of what it makes, where that is known.
    #[serde(default)]
    pub frame_rates: Vec<u32>,
    #[serde(default)]
    pub resolutions: Vec<String>,
    /// The one of `resolutions` that is asked for.
    pub resolution: Option<String>,
    /// By which a workflow of ComfyUI is known, where that is what makes it.
    pub workflow: Option<String>,
    /// The file that the workflow's `input.checkpoint` takes; the workflow's own if left out.
    pub checkpoint: Option<String>,
    /// A LoRA that goes with every request.
    pub lora: Option<Lora>,
    /// Of the model's weights, as SPDX has it; the vendor's terms if left out.
    pub licence: Option<String>,
    pub input: InputMapping,
    /// None is unknown.
    pub price: Option<PriceRule>,
    /// How long a clip usually takes, where a source says so.
    pub latency_seconds: Option<u32>,
    /// The vendor's page with the schema.
    pub page: String,
    /// The day on which it was read, as `2026-10-06`.
    pub checked: String,
}

/// A small file of weights over a model's own, and how much of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lora {
    pub name: String,
    pub strength: f64,
}

/// Which field of the vendor's input takes what. In a workflow, fields are addresses, `TITLE.FIELD`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputMapping {
    pub prompt: String,
    pub negative_prompt: Option<String>,
    pub duration: Option<String>,
    pub aspect_ratio: Option<String>,
    pub resolution: Option<String>,
    pub seed: Option<String>,
    pub first_frame: Option<String>,
    pub last_frame: Option<String>,
    /// A list of pictures whose subject is to be kept. The photo goes there, where there is such a field: models take
    /// either these or first and last frames.
    pub reference_images: Option<String>,
    /// What only workflows have fields for: the size in pixels, the length in frames, and how fast they pass.
    pub width: Option<String>,
    pub height: Option<String>,
    pub frames: Option<String>,
    pub frame_rate: Option<String>,
    pub checkpoint: Option<String>,
    /// A picture whose subject or look is to be kept.
    pub reference_image: Option<String>,
    /// A picture whose composition is to be kept.
    pub control_image: Option<String>,
    pub lora: Option<String>,
    pub lora_strength: Option<String>,
    /// Goes with every request.
    #[serde(default)]
    pub fixed: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    pub per: PricedBy,
    pub usd: Amounts,
    /// The day on which it was read.
    pub date: String,
    /// The vendor's public page.
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PricedBy {
    Second,
    Clip,
    Image,
}

/// One amount, or one for each resolution.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Amounts {
    Always(Usd),
    ByResolution(std::collections::BTreeMap<String, Usd>),
}

/// Width to height.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Ratio {
    text: String,
    value: f64,
}

impl Catalogue {
    /// The models that come with AdMint.
    pub fn embedded() -> Self {
        Self { models: parse(EMBEDDED).expect("the embedded catalogue is tested") }
    }

    /// Those, with the models of another file added, or put in place of those with the same id.
    pub fn with(self, text: &str) -> Result<Self, CatalogueError> {
        let added = parse(text)?;
        let ids: BTreeSet<&str> = added.iter().map(|model| model.id.as_str()).collect();
        let mut models = self.models;
        models.retain(|model| !ids.contains(model.id.as_str()));
        models.extend(added);
        Ok(Self { models })
    }

    pub fn models(&self) -> &[Model] {
        &self.models
    }

    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }
}

impl Model {
    pub fn makes(&self, kind: ModelKind) -> bool {
        self.kinds.contains(&kind)
    }

    pub fn makes_video(&self) -> bool {
        self.makes(ModelKind::TextToVideo) || self.makes(ModelKind::ImageToVideo)
    }

    /// The shortest of the model's clips that is long enough, or its longest; in seconds.
    pub fn duration_for(&self, length: Frames) -> u32 {
        let enough = self.durations.iter().find(|seconds| Frames::from_seconds(**seconds) >= length);
        enough.or(self.durations.last()).copied().unwrap_or_default()
    }

    /// The nearest to the ad's shape of those that may be asked for.
    pub fn ratio_for(&self, aspect: AspectRatio) -> &str {
        let resolution = aspect.resolution();
        let wanted = f64::from(resolution.width) / f64::from(resolution.height);
        let distance = |ratio: &Ratio| (ratio.value / wanted).ln().abs();
        let nearest = self.aspect_ratios.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map_or("", |ratio| ratio.text.as_str())
    }

    /// As many pixels as `resolution` has, in the ad's shape; in multiples of 32. Only a workflow's resolution is
    /// a size.
    pub fn size_for(&self, aspect: AspectRatio) -> Option<(u32, u32)> {
        let (width, height) = size(self.resolution.as_ref()?)?;
        let shape = aspect.resolution();
        let area = f64::from(width) * f64::from(height);
        let ratio = f64::from(shape.width) / f64::from(shape.height);
        let side = |length: f64| ((length / SIDE).round().max(1.0) * SIDE) as u32;
        Some((side((area * ratio).sqrt()), side((area / ratio).sqrt())))
    }

    /// How many frames a clip of `seconds` has, with the first one, which workflows count apart; and how many pass
    /// in a second.
    pub fn frames_for(&self, seconds: u32) -> Option<(u32, u32)> {
        let rate = *self.frame_rates.first()?;
        Some((seconds * rate + 1, rate))
    }

    /// What a clip of `seconds` costs.
    pub fn price_of(&self, seconds: u32) -> Price {
        let Some(rule) = &self.price else { return Price::Unknown };
        let amount = match &rule.usd {
            Amounts::Always(amount) => Some(*amount),
            Amounts::ByResolution(amounts) => {
                self.resolution.as_ref().and_then(|resolution| amounts.get(resolution)).copied()
            }
        };
        match (amount, rule.per) {
            (None, _) => Price::Unknown,
            (Some(amount), PricedBy::Second) => {
                Price::Known(Usd::from_micros(amount.micros() * i64::from(seconds)))
            }
            (Some(amount), PricedBy::Clip | PricedBy::Image) => Price::Known(amount),
        }
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TextToVideo => "text-to-video",
            Self::ImageToVideo => "image-to-video",
            Self::TextToImage => "text-to-image",
        })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Ratio {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let sides = text
            .split_once(':')
            .and_then(|(width, height)| Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?)));
        match sides {
            Some((width @ 1.., height @ 1..)) => {
                Ok(Self { value: f64::from(width) / f64::from(height), text })
            }
            _ => Err(format!("expected a ratio such as 9:16, not `{text}`")),
        }
    }
}

fn parse(text: &str) -> Result<Vec<Model>, CatalogueError> {
    let file: toml::Table =
        text.parse().map_err(|error: toml::de::Error| CatalogueError(error.to_string()))?;
    if let Some(stranger) = file.keys().find(|key| *key != "model") {
        return Err(CatalogueError(format!("`{stranger}` is no part of a catalogue; models are [[model]]")));
    }
    let Some(toml::Value::Array(tables)) = file.get("model") else {
        return Err(CatalogueError("there is no [[model]]".into()));
    };
    let mut models: Vec<Model> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let id = table.get("id").and_then(toml::Value::as_str);
        let called =
            id.map_or_else(|| format!("the model number {}", index + 1), |id| format!("the model `{id}`"));
        let model: Model = serde_path_to_error::deserialize(table.clone()).map_err(|error| {
            let field = error.path().to_string();
            let what = error.inner().to_string();
            let what = what.trim();
            CatalogueError(match field.as_str() {
                "." | "?" => format!("{called}: {what}"),
                field => format!("{called}, `{field}`: {what}"),
            })
        })?;
        check(&model).map_err(|(field, what)| CatalogueError(format!("{called}, `{field}`: {what}")))?;
        if models.iter().any(|other| other.id == model.id) {
            return Err(CatalogueError(format!("{called}: there are two of this id")));
        }
        models.push(model);
    }
    Ok(models)
}

/// What the types alone do not say: a field, and what is wrong with it.
fn check(model: &Model) -> Result<(), (&'static str, String)> {
    let wrong = |field, what: &str| Err((field, what.to_owned()));
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    if model.id.is_empty() || !model.id.chars().all(is_plain) || model.id == "studio" {
        return wrong("id", "expected a-z, 0-9, `-`, `_` and `.`, and not `studio`");
    }
    if !PROVIDERS.contains(&model.provider.as_str()) {
        return Err(("provider", format!("expected one of {}", PROVIDERS.join(", "))));
    }
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    if !model.name.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name)) {
        return wrong("name", "expected owner/name");
    }
    if model.version.as_ref().is_some_and(|version| !is_name(version)) {
        return wrong("version", "expected the vendor's id of a version");
    }
    if model.kinds.is_empty() {
        return wrong("kinds", "expected at least one");
    }
    if model.aspect_ratios.is_empty() {
        return wrong("aspect_ratios", "expected at least one");
    }
    if model.makes_video() == model.durations.is_empty() {
        return wrong("durations", "a model of moving pictures has some, any other has none");
    }
    if model.durations.contains(&0) || !model.durations.is_sorted_by(|a, b| a < b) {
        return wrong("durations", "expected whole seconds, ascending");
    }
    check_workflow(model)?;
    if model.provider != COMFYUI && model.durations.len() > 1 && model.input.duration.is_none() {
        return wrong("input.duration", "a model of several durations has a field for them");
    }
    match &model.resolution {
        Some(resolution) if !model.resolutions.contains(resolution) => {
            return wrong("resolution", "expected one of `resolutions`");
        }
        None if !model.resolutions.is_empty() => {
            return wrong("resolution", "expected the one of `resolutions` that is asked for");
        }
        _ => {}
    }
    if model.makes(ModelKind::ImageToVideo) && model.input.first_frame.is_none() {
        return wrong("input.first_frame", "a model that starts from a picture has a field for it");
    }
    if !is_day(&model.checked) {
        return wrong("checked", "expected a day such as 2026-10-06");
    }
    if !model.page.starts_with("https://") {
        return wrong("page", "expected an https address");
    }
    let Some(price) = &model.price else { return Ok(()) };
    if !is_day(&price.date) {
        return wrong("price.date", "expected a day such as 2026-10-06");
    }
    if !price.source.starts_with("https://") {
        return wrong("price.source", "expected an https address");
    }
    let amounts: Vec<Usd> = match &price.usd {
        Amounts::Always(amount) => vec![*amount],
        Amounts::ByResolution(amounts) => {
            if let Some(stranger) = amounts.keys().find(|key| !model.resolutions.contains(key)) {
                return Err(("price.usd", format!("`{stranger}` is none of `resolutions`")));
            }
            amounts.values().copied().collect()
        }
    };
    if amounts.iter().any(|amount| amount.micros() <= 0) {
        return wrong("price.usd", "expected an amount above 0; an unknown price is left out");
    }
    if model.makes_video() == (price.per == PricedBy::Image) {
        return wrong("price.per", "expected second or clip for moving pictures, image for others");
    }
    Ok(())
}

/// `1280x704`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (64..=8192).contains(side));
    Some((side(width)?, side(height)?))
}

/// What workflows need and others must not have.
fn check_workflow(model: &Model) -> Result<(), (&'static str, String)> {
    let wrong = |field: &'static str, what: &str| Err((field, what.to_owned()));
    let input = &model.input;
    if model.provider != COMFYUI {
        let strangers = [
            ("workflow", &model.workflow),
            ("checkpoint", &model.checkpoint),
            ("input.width", &input.width),
            ("input.height", &input.height),
            ("input.frames", &input.frames),
            ("input.frame_rate", &input.frame_rate),
            ("input.checkpoint", &input.checkpoint),
            ("input.reference_image", &input.reference_image),
            ("input.control_image", &input.control_image),
            ("input.lora", &input.lora),
            ("input.lora_strength", &input.lora_strength),
        ];
        return match strangers.iter().find(|(_, value)| value.is_some()) {
            Some((field, _)) => wrong(field, "only a model of comfyui has one"),
            None if model.lora.is_some() => wrong("lora", "only a model of comfyui has one"),
            None => Ok(()),
        };
    }
    if input.reference_images.is_some() {
        return wrong("input.reference_images", "a workflow has reference_image");
    }
    let is_name = |name: &String| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    if !model.workflow.as_ref().is_some_and(is_name) {
        return wrong("workflow", "expected the name of a workflow, such as wan-2.2-i2v");
    }
    if model.price.is_some() {
        return wrong("price", "what a machine of one's own costs is the setting comfyui_price_per_second");
    }
    if model.resolutions.iter().any(|resolution| size(resolution).is_none()) || model.resolution.is_none() {
        return wrong("resolutions", "expected sizes in pixels, such as 1280x704");
    }
    let sized = [("input.width", &input.width), ("input.height", &input.height)];
    if let Some((field, _)) = sized.iter().find(|(_, value)| value.is_none()) {
        return wrong(field, "a workflow has a field for it");
    }
    if model.makes_video() && (input.frames.is_none() || model.frame_rates.len() != 1) {
        return wrong("frame_rates", "a workflow of moving pictures has one, and a field `input.frames`");
    }
    let unknown = [
        ("input.duration", &input.duration),
        ("input.aspect_ratio", &input.aspect_ratio),
        ("input.resolution", &input.resolution),
    ];
    if let Some((field, _)) = unknown.iter().find(|(_, value)| value.is_some()) {
        return wrong(field, "a workflow takes width, height and frames instead");
    }
    for (given, field, name) in [
        (model.lora.is_some(), &input.lora, "input.lora"),
        (model.checkpoint.is_some(), &input.checkpoint, "input.checkpoint"),
    ] {
        if given && field.is_none() {
            return wrong(name, "what is given has a field for it");
        }
    }
    Ok(())
}

fn is_day(text: &str) -> bool {
    let digits = |part: &str, count| part.len() == count && part.chars().all(|c| c.is_ascii_digit());
    matches!(text.split('-').collect::<Vec<_>>()[..], [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"
        [[model]]
        id = "a"
        title = "A"
        provider = "replicate"
        name = "owner/a"
        kinds = ["text-to-video"]
        aspect_ratios = ["16:9", "9:16"]
        durations = [5, 10]
        page = "https://replicate.com/owner/a"
        checked = "2026-10-06"
        input = { prompt = "prompt", duration = "seconds" }
        price = { per = "second", usd = 0.07, date = "2026-10-06", source = "https://replicate.com/owner/a" }
    "#;

    #[track_caller]
    fn check_wrong(from: &str, to: &str, says: &[&str]) {
        assert!(MODEL.contains(from), "{from}");
        let error = parse(&MODEL.replace(from, to)).unwrap_err().to_string();
        for part in says {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }

    #[test]
    fn mistakes_name_the_model_and_the_field() {
        parse(MODEL).unwrap();
        check_wrong("[5, 10]", "\"five\"", &["`a`", "durations"]);
        check_wrong("[5, 10]", "[10, 5]", &["`a`", "durations", "ascending"]);
        check_wrong("[5, 10]", "[]", &["`a`", "durations"]);
        check_wrong("\"9:16\"", "\"tall\"", &["`a`", "aspect_ratios", "tall"]);
        check_wrong("owner/a\"\n", "a\"\n", &["`a`", "`name`", "owner/name"]);
        check_wrong("\"replicate\"", "\"nobody\"", &["`a`", "provider", "replicate"]);
        check_wrong("text-to-video", "image-to-video", &["`a`", "input.first_frame"]);
        check_wrong("text-to-video", "text-to-smell", &["`a`", "kinds", "text-to-smell"]);
        check_wrong(", duration = \"seconds\"", "", &["`a`", "input.duration"]);
        check_wrong("duration = ", "durration = ", &["`a`", "durration"]);
        check_wrong("usd = 0.07", "usd = 0.0", &["`a`", "price.usd", "unknown"]);
        check_wrong("usd = 0.07", "usd = { \"4K\" = 1.0 }", &["`a`", "price.usd", "4K"]);
        check_wrong("date = \"2026-10-06\"", "date = \"lately\"", &["`a`", "price.date"]);
        check_wrong("title = \"A\"", "", &["`a`", "title"]);
        check_wrong("id = \"a\"", "", &["number 1", "id"]);
        check_wrong("id = \"a\"", "id = \"studio\"", &["`studio`", "`id`"]);
        let twice = format!("{MODEL}{MODEL}");
        assert!(parse(&twice).unwrap_err().to_string().contains("two of this id"));
        assert!(parse("models = 3").unwrap_err().to_string().contains("`models`"));
    }

    const WORKFLOW: &str = r#"
        [[model]]
        id = "a"
        title = "A"
        provider = "comfyui"
        name = "owner/a"
        workflow = "wan-2.2-5b"
        kinds = ["text-to-video"]
        aspect_ratios = ["16:9"]
        durations = [2, 5]
        frame_rates = [24]
        resolutions = ["1280x704"]
        resolution = "1280x704"
        page = "https://example.com/a"
        checked = "2026-11-26"
        input = { prompt = "Prompt.text", width = "Shot.width", height = "Shot.height", frames = "Shot.length" }
    "#;

    #[track_caller]
    fn check_wrong_workflow(from: &str, to: &str, says: &[&str]) {
        assert!(WORKFLOW.contains(from), "{from}");
        let error = parse(&WORKFLOW.replace(from, to)).unwrap_err().to_string();
        for part in says {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }

    #[test]
    fn a_workflow_has_what_workflows_need_and_nobody_else_has() {
        parse(WORKFLOW).unwrap();
        check_wrong_workflow("workflow = \"wan-2.2-5b\"", "", &["`a`", "workflow"]);
        check_wrong_workflow("wan-2.2-5b", "../secrets", &["`a`", "workflow"]);
        check_wrong_workflow("[\"1280x704\"]", "[\"720p\"]", &["`a`"]);
        check_wrong_workflow("width = \"Shot.width\", ", "", &["`a`", "input.width"]);
        check_wrong_workflow("frame_rates = [24]", "", &["`a`", "frame_rates"]);
        check_wrong_workflow("checked", "checkpoint = \"b\"\nchecked", &["`a`", "input.checkpoint"]);
        check_wrong_workflow("frames = \"Shot.length\"", "duration = \"Shot.length\"", &["`a`"]);
        check_wrong_workflow(
            "checked",
            "price = { per = \"second\", usd = 1.0, date = \"2026-11-26\", source = \"https://x.y\" }\nchecked",
            &["`a`", "price", "comfyui_price_per_second"],
        );
        check_wrong("title = \"A\"", "title = \"A\"\nworkflow = \"b\"", &["`a`", "workflow", "comfyui"]);
        check_wrong("{ prompt", "{ width = \"w\", prompt", &["`a`", "input.width", "comfyui"]);
    }

    #[test]
    fn a_workflows_size_is_the_ads_shape_with_as_many_pixels() {
        let model = parse(WORKFLOW).unwrap().remove(0);
        let check = |aspect, width, height| assert_eq!(model.size_for(aspect), Some((width, height)));
        check(AspectRatio::Landscape16x9, 1280, 704);
        check(AspectRatio::Portrait9x16, 704, 1280);
        check(AspectRatio::Square, 960, 960);
        assert_eq!(model.frames_for(5), Some((121, 24)));
        assert_eq!(parse(MODEL).unwrap()[0].size_for(AspectRatio::Square), None);
    }

    #[test]
    fn the_packaged_models_are_enough_of_each_kind_and_say_where_their_prices_are_from() {
        let catalogue = Catalogue::embedded();
        for kind in [ModelKind::TextToVideo, ModelKind::ImageToVideo, ModelKind::TextToImage] {
            let count = catalogue.models().iter().filter(|model| model.makes(kind)).count();
            assert!(count >= 4, "{count} of {kind}");
        }
        let price = |id: &str, seconds| catalogue.model(id).unwrap().price_of(seconds);
        assert_eq!(price("kling-2.6", 5), Price::Known(Usd::from_micros(350_000)));
        assert_eq!(price("wan-2.2-fast", 5), Price::Known(Usd::from_micros(100_000)));
        assert_eq!(price("seedance-1-pro", 4), Price::Known(Usd::from_micros(240_000)));
        assert_eq!(price("pixverse-5", 5), Price::Unknown);
    }

    #[test]
    fn another_file_adds_models_and_replaces_those_of_the_same_id() {
        let kling = MODEL.replace("id = \"a\"", "id = \"kling-2.6\"");
        let count = Catalogue::embedded().models().len();
        let replaced = Catalogue::embedded().with(&kling).unwrap();
        assert_eq!(replaced.models().len(), count);
        assert_eq!(replaced.model("kling-2.6").unwrap().name, "owner/a");
        assert_eq!(Catalogue::embedded().with(MODEL).unwrap().models().len(), count + 1);
    }

    #[test]
    fn the_nearest_that_is_long_enough_and_of_the_shape() {
        let model = parse(MODEL).unwrap().remove(0);
        let seconds = |frames| model.duration_for(Frames(frames));
        assert_eq!((seconds(72), seconds(120), seconds(121), seconds(999)), (5, 5, 10, 10));
        assert_eq!(model.ratio_for(AspectRatio::Portrait4x5), "9:16");
        assert_eq!(model.ratio_for(AspectRatio::Landscape16x9), "16:9");
    }
}
