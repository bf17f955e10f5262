use std::sync::{Arc, Mutex, PoisonError};

use admint_domain::{Frames, ScenePlan, Stage};

use crate::progress::ProgressSender;

/// Adds the scenes' frames up to one percentage, in whatever order they come.
#[derive(Clone)]
pub(super) struct Counter {
    lengths: Arc<[Frames]>,
    drawn: Arc<Mutex<Vec<Frames>>>,
    progress: ProgressSender,
}

impl Counter {
    pub fn new(plan: &ScenePlan, progress: ProgressSender) -> Self {
        let lengths: Arc<[Frames]> = plan.scenes().iter().map(|scene| scene.length).collect();
        let drawn = Arc::new(Mutex::new(vec![Frames::ZERO; lengths.len()]));
        Self { lengths, drawn, progress }
    }

    /// So many frames of the scene are there.
    pub fn drawn(&self, scene: usize, frames: Frames) {
        if let Some(drawn) = self.lock().get_mut(scene) {
            *drawn = frames;
        }
        self.report();
    }

    /// The scene is there, from now or from before: the next report says so.
    pub fn finished(&self, scene: usize) {
        if let (Some(drawn), Some(length)) = (self.lock().get_mut(scene), self.lengths.get(scene)) {
            *drawn = *length;
        }
    }

    pub fn report(&self) {
        let (done, drawn) = {
            let drawn = self.lock();
            let whole = drawn.iter().zip(self.lengths.iter()).filter(|(drawn, length)| drawn >= length);
            (whole.count(), drawn.iter().copied().sum::<Frames>())
        };
        let all: Frames = self.lengths.iter().copied().sum();
        self.progress.report(Stage::Clips {
            done: done as u32,
            total: self.lengths.len() as u32,
            percent: (drawn.0 * 100 / all.0.max(1)).min(100),
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Frames>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
