use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Breakers, Operation, VideoModel};

/// The models that make clips in this installation, in the order in which they are asked, and those that are only
/// asked by their name or for what they began before.
#[derive(Clone)]
pub struct VideoModels {
    /// At least one.
    asked: Vec<Arc<dyn VideoModel>>,
    others: Vec<Arc<dyn VideoModel>>,
    /// Of each provider that makes only so many clips at a time.
    turns: Arc<Mutex<HashMap<&'static str, Arc<Semaphore>>>>,
    breakers: Arc<Breakers>,
}

impl VideoModels {
    pub fn new(first: Arc<dyn VideoModel>) -> Self {
        Self { asked: vec![first], others: Vec::new(), turns: Arc::default(), breakers: Arc::default() }
    }

    /// `models` are asked, in their order; who was asked before still is where somebody names it.
    #[must_use]
    pub fn asking(self, models: impl IntoIterator<Item = Arc<dyn VideoModel>>) -> Self {
        let mut models: Vec<_> = models.into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        models.retain(|model| seen.insert(model.model().to_owned()));
        if models.is_empty() {
            return self;
        }
        let mut others = self.others;
        others.extend(self.asked);
        others.retain(|other| models.iter().all(|model| model.model() != other.model()));
        Self { asked: models, others, turns: self.turns, breakers: self.breakers }
    }

    /// `models` are there too, for whoever names them and for what they began.
    #[must_use]
    pub fn knowing(mut self, models: impl IntoIterator<Item = Arc<dyn VideoModel>>) -> Self {
        for model in models {
            if self.find(model.model()).is_none() {
                self.others.push(model);
            }
        }
        self
    }

    /// Who is asked for a clip, one after the other: first the one that is wished for, if there is such a one.
    pub fn chain(&self, wish: Option<&str>) -> Vec<Arc<dyn VideoModel>> {
        let wished = wish.and_then(|wish| self.find(wish));
        let others = self
            .asked
            .iter()
            .filter(|model| wished.as_ref().is_none_or(|wished| wished.model() != model.model()));
        wished.iter().chain(others).cloned().collect()
    }

    /// The first that is asked.
    pub fn first(&self) -> &Arc<dyn VideoModel> {
        &self.asked[0]
    }

    pub fn find(&self, model: &str) -> Option<Arc<dyn VideoModel>> {
        self.all().find(|known| known.model() == model).cloned()
    }

    /// Who knows the operation.
    pub fn maker_of(&self, operation: &Operation) -> Option<Arc<dyn VideoModel>> {
        let theirs = |known: &&Arc<dyn VideoModel>| known.name() == operation.provider;
        let exactly = self.all().filter(theirs).find(|known| known.model() == operation.model);
        exactly.or_else(|| self.all().find(theirs)).cloned()
    }

    /// Who is not asked for a while, because of how it went.
    pub fn breakers(&self) -> &Breakers {
        &self.breakers
    }

    /// Waits until the model's provider has room for one more operation; the room is taken as long as the value lives.
    pub async fn turn(&self, model: &dyn VideoModel) -> Option<OwnedSemaphorePermit> {
        let at_once = model.capabilities().at_once?.max(1);
        let turns = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.entry(model.name()).or_insert_with(|| Arc::new(Semaphore::new(at_once))).clone()
        };
        turns.acquire_owned().await.ok()
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn VideoModel>> {
        self.asked.iter().chain(&self.others)
    }
}
