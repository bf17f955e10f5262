//! The video player: the browser's own controls on a stage of the picture's shape, and below it what those lack.

use admint_domain::{AspectRatio, FRAME_RATE};
use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlVideoElement, KeyboardEvent, MouseEvent, TextTrackMode};

use crate::components::{Icon, icons, shape};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loading {
    Waiting,
    Ready,
    Failed,
}

const SPEEDS: [f64; 7] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0];
/// Seconds; ads are short.
const STEP: f64 = 1.0;
const LEAP: f64 = 5.0;
const VOLUME_STEP: f64 = 0.1;

/// The video has the name that stands in the element with the id `named_by`, also once that is another. The children are
/// a list of the keys. Whatever is marked `data-seek` on the page leads to that second of the video.
#[island]
pub fn Player(
    video_url: String,
    poster: Option<String>,
    captions_url: Option<String>,
    aspect: AspectRatio,
    named_by: String,
    children: Children,
) -> impl IntoView {
    /// `HTMLMediaElement.HAVE_METADATA`.
    const HAVE_METADATA: u16 = 1;

    let video = NodeRef::<html::Video>::new();
    let loading = RwSignal::new(Loading::Waiting);
    let told = RwSignal::new(String::new());
    let is_looping = RwSignal::new(false);
    let is_captioned = RwSignal::new(false);
    let speed = RwSignal::new(1.0);
    let has_captions = captions_url.is_some();
    // The events may have come before the page was hydrated.
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            if video.error().is_some() {
                loading.set(Loading::Failed);
            } else if video.ready_state() >= HAVE_METADATA {
                loading.set(Loading::Ready);
            }
        }
    });
    let retry = move |_| {
        loading.set(Loading::Waiting);
        if let Some(video) = video.get_untracked() {
            video.load();
        }
    };

    let perform = move |action: Action| {
        let Some(video) = video.get_untracked() else { return };
        match action {
            Action::PlayOrPause => {
                if video.paused() {
                    play(&video);
                } else {
                    _ = video.pause();
                }
            }
            Action::Move(seconds) => video.set_current_time((video.current_time() + seconds).max(0.0)),
            Action::Tenth(tenth) => {
                if video.duration().is_finite() {
                    video.set_current_time(video.duration() * f64::from(tenth) / 10.0);
                }
            }
            Action::Seek(seconds) => video.set_current_time(seconds),
            Action::Frame(by) => {
                _ = video.pause();
                let (frame, second) = stepped(video.current_time(), by);
                video.set_current_time(second);
                told.set(format!("Frame {}", frame + 1));
            }
            Action::Mute => {
                video.set_muted(!video.muted());
                told.set(if video.muted() { "Muted" } else { "Sound on" }.into());
            }
            Action::Volume(by) => {
                let volume = (video.volume() + by).clamp(0.0, 1.0);
                video.set_volume(volume);
                video.set_muted(volume == 0.0);
                told.set(format!("Volume {:.0} %", volume * 100.0));
            }
            Action::Fullscreen => {
                if document().fullscreen_element().is_some() {
                    document().exit_fullscreen();
                } else {
                    _ = video.request_fullscreen();
                }
            }
            Action::Captions if !has_captions => told.set("This video has no captions".into()),
            Action::Captions => {
                if let Some(track) = video.text_tracks().and_then(|tracks| tracks.get(0)) {
                    let shows = track.mode() != TextTrackMode::Showing;
                    track.set_mode(if shows { TextTrackMode::Showing } else { TextTrackMode::Disabled });
                    is_captioned.set(shows);
                    told.set(if shows { "Captions on" } else { "Captions off" }.into());
                }
            }
            Action::Loop => {
                let loops = !video.loop_();
                video.set_loop(loops);
                is_looping.set(loops);
                told.set(if loops { "Plays again and again" } else { "Plays once" }.into());
            }
            Action::Faster(by) => {
                let now = SPEEDS.iter().position(|&known| known >= video.playback_rate()).unwrap_or(3);
                let next = now.saturating_add_signed(by).min(SPEEDS.len() - 1);
                video.set_playback_rate(SPEEDS[next]);
            }
            Action::Speed(speed) => video.set_playback_rate(speed),
        }
    };

    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            // Of several players on a page the first has the keys.
            let first = document().query_selector(".player video").ok().flatten();
            let is_first = match (&first, video.get_untracked()) {
                (Some(first), Some(video)) => first.is_same_node(Some(&video)),
                _ => false,
            };
            if !is_first {
                return;
            }
            let on_video =
                event.target().is_some_and(|target| target.dyn_ref::<HtmlVideoElement>().is_some());
            if !on_video && is_for_another(&event) {
                return;
            }
            if let Some(action) = action_of(&event.key()) {
                event.prevent_default();
                perform(action);
            }
        });
        let scenes = window_event_listener(ev::click, move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let marked = target.and_then(|target| target.closest("[data-seek]").ok().flatten());
            let second = marked.and_then(|marked| marked.get_attribute("data-seek"));
            let Some(second) = second.and_then(|second| second.parse::<f64>().ok()) else { return };
            if event.ctrl_key() || event.meta_key() || event.shift_key() {
                return;
            }
            event.prevent_default();
            perform(Action::Seek(second));
            if let Some(video) = video.get_untracked() {
                video.scroll_into_view_with_bool(true);
                play(&video);
            }
        });
        on_cleanup(move || {
            keys.remove();
            scenes.remove();
        });
    });

    let resolution = aspect.resolution();
    view! {
        <div class="player">
            <div class=format!("stage {}", shape(aspect)) class:loading=move || loading.get() == Loading::Waiting>
                <video
                    node_ref=video
                    src=video_url
                    poster=poster
                    width=resolution.width
                    height=resolution.height
                    controls
                    playsinline
                    preload="metadata"
                    aria-labelledby=named_by
                    on:loadedmetadata=move |_| loading.set(Loading::Ready)
                    on:waiting=move |_| loading.set(Loading::Waiting)
                    on:canplay=move |_| loading.set(Loading::Ready)
                    on:playing=move |_| loading.set(Loading::Ready)
                    on:seeked=move |_| loading.set(Loading::Ready)
                    on:error=move |_| loading.set(Loading::Failed)
                    on:ratechange=move |_| {
                        if let Some(video) = video.get_untracked() {
                            speed.set(video.playback_rate());
                            told.set(format!("Speed {}×", video.playback_rate()));
                        }
                    }
                >
                    {captions_url.map(|url| view! { <track kind="captions" label="Captions" src=url/> })}
                </video>
                <Show when=move || loading.get() == Loading::Failed>
                    <div class="stage-message" role="alert">
                        <Icon name=icons::Alert/>
                        <p>"The video could not be loaded."</p>
                        <button type="button" class="button" on:click=retry>
                            "Try again"
                        </button>
                    </div>
                </Show>
            </div>
            <div class="player-bar needs-script" role="group" aria-label="Player">
                <button type="button" class="button quiet square" aria-label="Back one frame" title="Back one frame (,)" on:click=move |_| perform(Action::Frame(-1))>
                    <Icon name=icons::FrameBack/>
                </button>
                <button type="button" class="button quiet square" aria-label="Forward one frame" title="Forward one frame (.)" on:click=move |_| perform(Action::Frame(1))>
                    <Icon name=icons::FrameForward/>
                </button>
                <button type="button" class="button quiet square" aria-label="Loop" title="Loop (r)" aria-pressed=move || is_looping.get().to_string() on:click=move |_| perform(Action::Loop)>
                    <Icon name=icons::Loop/>
                </button>
                {has_captions
                    .then(|| {
                        view! {
                            <button type="button" class="button quiet square" aria-label="Captions" title="Captions (c)" aria-pressed=move || is_captioned.get().to_string() on:click=move |_| perform(Action::Captions)>
                                <Icon name=icons::Captions/>
                            </button>
                        }
                    })}
                <label class="player-speed">
                    <span class="visually-hidden">"Speed"</span>
                    <select
                        prop:value=move || speed.get().to_string()
                        on:change=move |event| {
                            if let Ok(speed) = event_target_value(&event).parse() {
                                perform(Action::Speed(speed));
                            }
                        }
                    >
                        {SPEEDS
                            .into_iter()
                            .map(|speed| view! { <option value=speed.to_string() selected={speed == 1.0}>{speed} "×"</option> })
                            .collect_view()}
                    </select>
                </label>
                <output class="player-told" aria-live="polite">{told}</output>
                {children()}
            </div>
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    PlayOrPause,
    Move(f64),
    Tenth(u8),
    Seek(f64),
    Frame(i32),
    Mute,
    Volume(f64),
    Fullscreen,
    Captions,
    Loop,
    Faster(isize),
    Speed(f64),
}

fn action_of(key: &str) -> Option<Action> {
    Some(match key {
        " " | "k" | "K" => Action::PlayOrPause,
        "j" | "J" => Action::Move(-LEAP),
        "l" | "L" => Action::Move(LEAP),
        "ArrowLeft" => Action::Move(-STEP),
        "ArrowRight" => Action::Move(STEP),
        "ArrowUp" => Action::Volume(VOLUME_STEP),
        "ArrowDown" => Action::Volume(-VOLUME_STEP),
        "Home" => Action::Tenth(0),
        "End" => Action::Tenth(10),
        "," => Action::Frame(-1),
        "." => Action::Frame(1),
        "m" | "M" => Action::Mute,
        "f" | "F" => Action::Fullscreen,
        "c" | "C" => Action::Captions,
        "r" | "R" => Action::Loop,
        "<" => Action::Faster(-1),
        ">" => Action::Faster(1),
        digit => Action::Tenth(digit.parse().ok().filter(|_| digit.len() == 1)?),
    })
}

/// A play that is stopped before it has begun, or that a browser does not allow, is no error.
pub fn play(video: &HtmlVideoElement) {
    if let Ok(begun) = video.play() {
        spawn_local(async move {
            _ = JsFuture::from(begun).await;
        });
    }
}

/// What is typed, chosen or pressed elsewhere on the page; and the keys by which a page is scrolled belong to the page
/// unless the player has the focus.
fn is_for_another(event: &KeyboardEvent) -> bool {
    const TAKES_KEYS: &str = "input, textarea, select, [contenteditable], dialog, [role=dialog]";
    const TAKES_PRESSES: &str = "button, a, summary, [role=button]";
    const SCROLLS: [&str; 4] = ["ArrowUp", "ArrowDown", "Home", "End"];
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    let is_in = |selector: &str| target.closest(selector).ok().flatten().is_some();
    let has_dialog = matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
    let key = event.key();
    has_dialog
        || is_in(TAKES_KEYS)
        || (key == " " && is_in(TAKES_PRESSES))
        || (SCROLLS.contains(&key.as_str()) && !is_in(".player"))
}

/// The frame so many frames on from the one shown at `second`, and the second in its middle: a browser that is asked for
/// the border of two may show either.
fn stepped(second: f64, by: i32) -> (u32, f64) {
    let rate = f64::from(FRAME_RATE);
    let shown = (second * rate + 0.01).floor();
    let frame = (shown + f64::from(by)).max(0.0);
    (frame as u32, (frame + 0.5) / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_frame_wherever_one_starts() {
        for (second, by, frame) in [(0.0, 1, 1), (0.0, -1, 0), (1.0, 1, 25), (1.0, -1, 23), (1.03, 1, 25)] {
            assert_eq!(stepped(second, by).0, frame, "{second} {by}");
        }
        let mut second = 0.0;
        for expected in 1..=360 {
            let (frame, next) = stepped(second, 1);
            assert_eq!(frame, expected);
            second = next;
        }
        for expected in (0..360).rev() {
            let (frame, next) = stepped(second, -1);
            assert_eq!(frame, expected);
            second = next;
        }
    }

    #[test]
    fn keys() {
        for (key, action) in [
            (" ", Action::PlayOrPause),
            ("J", Action::Move(-5.0)),
            ("0", Action::Tenth(0)),
            ("9", Action::Tenth(9)),
            (">", Action::Faster(1)),
        ] {
            assert_eq!(action_of(key), Some(action), "{key}");
        }
        for none in ["Tab", "Enter", "F5", "10", "q", "Escape"] {
            assert_eq!(action_of(none), None, "{none}");
        }
    }
}
