//! Several planners as one: who fails is followed by the next, and what happened is told.

use std::{collections::VecDeque, sync::Arc};

use admint_domain::{AdSpec, Brief, Origins, Price, ScenePlan, Usd};
use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::{Bill, Failure, IdempotencyKey, Planned, Planner, ProviderError, RefusedPicture};

/// Asks its planners in order; the last is expected to have an answer to everything.
pub struct Fallback {
    first: Arc<dyn Planner>,
    others: Vec<Arc<dyn Planner>>,
}

impl Fallback {
    /// `first` is asked first, then each of `others`.
    pub fn new(first: Arc<dyn Planner>, others: Vec<Arc<dyn Planner>>) -> Self {
        Self { first, others }
    }

    fn planners(&self) -> impl Iterator<Item = &Arc<dyn Planner>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The first result of `ask`. `what` is what is made, as a user calls it.
    async fn first_of<'a, T>(
        &'a self,
        what: &str,
        ask: impl Fn(&'a dyn Planner) -> BoxFuture<'a, Result<Planned<T>, Failure>>,
    ) -> Result<Planned<T>, Failure> {
        let (mut bills, mut notes) = (Vec::new(), Vec::new());
        let mut left: VecDeque<_> = self.planners().collect();
        while let Some(planner) = left.pop_front() {
            let Failure { error, cost } = match ask(planner.as_ref()).await {
                Ok(mut planned) => {
                    notes.append(&mut planned.notes);
                    bills.append(&mut planned.bills);
                    return Ok(Planned { bills, notes, ..planned });
                }
                Err(failure) => failure,
            };
            bills.push(Bill { provider: planner.name(), cost });
            let next = match left.front() {
                Some(next) if !matches!(error, ProviderError::Cancelled) => next,
                _ => return Err(Failure { error, cost: sum(&bills) }),
            };
            let next = next.name();
            tracing::warn!(planner = planner.name(), next, what, %error, "the next planner is asked");
            notes.push(format!("{what}: {} {}; {next} was asked instead.", planner.name(), error.in_short()));
        }
        unreachable!("there is a first planner, and the last one's answer is the answer")
    }
}

fn sum(bills: &[Bill]) -> Price {
    bills.iter().fold(Price::Known(Usd::ZERO), |sum, bill| match (sum, bill.cost) {
        (Price::Known(sum), Price::Known(cost)) => Price::Known(sum + cost),
        _ => Price::Unknown,
    })
}

#[async_trait]
impl Planner for Fallback {
    /// The one that is asked first: it is the one that plans, as long as it can.
    fn name(&self) -> &'static str {
        self.first.name()
    }

    fn origins(&self, brief: &Brief) -> Origins {
        let mut origins = Origins::default();
        for planner in self.planners() {
            origins.join(planner.origins(brief));
        }
        origins
    }

    /// As long as the first one answers.
    fn price(&self, brief: &Brief) -> Price {
        self.first.price(brief)
    }

    async fn write_spec(&self, brief: &Brief, key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        self.first_of("The plan", |planner| planner.write_spec(brief, key)).await
    }

    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        self.first_of("The scenes", |planner| planner.plan_scenes(brief, spec, key)).await
    }

    async fn rewrite_prompt(
        &self,
        brief: &Brief,
        refused: RefusedPicture<'_>,
        key: &IdempotencyKey,
    ) -> Result<Planned<String>, Failure> {
        self.first_of("The picture", |planner| planner.rewrite_prompt(brief, refused, key)).await
    }
}
