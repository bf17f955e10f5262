//! One scene's way to its clip: a model is asked, and where it makes none, the next.

use std::{path::Path, path::PathBuf, sync::Arc};

use admint_domain::{Brief, Frames, Price, SceneId, Usd};
use admint_media::{FrameJob, encode_frames};
use admint_providers::{
    Admission, FrameSource, IdempotencyKey, Operation, ProviderError, Resting, VideoModel, VideoOutput,
    VideoRequest,
};
use admint_store::{
    AssetKind, FailedModel, GenerationWork, Handle, LedgerEntry, Reservation, Route, StoreError,
};

use super::{
    counter::Counter,
    file::{adopt, fetch},
    health, story,
};
use crate::{
    PipelineError,
    job::{AssetDraft, Job},
    stages::{planning, sketch},
};

/// How often a file that breaks off is asked for by the same worker.
const FETCHES: u32 = 3;

/// What a clip is that is its operation's handle.
pub(super) const HANDLE: &str = "application/json";

/// A scene that has no clip yet.
pub(super) struct Errand {
    scene: SceneId,
    brief: Brief,
    request: VideoRequest,
    /// Who may be asked, in this order.
    chain: Vec<Arc<dyn VideoModel>>,
    route: Route,
    /// What a model was asked for, perhaps before a restart.
    operation: Option<Operation>,
}

/// What the model has been asked for.
pub(super) struct Started {
    video: Arc<dyn VideoModel>,
    what: What,
}

enum What {
    Collected(Arc<dyn FrameSource>),
    /// The model's own file, in the scratch folder, looked at.
    Fetched(PathBuf),
    /// Its frames are drawn when the film is.
    DrawnAnew(Operation),
}

impl Errand {
    pub fn new(
        scene: SceneId,
        request: VideoRequest,
        chain: Vec<Arc<dyn VideoModel>>,
        work: &GenerationWork,
    ) -> Self {
        let index = request.scene_index as usize;
        let handle = work.operations.get(index).cloned().flatten();
        let operation = handle.and_then(|handle| serde_json::from_value(handle).ok());
        let route = work.routes.get(index).cloned().unwrap_or_default();
        Self { scene, brief: work.brief.clone(), request, chain, route, operation }
    }

    /// Has a model make the scene, and waits for what it makes; the next, where it makes nothing.
    pub async fn begin(&mut self, job: &Job) -> Result<Started, PipelineError> {
        loop {
            let (video, _admission) = self.asked(job).await?;
            let asked = self.ask(job, video.clone()).await;
            match &asked {
                Ok(_) => health::record(job, video.as_ref(), Ok(())).await,
                Err(PipelineError::Provider(error)) => health::record(job, video.as_ref(), Err(error)).await,
                Err(_) => {}
            }
            match asked {
                Ok(what) => return Ok(Started { video, what }),
                Err(error) => self.ask_next(job, &video, error).await?,
            }
        }
    }

    /// Makes the scene's clip of it; another model's, where that is of no use.
    pub async fn end(
        &mut self,
        job: &Job,
        mut started: Started,
        counter: &Counter,
    ) -> Result<(), PipelineError> {
        let maker = loop {
            let Started { video, what } = started;
            match self.publish(job, &video, what, counter).await {
                Ok(()) => break video,
                Err(error) => self.ask_next(job, &video, error).await?,
            }
            started = self.begin(job).await?;
        };
        if let Some(story) = story::of(self.request.scene_index, &self.route, maker.title()) {
            job.pipeline.store.tell(&job.lease, &story).await?;
        }
        Ok(())
    }

    fn index(&self) -> usize {
        self.request.scene_index as usize
    }

    /// Whose turn it is: whoever is at it already, or may be, and otherwise the first that has not failed and is not
    /// at rest.
    async fn asked<'a>(
        &mut self,
        job: &'a Job,
    ) -> Result<(Arc<dyn VideoModel>, Option<Admission<'a>>), PipelineError> {
        let models = &job.providers().video;
        if let Some(operation) = &self.operation {
            return Ok((job.providers().maker_of(operation)?, None));
        }
        if let Some(at_it) = self.route.asking.as_deref().and_then(|asking| models.find(asking)) {
            return Ok((at_it, None));
        }
        let mut resting = Vec::new();
        let left: Vec<_> = self.left().cloned().collect();
        for video in left {
            match models.breakers().admit(video.model()) {
                Ok(admission) => {
                    self.pass_over(job, resting, video.title()).await?;
                    return Ok((video, Some(admission)));
                }
                Err(Resting { last, .. }) => resting.push((video, last)),
            }
        }
        Err(self.all_rest(resting))
    }

    /// Those that have not failed.
    fn left(&self) -> impl Iterator<Item = &Arc<dyn VideoModel>> {
        let failed = |model: &str| self.route.failed.iter().any(|failed| failed.model == model);
        self.chain.iter().filter(move |video| !failed(video.model()))
    }

    fn next(&self) -> Option<Arc<dyn VideoModel>> {
        self.left().next().cloned()
    }

    /// Those that rest count as failed for now: whoever takes the job up again goes on with `next`.
    async fn pass_over(
        &mut self,
        job: &Job,
        resting: Vec<(Arc<dyn VideoModel>, ProviderError)>,
        next: &str,
    ) -> Result<(), PipelineError> {
        if resting.is_empty() {
            return Ok(());
        }
        self.route.failed.extend(resting.iter().map(passed_over));
        let store = &job.pipeline.store;
        store.save_route(&job.lease, self.scene, &self.route, Handle::Stays).await?;
        Ok(store.tell(&job.lease, &story::going_on(self.request.scene_index, &self.route, next)).await?)
    }

    fn all_rest(&self, resting: Vec<(Arc<dyn VideoModel>, ProviderError)>) -> PipelineError {
        match &resting[..] {
            [] => self.nobody_left(),
            // As if it had been asked.
            [(_, last)] if self.route.failed.is_empty() => last.clone().into(),
            resting => {
                let mut route = self.route.clone();
                route.failed.extend(resting.iter().map(passed_over));
                let story = story::failures(&route);
                PipelineError::ModelsBusy { scene: self.request.scene_index + 1, story }
            }
        }
    }

    fn nobody_left(&self) -> PipelineError {
        let story = story::failures(&self.route);
        PipelineError::NoModelLeft { scene: self.request.scene_index + 1, story }
    }

    async fn ask(&mut self, job: &Job, video: Arc<dyn VideoModel>) -> Result<What, PipelineError> {
        // What is under way already is waited for, however much else is.
        let _turn = match &self.operation {
            Some(_) => None,
            None => job.unless_stopped(job.providers().video.turn(video.as_ref())).await?,
        };
        job.check_stop()?;
        let operation = match &self.operation {
            // A handle from before a restart is collected, not bought again; its reservation stands.
            Some(operation) => operation.clone(),
            None => self.start(job, &video).await?,
        };
        match video.capabilities().drawn_anew {
            true => Ok(What::DrawnAnew(operation)),
            false => self.collect(job, &video, &operation).await,
        }
    }

    async fn start(&mut self, job: &Job, video: &Arc<dyn VideoModel>) -> Result<Operation, PipelineError> {
        let store = &job.pipeline.store;
        // From here on it may be paid. What is drawn here is free.
        if !video.capabilities().drawn_anew && self.route.asking.as_deref() != Some(video.model()) {
            self.route.asking = Some(video.model().to_owned());
            store.save_route(&job.lease, self.scene, &self.route, Handle::Stays).await?;
        }
        let Self { scene, ref request, .. } = *self;
        let entry = LedgerEntry {
            scene: Some(scene),
            provider: video.name().into(),
            operation: format!("scene {}, {}", request.scene_index + 1, video.model()),
            price: video.price(request),
        };
        // The same entry as before, if a crash lost what was started for it; and so the same operation.
        let Reservation { id: booked, open_since } = store.reserve(&job.lease, entry).await?;
        let key = IdempotencyKey::new(booked).asked_since(open_since.map(Into::into));
        // Never dropped half-way: an operation whose handle got lost waits for the next attempt.
        let operation = match video.start(request, &key).await {
            Ok(operation) => operation,
            // The entry stays open: the next attempt asks under the same key.
            Err(error) if error.may_have_bought() => return Err(error.into()),
            Err(error) => {
                store.settle(&job.lease, booked, Price::Known(Usd::ZERO)).await?;
                return Err(error.into());
            }
        };
        let handle = serde_json::to_value(&operation).map_err(|error| ProviderError::BadOutput {
            provider: video.name(),
            reason: error.to_string(),
        })?;
        tracing::debug!(generation.id = %job.lease.generation, "operation started");
        match store.save_operation(&job.lease, scene, &handle).await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => {
                store.call_off_unless_taken_over(job.lease.generation, &handle).await?;
                return Err(StoreError::LeaseLost.into());
            }
            Err(error) => return Err(error.into()),
        }
        tracing::debug!(generation.id = %job.lease.generation, "operation saved");
        store.settle(&job.lease, booked, video.price(request)).await?;
        self.operation = Some(operation.clone());
        Ok(operation)
    }

    /// The operation's frames or file. Whoever stops waiting for them leaves the operation alone: another worker
    /// collects it, or it is called off with the video.
    async fn collect(
        &self,
        job: &Job,
        video: &Arc<dyn VideoModel>,
        operation: &Operation,
    ) -> Result<What, PipelineError> {
        let mut fetches = 0;
        loop {
            let collected = match job.unless_stopped(video.collect(operation)).await? {
                Ok(VideoOutput::Frames(frames)) => Ok(What::Collected(frames)),
                Ok(VideoOutput::Download(download)) => {
                    fetch(job, &self.request, video.name(), download).await.map(What::Fetched)
                }
                Err(error) => Err(error.into()),
            };
            fetches += 1;
            match collected {
                Err(PipelineError::Provider(error)) if error.is_passing() && fetches < FETCHES => {
                    tracing::warn!(generation.id = %job.lease.generation, %error, "a clip is asked for again");
                }
                collected => return collected,
            }
        }
    }

    /// The model made nothing, or nothing of use. What can only fail again is forgotten; then the next is there to
    /// be asked, or this is the scene's error.
    async fn ask_next(
        &mut self,
        job: &Job,
        video: &Arc<dyn VideoModel>,
        error: PipelineError,
    ) -> Result<(), PipelineError> {
        let PipelineError::Provider(error) = error else { return Err(error) };
        let is_paid = self.operation.is_some();
        let is_over = is_paid && error.is_operations_end();
        // It is paid and can still be had: waiting costs nothing, and another purchase does.
        let waits = is_paid && error.is_passing();
        if waits || !error.leaves_it_to_others() {
            if is_over {
                job.pipeline.store.forget_operation(&job.lease, self.scene).await?;
                self.operation = None;
            }
            return Err(error.into());
        }
        if let ProviderError::Refused { reason, .. } = &error
            && self.route.refused.is_none()
            && self.describe_anew(job, video, reason).await?
        {
            return Ok(());
        }
        let failed = FailedModel {
            model: video.model().to_owned(),
            title: video.title().to_owned(),
            what: error.in_short().to_owned(),
            passing: error.is_passing(),
        };
        let before = self.route.clone();
        self.route.failed.push(failed);
        self.route.asking = None;
        let next = self.next();
        if next.is_none() && is_paid && !is_over {
            // Nobody else would make it, and once the vendor is content again it can still be had.
            self.route = before;
            return Err(error.into());
        }
        let end = next.is_none().then(|| self.end_of_chain(error));
        let handle = match (is_paid, is_over) {
            (false, _) => Handle::Stays,
            (true, true) => Handle::Forgotten,
            (true, false) => Handle::CalledOff,
        };
        job.pipeline.store.save_route(&job.lease, self.scene, &self.route, handle).await?;
        self.operation = None;
        match (end, next) {
            (None, Some(next)) => {
                let story = story::going_on(self.request.scene_index, &self.route, next.title());
                tracing::warn!(generation.id = %job.lease.generation, story, "the next model is asked");
                Ok(job.pipeline.store.tell(&job.lease, &story).await?)
            }
            (Some(error), _) => Err(error),
            (None, None) => Err(self.nobody_left()),
        }
    }

    /// Has the picture described otherwise, for the same model to be asked once more. `false` if nobody could.
    async fn describe_anew(
        &mut self,
        job: &Job,
        video: &Arc<dyn VideoModel>,
        reason: &str,
    ) -> Result<bool, PipelineError> {
        let picture = match planning::rewrite_prompt(job, &self.brief, &self.request, reason).await? {
            Ok(picture) => picture,
            Err(error) => {
                tracing::warn!(generation.id = %job.lease.generation, %error, "a refused picture stays as it is");
                return Ok(false);
            }
        };
        let refused = std::mem::replace(&mut self.request.scene.visual_prompt, picture);
        self.route.refused = Some(refused);
        self.route.asking = Some(video.model().to_owned());
        let picture = &self.request.scene.visual_prompt;
        job.pipeline.store.describe_anew(&job.lease, self.scene, picture, &self.route).await?;
        self.operation = None;
        let story = story::described_anew(self.request.scene_index, picture);
        job.pipeline.store.tell(&job.lease, &story).await?;
        Ok(true)
    }

    /// Nobody is left to be asked. If one of them may do a little later, the job waits and asks that one again.
    fn end_of_chain(&mut self, last: ProviderError) -> PipelineError {
        let story = story::failures(&self.route);
        let is_alone = self.route.failed.len() == 1;
        let some_pass = self.route.failed.iter().any(|failed| failed.passing);
        self.route.failed.retain(|failed| !failed.passing);
        match some_pass {
            _ if is_alone => last.into(),
            true => PipelineError::ModelsBusy { scene: self.request.scene_index + 1, story },
            false => self.nobody_left(),
        }
    }

    async fn publish(
        &self,
        job: &Job,
        video: &Arc<dyn VideoModel>,
        what: What,
        counter: &Counter,
    ) -> Result<(), PipelineError> {
        match what {
            What::Collected(frames) => {
                sketch::of_frames(job, self.scene, &self.request, frames.clone()).await;
                let file = self.draw(job, frames, counter.clone()).await?;
                self.book(job, video, &file).await?;
            }
            What::Fetched(fetched) => {
                let file = job.scratch(&self.file_name("mp4")).await?;
                adopt(job, &self.request, video.name(), &fetched, &file).await?;
                self.book(job, video, &file).await?;
                sketch::of_file(job, self.scene, &self.request, &file).await;
                if let Err(error) = tokio::fs::remove_file(fetched).await {
                    tracing::debug!(%error, "a fetched clip goes with the scratch folder");
                }
            }
            What::DrawnAnew(operation) => {
                let file = job.scratch(&self.file_name("json")).await?;
                let json = serde_json::to_vec(&operation).expect("a handle is plain JSON");
                let failed = |source| PipelineError::Io { what: "writing a clip's handle", source };
                tokio::fs::write(&file, json).await.map_err(failed)?;
                self.book(job, video, &file).await?;
                if let Ok(VideoOutput::Frames(frames)) = job.unless_stopped(video.collect(&operation)).await?
                {
                    sketch::of_frames(job, self.scene, &self.request, frames).await;
                }
                return Ok(());
            }
        }
        counter.finished(self.index());
        counter.report();
        Ok(())
    }

    async fn draw(
        &self,
        job: &Job,
        frames: Arc<dyn FrameSource>,
        counter: Counter,
    ) -> Result<PathBuf, PipelineError> {
        let index = self.index();
        let _turn = job.turn_to_encode().await?;
        let out = job.scratch(&self.file_name("mp4")).await?;
        let length = frames.length();
        let frame_job = FrameJob { resolution: frames.resolution(), length, out: out.clone() };
        encode_frames(
            job.ffmpeg()?,
            frame_job,
            Arc::new(move |at, rgba: &mut [u8]| frames.draw(at, rgba)),
            // The last frame is there before the clip is.
            Arc::new(move |done| counter.drawn(index, done.min(Frames(length.0.saturating_sub(1))))),
            job.stop.token(),
        )
        .await?;
        Ok(out)
    }

    fn file_name(&self, ending: &str) -> String {
        format!("clip-{}.{ending}", self.request.scene_index)
    }

    async fn book(&self, job: &Job, video: &Arc<dyn VideoModel>, file: &Path) -> Result<(), PipelineError> {
        let is_handle = file.extension().is_some_and(|ending| ending == "json");
        let draft = AssetDraft {
            kind: AssetKind::Clip,
            scene: Some(self.scene),
            content_type: if is_handle { HANDLE } else { "video/mp4" },
            frames: Some(self.request.scene.length),
        };
        let name = self.file_name(if is_handle { "json" } else { "mp4" });
        job.publish_by(file, &name, draft, Some(video.model())).await?;
        Ok(())
    }
}

/// As somebody who failed, and may do when the pause is over.
fn passed_over((video, last): &(Arc<dyn VideoModel>, ProviderError)) -> FailedModel {
    FailedModel {
        model: video.model().to_owned(),
        title: video.title().to_owned(),
        what: format!("was passed over, as it {}", last.in_short()),
        passing: true,
    }
}
