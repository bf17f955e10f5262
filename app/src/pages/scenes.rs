//! The page on which an ad's scenes are changed.

use admint_domain::{
    AppError, EditableScene, EditableText, FRAME_RATE, Frames, GenerationId, GenerationStatus, ModelOffer,
    OverlayRole, ScenePlan, ScenesView, TargetDuration, Usd,
};
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};

use super::video::role_name;
use crate::{
    components::{ErrorText, Icon, icons, shape},
    document::document,
    islands::{Follow, SceneSums, text_area_content},
};

/// Where an ad's page stands, and where its forms are sent.
pub fn scenes_path(id: GenerationId) -> String {
    format!("/videos/{id}/scenes")
}

/// One scene's fields as somebody typed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedScene {
    pub texts: Vec<String>,
    pub visual_prompt: String,
    pub seconds: String,
}

impl From<&EditableScene> for TypedScene {
    fn from(scene: &EditableScene) -> Self {
        Self {
            texts: scene.texts.iter().map(|text| text.text.clone()).collect(),
            visual_prompt: scene.visual_prompt.clone(),
            seconds: seconds(scene.duration_seconds),
        }
    }
}

/// A change that costs something, and has to be agreed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Unknown, if nobody knows.
    pub price: Option<Usd>,
    /// Which scenes were to be made again.
    pub again: Vec<u32>,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenesPage {
    pub view: ScenesView,
    /// One for each scene.
    pub typed: Vec<TypedScene>,
    /// What a form could not do.
    pub problem: Option<AppError>,
    pub agreement: Option<Agreement>,
}

impl ScenesPage {
    pub fn new(view: ScenesView) -> Self {
        Self {
            typed: view.scenes.iter().map(TypedScene::from).collect(),
            view,
            problem: None,
            agreement: None,
        }
    }
}

/// The whole document.
pub fn scenes_page(
    options: LeptosOptions,
    id: GenerationId,
    shown: Result<ScenesPage, AppError>,
) -> impl IntoView {
    document(options, move || {
        view! {
            <Title text="Scenes"/>
            <Stylesheet href="/scenes.css"/>
            <section class="page scenes-page">
                <p><a href=format!("/videos/{id}")>"Back to the ad"</a></p>
                <h1>"Scenes"</h1>
                <div id="scenes">
                    {match shown {
                        Ok(page) => view! { <Scenes page/> }.into_any(),
                        Err(error) => {
                            view! { <ErrorText message=error.message/> }.into_any()
                        }
                    }}
                    <SceneSums/>
                </div>
                <Follow part="scenes".to_owned()/>
            </section>
        }
    })
}

#[component]
fn Scenes(page: ScenesPage) -> impl IntoView {
    let ScenesPage { view, typed, problem, agreement } = page;
    let is_at_work = !view.status.is_final();
    let can_change = view.is_complete && !is_at_work;
    let offers_clips = can_change && view.is_drawn && !view.models.is_empty();
    let (path, revision) = (scenes_path(view.id), view.revision);
    view! {
        <p class="scenes-prompt">{view.prompt.clone()}</p>
        {problem.clone().map(|problem| view! { <Problem problem/> })}
        <Standing view=view.clone() path=path.clone()/>
        {offers_clips.then(|| view! { <RealClips models=view.models.clone() path=path.clone() revision/> })}
        {if can_change {
            view! { <Form view typed problem agreement path/> }.into_any()
        } else {
            view! {
                <ol class="scene-list" role="list">
                    {view
                        .scenes
                        .into_iter()
                        .map(|scene| {
                            let shape = shape(view.aspect_ratio);
                            view! { <ReadOnly scene shape/> }
                        })
                        .collect_view()}
                </ol>
            }
                .into_any()
        }}
    }
}

/// What is wrong, with the way to its field.
#[component]
fn Problem(problem: AppError) -> impl IntoView {
    let field = problem.field.as_deref().and_then(field_id);
    view! {
        <ErrorText message=problem.message>
            {field.map(|id| view! { " " <a href=format!("#{id}")>"Go to the field"</a> })}
        </ErrorText>
    }
}

/// What became of the last change, or what becomes of it.
#[component]
fn Standing(view: ScenesView, path: String) -> impl IntoView {
    let revision = view.revision;
    let act = move |action: &'static str, name: &'static str, class: &'static str| {
        view! { <Act path=path.clone() revision action name class/> }
    };
    match view.status {
        GenerationStatus::Queued | GenerationStatus::Running => view! {
            <div class="scenes-standing" data-live="">
                <h2>{if view.is_changing { "Your change is being made" } else { "This ad is being made" }}</h2>
                <p>{view.current_step}</p>
                <progress max="100" value=view.progress aria-label="Progress"></progress>
                {view
                    .is_changing
                    .then(|| view! { <p class="quiet-text">"Until it is done, the ad is seen as it was."</p> })}
                {act("cancel", "Cancel", "button")}
            </div>
        }
        .into_any(),
        GenerationStatus::Failed | GenerationStatus::Cancelled if view.is_changing => {
            let told = match view.error {
                Some(error) => format!("The last change failed. {error}"),
                None => "The last change was cancelled.".to_owned(),
            };
            view! {
                <div class="scenes-standing failed" role="status">
                    <p>{told}</p>
                    <p>"The ad is seen as it was. What the change made so far is kept: trying again goes on from there."</p>
                    <div class="scenes-actions">
                        {act("retry", "Try again", "button primary")}
                        {act("undo", "Keep the ad as it was", "button")}
                    </div>
                </div>
            }
            .into_any()
        }
        GenerationStatus::Failed | GenerationStatus::Cancelled => view! {
            <ErrorText message="This ad was not finished, so there is nothing to change yet.">
                " "
                <a href="/queue">"Try again in the queue"</a>
            </ErrorText>
        }
        .into_any(),
        GenerationStatus::Completed if view.can_undo => view! {
            <div class="scenes-standing">
                <p>"The last change is in the ad."</p>
                {act("undo", "Undo the last change", "button")}
            </div>
        }
        .into_any(),
        GenerationStatus::Completed => ().into_any(),
    }
}

/// One button, which is a form of its own.
#[component]
fn Act(
    path: String,
    revision: u32,
    action: &'static str,
    name: &'static str,
    class: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=path>
            <input type="hidden" name="revision" value=revision/>
            <button id=action class=class name="action" value=action>{name}</button>
        </form>
    }
}

/// The one large button of an animatic.
#[component]
fn RealClips(models: Vec<ModelOffer>, path: String, revision: u32) -> impl IntoView {
    let first = models.first().map_or_else(String::new, |offer| price(offer.cost_usd));
    // Without script the button cannot follow the choice: then the price is told beside each model alone.
    let is_one = models.len() == 1;
    view! {
        <section class="real-clips" aria-labelledby="real-clips">
            <h2 id="real-clips">"This is a free animatic"</h2>
            <p>
                "Studio drew every clip, for nothing. Change what you like below; when it is right, a model makes the real clips. Words, timing and music stay as they are."
            </p>
            <form method="post" action=path>
                <input type="hidden" name="revision" value=revision/>
                <label class="field" for="model">
                    <span>"Model"</span>
                    <select id="model" name="model">
                        {models
                            .into_iter()
                            .map(|offer| {
                                let told = price(offer.cost_usd);
                                view! {
                                    <option
                                        value=format!("{} {}", agreed(offer.cost_usd), offer.model)
                                        data-price=format!(" — {told}")
                                    >
                                        {format!("{} — {told}", offer.model)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <button class="button primary large" name="action" value="clips">
                    "Make the real clips"
                    <span id="price">{is_one.then(|| format!(" — {first}"))}</span>
                </button>
            </form>
        </section>
    }
}

#[component]
fn Form(
    view: ScenesView,
    typed: Vec<TypedScene>,
    problem: Option<AppError>,
    agreement: Option<Agreement>,
    path: String,
) -> impl IntoView {
    let overlaps = frames(view.crossfade_seconds).0 * (view.scenes.len().saturating_sub(1) as u32);
    let (least, most) = (TargetDuration::MIN, TargetDuration::MAX);
    let total_error = error_of(&problem, "duration_seconds");
    let shape = shape(view.aspect_ratio);
    view! {
        <form method="post" action=path class="scenes-form" novalidate data-keep="">
            <input type="hidden" name="revision" value=view.revision/>
            {agreement.map(|agreement| view! { <Agree agreement/> })}
            <div class="scenes-bar">
                <p id="total">
                    "Whole ad: "
                    <strong id="sum" data-overlaps=overlaps>{format!("{} s", seconds(view.duration_seconds))}</strong>
                    <span class="quiet-text">{format!(" of {least} to {most} s, crossfades counted once")}</span>
                    {total_error.map(|error| view! { <span class="field-note error">{error}</span> })}
                </p>
                <button class="button primary" name="action" value="save">"Save and redraw"</button>
            </div>
            <ol class="scene-list" role="list">
                {view
                    .scenes
                    .into_iter()
                    .zip(typed)
                    .map(|(scene, typed)| {
                        let problem = problem.clone();
                        view! { <Card scene typed problem shape/> }
                    })
                    .collect_view()}
            </ol>
            // Once more, where who has read on is.
            <button class="button primary scenes-save" name="action" value="save">"Save and redraw"</button>
        </form>
    }
}

/// What a change costs, before it is made.
#[component]
fn Agree(agreement: Agreement) -> impl IntoView {
    let Agreement { price: cost, again } = agreement;
    let told = match cost {
        Some(cost) => format!("This change buys clips, music or a voice anew, for {cost}."),
        None => "This change buys clips, music or a voice anew, and nobody knows the price.".to_owned(),
    };
    view! {
        <div class="scenes-standing agree" role="status">
            <p>{told}</p>
            {again
                .into_iter()
                .map(|index| view! { <input type="hidden" name="again" value=format!("{index}")/> })
                .collect_view()}
            <button id="agree" class="button primary" name="agreed" value=agreed(cost)>
                {format!("Make the change — {}", price(cost))}
            </button>
        </div>
    }
}

#[component]
fn Card(
    scene: EditableScene,
    typed: TypedScene,
    problem: Option<AppError>,
    shape: &'static str,
) -> impl IntoView {
    let index = scene.index;
    let (least, most) = (ScenePlan::MIN_SCENE, ScenePlan::MAX_SCENE);
    let of_scene = |what: &str| error_of(&problem, &format!("scenes[{index}].{what}"));
    let visual_error = of_scene("visual_prompt");
    let length_error = of_scene("duration_seconds");
    let words_error = of_scene("texts");
    let name = name_of(&scene);
    let again = price(scene.again_cost_usd);
    let texts = scene.texts.into_iter().zip(typed.texts).enumerate();
    view! {
        <li class="scene-card">
            <Still url=scene.still_url name=name.clone() shape/>
            <div class="scene-fields">
                <h2>{name.clone()}</h2>
                <p class="quiet-text">{made_by(scene.made_by, scene.take)}</p>
                {texts
                    .map(|(order, (text, typed))| {
                        let error = of_scene(&format!("texts[{order}]"))
                            .or_else(|| words_error.clone().filter(|_| order == 0));
                        view! { <Words index order text typed error/> }
                    })
                    .collect_view()}
                <div class="field">
                    <label for=format!("visual-{index}")>"What the camera sees"</label>
                    <textarea
                        id=format!("visual-{index}")
                        name=format!("visual-{index}")
                        rows="3"
                        maxlength="700"
                        aria-invalid=visual_error.is_some().then_some("true")
                        aria-describedby=format!("visual-{index}-note")
                    >
                        {text_area_content(typed.visual_prompt)}
                    </textarea>
                    <Note id=format!("visual-{index}-note") error=visual_error told="A model's clip is made anew when this changes."/>
                </div>
                <div class="scene-foot">
                    <div class="field">
                        <label for=format!("seconds-{index}")>"Seconds"</label>
                        <input
                            id=format!("seconds-{index}")
                            name=format!("seconds-{index}")
                            type="number"
                            inputmode="decimal"
                            data-seconds=""
                            min=least.seconds()
                            max=most.seconds()
                            step="0.5"
                            value=typed.seconds
                            aria-invalid=length_error.is_some().then_some("true")
                            aria-describedby=format!("seconds-{index}-note")
                        />
                        <Note id=format!("seconds-{index}-note") error=length_error told="3 to 7, to the frame."/>
                    </div>
                    <button
                        id=format!("again-{index}")
                        class="button"
                        name="again"
                        value=format!("{index} {}", agreed(scene.again_cost_usd))
                        aria-label=format!("Make this scene again, {name}: {again}")
                    >
                        {format!("Make this scene again — {again}")}
                    </button>
                </div>
            </div>
        </li>
    }
}

#[component]
fn Words(
    index: u32,
    order: usize,
    text: EditableText,
    typed: String,
    error: Option<String>,
) -> impl IntoView {
    let id = format!("text-{index}-{order}");
    view! {
        <div class="field">
            <label for=id.clone()>{role_of(text.role)}</label>
            <input
                id=id.clone()
                name=id.clone()
                type="text"
                value=typed
                maxlength=text.max_chars
                autocomplete="off"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=format!("{id}-note")
            />
            <Note id=format!("{id}-note") error told=format!("At most {} characters.", text.max_chars)/>
        </div>
    }
}

#[component]
fn Note(id: String, error: Option<String>, #[prop(into)] told: String) -> impl IntoView {
    match error {
        Some(error) => view! { <p id=id class="field-note error">{error}</p> },
        None => view! { <p id=id class="field-note">{told}</p> },
    }
}

#[component]
fn Still(url: Option<String>, name: String, shape: &'static str) -> impl IntoView {
    match url {
        Some(url) => {
            view! { <img class=format!("scene-still {shape}") src=url alt=format!("{name}: its picture") loading="lazy"/> }
                .into_any()
        }
        None => view! {
            <div class=format!("scene-still none {shape}") aria-hidden="true">
                <Icon name=icons::Film/>
            </div>
        }
        .into_any(),
    }
}

/// A scene while nothing can be changed.
#[component]
fn ReadOnly(scene: EditableScene, shape: &'static str) -> impl IntoView {
    let name = name_of(&scene);
    let words: Vec<String> = scene.texts.into_iter().map(|text| text.text).collect();
    view! {
        <li class="scene-card">
            <Still url=scene.still_url name=name.clone() shape/>
            <div class="scene-fields">
                <h2>{name}</h2>
                <p class="quiet-text">
                    {format!("{} s · {}", seconds(scene.duration_seconds), made_by(scene.made_by, scene.take))}
                </p>
                <p>{words.join(" / ")}</p>
                <p class="quiet-text">{scene.visual_prompt}</p>
            </div>
        </li>
    }
}

fn name_of(scene: &EditableScene) -> String {
    format!("Scene {}: {}", scene.index + 1, role_name(scene.role).to_lowercase())
}

fn made_by(model: Option<String>, take: u32) -> String {
    let by = match model.as_deref() {
        Some("studio") => "Drawn by Studio".to_owned(),
        Some(model) => format!("Clip by {model}"),
        None => "No clip yet".to_owned(),
    };
    match take {
        0 => by,
        take => format!("{by}, take {}", take + 1),
    }
}

const fn role_of(role: OverlayRole) -> &'static str {
    match role {
        OverlayRole::Headline => "Headline",
        OverlayRole::Support => "Line below it",
        OverlayRole::CallToAction => "Call to action",
        OverlayRole::Name => "Name",
        OverlayRole::FirstPoint => "First point",
        OverlayRole::SecondPoint => "Second point",
        OverlayRole::ThirdPoint => "Third point",
    }
}

fn price(cost: Option<Usd>) -> String {
    match cost {
        Some(Usd::ZERO) => "free".to_owned(),
        Some(cost) => cost.to_string(),
        None => "price unknown".to_owned(),
    }
}

/// How a form says what its sender saw as the price: micro-dollars, or that nobody knew.
fn agreed(cost: Option<Usd>) -> String {
    cost.map_or_else(|| "any".to_owned(), |cost| cost.micros().to_string())
}

fn error_of(problem: &Option<AppError>, field: &str) -> Option<String> {
    let problem = problem.as_ref().filter(|problem| problem.field.as_deref() == Some(field))?;
    Some(problem.message.clone())
}

/// The element that an error's field stands for.
fn field_id(field: &str) -> Option<String> {
    if field == "duration_seconds" {
        return Some("total".to_owned());
    }
    let (index, what) = field.strip_prefix("scenes[")?.split_once("].")?;
    Some(match what {
        "visual_prompt" => format!("visual-{index}"),
        "duration_seconds" => format!("seconds-{index}"),
        "texts" => format!("text-{index}-0"),
        _ => format!("text-{index}-{}", what.strip_prefix("texts[")?.strip_suffix(']')?),
    })
}

fn frames(seconds: f64) -> Frames {
    Frames((seconds * f64::from(FRAME_RATE)).round() as u32)
}

/// As exact as a frame, and not longer than needed: "3.21", "3.5", "4".
fn seconds(seconds: f64) -> String {
    let text = format!("{seconds:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_the_same_frame_after_it_was_shown() {
        for count in ScenePlan::MIN_SCENE.0..=ScenePlan::MAX_SCENE.0 {
            let shown = seconds(Frames(count).seconds());
            assert_eq!(frames(shown.parse().unwrap()), Frames(count), "{shown}");
        }
        assert_eq!((seconds(3.5), seconds(4.0)), ("3.5".to_owned(), "4".to_owned()));
    }

    #[track_caller]
    fn check(field: &str, id: Option<&str>) {
        assert_eq!(field_id(field).as_deref(), id, "{field}");
    }

    #[test]
    fn an_error_leads_to_its_field() {
        check("scenes[1].texts[0]", Some("text-1-0"));
        check("scenes[0].texts", Some("text-0-0"));
        check("scenes[2].visual_prompt", Some("visual-2"));
        check("scenes[2].duration_seconds", Some("seconds-2"));
        check("duration_seconds", Some("total"));
        check("max_cost_usd", None);
    }
}
