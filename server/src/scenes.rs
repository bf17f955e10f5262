//! The page on which an ad's scenes are changed, and what its forms do: plain HTML both ways.

use admint_domain::{
    AppError, ChangeAd, GenerationId, Price, SceneChange, ScenesView, Usd, UserId, is_about_cost,
};
use app::{Agreement, ScenesPage, TypedScene, scenes_page, scenes_path};
use axum::{
    Form, Router,
    extract::{FromRequest, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use crate::{api::error::ApiError, auth::caller::CurrentCaller, pages, state::AppState};

pub fn routes() -> Router<AppState> {
    Router::new().route("/videos/{id}/scenes", get(show).post(act))
}

async fn show(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = id.parse() else { return nowhere() };
    let shown = state.backend.scenes(caller.user.id, id).await.map(ScenesPage::new);
    page(&state, id, shown, request).await
}

/// Does it and shows the page anew; what cannot be done is said on the page, beside what was typed.
async fn act(
    State(state): State<AppState>,
    caller: CurrentCaller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok(id) = id.parse::<GenerationId>() else { return nowhere() };
    let (parts, body) = request.into_parts();
    let form = Form::<Fields>::from_request(Request::from_parts(parts.clone(), body), &state).await;
    let user = caller.user.id;
    let fields = form.map(|Form(fields)| Sent(fields)).unwrap_or_else(|_| Sent(Vec::new()));
    let problem = match perform(&state, user, id, &fields).await {
        Ok(()) => return Redirect::to(&scenes_path(id)).into_response(),
        Err(error) => error,
    };
    let request = Request::from_parts(parts, axum::body::Body::empty());
    let status = ApiError::from(problem.clone()).status;
    let shown = match state.backend.scenes(user, id).await {
        Ok(view) => Ok(refused(&state, user, view, &fields, problem).await),
        Err(error) => Err(error),
    };
    let mut response = page(&state, id, shown, request).await;
    *response.status_mut() = status;
    response
}

/// What is no id names no ad; the ad's own page says so.
fn nowhere() -> Response {
    Redirect::to("/videos/unknown").into_response()
}

/// Names and values, as they were sent.
type Fields = Vec<(String, String)>;

struct Sent(Fields);

impl Sent {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    fn revision(&self) -> Result<u32, AppError> {
        let revision = self.get("revision").and_then(|revision| revision.parse().ok());
        revision.ok_or_else(|| AppError::invalid("revision", "Use the buttons of the page."))
    }

    /// What the sender saw as the price: of the agreement, of the model, or of the scenes to be made again.
    fn agreed(&self) -> Agreed {
        let of_model = || self.get("model").filter(|_| self.get("action") == Some("clips"));
        let of_scene = || self.get("again");
        let first = |text: &str| text.split(' ').next().map(str::to_owned);
        let last = |text: &str| text.split(' ').nth(1).map(str::to_owned);
        let said = self.get("agreed").map(str::to_owned);
        let said = said.or_else(|| of_model().and_then(first)).or_else(|| of_scene().and_then(last));
        match said.as_deref() {
            Some("any") => Agreed { most: None, any: true },
            Some(micros) => Agreed { most: micros.parse().ok().map(Usd::from_micros), any: false },
            None => Agreed { most: None, any: false },
        }
    }

    /// The scenes whose buttons were used.
    fn again(&self) -> Vec<u32> {
        let of = |value: &String| value.split(' ').next().and_then(|index| index.parse().ok());
        self.0.iter().filter(|(name, _)| name == "again").filter_map(|(_, value)| of(value)).collect()
    }

    fn typed(&self, scene: usize, before: &TypedScene) -> TypedScene {
        let or =
            |name: String, before: &String| self.get(&name).map_or_else(|| before.clone(), str::to_owned);
        TypedScene {
            texts: (0..)
                .zip(&before.texts)
                .map(|(order, text)| or(format!("text-{scene}-{order}"), text))
                .collect(),
            visual_prompt: or(format!("visual-{scene}"), &before.visual_prompt),
            seconds: or(format!("seconds-{scene}"), &before.seconds),
        }
    }
}

struct Agreed {
    most: Option<Usd>,
    any: bool,
}

async fn perform(state: &AppState, user: UserId, id: GenerationId, sent: &Sent) -> Result<(), AppError> {
    let backend = &state.backend;
    match sent.get("action") {
        Some("cancel") => backend.cancel_generation(user, id).await,
        Some("retry") => backend.retry_generation(user, id).await,
        Some("undo") => backend.undo_change(user, id, sent.revision()?).await,
        _ => {
            let view = backend.scenes(user, id).await?;
            backend.change_ad(user, id, change(sent, &view)?).await
        }
    }
}

/// What the fields ask for. Only what differs is a change.
fn change(sent: &Sent, view: &ScenesView) -> Result<ChangeAd, AppError> {
    let Agreed { most, any } = sent.agreed();
    let mut change =
        ChangeAd { revision: sent.revision()?, max_cost_usd: most, any_cost: any, ..ChangeAd::default() };
    if sent.get("action") == Some("clips") {
        let model = sent.get("model").and_then(|model| model.split_once(' '));
        let (_, model) = model.ok_or_else(|| AppError::invalid("model", "Choose a model of the list."))?;
        change.real_clips = Some(model.to_owned());
        return Ok(change);
    }
    let again = sent.again();
    for (index, scene) in view.scenes.iter().enumerate() {
        let before = TypedScene::from(scene);
        let typed = sent.typed(index, &before);
        let seconds = typed.seconds.trim().replace(',', ".");
        let seconds = (typed.seconds != before.seconds).then(|| seconds.parse::<f64>()).transpose();
        let seconds = seconds.map_err(|_| {
            let field = format!("scenes[{index}].duration_seconds");
            AppError::invalid(field, "Give the length in seconds, such as 3.5.")
        })?;
        change.scenes.push(SceneChange {
            index: scene.index,
            texts: (typed.texts != before.texts).then_some(typed.texts),
            // Browsers send line breaks as two characters, and a prompt is one line.
            visual_prompt: (typed.visual_prompt != before.visual_prompt).then_some(typed.visual_prompt),
            duration_seconds: seconds,
            again: again.contains(&scene.index),
        });
    }
    Ok(change)
}

/// The page again, with what was typed, what is wrong with it, and what it would cost.
async fn refused(
    state: &AppState,
    user: UserId,
    view: ScenesView,
    sent: &Sent,
    problem: AppError,
) -> ScenesPage {
    let id = view.id;
    let mut page = ScenesPage::new(view);
    // What was typed for another revision is shown, too: nobody types it twice.
    page.typed = page.typed.iter().enumerate().map(|(index, before)| sent.typed(index, before)).collect();
    let is_clips = sent.get("action") == Some("clips");
    if is_about_cost(&problem) && !is_clips {
        let price = match change(sent, &page.view) {
            Ok(change) => state.backend.price_of_change(user, id, change).await.ok(),
            Err(_) => None,
        };
        if let Some(price) = price {
            let price = match price {
                Price::Known(price) => Some(price),
                Price::Unknown => None,
            };
            page.agreement = Some(Agreement { price, again: sent.again() });
            return page;
        }
    }
    page.problem = Some(problem);
    page
}

async fn page(
    state: &AppState,
    id: GenerationId,
    shown: Result<ScenesPage, AppError>,
    request: Request,
) -> Response {
    let status = shown.as_ref().err().map(pages::status_of);
    pages::render(state, status, move |options| scenes_page(options, id, shown.clone()), request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&str, &str)], most: Option<i64>, any: bool, again: &[u32]) {
        let owned = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let sent = Sent(owned.collect());
        let agreed = sent.agreed();
        assert_eq!((agreed.most, agreed.any), (most.map(Usd::from_micros), any), "{fields:?}");
        assert_eq!(sent.again(), again, "{fields:?}");
    }

    #[test]
    fn a_button_agrees_to_the_price_that_is_on_it() {
        check(&[("action", "save"), ("model", "5 kling")], None, false, &[]);
        check(&[("action", "clips"), ("model", "750000 kling")], Some(750_000), false, &[]);
        check(&[("action", "clips"), ("model", "any kling")], None, true, &[]);
        check(&[("again", "1 250000")], Some(250_000), false, &[1]);
        check(&[("again", "1 any")], None, true, &[1]);
        check(&[("agreed", "500000"), ("again", "1")], Some(500_000), false, &[1]);
    }
}
