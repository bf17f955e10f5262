//! What every job engine does, whoever stands behind the trait. An engine's own tests give a [`Rig`] and make
//! a test of each check by [`job_engine_suite`](crate::job_engine_suite).
//!
//! The work in here is small and real: every step saves a row under its lease, and what is missing is read from
//! the rows.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use admint_domain::{
    AttemptOutcome, CreateGeneration, Frames, GenerationId, GenerationStatus, QueueItem, QueueMove, UserId,
    Username,
};
use async_trait::async_trait;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{JobEngine, Step, StepError, Stop, StopReason, Work};
use crate::{
    AssetKind, CancelOutcome, Completed, Lease, NewAsset, RetryOutcome, Store, StoreError,
    fixtures::{plan, spec},
};

/// A fresh database, and engines over it.
#[async_trait]
pub trait Rig: Send + Sync {
    fn store(&self) -> &Store;

    /// An engine as another process would have it. Its workers may be silent for `lease` at most.
    async fn engine(&self, lease: Duration) -> Arc<dyn JobEngine>;
}

/// Makes a test of every check. `$on` is an async function that takes a `fn(Arc<dyn Rig>) -> BoxFuture<'static, ()>`
/// and calls it with a fresh rig.
#[macro_export]
macro_rules! job_engine_suite {
    ($on:path) => {
        $crate::job_engine_suite! { $on:
            every_job_is_done_once,
            users_take_turns,
            what_is_urgent_goes_first_and_ones_own_order_counts,
            no_user_has_more_at_work_than_may,
            nothing_is_taken_up_while_the_queue_is_paused,
            what_may_pass_is_tried_again_later,
            what_failed_waits_for_its_user_and_goes_on,
            a_panic_is_one_jobs_failure,
            a_cancel_is_heard,
            a_cancel_through_another_process_is_heard,
            what_waits_is_cancelled_at_once,
            what_was_deleted_is_let_go,
            a_shutdown_hands_back,
            a_job_whose_worker_was_killed_goes_on_elsewhere,
            a_job_that_kills_its_workers_is_given_up,
        }
    };
    ($on:path: $($check:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $check() {
            $on(|rig| Box::pin($crate::conformance::$check(rig))).await;
        }
    )+};
}

/// Short, for tests that wait until it is over.
const SHORT: Duration = Duration::from_secs(3);
/// Never over within a test.
const LONG: Duration = Duration::from_secs(120);
/// A check that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(90);

/// What goes wrong at a step, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Goes on only when it is told to stop, or by [`Diary::let_go`].
    Waits,
    MayPass,
    Fails,
    Panics,
}

/// Work that keeps a diary.
struct Diary {
    store: Store,
    pages: Mutex<Pages>,
    let_go: watch::Sender<bool>,
}

#[derive(Default)]
struct Pages {
    trouble: HashMap<(GenerationId, Step), Vec<Trouble>>,
    /// Every step that was begun, in order.
    begun: Vec<(Lease, Step)>,
    /// Those that ended well.
    done: Vec<(GenerationId, Step)>,
    heard: Vec<(GenerationId, Option<StopReason>)>,
}

impl Diary {
    fn new(store: &Store) -> Arc<Self> {
        Arc::new(Self { store: store.clone(), pages: Mutex::default(), let_go: watch::Sender::new(false) })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble(&self, id: GenerationId, step: Step, trouble: Trouble) {
        self.pages().trouble.entry((id, step)).or_default().push(trouble);
    }

    fn let_go(&self) {
        self.let_go.send_replace(true);
    }

    fn begun(&self, id: GenerationId, step: Step) -> Vec<Lease> {
        let pages = self.pages();
        let of_it = pages.begun.iter().filter(|(lease, begun)| lease.generation == id && *begun == step);
        of_it.map(|(lease, _)| lease.clone()).collect()
    }

    /// The jobs in the order in which their first steps were begun.
    fn order(&self) -> Vec<GenerationId> {
        let pages = self.pages();
        let first = pages.begun.iter().filter(|(_, step)| *step == Step::Spec);
        first.map(|(lease, _)| lease.generation).collect()
    }

    async fn until_begun(&self, id: GenerationId, step: Step, times: usize) -> Lease {
        until(&format!("{step:?} begun {times} times"), || async { self.begun(id, step).len() >= times })
            .await;
        self.begun(id, step).pop().expect("begun at least once")
    }
}

#[async_trait]
impl Work for Diary {
    async fn next(&self, lease: &Lease, after: Option<Step>) -> Result<Step, StepError> {
        let work = self.store.generation_work(lease).await.map_err(failed)?;
        let has = |kind| work.assets.iter().any(|asset| asset.kind == kind);
        let missing = |step: &Step| match step {
            Step::Spec => work.spec.is_none(),
            Step::Plan => work.plan.is_none(),
            Step::Clips => !has(AssetKind::Clip),
            Step::Sound => !has(AssetKind::Soundtrack),
            Step::Film => !has(AssetKind::Video),
            Step::Finish => true,
        };
        let next = Step::ALL.into_iter().filter(|step| after.is_none_or(|after| *step > after)).find(missing);
        Ok(next.unwrap_or(Step::Finish))
    }

    async fn perform(&self, lease: &Lease, step: Step, stop: &Stop) -> Result<(), StepError> {
        let id = lease.generation;
        let trouble = {
            let mut pages = self.pages();
            pages.begun.push((lease.clone(), step));
            pages
                .trouble
                .get_mut(&(id, step))
                .and_then(|troubles| (!troubles.is_empty()).then(|| troubles.remove(0)))
        };
        let failure =
            |is_passing| StepError::Failed { cause: "trouble".into(), reason: "Trouble.".into(), is_passing };
        match trouble {
            None => {}
            Some(Trouble::Waits) => {
                let mut let_go = self.let_go.subscribe();
                tokio::select! {
                    _ = let_go.wait_for(|gone| *gone) => {}
                    () = stop.token().cancelled() => {
                        self.pages().heard.push((id, stop.reason()));
                        return Err(StepError::Stopped);
                    }
                }
            }
            Some(Trouble::MayPass) => return Err(failure(true)),
            Some(Trouble::Fails) => return Err(failure(false)),
            Some(Trouble::Panics) => panic!("trouble"),
        }
        let saved = match step {
            Step::Spec => self.store.save_spec(lease, &spec()).await,
            Step::Plan => self.store.save_plan(lease, &plan(&["Wake up", "Sip", "Go"])).await.map(drop),
            Step::Clips => self.store.add_asset(lease, file(lease, AssetKind::Clip)).await.map(drop),
            Step::Sound => self.store.add_asset(lease, file(lease, AssetKind::Soundtrack)).await.map(drop),
            Step::Film => self.store.add_asset(lease, file(lease, AssetKind::Video)).await.map(drop),
            Step::Finish => {
                let completed = Completed { duration: Frames(216), left_out: Vec::new() };
                self.store.complete(lease, completed).await.map(drop)
            }
        };
        saved.map_err(failed)?;
        self.pages().done.push((id, step));
        Ok(())
    }

    async fn clean_up(&self, _lease: &Lease) {}
}

fn failed(error: StoreError) -> StepError {
    match error {
        StoreError::LeaseLost => StepError::LeaseLost,
        error => {
            StepError::Failed { cause: error.to_string(), reason: "The database.".into(), is_passing: true }
        }
    }
}

/// An engine at work.
struct AtWork {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl AtWork {
    async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.expect("it ends in order");
    }

    /// As if its process were killed: nothing of it runs any more, and nobody is told.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|ended| ended.is_cancelled()));
    }
}

fn start(engine: &Arc<dyn JobEngine>, workers: usize, diary: &Arc<Diary>) -> AtWork {
    let shutdown = CancellationToken::new();
    let (engine, work, stopping) = (engine.clone(), diary.clone(), shutdown.clone());
    let task = tokio::spawn(async move { engine.run(workers, work, stopping).await });
    AtWork { shutdown, task }
}

async fn until<F: Future<Output = bool> + Send>(what: &str, found: impl Fn() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !found().await {
        assert!(Instant::now() < deadline, "waited too long: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn user(store: &Store, name: &str) -> UserId {
    store.create_user(&Username::parse(name).unwrap(), "!", None).await.unwrap().id
}

async fn job(store: &Store, user: UserId) -> GenerationId {
    let prompt = "Fresh coffee for early birds".into();
    let request = CreateGeneration { prompt, duration_seconds: Some(9), ..CreateGeneration::default() };
    store.create_generation(user, &request.validate(7).unwrap()).await.unwrap()
}

async fn jobs(store: &Store, user: UserId, count: usize) -> Vec<GenerationId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(job(store, user).await);
    }
    ids
}

async fn status(store: &Store, user: UserId, id: GenerationId) -> GenerationStatus {
    store.generation_view(user, id).await.unwrap().unwrap().status
}

async fn until_it_is(store: &Store, user: UserId, id: GenerationId, wanted: GenerationStatus) {
    until(&format!("{id} is {wanted:?}"), || async { status(store, user, id).await == wanted }).await;
}

async fn item(store: &Store, user: UserId, id: GenerationId) -> QueueItem {
    let queue = store.queue_of(user).await.unwrap();
    queue.items.into_iter().find(|item| item.id == id).expect("it is in the queue")
}

async fn outcomes(store: &Store, user: UserId, id: GenerationId) -> Vec<Option<AttemptOutcome>> {
    item(store, user, id).await.attempts.iter().map(|attempt| attempt.outcome).collect()
}

pub async fn every_job_is_done_once(rig: Arc<dyn Rig>) {
    let store = rig.store();
    store.set_jobs_per_user(40).await.unwrap();
    let (ann, ben) = (user(store, "ann").await, user(store, "ben").await);
    let mut all = jobs(store, ann, 12).await;
    all.extend(jobs(store, ben, 8).await);
    let diary = Diary::new(store);
    let (first, second) = (rig.engine(LONG).await, rig.engine(LONG).await);
    let running = [start(&first, 3, &diary), start(&second, 3, &diary)];
    let finished = || async {
        let (ann, ben) =
            (store.profile(ann).await.unwrap().unwrap(), store.profile(ben).await.unwrap().unwrap());
        (ann.total_generations, ben.total_generations)
    };
    until("all are done", || async { finished().await == (12, 8) }).await;
    for engine in running {
        engine.stop().await;
    }
    assert_eq!(finished().await, (12, 8), "each counted once");
    let mut done = diary.pages().done.clone();
    assert_eq!(done.len(), all.len() * Step::ALL.len());
    done.sort_by_key(|(id, step)| (id.uuid(), *step));
    done.dedup();
    assert_eq!(done.len(), all.len() * Step::ALL.len(), "no step twice");
}

pub async fn users_take_turns(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let (ann, ben) = (user(store, "ann").await, user(store, "ben").await);
    let anns: HashSet<_> = jobs(store, ann, 4).await.into_iter().collect();
    let bens = jobs(store, ben, 2).await;
    let diary = Diary::new(store);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    until("all are begun", || async { diary.order().len() == 6 }).await;
    let order = diary.order();
    let place = |id| order.iter().position(|begun| *begun == id).unwrap();
    assert!(place(bens[0]) < 2 && place(bens[1]) < 4, "ben waits for one of ann's at a time: {order:?}");
    assert!(anns.contains(order.last().unwrap()));
    running.stop().await;
}

pub async fn what_is_urgent_goes_first_and_ones_own_order_counts(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let (ann, ben) = (user(store, "ann").await, user(store, "ben").await);
    let anns = jobs(store, ann, 3).await;
    let urgent = job(store, ben).await;
    assert!(store.set_priority(urgent, 5).await.unwrap());
    assert!(store.move_in_queue(ann, anns[2], QueueMove::First).await.unwrap());
    let diary = Diary::new(store);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    until("all are begun", || async { diary.order().len() == 4 }).await;
    assert_eq!(diary.order(), [urgent, anns[2], anns[0], anns[1]]);
    running.stop().await;
}

pub async fn no_user_has_more_at_work_than_may(rig: Arc<dyn Rig>) {
    let store = rig.store();
    store.set_jobs_per_user(2).await.unwrap();
    let (ann, ben) = (user(store, "ann").await, user(store, "ben").await);
    let anns = jobs(store, ann, 3).await;
    let diary = Diary::new(store);
    for &id in &anns {
        diary.trouble(id, Step::Clips, Trouble::Waits);
    }
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 4, &diary);
    for &id in &anns[..2] {
        diary.until_begun(id, Step::Clips, 1).await;
    }
    // There is room for another user's, which came later, and none for ann's third.
    let bens = job(store, ben).await;
    until_it_is(store, ben, bens, GenerationStatus::Completed).await;
    assert!(!diary.order().contains(&anns[2]));
    diary.let_go();
    for id in anns {
        until_it_is(store, ann, id, GenerationStatus::Completed).await;
    }
    running.stop().await;
}

pub async fn nothing_is_taken_up_while_the_queue_is_paused(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let under_way = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(under_way, Step::Clips, Trouble::Waits);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 2, &diary);
    diary.until_begun(under_way, Step::Clips, 1).await;
    store.pause_queue().await.unwrap();
    let waiting = job(store, ann).await;
    diary.let_go();
    until_it_is(store, ann, under_way, GenerationStatus::Completed).await;
    assert!(diary.begun(waiting, Step::Spec).is_empty());
    store.resume_queue().await.unwrap();
    until_it_is(store, ann, waiting, GenerationStatus::Completed).await;
    running.stop().await;
}

pub async fn what_may_pass_is_tried_again_later(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Film, Trouble::MayPass);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    until("it waits to be tried again", || async {
        let queue = store.queue_of(ann).await.unwrap();
        queue.items.iter().any(|item| item.retry_at.is_some())
    })
    .await;
    let waiting = item(store, ann, id).await;
    assert_eq!(waiting.status, GenerationStatus::Queued);
    assert_eq!(waiting.error.as_deref(), Some("Trouble."));
    let [attempt] = &waiting.attempts[..] else { panic!("{:?}", waiting.attempts) };
    assert_eq!((attempt.outcome, attempt.reason.as_deref()), (Some(AttemptOutcome::Again), Some("Trouble.")));
    // What waits does not keep the worker from its work.
    let other = job(store, ann).await;
    until_it_is(store, ann, other, GenerationStatus::Completed).await;

    until_it_is(store, ann, id, GenerationStatus::Completed).await;
    running.stop().await;
    assert_eq!(diary.begun(id, Step::Sound).len(), 1, "what was there is not made again");
    assert_eq!(diary.begun(id, Step::Film).len(), 2);
}

pub async fn what_failed_waits_for_its_user_and_goes_on(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Sound, Trouble::Fails);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    until_it_is(store, ann, id, GenerationStatus::Failed).await;
    assert_eq!(item(store, ann, id).await.error.as_deref(), Some("Trouble."));
    assert_eq!(store.retry(ann, id).await.unwrap(), RetryOutcome::Queued);
    until_it_is(store, ann, id, GenerationStatus::Completed).await;
    running.stop().await;
    assert_eq!(diary.begun(id, Step::Clips).len(), 1);
    assert_eq!(store.profile(ann).await.unwrap().unwrap().total_generations, 1);
}

pub async fn a_panic_is_one_jobs_failure(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let [broken, sound] = jobs(store, ann, 2).await[..] else { unreachable!() };
    let diary = Diary::new(store);
    diary.trouble(broken, Step::Plan, Trouble::Panics);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    until_it_is(store, ann, sound, GenerationStatus::Completed).await;
    assert_eq!(status(store, ann, broken).await, GenerationStatus::Failed);
    running.stop().await;
}

pub async fn a_cancel_is_heard(rig: Arc<dyn Rig>) {
    cancelled_through(rig, false).await;
}

pub async fn a_cancel_through_another_process_is_heard(rig: Arc<dyn Rig>) {
    cancelled_through(rig, true).await;
}

async fn cancelled_through(rig: Arc<dyn Rig>, another: bool) {
    let store = rig.store();
    let (ann, ben) = (user(store, "ann").await, user(store, "ben").await);
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Clips, Trouble::Waits);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    let lease = diary.until_begun(id, Step::Clips, 1).await;
    let through = if another { rig.engine(LONG).await } else { engine };
    assert_eq!(through.cancel(ben, id).await.unwrap(), CancelOutcome::NotFound, "it is ann's");
    assert_eq!(through.cancel(ann, id).await.unwrap(), CancelOutcome::Requested);
    until_it_is(store, ann, id, GenerationStatus::Cancelled).await;
    assert_eq!(diary.pages().heard, [(id, Some(StopReason::User))]);
    assert_eq!(
        store.save_spec(&lease, &spec()).await.unwrap_err().to_string(),
        StoreError::LeaseLost.to_string()
    );
    assert_eq!(outcomes(store, ann, id).await, [Some(AttemptOutcome::Cancelled)]);
    assert_eq!(through.cancel(ann, id).await.unwrap(), CancelOutcome::AlreadyEnded);
    // The worker is free.
    let next = job(store, ann).await;
    until_it_is(store, ann, next, GenerationStatus::Completed).await;
    running.stop().await;
}

pub async fn what_waits_is_cancelled_at_once(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let [cancelled, kept] = jobs(store, ann, 2).await[..] else { unreachable!() };
    let diary = Diary::new(store);
    let engine = rig.engine(LONG).await;
    assert_eq!(engine.cancel(ann, cancelled).await.unwrap(), CancelOutcome::CancelledNow);
    assert_eq!(status(store, ann, cancelled).await, GenerationStatus::Cancelled);
    let running = start(&engine, 1, &diary);
    until_it_is(store, ann, kept, GenerationStatus::Completed).await;
    assert_eq!(diary.order(), [kept]);
    running.stop().await;
}

pub async fn what_was_deleted_is_let_go(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Clips, Trouble::Waits);
    let engine = rig.engine(LONG).await;
    let running = start(&engine, 1, &diary);
    diary.until_begun(id, Step::Clips, 1).await;
    // Without a word to the engine, as by a process that ended in between.
    store.delete_generation(ann, id).await.unwrap().expect("it is there");
    let next = job(store, ann).await;
    until_it_is(store, ann, next, GenerationStatus::Completed).await;
    assert_eq!(diary.pages().heard, [(id, Some(StopReason::LostLease))]);
    running.stop().await;
}

pub async fn a_shutdown_hands_back(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Clips, Trouble::Waits);
    let first = rig.engine(LONG).await;
    let running = start(&first, 1, &diary);
    diary.until_begun(id, Step::Clips, 1).await;
    running.stop().await;
    assert_eq!(diary.pages().heard, [(id, Some(StopReason::Shutdown))]);
    assert_eq!(status(store, ann, id).await, GenerationStatus::Queued);
    assert_eq!(outcomes(store, ann, id).await, [Some(AttemptOutcome::HandedBack)]);

    let second = rig.engine(LONG).await;
    let running = start(&second, 1, &diary);
    until_it_is(store, ann, id, GenerationStatus::Completed).await;
    running.stop().await;
    assert_eq!(diary.begun(id, Step::Plan).len(), 1, "it goes on where it was");
    let again = diary.begun(id, Step::Clips);
    assert_eq!(again.last().unwrap().attempt, 1, "handing back costs no attempt");
}

pub async fn a_job_whose_worker_was_killed_goes_on_elsewhere(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    diary.trouble(id, Step::Clips, Trouble::Waits);
    diary.trouble(id, Step::Clips, Trouble::Waits);
    let first = rig.engine(SHORT).await;
    let running = start(&first, 1, &diary);
    let lost = diary.until_begun(id, Step::Clips, 1).await;
    running.kill().await;

    let second = rig.engine(SHORT).await;
    let running = start(&second, 1, &diary);
    let held = diary.until_begun(id, Step::Clips, 2).await;
    assert!(held.fence > lost.fence);
    // As by a worker that was only frozen, and wakes.
    let late = store.add_asset(&lost, file(&lost, AssetKind::Clip)).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    assert!(matches!(store.fail(&lost, "Late.", false).await, Err(StoreError::LeaseLost)));
    assert_eq!(outcomes(store, ann, id).await, [Some(AttemptOutcome::Vanished), None]);
    diary.let_go();
    until_it_is(store, ann, id, GenerationStatus::Completed).await;
    running.stop().await;
    assert_eq!(diary.begun(id, Step::Plan).len(), 1, "it goes on where it was");
    assert_eq!(store.profile(ann).await.unwrap().unwrap().total_generations, 1);
}

pub async fn a_job_that_kills_its_workers_is_given_up(rig: Arc<dyn Rig>) {
    let store = rig.store();
    let ann = user(store, "ann").await;
    let id = job(store, ann).await;
    let diary = Diary::new(store);
    for times in 1..=5 {
        diary.trouble(id, Step::Clips, Trouble::Waits);
        let engine = rig.engine(SHORT).await;
        let running = start(&engine, 1, &diary);
        diary.until_begun(id, Step::Clips, times).await;
        running.kill().await;
    }
    let engine = rig.engine(SHORT).await;
    let running = start(&engine, 1, &diary);
    until_it_is(store, ann, id, GenerationStatus::Failed).await;
    assert_eq!(outcomes(store, ann, id).await, [Some(AttemptOutcome::Vanished); 5]);
    assert!(item(store, ann, id).await.error.unwrap().contains("several times"));
    running.stop().await;
}

fn file(lease: &Lease, kind: AssetKind) -> NewAsset {
    NewAsset {
        scene: None,
        kind,
        key: format!("{}/{}-{}", lease.generation, lease.fence, kind.as_str()),
        bytes: 1,
        sha256: "ab".repeat(32),
        content_type: "video/mp4".into(),
        frames: Some(Frames(216)),
        made_by: None,
    }
}
