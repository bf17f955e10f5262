//! The form in which an ad begins.

use admint_domain::{AspectRatio, PictureId, PictureRole, Prompt, TargetDuration};
use leptos::{ev, html, prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};
use web_sys::ClipboardEvent;

use super::{
    field::form_value,
    picture::{PicturePicker, PicturePlace},
};
use crate::{
    api::CreateVideo,
    components::{ErrorText, Icon, icons},
    session,
};

/// What says itself what is wrong with it.
const FIELDS: [&str; 4] = ["prompt", "seed", "photo", "logo"];

const EXAMPLES: [&str; 4] = [
    "Cold brew coffee in a can for people who wake up before their alarm",
    "Handmade leather running shoes that last ten years, free repairs included",
    "A quiet robot vacuum for families with two cats and no time",
    "Sourdough baking classes in Lisbon, beginners welcome, 20 % off in May",
];

/// What the form starts with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub prompt: String,
    pub aspect: AspectRatio,
    pub seconds: u32,
    pub photo: Option<PictureId>,
    pub logo: Option<PictureId>,
    pub has_voice: bool,
    pub has_captions: bool,
}

/// The children are the wishes that need no script.
#[island]
pub fn PromptForm(template: Template, children: Children) -> impl IntoView {
    let photo = PicturePlace::new(PictureRole::Photo, template.photo);
    let logo = PicturePlace::new(PictureRole::Logo, template.logo);
    let Template {
        prompt: start_prompt,
        aspect: start_aspect,
        seconds: start_seconds,
        has_voice,
        has_captions,
        ..
    } = template;

    let text_area = NodeRef::<html::Textarea>::new();
    let prompt = RwSignal::new(start_prompt.clone());
    let seconds = RwSignal::new(start_seconds);
    let is_visited = RwSignal::new(false);
    let is_unchanged = RwSignal::new(true);

    let action = ServerAction::<CreateVideo>::new();
    let refusal = Signal::derive(move || action.value().get().and_then(Result::err));
    let is_leaving = RwSignal::new(false);
    let is_pending = Signal::derive(move || action.pending().get() || is_leaving.get());
    Effect::new(move |_| match action.value().get() {
        Some(Ok(id)) => {
            is_leaving.set(true);
            session::load_document(&format!("/videos/{id}"));
        }
        Some(Err(error)) if error.is_unauthorized() => session::log_in_again(),
        Some(Err(error)) if error.is_about("photo") => photo.refuse(error.message()),
        Some(Err(error)) if error.is_about("logo") => logo.refuse(error.message()),
        _ => {}
    });
    // Takes over what was typed before the page was hydrated.
    Effect::new(move |_| {
        if let Some(text_area) = text_area.get() {
            prompt.set(text_area.value());
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
    let seed_error = move || refusal.get().filter(|error| error.is_about("seed"));

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
            && let Some(form) = text_area.get_untracked().and_then(|text_area| text_area.form())
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
    };

    view! {
           <form class="prompt-form" action=CreateVideo::url() method="post" prop:noValidate=true on:submit=submit on:paste=paste>
               <div class="prompt-box" class:invalid=move || prompt_error().is_some()>
                   <label for="prompt">"Your product in one sentence: what it is, whom it is for, what is good about it"</label>
                   <textarea
                       node_ref=text_area
                       id="prompt"
                       name="prompt"
                       rows="3"
                       required
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
               </div>

               <details class="examples">
                   <summary>"Show me examples"</summary>
                   <ul role="list">
                       {EXAMPLES
                           .into_iter()
                           .map(|example| {
                               view! {
                                   <li>
                                       <button type="button" class="example" on:click=move |_| take_example(example)>
                                           {example}
                                       </button>
                                   </li>
                               }
                           })
                           .collect_view()}
                   </ul>
               </details>

               <div class="pictures">
                   <PicturePicker
                       place=photo
                       label="Product photo"
                       hint="Optional. Its background is taken away, and it plays the lead."
                   />
                   <PicturePicker place=logo label="Logo" hint="Optional. In the corner and on the end card."/>
               </div>

               <div class="prompt-settings">
                   <fieldset class="aspects">
                       <legend>"Shape"</legend>
                       <div class="aspect-cards">
                           {AspectRatio::ALL
                               .into_iter()
                               .map(|aspect| aspect_card(aspect, aspect == start_aspect))
                               .collect_view()}
                       </div>
                   </fieldset>
                   <div class="length-field">
                       <label for="duration_seconds">"Length"</label>
                       <output for="duration_seconds">{seconds} " seconds"</output>
                       <input
                           type="range"
                           id="duration_seconds"
                           name="duration_seconds"
                           min=TargetDuration::MIN
                           max=TargetDuration::MAX
                           step="1"
                           value=start_seconds
                           aria-valuetext=move || format!("{} seconds", seconds.get())
                           on:input=move |event| {
                               if let Ok(value) = event_target_value(&event).parse() {
                                   seconds.set(value);
                               }
                           }
                       />
                       <p class="length-ends" aria-hidden="true">
                           <span>{TargetDuration::MIN} " s"</span>
                           <span>{TargetDuration::MAX} " s"</span>
                       </p>
                       <label class="field">
                           <span>"Voice"</span>
                           <select name="voice">
                               <option value="">"None, only music"</option>
                               <option value="spoken" selected=has_voice>"Speaks the words (English)"</option>
                               <option value="captioned" selected=has_captions>
                                   "Speaks, with captions in the picture"
                               </option>
                           </select>
                       </label>
                       <details class="seed">
                           <summary>"Repeat an earlier ad exactly"</summary>
                           <div class="field">
                               <label for="seed">"Seed (optional)"</label>
                               <input
                                   type="text"
                                   inputmode="numeric"
                                   id="seed"
                                   name="seed"
                                   autocomplete="off"
                                   aria-describedby="seed-note"
                                   aria-invalid=move || seed_error().map(|_| "true")
                               />
                               <p id="seed-note" class="field-note" class:error=move || seed_error().is_some() aria-live="polite">
                                   {move || {
                                       seed_error()
                                           .map_or_else(
                                               || "The same sentence, settings and seed give the same ad.".to_owned(),
                                               |error| error.message(),
                                           )
                                   }}
                               </p>
                           </div>
                       </details>
                   </div>
               </div>

               {children()}

               // Written by `money.js`.
               <div id="estimate" role="status"></div>
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
           </form>
       }
}

fn aspect_card(aspect: AspectRatio, is_checked: bool) -> impl IntoView {
    let (class, place) = match aspect {
        AspectRatio::Portrait9x16 => ("aspect-sketch shape-9x16", "Reels, Shorts"),
        AspectRatio::Square => ("aspect-sketch shape-1x1", "Feeds"),
        AspectRatio::Portrait4x5 => ("aspect-sketch shape-4x5", "Tall feeds"),
        AspectRatio::Landscape16x9 => ("aspect-sketch shape-16x9", "Web, TV"),
    };
    view! {
        <label class="aspect-card">
            <input type="radio" name="aspect_ratio" value=aspect.as_str() checked=is_checked/>
            <span class="aspect-stage" aria-hidden="true">
                <span class=class></span>
            </span>
            <span class="aspect-name">{aspect.as_str()}</span>
            <span class="aspect-place">{place}</span>
        </label>
    }
}

/// Text for the inside of a `<textarea>`. Leptos writes it into the page as it is, so the server must
/// escape it; the browser sets it as text and must not.
fn text_area_content(text: String) -> String {
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
        for example in EXAMPLES {
            assert!(Prompt::parse(example).is_ok(), "{example}");
        }
    }
}
