//! `admint models`: which models there are, what a clip costs, and which can be used here.

use std::process::ExitCode;

use admint_pipeline::Model;
use admint_store::RestingModel;
use anyhow::Result;

use crate::{
    config::{Config, STUDIO},
    models::{CLIP, kinds, price, state},
    wiring,
};

pub async fn run(config: &Config) -> Result<ExitCode> {
    let catalogue = config.catalogue().map_err(anyhow::Error::msg)?;
    print!("{}", table(config, catalogue.models()));
    for model in resting(config).await {
        println!("{}", rests(&model));
    }
    Ok(ExitCode::SUCCESS)
}

/// Models that some process does not ask for a while; none where there is no database yet.
pub async fn resting(config: &Config) -> Vec<RestingModel> {
    let is_laid = config.database_url.is_some() || config.data_folder().path().join("admint.db").exists();
    if !is_laid {
        return Vec::new();
    }
    match wiring::connect(&config.database()).await {
        // A schema from before does not have them.
        Ok(store) => store.resting_models().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// A line about one of them.
pub fn rests(RestingModel { model, until, reason }: &RestingModel) -> String {
    format!("{model} is not asked until {} UTC: it {reason}", until.format("%H:%M:%S"))
}

fn table(config: &Config, models: &[Model]) -> String {
    let mut rows = vec![
        ["model".to_owned(), "makes".into(), format!("a {CLIP} s clip"), "state".into()],
        [STUDIO.to_owned(), "all of an ad".into(), "$0.00".into(), state(config, STUDIO, None)],
    ];
    for model in models {
        rows.push([
            model.id.clone(),
            kinds(model),
            price(config, model),
            state(config, &model.id, config.lacks_for(model)),
        ]);
    }
    let widths = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or_default());
    let [first, second, third] = widths;
    let line = |[id, kinds, price, state]: [String; 4]| {
        format!("{id:first$}  {kinds:second$}  {price:third$}  {state}\n")
    };
    rows.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_listed_with_its_price_and_what_is_missing() {
        let video_model = vec!["kling-2.6".parse().unwrap(), "wan-2.2-fast".parse().unwrap()];
        let config = Config { video_model, ..Config::default() };
        let table = table(&config, config.catalogue().unwrap().models());
        let line = |id: &str| table.lines().find(|line| line.starts_with(id)).unwrap().to_owned();
        let kling = line("kling-2.6");
        assert!(kling.contains("text-to-video, image-to-video") && kling.contains("$0.35"), "{kling}");
        assert!(kling.ends_with("needs ADMINT_REPLICATE_API_TOKEN, asked first"), "{kling}");
        assert!(line("veo-3.1-fast").contains("$0.60 for 6 s"), "{}", line("veo-3.1-fast"));
        assert!(line("pixverse-5").contains("unknown") && line("flux-schnell").contains("$0.003 an image"));
        let wan = line("comfy-wan-2.2-i2v");
        assert!(wan.contains("$0.00") && wan.ends_with("needs ADMINT_COMFYUI_BASE_URL"), "{wan}");
        assert!(line("studio").ends_with("configured"));
    }
}
