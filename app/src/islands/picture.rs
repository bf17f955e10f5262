//! A picture that the maker brings along: chosen, dropped or pasted, and shown as an ad will show it.

use admint_domain::{AppError, ErrorCode, MAX_PICTURE_BYTES, PictureId, PictureRole};
use gloo_net::http::Request;
use leptos::{ev, html, prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, File};

use super::request;
use crate::{
    ApiError,
    components::{Icon, icons},
    session,
};

/// What has become of a picture so far.
#[derive(Clone, Debug, PartialEq)]
enum Standing {
    Empty,
    Sending,
    Kept { id: PictureId, note: String },
}

/// One place for a picture on a form. Copies share it.
#[derive(Clone, Copy)]
pub struct PicturePlace {
    role: PictureRole,
    standing: RwSignal<Standing>,
    problem: RwSignal<Option<String>>,
    /// Rises with every choice, so that an upload which was overtaken says nothing any more.
    choice: StoredValue<u32>,
}

impl PicturePlace {
    /// `start` is a picture of an earlier ad.
    pub fn new(role: PictureRole, start: Option<PictureId>) -> Self {
        let standing =
            start.map_or(Standing::Empty, |id| Standing::Kept { id, note: "From your earlier ad.".into() });
        Self {
            role,
            standing: RwSignal::new(standing),
            problem: RwSignal::new(None),
            choice: StoredValue::new(0),
        }
    }

    /// For the form; empty where there is none.
    pub fn value(self) -> String {
        self.standing.with_untracked(|standing| match standing {
            Standing::Kept { id, .. } => id.to_string(),
            _ => String::new(),
        })
    }

    fn url(self) -> Option<String> {
        self.standing.with(|standing| match standing {
            Standing::Kept { id, .. } => Some(format!("/api/pictures/{id}")),
            _ => None,
        })
    }

    pub fn is_sending(self) -> bool {
        self.standing.with(|standing| *standing == Standing::Sending)
    }

    /// Takes the first picture among what was dropped or pasted; whether there was one.
    pub fn take_from(self, data: Option<DataTransfer>) -> bool {
        let file = data.and_then(|data| data.files()).and_then(|files| files.get(0));
        file.map(|file| self.send(file)).is_some()
    }

    /// What a draft of the form had here.
    pub fn restore(self, id: Option<&String>) {
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            self.standing.set(Standing::Kept { id, note: "Kept from before.".into() });
        }
    }

    pub fn refuse(self, message: String) {
        self.standing.set(Standing::Empty);
        self.problem.set(Some(message));
    }

    fn send(self, file: File) {
        self.problem.set(None);
        let before = self.standing.get_untracked();
        self.standing.set(Standing::Sending);
        self.choice.update_value(|choice| *choice += 1);
        let choice = self.choice.get_value();
        spawn_local(async move {
            let answer = upload(self.role, file).await;
            if self.choice.try_get_value() != Some(choice) {
                return;
            }
            match answer {
                Ok(picture) => self.standing.set(Standing::Kept { id: picture.id, note: picture.note }),
                Err(error) if error.is_unauthorized() => session::log_in_again(),
                Err(error) => {
                    // The picture from before is still a good one.
                    self.standing.set(if before == Standing::Sending { Standing::Empty } else { before });
                    self.problem.set(Some(error.message()));
                }
            }
        });
    }

    fn remove(self) {
        self.choice.update_value(|choice| *choice += 1);
        self.standing.set(Standing::Empty);
        self.problem.set(None);
    }
}

/// As much of the answer, a `PictureView`, as a form needs: every field that is read costs every visitor.
#[derive(Deserialize)]
struct KeptPicture {
    id: PictureId,
    note: String,
}

/// Keeps the file for the next ads.
async fn upload(role: PictureRole, file: File) -> Result<KeptPicture, ApiError> {
    // The server says the same, but only after the whole file has travelled.
    if file.size() > MAX_PICTURE_BYTES as f64 {
        let message = "This file has more than 20 MB. Save it smaller or at a lower quality.";
        return Err(AppError::invalid(role.as_str(), message).into());
    }
    let answer = request::send(Request::post(&format!("/api/pictures?role={role}")).body(file)).await;
    request::read(answer).await.map_err(|error| match error.0.code {
        ErrorCode::Network => ApiError(AppError::new(
            ErrorCode::Network,
            "The picture did not arrive. Check your connection and choose it again.",
        )),
        _ => error,
    })
}

#[component]
pub fn PicturePicker(place: PicturePlace, label: &'static str, hint: &'static str) -> impl IntoView {
    let name = place.role.as_str();
    let note = format!("{name}-note");
    let input = NodeRef::<html::Input>::new();
    let is_over = RwSignal::new(false);
    let choose = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            place.send(file);
        }
        // So that the same file can be chosen again.
        input.set_value("");
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        place.take_from(event.data_transfer());
    };
    let remove = move |_| {
        place.remove();
        if let Some(input) = input.get_untracked() {
            _ = input.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    };
    view! {
        <div
            class="picture needs-script"
            class:over=is_over
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=drop
        >
            <label class="picture-drop">
                <input
                    node_ref=input
                    type="file"
                    accept="image/jpeg,image/png,image/webp"
                    aria-describedby=note.clone()
                    on:change=choose
                />
                <span class="picture-view" aria-hidden="true">
                    {move || {
                        place
                            .url()
                            .map_or_else(
                                || {
                                    view! { <span class:picture-busy=move || place.is_sending()><Icon name=icons::Plus/></span> }
                                        .into_any()
                                },
                                |url| view! { <img src=url alt=""/> }.into_any(),
                            )
                    }}
                </span>
                <span class="picture-name">{label}</span>
            </label>
            <p id=note class="field-note" class:error=move || place.problem.with(Option::is_some) aria-live="polite">
                {move || {
                    place.problem.get().unwrap_or_else(|| match place.standing.get() {
                        Standing::Empty => hint.to_owned(),
                        Standing::Sending => "Reading the picture…".to_owned(),
                        Standing::Kept { note, .. } => note,
                    })
                }}
            </p>
            <Show when=move || place.standing.with(|standing| *standing != Standing::Empty)>
                <button type="button" class="picture-remove" aria-label=format!("Remove the {name}") on:click=remove>
                    <Icon name=icons::Close/>
                </button>
            </Show>
        </div>
    }
}
