//! The panel in which a video's link is made, copied and revoked.

use admint_domain::{AppError, GenerationId, ShareVideo, ShareView};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{StartSharing, StopSharing},
    components::{ErrorText, Icon, icons},
    display,
    islands::CopyLink,
};

/// How long a link works if its maker chooses nothing else.
const USUAL_DAYS: u32 = 7;

#[component]
pub fn SharePanel(
    id: GenerationId,
    share: Result<Option<ShareView>, AppError>,
    is_open: bool,
) -> impl IntoView {
    let is_live = matches!(&share, Ok(Some(share)) if share.is_live);
    view! {
        <details class="fold share" id="share" open=is_open>
            <summary class="button">
                <Icon name=icons::Share/>
                "Share"
                {is_live.then(|| view! { <span class="share-sign">"on"</span> })}
            </summary>
            <div class="fold-panel" id="share-panel">
                {match share {
                    Ok(Some(share)) if share.is_live => view! { <Live id share/> }.into_any(),
                    Ok(ended) => view! { <Off id ended/> }.into_any(),
                    Err(error) => view! { <Unknown id error/> }.into_any(),
                }}
            </div>
        </details>
    }
}

/// It may be shared: nothing is said that might be wrong.
#[component]
fn Unknown(id: GenerationId, error: AppError) -> impl IntoView {
    view! {
        <h2>"Whether it is shared could not be read"</h2>
        <ErrorText message=error.message/>
        <a class="button small" href=format!("/videos/{id}?open=share")>"Try again"</a>
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
            <Days chosen=days_left(share.expires_at, Utc::now())/>
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
            <Days chosen=Some(USUAL_DAYS)/>
            <button type="submit" class="button primary small">"Make a link"</button>
            <p class="field-note" data-problem=""></p>
        </form>
    }
}

/// The shortest time on offer that does not end the link earlier than it ends now; none, if it does not end.
fn days_left(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<u32> {
    let left = expires_at? - now;
    ShareVideo::DAYS.into_iter().find(|days| left <= TimeDelta::days(i64::from(*days)))
}

/// `chosen` is none for a link that does not end.
#[component]
fn Days(chosen: Option<u32>) -> impl IntoView {
    view! {
        <label class="field">
            <span>"It works for"</span>
            <select name="expires_in_days">
                {ShareVideo::DAYS
                    .into_iter()
                    .map(|days| {
                        let name = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                        view! { <option value=days selected={chosen == Some(days)}>{name}</option> }
                    })
                    .collect_view()}
                <option value="" selected={chosen.is_none()}>"ever, until I revoke it"</option>
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours_left: Option<i64>, chosen: Option<u32>) {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(days_left(hours_left.map(|hours| now + TimeDelta::hours(hours)), now), chosen);
    }

    #[test]
    fn a_change_offers_no_earlier_end() {
        check(None, None);
        check(Some(1), Some(1));
        check(Some(7 * 24), Some(7));
        check(Some(7 * 24 + 1), Some(30));
    }
}
