//! Replicate's HTTP API, as far as clips need it: what is asked, and what the answers mean. What an ad is and what a
//! model takes is not known here, and how a vendor is asked at all is [`crate::vendor`]'s.

use std::{fmt, sync::Arc};

use reqwest::{StatusCode, Url, multipart};
use serde::Deserialize;
use serde_json::Value;

use super::NAME;
use crate::{
    Download, Limits, ProviderError,
    vendor::{Http, Rate, Trouble, Turn, Vendor, is_same_place},
};

/// How this installation is known to Replicate.
#[derive(Clone)]
pub struct ReplicateAccess {
    pub token: String,
    /// The API's address: https, or http on this very machine.
    pub base: String,
}

impl ReplicateAccess {
    pub const PUBLIC: &str = "https://api.replicate.com/v1";
}

impl fmt::Debug for ReplicateAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplicateAccess").field("base", &self.base).finish_non_exhaustive()
    }
}

/// As Replicate tells of one; fields that nobody needs are left out.
#[derive(Debug, Deserialize)]
pub struct Prediction {
    pub id: String,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub input: Value,
    #[serde(default)]
    pub output: Value,
    #[serde(default)]
    pub error: Value,
    #[serde(default)]
    pub data_removed: bool,
    #[serde(default)]
    pub created_at: String,
}

#[derive(Deserialize)]
struct Page {
    next: Option<String>,
    results: Vec<Prediction>,
}

#[derive(Deserialize)]
struct Account {
    username: String,
}

/// How many pages of predictions are read for one that got lost.
const MOST_PAGES: usize = 20;

/// Its limits as documented: <https://replicate.com/docs/topics/predictions/rate-limits>.
const VENDOR: Vendor = Vendor {
    name: NAME,
    says,
    has_file: is_vendors,
    purchases: Some(Rate { per_minute: 600, burst: 60 }),
    others: Some(Rate { per_minute: 3_000, burst: 300 }),
    may_be_plain: false,
};

#[derive(Clone)]
pub struct Api {
    http: Arc<Http>,
}

impl Api {
    /// What is wrong with the access, if anything.
    pub fn new(access: ReplicateAccess, limits: Limits) -> Result<Self, String> {
        let ReplicateAccess { token, base } = access;
        Ok(Self { http: Http::new(VENDOR, &base, Some(token), limits)? })
    }

    pub fn limits(&self) -> &Limits {
        &self.http.limits
    }

    /// Who asks, by Replicate's account.
    pub async fn account(&self) -> Result<String, ProviderError> {
        let request = self.http.get(&self.http.at(&["account"]));
        let account: Account = self.http.read(request, Turn::Other).await.map_err(into_error)?;
        Ok(account.username)
    }

    pub async fn prediction(&self, id: &str) -> Result<Prediction, ProviderError> {
        let url = self.http.at(&["predictions", id]);
        self.http.until_answered(|| self.http.get(&url)).await.map_err(|trouble| match trouble {
            Trouble::Refused { status: StatusCode::NOT_FOUND | StatusCode::GONE, .. } => {
                ProviderError::UnknownOperation { provider: NAME, handle: id.to_owned() }
            }
            other => into_error(other),
        })
    }

    /// Keeps a file there for a day; the address that an input names it by. One that is sent twice is there twice,
    /// and costs nothing.
    pub async fn upload(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Result<String, ProviderError> {
        #[derive(Deserialize)]
        struct Kept {
            urls: Urls,
        }
        #[derive(Deserialize)]
        struct Urls {
            get: String,
        }
        let url = self.http.at(&["files"]);
        let bytes = bytes::Bytes::from(bytes);
        let request = || {
            let body = reqwest::Body::from(bytes.clone());
            let part = multipart::Part::stream_with_length(body, bytes.len() as u64);
            let part = part.file_name(name.to_owned()).mime_str(kind).expect("a type of our own");
            self.http.post(&url).multipart(multipart::Form::new().part("content", part))
        };
        let kept: Kept = self.http.until_answered(request).await.map_err(into_error)?;
        Ok(kept.urls.get)
    }

    /// Asks for a prediction, once. `called` is where the vendor is to call when it has ended.
    pub async fn create(
        &self,
        model: &str,
        version: Option<&str>,
        input: &Value,
        called: Option<&str>,
    ) -> Result<Prediction, Trouble> {
        let (path, mut body) = match version {
            Some(version) => (vec!["predictions"], serde_json::json!({ "version": version, "input": input })),
            None => {
                let mut path = vec!["models"];
                path.extend(model.split('/'));
                path.push("predictions");
                (path, serde_json::json!({ "input": input }))
            }
        };
        if let Some(called) = called {
            body["webhook"] = called.into();
            body["webhook_events_filter"] = serde_json::json!(["completed"]);
        }
        let limits = &self.http.limits;
        let mut request = self
            .http
            .post(&self.http.at(&path))
            .header("Cancel-After", format!("{}s", limits.prediction.as_secs().max(5)))
            .json(&body);
        if limits.wait.as_secs() > 0 {
            request = request.header("Prefer", format!("wait={}", limits.wait.as_secs()));
        }
        self.http.read(request, Turn::Purchase).await
    }

    /// Every prediction since then that the account made, the newest first.
    pub async fn predictions_since(
        &self,
        since: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<Prediction>, ProviderError> {
        let text = since.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let mut next = self.http.at(&["predictions"]);
        next.query_pairs_mut().append_pair("created_after", &text);
        let mut predictions = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Page = self.http.until_answered(|| self.http.get(&next)).await.map_err(into_error)?;
            let is_last = page.results.is_empty();
            let is_old = |prediction: &Prediction| {
                chrono::DateTime::parse_from_rfc3339(&prediction.created_at).is_ok_and(|made| made < since)
            };
            let reached = page.results.iter().any(is_old);
            predictions.extend(page.results.into_iter().filter(|prediction| !is_old(prediction)));
            match page.next.as_deref().map(Url::parse) {
                // The token goes nowhere else.
                Some(Ok(url)) if !is_last && !reached && is_same_place(self.http.base(), &url) => next = url,
                _ => return Ok(predictions),
            }
        }
        Err(ProviderError::Undecided {
            provider: NAME,
            reason: format!("more than {MOST_PAGES} pages of predictions were made since {text}"),
        })
    }

    /// Tells that a prediction is not wanted. One that has ended, or that nobody knows, is well with it.
    pub async fn cancel(&self, id: &str) -> Result<(), ProviderError> {
        let url = self.http.at(&["predictions", id, "cancel"]);
        match self.http.until_answered::<Value>(|| self.http.post(&url)).await {
            Ok(_) => Ok(()),
            Err(Trouble::Refused {
                status:
                    StatusCode::NOT_FOUND
                    | StatusCode::GONE
                    | StatusCode::CONFLICT
                    | StatusCode::BAD_REQUEST
                    | StatusCode::UNPROCESSABLE_ENTITY,
                ..
            }) => Ok(()),
            Err(trouble) => Err(into_error(trouble)),
        }
    }

    /// Begins to fetch a file of the vendor's. Its address is its own secret; the token has no business there.
    pub async fn open(&self, url: &str) -> Result<Download, Trouble> {
        let url = Url::parse(url).map_err(|error| self.http.refusal(format!("{url}: {error}")))?;
        self.http.open(url, false).await
    }

    pub fn tries(&self) -> crate::vendor::Tries {
        self.http.tries()
    }
}

pub fn into_error(trouble: Trouble) -> ProviderError {
    trouble.into_error(NAME)
}

/// What an error of Replicate's says.
fn says(said: &Value) -> String {
    let text = ["detail", "title", "error"].iter().find_map(|key| said[key].as_str());
    text.unwrap_or_default().trim().to_owned()
}

/// Where results lie: at Replicate's own hosts, or where the configured address is.
fn is_vendors(base: &Url, url: &Url) -> bool {
    let delivery = |host: &str| host == "replicate.delivery" || host.ends_with(".replicate.delivery");
    url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(delivery)
        || is_same_place(base, url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_fetched_from_the_vendors_own_hosts_only() {
        let public = Url::parse(ReplicateAccess::PUBLIC).unwrap();
        let local = Url::parse("http://127.0.0.1:9000/v1").unwrap();
        let check = |base: &Url, url: &str, allowed| {
            assert_eq!(is_vendors(base, &Url::parse(url).unwrap()), allowed, "{url}");
        };
        check(&public, "https://replicate.delivery/a.mp4", true);
        check(&public, "https://pbxt.replicate.delivery/a.mp4", true);
        check(&public, "https://api.replicate.com/v1/files/x", true);
        check(&public, "http://replicate.delivery/a.mp4", false);
        check(&public, "https://replicate.delivery:8443/a.mp4", false);
        check(&public, "https://replicate.delivery.example.com/a.mp4", false);
        check(&public, "https://xreplicate.delivery/a.mp4", false);
        check(&public, "https://user@169.254.169.254/latest", false);
        check(&public, "http://127.0.0.1:9000/a.mp4", false);
        check(&local, "http://127.0.0.1:9000/a.mp4", true);
        check(&local, "http://127.0.0.1:9001/a.mp4", false);
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        let open = |base: &str| {
            let access = ReplicateAccess { token: "r8_secret".into(), base: base.into() };
            assert!(!format!("{access:?}").contains("secret"));
            Api::new(access, Limits::default()).is_ok()
        };
        assert!(open(ReplicateAccess::PUBLIC) && open("http://localhost:1/v1") && open("http://[::1]:1"));
        assert!(!open("http://api.replicate.com/v1") && !open("ftp://x") && !open("replicate"));
    }
}
