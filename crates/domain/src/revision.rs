//! Changing an ad that exists: its scenes as they can be edited, and what a change of them asks for.

use serde::{Deserialize, Serialize};

use crate::{
    AppError, AspectRatio, ErrorCode, GenerationId, GenerationStatus, OverlayRole, Price, SceneLayout,
    SceneRole, Usd,
};

/// An ad's scenes as they can be changed, with what that costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScenesView {
    pub id: GenerationId,
    pub prompt: String,
    pub status: GenerationStatus,
    /// 0-100.
    pub progress: u8,
    pub current_step: String,
    /// Why the last change came to nothing, and what to do.
    pub error: Option<String>,
    /// Of the ad; a change names the one that it is of.
    pub revision: u32,
    /// The ad was complete once. Only then it can be changed.
    pub is_complete: bool,
    /// A change was begun and is not complete: the ad is still seen as it was.
    pub is_changing: bool,
    /// The last change can be undone.
    pub can_undo: bool,
    /// Every clip is drawn by Studio, for nothing; a model's can take their place.
    pub is_drawn: bool,
    pub aspect_ratio: AspectRatio,
    /// Of the whole ad, its crossfades counted once.
    pub duration_seconds: f64,
    /// By how much each scene overlaps the next.
    pub crossfade_seconds: f64,
    pub scenes: Vec<EditableScene>,
    /// Who could make the real clips of an ad that is drawn, and for how much.
    pub models: Vec<ModelOffer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditableScene {
    /// From 0.
    pub index: u32,
    pub role: SceneRole,
    pub layout: SceneLayout,
    /// In reading order.
    pub texts: Vec<EditableText>,
    pub visual_prompt: String,
    /// 3-7.
    pub duration_seconds: f64,
    /// How often it was made again.
    pub take: u32,
    /// Which model made its clip; none while it has none.
    pub made_by: Option<String>,
    /// What another clip of it costs, in US dollars; `null` where the price is not known.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub again_cost_usd: Option<Usd>,
    pub still_url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditableText {
    pub role: OverlayRole,
    pub text: String,
    pub max_chars: u32,
}

/// A model, and what all clips of the ad cost with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelOffer {
    pub model: String,
    /// US dollars; `null` where the price is not known.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub cost_usd: Option<Usd>,
}

/// A change of an ad that is complete. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeAd {
    /// The revision that it is a change of, as the scenes were read. Another one since: conflict.
    pub revision: u32,
    #[serde(default)]
    pub scenes: Vec<SceneChange>,
    /// Real clips by this model in place of those that Studio drew. Words, lengths and music stay.
    #[serde(default)]
    pub real_clips: Option<String>,
    /// The most that the change may cost, in US dollars. What costs something is not done without it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub max_cost_usd: Option<Usd>,
    /// It is also to be done where nobody knows the price.
    #[serde(default)]
    pub any_cost: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SceneChange {
    /// From 0.
    pub index: u32,
    /// As many as the scene has, in their order; an empty one is not shown.
    #[serde(default)]
    pub texts: Option<Vec<String>>,
    /// What the camera sees. A model's clip is then made anew.
    #[serde(default)]
    pub visual_prompt: Option<String>,
    /// 3-7; to the nearest frame.
    #[serde(default)]
    pub duration_seconds: Option<f64>,
    /// Another clip of it.
    #[serde(default)]
    pub again: bool,
}

impl ChangeAd {
    /// The field that says what a change may cost.
    pub const COST: &str = "max_cost_usd";

    /// Refuses what costs more than was agreed to.
    pub fn agree_to(&self, price: Price) -> Result<(), AppError> {
        let most = self.max_cost_usd.unwrap_or(Usd::ZERO);
        match price {
            Price::Known(price) if price <= most => Ok(()),
            Price::Known(price) => {
                let message = format!("This change costs {price}. Say that it may cost that much.");
                Err(AppError::invalid(Self::COST, message))
            }
            Price::Unknown if self.any_cost => Ok(()),
            Price::Unknown => {
                let message = "Nobody knows the price of this change. Say that it may cost what it costs.";
                Err(AppError::invalid("any_cost", message))
            }
        }
    }
}

/// Whether the error is that a change costs more than was agreed to.
pub fn is_about_cost(error: &AppError) -> bool {
    error.code == ErrorCode::ValidationFailed
        && matches!(error.field.as_deref(), Some(ChangeAd::COST | "any_cost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(most: Option<i64>, any_cost: bool, price: Price, agreed: bool) {
        let change = ChangeAd { max_cost_usd: most.map(Usd::from_micros), any_cost, ..ChangeAd::default() };
        let answer = change.agree_to(price);
        assert_eq!(answer.is_ok(), agreed, "{answer:?}");
        assert!(answer.err().as_ref().is_none_or(is_about_cost));
    }

    #[test]
    fn what_costs_something_is_agreed_to_first() {
        let known = |micros| Price::Known(Usd::from_micros(micros));
        check(None, false, known(0), true);
        check(None, false, known(1), false);
        check(Some(5), false, known(5), true);
        check(Some(5), true, known(6), false);
        check(Some(5), false, Price::Unknown, false);
        check(None, true, Price::Unknown, true);
    }
}
