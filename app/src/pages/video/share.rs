//! The panel in which a video's link is made, copied and revoked.

use admint_domain::{GenerationId, ShareVideo, ShareView};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{StartSharing, StopSharing},
    components::{Icon, icons},
    display,
    islands::CopyLink,
};

#[component]
pub fn SharePanel(id: GenerationId, share: Option<ShareView>, is_open: bool) -> impl IntoView {
    let is_live = share.as_ref().is_some_and(|share| share.is_live);
    view! {
        <details class="fold share" id="share" open=is_open>
            <summary class="button">
                <Icon name=icons::Share/>
                "Share"
                {is_live.then(|| view! { <span class="share-sign">"on"</span> })}
            </summary>
            <div class="fold-panel" id="share-panel">
                {match share {
                    Some(share) if share.is_live => view! { <Live id share/> }.into_any(),
                    ended => view! { <Off id ended/> }.into_any(),
                }}
            </div>
        </details>
    }
}

#[component]
fn Live(id: GenerationId, share: ShareView) -> impl IntoView {
    let until = match share.expires_at {
        Some(at) => format!("The link works until {}.", display::date_and_time(at)),
        None => "The link works until you revoke it.".to_owned(),
    };
    view! {
        <h2>"Anybody with this link can watch"</h2>
        <CopyLink url=share.url.clone()/>
        <p class="quiet-text">{until} " They see the video, its title and its captions, and neither your prompt nor your name."</p>
        <form action=StartSharing::url() method="post" class="share-form" data-part="share" data-done="The link's end was changed">
            <input type="hidden" name="id" value=id.to_string()/>
            <Days/>
            <button type="submit" class="button small">"Change"</button>
            <p class="field-note" data-problem=""></p>
        </form>
        <div class="share-actions">
            <a class="button small" href=share.url target="_blank" rel="noreferrer">
                "See what they see"
            </a>
            <form action=StopSharing::url() method="post" data-part="share" data-done="The link was revoked">
                <input type="hidden" name="id" value=id.to_string()/>
                <button type="submit" class="button small quiet danger-text">"Revoke the link"</button>
                <p class="field-note" data-problem=""></p>
            </form>
        </div>
    }
}

#[component]
fn Off(id: GenerationId, ended: Option<ShareView>) -> impl IntoView {
    let ended = ended.and_then(|share| share.expires_at);
    view! {
        <h2>"Only you can watch this video"</h2>
        {ended.map(|at| view! { <p class="quiet-text">{format!("The last link ended on {}.", display::date_and_time(at))}</p> })}
        <p class="quiet-text">"With a link anybody can, without an account. Search engines are kept out, and you can revoke it at any time."</p>
        <form action=StartSharing::url() method="post" class="share-form" data-part="share" data-done="The link is ready">
            <input type="hidden" name="id" value=id.to_string()/>
            <Days/>
            <button type="submit" class="button primary small">"Make a link"</button>
            <p class="field-note" data-problem=""></p>
        </form>
    }
}

#[component]
fn Days() -> impl IntoView {
    view! {
        <label class="field">
            <span>"It works for"</span>
            <select name="expires_in_days">
                {ShareVideo::DAYS
                    .into_iter()
                    .map(|days| {
                        let name = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                        view! { <option value=days selected={days == 7}>{name}</option> }
                    })
                    .collect_view()}
                <option value="">"ever, until I revoke it"</option>
            </select>
        </label>
    }
}
