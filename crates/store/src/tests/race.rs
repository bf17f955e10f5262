//! Two processes race for five hundred jobs.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::*;
use crate::entity::{job, job_attempt, job_event};

const USERS: usize = 5;
const JOBS_OF_EACH: usize = 100;
const RACERS: usize = 2;

#[tokio::test]
async fn sqlite() {
    on_sqlite_with_url(every_job_is_done_once).await;
}

#[tokio::test]
async fn postgres() {
    on_postgres_with_url(every_job_is_done_once).await;
}

async fn every_job_is_done_once(store: Store, url: String) {
    store.set_jobs_per_user(JOBS_OF_EACH as u32).await.unwrap();
    let mut users = Vec::new();
    let mut wanted = HashSet::new();
    for index in 0..USERS {
        let user = user(&store, &format!("user-{index}")).await;
        for _ in 0..JOBS_OF_EACH {
            wanted.insert(generation(&store, user).await);
        }
        users.push(user);
    }

    let mut racers: Vec<Racer> = (0..RACERS).map(|_| Racer::start(&url)).collect();
    for racer in &mut racers {
        racer.until_ready();
    }
    for racer in &mut racers {
        racer.go();
    }
    // Each is read by a thread of its own: one that may not write stands still.
    let reading: Vec<_> =
        racers.into_iter().map(|racer| tokio::task::spawn_blocking(|| racer.finish())).collect();
    let mut taken = Vec::new();
    for racer in reading {
        let had = racer.await.unwrap();
        assert!(!had.is_empty(), "it was a race");
        taken.extend(had);
    }
    assert_eq!(taken.len(), wanted.len(), "none lost, none doubled");
    assert_eq!(taken.into_iter().collect::<HashSet<_>>(), wanted);

    let db = store.reader();
    let attempts = job_attempt::Entity::find().all(db).await.unwrap();
    let jobs: HashSet<_> = attempts.iter().map(|attempt| attempt.job_id).collect();
    assert_eq!((attempts.len(), jobs.len()), (wanted.len(), wanted.len()), "each was taken up once");
    assert!(attempts.iter().all(|attempt| attempt.outcome.as_deref() == Some("done")));
    let done = job::Entity::find().filter(job::Column::State.eq("done")).count(db).await.unwrap();
    // Queued, taken up, done.
    let events = job_event::Entity::find().count(db).await.unwrap();
    assert_eq!((done, events), (wanted.len() as u64, 3 * wanted.len() as u64));
    for user in users {
        let profile = store.profile(user).await.unwrap().unwrap();
        assert_eq!(profile.total_generations as usize, JOBS_OF_EACH);
    }
}

/// A process of `examples/claimer.rs`, which cargo builds with the tests.
struct Racer {
    child: Child,
    gate: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Racer {
    fn start(url: &str) -> Self {
        let here = std::env::current_exe().unwrap();
        let claimer: PathBuf = here.parent().unwrap().with_file_name("examples").join("claimer");
        let mut child = Command::new(&claimer)
            .arg(url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{}: {error}; `cargo build -p admint-store --examples`", claimer.display())
            });
        let (gate, said) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, gate, said: BufReader::new(said) }
    }

    fn until_ready(&mut self) {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
    }

    fn go(&mut self) {
        self.gate.write_all(b"go\n").unwrap();
    }

    /// Which jobs it had.
    fn finish(mut self) -> Vec<GenerationId> {
        let had = self.said.lines().map(|line| line.unwrap().parse().unwrap()).collect();
        assert!(self.child.wait().unwrap().success());
        had
    }
}
