//! One generation, step by step. Every step first looks whether its result is already there.

use std::{path::PathBuf, sync::Arc};

use admint_domain::{AdSpec, Frames, GenerationId, SceneId, ScenePlan, Stage};
use admint_media::{Ffmpeg, write_wav};
use admint_providers::SAMPLE_RATE;
use admint_store::{
    AssetKind, AssetRecord, Completed, GenerationWork, Lease, LocalFile, NewAsset, Published, Step, Stop,
};
use admint_timeline::Timeline;

use tokio::sync::OwnedSemaphorePermit;

use crate::{Pipeline, PipelineError, Providers, progress::ProgressSender, stages};

/// What every stage may use.
pub(crate) struct Job {
    pub pipeline: Arc<Pipeline>,
    pub lease: Lease,
    pub stop: Stop,
}

impl Job {
    /// The first step after `after` whose result is missing.
    pub async fn next(&self, after: Option<Step>) -> Result<Step, PipelineError> {
        let work = self.pipeline.store.generation_work(&self.lease).await?;
        for step in Step::ALL.into_iter().filter(|step| after.is_none_or(|after| *step > after)) {
            if !self.has(&work, step).await? {
                return Ok(step);
            }
        }
        Ok(Step::Finish)
    }

    async fn has(&self, work: &GenerationWork, step: Step) -> Result<bool, PipelineError> {
        let finished = async |kind| self.finished(&work.assets, kind, None).await.is_some();
        Ok(match step {
            Step::Spec => work.spec.is_some(),
            Step::Plan => work.plan.is_some(),
            Step::Clips => stages::clips::kept(self, work).await.is_some(),
            Step::Sound => {
                work.timeline.is_some()
                    && finished(AssetKind::Soundtrack).await
                    && stages::narration::kept(self, work).await?.is_some()
            }
            Step::Film => {
                finished(AssetKind::Video).await
                    && finished(AssetKind::Thumbnail).await
                    && finished(AssetKind::Card).await
                    && finished(AssetKind::Preview).await
                    && stages::finish::has_stills(self, work).await
            }
            Step::Finish => false,
        })
    }

    /// Makes what the step is about and saves it. After the last, this is what is still to be booked.
    pub async fn perform(
        &self,
        step: Step,
        progress: &ProgressSender,
    ) -> Result<Option<Completed>, PipelineError> {
        let work = self.pipeline.store.generation_work(&self.lease).await?;
        match step {
            Step::Spec => self.spec(&work, progress).await?,
            Step::Plan => self.plan(&work, progress).await?,
            Step::Clips => stages::clips::make(self, &work, spec(&work)?, plan(&work)?, progress).await?,
            Step::Sound => self.sound(&work).await?,
            Step::Film => self.film(&work, progress).await?,
            Step::Finish => {
                let (timeline, voice) = (timeline(&work)?, stages::narration::kept(self, &work).await?);
                let voice = voice.ok_or(PipelineError::Lost("what the voice says"))?;
                let left_out =
                    stages::provenance::record(self, &work, spec(&work)?, plan(&work)?, timeline, &voice)
                        .await?;
                return Ok(Some(Completed { duration: timeline.total(), left_out }));
            }
        }
        Ok(None)
    }

    async fn spec(&self, work: &GenerationWork, progress: &ProgressSender) -> Result<(), PipelineError> {
        progress.report(Stage::Plan);
        stages::planning::write_spec(self, work).await
    }

    async fn plan(&self, work: &GenerationWork, progress: &ProgressSender) -> Result<(), PipelineError> {
        progress.report(Stage::Scenes);
        stages::planning::plan_scenes(self, work, spec(work)?).await
    }

    async fn sound(&self, work: &GenerationWork) -> Result<(), PipelineError> {
        let (spec, plan) = (spec(work)?, plan(work)?);
        let clips = stages::clips::kept(self, work).await.ok_or(PipelineError::Lost("a scene's clip"))?;
        let (soundtrack, voice) = tokio::try_join!(
            stages::soundtrack::compose(self, work, spec, plan),
            stages::narration::narrate(self, work, spec, plan),
        )?;
        if work.timeline.is_none() {
            let over = voice.over().cloned();
            let laid_out = stages::assemble::assemble(&work.brief, spec, plan, &clips, soundtrack.id, over);
            let timeline = match &work.earlier {
                Some(earlier) => earlier.revised(laid_out),
                None => laid_out,
            };
            timeline.validate()?;
            self.pipeline.store.save_timeline(&self.lease, &timeline).await?;
        }
        Ok(())
    }

    async fn film(&self, work: &GenerationWork, progress: &ProgressSender) -> Result<(), PipelineError> {
        let timeline = timeline(work)?;
        // The sound needs no picture, and the encoder leaves it some of the processors' time.
        let (stitched, sound) = tokio::try_join!(
            stages::stitch::render(self, &work.assets, timeline, progress),
            stages::finish::sound(self, &work.assets, timeline),
        )?;
        progress.report(Stage::Audio);
        stages::finish::finish(self, &work.assets, timeline, &stitched, sound).await?;
        tokio::try_join!(
            stages::finish::take_stills(self, work, timeline),
            stages::finish::make_card(self, work, timeline),
        )?;
        Ok(())
    }

    pub fn providers(&self) -> &Providers {
        &self.pipeline.providers
    }

    pub fn ffmpeg(&self) -> Result<&Ffmpeg, PipelineError> {
        self.pipeline.ffmpeg.as_ref().map_err(|reason| PipelineError::NoFfmpeg(reason.clone()))
    }

    pub fn check_stop(&self) -> Result<(), PipelineError> {
        if self.stop.token().is_cancelled() { Err(PipelineError::Stopped) } else { Ok(()) }
    }

    /// Waits for `future`, but no longer than the job is wanted.
    pub async fn unless_stopped<F: Future>(&self, future: F) -> Result<F::Output, PipelineError> {
        self.stop.token().run_until_cancelled(future).await.ok_or(PipelineError::Stopped)
    }

    /// Waits until this machine has room for one more encoder and what is drawn for it.
    pub async fn turn_to_encode(&self) -> Result<OwnedSemaphorePermit, PipelineError> {
        let turn = self.unless_stopped(self.pipeline.encoding.clone().acquire_owned()).await?;
        Ok(turn.expect("it is never closed"))
    }

    /// Waits until nobody else draws a scene's picture ahead of its film.
    pub async fn turn_to_sketch(&self) -> Result<OwnedSemaphorePermit, PipelineError> {
        let turn = self.unless_stopped(self.pipeline.sketching.clone().acquire_owned()).await?;
        Ok(turn.expect("it is never closed"))
    }

    /// A path in this job's scratch folder, which goes away with the job.
    pub async fn scratch(&self, name: &str) -> Result<PathBuf, PipelineError> {
        Ok(self.pipeline.assets.scratch(self.lease.generation, self.lease.fence).await?.join(name))
    }

    /// Moves a finished file to its place and books it. If the booking is refused, because the lease
    /// or the whole generation is gone, the file goes too. Its name holds the fencing token, so a
    /// worker that lost its lease cannot touch the file of the one that has it.
    pub async fn publish(
        &self,
        file: &std::path::Path,
        name: &str,
        asset: AssetDraft,
    ) -> Result<AssetRecord, PipelineError> {
        self.publish_by(file, name, asset, None).await
    }

    /// [`Job::publish`] of what a model made, by its name in the catalogue.
    pub async fn publish_by(
        &self,
        file: &std::path::Path,
        name: &str,
        asset: AssetDraft,
        made_by: Option<&str>,
    ) -> Result<AssetRecord, PipelineError> {
        self.check_stop()?;
        let AssetDraft { kind, scene, content_type, frames } = asset;
        let key = format!("{}/{}-{name}", folder_of(self.lease.generation), self.lease.fence);
        let Published { bytes, sha256 } = self.pipeline.assets.publish(file, &key).await?;
        tracing::debug!(generation.id = %self.lease.generation, kind = kind.as_str(), "file published");
        let new = NewAsset {
            scene,
            kind,
            key: key.clone(),
            bytes,
            sha256: sha256.clone(),
            content_type: content_type.into(),
            frames,
            made_by: made_by.map(str::to_owned),
        };
        match self.pipeline.store.add_asset(&self.lease, new).await {
            Ok(id) => {
                tracing::debug!(generation.id = %self.lease.generation, kind = kind.as_str(), "file booked");
                let content_type = content_type.into();
                let made_by = made_by.map(str::to_owned);
                Ok(AssetRecord { id, scene, kind, key, bytes, sha256, content_type, frames, made_by })
            }
            Err(error) => {
                if let Err(error) = self.pipeline.assets.remove(&[key]).await {
                    tracing::warn!(generation.id = %self.lease.generation, %error, "orphaned file");
                }
                Err(error.into())
            }
        }
    }

    /// Interleaved samples of `channels` channels as a WAV file in its place.
    pub async fn publish_sound(
        &self,
        kind: AssetKind,
        samples: Vec<f32>,
        channels: u16,
        length: Frames,
    ) -> Result<AssetRecord, PipelineError> {
        let name = format!("{}.wav", kind.as_str());
        let out = self.scratch(&name).await?;
        let file = out.clone();
        tokio::task::spawn_blocking(move || write_wav(&file, &samples, channels, SAMPLE_RATE))
            .await
            .map_err(|panic| PipelineError::Panicked(panic.to_string()))??;
        let draft = AssetDraft { kind, scene: None, content_type: "audio/wav", frames: Some(length) };
        self.publish(&out, &name, draft).await
    }

    /// The asset's file, for as long as the value lives.
    pub async fn local(&self, asset: &AssetRecord) -> Result<LocalFile, PipelineError> {
        Ok(self.pipeline.assets.local(&asset.key, &asset.sha256).await?)
    }

    /// The asset of this kind that an earlier run finished, if its file is still there.
    pub async fn finished(
        &self,
        assets: &[AssetRecord],
        kind: AssetKind,
        scene: Option<SceneId>,
    ) -> Option<AssetRecord> {
        let record = assets.iter().find(|asset| asset.kind == kind && asset.scene == scene)?;
        // A place that does not answer is asked again when the result is wanted.
        self.pipeline.assets.exists(&record.key).await.unwrap_or(true).then(|| record.clone())
    }
}

/// Where a generation's published files lie; all of them, and nothing else.
pub(crate) fn folder_of(generation: GenerationId) -> String {
    format!("generations/{generation}")
}

/// What is known of a file before it has a place.
pub(crate) struct AssetDraft {
    pub kind: AssetKind,
    pub scene: Option<SceneId>,
    pub content_type: &'static str,
    pub frames: Option<Frames>,
}

fn spec(work: &GenerationWork) -> Result<&AdSpec, PipelineError> {
    work.spec.as_ref().ok_or(PipelineError::Lost("the specification"))
}

fn plan(work: &GenerationWork) -> Result<&ScenePlan, PipelineError> {
    work.plan.as_ref().ok_or(PipelineError::Lost("the scene plan"))
}

fn timeline(work: &GenerationWork) -> Result<&Timeline, PipelineError> {
    work.timeline.as_ref().ok_or(PipelineError::Lost("the timeline"))
}
