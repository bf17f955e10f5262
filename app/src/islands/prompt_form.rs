//! The form in which an ad begins.

use admint_domain::{GenerationId, PictureId, PictureRole, Prompt};
use leptos::{ev, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::{
    draft::Draft,
    field::form_value,
    fields::value_of,
    picture::{PicturePicker, PicturePlace},
    swap,
};
use crate::{
    api::CreateVideo,
    components::{ErrorText, Icon, icons},
    session,
};

/// What says itself what is wrong with it.
const FIELDS: [&str; 3] = ["prompt", "photo", "logo"];

const EXAMPLES: [(&str, &str); 4] = [
    ("Cold brew", "Cold brew coffee in a can for people who wake up before their alarm"),
    ("Running shoes", "Handmade leather running shoes that last ten years, free repairs included"),
    ("Robot vacuum", "A quiet robot vacuum for families with two cats and no time"),
    ("Baking classes", "Sourdough baking classes in Lisbon, beginners welcome, 20 % off in May"),
];

/// What the form starts with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Whose form it is: a draft in the tab is its writer's alone.
    pub owner: String,
    pub prompt: String,
    pub photo: Option<PictureId>,
    pub logo: Option<PictureId>,
    /// It is filled in as an earlier ad was, which comes before any draft.
    pub is_copy: bool,
}

/// The children are the wishes that need no script.
#[island]
pub fn PromptForm(template: Template, children: Children) -> impl IntoView {
    let photo = PicturePlace::new(PictureRole::Photo, template.photo);
    let logo = PicturePlace::new(PictureRole::Logo, template.logo);
    let Template { owner, prompt: start_prompt, is_copy, .. } = template;
    let draft = StoredValue::new(Draft::of("prompt", &owner));

    let form = NodeRef::<html::Form>::new();
    let text_area = NodeRef::<html::Textarea>::new();
    let prompt = RwSignal::new(start_prompt.clone());
    let is_visited = RwSignal::new(false);
    let is_unchanged = RwSignal::new(true);

    let action = ServerAction::<CreateVideo>::new();
    let refusal = Signal::derive(move || action.value().get().and_then(Result::err));
    let is_pending = Signal::derive(move || action.pending().get());
    Effect::new(move |_| match action.value().get() {
        Some(Ok(id)) => {
            draft.with_value(Draft::forget);
            // The form is there for the next one; what it is to look like stays.
            if let Some(text_area) = text_area.get_untracked() {
                text_area.set_value("");
            }
            prompt.set(String::new());
            is_visited.set(false);
            spawn_local(show_making(id));
        }
        Some(Err(error)) if error.is_unauthorized() => session::log_in_again(),
        Some(Err(error)) if error.is_about("photo") => photo.refuse(error.message()),
        Some(Err(error)) if error.is_about("logo") => logo.refuse(error.message()),
        _ => {}
    });
    // Takes over what was typed before the page was hydrated, or kept from before.
    Effect::new(move |_| {
        let (Some(form), Some(text_area)) = (form.get(), text_area.get()) else { return };
        if !is_copy && text_area.value() == text_area.default_value().unwrap_or_default() {
            let kept = draft.with_value(|draft| draft.restore(&form)).unwrap_or_default();
            photo.restore(value_of(&kept, "photo"));
            logo.restore(value_of(&kept, "logo"));
        }
        prompt.set(text_area.value());
        show_length(&form);
    });
    let keep = move || {
        if let Some(form) = form.get_untracked() {
            let beside = [("photo", photo.value()), ("logo", logo.value())];
            draft.with_value(|draft| draft.keep(&form, &beside));
            show_length(&form);
        }
    };
    // Pictures come when they have been read.
    Effect::new(move |before: Option<()>| {
        _ = (photo.is_sending(), logo.is_sending());
        if before.is_some() {
            keep();
        }
    });

    let count = Memo::new(move |_| prompt.with(|text| character_count(text)));
    let problem =
        Memo::new(move |_| prompt.with(|text| Prompt::parse(text)).err().map(|error| error.message));
    let prompt_error = move || {
        let refused =
            is_unchanged.get().then(|| refusal.get()).flatten().filter(|error| error.is_about("prompt"));
        match refused {
            Some(error) => Some(error.message()),
            // Too long is said at once; too short only when the user has finished.
            None if is_visited.get() || count.get() > Prompt::MAX_CHARS => problem.get(),
            None => None,
        }
    };
    let other_error = move || refusal.get().filter(|error| FIELDS.iter().all(|field| !error.is_about(field)));

    let is_sending = move || photo.is_sending() || logo.is_sending();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if is_pending.get_untracked() || untrack(is_sending) {
            return;
        }
        is_visited.set(true);
        if problem.get_untracked().is_some() {
            if let Some(text_area) = text_area.get_untracked() {
                _ = text_area.focus();
            }
        } else {
            is_unchanged.set(true);
            action.dispatch(CreateVideo {
                prompt: form_value(&event, "prompt"),
                aspect_ratio: Some(form_value(&event, "aspect_ratio")),
                duration_seconds: Some(form_value(&event, "duration_seconds")),
                seed: Some(form_value(&event, "seed")),
                art_direction: Some(form_value(&event, "art_direction")),
                photo: Some(photo.value()),
                logo: Some(logo.value()),
                voice: Some(form_value(&event, "voice")),
                model: Some(form_value(&event, "model")),
                animatic: Some(form_value(&event, "animatic")),
                max_cost_usd: Some(form_value(&event, "max_cost_usd")),
            });
        }
    };
    // A picture in the clipboard is a photo, wherever on the form it is pasted; text stays text.
    let paste = move |event: ClipboardEvent| {
        if photo.take_from(event.clipboard_data()) {
            event.prevent_default();
        }
    };
    let submit_by_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
            && let Some(form) = form.get_untracked()
        {
            event.prevent_default();
            _ = form.request_submit();
        }
    };
    let take_example = move |example: &'static str| {
        if let Some(text_area) = text_area.get_untracked() {
            text_area.set_value(example);
            _ = text_area.focus();
        }
        prompt.set(example.into());
        is_unchanged.set(false);
        keep();
    };

    view! {
        <form
            node_ref=form
            class="prompt-form"
            action=CreateVideo::url()
            method="post"
            prop:noValidate=true
            on:submit=submit
            on:paste=paste
            on:input=move |_| keep()
        >
            <div class="prompt-box" class:invalid=move || prompt_error().is_some()>
                <label for="prompt">"Your product in one sentence: what it is, whom it is for, what is good about it"</label>
                <textarea
                    node_ref=text_area
                    id="prompt"
                    name="prompt"
                    rows="3"
                    required
                    dir="auto"
                    placeholder="Cold brew coffee in a can for people who wake up before their alarm"
                    aria-describedby="prompt-note prompt-count"
                    aria-invalid=move || prompt_error().map(|_| "true")
                    on:input=move |event| {
                        is_unchanged.set(false);
                        prompt.set(event_target_value(&event));
                    }
                    on:blur=move |_| {
                        if count.get_untracked() > 0 {
                            is_visited.set(true);
                        }
                    }
                    on:keydown=submit_by_key
                >
                    {text_area_content(start_prompt)}
                </textarea>
                <div class="prompt-foot">
                    <p id="prompt-note" class="field-note" class:error=move || prompt_error().is_some() aria-live="polite">
                        {move || prompt_error().unwrap_or_default()}
                    </p>
                    <p id="prompt-count" class="prompt-count" class:over=move || { count.get() > Prompt::MAX_CHARS }>
                        {move || count.get()} " / " {Prompt::MAX_CHARS}
                    </p>
                </div>
                <div class="prompt-send">
                    // Written by `money.js`.
                    <div id="estimate" role="status"></div>
                    <button
                        type="submit"
                        class="button primary large"
                        aria-busy=move || (is_pending.get() || is_sending()).then_some("true")
                    >
                        <Icon name=icons::Play/>
                        {move || {
                            if is_pending.get() {
                                "Starting…"
                            } else if is_sending() {
                                "Reading the picture…"
                            } else {
                                "Make the ad"
                            }
                        }}
                    </button>
                </div>
            </div>
            {move || other_error().map(|error| {
                let suggestion = error.0.suggestion.as_ref().map(|suggestion| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            data-suggestion=""
                            data-seconds=suggestion.duration_seconds
                            data-model=suggestion.model.clone()
                        >
                            "Take what fits"
                        </button>
                    }
                });
                view! { <ErrorText message=error.message()/> {suggestion} }
            })}

            <div class="examples needs-script" role="group" aria-label="Examples">
                <span class="quiet-text">"For example:"</span>
                {EXAMPLES
                    .into_iter()
                    .map(|(name, example)| {
                        view! {
                            <button type="button" class="example" title=example on:click=move |_| take_example(example)>
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>

            <div class="pictures">
                <PicturePicker
                    place=photo
                    label="Product photo"
                    hint="Optional: choose, drop or paste it. Its background is taken away, and it plays the lead."
                />
                <PicturePicker place=logo label="Logo" hint="Optional. In the corner and on the end card."/>
            </div>

            {children()}
        </form>
    }
}

/// Turns the form's place into the ad's: how far it is, and then what has become of it. The address says so, too, for a
/// reload.
async fn show_making(id: GenerationId) {
    let address = format!("/dashboard?made={id}");
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
    if swap::show("now", &address).await.is_err() {
        session::load_document(&format!("/videos/{id}"));
        return;
    }
    if let Some(now) = document().get_element_by_id("now").and_then(|now| now.dyn_into::<HtmlElement>().ok())
    {
        _ = now.focus();
        now.scroll_into_view();
    }
    _ = swap::show("recent", &address).await;
}

/// Beside the slider stands what it is set to.
fn show_length(form: &HtmlFormElement) {
    let Ok(Some(slider)) = form.query_selector("[name=duration_seconds]") else { return };
    let Ok(slider) = slider.dyn_into::<HtmlInputElement>() else { return };
    let text = format!("{} seconds", slider.value());
    _ = slider.set_attribute("aria-valuetext", &text);
    if let Ok(Some(shown)) = form.query_selector("#duration-shown") {
        shown.set_text_content(Some(&text));
    }
}

/// Text for the inside of a `<textarea>`. Leptos writes it into the page as it is, so the server must
/// escape it; the browser sets it as text and must not.
pub(crate) fn text_area_content(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text }
}

/// Counts as [`Prompt::parse`] does: runs of white space are one space.
fn character_count(text: &str) -> usize {
    let words = text.split_whitespace();
    words.map(|word| word.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_prompt_parsers() {
        for text in ["", "  ", "one", "  two \n words ", "☕ Kaffee für alle"] {
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(character_count(text), folded.chars().count(), "{text:?}");
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_prompt_cannot_leave_its_text_area() {
        let content = text_area_content("</textarea><script> & more".into());
        assert_eq!(content, "&lt;/textarea>&lt;script> &amp; more");
    }

    #[test]
    fn examples_are_prompts() {
        for (_, example) in EXAMPLES {
            assert!(Prompt::parse(example).is_ok(), "{example}");
        }
    }
}
