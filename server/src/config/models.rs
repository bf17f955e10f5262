//! Which model makes the clips, and how its vendor knows this installation.

use admint_pipeline::{Catalogue, Model, ReplicateAccess, STUDIO};

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
