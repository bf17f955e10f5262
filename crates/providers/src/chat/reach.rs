//! Whether a language model's vendor answers and knows the key: its list of models is asked for, which costs nothing.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, header::HeaderValue, redirect::Policy};

use super::{ChatConfig, Dialect};
use crate::{ProviderError, Reach};

/// Whoever does not list models by then does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Listing<D> {
    pub dialect: D,
    pub config: ChatConfig,
}

#[async_trait]
impl<D: Dialect> Reach for Listing<D> {
    async fn reach(&self) -> Result<Option<String>, ProviderError> {
        let (dialect, config) = (&self.dialect, &self.config);
        let provider = dialect.name();
        let unreachable = |reason: String| ProviderError::Unreachable { provider, reason };
        let unauthorized = || {
            let reason = format!("see the setting {}", dialect.settings().key);
            ProviderError::Unauthorized { provider, reason }
        };
        let base = config.base_url.as_deref().unwrap_or(dialect.home()).trim_end_matches('/');
        // A redirect would carry the key to wherever it leads.
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build();
        let client = client.map_err(|error| unreachable(error.without_url().to_string()))?;
        let mut request = client.get(format!("{base}{}", dialect.models_path()));
        for (name, value) in dialect.headers() {
            request = request.header(*name, *value);
        }
        if let Some(key) = &config.key {
            let (name, value) = dialect.credentials(key.expose());
            let mut value = HeaderValue::try_from(value).map_err(|_| unauthorized())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| unreachable(error.without_url().to_string()))?;
        match answer.status() {
            status if status.is_success() => Ok(None),
            // Who has no list of models is there all the same; so is who is asked too often.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::TOO_MANY_REQUESTS => {
                Ok(None)
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(unauthorized()),
            status => Err(unreachable(format!("status {}", status.as_u16()))),
        }
    }
}
