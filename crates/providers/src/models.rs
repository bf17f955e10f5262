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

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::{Catalogue, Limits, Pictures, ProviderError, Replicate, ReplicateAccess, Scripted};

    struct NoPictures;

    #[async_trait]
    impl Pictures for NoPictures {
        async fn read(&self, key: &str) -> Result<Vec<u8>, ProviderError> {
            Err(ProviderError::MissingPicture { key: key.to_owned(), reason: "there are none".into() })
        }
    }

    /// A script, and every model of the catalogue that makes clips.
    fn models() -> VideoModels {
        let access = ReplicateAccess { token: "r8_x".into(), base: ReplicateAccess::PUBLIC.into() };
        let known = Catalogue::embedded();
        let known = known.models().iter().filter(|model| model.makes_video()).cloned();
        let replicate = Replicate::all(access, known, Arc::new(NoPictures), Limits::default(), None).unwrap();
        let replicate = replicate.into_iter().map(|model| Arc::new(model) as Arc<dyn VideoModel>);
        VideoModels::new(Arc::new(Scripted::default())).knowing(replicate)
    }

    #[track_caller]
    fn check(asked: &[&str], wish: Option<&str>, chain: &[&str]) {
        let models = models();
        let asked: Vec<_> = asked.iter().map(|model| models.find(model).unwrap()).collect();
        let models = models.asking(asked);
        let found = models.chain(wish);
        assert_eq!(found.iter().map(|model| model.model()).collect::<Vec<_>>(), chain);
    }

    #[test]
    fn the_wish_comes_first_and_then_those_that_are_asked_in_their_order() {
        check(&[], None, &["scripted"]);
        check(&["wan-2.2-fast", "scripted"], None, &["wan-2.2-fast", "scripted"]);
        check(&["wan-2.2-fast", "scripted"], Some("kling-2.6"), &["kling-2.6", "wan-2.2-fast", "scripted"]);
        check(&["wan-2.2-fast", "scripted"], Some("scripted"), &["scripted", "wan-2.2-fast"]);
        check(&["wan-2.2-fast", "wan-2.2-fast"], None, &["wan-2.2-fast"]);
        check(&["wan-2.2-fast"], Some("nobody"), &["wan-2.2-fast"]);
    }

    #[test]
    fn an_operation_goes_back_to_whoever_began_it_whoever_is_asked_now() {
        let operation = |provider: &str, model: &str| Operation {
            provider: provider.into(),
            model: model.into(),
            handle: serde_json::Value::Null,
        };
        let models = models();
        let maker =
            |provider, model| models.maker_of(&operation(provider, model)).map(|m| m.model().to_owned());
        assert_eq!(maker("replicate", "kling-2.6").as_deref(), Some("kling-2.6"));
        assert_eq!(maker("scripted", "").as_deref(), Some("scripted"), "from before there were several");
        assert_eq!(maker("somebody", "kling-2.6"), None);
    }
}
