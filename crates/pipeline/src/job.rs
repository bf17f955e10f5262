//! One generation, stage by stage. Every stage first looks whether its result is already there.

use std::{path::PathBuf, sync::Arc, time::Instant};

use admint_domain::{AdSpec, Frames, GenerationId, ScenePlan, Stage};
use admint_media::{Ffmpeg, write_wav};
use admint_providers::SAMPLE_RATE;
use admint_store::{
    AssetKind, AssetRecord, Completed, GenerationWork, Lease, LocalFile, NewAsset, Published,
};

use crate::{
    Pipeline, PipelineError, Providers,
    progress::{ProgressSender, ProgressWriter},
    running::Stop,
    stages,
};

/// What every stage may use.
pub(crate) struct Job {
    pub pipeline: Arc<Pipeline>,
    pub lease: Lease,
    pub stop: Stop,
}

/// A finished ad, as far as its row has to say it.
struct Made {
    length: Frames,
    left_out: Vec<String>,
}

impl Job {
    pub fn new(pipeline: Arc<Pipeline>, lease: Lease, stop: Stop) -> Self {
        Self { pipeline, lease, stop }
    }

    pub async fn run(self) -> Result<(), PipelineError> {
        let started = Instant::now();
        let writer = ProgressWriter::start(self.pipeline.store.clone(), self.lease.clone());
        let made = self.make(&writer.sender()).await;
        writer.finish().await;
        let Made { length, left_out } = made?;
        // The last stop that can still win; after this the video is the user's.
        self.check_stop()?;
        let completed = Completed { duration: length, elapsed: started.elapsed(), left_out };
        Ok(self.pipeline.store.complete(&self.lease, completed).await?)
    }

    async fn make(&self, progress: &ProgressSender) -> Result<Made, PipelineError> {
        let work = self.pipeline.store.generation_work(&self.lease).await?;
        let spec = self.spec(&work, progress).await?;
        let (plan, scenes) = self.plan(&work, &spec, progress).await?;
        let clips = stages::clips::make(self, &work, &spec, &plan, &scenes, progress).await?;

        let (soundtrack, voice) = tokio::try_join!(
            stages::soundtrack::compose(self, &work, &spec, &plan),
            stages::narration::narrate(self, &work, &spec, &plan),
        )?;
        let timeline = match &work.timeline {
            Some(timeline) => timeline.clone(),
            None => {
                let over = voice.over().cloned();
                let timeline =
                    stages::assemble::assemble(&work.brief, &spec, &plan, &clips, soundtrack.id, over);
                timeline.validate()?;
                self.pipeline.store.save_timeline(&self.lease, &timeline).await?;
                timeline
            }
        };
        // The sound needs no picture, and the encoder leaves it some of the processors' time.
        let (stitched, sound) = tokio::try_join!(
            stages::stitch::render(self, &work.assets, &timeline, progress),
            stages::finish::sound(self, &work.assets, &timeline, &soundtrack),
        )?;

        progress.report(Stage::Audio);
        stages::finish::finish(self, &work.assets, &timeline, &stitched, sound).await?;
        let left_out = stages::provenance::record(self, &work, &spec, &plan, &timeline, &voice).await?;
        Ok(Made { length: timeline.total(), left_out })
    }

    async fn spec(&self, work: &GenerationWork, progress: &ProgressSender) -> Result<AdSpec, PipelineError> {
        if let Some(spec) = &work.spec {
            return Ok(spec.clone());
        }
        progress.report(Stage::Plan);
        let spec = self.unless_stopped(self.providers().planner.write_spec(&work.brief)).await??;
        self.pipeline.store.save_spec(&self.lease, &spec).await?;
        Ok(spec)
    }

    async fn plan(
        &self,
        work: &GenerationWork,
        spec: &AdSpec,
        progress: &ProgressSender,
    ) -> Result<(ScenePlan, Vec<admint_domain::SceneId>), PipelineError> {
        if let Some(plan) = &work.plan {
            return Ok((plan.clone(), work.scenes.clone()));
        }
        progress.report(Stage::Scenes);
        let plan = self.unless_stopped(self.providers().planner.plan_scenes(&work.brief, spec)).await??;
        let scenes = self.pipeline.store.save_plan(&self.lease, &plan).await?;
        Ok((plan, scenes))
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
        self.check_stop()?;
        let AssetDraft { kind, scene, content_type, frames } = asset;
        let key = format!("{}/{}-{name}", folder_of(self.lease.generation), self.lease.fence);
        let Published { bytes, sha256 } = self.pipeline.assets.publish(file, &key).await?;
        let new = NewAsset {
            scene,
            kind,
            key: key.clone(),
            bytes,
            sha256: sha256.clone(),
            content_type: content_type.into(),
            frames,
        };
        match self.pipeline.store.add_asset(&self.lease, new).await {
            Ok(id) => Ok(AssetRecord {
                id,
                scene,
                kind,
                key,
                bytes,
                sha256,
                content_type: content_type.into(),
                frames,
            }),
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
        scene: Option<admint_domain::SceneId>,
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
    pub scene: Option<admint_domain::SceneId>,
    pub content_type: &'static str,
    pub frames: Option<admint_domain::Frames>,
}
