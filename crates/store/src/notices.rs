//! What processes tell each other: that a generation has news, that a job was added. A notice carries nothing
//! but that; what it is about lies in rows, and whoever missed one finds it by looking.

use std::{sync::Arc, time::Duration};

use admint_domain::{GenerationId, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use sqlx::{
    Executor,
    postgres::{PgListener, PgPool},
};
use tokio::sync::{
    Notify,
    broadcast::{self, error::RecvError},
    watch,
};

use crate::{Store, StoreError};

/// Notices of events that a slow listener may fall behind before it must look for itself.
const NOTICES: usize = 1024;

/// What PostgreSQL carries between processes: the generation that has news and its user, or [`A_JOB`].
const CHANNEL: &str = "admint";
const A_JOB: &str = "job";
const LISTEN_AGAIN: Duration = Duration::from_secs(2);
/// Routers forget connections that are silent for some minutes, and tell neither end.
const PROBE: Duration = Duration::from_secs(60);
const PROBE_ANSWERS: Duration = Duration::from_secs(10);

/// How often to look where other processes' events give no notice.
const LOOK: Duration = Duration::from_secs(1);
/// How often to look where they do: only for what nobody foresaw.
const LOOK_ANYWAY: Duration = Duration::from_secs(15);

/// A generation has news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub generation: GenerationId,
    /// Whose it is; none, if a process told that does not say so yet.
    pub user: Option<UserId>,
}

impl Notice {
    fn parse(payload: &str) -> Option<Self> {
        let mut words = payload.split(' ');
        let generation = words.next()?.parse().ok()?;
        Some(Self { generation, user: words.next().and_then(|user| user.parse().ok()) })
    }
}

/// Where a process's notices arrive, its own and what it hears of others.
#[derive(Clone)]
pub(crate) struct NoticeBoard {
    events: broadcast::Sender<Notice>,
    jobs: Arc<Notify>,
    called_off: Arc<Notify>,
    /// Whether every process's notices arrive here now.
    hears_all: watch::Sender<bool>,
}

impl NoticeBoard {
    pub fn new() -> Self {
        Self {
            events: broadcast::channel(NOTICES).0,
            jobs: Arc::default(),
            called_off: Arc::default(),
            hears_all: watch::channel(false).0,
        }
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.events.subscribe()
    }

    pub fn tell_of(&self, notice: Notice) {
        // Nobody listening is no error.
        let _ = self.events.send(notice);
    }

    fn board(&self) -> Board {
        Board { events: self.subscribe(), hears_all: self.hears_all.subscribe() }
    }

    pub fn wake_a_worker(&self) {
        self.jobs.notify_one();
    }

    pub async fn job_added(&self) {
        self.jobs.notified().await;
    }

    /// Hands on what other processes tell, until the pool is closed.
    pub async fn listen(self, pool: PgPool) {
        while !pool.is_closed() {
            let ended = self.hear(&pool).await;
            self.hears_all.send_replace(false);
            match ended {
                Ok(()) => {
                    tracing::warn!("the connection that listens to the database is lost; making another")
                }
                Err(sqlx::Error::PoolClosed) => return,
                Err(error) => {
                    tracing::warn!(%error, "not listening to the database; trying again");
                    tokio::time::sleep(LISTEN_AGAIN).await;
                }
            }
        }
    }

    /// Until its connection is lost.
    async fn hear(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        // It would hide that a connection was lost, and notices with it.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        // From here on nothing is missed; of what was told before, everybody finds out by looking now.
        self.hears_all.send_replace(true);
        self.wake_a_worker();
        loop {
            match tokio::time::timeout(PROBE, listener.try_recv()).await {
                Ok(heard) => match heard? {
                    Some(notice) if notice.payload() == A_JOB => self.wake_a_worker(),
                    Some(notice) => {
                        if let Some(notice) = Notice::parse(notice.payload()) {
                            self.tell_of(notice);
                        }
                    }
                    None => return Ok(()),
                },
                Err(_) => {
                    let answer = tokio::time::timeout(PROBE_ANSWERS, listener.execute("SELECT 1")).await;
                    let Ok(answer) = answer else { return Ok(()) };
                    answer?;
                }
            }
        }
    }
}

/// One follower's place before one generation.
pub struct News {
    id: GenerationId,
    board: Board,
}

/// One follower's place before all of one user's generations.
pub struct NewsOfAll {
    user: UserId,
    board: Board,
}

struct Board {
    events: broadcast::Receiver<Notice>,
    hears_all: watch::Receiver<bool>,
}

impl News {
    /// Resolves when there may be news: at once for what is told, and now and then in any case. Dropped early,
    /// it loses nothing.
    pub async fn wait(&mut self) {
        let id = self.id;
        self.board.wait(|notice| notice.generation == id).await;
    }
}

impl NewsOfAll {
    /// The same; the generation that was told of, if one was. There may be news of others, too.
    pub async fn wait(&mut self) -> Option<GenerationId> {
        let user = self.user;
        let notice = self.board.wait(|notice| notice.user.is_none_or(|whose| whose == user)).await;
        notice.map(|notice| notice.generation)
    }
}

impl Board {
    async fn wait(&mut self, is_meant: impl Fn(&Notice) -> bool) -> Option<Notice> {
        let look = if *self.hears_all.borrow() { LOOK_ANYWAY } else { LOOK };
        let look = tokio::time::sleep(look);
        tokio::pin!(look);
        loop {
            tokio::select! {
                () = &mut look => return None,
                // Between losing a connection and having another, anything may have been missed.
                Ok(()) = self.hears_all.changed() => return None,
                notice = self.events.recv() => match notice {
                    Ok(notice) if !is_meant(&notice) => {}
                    Ok(notice) => return Some(notice),
                    Err(RecvError::Lagged(_)) => return None,
                    // Nobody tells any more; there is still something to look for.
                    Err(RecvError::Closed) => {
                        look.await;
                        return None;
                    }
                },
            }
        }
    }
}

impl Store {
    /// Hears of every event after its transaction: on PostgreSQL of all processes', on SQLite of this
    /// one's. A listener that lags misses notices, not events: those are rows.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.notices().subscribe()
    }

    /// Waits for news of one generation, from whatever process. What is written after this call is not missed.
    pub fn news_of(&self, id: GenerationId) -> News {
        News { id, board: self.notices().board() }
    }

    /// Waits for news of any of one user's generations, likewise.
    pub fn news_of_all(&self, user: UserId) -> NewsOfAll {
        NewsOfAll { user, board: self.notices().board() }
    }

    /// Resolves when a job was queued that may not be taken yet. One waiting worker is woken for each; on
    /// SQLite, jobs of other processes are found by looking.
    pub async fn job_added(&self) {
        self.notices().job_added().await;
    }

    /// Resolves when an operation may have been called off in this process; what other processes call off is
    /// found by looking.
    pub async fn operation_called_off(&self) {
        self.notices().called_off.notified().await;
    }

    /// Commits, then tells whoever follows this generation.
    pub(crate) async fn commit_event(
        &self,
        transaction: DatabaseTransaction,
        user: UserId,
        generation: GenerationId,
    ) -> Result<(), StoreError> {
        tell(&transaction, &format!("{generation} {user}")).await?;
        let is_told = transaction.get_database_backend() == DbBackend::Postgres;
        transaction.commit().await?;
        if !is_told {
            self.notices().tell_of(Notice { generation, user: Some(user) });
        }
        Ok(())
    }

    /// Commits a transaction that made a job ready to be taken up, tells whoever follows its generation, and
    /// wakes a worker, of whatever process.
    pub(crate) async fn commit_job(
        &self,
        transaction: DatabaseTransaction,
        user: UserId,
        generation: GenerationId,
    ) -> Result<(), StoreError> {
        tell(&transaction, A_JOB).await?;
        self.commit_event(transaction, user, generation).await?;
        self.wake_a_worker();
        Ok(())
    }

    pub(crate) fn wake_a_worker(&self) {
        self.notices().wake_a_worker();
    }

    pub(crate) fn wake_the_caller(&self) {
        self.notices().called_off.notify_one();
    }
}

/// Heard by all processes once the transaction is committed.
async fn tell(transaction: &DatabaseTransaction, what: &str) -> Result<(), StoreError> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT pg_notify($1, $2)";
        let values = [CHANNEL.into(), what.into()];
        transaction.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_follower_looks_when_told_and_when_it_may_not_have_been_told() {
        let board = NoticeBoard::new();
        let [own, other] = [1, 2].map(|id| GenerationId::from_uuid(uuid::Uuid::from_u128(id)));
        let mut news = News { id: own, board: board.board() };
        let mut looks = || news.wait().now_or_never().is_some();
        let tell_of = |generation| board.tell_of(Notice { generation, user: None });
        assert!(!looks());
        tell_of(other);
        assert!(!looks());
        tell_of(own);
        assert!(looks() && !looks());

        // A lost connection, and another: also while nobody was waiting.
        for hears_all in [true, false, true] {
            board.hears_all.send_replace(hears_all);
            assert!(looks() && !looks());
        }
        board.hears_all.send_replace(false);
        board.hears_all.send_replace(true);
        assert!(looks() && !looks());

        for _ in 0..=NOTICES {
            tell_of(other);
        }
        assert!(looks(), "too much was told to be sure");
    }

    #[tokio::test]
    async fn a_follower_of_all_hears_of_its_users_own() {
        let board = NoticeBoard::new();
        let [ann, eve] = [1, 2].map(|id| UserId::from_uuid(uuid::Uuid::from_u128(id)));
        let [one, two] = [3, 4].map(|id| GenerationId::from_uuid(uuid::Uuid::from_u128(id)));
        let mut news = NewsOfAll { user: ann, board: board.board() };
        let mut heard = || news.wait().now_or_never();
        board.tell_of(Notice { generation: two, user: Some(eve) });
        assert_eq!(heard(), None);
        board.tell_of(Notice { generation: one, user: Some(ann) });
        assert_eq!(heard(), Some(Some(one)));
        // As a process of before says it.
        let notice = Notice::parse(&two.to_string()).unwrap();
        assert_eq!(notice, Notice { generation: two, user: None });
        board.tell_of(notice);
        assert_eq!(heard(), Some(Some(two)));
        let told = format!("{one} {ann}");
        assert_eq!(Notice::parse(&told), Some(Notice { generation: one, user: Some(ann) }));
        assert_eq!(Notice::parse("job"), None);
    }
}
