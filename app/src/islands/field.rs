//! Form fields that check what is typed by the domain's own rules, and show what the server says
//! about them until the next key press.

use admint_domain::AppError;
use leptos::{ev, html, prelude::*};

use super::strength::Strength;
use crate::{
    ApiError,
    components::{Icon, icons},
};

/// One of the domain's rules, asked only whether it holds.
type Check = fn(&str) -> Result<(), AppError>;

/// What is in a field, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Field {
    name: &'static str,
    id: &'static str,
    text: RwSignal<String>,
    check: StoredValue<Check>,
    /// The user has been here: from now on mistakes are shown as they are typed.
    is_visited: RwSignal<bool>,
    /// What the server said still applies: nothing was typed since.
    is_unchanged: RwSignal<bool>,
    refusal: Signal<Option<ApiError>>,
}

impl Field {
    /// `name` is the request's field; `refusal` the server's latest answer, if it was an error.
    pub fn new(name: &'static str, start: String, check: Check, refusal: Signal<Option<ApiError>>) -> Self {
        Self {
            name,
            id: name,
            text: RwSignal::new(start),
            check: StoredValue::new(check),
            is_visited: RwSignal::new(false),
            is_unchanged: RwSignal::new(true),
            refusal,
        }
    }

    /// Its id, where another form of the page has a field of the same name.
    pub fn at(self, id: &'static str) -> Self {
        Self { id, ..self }
    }

    pub fn text(self) -> Signal<String> {
        self.text.into()
    }

    fn set_text(self, text: String) {
        self.is_unchanged.set(false);
        self.text.set(text);
    }

    pub fn visit(self) {
        self.is_visited.set(true);
    }

    /// An empty field is not scolded for being passed through.
    fn left(self) {
        if self.text.with_untracked(|text| !text.is_empty()) {
            self.visit();
        }
    }

    /// Call it when the form is sent: the answer is about what is in the field now.
    pub fn sent(self) {
        self.is_unchanged.set(true);
    }

    /// What our own rules say, shown or not.
    pub fn problem(self) -> Option<String> {
        let check = self.check.get_value();
        self.text.with(|text| check(text)).err().map(|error| error.message)
    }

    /// What the user should see.
    pub fn shown_error(self) -> Option<String> {
        let from_server = || {
            self.is_unchanged
                .get()
                .then(|| self.refusal.get())
                .flatten()
                .filter(|error| error.is_about(self.name))
        };
        match from_server() {
            Some(error) => Some(error.message()),
            None if self.is_visited.get() => self.problem(),
            None => None,
        }
    }

    fn is_good(self) -> bool {
        self.text.with(|text| !text.is_empty()) && self.problem().is_none() && self.shown_error().is_none()
    }

    fn note_id(self) -> String {
        format!("{}-note", self.id)
    }

    fn on_input(self) -> impl Fn(ev::Event) + Copy {
        move |event| self.set_text(event_target_value(&event))
    }

    /// Takes over what was typed, or filled in by the browser, before the page was hydrated.
    fn adopt(self, input: NodeRef<html::Input>) {
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                let typed = input.value();
                if typed != self.text.get_untracked() {
                    self.text.set(typed);
                }
            }
        });
    }
}

/// What the form that is being sent holds under `name`.
pub fn form_value(event: &ev::SubmitEvent, name: &str) -> String {
    use wasm_bindgen::JsCast;

    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok())
        .and_then(|form| web_sys::FormData::new_with_form(&form).ok())
        .and_then(|data| data.get(name).as_string())
        .unwrap_or_default()
}

/// The line below a field: its hint, or what is wrong.
#[component]
fn FieldNote(field: Field, hint: &'static str) -> impl IntoView {
    view! {
        <p id=field.note_id() class="field-note" class:error=move || field.shown_error().is_some() aria-live="polite">
            {move || field.shown_error().unwrap_or_else(|| hint.into())}
        </p>
    }
}

#[component]
pub fn TextField(
    field: Field,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "")] hint: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    field.adopt(input);
    view! {
        <div class="field" class:good=move || field.is_good()>
            <label for=field.id>{label}</label>
            <div class="field-box">
                <input
                    node_ref=input
                    id=field.id
                    name=field.name
                    r#type=kind
                    value=field.text.get_untracked()
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=required
                    aria-describedby=field.note_id()
                    aria-invalid=move || field.shown_error().map(|_| "true")
                    on:input=field.on_input()
                    on:blur=move |_| field.left()
                />
                <span class="field-tick">
                    <Icon name=icons::Check/>
                </span>
            </div>
            <FieldNote field hint/>
        </div>
    }
}

#[component]
pub fn PasswordField(
    field: Field,
    #[prop(default = "Password")] label: &'static str,
    #[prop(default = "")] hint: &'static str,
    autocomplete: &'static str,
    /// Of a new password: whose name and address it will be, to tell how good it is.
    #[prop(optional)]
    own: Option<Callback<(), (String, String)>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    field.adopt(input);
    let is_shown = RwSignal::new(false);
    let has_caps_lock = RwSignal::new(false);
    let look = move |event: ev::KeyboardEvent| has_caps_lock.set(event.get_modifier_state("CapsLock"));
    view! {
        <div class="field" class:good=move || field.is_good()>
            <label for=field.id>{label}</label>
            <div class="field-box">
                <input
                    node_ref=input
                    id=field.id
                    name=field.name
                    r#type=move || if is_shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=true
                    aria-describedby=field.note_id()
                    aria-invalid=move || field.shown_error().map(|_| "true")
                    on:input=field.on_input()
                    on:keydown=look
                    on:keyup=look
                    on:blur=move |_| {
                        has_caps_lock.set(false);
                        field.left();
                    }
                />
                <button
                    type="button"
                    class="field-button needs-script"
                    aria-label="Show the password"
                    aria-pressed=move || if is_shown.get() { "true" } else { "false" }
                    on:click=move |_| is_shown.update(|shown| *shown = !*shown)
                >
                    {move || {
                        let name = if is_shown.get() { icons::EyeOff } else { icons::Eye };
                        view! { <Icon name/> }
                    }}
                </button>
            </div>
            <FieldNote field hint/>
            <p class="caps-lock" role="status">
                {move || has_caps_lock.get().then_some("Caps Lock is on.")}
            </p>
            {own.map(|own| view! { <Strength password=field.text() own/> })}
        </div>
    }
}
