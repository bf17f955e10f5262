//! The living page of the design system: every token and every component with its states, as the style sheets have
//! them now. Only development builds have it.

use admint_domain::{AspectRatio, GenerationStatus as Status, GenerationView, PasswordStrength, PictureRole};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{Stylesheet, Title};

use crate::{
    components::{CardGrid, ErrorText, Icon, Notice, StatusBadge, VideoCard, icons, shape},
    document::document,
    islands::{OfflineBanner, PicturePicker, PicturePlace, StrengthMeter},
};

pub const DESIGN_PATH: &str = "/design";

/// Shows states that nobody can hold at once: each rule for `:hover` and the like is repeated for a class.
const STATES: &str = r#"(() => {
    const states = [":hover", ":focus-visible", ":active"];
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText);
    const shown = rules
        .filter((rule) => states.some((state) => rule.includes(state)))
        .map((rule) => states.reduce((text, state) => text.replaceAll(state, state.replace(":", ".is-")), rule));
    const { sheet } = document.getElementById("states");
    shown.forEach((rule) => sheet.insertRule(rule, sheet.cssRules.length));
})()"#;

const COLOURS: [&str; 17] = [
    "paper",
    "surface",
    "sunken",
    "ink",
    "ink-soft",
    "line",
    "line-strong",
    "accent",
    "accent-hover",
    "accent-soft",
    "on-accent",
    "danger",
    "danger-fill",
    "danger-soft",
    "warning",
    "warning-soft",
    "stage",
];
const SIZES: [&str; 8] = ["display", "h1", "h2", "lead", "body", "ui", "note", "small"];
const SPACES: [&str; 8] = ["1", "2", "3", "4", "5", "6", "7", "8"];
const RADII: [&str; 4] = ["radius-small", "radius", "radius-large", "radius-round"];
const LIFTS: [&str; 3] = ["lift", "lift-mid", "lift-high"];
const MOTIONS: [&str; 2] = ["quick", "calm"];
/// What a control looks like when it is only looked at, and in each state.
const STATE_CLASSES: [(&str, &str); 4] =
    [("at rest", ""), ("hover", "is-hover"), ("focus", "is-focus-visible"), ("active", "is-active")];

pub fn design_page(options: LeptosOptions) -> impl IntoView {
    let nonce = use_nonce();
    document(options, move || {
        view! {
            <Title text="Design"/>
            <Stylesheet href="/money.css"/>
            <Stylesheet href="/design.css"/>
            <section class="page design">
                <h1>"Design"</h1>
                <p class="lead">"Grey with a breath of green, and one mint. Nothing here is more colourful than an ad."</p>
                <Tokens/>
                <Components/>
            </section>
            <style id="states" nonce=nonce.clone()></style>
            <script nonce=nonce inner_html=STATES></script>
        }
    })
}

#[component]
fn Tokens() -> impl IntoView {
    let sample = |name: &'static str, style: String| {
        view! {
            <li>
                <span class="design-swatch" style=style></span>
                <code>{format!("--{name}")}</code>
            </li>
        }
    };
    view! {
        <h2>"Colour"</h2>
        <ul class="design-swatches" role="list">
            {COLOURS.into_iter().map(|name| sample(name, format!("background: var(--{name})"))).collect_view()}
        </ul>
        <h2>"Type"</h2>
        <ul class="design-types" role="list">
            {SIZES
                .into_iter()
                .map(|size| {
                    view! {
                        <li>
                            <code>{format!("--size-{size}")}</code>
                            <span style=format!("font-size: var(--size-{size})")>"One sentence in, one ad out"</span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        <h2>"Space"</h2>
        <ul class="design-swatches" role="list">
            {SPACES
                .into_iter()
                .map(|step| {
                    view! {
                        <li>
                            <span class="design-space" style=format!("inline-size: var(--space-{step})")></span>
                            <code>{format!("--space-{step}")}</code>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        <h2>"Corners, elevation, motion"</h2>
        <ul class="design-swatches" role="list">
            {RADII.into_iter().map(|name| sample(name, format!("border-radius: var(--{name})"))).collect_view()}
            {LIFTS.into_iter().map(|name| sample(name, format!("background: var(--surface); box-shadow: var(--{name})"))).collect_view()}
            {MOTIONS
                .into_iter()
                .map(|name| {
                    view! {
                        <li>
                            <span class="design-swatch design-motion" style=format!("transition-duration: var(--{name})")></span>
                            <code>{format!("--{name}")}</code>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn Shown(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="design-shown">
            <h3>{name}</h3>
            <div class="design-row">{children()}</div>
        </section>
    }
}

/// An ad that was never made.
fn sample(status: Status) -> GenerationView {
    let is_done = status == Status::Completed;
    serde_json::from_value(serde_json::json!({
        "id": "00000000-0000-7000-8000-000000000000",
        "prompt": "Cold brew coffee in a can for people who wake up before their alarm",
        "status": status,
        "progress": if is_done { 100 } else { 45 },
        "current_step": if status == Status::Running { "Drawing scene 2 of 3" } else { "" },
        "framework": null,
        "framework_reason": null,
        "num_scenes": 3,
        "scenes": [],
        "duration_seconds": 9.0,
        "aspect_ratio": AspectRatio::Portrait9x16,
        "seed": 1,
        "art_direction": null,
        "photo": null,
        "logo": null,
        "voice": false,
        "captions": false,
        "cost_usd": is_done.then_some(0.0),
        "error": null,
        "left_out": [],
        "video_url": null,
        "thumbnail_url": is_done.then_some("/assets/showcase/coffee.webp"),
        "preview_url": is_done.then_some("/assets/showcase/coffee.mp4"),
        "created_at": "2026-11-14T09:30:00Z",
    }))
    .expect("a view of an ad")
}

/// One of each score, with the advice that a weak one comes with.
fn strengths() -> Vec<Option<PasswordStrength>> {
    let judged = |score| PasswordStrength {
        score,
        warning: (score == 0).then(|| "This is a very common password.".to_owned()),
        suggestions: if score < 3 { vec!["Add another word or two.".to_owned()] } else { Vec::new() },
        refusal: None,
    };
    std::iter::once(None).chain((0..=4).map(|score| Some(judged(score)))).collect()
}

fn refused_picture() -> PicturePlace {
    let place = PicturePlace::new(PictureRole::Logo, None);
    place.refuse("This is no picture. Choose a JPEG, PNG or WebP file.".to_owned());
    place
}

#[component]
fn Components() -> impl IntoView {
    let square = shape(AspectRatio::Square);
    view! {
        <h2>"Components"</h2>
        {["", "primary", "danger", "quiet"]
            .into_iter()
            .map(|kind| {
                let name = if kind.is_empty() { "Button" } else { kind };
                view! {
                    <Shown name>
                        {STATE_CLASSES
                            .into_iter()
                            .map(|(state, class)| {
                                view! { <button type="button" class=format!("button {kind} {class}")>{state}</button> }
                            })
                            .collect_view()}
                        <button type="button" class=format!("button {kind}") disabled>"disabled"</button>
                        <button type="button" class=format!("button {kind}") aria-busy="true">"loading…"</button>
                        <button type="button" class=format!("button {kind} small")>"small"</button>
                        <button type="button" class=format!("button {kind} square") aria-label="With an icon alone">
                            <Icon name=icons::Plus/>
                        </button>
                    </Shown>
                }
            })
            .collect_view()}
        <Shown name="Text field">
            {STATE_CLASSES
                .into_iter()
                .map(|(state, class)| {
                    view! {
                        <label class="field">
                            <span>{state}</span>
                            <input type="text" class=class placeholder="Placeholder"/>
                        </label>
                    }
                })
                .collect_view()}
            <div class="field good">
                <label for="design-good">"good"</label>
                <div class="field-box">
                    <input id="design-good" type="text" value="ann"/>
                    <span class="field-tick"><Icon name=icons::Check/></span>
                </div>
            </div>
            <div class="field">
                <label for="design-bad">"with an error"</label>
                <input id="design-bad" type="text" value="a b" aria-invalid="true" aria-describedby="design-bad-note"/>
                <p id="design-bad-note" class="field-note error">"Use only letters, digits and dots."</p>
            </div>
            <label class="field">
                <span>"disabled"</span>
                <input type="text" value="Not now" disabled/>
            </label>
        </Shown>
        <Shown name="Choice">
            {STATE_CLASSES
                .into_iter()
                .map(|(state, class)| {
                    view! {
                        <label class="field">
                            <span>"Select, " {state}</span>
                            <select class=class><option>"None, only music"</option><option>"Speaks the words"</option></select>
                        </label>
                        <label class="check"><input type="checkbox" class=class checked/> "Check box, " {state}</label>
                        <label class="check"><input type="radio" class=class name=format!("design-{state}") checked/> "Radio, " {state}</label>
                    }
                })
                .collect_view()}
            <label class="field">
                <span>"Select, disabled"</span>
                <select disabled><option>"Not now"</option></select>
            </label>
            <label class="check"><input type="checkbox" disabled/> "Check box, disabled"</label>
            <label class="check"><input type="radio" disabled/> "Radio, disabled"</label>
            <label class="field"><span>"Range"</span><input type="range" min="9" max="30" value="15"/></label>
        </Shown>
        <Shown name="Badge">
            {[Status::Queued, Status::Running, Status::Completed, Status::Failed, Status::Cancelled]
                .into_iter()
                .map(|status| view! { <StatusBadge status/> })
                .collect_view()}
        </Shown>
        <Shown name="Notice">
            <Notice>"Good news, or a plain fact."</Notice>
            <ErrorText message="What went wrong, and what to do.".to_owned()/>
        </Shown>
        <Shown name="Toast">
            <div class="toast design-toast">
                <Icon name=icons::Check/>
                <span>"Renamed"</span>
                <button type="button" class="button quiet square small" aria-label="Dismiss">
                    <Icon name=icons::Close/>
                </button>
            </div>
        </Shown>
        <Shown name="Toast with a way back">
            <div class="toast undo design-toast" style="--seconds: 10s">
                <Icon name=icons::Trash/>
                <span>"2 videos deleted"</span>
                <button type="button" class="button quiet small">"Undo"</button>
            </div>
        </Shown>
        <Shown name="Offline">
            {[false, true]
                .into_iter()
                .map(|is_looking| {
                    view! { <div class="offline design-offline"><OfflineBanner is_looking on_look=|()| {}/></div> }
                })
                .collect_view()}
        </Shown>
        <Shown name="Password strength">
            {strengths()
                .into_iter()
                .map(|judged| view! { <div class="design-strength"><StrengthMeter judged=Signal::stored(judged)/></div> })
                .collect_view()}
        </Shown>
        <Shown name="Picture">
            <div class="pictures design-wide">
                <PicturePicker
                    place=PicturePlace::new(PictureRole::Photo, None)
                    label="Product photo"
                    hint="Drop it here, paste it, or choose a file."
                />
                <PicturePicker place=refused_picture() label="Logo" hint=""/>
            </div>
        </Shown>
        <Shown name="Progress">
            <progress max="100" value="0" aria-label="At its beginning"></progress>
            <progress max="100" value="45" aria-label="Under way"></progress>
            <progress max="100" value="100" aria-label="Done"></progress>
        </Shown>
        <Shown name="Skeleton">
            <div class="skeleton design-wide" aria-hidden="true">
                <span class="skeleton-line"></span>
                <span class="skeleton-line short"></span>
            </div>
        </Shown>
        <Shown name="Card">
            <div class="design-wide">
                <CardGrid>
                    {[Status::Completed, Status::Running, Status::Queued, Status::Failed]
                        .into_iter()
                        .map(|status| view! { <VideoCard generation=sample(status)/> })
                        .collect_view()}
                </CardGrid>
            </div>
        </Shown>
        <Shown name="Stage">
            <div class=format!("stage loading design-stage {square}")></div>
            <div class=format!("stage making design-stage {square}")>
                <span class="making-percent">"36%"</span>
            </div>
            <div class=format!("stage ended design-stage {square}")>
                <Icon name=icons::Film/>
            </div>
            <div class=format!("stage design-stage {square}")>
                <div class="stage-message">
                    <Icon name=icons::Alert/>
                    <p>"The video could not be loaded."</p>
                    <button type="button" class="button">"Try again"</button>
                </div>
            </div>
        </Shown>
        <Shown name="Empty">
            <div class="empty design-wide">
                <Icon name=icons::Film/>
                <h2>"No ads yet"</h2>
                <p>"Write one sentence, and the first one is a minute away."</p>
                <a href="/dashboard" class="button primary">"Make your first ad"</a>
            </div>
        </Shown>
        <Shown name="Menu">
            <button type="button" class="button" popovertarget="design-menu">
                "Download"
                <Icon name=icons::Down/>
            </button>
            <div id="design-menu" class="menu" popover="auto">
                <a href="#main"><Icon name=icons::Film/> "Video (MP4)"</a>
                <a href="#main"><Icon name=icons::Download/> "Captions (SRT)"</a>
                <hr/>
                <button type="button" class="danger-text"><Icon name=icons::Trash/> "Delete"</button>
            </div>
        </Shown>
        <Shown name="Disclosure">
            <details class="design-wide">
                <summary>"Repeat an earlier ad exactly"</summary>
                <p>"The same sentence, settings and seed give the same ad."</p>
            </details>
        </Shown>
        <Shown name="Dialog">
            <dialog open class="dialog design-dialog" aria-labelledby="design-dialog">
                <h2 id="design-dialog">"Delete video"</h2>
                <p>"Are you sure you want to delete this video? This action cannot be undone."</p>
                <div class="dialog-actions">
                    <button type="button" class="button">"Keep it"</button>
                    <button type="button" class="button danger">"Delete"</button>
                </div>
            </dialog>
        </Shown>
        <Shown name="Palette">
            <dialog open class="dialog palette design-dialog" aria-label="Search and commands, for example">
                <div class="palette-search">
                    <Icon name=icons::Search/>
                    <input type="text" aria-label="Search ads and commands, for example" placeholder="Search ads and commands"/>
                </div>
                <div class="palette-list" role="listbox" aria-label="Results, for example">
                    {[("Create an ad", "", true), ("Gallery: all your ads", "is-hover", false), ("Profile and account", "", false)]
                        .into_iter()
                        .map(|(name, class, is_selected)| {
                            view! {
                                <div
                                    role="option"
                                    aria-selected=if is_selected { "true" } else { "false" }
                                    class=format!("palette-option {class}")
                                >
                                    <Icon name=icons::Film/>
                                    <span>{name}</span>
                                </div>
                            }
                        })
                        .collect_view()}
                </div>
                <div class="skeleton" aria-hidden="true">
                    <span class="skeleton-line"></span>
                    <span class="skeleton-line short"></span>
                </div>
                <p class="palette-none">"Nothing by that name."</p>
            </dialog>
        </Shown>
        <Shown name="Tabs">
            <nav class="account-pages" aria-label="Example">
                <a href="#main" aria-current="page">"Profile"</a>
                <a href="#main">"Spending"</a>
                <a href="#main">"Models"</a>
            </nav>
        </Shown>
        <Shown name="Key, avatar">
            <kbd>"Ctrl K"</kbd>
            <span class="avatar" aria-hidden="true">"A"</span>
        </Shown>
        <Shown name="Table">
            <table class="ledger narrow">
                <thead><tr><th scope="col">"Scene"</th><th scope="col">"Cost"</th></tr></thead>
                <tbody>
                    <tr><td data-name="Scene">"1"</td><td data-name="Cost">"$0.25"</td></tr>
                    <tr><td data-name="Scene">"2"</td><td data-name="Cost">"$0.25"</td></tr>
                </tbody>
            </table>
        </Shown>
    }
}
