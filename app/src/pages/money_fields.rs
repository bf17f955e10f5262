//! The dashboard's fields about money, in the form's place for wishes that need no script.

use leptos::prelude::*;

use crate::context;

/// Who makes the clips and what may be spent; nothing where there is only Studio, which costs nothing.
#[component]
pub(crate) fn MoneyFields(
    /// Those of the ad that the form starts from.
    model: Option<String>,
    is_animatic: bool,
    most: Option<String>,
) -> impl IntoView {
    let models = context::backend().map(|backend| backend.clip_models()).unwrap_or_default();
    (models.len() > 1)
        .then(|| view! { <div class="money-fields">{fields(models, model, is_animatic, most)}</div> })
}

fn fields(
    models: Vec<String>,
    chosen: Option<String>,
    is_animatic: bool,
    most: Option<String>,
) -> impl IntoView {
    let mut models = models.into_iter();
    let usual = models.next().unwrap_or_default();
    view! {
        <label class="field">
            <span>"Clips by"</span>
            <select name="model">
                <option value="">{format!("{usual} (the usual)")}</option>
                {models
                    .map(|model| {
                        let shown = if model == "studio" { "Studio, free".to_owned() } else { model.clone() };
                        let is_chosen = chosen.as_ref() == Some(&model);
                        view! { <option value=model selected=is_chosen>{shown}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
        <label class="field">
            <span>"Most I want to spend, in US dollars (optional)"</span>
            <input type="text" inputmode="decimal" name="max_cost_usd" autocomplete="off" placeholder="no limit" value=most.unwrap_or_default()/>
        </label>
        <label class="money-check">
            <input type="checkbox" name="animatic" value="yes" checked=is_animatic/>
            <span>"Let Studio draw all of it first, for nothing"</span>
        </label>
        <p class="money-links">
            <a href="/models">"Compare the models"</a>
            <a href="/spending">"Your limit for the month"</a>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_can_be_chosen_and_a_name_cannot_leave_its_place() {
        let html = fields(
            vec!["kling-2.6".into(), "<b>".into(), "studio".into()],
            Some("studio".into()),
            false,
            None,
        )
        .to_html();
        assert!(html.contains("kling-2.6 (the usual)") && html.contains("value=\"studio\""), "{html}");
        assert!(html.contains("Studio, free") && !html.contains("<b>"), "{html}");
    }
}
