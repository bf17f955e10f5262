//! Changing an ad that exists: what a change asks for, what has to be made for it, and what that costs.

use std::sync::Arc;

use admint_domain::{
    AdOptions, AdSpec, AppError, ChangeAd, EditableScene, EditableText, FRAME_RATE, Frames, GenerationId,
    ModelOffer, OverlayCopy, PlannedScene, Price, SceneChange, ScenePlan, ScenesView, TargetDuration, Usd,
    UserId,
};
use admint_providers::{VideoModel, VideoRequest, VoiceRequest};
use admint_store::{
    AssetKind, AssetRecord, BackOutcome, ChangeOutcome, ClipChange, EditedAd, GenerationWork, NewRevision,
};
use admint_studio::draft;

use crate::{
    Pipeline, STUDIO,
    error::refuse,
    stages::{clips, soundtrack},
};

/// What is made anew by every change.
const ALWAYS: [AssetKind; 8] = [
    AssetKind::Stitched,
    AssetKind::Video,
    AssetKind::Thumbnail,
    AssetKind::Preview,
    AssetKind::Card,
    AssetKind::Provenance,
    AssetKind::Still,
    AssetKind::Sketch,
];

impl Pipeline {
    pub(crate) async fn editable_scenes(
        &self,
        user: UserId,
        id: GenerationId,
    ) -> Result<ScenesView, AppError> {
        let ad = self.edited_ad(user, id).await?;
        let (spec, plan) = planned(&ad.work)?;
        let is_drawn = is_drawn(&ad.work);
        let mut options = ad.work.brief.options.clone();
        options.animatic |= is_drawn;
        let maker = &self.providers.video_for(&options)[0];
        let again = requests(&ad.work, &options, spec, plan).map(|request| maker.price(&request));
        let scenes = plan.scenes().iter().zip(again).enumerate();
        let scenes = scenes.map(|(index, (scene, again))| EditableScene {
            index: index as u32,
            role: scene.role,
            layout: scene.layout,
            texts: scene.overlays.iter().map(editable).collect(),
            visual_prompt: scene.visual_prompt.clone(),
            duration_seconds: scene.length.seconds(),
            take: ad.work.takes.get(index).copied().unwrap_or_default(),
            made_by: clip_of(&ad.work, index).map(|clip| maker_of(&ad.work, index, clip)),
            again_cost_usd: known(again),
            still_url: ad.stills.get(index).is_some_and(|&there| there).then(|| {
                // The same address has another picture after a change.
                format!("/api/generations/{id}/scenes/{index}/still?revision={}", ad.revision)
            }),
        });
        Ok(ScenesView {
            id,
            prompt: ad.work.brief.prompt.as_str().to_owned(),
            scenes: scenes.collect(),
            models: if is_drawn { self.offers(&ad.work, spec, plan) } else { Vec::new() },
            status: ad.status,
            progress: ad.progress,
            current_step: ad.current_step,
            error: ad.error,
            revision: ad.revision,
            is_complete: ad.is_complete,
            is_changing: ad.is_changing,
            can_undo: ad.can_undo,
            is_drawn,
            aspect_ratio: ad.work.brief.aspect,
            duration_seconds: plan.total().seconds(),
            crossfade_seconds: plan.crossfade().seconds(),
        })
    }

    pub(crate) async fn begin_change(
        &self,
        user: UserId,
        id: GenerationId,
        change: ChangeAd,
    ) -> Result<(), AppError> {
        self.require_room(user).await?;
        let ad = self.edited_ad(user, id).await?;
        if ad.revision != change.revision {
            return Err(stale());
        }
        let revision = self.revision(&ad.work, &change)?;
        let price = self.price(&ad.work, &revision)?;
        change.agree_to(price)?;
        self.require_budget_for(user, id, price).await?;
        let outcome = self.store.change(user, id, &revision).await;
        match outcome.map_err(|error| refuse("change an ad", error))? {
            ChangeOutcome::NotFound => Err(AppError::not_found("video")),
            ChangeOutcome::Busy => Err(busy()),
            ChangeOutcome::Unfinished => {
                Err(AppError::conflict("This ad was never finished. Try again to finish it, then change it."))
            }
            ChangeOutcome::Stale => Err(stale()),
            ChangeOutcome::Queued => {
                let clips = revision.clips.iter().filter(|clip| **clip != ClipChange::Kept).count();
                tracing::info!(generation.id = %id, user.id = %user, of = revision.of, clips, "to be changed");
                Ok(())
            }
        }
    }

    pub(crate) async fn cost_of(
        &self,
        user: UserId,
        id: GenerationId,
        change: &ChangeAd,
    ) -> Result<Price, AppError> {
        let ad = self.edited_ad(user, id).await?;
        if ad.revision != change.revision {
            return Err(stale());
        }
        self.price(&ad.work, &self.revision(&ad.work, change)?)
    }

    pub(crate) async fn go_back(&self, user: UserId, id: GenerationId, of: u32) -> Result<(), AppError> {
        let outcome = self.store.go_back(user, id, of).await;
        match outcome.map_err(|error| refuse("undo a change", error))? {
            BackOutcome::NotFound => Err(AppError::not_found("video")),
            BackOutcome::Busy => Err(busy()),
            BackOutcome::Stale => Err(stale()),
            BackOutcome::Nothing => Err(AppError::conflict("There is no change of this ad to undo.")),
            BackOutcome::Done(keys) => {
                // No row names them any more: one that resists is the sweeper's.
                if let Err(error) = self.assets.remove(&keys).await {
                    tracing::warn!(generation.id = %id, %error, "files of an undone change stay behind");
                }
                tracing::info!(generation.id = %id, user.id = %user, files = keys.len(), "change undone");
                Ok(())
            }
        }
    }

    async fn edited_ad(&self, user: UserId, id: GenerationId) -> Result<EditedAd, AppError> {
        let ad = self.store.edited_ad(user, id).await;
        ad.map_err(|error| refuse("read scenes", error))?.ok_or_else(|| AppError::not_found("video"))
    }

    /// What the change makes of the ad.
    fn revision(&self, work: &GenerationWork, change: &ChangeAd) -> Result<NewRevision, AppError> {
        let (_, plan) = planned(work)?;
        let mut options = work.brief.options.clone();
        let is_drawn = is_drawn(work);
        if let Some(model) = &change.real_clips {
            if !is_drawn {
                return Err(AppError::conflict("This ad has real clips already. Make single scenes again."));
            }
            if self.providers.video.find(model).is_none_or(|model| model.capabilities().drawn_anew) {
                let message = format!("There is no model `{model}` here. Choose one of the list.");
                return Err(AppError::invalid("real_clips", message));
            }
            options.animatic = false;
            options.model = Some(model.clone());
        } else {
            // What Studio drew stays Studio's to draw, whoever could be asked since.
            options.animatic |= is_drawn;
        }
        let plan = edited_plan(plan, &change.scenes)?;
        let revision = NewRevision {
            of: change.revision,
            clips: clip_changes(work, &plan, change),
            anew: anew(work, &plan),
            plan,
            options,
        };
        let is_same = Some(&revision.plan) == work.plan.as_ref()
            && revision.clips.iter().all(|clip| *clip == ClipChange::Kept);
        if is_same {
            return Err(AppError::invalid(
                "scenes",
                "Nothing is changed yet. Change words, a prompt or a length.",
            ));
        }
        Ok(revision)
    }

    /// What is bought for it.
    fn price(&self, work: &GenerationWork, revision: &NewRevision) -> Result<Price, AppError> {
        let (spec, _) = planned(work)?;
        let (plan, options) = (&revision.plan, &revision.options);
        let maker = &self.providers.video_for(options)[0];
        let clips = requests(work, options, spec, plan).zip(&revision.clips).enumerate();
        let clips = clips.filter(|(index, (_, clip))| {
            // What an earlier change began is collected, not bought again.
            let is_begun = work.operations.get(*index).is_some_and(Option::is_some);
            **clip != ClipChange::Kept || (clip_of(work, *index).is_none() && !is_begun)
        });
        let mut prices: Vec<Price> = clips.map(|(_, (request, _))| maker.price(&request)).collect();
        if revision.anew.contains(&AssetKind::Soundtrack) {
            prices.push(self.providers.music.price(&soundtrack::request(work, spec, plan)));
        }
        if revision.anew.contains(&AssetKind::Narration) {
            let request = VoiceRequest { spec: spec.clone(), plan: plan.clone() };
            prices.push(self.providers.voice.price(&request));
        }
        Ok(sum(prices))
    }

    /// Who could make the clips of an ad that is drawn.
    fn offers(&self, work: &GenerationWork, spec: &AdSpec, plan: &ScenePlan) -> Vec<ModelOffer> {
        let mut offers: Vec<ModelOffer> = Vec::new();
        let models: Vec<Arc<dyn VideoModel>> = self.providers.video_for(&AdOptions::default());
        for model in models.iter().chain(self.providers.video.all()) {
            let is_known = offers.iter().any(|offer| offer.model == model.model());
            if is_known || model.model() == STUDIO || model.capabilities().drawn_anew {
                continue;
            }
            let prices = requests(work, &work.brief.options, spec, plan).map(|request| model.price(&request));
            offers.push(ModelOffer { model: model.model().to_owned(), cost_usd: known(sum(prices)) });
        }
        offers
    }
}

fn stale() -> AppError {
    AppError::conflict("This ad was changed since you opened it, perhaps in another tab. Look at it again.")
}

fn busy() -> AppError {
    AppError::conflict("This ad is being made at the moment. Wait for it, or cancel it first.")
}

fn planned(work: &GenerationWork) -> Result<(&AdSpec, &ScenePlan), AppError> {
    let planned = work.spec.as_ref().zip(work.plan.as_ref());
    planned.ok_or_else(|| {
        AppError::conflict(
            "This ad has no scenes yet. Wait until they are planned; if it was stopped before, try it again in the queue.",
        )
    })
}

fn requests(
    work: &GenerationWork,
    options: &AdOptions,
    spec: &AdSpec,
    plan: &ScenePlan,
) -> impl Iterator<Item = VideoRequest> + use<> {
    let mut work = work.clone();
    work.brief.options = options.clone();
    clips::requests(&work, spec, plan).collect::<Vec<_>>().into_iter()
}

fn sum(prices: impl IntoIterator<Item = Price>) -> Price {
    let add = |sum: Usd, price: Price| match price {
        Price::Known(price) => Some(sum + price),
        Price::Unknown => None,
    };
    prices.into_iter().try_fold(Usd::ZERO, add).map_or(Price::Unknown, Price::Known)
}

fn known(price: Price) -> Option<Usd> {
    match price {
        Price::Known(price) => Some(price),
        Price::Unknown => None,
    }
}

fn editable(copy: &OverlayCopy) -> EditableText {
    EditableText { role: copy.role, text: copy.text.clone(), max_chars: most_chars(copy) as u32 }
}

/// A planner's own line may be longer than one that is written anew.
fn most_chars(copy: &OverlayCopy) -> usize {
    draft::most_chars(copy.role).max(copy.text.chars().count())
}

fn clip_of(work: &GenerationWork, scene: usize) -> Option<&AssetRecord> {
    let scene = *work.scenes.get(scene)?;
    work.assets.iter().find(|asset| asset.kind == AssetKind::Clip && asset.scene == Some(scene))
}

/// Which model made the clip; of one from before that was written down, as its operation says.
fn maker_of(work: &GenerationWork, scene: usize, clip: &AssetRecord) -> String {
    let operation = work.operations.get(scene).and_then(Option::as_ref);
    let said = |name: &str| operation?.get(name)?.as_str().filter(|name| !name.is_empty());
    let maker = clip.made_by.as_deref().or_else(|| said("model")).or_else(|| said("provider"));
    maker.unwrap_or(if clips::is_drawn(clip) { STUDIO } else { "a model" }).to_owned()
}

/// Every clip is drawn with the film.
fn is_drawn(work: &GenerationWork) -> bool {
    let mut scenes = 0..work.scenes.len();
    work.brief.options.animatic || scenes.all(|scene| clip_of(work, scene).is_some_and(clips::is_drawn))
}

/// The plan as it is to be, held to the rules of every plan.
fn edited_plan(plan: &ScenePlan, changes: &[SceneChange]) -> Result<ScenePlan, AppError> {
    let mut scenes = plan.scenes().to_vec();
    for change in changes {
        let index = change.index as usize;
        let Some(scene) = scenes.get_mut(index) else {
            let message = format!("The ad has {} scenes, counted from 0.", plan.scenes().len());
            return Err(AppError::invalid("scenes", message));
        };
        edit(scene, index, change)?;
    }
    let sum: u32 = scenes.iter().map(|scene| scene.length.0).sum();
    let total = Frames(sum).saturating_sub(Frames(plan.crossfade().0 * (scenes.len() as u32 - 1)));
    let allowed = Frames::from_seconds(TargetDuration::MIN)..=Frames::from_seconds(TargetDuration::MAX);
    if total != plan.total() && !allowed.contains(&total) {
        let (least, most) = (TargetDuration::MIN, TargetDuration::MAX);
        let message = format!(
            "The whole ad would last {:.2} s. It lasts {least} to {most} s: change another scene's length, too.",
            total.seconds()
        );
        return Err(AppError::invalid("duration_seconds", message));
    }
    let edited = ScenePlan::new(scenes, plan.crossfade())
        .map_err(|error| AppError::invalid("scenes", capitalised(&error.to_string())))?;
    for (index, (was, is)) in plan.scenes().iter().zip(edited.scenes()).enumerate() {
        if (&was.overlays, was.length) == (&is.overlays, is.length) {
            continue;
        }
        if let Some(wrong) = draft::too_long_to_read(&edited, index) {
            // The field that was changed, and the words where both were.
            let field = if was.overlays == is.overlays { "duration_seconds" } else { "texts" };
            return Err(AppError::invalid(format!("scenes[{index}].{field}"), wrong));
        }
    }
    Ok(edited)
}

fn edit(scene: &mut PlannedScene, index: usize, change: &SceneChange) -> Result<(), AppError> {
    let wrong = |field: &str, message: String| AppError::invalid(format!("scenes[{index}].{field}"), message);
    if let Some(texts) = &change.texts {
        if texts.len() != scene.overlays.len() {
            let message = format!("This scene has {} lines; give as many.", scene.overlays.len());
            return Err(wrong("texts", message));
        }
        for (order, (copy, text)) in scene.overlays.iter_mut().zip(texts).enumerate() {
            if *text == copy.text {
                continue;
            }
            let field = format!("texts[{order}]");
            let line = draft::tidy_line(text).map_err(|message| wrong(&field, message.to_owned()))?;
            let (most, has) = (most_chars(copy), line.chars().count());
            if has > most {
                return Err(wrong(&field, format!("At most {most} characters; this has {has}.")));
            }
            copy.text = line;
        }
        if scene.overlays.iter().all(|copy| copy.text.trim().is_empty()) {
            return Err(wrong("texts[0]", "A scene needs words.".into()));
        }
    }
    if let Some(visual) = change.visual_prompt.as_ref().filter(|visual| **visual != scene.visual_prompt) {
        let line = draft::tidy_line(visual).unwrap_or_default();
        let (most, has) = (draft::MOST_VISUAL_CHARS, line.chars().count());
        if line.is_empty() {
            return Err(wrong("visual_prompt", "Say what the camera sees.".into()));
        }
        if has > most {
            return Err(wrong("visual_prompt", format!("At most {most} characters; this has {has}.")));
        }
        scene.visual_prompt = line;
    }
    if let Some(seconds) = change.duration_seconds {
        let frames = (seconds * f64::from(FRAME_RATE)).round();
        let (least, most) = (ScenePlan::MIN_SCENE, ScenePlan::MAX_SCENE);
        if !(f64::from(least.0)..=f64::from(most.0)).contains(&frames) {
            let message = format!("A scene lasts {} to {} s.", least.seconds(), most.seconds());
            return Err(wrong("duration_seconds", message));
        }
        scene.length = Frames(frames as u32);
    }
    Ok(())
}

fn clip_changes(work: &GenerationWork, plan: &ScenePlan, change: &ChangeAd) -> Vec<ClipChange> {
    let before = work.plan.iter().flat_map(ScenePlan::scenes);
    let scenes = before.zip(plan.scenes()).enumerate();
    let of_scene = |(index, (was, is)): (usize, (&PlannedScene, &PlannedScene))| {
        let again = change.scenes.iter().any(|scene| scene.index as usize == index && scene.again);
        if again || change.real_clips.is_some() {
            return ClipChange::Again;
        }
        let same_picture = was.visual_prompt == is.visual_prompt;
        match clip_of(work, index) {
            // Drawn for nothing, for the very words and length.
            Some(clip) if clips::is_drawn(clip) && is_drawn(work) => {
                if was == is {
                    ClipChange::Kept
                } else {
                    ClipChange::Anew
                }
            }
            Some(clip) => {
                let is_long_enough = clip.frames.is_some_and(|frames| frames >= is.length);
                if same_picture && is_long_enough { ClipChange::Kept } else { ClipChange::Again }
            }
            // Still to be made for an earlier change.
            None if same_picture && was.length == is.length => ClipChange::Kept,
            None => ClipChange::Anew,
        }
    };
    scenes.map(of_scene).collect()
}

/// What is made anew beside clips.
fn anew(work: &GenerationWork, plan: &ScenePlan) -> Vec<AssetKind> {
    let mut anew = ALWAYS.to_vec();
    let before: Vec<&PlannedScene> = work.plan.iter().flat_map(ScenePlan::scenes).collect();
    let same_lengths = before.iter().zip(plan.scenes()).all(|(was, is)| was.length == is.length);
    let same_words = before.iter().zip(plan.scenes()).all(|(was, is)| was.overlays == is.overlays);
    if !same_lengths {
        anew.push(AssetKind::Soundtrack);
    }
    if work.brief.options.voice && !(same_lengths && same_words) {
        anew.extend([AssetKind::Narration, AssetKind::Script]);
    }
    anew
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).chain(['.']).collect())
}
