//! `admint models`: which models there are, what a clip costs, and which can be used here.

use std::process::ExitCode;

use admint_domain::Price;
use admint_pipeline::Model;
use anyhow::Result;

use crate::config::{Config, STUDIO};

/// What prices are told for, in seconds.
const CLIP: u32 = 5;

pub fn run(config: &Config) -> Result<ExitCode> {
    let catalogue = config.catalogue().map_err(anyhow::Error::msg)?;
    print!("{}", table(config, catalogue.models()));
    Ok(ExitCode::SUCCESS)
}

fn table(config: &Config, models: &[Model]) -> String {
    let chosen = |id: &str| if id == config.video_model { ", chosen" } else { "" };
    let mut rows = vec![
        ["model".to_owned(), "makes".into(), format!("a {CLIP} s clip"), "state".into()],
        [STUDIO.to_owned(), "all of an ad".into(), "$0.00".into(), format!("configured{}", chosen(STUDIO))],
    ];
    for model in models {
        let state = match config.lacks_for(model) {
            None => format!("configured{}", chosen(&model.id)),
            Some(setting) => format!("needs {setting}{}", chosen(&model.id)),
        };
        let kinds: Vec<String> = model.kinds.iter().map(ToString::to_string).collect();
        rows.push([model.id.clone(), kinds.join(", "), price(config, model), state]);
    }
    let widths = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or_default());
    let [first, second, third] = widths;
    let line = |[id, kinds, price, state]: [String; 4]| {
        format!("{id:first$}  {kinds:second$}  {price:third$}  {state}\n")
    };
    rows.into_iter().map(line).collect()
}

fn price(config: &Config, model: &Model) -> String {
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
    fn every_model_is_listed_with_its_price_and_what_is_missing() {
        let config = Config { video_model: "kling-2.6".into(), ..Config::default() };
        let table = table(&config, config.catalogue().unwrap().models());
        let line = |id: &str| table.lines().find(|line| line.starts_with(id)).unwrap().to_owned();
        let kling = line("kling-2.6");
        assert!(kling.contains("text-to-video, image-to-video") && kling.contains("$0.35"), "{kling}");
        assert!(kling.ends_with("needs ADMINT_REPLICATE_API_TOKEN, chosen"), "{kling}");
        assert!(line("veo-3.1-fast").contains("$0.60 for 6 s"), "{}", line("veo-3.1-fast"));
        assert!(line("pixverse-5").contains("unknown") && line("flux-schnell").contains("$0.003 an image"));
        let wan = line("comfy-wan-2.2-i2v");
        assert!(wan.contains("$0.00") && wan.ends_with("needs ADMINT_COMFYUI_BASE_URL"), "{wan}");
        assert!(line("studio").ends_with("configured"));
    }
}
