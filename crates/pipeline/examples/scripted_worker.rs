//! A worker whose scripted models sell what they make. It kills its own process at a given moment, without a
//! word, as a machine does that loses its power:
//!
//! ```text
//! scripted_worker DATABASE_URL ASSETS BOOKS [MOMENT [TIMES]]
//! ```
//! A moment is a line of the log: its message and the field that says what it is about, such as "bought scene 2"
//! or "file published clip". The process ends when it comes for the TIMES-th time. `tests/pipeline/killed.rs` runs
//! it.

use std::{
    env,
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use admint_domain::Usd;
use admint_pipeline::{Ffmpeg, Pipeline, PipelineConfig, Providers};
use admint_providers::{Scripted, VideoModels};
use admint_store::{AssetStore, DatabaseEngine, Store};
use tokio_util::sync::CancellationToken;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt, util::SubscriberInitExt};

/// Only one worker lives at a time here.
const LEASE: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() {
    let mut args = env::args().skip(1);
    let mut next = || args.next().expect("DATABASE_URL ASSETS BOOKS");
    let (database, folder, books) = (next(), next(), next());
    if let Some(moment) = args.next() {
        let times = args.next().map_or(1, |times| times.parse().expect("TIMES is a number"));
        tracing_subscriber::registry().with(Doom { moment, left: AtomicU32::new(times) }).init();
    }
    let store = Store::connect(&database).await.expect("a database");
    let assets = AssetStore::open(folder.as_ref()).expect("a folder");
    let scripted = Arc::new(Scripted::default().with_price(Usd::from_micros(250_000)).with_books(books));
    let providers = Providers {
        planner: scripted.clone(),
        video: VideoModels::new(scripted.clone()),
        music: scripted.clone(),
        voice: scripted,
    };
    let engine = Arc::new(DatabaseEngine::new(store.clone(), LEASE));
    let ffmpeg = Ffmpeg::discover().map_err(|error| error.to_string());
    let pipeline = Pipeline::new(PipelineConfig { store, assets, ffmpeg, providers, engine, encoders: 1 });
    pipeline.run_workers(1, CancellationToken::new()).await;
}

struct Doom {
    moment: String,
    left: AtomicU32,
}

impl<S: Subscriber> Layer<S> for Doom {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let Line { message, about } = line;
        if format!("{message} {about}").trim_end() == self.moment
            && self.left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).expect("one's own process");
            // The signal is on its way to every thread.
            loop {
                std::thread::park();
            }
        }
    }
}

#[derive(Default)]
struct Line {
    message: String,
    about: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "step" | "kind" | "what" => self.about = format!("{value:?}").trim_matches('"').to_owned(),
            _ => {}
        }
    }
}
