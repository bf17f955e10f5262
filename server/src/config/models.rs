//! Which model makes the clips, and how its vendor knows this installation.

use admint_domain::{Price, Usd};
use admint_pipeline::{Catalogue, ComfyAccess, ComfyPlace, Model, ReplicateAccess, STUDIO};

use super::Config;

impl Config {
    /// The models there are, with those of `models_file`. The error names the file, the model and the field.
    pub fn catalogue(&self) -> Result<Catalogue, String> {
        let packaged = Catalogue::embedded();
        let Some(file) = &self.models_file else { return Ok(packaged) };
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
        packaged.with(&text).map_err(|error| named(&error))
    }

    /// The model that makes the clips; none is Studio.
    pub fn chosen_model(&self) -> Result<Option<Model>, String> {
        let catalogue = self.catalogue()?;
        if self.video_model == STUDIO {
            return Ok(None);
        }
        let named = catalogue.model(&self.video_model).filter(|model| model.makes_video());
        named.cloned().map(Some).ok_or_else(|| {
            format!(
                "ADMINT_VIDEO_MODEL: `{}` is no model that makes clips; `admint models` lists them",
                self.video_model
            )
        })
    }

    /// The setting without which the model cannot be asked, if it is missing.
    pub fn lacks_for(&self, model: &Model) -> Option<&'static str> {
        match model.provider.as_str() {
            "comfyui" if self.comfyui().is_none() => Some("ADMINT_COMFYUI_BASE_URL"),
            "replicate" if self.replicate().is_none() => Some("ADMINT_REPLICATE_API_TOKEN"),
            _ => None,
        }
    }

    /// What a clip of `seconds` costs; of a picture that of its one second is not known.
    pub fn price_of(&self, model: &Model, seconds: u32) -> Price {
        let per_second = self.comfyui_price_per_second.usd();
        match model.provider.as_str() {
            "comfyui" if model.makes_video() || per_second == Usd::ZERO => {
                Price::Known(Usd::from_micros(per_second.micros() * i64::from(seconds)))
            }
            _ => model.price_of(seconds),
        }
    }

    /// The ComfyUI of one's own, if there is one.
    pub fn comfyui(&self) -> Option<ComfyPlace> {
        let base = self.comfyui_base_url.as_ref()?.as_str().to_owned();
        let token = self.comfyui_token.as_ref().map(|token| token.expose().to_owned());
        let access = ComfyAccess { base, token: token.filter(|token| !token.is_empty()) };
        let (workflows, per_second) = (self.comfyui_workflows.clone(), self.comfyui_price_per_second.usd());
        Some(ComfyPlace { access, workflows, per_second })
    }

    /// How Replicate knows this installation, if it does.
    pub fn replicate(&self) -> Option<ReplicateAccess> {
        let token = self.replicate_api_token.as_ref()?.expose().to_owned();
        let base = self.replicate_base_url.as_deref().unwrap_or(ReplicateAccess::PUBLIC).to_owned();
        (!token.is_empty()).then_some(ReplicateAccess { token, base })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DollarsPerSecond;

    #[test]
    fn a_model_is_one_of_the_catalogue_or_studio() {
        let chosen = |id: &str| Config { video_model: id.into(), ..Config::default() }.chosen_model();
        assert_eq!(Config::default().chosen_model(), Ok(None));
        assert_eq!(chosen("kling-2.6").unwrap().unwrap().name, "kwaivgi/kling-v2.6");
        for wrong in ["kling", "flux-schnell"] {
            let error = chosen(wrong).unwrap_err();
            assert!(error.contains(wrong) && error.contains("admint models"), "{error}");
        }
    }

    #[test]
    fn a_comfyui_costs_what_its_operator_says() {
        let config = |price: f64| Config {
            comfyui_base_url: Some("http://192.168.0.7:8188/".parse().unwrap()),
            comfyui_price_per_second: DollarsPerSecond::of(price).unwrap(),
            ..Config::default()
        };
        let catalogue = Config::default().catalogue().unwrap();
        let (clip, picture) =
            (catalogue.model("comfy-wan-2.2-5b").unwrap(), catalogue.model("comfy-sdxl").unwrap());
        assert_eq!(Config::default().lacks_for(clip), Some("ADMINT_COMFYUI_BASE_URL"));
        let (owned, rented) = (config(0.0), config(0.002));
        assert_eq!((owned.lacks_for(clip), owned.comfyui().unwrap().access.token), (None, None));
        assert_eq!(owned.price_of(clip, 5), Price::Known(Usd::ZERO));
        assert_eq!(owned.price_of(picture, 0), Price::Known(Usd::ZERO));
        assert_eq!(rented.price_of(clip, 5), Price::Known(Usd::from_micros(10_000)));
        assert_eq!(rented.price_of(picture, 0), Price::Unknown);
        assert!(DollarsPerSecond::of(-1.0).is_err());
    }

    #[test]
    fn a_models_file_adds_to_the_packaged_ones_and_its_mistakes_name_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let config = Config { models_file: Some(file.path().into()), ..Config::default() };
        std::fs::write(file.path(), "[[model]]\nid = \"mine\"\ntitle = 3").unwrap();
        let error = config.catalogue().unwrap_err();
        let name = file.path().display().to_string();
        assert!(error.contains(&name) && error.contains("`mine`") && error.contains("title"), "{error}");
        let missing = Config { models_file: Some("/nowhere/models.toml".into()), ..Config::default() };
        assert!(missing.catalogue().unwrap_err().contains("/nowhere/models.toml"));
    }
}
