use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::IdempotencyKey;

/// What a scripted vendor has sold, as its bill would have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    pub key: String,
    /// "scene 1", "music" or "voice".
    pub what: String,
    #[serde(default)]
    pub is_cancelled: bool,
}

/// The vendor's own books: in memory, or in a file that outlives the process and that several share.
#[derive(Clone, Default)]
pub(crate) struct Books {
    file: Option<PathBuf>,
    lines: Arc<Mutex<Vec<Purchase>>>,
}

impl Books {
    pub fn in_file(file: PathBuf) -> Self {
        Self { file: Some(file), lines: Arc::default() }
    }

    /// One purchase under one key, however often it is asked for.
    pub fn sell(&self, key: &IdempotencyKey, what: &str) {
        if self.purchases().iter().any(|line| line.key == key.as_str()) {
            return;
        }
        self.write(Purchase { key: key.as_str().into(), what: what.into(), is_cancelled: false });
        tracing::debug!(what, "bought");
    }

    pub fn cancel(&self, key: &str) {
        let sold = self.purchases().into_iter().find(|line| line.key == key && !line.is_cancelled);
        if let Some(sold) = sold {
            self.write(Purchase { is_cancelled: true, ..sold });
        }
    }

    /// Each purchase once, in the order in which they were made.
    pub fn purchases(&self) -> Vec<Purchase> {
        let mut purchases: Vec<Purchase> = Vec::new();
        for line in self.lines() {
            match purchases.iter_mut().find(|purchase| purchase.key == line.key) {
                Some(purchase) => purchase.is_cancelled |= line.is_cancelled,
                None => purchases.push(line),
            }
        }
        purchases
    }

    fn lines(&self) -> Vec<Purchase> {
        match &self.file {
            // Before the first purchase there is no file.
            Some(file) => {
                let text = fs::read_to_string(file).unwrap_or_default();
                text.lines().map(|line| serde_json::from_str(line).expect("a line of the books")).collect()
            }
            None => self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn write(&self, line: Purchase) {
        match &self.file {
            Some(file) => {
                let mut json = serde_json::to_string(&line).expect("a purchase is plain JSON");
                json.push('\n');
                let opened = OpenOptions::new().create(true).append(true).open(file);
                opened
                    .and_then(|mut file| file.write_all(json.as_bytes()))
                    .expect("the books can be written");
            }
            None => self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line),
        }
    }
}
