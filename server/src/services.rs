//! Whom AdMint asks, as configured: whether they answer and know this installation. What is told of them is never
//! their answer, their address or a key. `admint doctor` and the settings page share it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use admint_pipeline::{ChatPlanner, ProviderError, Reach};
use app::{ServiceState, ServiceView};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use tokio::sync::Mutex;

use crate::config::Config;

/// How long one of them may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(12);
/// What was found holds for so long: nobody can have vendors asked more often.
const HOLDS: Duration = Duration::from_secs(60);

/// A vendor or server, configured or not.
#[derive(Clone)]
pub struct Service {
    pub name: &'static str,
    pub used_for: &'static str,
    /// What an operator sets to use it.
    pub settings: &'static [&'static str],
    /// Whether something that was chosen cannot be made without it.
    pub is_needed: bool,
    /// None where it is not configured.
    reach: Option<Arc<dyn Reach>>,
}

impl Service {
    pub fn is_configured(&self) -> bool {
        self.reach.is_some()
    }

    /// None where it is not configured; the account where that is told.
    pub async fn check(&self) -> Option<Result<Option<String>, ProviderError>> {
        let asked = tokio::time::timeout(PATIENCE, self.reach.as_ref()?.reach()).await;
        Some(asked.unwrap_or_else(|_| {
            Err(ProviderError::Unreachable { provider: self.name, reason: "it took too long".into() })
        }))
    }
}

impl Config {
    /// Everybody whom AdMint can ask.
    pub fn services(&self) -> Vec<Service> {
        let reach = |reach: Option<Arc<dyn Reach>>| reach;
        vec![
            Service {
                name: "Anthropic",
                used_for: "Plans ads: specification and scenes",
                settings: &["ADMINT_ANTHROPIC_MODEL", "ADMINT_ANTHROPIC_API_KEY"],
                is_needed: false,
                reach: reach(self.anthropic().map(|chat| Arc::new(ChatPlanner::reach_anthropic(chat)) as _)),
            },
            Service {
                name: "OpenAI, or whoever speaks like it",
                used_for: "Plans ads: specification and scenes",
                settings: &["ADMINT_OPENAI_MODEL", "ADMINT_OPENAI_API_KEY"],
                is_needed: false,
                reach: reach(self.openai().map(|chat| Arc::new(ChatPlanner::reach_openai(chat)) as _)),
            },
            Service {
                name: "Replicate",
                used_for: "Makes clips by models of many makers",
                settings: &["ADMINT_REPLICATE_API_TOKEN", "ADMINT_VIDEO_MODEL"],
                is_needed: !self.asked_of("replicate").is_empty(),
                reach: reach(self.replicate().map(|access| Arc::new(access) as _)),
            },
            Service {
                name: "ComfyUI",
                used_for: "Makes clips on a machine of the operator's own",
                settings: &["ADMINT_COMFYUI_BASE_URL", "ADMINT_VIDEO_MODEL"],
                is_needed: !self.asked_of("comfyui").is_empty(),
                reach: reach(self.comfyui().map(|place| Arc::new(place) as _)),
            },
        ]
    }
}

/// What was found when they were last asked, for all pages together.
#[derive(Clone)]
pub struct Services {
    known: Arc<Vec<Service>>,
    last: Arc<Mutex<Option<Found>>>,
}

#[derive(Clone)]
struct Found {
    since: Instant,
    at: DateTime<Utc>,
    /// One for each service.
    states: Vec<ServiceState>,
}

impl Services {
    pub fn new(config: &Config) -> Self {
        Self { known: Arc::new(config.services()), last: Arc::default() }
    }

    /// What is known of them, without asking anybody.
    pub async fn seen(&self) -> Vec<ServiceView> {
        let last = self.last.lock().await.clone();
        self.view(last.as_ref())
    }

    /// Asks those that are configured, all at once; if they were asked within the last minute, that holds.
    pub async fn check(&self) -> Vec<ServiceView> {
        // Whoever asks at the same time waits here, and finds what was found.
        let mut last = self.last.lock().await;
        if last.as_ref().is_none_or(|found| found.since.elapsed() >= HOLDS) {
            let states = join_all(self.known.iter().map(|service| async {
                match service.check().await {
                    None => ServiceState::NotConfigured,
                    Some(Ok(_)) => ServiceState::Fine,
                    Some(Err(error)) => {
                        tracing::warn!(service = service.name, %error, "a service is not to be used");
                        ServiceState::Trouble(error.in_short())
                    }
                }
            }));
            let states = states.await;
            *last = Some(Found { since: Instant::now(), at: Utc::now(), states });
        }
        self.view(last.as_ref())
    }

    fn view(&self, found: Option<&Found>) -> Vec<ServiceView> {
        let state = |index: usize, service: &Service| match found.and_then(|found| found.states.get(index)) {
            Some(state) => *state,
            None if service.is_configured() => ServiceState::NotChecked,
            None => ServiceState::NotConfigured,
        };
        let view = |(index, service): (usize, &Service)| ServiceView {
            name: service.name,
            used_for: service.used_for,
            settings: service.settings,
            is_needed: service.is_needed,
            state: state(index, service),
            checked_at: found.filter(|_| service.is_configured()).map(|found| found.at),
        };
        self.known.iter().enumerate().map(view).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Counts how often it was asked, and refuses.
    struct Refuses(Arc<AtomicU32>);

    #[async_trait]
    impl Reach for Refuses {
        async fn reach(&self) -> Result<Option<String>, ProviderError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(ProviderError::Unauthorized {
                provider: "replicate",
                reason: "r8_secret at http://10.0.0.1".into(),
            })
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_twice_within_a_minute_and_nothing_of_the_answer_is_shown() {
        let asked = Arc::new(AtomicU32::new(0));
        let mut known = Config::default().services();
        known[2].reach = Some(Arc::new(Refuses(asked.clone())));
        let services = Services { known: Arc::new(known), last: Arc::default() };
        assert_eq!(services.seen().await[2].state, ServiceState::NotChecked);
        let (one, two) = tokio::join!(services.check(), services.check());
        assert_eq!((one, asked.load(Ordering::Relaxed)), (two, 1));
        let shown = services.seen().await;
        assert_eq!(shown[0].state, ServiceState::NotConfigured);
        assert_eq!(shown[0].checked_at, None);
        assert_eq!(shown[2].state, ServiceState::Trouble("does not accept this installation's key"));
        assert!(!format!("{shown:?}").contains("r8_secret") && !format!("{shown:?}").contains("10.0.0.1"));
    }

    #[test]
    fn what_is_chosen_is_needed() {
        let config = Config { video_model: vec!["kling-2.6".parse().unwrap()], ..Config::default() };
        let needed: Vec<_> = config.services().iter().filter(|it| it.is_needed).map(|it| it.name).collect();
        assert_eq!(needed, ["Replicate"]);
        assert!(config.services().iter().all(|service| !service.is_configured()));
        assert!(Config::default().services().iter().all(|service| !service.is_needed));
    }
}
