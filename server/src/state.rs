//! What every handler may use.

use std::{ops::Deref, sync::Arc};

use admint_domain::{Accounts, Backend};
use admint_pipeline::Webhooks;
use admint_store::{AssetStore, Store};
use app::context::CookiePolicy;
use tokio_util::sync::CancellationToken;

use crate::{
    assets::Bundle,
    config::{Config, TrustedProxies},
    health::Health,
    services,
    sharing::ShareService,
};

#[derive(Clone)]
pub struct AppState(Arc<Services>);

pub struct Services {
    pub config: Config,
    pub store: Store,
    pub assets: AssetStore,
    pub backend: Arc<dyn Backend>,
    pub accounts: Arc<dyn Accounts>,
    pub sharing: Arc<ShareService>,
    pub health: Health,
    /// Vendors, and whether they answered when they were last asked.
    pub services: services::Services,
    pub proxies: TrustedProxies,
    pub bundle: Bundle,
    /// Who waits for Replicate's calls, where it is asked to call.
    pub webhooks: Option<Arc<Webhooks>>,
    /// Cancelled when the server stops: streams that would go on for ever end then.
    pub shutdown: CancellationToken,
}

impl AppState {
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }

    pub fn cookie_policy(&self) -> CookiePolicy {
        CookiePolicy { secure: self.config.is_https() }
    }
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}
