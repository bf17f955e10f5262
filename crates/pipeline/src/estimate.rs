//! What an ad will cost, from the models' price rules and from what this installation bought before; and what would
//! do instead, where it is more than may be spent.
//!
//! Studio plans the ad to know its scenes: it does so at once and for nothing. Nobody else is asked.

use std::ops::RangeInclusive;

use admint_domain::{
    AdOptions, AdSpec, AppError, Brief, Budget, Estimate, EstimateLine, EstimatePart, Frames, GenerationId,
    Price, ScenePlan, Suggestion, TargetDuration, Usd, UserId,
};
use admint_providers::{MusicRequest, Planner, VideoModel, VideoRequest, VoiceRequest};
use admint_store::{ModelPrices, PlannerPrices};

use crate::{Pipeline, STUDIO, error::refuse};

/// With fewer finished ads, a model's history says nothing of how often a scene is bought again.
const ENOUGH_ADS: u32 = 5;
/// The planner is asked for the specification and for the scenes.
const QUESTIONS: i64 = 2;
/// Plans of so many other seeds are looked at, where the ad's own is not known, and what a cut may move beyond them.
const OTHER_SEEDS: u32 = 2;
const SLACK: Frames = Frames(12);

/// An ad's plan, made for its price alone.
struct Sketch {
    spec: AdSpec,
    plan: ScenePlan,
    /// What other seeds make of it, where the ad's own is not known yet: as many scenes, with cuts elsewhere.
    others: Vec<ScenePlan>,
}

impl Sketch {
    /// From the shortest to the longest that the scene may be.
    fn lengths_of(&self, scene: usize) -> RangeInclusive<Frames> {
        let length = self.plan.scenes()[scene].length;
        if self.others.is_empty() {
            return length..=length;
        }
        let others = self.others.iter().filter_map(|plan| plan.scenes().get(scene));
        let (least, most) = others
            .fold((length, length), |(least, most), other| (least.min(other.length), most.max(other.length)));
        let least = Frames(least.0.saturating_sub(SLACK.0)).max(ScenePlan::MIN_SCENE);
        least..=(most + SLACK).min(ScenePlan::MAX_SCENE)
    }
}

/// What is needed of the ledger for one estimate.
struct History {
    model: ModelPrices,
    planner: PlannerPrices,
}

/// From and to; none is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Between(Option<Usd>, Option<Usd>);

impl Between {
    const NOTHING: Self = Self(Some(Usd::ZERO), Some(Usd::ZERO));
    const UNKNOWN: Self = Self(None, None);

    fn just(price: Price) -> Self {
        match price {
            Price::Known(amount) => Self(Some(amount), Some(amount)),
            Price::Unknown => Self::UNKNOWN,
        }
    }
}

impl Pipeline {
    /// `is_rough` where the ad's own seed is not in the brief.
    pub(crate) async fn estimate_of(&self, brief: &Brief, is_rough: bool) -> Result<Estimate, AppError> {
        let spec = self.sketch_spec(brief).await?;
        self.estimate_with(brief, &spec, is_rough).await
    }

    async fn sketch_spec(&self, brief: &Brief) -> Result<AdSpec, AppError> {
        let brief = brief.clone();
        in_background(move || admint_studio::write_spec(&brief)).await
    }

    async fn estimate_with(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        is_rough: bool,
    ) -> Result<Estimate, AppError> {
        let sketch = self.sketch(brief, spec, is_rough).await?;
        let first = &self.providers.video_for(&brief.options)[0];
        let failed = |error| refuse("read the ledger for an estimate", error);
        let history = History {
            model: self.store.model_prices(first.name(), first.model()).await.map_err(failed)?,
            planner: self.store.planner_prices(self.providers.planner.name()).await.map_err(failed)?,
        };
        Ok(self.priced(brief, &sketch, &history))
    }

    async fn sketch(&self, brief: &Brief, spec: &AdSpec, is_rough: bool) -> Result<Sketch, AppError> {
        let (brief, spec) = (brief.clone(), spec.clone());
        let seeds = if is_rough { OTHER_SEEDS } else { 0 };
        in_background(move || {
            let plan = |seed| admint_studio::plan_scenes(&Brief { seed, ..brief.clone() }, &spec);
            let others = (1..=seeds).map(|more| plan(brief.seed.wrapping_add(more))).collect();
            Sketch { plan: plan(brief.seed), others, spec: spec.clone() }
        })
        .await
    }

    fn priced(&self, brief: &Brief, sketch: &Sketch, history: &History) -> Estimate {
        let chain = self.providers.video_for(&brief.options);
        let (first, others) = (&chain[0], &chain[1..]);
        let planner = &self.providers.planner;
        let price_at = |model: &dyn VideoModel, length| price_at(model, brief, sketch, length);
        let mut lines = vec![planning(planner.as_ref(), brief, &history.planner)];
        let mut notes = Vec::new();

        let (mut low, mut high, mut dearest) = (Some(Usd::ZERO), Some(Usd::ZERO), Some(Usd::ZERO));
        for number in 1..=sketch.plan.scenes().len() {
            let around = sketch.lengths_of(number - 1);
            let (Between(least, most), basis) = clip(first.as_ref(), around, price_at, &history.model);
            low = sum(low, least);
            high = sum(high, most);
            dearest = dearest.zip(most).map(|(dearest, most)| dearest.max(most));
            lines.push(line(
                EstimatePart::Scene,
                format!("Scene {number}"),
                first.model(),
                (least, most),
                basis,
            ));
        }
        let is_free = high == Some(Usd::ZERO);

        if !planner.is_repeatable() && !is_free {
            let total = sketch.plan.total();
            let most = dearest_cut(total, |length| match price_at(first.as_ref(), length) {
                Price::Known(amount) => Some(amount),
                Price::Unknown => history.model.most,
            });
            let more = most.zip(high).map(|(most, high)| most.saturating_sub(high));
            lines.push(line(
                EstimatePart::OtherCut,
                "Scenes cut otherwise".into(),
                first.model(),
                (low.and(Some(Usd::ZERO)), more),
                format!(
                    "Studio's plan is the measure here; {} may plan more scenes, or longer ones",
                    planner.name()
                ),
            ));
        }
        if !is_free {
            // Whoever is asked after the first may be dearer, or of unknown price.
            let longest = sketch.plan.scenes().iter().map(|scene| scene.length).max().unwrap_or_default();
            let dearest =
                others.iter().fold(dearest, |dearest, other| match price_at(other.as_ref(), longest) {
                    Price::Known(amount) => dearest.map(|dearest| dearest.max(amount)),
                    Price::Unknown => None,
                });
            let scenes = sketch.plan.scenes().len() as u32;
            let (clips, basis) = again(&history.model, scenes);
            let more = match clips {
                0 => Some(Usd::ZERO),
                clips => dearest.map(|dearest| times(dearest, i64::from(clips))),
            };
            lines.push(line(
                EstimatePart::Again,
                "Scenes bought again".into(),
                first.model(),
                (low.and(Some(Usd::ZERO)), more),
                basis,
            ));
            if !others.is_empty() {
                let others: Vec<_> = others.iter().map(|other| other.model()).collect();
                notes.push(format!(
                    "If {} cannot make a scene, {} is asked.",
                    first.model(),
                    others.join(", then ")
                ));
            }
        }

        let music = &self.providers.music;
        let price = music.price(&MusicRequest {
            spec: sketch.spec.clone(),
            length: sketch.plan.total(),
            cuts: sketch.plan.starts(),
            seed: brief.seed,
        });
        lines.push(sound(EstimatePart::Music, "Music", music.name(), price));
        if brief.options.voice {
            let voice = &self.providers.voice;
            let price = voice.price(&VoiceRequest { spec: sketch.spec.clone(), plan: sketch.plan.clone() });
            lines.push(sound(EstimatePart::Voice, "Voice", voice.name(), price));
        }
        if brief.options.animatic {
            notes.push(
                "Studio draws the whole ad first, for nothing. What a model's clips cost is told when you ask for \
                 them."
                    .into(),
            );
        }
        Estimate::of(first.model(), lines, notes)
    }

    /// The estimate of an ad about to be made; refused, with the cheapest plan that fits, where it is more than may
    /// be spent.
    pub(crate) async fn require_budget(&self, user: UserId, brief: &Brief) -> Result<Estimate, AppError> {
        let spec = self.sketch_spec(brief).await?;
        let estimate = self.estimate_with(brief, &spec, false).await?;
        let budgets = self.store.budgets(user, None, brief.options.max_cost).await;
        let budgets = budgets.map_err(|error| refuse("read what may be spent", error))?;
        let Some(tight) = passed(&budgets, &estimate) else { return Ok(estimate) };
        let left = budgets.iter().map(Budget::left).min().unwrap_or_default();
        let cheaper = self.cheaper(brief, &spec, left).await?;
        let drawn = self.drawn_by_studio(brief, &spec).await?;
        let mut message = if needed(&estimate).is_none() {
            format!(
                "The price of {} is not known, and {tight}: under a limit it cannot be bought.",
                estimate.model
            )
        } else {
            format!("With {} this ad costs {}, and {tight}.", estimate.model, estimate.text)
        };
        let drawing = drawn.as_ref().map(|drawn| format!("drawn by Studio for {}", drawn.cost));
        let offers: Vec<String> = cheaper.iter().map(ToString::to_string).chain(drawing).collect();
        if offers.is_empty() {
            message.push_str(&format!(" {}, and try again.", tight.remedy()));
        } else {
            message.push_str(&format!(" What fits: {}.", offers.join(", or ")));
        }
        Err(AppError::over_budget(message, cheaper.or(drawn)))
    }

    /// Refuses to go on with an ad whose remaining purchases cannot be paid any more.
    pub(crate) async fn require_rest_of_budget(
        &self,
        user: UserId,
        id: GenerationId,
    ) -> Result<(), AppError> {
        let failed = |error| refuse("read what may be spent", error);
        let Some(cost) = self.store.cost(user, id).await.map_err(failed)? else { return Ok(()) };
        let Some(estimate) = cost.estimate else { return Ok(()) };
        let rest = estimate.low_usd.saturating_sub(cost.spent.taken());
        if rest == Usd::ZERO {
            return Ok(());
        }
        let budgets = self.store.budgets(user, Some(id), None).await.map_err(failed)?;
        match budgets.iter().find(|budget| !budget.has_room_for(rest)) {
            None => Ok(()),
            Some(tight) => {
                let message = format!(
                    "What is missing of this ad costs {rest} or more, and {tight}. {}, and try again.",
                    tight.remedy()
                );
                Err(AppError::over_budget(message, None))
            }
        }
    }

    /// Refuses a change of an ad whose purchases cannot be paid any more.
    pub(crate) async fn require_budget_for(
        &self,
        user: UserId,
        id: GenerationId,
        price: Price,
    ) -> Result<(), AppError> {
        if price == Price::Known(Usd::ZERO) {
            return Ok(());
        }
        let budgets = self.store.budgets(user, Some(id), None).await;
        let budgets = budgets.map_err(|error| refuse("read what may be spent", error))?;
        let has_room = |budget: &Budget| match price {
            Price::Known(cost) => budget.has_room_for(cost),
            Price::Unknown => false,
        };
        let tight = budgets.iter().filter(|budget| !has_room(budget)).min_by_key(|budget| budget.left());
        let Some(tight) = tight else { return Ok(()) };
        let what = match price {
            Price::Known(cost) => format!("This change costs {cost}, and {tight}"),
            Price::Unknown => {
                format!("What this change costs is not known, and {tight}: under a limit it cannot be bought")
            }
        };
        Err(AppError::over_budget(format!("{what}. {}, and try again.", tight.remedy()), None))
    }

    /// The longest ad of the same model that fits, else the cheapest of the other models that are bought, for as long
    /// an ad as fits. What has no price rule is not suggested.
    async fn cheaper(&self, brief: &Brief, spec: &AdSpec, left: Usd) -> Result<Option<Suggestion>, AppError> {
        let asked = self.providers.video_for(&brief.options)[0].model().to_owned();
        let planner = self.store.planner_prices(self.providers.planner.name()).await;
        let planner = planner.map_err(|error| refuse("read the ledger for an estimate", error))?;
        let history = History { model: ModelPrices::default(), planner };
        let asked_seconds = brief.duration.seconds();
        // Every length is planned once, whoever makes its clips.
        let mut lengths = Vec::new();
        for seconds in (TargetDuration::MIN..=asked_seconds).rev() {
            let Ok(duration) = TargetDuration::parse(seconds) else { continue };
            let brief = Brief { duration, ..brief.clone() };
            let sketch = self.sketch(&brief, spec, false).await?;
            let cost = |model: &str| {
                let options = AdOptions { model: Some(model.to_owned()), ..brief.options.clone() };
                let estimate = self.priced(&Brief { options, ..brief.clone() }, &sketch, &history);
                needed(&estimate).filter(|cost| *cost <= left)
            };
            let duration_seconds = (seconds != asked_seconds).then_some(seconds);
            if let Some(cost) = cost(&asked) {
                return Ok(Some(Suggestion { duration_seconds, model: None, cost }));
            }
            let others = self.providers.video.all().map(|other| other.model());
            let others = others.filter(|other| *other != asked && *other != STUDIO);
            let cheapest = others.filter_map(|other| Some((cost(other)?, other.to_owned()))).min();
            lengths.extend(cheapest.map(|(cost, model)| Suggestion {
                duration_seconds,
                model: Some(model),
                cost,
            }));
        }
        Ok(lengths.into_iter().next())
    }

    /// The same ad by the embedded engine, where that is there.
    async fn drawn_by_studio(&self, brief: &Brief, spec: &AdSpec) -> Result<Option<Suggestion>, AppError> {
        if self.providers.video.find(STUDIO).is_none() {
            return Ok(None);
        }
        let options = AdOptions { model: Some(STUDIO.into()), ..brief.options.clone() };
        let estimate = self.estimate_with(&Brief { options, ..brief.clone() }, spec, false).await?;
        let Some(cost) = needed(&estimate) else { return Ok(None) };
        Ok(Some(Suggestion { duration_seconds: None, model: Some(STUDIO.into()), cost }))
    }
}

/// The tightest of the limits that the estimate's low end passes.
fn passed<'a>(budgets: &'a [Budget], estimate: &Estimate) -> Option<&'a Budget> {
    let needed = needed(estimate);
    let tight = budgets.iter().filter(|budget| needed.is_none_or(|needed| !budget.has_room_for(needed)));
    tight.min_by_key(|budget| budget.left())
}

/// What has to be paid at least; none is unknown. Where nothing but the plan is paid for, nothing has to be: Studio
/// plans what a limit leaves nothing for.
fn needed(estimate: &Estimate) -> Option<Usd> {
    let beside = estimate.lines.iter().filter(|line| line.part != EstimatePart::Plan);
    let beside = beside.map(|line| line.low_usd).sum::<Option<Usd>>()?;
    Some(if beside == Usd::ZERO { beside } else { estimate.low_usd })
}

fn planning(planner: &dyn Planner, brief: &Brief, history: &PlannerPrices) -> EstimateLine {
    let (between, basis) = match planner.price(brief) {
        Price::Known(Usd::ZERO) => (Between::NOTHING, "planned for nothing".to_owned()),
        Price::Known(most) => {
            let most = times(most, QUESTIONS);
            let high = history.high.map_or(most, |high| high.max(most));
            let low = history.low.unwrap_or_default().min(high);
            let basis = match history.ads {
                0 => format!("{QUESTIONS} questions, {most} at most together"),
                ads => format!("by the last {} planned here, {most} at most", counted(ads, "ad")),
            };
            (Between(Some(low), Some(high)), basis)
        }
        Price::Unknown => match (history.low, history.high) {
            (Some(low), Some(high)) => (
                Between(Some(low), Some(high)),
                format!("by the last {} planned here", counted(history.ads, "ad")),
            ),
            _ => (Between::UNKNOWN, "its price is not known".to_owned()),
        },
    };
    line(EstimatePart::Plan, "Plan".into(), planner.name(), (between.0, between.1), basis)
}

/// What one clip of a length in this range costs.
fn clip(
    model: &dyn VideoModel,
    lengths: RangeInclusive<Frames>,
    price_at: impl Fn(&dyn VideoModel, Frames) -> Price,
    history: &ModelPrices,
) -> (Between, String) {
    match (price_at(model, *lengths.start()), price_at(model, *lengths.end())) {
        (Price::Known(Usd::ZERO), Price::Known(Usd::ZERO)) => {
            let basis = if model.capabilities().made_elsewhere {
                "free by its price rule"
            } else {
                "made on this server"
            };
            (Between::NOTHING, basis.into())
        }
        (Price::Known(least), Price::Known(most)) => {
            let basis = match model.priced_on() {
                Some(day) => format!("by the price rule of {day}"),
                None => "by its price rule".into(),
            };
            (Between(Some(least.min(most)), Some(most.max(least))), basis)
        }
        _ => match (history.least, history.most) {
            (Some(least), Some(most)) => {
                let clips = counted(history.clips, "clip");
                (Between(Some(least), Some(most)), format!("by the last {clips} of this model here"))
            }
            _ => (Between::UNKNOWN, "its price is not known".into()),
        },
    }
}

/// How many clips beyond one for each scene may have to be bought.
fn again(history: &ModelPrices, scenes: u32) -> (u32, String) {
    if history.ads < ENOUGH_ADS {
        let basis =
            "too few ads with this model here to measure it: one scene more is allowed for".to_owned();
        return (1, basis);
    }
    let beyond = history.bought_per_thousand.saturating_sub(1000);
    let clips = (beyond * scenes).div_ceil(1000);
    let ads = counted(history.ads, "ad");
    let basis = match clips {
        0 => format!("nine in ten of the last {ads} with this model here bought none again"),
        _ => format!(
            "nine in ten of the last {ads} with this model here bought at most {}.{:02} clips for a scene",
            history.bought_per_thousand / 1000,
            (history.bought_per_thousand % 1000).div_ceil(10)
        ),
    };
    (clips, basis)
}

fn sound(part: EstimatePart, name: &str, by: &str, price: Price) -> EstimateLine {
    let Between(low, high) = Between::just(price);
    let basis = match price {
        Price::Known(Usd::ZERO) => "made on this server",
        Price::Known(_) => "by its price rule",
        Price::Unknown => "its price is not known",
    };
    line(part, name.into(), by, (low, high), basis.into())
}

fn line(
    part: EstimatePart,
    name: String,
    by: &str,
    (low_usd, high_usd): (Option<Usd>, Option<Usd>),
    basis: String,
) -> EstimateLine {
    EstimateLine { part, name, by: by.to_owned(), low_usd, high_usd, basis }
}

/// What the model takes for a scene of the ad, if that were as long as this.
fn price_at(model: &dyn VideoModel, brief: &Brief, sketch: &Sketch, length: Frames) -> Price {
    let mut scene = sketch.plan.scenes()[0].clone();
    scene.length = length;
    model.price(&VideoRequest {
        spec: sketch.spec.clone(),
        scene,
        scene_index: 0,
        scene_count: sketch.plan.scenes().len() as u32,
        aspect: brief.aspect,
        captioned: brief.options.captions,
        seed: brief.seed,
        take: 0,
        photo: None,
        logo: None,
    })
}

/// The most that the scenes of any plan of this length cost together: as many scenes, and as long ones, as a plan may
/// have. None where some length has no price.
///
/// `best[sum]` is the most that so many scenes cost whose frames add up to `sum`.
fn dearest_cut(total: Frames, price: impl Fn(Frames) -> Option<Usd>) -> Option<Usd> {
    let (shortest, longest) = (ScenePlan::MIN_SCENE.0, ScenePlan::MAX_SCENE.0);
    let prices = (shortest..=longest).map(|length| price(Frames(length))).collect::<Option<Vec<Usd>>>()?;
    let most_scenes = *ScenePlan::SCENES.end();
    let size = (longest as usize) * most_scenes + 1;
    let mut best: Vec<Option<Usd>> = vec![None; size];
    best[0] = Some(Usd::ZERO);
    let mut found = None;
    for count in 1..=most_scenes {
        let mut next = vec![None; size];
        for (sum, cost) in best.iter().enumerate().filter_map(|(sum, cost)| cost.map(|cost| (sum, cost))) {
            for (length, price) in (shortest as usize..).zip(&prices) {
                let place: &mut Option<Usd> = &mut next[sum + length];
                *place = (*place).max(Some(cost + *price));
            }
        }
        best = next;
        if ScenePlan::SCENES.contains(&count) {
            let overlaps = ScenePlan::MAX_CROSSFADE.0 * (count as u32 - 1);
            let sums = total.0 as usize..=((total.0 + overlaps) as usize).min(size - 1);
            found = found.max(best.get(sums).and_then(|sums| sums.iter().flatten().max().copied()));
        }
    }
    found
}

fn sum(one: Option<Usd>, other: Option<Usd>) -> Option<Usd> {
    one.zip(other).map(|(one, other)| one + other)
}

fn times(amount: Usd, count: i64) -> Usd {
    Usd::from_micros(amount.micros().saturating_mul(count))
}

/// "1 clip", "34 clips".
fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "an ad could not be planned for its price");
        AppError::internal()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Kling is priced: clips of 5 or 10 seconds.
    fn by_steps(length: Frames) -> Option<Usd> {
        Some(Usd::from_micros(if length <= Frames::from_seconds(5) { 350_000 } else { 700_000 }))
    }

    #[track_caller]
    fn check(seconds: u32, price: impl Fn(Frames) -> Option<Usd>, micros: Option<i64>) {
        assert_eq!(dearest_cut(Frames::from_seconds(seconds), price), micros.map(Usd::from_micros));
    }

    #[test]
    fn the_dearest_cut_is_the_most_that_any_plan_costs() {
        // Three scenes of three seconds; nothing else fits.
        check(9, by_steps, Some(3 * 350_000));
        // 5.04 + 5.04 and two of three seconds: four scenes.
        check(15, by_steps, Some(2 * 700_000 + 2 * 350_000));
        check(30, by_steps, Some(5 * 700_000));
        // By the second, it is the seconds: with the longest overlaps.
        let per_frame = |length: Frames| Some(Usd::from_micros(i64::from(length.0)));
        check(15, per_frame, Some(15 * 24 + 4 * 12));
        check(15, |_| None, None);
        check(15, |length| (length < Frames(160)).then_some(Usd::ZERO), None);
    }

    #[test]
    fn the_dearest_cut_is_never_below_a_plan_that_is_made() {
        for seconds in TargetDuration::MIN..=TargetDuration::MAX {
            for seed in 0..3 {
                let request = admint_domain::CreateGeneration {
                    prompt: "Cold brew coffee in a can for people who wake up early".into(),
                    duration_seconds: Some(seconds),
                    ..Default::default()
                };
                let brief = request.validate(seed).unwrap();
                let plan = admint_studio::plan_scenes(&brief, &admint_studio::write_spec(&brief));
                let cost = plan.scenes().iter().map(|scene| by_steps(scene.length)).sum::<Option<Usd>>();
                assert!(dearest_cut(plan.total(), by_steps) >= cost, "{seconds} s, seed {seed}");
            }
        }
    }

    #[test]
    fn what_is_bought_again_is_measured_where_there_is_enough() {
        let check = |ads, bought_per_thousand, scenes, clips, says: &str| {
            let history = ModelPrices { ads, bought_per_thousand, ..ModelPrices::default() };
            let (found, basis) = again(&history, scenes);
            assert_eq!(found, clips, "{basis}");
            assert!(basis.contains(says), "{basis}");
        };
        check(4, 3000, 4, 1, "too few");
        check(34, 1000, 4, 0, "bought none again");
        check(34, 1250, 4, 1, "last 34 ads with this model here bought at most 1.25 clips");
        check(34, 1334, 4, 2, "1.34 clips");
    }
}
