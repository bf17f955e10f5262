//! From a model's JSON to a draft. Whether the draft is any good is Studio's to say.

use admint_domain::{Framework, Rgb, SceneLayout, SceneRole, Tone};
use admint_studio::draft::{ColorsDraft, SceneDraft, SceneOutline, SpecDraft};
use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct Specification {
    product: String,
    brand: Option<String>,
    category: String,
    audience: String,
    benefit: String,
    pain: String,
    offer: Option<String>,
    call_to_action: String,
    tone: Tone,
    framework: Framework,
    framework_reason: String,
    palette: Colors,
}

#[derive(Deserialize)]
struct Colors {
    background: Rgb,
    surface: Rgb,
    ink: Rgb,
    primary: Rgb,
    accent: Rgb,
}

#[derive(Deserialize)]
struct Scene {
    role: SceneRole,
    layout: SceneLayout,
    visual_prompt: String,
    headline: String,
    support: Option<String>,
    points: Option<Points>,
    relative_length: f64,
}

#[derive(Deserialize)]
struct Picture {
    visual_prompt: String,
}

#[derive(Deserialize)]
struct Points {
    first: String,
    second: String,
    third: String,
}

pub fn specification(text: &str) -> Result<SpecDraft, Vec<String>> {
    let answer: Specification = parse(text)?;
    let Colors { background, surface, ink, primary, accent } = answer.palette;
    Ok(SpecDraft {
        product: answer.product,
        brand: answer.brand,
        category: answer.category,
        audience: answer.audience,
        benefit: answer.benefit,
        pain: answer.pain,
        offer: answer.offer,
        call_to_action: answer.call_to_action,
        tone: answer.tone,
        framework: answer.framework,
        framework_reason: answer.framework_reason,
        colors: ColorsDraft { background, surface, ink, primary, accent },
    })
}

/// One draft for each scene of the outline.
pub fn scenes(text: &str, outline: &[SceneOutline]) -> Result<Vec<SceneDraft>, Vec<String>> {
    let mut answers: serde_json::Map<String, serde_json::Value> = parse(text)?;
    let (mut drafts, mut wrong) = (Vec::new(), Vec::new());
    for (index, outline) in outline.iter().enumerate() {
        let name = super::question::scene_name(index);
        let answer = answers.remove(&name).map(serde_json::from_value::<Scene>);
        match answer {
            None => wrong.push(format!("{name} is missing")),
            Some(Err(error)) => wrong.push(format!("{name}: {error}")),
            Some(Ok(scene)) if scene.role != outline.role => {
                wrong.push(format!("{name}: its role is {}", outline.role.as_str()));
            }
            Some(Ok(scene)) => drafts.push(SceneDraft {
                layout: scene.layout,
                visual_prompt: scene.visual_prompt,
                headline: scene.headline,
                support: scene.support,
                points: scene.points.map(|Points { first, second, third }| [first, second, third]),
                weight: scene.relative_length,
            }),
        }
    }
    if wrong.is_empty() { Ok(drafts) } else { Err(wrong) }
}

/// Most letters of a picture's description; a model of moving pictures reads no more.
const PICTURE_CHARS: usize = 500;

/// Another description than the one that was refused.
pub fn picture(text: &str, refused: &str) -> Result<String, Vec<String>> {
    let Picture { visual_prompt } = parse(text)?;
    let (picture, same) = (visual_prompt.trim(), |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim()));
    match picture.chars().count() {
        0 => Err(vec!["the picture is not described".into()]),
        count if count > PICTURE_CHARS => {
            Err(vec![format!("the description has {count} characters; it may have {PICTURE_CHARS}")])
        }
        _ if same(picture, refused) => Err(vec!["this is the description that was refused".into()]),
        _ => Ok(picture.to_owned()),
    }
}

/// Models that are not held to a schema like to put a fence or a sentence around their JSON.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    let inner = match (text.find('{'), text.rfind('}')) {
        (Some(from), Some(to)) if from < to => &text[from..=to],
        _ => text,
    };
    serde_json::from_str(inner)
        .map_err(|error| vec![format!("it is not the JSON that was asked for: {error}")])
}
