use admint_domain::{AdSpec, Brief, Origins, PlannedScene, Price, ScenePlan, Usd};
use async_trait::async_trait;

use crate::{Failure, IdempotencyKey};

/// A picture that a model would not make.
#[derive(Clone, Copy, Debug)]
pub struct RefusedPicture<'a> {
    pub spec: &'a AdSpec,
    /// With the prompt that was refused.
    pub scene: &'a PlannedScene,
    /// As the model put it.
    pub reason: &'a str,
}

/// A planner's result, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned<T> {
    pub result: T,
    /// Who made it, such as "openai gpt-4o": for the ad's record.
    pub by: String,
    /// Everybody who was asked and what each one bills, in the order in which they were asked.
    pub bills: Vec<Bill>,
    /// What did not go as it should; each a sentence for the ad's maker.
    pub notes: Vec<String>,
}

/// What one provider wants for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    pub provider: &'static str,
    pub cost: Price,
}

impl<T> Planned<T> {
    /// By one planner, with nothing to tell.
    pub fn by(planner: &'static str, result: T, cost: Price) -> Self {
        let bills = vec![Bill { provider: planner, cost }];
        Self { result, by: planner.to_owned(), bills, notes: Vec::new() }
    }
}

/// Turns a brief into a specification, and that into scenes.
#[async_trait]
pub trait Planner: Send + Sync {
    /// For logs and the ledger.
    fn name(&self) -> &'static str;

    /// Whose work helped to plan.
    fn origins(&self, brief: &Brief) -> Origins;

    /// Plans the same brief in the same way, at once, and for nothing: what it plans for an estimate is what it plans
    /// for the ad.
    fn is_repeatable(&self) -> bool {
        false
    }

    /// What each of the calls costs at most, if its first answer is of use.
    fn price(&self, brief: &Brief) -> Price;

    async fn write_spec(&self, brief: &Brief, key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure>;

    /// The scenes' lengths less their crossfades add up to the brief's duration, to the frame.
    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure>;

    /// What the scene may show instead of what a model refused: another prompt than that. By Studio's rules, unless
    /// the planner knows better.
    async fn rewrite_prompt(
        &self,
        _brief: &Brief,
        refused: RefusedPicture<'_>,
        _key: &IdempotencyKey,
    ) -> Result<Planned<String>, Failure> {
        let picture = admint_studio::plain_picture(refused.spec, refused.scene);
        Ok(Planned::by(self.name(), picture, Price::Known(Usd::ZERO)))
    }
}
