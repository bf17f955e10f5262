//! Which model makes the clips, and how its vendor knows this installation.

use std::sync::Arc;

use admint_domain::{Price, Usd};
use admint_pipeline::{Catalogue, ComfyAccess, ComfyPlace, Model, ReplicateAccess, STUDIO, Webhooks};

use super::Config;

/// A model as an operator names it; whether there is such a one says [`Config::chosen_models`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName(String);

impl ModelName {
    pub fn studio() -> Self {
        Self(STUDIO.to_owned())
    }
}

impl AsRef<str> for ModelName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ModelName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

/// Somebody who makes clips.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    Studio,
    AtVendor(Box<Model>),
}

impl Config {
    /// The models there are, with those of `models_file`. The error names the file, the model and the field.
    pub fn catalogue(&self) -> Result<Catalogue, String> {
        let packaged = Catalogue::embedded();
        let Some(file) = &self.models_file else { return Ok(packaged) };
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
        packaged.with(&text).map_err(|error| named(&error))
    }

    /// Who is asked for clips, in this order.
    pub fn chosen_models(&self) -> Result<Vec<Chosen>, String> {
        let catalogue = self.catalogue()?;
        let chosen = |name: &ModelName| {
            if name.as_ref() == STUDIO {
                return Ok(Chosen::Studio);
            }
            let named = catalogue.model(name.as_ref()).filter(|model| model.makes_video());
            named.cloned().map(|model| Chosen::AtVendor(Box::new(model))).ok_or_else(|| {
                let name = name.as_ref();
                format!(
                    "ADMINT_VIDEO_MODEL: `{name}` is no model that makes clips; `admint models` lists them"
                )
            })
        };
        let chosen: Vec<Chosen> = self.video_model.iter().map(chosen).collect::<Result<_, _>>()?;
        match chosen.is_empty() {
            true => Err("ADMINT_VIDEO_MODEL: expected at least one model; `admint models` lists them".into()),
            false => Ok(chosen),
        }
    }

    /// Those of one provider that are asked; none where the setting is wrong.
    pub fn asked_of(&self, provider: &str) -> Vec<Model> {
        let chosen = self.chosen_models().unwrap_or_default();
        let models = chosen.into_iter().filter_map(|chosen| match chosen {
            Chosen::AtVendor(model) if model.provider == provider => Some(*model),
            _ => None,
        });
        models.collect()
    }

    /// Where Replicate calls, if it knows this installation, has a secret to sign with and a public address to call.
    pub fn webhooks(&self) -> Result<Option<Arc<Webhooks>>, String> {
        let (Some(secret), Some(url), Some(_)) =
            (&self.replicate_webhook_secret, &self.public_url, self.replicate())
        else {
            return Ok(None);
        };
        let webhooks = Webhooks::new(secret.expose(), url.origin());
        webhooks.map(Some).map_err(|wrong| format!("ADMINT_REPLICATE_WEBHOOK_SECRET: {wrong}"))
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
        let chosen = |ids: &[&str]| {
            let video_model = ids.iter().map(|id| id.parse().unwrap()).collect();
            Config { video_model, ..Config::default() }.chosen_models()
        };
        assert_eq!(Config::default().chosen_models(), Ok(vec![Chosen::Studio]));
        match &chosen(&["kling-2.6", "studio"]).unwrap()[..] {
            [Chosen::AtVendor(kling), Chosen::Studio] => assert_eq!(kling.name, "kwaivgi/kling-v2.6"),
            other => panic!("{other:?}"),
        }
        assert!(chosen(&[]).unwrap_err().contains("at least one"));
        for wrong in ["kling", "flux-schnell"] {
            let error = chosen(&["studio", wrong]).unwrap_err();
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
    fn replicate_calls_where_there_is_all_that_takes() {
        let credential = |text: &str| serde_json::from_value(serde_json::json!(text)).unwrap();
        let config = Config {
            replicate_api_token: Some(credential("r8_x")),
            replicate_webhook_secret: Some(credential("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
            public_url: Some("https://ads.example.com".parse().unwrap()),
            ..Config::default()
        };
        assert!(config.webhooks().unwrap().is_some());
        assert!(Config { public_url: None, ..config.clone() }.webhooks().unwrap().is_none());
        assert!(Config { replicate_api_token: None, ..config.clone() }.webhooks().unwrap().is_none());
        let wrong = Config { replicate_webhook_secret: Some(credential("hunter2")), ..config };
        let error = wrong.webhooks().unwrap_err();
        assert!(error.contains("ADMINT_REPLICATE_WEBHOOK_SECRET") && !error.contains("hunter2"), "{error}");
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
