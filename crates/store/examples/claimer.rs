//! One of the processes that race for jobs in `src/tests/race.rs`. Says "ready", waits for a line, takes and ends
//! jobs until there are none, and says which it had.
//!
//! ```text
//! claimer DATABASE-URL
//! ```

use std::{error::Error, time::Duration};

use admint_domain::Frames;
use admint_store::{Completed, Store};

const LEASE: Duration = Duration::from_secs(30);
/// At a time, as one process has several workers.
const WORKERS: usize = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("claimer DATABASE-URL")?;
    let store = Store::connect(&url).await?;
    println!("ready");
    std::io::stdin().read_line(&mut String::new())?;
    let work = (0..WORKERS).map(|index| work(&store, format!("{}-{index}", std::process::id())));
    futures::future::try_join_all(work).await?;
    Ok(store.close().await?)
}

async fn work(store: &Store, worker: String) -> Result<(), Box<dyn Error>> {
    while let Some(lease) = store.claim_job(&worker, LEASE).await? {
        let completed = Completed { duration: Frames(1), left_out: Vec::new() };
        store.complete(&lease, completed).await?;
        println!("{}", lease.generation);
    }
    Ok(())
}
