//! A model's own file: fetched, looked at, and made into a house clip.

use std::path::{Path, PathBuf};

use admint_media::{MediaError, ingest, probe};
use admint_providers::{Download, ProviderError, VideoRequest};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::{PipelineError, job::Job};

/// Writes what comes to the scratch folder, and looks at it before anybody relies on it.
pub(super) async fn fetch(
    job: &Job,
    request: &VideoRequest,
    provider: &'static str,
    download: Download,
) -> Result<PathBuf, PipelineError> {
    let file = job.scratch(&format!("fetched-{}", request.scene_index)).await?;
    let Download { length, seconds, mut bytes, .. } = download;
    let failed = |source| PipelineError::Io { what: "writing a model's clip", source };
    let mut out = tokio::fs::File::create(&file).await.map_err(failed)?;
    let mut written = 0;
    while let Some(chunk) = job.unless_stopped(bytes.next()).await? {
        let chunk = chunk?;
        out.write_all(&chunk).await.map_err(failed)?;
        written += chunk.len() as u64;
    }
    out.flush().await.map_err(failed)?;
    let bad = |reason: String| ProviderError::BadOutput { provider, reason };
    if let Some(length) = length.filter(|length| *length != written) {
        return Err(bad(format!("its clip has {written} bytes of {length}")).into());
    }
    let probed = probe(job.ffmpeg()?, &file).await.map_err(|error| unusable(job, provider, error))?;
    if probed.frame_count == 0 {
        return Err(bad("its clip holds no pictures".into()).into());
    }
    let lasts = probed.video_duration_seconds.unwrap_or(probed.duration_seconds);
    let wanted = request.scene.length.seconds();
    let asked = seconds.map_or(wanted, f64::from);
    // A little less is held, more is cut; far from it is something else than was asked for.
    if lasts < asked.min(wanted) * 0.75 || lasts > asked.max(wanted) * 2.0 + 1.0 {
        return Err(bad(format!("its clip lasts {lasts:.1} s, where {asked:.1} s were asked for")).into());
    }
    Ok(file)
}

/// Makes a house clip of a model's file at `out`: the ad's shape, the scene's length.
pub(super) async fn adopt(
    job: &Job,
    request: &VideoRequest,
    provider: &'static str,
    file: &Path,
    out: &Path,
) -> Result<(), PipelineError> {
    let (shape, length) = (request.aspect.resolution(), request.scene.length);
    let _turn = job.turn_to_encode().await?;
    let made = ingest(job.ffmpeg()?, file, shape, Some(length), out, job.stop.token()).await;
    made.map_err(|error| unusable(job, provider, error))?;
    Ok(())
}

/// A file that ffmpeg finds fault with is the model's fault, as long as ffmpeg itself is well.
fn unusable(job: &Job, provider: &'static str, error: MediaError) -> PipelineError {
    let is_the_files = matches!(error, MediaError::BadMedia { .. } | MediaError::Failed { .. })
        && !error.is_passing()
        && !error.is_disk_full();
    if !is_the_files {
        return error.into();
    }
    tracing::warn!(generation.id = %job.lease.generation, %error, "a model's clip cannot be used");
    ProviderError::BadOutput { provider, reason: "its clip is damaged, or no video".into() }.into()
}
