use std::sync::Arc;

use crate::{Operation, VideoModel};

/// The models that make clips in this installation, in the order in which they are asked, and those that are only
/// asked by their name or for what they began before.
#[derive(Clone)]
pub struct VideoModels {
    /// At least one.
    asked: Vec<Arc<dyn VideoModel>>,
    others: Vec<Arc<dyn VideoModel>>,
}

impl VideoModels {
    pub fn new(first: Arc<dyn VideoModel>) -> Self {
        Self { asked: vec![first], others: Vec::new() }
    }

    /// `models` are asked, in their order; who was asked before still is where somebody names it.
    #[must_use]
    pub fn asking(self, models: Vec<Arc<dyn VideoModel>>) -> Self {
        if models.is_empty() {
            return self;
        }
        let mut others = self.others;
        others.extend(self.asked);
        others.retain(|other| models.iter().all(|model| model.model() != other.model()));
        Self { asked: models, others }
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

    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn VideoModel>> {
        self.asked.iter().chain(&self.others)
    }
}
