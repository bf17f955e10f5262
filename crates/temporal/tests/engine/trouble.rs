//! A server that does not answer, processes that vanish, and cancels that nobody is there to hear.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use admint_domain::{CreateGeneration, Frames, GenerationId, GenerationStatus, QueueItem, UserId, Username};
use admint_store::{
    CancelOutcome, Completed, JobEngine, Lease, Step, StepError, Stop, Store, Work, conformance::Rig,
};
use async_trait::async_trait;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::rig::in_a_workshop;

/// Long enough that a busy machine does not let one run out by itself, which would have a step done twice.
const SHORT: Duration = Duration::from_secs(8);
const LONG: Duration = Duration::from_secs(120);
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_wait_while_temporal_does_not_answer() {
    in_a_workshop(async |workshop| {
        let store = workshop.store();
        let (ann, first) = job(store, "ann").await;
        let line = Line::to(workshop.temporal()).await;
        line.cut();
        let engine = workshop.engine_at(&line.url(), LONG).await;
        let shop = Shop::new(store);
        let running = Running::start(&engine, shop.in_process("one"));
        // It has tried.
        until("somebody calls", || async { line.calls() > 2 }).await;
        let waiting = item(store, ann, first).await;
        assert_eq!((waiting.status, waiting.attempts.len()), (GenerationStatus::Queued, 0));

        line.mend();
        until_it_is(store, ann, first, GenerationStatus::Completed).await;

        // Once more, with a step under way, which goes on meanwhile.
        let second = another_job(store, ann).await;
        shop.hold(Step::Clips);
        shop.until_begun(second, Step::Clips).await;
        line.cut();
        let third = another_job(store, ann).await;
        shop.let_go();
        let calls = line.calls();
        until("somebody calls", || async { line.calls() > calls + 2 }).await;
        assert_eq!(item(store, ann, third).await.attempts.len(), 0);
        line.mend();
        until_it_is(store, ann, second, GenerationStatus::Completed).await;
        until_it_is(store, ann, third, GenerationStatus::Completed).await;
        assert_eq!(shop.begun(second, Step::Clips), 1, "the step that was under way is not done again");
        running.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_outlives_the_process_that_claimed_it() {
    in_a_workshop(async |workshop| {
        let store = workshop.store();
        let shop = Shop::new(store);
        shop.hold(Step::Clips);
        let mut processes = Vec::new();
        for name in ["one", "two"] {
            let engine = workshop.engine(SHORT).await;
            processes.push((name, Running::start(&engine, shop.in_process(name))));
        }
        let (ann, id) = job(store, "ann").await;
        let lease = shop.until_begun(id, Step::Clips).await;
        let holder = shop.process(id, Step::Clips);
        let (at_work, others): (Vec<_>, Vec<_>) =
            processes.into_iter().partition(|(name, _)| *name == holder);
        for (_, process) in at_work {
            process.kill().await;
        }
        // The other goes on, under a new fence, with what was begun.
        until("it goes on", || async { shop.process(id, Step::Clips) != holder }).await;
        assert!(shop.until_begun(id, Step::Clips).await.fence > lease.fence);
        shop.let_go();
        until_it_is(store, ann, id, GenerationStatus::Completed).await;
        assert_eq!(shop.begun(id, Step::Plan), 1, "what was done is not done again");
        let profile = store.profile(ann).await.unwrap().unwrap();
        assert_eq!(profile.total_generations, 1);
        for (_, process) in others {
            process.stop().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_is_heard_by_who_comes_next() {
    in_a_workshop(async |workshop| {
        let store = workshop.store();
        let shop = Shop::new(store);
        shop.hold(Step::Clips);
        let first = workshop.engine(SHORT).await;
        let running = Running::start(&first, shop.in_process("one"));
        let (ann, id) = job(store, "ann").await;
        shop.until_begun(id, Step::Clips).await;
        running.kill().await;
        let second = workshop.engine(SHORT).await;
        assert_eq!(second.cancel(ann, id).await.unwrap(), CancelOutcome::Requested);
        let running = Running::start(&second, shop.in_process("two"));
        until_it_is(store, ann, id, GenerationStatus::Cancelled).await;
        assert_eq!(shop.begun(id, Step::Clips), 1, "nothing was begun for it");
        running.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_engine_without_workers_ends_at_once() {
    in_a_workshop(async |workshop| {
        let engine = workshop.engine(LONG).await;
        let work = Shop::new(workshop.store()).in_process("one");
        engine.run(0, work, CancellationToken::new()).await;
    })
    .await;
}

/// Steps that do nothing but can be held up, in several processes.
struct Shop {
    store: Store,
    held: watch::Sender<Option<Step>>,
    begun: Mutex<Vec<(&'static str, Lease, Step)>>,
}

impl Shop {
    fn new(store: &Store) -> Arc<Self> {
        Arc::new(Self { store: store.clone(), held: watch::Sender::new(None), begun: Mutex::default() })
    }

    fn in_process(self: &Arc<Self>, name: &'static str) -> Arc<dyn Work> {
        Arc::new(Process { shop: self.clone(), name })
    }

    fn hold(&self, step: Step) {
        self.held.send_replace(Some(step));
    }

    fn let_go(&self) {
        self.held.send_replace(None);
    }

    fn begun(&self, id: GenerationId, step: Step) -> usize {
        let begun = self.begun.lock().unwrap();
        begun.iter().filter(|(_, lease, begun)| (lease.generation, *begun) == (id, step)).count()
    }

    /// Under which lease the step was begun last.
    fn last(&self, id: GenerationId, step: Step) -> Option<(&'static str, Lease)> {
        let begun = self.begun.lock().unwrap();
        let last = begun.iter().rfind(|(_, lease, begun)| (lease.generation, *begun) == (id, step));
        last.map(|(process, lease, _)| (*process, lease.clone()))
    }

    fn process(&self, id: GenerationId, step: Step) -> &'static str {
        self.last(id, step).expect("it was begun").0
    }

    async fn until_begun(&self, id: GenerationId, step: Step) -> Lease {
        until("a step begins", || async { self.last(id, step).is_some() }).await;
        self.last(id, step).expect("it was begun").1
    }
}

struct Process {
    shop: Arc<Shop>,
    name: &'static str,
}

#[async_trait]
impl Work for Process {
    async fn next(&self, _: &Lease, after: Option<Step>) -> Result<Step, StepError> {
        let next = Step::ALL.into_iter().find(|step| after.is_none_or(|after| *step > after));
        Ok(next.expect("nothing comes after the last"))
    }

    async fn perform(&self, lease: &Lease, step: Step, stop: &Stop) -> Result<(), StepError> {
        self.shop.begun.lock().unwrap().push((self.name, lease.clone(), step));
        let mut held = self.shop.held.subscribe();
        tokio::select! {
            _ = held.wait_for(|held| *held != Some(step)) => {}
            () = stop.token().cancelled() => return Err(StepError::Stopped),
        }
        if step.is_last() {
            let completed = Completed { duration: Frames(216), left_out: Vec::new() };
            self.shop.store.complete(lease, completed).await.map_err(|_| StepError::LeaseLost)?;
        }
        Ok(())
    }

    async fn clean_up(&self, _: &Lease) {}
}

/// An engine at work.
struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(engine: &Arc<dyn JobEngine>, work: Arc<dyn Work>) -> Self {
        let shutdown = CancellationToken::new();
        let (engine, stopping) = (engine.clone(), shutdown.clone());
        let task = tokio::spawn(async move { engine.run(1, work, stopping).await });
        Self { shutdown, task }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.expect("it ends in order");
    }

    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|ended| ended.is_cancelled()));
    }
}

/// The way to the server, which can be cut.
struct Line {
    port: u16,
    is_whole: watch::Sender<bool>,
    calls: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Line {
    async fn to(server: &str) -> Self {
        let server = server.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (is_whole, whole) = watch::channel(true);
        let (called, calls) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (mut caller, _) = listener.accept().await.unwrap();
                called.send_modify(|calls| *calls += 1);
                let (server, mut whole) = (server.clone(), whole.clone());
                open.spawn(async move {
                    if *whole.borrow_and_update()
                        && let Ok(mut server) = TcpStream::connect(server).await
                    {
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut caller, &mut server) => {}
                            _ = whole.wait_for(|whole| !whole) => {}
                        }
                    }
                });
            }
        });
        Self { port, is_whole, calls, task }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn calls(&self) -> usize {
        *self.calls.borrow()
    }

    fn cut(&self) {
        self.is_whole.send_replace(false);
    }

    fn mend(&self) {
        self.is_whole.send_replace(true);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn until<F: Future<Output = bool>>(what: &str, found: impl Fn() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !found().await {
        assert!(Instant::now() < deadline, "waited too long: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn until_it_is(store: &Store, user: UserId, id: GenerationId, wanted: GenerationStatus) {
    let what = format!("{id} is {wanted:?}");
    until(&what, || async { store.generation_view(user, id).await.unwrap().unwrap().status == wanted }).await;
}

async fn job(store: &Store, name: &str) -> (UserId, GenerationId) {
    let user = store.create_user(&Username::parse(name).unwrap(), "!", None).await.unwrap().id;
    (user, another_job(store, user).await)
}

async fn another_job(store: &Store, user: UserId) -> GenerationId {
    let prompt = "Fresh coffee for early birds".into();
    let request = CreateGeneration { prompt, duration_seconds: Some(9), ..CreateGeneration::default() };
    store.create_generation(user, &request.validate(7).unwrap()).await.unwrap()
}

async fn item(store: &Store, user: UserId, id: GenerationId) -> QueueItem {
    let queue = store.queue_of(user).await.unwrap();
    queue.items.into_iter().find(|item| item.id == id).expect("it is in the queue")
}
