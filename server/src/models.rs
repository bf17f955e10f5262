//! The models there are, in words: for `admint models` and for the models' page.

use admint_domain::{AppError, Backend, Price};
use admint_pipeline::{Model, PricedBy};
use app::ModelRow;

use crate::config::{Config, STUDIO};

/// What prices are told for, in seconds.
pub const CLIP: u32 = 5;

/// Every model, Studio first.
pub async fn rows(config: &Config, backend: &dyn Backend) -> Result<Vec<ModelRow>, AppError> {
    let catalogue = config.catalogue().map_err(|error| {
        tracing::error!(error, "the catalogue cannot be read");
        AppError::unavailable("The list of models cannot be read. Ask this server's operator to see to it.")
    })?;
    let mut rows = vec![ModelRow {
        id: STUDIO.into(),
        title: "Studio".into(),
        kinds: "all of an ad".into(),
        lengths: "any".into(),
        shapes: "any".into(),
        price: "$0.00".into(),
        price_source: None,
        latency: "drawn with the film".into(),
        state: state(config, STUDIO, None),
    }];
    for model in catalogue.models() {
        let measured = backend.typical_seconds(&model.provider, &model.id).await?;
        rows.push(row(config, model, measured));
    }
    Ok(rows)
}

fn row(config: &Config, model: &Model, measured: Option<u32>) -> ModelRow {
    let listed = |items: Vec<String>| items.join(", ");
    ModelRow {
        id: model.id.clone(),
        title: model.title.clone(),
        kinds: kinds(model),
        lengths: match model.durations.as_slice() {
            [] => "a picture".into(),
            [first, .., last] if is_run(&model.durations) => format!("{first} to {last} s"),
            some => format!("{} s", listed(some.iter().map(ToString::to_string).collect())),
        },
        shapes: listed(model.aspect_ratios.iter().map(ToString::to_string).collect()),
        price: rate(config, model),
        price_source: model.price.as_ref().map(|rule| (rule.date.clone(), rule.source.clone())),
        latency: match (measured, model.latency_seconds) {
            (Some(seconds), _) => format!("{seconds} s, measured here"),
            (None, Some(seconds)) => format!("{seconds} s, as its source says"),
            (None, None) => "unknown".into(),
        },
        state: state(config, &model.id, config.lacks_for(model)),
    }
}

/// Three or more, each a second longer than the one before.
fn is_run(durations: &[u32]) -> bool {
    durations.len() > 2 && durations.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

pub fn kinds(model: &Model) -> String {
    model.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// "configured", "needs ADMINT_REPLICATE_API_TOKEN, chosen", "configured, asked first"; `lacks` is a setting.
pub fn state(config: &Config, id: &str, lacks: Option<&str>) -> String {
    const NTH: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    let order = config.video_model.iter().position(|chosen| chosen.as_ref() == id);
    let chosen = match (order, config.video_model.len()) {
        (None, _) => String::new(),
        (Some(_), 1) => ", chosen".to_owned(),
        (Some(order), _) => format!(", asked {}", NTH.get(order).copied().unwrap_or("later")),
    };
    match lacks {
        None => format!("configured{chosen}"),
        Some(setting) => format!("needs {setting}{chosen}"),
    }
}

/// By the unit that it is billed in: "$0.07 a second", and what a clip comes to.
fn rate(config: &Config, model: &Model) -> String {
    let unit = match model.price.as_ref().map(|rule| rule.per) {
        Some(PricedBy::Second) => " a second",
        Some(PricedBy::Clip) => " a clip",
        Some(PricedBy::Image) => " an image",
        // One's own: what the operator says of a second.
        None => " a second",
    };
    match config.price_of(model, 1) {
        Price::Known(amount) => format!("{amount}{unit}"),
        Price::Unknown => "unknown".into(),
    }
}

/// What a clip of about [`CLIP`] seconds costs.
pub fn price(config: &Config, model: &Model) -> String {
    let (seconds, of) = match model.durations.iter().copied().find(|seconds| *seconds >= CLIP) {
        _ if !model.makes_video() => (0, " an image".to_owned()),
        Some(CLIP) => (CLIP, String::new()),
        Some(seconds) => (seconds, format!(" for {seconds} s")),
        None => (model.durations.last().copied().unwrap_or_default(), " for its longest".to_owned()),
    };
    match config.price_of(model, seconds) {
        Price::Known(amount) => format!("{amount}{of}"),
        Price::Unknown => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_told_in_words() {
        let config = Config { video_model: vec!["kling-2.6".parse().unwrap()], ..Config::default() };
        let catalogue = config.catalogue().unwrap();
        let row = |id: &str, measured| row(&config, catalogue.model(id).unwrap(), measured);
        let kling = row("kling-2.6", Some(71));
        assert_eq!((kling.lengths.as_str(), kling.price.as_str()), ("5, 10 s", "$0.07 a second"));
        assert_eq!(
            (kling.shapes.as_str(), kling.latency.as_str()),
            ("16:9, 9:16, 1:1", "71 s, measured here")
        );
        assert_eq!(kling.state, "needs ADMINT_REPLICATE_API_TOKEN, chosen");
        assert_eq!(kling.price_source.unwrap().0, "2026-10-06");
        let seedance = row("seedance-1-pro", None);
        assert_eq!((seedance.lengths.as_str(), seedance.latency.as_str()), ("2 to 12 s", "unknown"));
        assert_eq!(row("wan-2.2-fast", None).price, "$0.10 a clip");
        assert_eq!(
            (row("pixverse-5", None).price.as_str(), row("flux-schnell", None).lengths.as_str()),
            ("unknown", "a picture")
        );
    }
}
