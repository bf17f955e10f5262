//! The specification and the scenes: bought like anything else, and their story kept for the ad's record.

use admint_domain::{AdSpec, Brief, OverBudget, Price, Usd};
use admint_providers::{Bill, Failure, IdempotencyKey, Planned, ProviderError, RefusedPicture, VideoRequest};
use admint_store::{AssetKind, GenerationWork, LedgerEntry, Reservation, StoreError};
use serde::{Deserialize, Serialize};

use crate::{
    PipelineError, STUDIO,
    job::{AssetDraft, Job},
};

const SPECIFICATION: &str = "specification";
const SCENES: &str = "scenes";
const NOTHING: Price = Price::Known(Usd::ZERO);

/// What is kept of a step: who planned, and what has to be said of it.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    step: String,
    by: String,
    notes: Vec<String>,
}

impl Told {
    fn usual(job: &Job, step: &str) -> Self {
        let by = job.providers().planner.name().to_owned();
        Self { step: step.to_owned(), by, notes: Vec::new() }
    }
}

/// How an ad's plan came about.
pub(crate) struct Story {
    /// Who planned.
    pub by: String,
    /// Each a sentence for the ad's maker.
    pub notes: Vec<String>,
}

pub(crate) async fn write_spec(job: &Job, work: &GenerationWork) -> Result<(), PipelineError> {
    let purchase = match Purchase::begin(job, &work.brief, SPECIFICATION).await {
        Err(PipelineError::Store(StoreError::OverBudget(over))) => {
            let brief = work.brief.clone();
            let planned = by_studio(&over, move || admint_studio::write_spec(&brief)).await?;
            keep_story(job, work, SPECIFICATION, &planned).await?;
            return Ok(job.pipeline.store.save_spec(&job.lease, &planned.result).await?);
        }
        begun => begun?,
    };
    let planned = job.unless_stopped(job.providers().planner.write_spec(&work.brief, &purchase.key)).await?;
    let (purchase, planned) = purchase.or_settle(job, planned).await?;
    keep_story(job, work, SPECIFICATION, &planned).await?;
    job.pipeline.store.save_spec(&job.lease, &planned.result).await?;
    purchase.settle(job, &planned.bills).await
}

pub(crate) async fn plan_scenes(
    job: &Job,
    work: &GenerationWork,
    spec: &AdSpec,
) -> Result<(), PipelineError> {
    let purchase = match Purchase::begin(job, &work.brief, SCENES).await {
        Err(PipelineError::Store(StoreError::OverBudget(over))) => {
            let (brief, spec) = (work.brief.clone(), spec.clone());
            let planned = by_studio(&over, move || admint_studio::plan_scenes(&brief, &spec)).await?;
            keep_story(job, work, SCENES, &planned).await?;
            job.pipeline.store.save_plan(&job.lease, &planned.result).await?;
            return Ok(());
        }
        begun => begun?,
    };
    let planner = &job.providers().planner;
    let planned = job.unless_stopped(planner.plan_scenes(&work.brief, spec, &purchase.key)).await?;
    let (purchase, planned) = purchase.or_settle(job, planned).await?;
    keep_story(job, work, SCENES, &planned).await?;
    job.pipeline.store.save_plan(&job.lease, &planned.result).await?;
    purchase.settle(job, &planned.bills).await
}

/// What Studio plans for nothing, where the limit for spending leaves nothing for the planner.
async fn by_studio<T: Send + 'static>(
    over: &OverBudget,
    plan: impl FnOnce() -> T + Send + 'static,
) -> Result<Planned<T>, PipelineError> {
    let planned = tokio::task::spawn_blocking(plan).await;
    let result = planned.map_err(|error| PipelineError::Panicked(error.to_string()))?;
    let notes = vec![format!("Studio planned instead of another: {over}.")];
    Ok(Planned { notes, ..Planned::by(STUDIO, result, NOTHING) })
}

/// What the scene may show instead of what a model refused, for `reason`. A planner's error is the inner one.
pub(crate) async fn rewrite_prompt(
    job: &Job,
    brief: &Brief,
    request: &VideoRequest,
    reason: &str,
) -> Result<Result<String, ProviderError>, PipelineError> {
    let step = format!("picture of scene {}", request.scene_index + 1);
    let purchase = match Purchase::begin(job, brief, &step).await {
        Err(PipelineError::Store(StoreError::OverBudget(_))) => {
            let reason = "the limit for spending leaves nothing for it".to_owned();
            return Ok(Err(ProviderError::Unsupported { provider: job.providers().planner.name(), reason }));
        }
        begun => begun?,
    };
    let refused = RefusedPicture { spec: &request.spec, scene: &request.scene, reason };
    let planner = &job.providers().planner;
    let planned = job.unless_stopped(planner.rewrite_prompt(brief, refused, &purchase.key)).await?;
    match purchase.or_settle(job, planned).await {
        Ok((purchase, planned)) => {
            for note in &planned.notes {
                tracing::warn!(generation.id = %job.lease.generation, by = planned.by, note, "not rewritten as usual");
            }
            purchase.settle(job, &planned.bills).await?;
            Ok(Ok(planned.result))
        }
        Err(PipelineError::Provider(error)) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}

/// Who planned, and what was noted then: the planner as configured, unless something else was kept.
pub(crate) async fn story(job: &Job, work: &GenerationWork) -> Result<Story, PipelineError> {
    let mut told = told(job, work).await?;
    let mut of = |step: &str| match told.iter().position(|told| told.step == step) {
        Some(at) => told.swap_remove(at),
        None => Told::usual(job, step),
    };
    let (spec, scenes) = (of(SPECIFICATION), of(SCENES));
    let by = if spec.by == scenes.by {
        spec.by
    } else {
        format!("{} ({SPECIFICATION}), {} ({SCENES})", spec.by, scenes.by)
    };
    Ok(Story { by, notes: [spec.notes, scenes.notes].concat() })
}

/// What was kept of the steps so far.
async fn told(job: &Job, work: &GenerationWork) -> Result<Vec<Told>, PipelineError> {
    let Some(file) = work.assets.iter().find(|asset| asset.kind == AssetKind::Planning) else {
        return Ok(Vec::new());
    };
    let json = job.pipeline.assets.read(&file.key).await?;
    let failed =
        |error: serde_json::Error| PipelineError::Io { what: "reading who planned", source: error.into() };
    serde_json::from_slice(&json).map_err(failed)
}

/// Keeps what has to be told, before the result that it is about; in one file with the other step's.
async fn keep_story<T>(
    job: &Job,
    work: &GenerationWork,
    step: &str,
    planned: &Planned<T>,
) -> Result<(), PipelineError> {
    let new = Told { step: step.to_owned(), by: planned.by.clone(), notes: planned.notes.clone() };
    let mut told = told(job, work).await?;
    // An earlier run may have got this far, and planned otherwise.
    let old = told.iter().position(|told| told.step == step).map(|at| told.swap_remove(at));
    if old.unwrap_or_else(|| Told::usual(job, step)) == new {
        return Ok(());
    }
    for note in &new.notes {
        tracing::warn!(generation.id = %job.lease.generation, by = new.by, note, "not planned as usual");
    }
    told.push(new);
    let name = format!("planning-{step}.json");
    let out = job.scratch(&name).await?;
    let json = serde_json::to_vec(&told).expect("what is told is plain JSON");
    let failed = |source| PipelineError::Io { what: "writing who planned", source };
    tokio::fs::write(&out, json).await.map_err(failed)?;
    let draft =
        AssetDraft { kind: AssetKind::Planning, scene: None, content_type: "application/json", frames: None };
    job.publish(&out, &name, draft).await?;
    Ok(())
}

/// One call to the planner, from before it is made until its result is kept. What is known to cost nothing has no
/// line in the ledger.
struct Purchase {
    step: String,
    key: IdempotencyKey,
    provider: &'static str,
    booked: Option<Reservation>,
}

impl Purchase {
    async fn begin(job: &Job, brief: &Brief, step: &str) -> Result<Self, PipelineError> {
        let planner = &job.providers().planner;
        let (provider, price) = (planner.name(), planner.price(brief));
        let booked = match price {
            NOTHING => None,
            price => Some(job.pipeline.store.reserve(&job.lease, entry(provider, step, price)).await?),
        };
        let key = match booked {
            Some(Reservation { id, open_since }) => {
                IdempotencyKey::new(id).asked_since(open_since.map(Into::into))
            }
            None => IdempotencyKey::new(format_args!("{}-{step}", job.lease.generation)),
        };
        Ok(Self { step: step.to_owned(), key, provider, booked })
    }

    /// Books what everybody who was asked wants for it.
    async fn settle(self, job: &Job, bills: &[Bill]) -> Result<(), PipelineError> {
        let Self { step, provider, booked, .. } = self;
        if let Some(booked) = booked {
            let own = bills.iter().find(|bill| bill.provider == provider).map_or(NOTHING, |bill| bill.cost);
            job.pipeline.store.settle(&job.lease, booked.id, own).await?;
        }
        for bill in bills.iter().filter(|bill| bill.provider != provider || booked.is_none()) {
            if bill.cost != NOTHING {
                job.pipeline.store.book(&job.lease, entry(bill.provider, &step, bill.cost)).await?;
            }
        }
        Ok(())
    }

    /// The result; a failure is settled at once, for nothing is going to be kept.
    async fn or_settle<T>(self, job: &Job, planned: Result<T, Failure>) -> Result<(Self, T), PipelineError> {
        match planned {
            Ok(planned) => Ok((self, planned)),
            Err(Failure { error, cost }) => {
                let bill = Bill { provider: self.provider, cost };
                self.settle(job, &[bill]).await?;
                Err(error.into())
            }
        }
    }
}

fn entry(provider: &str, step: &str, price: Price) -> LedgerEntry {
    LedgerEntry { scene: None, provider: provider.into(), operation: step.into(), price }
}
