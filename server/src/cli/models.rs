//! `admint models`: which models there are, what a clip costs, and which can be used here.

use std::process::ExitCode;

use admint_pipeline::Model;
use anyhow::Result;

use crate::{
    config::{Config, STUDIO},
    models::{CLIP, kinds, price, state},
};

pub fn run(config: &Config) -> Result<ExitCode> {
    let catalogue = config.catalogue().map_err(anyhow::Error::msg)?;
    print!("{}", table(config, catalogue.models()));
    Ok(ExitCode::SUCCESS)
}

fn table(config: &Config, models: &[Model]) -> String {
    let has_replicate = config.replicate().is_some();
    let mut rows = vec![
        ["model".to_owned(), "makes".into(), format!("a {CLIP} s clip"), "state".into()],
        [STUDIO.to_owned(), "all of an ad".into(), "$0.00".into(), state(config, STUDIO, true)],
    ];
    for model in models {
        let state = state(config, &model.id, has_replicate);
        rows.push([model.id.clone(), kinds(model), price(model), state]);
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
        let config = Config { video_model: "kling-2.6".into(), ..Config::default() };
        let table = table(&config, config.catalogue().unwrap().models());
        let line = |id: &str| table.lines().find(|line| line.starts_with(id)).unwrap().to_owned();
        let kling = line("kling-2.6");
        assert!(kling.contains("text-to-video, image-to-video") && kling.contains("$0.35"), "{kling}");
        assert!(kling.ends_with("needs ADMINT_REPLICATE_API_TOKEN, chosen"), "{kling}");
        assert!(line("veo-3.1-fast").contains("$0.60 for 6 s"), "{}", line("veo-3.1-fast"));
        assert!(line("pixverse-5").contains("unknown") && line("flux-schnell").contains("$0.003 an image"));
        assert!(line("studio").ends_with("configured"));
    }
}
