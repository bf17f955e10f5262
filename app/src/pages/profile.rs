//! Who one is here, what one has made, where one is logged in, and what one may change about it.

use admint_domain::{AppError, ProfileView, SessionView};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_meta::Stylesheet;

use super::plain::{AccountPages, plain_page};
use crate::{
    components::{ErrorText, Icon, LogOutButton, Notice, icons},
    display,
    islands::{Secret, SecretField},
};

pub const PROFILE_PATH: &str = "/profile";

/// The forms of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileForm {
    Email,
    Password,
    Sessions,
    Deletion,
}

impl ProfileForm {
    pub const ALL: [Self; 4] = [Self::Email, Self::Password, Self::Sessions, Self::Deletion];

    /// In the addresses that the forms are sent to, and as an anchor on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password => "password",
            Self::Sessions => "sessions",
            Self::Deletion => "delete",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Email => "Your e-mail address is saved.",
            Self::Password => "Your password is changed, and every other session is logged out.",
            Self::Sessions => "Logged out there.",
            // The account is gone, and so is its page.
            Self::Deletion => "",
        }
    }

    fn path(self) -> String {
        format!("{PROFILE_PATH}/{}", self.name())
    }
}

/// A form that was sent and refused, with what may be shown again of what was typed.
#[derive(Clone, Debug)]
pub struct RefusedForm {
    pub form: ProfileForm,
    pub error: AppError,
    pub typed: String,
}

#[derive(Clone, Debug)]
pub struct ProfilePage {
    pub profile: ProfileView,
    pub sessions: Vec<SessionView>,
    pub refused: Option<RefusedForm>,
    pub done: Option<ProfileForm>,
}

pub fn profile_page(
    options: LeptosOptions,
    page: Result<ProfilePage, AppError>,
    now: DateTime<Utc>,
) -> impl IntoView {
    plain_page(options, "Profile", move || {
        view! {
            <Stylesheet href="/profile.css"/>
            <section class="page profile">
                <AccountPages here=PROFILE_PATH/>
                {match page {
                    Ok(page) => view! { <Profile page now/> }.into_any(),
                    Err(error) => {
                        view! {
                            <h1>"Profile"</h1>
                            <ErrorText message=error.message/>
                            <a href=PROFILE_PATH class="button">"Try again"</a>
                        }
                            .into_any()
                    }
                }}
            </section>
        }
    })
}

#[component]
fn Profile(page: ProfilePage, now: DateTime<Utc>) -> impl IntoView {
    let ProfilePage { profile, sessions, refused, done } = page;
    let ProfileView { user, total_generations, total_cost_usd, last_login, storage } = profile;
    let initial = user.username.chars().next().map(|c| c.to_ascii_uppercase().to_string());
    let (username, email) = (user.username.clone(), user.email.clone());
    let of = |form: ProfileForm| refused.clone().filter(|refused| refused.form == form);
    view! {
        {done.map(|form| view! { <Notice>{form.done()}</Notice> })}
        <div class="profile-head">
            <span class="avatar" aria-hidden="true">{initial}</span>
            <div>
                <h1>{user.username}</h1>
                {user.email.map(|email| view! { <p class="profile-email">{email}</p> })}
                <p class="quiet-text">"Member since: " {display::month_and_year(user.created_at)}</p>
            </div>
        </div>
        <dl class="figures">
            <div>
                <dt>"Total Videos Generated"</dt>
                <dd>{total_generations}</dd>
            </div>
            <div>
                <dt>"Total Cost Spent"</dt>
                <dd>
                    <a href="/spending">{total_cost_usd.to_string()}</a>
                </dd>
            </div>
            <div>
                <dt>"Storage Used"</dt>
                <dd>{storage.to_string()}</dd>
            </div>
            <div>
                <dt>"Last Login"</dt>
                <dd>
                    {match last_login {
                        Some(at) => view! { <Ago at now/> }.into_any(),
                        None => "not recorded".into_any(),
                    }}
                </dd>
            </div>
        </dl>
        <LogOutButton class="button"/>
        <Sessions sessions now refused=of(ProfileForm::Sessions)/>
        <Email email=email.clone() refused=of(ProfileForm::Email)/>
        <NewPassword username=username.clone() email refused=of(ProfileForm::Password)/>
        <Export/>
        <Deletion username refused=of(ProfileForm::Deletion)/>
    }
}

#[component]
fn Ago(at: DateTime<Utc>, now: DateTime<Utc>) -> impl IntoView {
    view! {
        <time datetime=display::machine_readable(at) title=display::date_and_time(at)>
            {display::relative((now - at).num_seconds())}
        </time>
    }
}

/// A part of the page with its heading, to which a link and a form lead.
#[component]
fn Part(form: &'static str, title: &'static str, children: Children) -> impl IntoView {
    let heading = format!("{form}-title");
    let labelled_by = heading.clone();
    view! {
        <section class="profile-part" id=form aria-labelledby=labelled_by>
            <h2 id=heading>{title}</h2>
            {children()}
        </section>
    }
}

/// What is wrong with none of the form's `fields`.
fn elsewhere(refused: Option<&RefusedForm>, fields: &[&str]) -> Option<impl IntoView + use<>> {
    let error = refused.map(|refused| refused.error.clone())?;
    let is_at_field = error.field.as_deref().is_some_and(|field| fields.contains(&field));
    (!is_at_field).then(|| view! { <ErrorText message=error.message/> })
}

fn at_field(refused: Option<&RefusedForm>, field: &str) -> Option<String> {
    let error = &refused?.error;
    (error.field.as_deref() == Some(field)).then(|| error.message.clone())
}

#[component]
fn Sessions(sessions: Vec<SessionView>, now: DateTime<Utc>, refused: Option<RefusedForm>) -> impl IntoView {
    let action = ProfileForm::Sessions.path();
    let is_alone = sessions.len() < 2;
    let row_action = action.clone();
    let row = move |session: SessionView| {
        let SessionView { id, device, network, began_at, last_used_at, is_present } = session;
        let name = format!("Log out {device}, last used {}", display::date_and_time(last_used_at));
        view! {
            <li>
                <div>
                    <p class="session-device">
                        {device} {is_present.then(|| view! { <span class="session-present">"this one"</span> })}
                    </p>
                    <p class="quiet-text">
                        "Last used " <Ago at=last_used_at now/> ", since " {display::date_and_time(began_at)}
                        {(!network.is_empty()).then(|| format!(", from {network}"))}
                    </p>
                </div>
                {(!is_present)
                    .then(|| {
                        view! {
                            <form method="post" action=row_action.clone()>
                                <button type="submit" class="button small" name="id" value=id.to_string() aria-label=name>
                                    "Log out that one"
                                </button>
                            </form>
                        }
                    })}
            </li>
        }
    };
    view! {
        <Part form="sessions" title="Where you are logged in">
            {elsewhere(refused.as_ref(), &[])}
            <ul class="session-list">{sessions.into_iter().map(row).collect_view()}</ul>
            <form method="post" action=action class="profile-actions">
                {(!is_alone)
                    .then(|| {
                        view! {
                            <button type="submit" class="button" name="which" value="others">
                                "Log out everywhere else"
                            </button>
                        }
                    })}
                <button type="submit" class="button" name="which" value="all">
                    "Log out everywhere"
                </button>
            </form>
        </Part>
    }
}

#[component]
fn Email(email: Option<String>, refused: Option<RefusedForm>) -> impl IntoView {
    let error = at_field(refused.as_ref(), "email");
    let typed = refused.as_ref().map(|refused| refused.typed.clone()).or(email).unwrap_or_default();
    view! {
        <Part form="email" title="E-mail address">
            {elsewhere(refused.as_ref(), &["email", "current_password"])}
            <form method="post" action=ProfileForm::Email.path() class="profile-form" data-keep="">
                <PlainField
                    id="email-address"
                    name="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="email"
                    value=typed
                    hint="Only for reaching you; nothing is sent. Leave it empty to have none."
                    error
                />
                <SecretField
                    secret=Secret::ForEmail
                    refusal=at_field(refused.as_ref(), "current_password")
                    own=Default::default()
                />
                <button type="submit" class="button">"Save the address"</button>
            </form>
        </Part>
    }
}

#[component]
fn NewPassword(username: String, email: Option<String>, refused: Option<RefusedForm>) -> impl IntoView {
    let own = (username.clone(), email.unwrap_or_default());
    view! {
        <Part form="password" title="Password">
            <p class="quiet-text">"A new one logs out every other session of yours."</p>
            {elsewhere(refused.as_ref(), &["new_password", "current_password"])}
            <form method="post" action=ProfileForm::Password.path() class="profile-form">
                // For password managers: whose password it is.
                <input type="hidden" name="username" autocomplete="username" value=username/>
                <SecretField
                    secret=Secret::ForPassword
                    refusal=at_field(refused.as_ref(), "current_password")
                    own=Default::default()
                />
                <SecretField secret=Secret::New refusal=at_field(refused.as_ref(), "new_password") own/>
                <button type="submit" class="button">"Change the password"</button>
            </form>
        </Part>
    }
}

#[component]
fn Export() -> impl IntoView {
    view! {
        <Part form="data" title="Your data">
            <p class="quiet-text">
                "One ZIP file with everything that is kept for you: your account, your videos with their captions, plans \
                 and records, your photos and logos, and what was bought."
            </p>
            <div class="profile-actions">
                <a href="/api/user/export" class="button" download="">
                    <Icon name=icons::Download/>
                    "Download everything"
                </a>
            </div>
        </Part>
    }
}

#[component]
fn Deletion(username: String, refused: Option<RefusedForm>) -> impl IntoView {
    let typed = refused.as_ref().map(|refused| refused.typed.clone()).unwrap_or_default();
    let label = format!("Type your user name, {username}, to confirm");
    view! {
        <Part form="delete" title="Delete your account">
            <details class="deletion" open=refused.is_some()>
                <summary>"What goes, and how to delete it"</summary>
                <ul>
                    <li>"Everything that is being made is cancelled; a vendor may still bill what it has begun."</li>
                    <li>
                        "All your videos, their files and captions, your photos and logos, share links, spending and \
                         sessions are deleted at once and for good. Nobody can bring them back."
                    </li>
                    <li>"You are logged out everywhere, and your user name is free for anybody."</li>
                    <li>
                        "What stays has nobody's name: how much this installation has paid each vendor in each month. \
                         Back-ups that its operator made before still hold your data, until they are thrown away."
                    </li>
                </ul>
                <p>
                    <a href="/api/user/export" download="">"Download everything"</a> " first, if you want to keep it."
                </p>
                {elsewhere(refused.as_ref(), &["confirmation", "current_password"])}
                <form method="post" action=ProfileForm::Deletion.path() class="profile-form">
                    <PlainField
                        id="confirmation"
                        name="confirmation"
                        label
                        autocomplete="off"
                        value=typed
                        hint=""
                        error=at_field(refused.as_ref(), "confirmation")
                    />
                    <SecretField
                        secret=Secret::ForDeletion
                        refusal=at_field(refused.as_ref(), "current_password")
                        own=Default::default()
                    />
                    <button type="submit" class="button danger">"Delete my account"</button>
                </form>
            </details>
        </Part>
    }
}

/// A field that needs no script.
#[component]
fn PlainField(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    autocomplete: &'static str,
    value: String,
    hint: &'static str,
    error: Option<String>,
) -> impl IntoView {
    let note_id = format!("{id}-note");
    let described_by = note_id.clone();
    let is_wrong = error.is_some();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-box">
                <input
                    id=id
                    name=name
                    type=kind
                    value=value
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described_by
                    aria-invalid=is_wrong.then_some("true")
                />
            </div>
            <p id=note_id class="field-note" class:error=is_wrong>
                {error.unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
}
