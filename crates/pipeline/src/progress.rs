use admint_domain::Stage;
use admint_store::{Lease, Store};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Carries progress from drawing and encoding threads, which must not wait, to the database.
/// Only the newest stage is written: a slow database skips steps instead of slowing the work.
pub(crate) struct ProgressWriter {
    sender: watch::Sender<Stage>,
    finished: CancellationToken,
    task: JoinHandle<()>,
}

/// A cheap handle for whatever thread has news.
#[derive(Clone)]
pub(crate) struct ProgressSender(watch::Sender<Stage>);

impl ProgressSender {
    pub fn report(&self, stage: Stage) {
        self.0.send_if_modified(|current| {
            let news = (current.progress(), current.step()) != (stage.progress(), stage.step());
            *current = stage;
            news
        });
    }
}

impl ProgressWriter {
    pub fn start(store: Store, lease: Lease) -> Self {
        let (sender, receiver) = watch::channel(Stage::Queued);
        let finished = CancellationToken::new();
        let task = tokio::spawn(write_news(store, lease, receiver, finished.clone()));
        Self { sender, finished, task }
    }

    pub fn sender(&self) -> ProgressSender {
        ProgressSender(self.sender.clone())
    }

    /// Waits until what was reported is written, so that nothing is recorded after the job's end.
    pub async fn finish(self) {
        self.finished.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "progress writer ended");
        }
    }
}

async fn write_news(
    store: Store,
    lease: Lease,
    mut receiver: watch::Receiver<Stage>,
    finished: CancellationToken,
) {
    loop {
        let last = tokio::select! {
            biased;
            changed = receiver.changed() => changed.is_err(),
            () = finished.cancelled() => true,
        };
        if last {
            return;
        }
        let stage = *receiver.borrow_and_update();
        if let Err(error) = store.record_progress(&lease, stage).await {
            // Progress is a courtesy; a lost lease shows itself at the next real write.
            tracing::debug!(generation.id = %lease.generation, %error, "progress not written");
        }
    }
}
