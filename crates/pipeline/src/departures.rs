//! Accounts that are removed: what runs is called off, files go before the rows that name them, and whatever is not
//! done when a process ends is found and finished by the next.

use std::time::Duration;

use admint_domain::{AppError, UserId};
use admint_store::{CancelOutcome, StoreError};
use tokio_util::sync::CancellationToken;

use crate::{Pipeline, error::refuse, job::folder_of, pictures};

/// How long whoever leaves is kept waiting for the last file.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often departures are looked for that nobody finishes.
const LOOK: Duration = Duration::from_secs(60);

impl Pipeline {
    pub(crate) async fn begin_departure(&self, user: UserId) -> Result<(), AppError> {
        self.store.begin_departure(user).await.map_err(|error| refuse("begin a departure", error))?;
        tracing::info!(user.id = %user, "an account is being removed");
        // From here on the account is gone for its user; the rest is found again, whatever happens.
        match tokio::time::timeout(PATIENCE, self.finish_departure(user)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(user.id = %user, %error, "an account will be removed later"),
            Err(_) => tracing::info!(user.id = %user, "an account takes longer to be removed"),
        }
        Ok(())
    }

    /// Finishes what was begun here or elsewhere, until `shutdown`.
    pub(crate) async fn finish_departures(&self, shutdown: &CancellationToken) {
        loop {
            if shutdown.run_until_cancelled(self.finish_all_departures()).await.is_none()
                || shutdown.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none()
            {
                return;
            }
        }
    }

    async fn finish_all_departures(&self) {
        let leaving = match self.store.departures().await {
            Ok(leaving) => leaving,
            Err(error) => return tracing::warn!(%error, "cannot look for accounts to remove"),
        };
        for user in leaving {
            if let Err(error) = self.finish_departure(user).await {
                // A file that resists, a bucket that does not answer: again at the next look.
                tracing::warn!(user.id = %user, %error, "an account is still to be removed");
            }
        }
    }

    /// Done by two at once, or done again, it is done.
    async fn finish_departure(&self, user: UserId) -> Result<(), StoreError> {
        loop {
            for (id, keys) in self.store.files_by_generation(user).await? {
                if self.engine.cancel(user, id).await? == CancelOutcome::Requested {
                    // Its worker lets go of the files first, if it is one of ours; one in another process finds its
                    // lease gone, and removes what it was about to publish.
                    self.engine.ended(id).await;
                }
                self.assets.remove(&keys).await?;
                self.assets.remove_folder(&folder_of(id)).await?;
                // What came meanwhile is among the keys, or in the folder.
                let gone = self.store.delete_generation(user, id).await?;
                self.assets.remove(&gone.unwrap_or_default()).await?;
                self.assets.remove_folder(&folder_of(id)).await?;
                self.assets.remove_older_scratch(id, i64::MAX).await?;
            }
            let pictures = self.store.pictures_of(user).await?;
            let pictures: Vec<_> = pictures.into_iter().map(|picture| picture.key).collect();
            self.assets.remove(&pictures).await?;
            self.assets.remove_folder(&pictures::folder_of(user)).await?;
            if self.store.end_departure(user).await? {
                tracing::info!(user.id = %user, "an account is removed");
                return Ok(());
            }
        }
    }
}
