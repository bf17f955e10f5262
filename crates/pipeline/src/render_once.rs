//! The same pipeline for one ad, without a server: what the shell's `render` runs.

use std::{sync::Arc, time::Duration};

use admint_domain::{
    AppError, Backend, Brief, CaptionFormat, GenerationId, GenerationStatus, GenerationView, PictureRole,
    PictureView, ProductPhoto, ProgressEvent, UserId, Username,
};
use admint_store::{AssetKind, LocalFile};
use tokio_util::sync::CancellationToken;

use crate::{Pipeline, error::refuse};

/// A finished ad and what its maker may want to know of it.
pub struct Rendered {
    pub view: GenerationView,
    /// What was made of the pictures that came along.
    pub pictures: Vec<PictureView>,
    /// Copy it to where it belongs.
    pub video: LocalFile,
    /// What is said, or without a voice what is read.
    pub captions: Option<String>,
    pub width: u32,
    pub height: u32,
    pub frame_count: u32,
    /// ffmpeg's output options of the final encode.
    pub encoder_args: Vec<String>,
}

impl Pipeline {
    /// Makes one ad in this process, of `pictures` where there are some, and returns when it is done; with `captions`,
    /// where a format is named. `on_progress` hears every event.
    /// The store is expected to be a private one: an account is made in it for the occasion.
    pub async fn render_once(
        self: &Arc<Self>,
        mut brief: Brief,
        pictures: Vec<(PictureRole, Vec<u8>)>,
        captions: Option<CaptionFormat>,
        on_progress: impl Fn(&ProgressEvent) + Send + Sync,
        cancel: CancellationToken,
    ) -> Result<Rendered, AppError> {
        let aspect = brief.aspect;
        let name = Username::parse("shell")?;
        // No password hash matches this: nobody can log in as the shell.
        let user = self.store.create_user(&name, "!", None).await;
        let user = user.map_err(|error| refuse("create the shell's user", error))?.id;
        let mut kept = Vec::new();
        for (role, bytes) in pictures {
            let picture = self.add_picture(user, role, bytes).await?;
            match role {
                PictureRole::Photo => {
                    brief.options.photo = Some(ProductPhoto { id: picture.id, colors: Vec::new() });
                }
                PictureRole::Logo => brief.options.logo = Some(picture.id),
            }
            kept.push(picture);
        }
        self.resolve_pictures(user, &mut brief.options).await?;
        let id = self.store.create_generation(user, &brief).await;
        let id = id.map_err(|error| refuse("create generation", error))?;

        let shutdown = CancellationToken::new();
        let workers = tokio::spawn(self.clone().run_workers(1, shutdown.clone()));
        let followed = self.follow(user, id, &on_progress, &cancel).await;
        shutdown.cancel();
        if let Err(panic) = workers.await {
            tracing::error!(%panic, "worker ended");
        }
        followed?;

        let view = self.generation(user, id).await?;
        match view.status {
            GenerationStatus::Completed => {}
            GenerationStatus::Cancelled => return Err(AppError::conflict("Cancelled; no video was made.")),
            _ => {
                let reason = view.error.unwrap_or_else(|| AppError::internal().message);
                return Err(AppError::unavailable(reason));
            }
        }
        let asset = self.store.asset_of(user, id, AssetKind::Video).await;
        let asset = asset.map_err(|error| refuse("find the video", error))?.ok_or_else(AppError::internal)?;
        let video = self.assets.local(&asset.key, &asset.sha256).await;
        let video = video.map_err(|error| refuse("find the video", error))?;
        let captions = match captions {
            Some(format) => Some(self.captions(user, id, format).await?),
            None => None,
        };
        let resolution = aspect.resolution();
        Ok(Rendered {
            view,
            pictures: kept,
            video,
            captions,
            width: resolution.width,
            height: resolution.height,
            frame_count: asset.frames.map_or(0, |frames| frames.0),
            encoder_args: admint_media::FINAL_ENCODER_ARGS.iter().map(ToString::to_string).collect(),
        })
    }

    /// Hands on every event until the last.
    async fn follow(
        &self,
        user: UserId,
        id: GenerationId,
        on_progress: &(impl Fn(&ProgressEvent) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<(), AppError> {
        /// The events come by notice; this only covers a notice that was missed.
        const LOOK: Duration = Duration::from_secs(1);
        let mut notices = self.store.subscribe();
        let mut seen = 0;
        loop {
            for event in self.events(user, id, seen).await? {
                seen = event.seq;
                on_progress(&event);
                if event.status.is_final() {
                    return Ok(());
                }
            }
            tokio::select! {
                () = cancel.cancelled() => {
                    let cancelled = self.engine.cancel(user, id).await;
                    cancelled.map_err(|error| refuse("cancel generation", error))?;
                    self.engine.ended(id).await;
                    return Err(AppError::conflict("Cancelled; no video was made."));
                }
                _ = notices.recv() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}
