//! How good a password is, told while it is typed. The server judges, by the same rules as when the form is sent; it
//! neither keeps nor logs what it is asked about.

use std::time::Duration;

use admint_domain::{PasswordStrength, StrengthRequest};
use leptos::{prelude::*, task::spawn_local};

use super::request;

/// From the last key to the question.
const PAUSE: Duration = Duration::from_millis(350);
/// Of each score.
const WORDS: [&str; 5] = ["Guessed at once", "Weak", "Fair", "Good", "Strong"];

/// `own` gives the name and the address of whose password it will be.
#[component]
pub fn Strength(
    #[prop(into)] password: Signal<String>,
    own: Callback<(), (String, String)>,
) -> impl IntoView {
    let judged = RwSignal::new(None::<PasswordStrength>);
    // Counts what was typed, so that an answer is only about the newest.
    let count = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let is_empty = password.with(String::is_empty);
        count.update_value(|count| *count += 1);
        let mine = count.get_value();
        if is_empty {
            judged.set(None);
            return;
        }
        set_timeout(
            move || {
                if count.get_value() != mine {
                    return;
                }
                spawn_local(async move {
                    let (username, email) = own.run(());
                    let asked = judge(password.get_untracked(), username, email).await;
                    // Without an answer the last one may be wrong; the server still judges what is sent.
                    if count.try_get_value() == Some(mine) {
                        judged.set(asked);
                    }
                });
            },
            PAUSE,
        );
    });
    view! { <StrengthMeter judged/> }
}

/// An empty bar, where nothing is judged yet.
#[component]
pub fn StrengthMeter(#[prop(into)] judged: Signal<Option<PasswordStrength>>) -> impl IntoView {
    let score = move || judged.with(|judged| judged.as_ref().map_or(-1, |judged| i32::from(judged.score)));
    view! {
        <div class="strength" data-score=score>
            <div class="strength-bar" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
                <i></i>
            </div>
            <p class="field-note" role="status">
                {move || judged.with(|judged| judged.as_ref().map(told))}
            </p>
        </div>
    }
}

fn told(judged: &PasswordStrength) -> String {
    let word = WORDS.get(usize::from(judged.score)).copied().unwrap_or_default();
    let mut text = format!("{word}.");
    // A good one needs no advice.
    if judged.score >= 3 {
        return text;
    }
    for advice in judged.warning.iter().chain(&judged.suggestions) {
        text.push(' ');
        text.push_str(advice);
    }
    text
}

async fn judge(password: String, username: String, email: String) -> Option<PasswordStrength> {
    let question = StrengthRequest { password, username: Some(username), email: Some(email) };
    let answer = request::post("/api/auth/password-strength", &question).await;
    request::read(answer).await.ok()
}
