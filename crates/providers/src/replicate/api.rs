//! Replicate's HTTP API, as far as clips need it: what is asked, how long and how often, and what the answers mean.
//! What an ad is and what a model takes is not known here.

use std::{fmt, sync::Arc, time::Duration};

use futures::{Stream, stream};
use rand::Rng;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{self, HeaderValue},
    redirect,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::NAME;
use crate::{Download, ProviderError};

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

/// How long, how often and how much.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Without a byte of an answer.
    pub silence: Duration,
    /// What a purchase's answer may wait for the result; at least a second if any.
    pub wait: Duration,
    /// Between two looks at a prediction, growing from the first to the second.
    pub poll: (Duration, Duration),
    /// The same where the vendor calls when it is done, and calls may get lost.
    pub poll_called: (Duration, Duration),
    /// A prediction that is not done by then is called off.
    pub prediction: Duration,
    /// Between two tries of a request, growing from the first to the second, less up to a half at random.
    pub retry: (Duration, Duration),
    /// For all tries of a request.
    pub tries: Duration,
    /// How often a listing is read before what is not on it counts as not made.
    pub looks: u32,
    /// How much two clocks may differ.
    pub clocks: Duration,
    /// For a whole download.
    pub download: Duration,
    pub most_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            wait: Duration::from_secs(1),
            poll: (Duration::from_secs(1), Duration::from_secs(5)),
            poll_called: (Duration::from_secs(5), Duration::from_secs(30)),
            prediction: Duration::from_mins(20),
            retry: (Duration::from_secs(1), Duration::from_secs(20)),
            tries: Duration::from_secs(30),
            looks: 4,
            clocks: Duration::from_mins(2),
            download: Duration::from_mins(10),
            most_bytes: 1 << 30,
        }
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

/// How a request failed.
#[derive(Debug)]
pub enum Trouble {
    /// It never left.
    NotSent(String),
    /// It may have been heard; its answer was not, or is one of a server in trouble.
    Lost(String),
    /// It was heard, and not done.
    Busy {
        after: Option<Duration>,
        reason: String,
    },
    Refused {
        status: StatusCode,
        reason: String,
    },
}

impl Trouble {
    pub fn into_error(self) -> ProviderError {
        let provider = NAME;
        match self {
            Self::NotSent(reason) | Self::Lost(reason) => ProviderError::Unreachable { provider, reason },
            Self::Busy { reason, .. } => ProviderError::Busy { provider, reason },
            Self::Refused { status, reason } => match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    ProviderError::Unauthorized { provider, reason }
                }
                StatusCode::PAYMENT_REQUIRED => ProviderError::OutOfCredit { provider, reason },
                _ => ProviderError::Unsupported { provider, reason },
            },
        }
    }
}

/// What an answer may hold: a page of a hundred predictions with pictures in their inputs.
const MOST_ANSWER: usize = 64 << 20;
/// How many pages of predictions are read for one that got lost.
const MOST_PAGES: usize = 20;
/// How often a download that broke off is taken up where it was.
const RESUMES: u32 = 3;

pub struct Api {
    base: Url,
    token: String,
    bearer: HeaderValue,
    client: Client,
    files: Client,
    pub limits: Limits,
}

impl Api {
    /// What is wrong with the access, if anything.
    pub fn new(access: ReplicateAccess, limits: Limits) -> Result<Arc<Self>, String> {
        let ReplicateAccess { token, base } = access;
        let base = Url::parse(base.trim_end_matches('/')).map_err(|error| format!("{base}: {error}"))?;
        if !(base.scheme() == "https" || base.scheme() == "http" && is_this_machine(&base)) {
            return Err(format!("{base}: expected an https address"));
        }
        if token.is_empty() {
            return Err("the token is empty".into());
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "the token has characters that no token has".to_owned())?;
        bearer.set_sensitive(true);
        let builder = || {
            Client::builder()
                .connect_timeout(limits.connect)
                .read_timeout(limits.silence)
                .user_agent(concat!("AdMint/", env!("CARGO_PKG_VERSION")))
        };
        let own = base.clone();
        let only_there = redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > 3 {
                attempt.error("too many redirects")
            } else if is_vendors(&own, attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect to somewhere else")
            }
        });
        let built = |client: reqwest::Result<Client>| client.map_err(|error| error.to_string());
        Ok(Arc::new(Self {
            // A redirect would take the token along.
            client: built(builder().redirect(redirect::Policy::none()).build())?,
            files: built(builder().redirect(only_there).build())?,
            base,
            token,
            bearer,
            limits,
        }))
    }

    /// Who asks, by Replicate's account.
    pub async fn account(&self) -> Result<String, ProviderError> {
        let account: Account = self.read(self.get(&["account"])).await.map_err(Trouble::into_error)?;
        Ok(account.username)
    }

    pub async fn prediction(&self, id: &str) -> Result<Prediction, ProviderError> {
        let request = || self.get(&["predictions", id]);
        self.until_answered(request).await.map_err(|trouble| match trouble {
            Trouble::Refused { status: StatusCode::NOT_FOUND | StatusCode::GONE, .. } => {
                ProviderError::UnknownOperation { provider: NAME, handle: id.to_owned() }
            }
            other => other.into_error(),
        })
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
        let mut request = self
            .client
            .post(self.at(&path))
            .header(header::AUTHORIZATION, self.bearer.clone())
            .header("Cancel-After", format!("{}s", self.limits.prediction.as_secs().max(5)))
            .json(&body);
        if self.limits.wait.as_secs() > 0 {
            request = request.header("Prefer", format!("wait={}", self.limits.wait.as_secs()));
        }
        self.read(request).await
    }

    /// Every prediction since then that the account made, the newest first.
    pub async fn predictions_since(
        &self,
        since: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<Prediction>, ProviderError> {
        let text = since.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let mut next = self.at(&["predictions"]);
        next.query_pairs_mut().append_pair("created_after", &text);
        let mut predictions = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = || self.authorised(self.client.get(next.clone()));
            let page: Page = self.until_answered(page).await.map_err(Trouble::into_error)?;
            let is_last = page.results.is_empty();
            let is_old = |prediction: &Prediction| {
                chrono::DateTime::parse_from_rfc3339(&prediction.created_at).is_ok_and(|made| made < since)
            };
            let reached = page.results.iter().any(is_old);
            predictions.extend(page.results.into_iter().filter(|prediction| !is_old(prediction)));
            match page.next.as_deref().map(Url::parse) {
                // The token goes nowhere else.
                Some(Ok(url)) if !is_last && !reached && is_same_place(&self.base, &url) => next = url,
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
        let url = self.at(&["predictions", id, "cancel"]);
        let request = || self.authorised(self.client.post(url.clone()));
        match self.until_answered::<Value>(request).await {
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
            Err(trouble) => Err(trouble.into_error()),
        }
    }

    /// Begins to fetch a file of the vendor's.
    pub async fn open(self: &Arc<Self>, url: &str) -> Result<Download, Trouble> {
        let url = Url::parse(url).map_err(|error| self.refusal(format!("{url}: {error}")))?;
        if !is_vendors(&self.base, &url) {
            let place = url.host_str().unwrap_or("nowhere");
            return Err(
                self.refusal(format!("its file lies at {}://{place}, which is not its own", url.scheme()))
            );
        }
        let response = self.send(self.files.get(url.clone())).await?;
        let length = response.content_length();
        if let Some(length) = length.filter(|length| *length > self.limits.most_bytes) {
            let most = self.limits.most_bytes;
            return Err(self.refusal(format!("its file has {length} bytes, more than {most}")));
        }
        let text = |name| {
            let value: &HeaderValue = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let content_type = text(header::CONTENT_TYPE);
        let resumable = text(header::ACCEPT_RANGES).is_some_and(|ranges| ranges == "bytes");
        let fetch = Fetch {
            api: self.clone(),
            url,
            etag: text(header::ETAG).filter(|etag| !etag.starts_with("W/")),
            resumes: if resumable { RESUMES } else { 0 },
            length,
            got: 0,
            deadline: Instant::now() + self.limits.download,
            response,
        };
        Ok(Download { length, content_type, seconds: None, bytes: Box::pin(fetch.bytes()) })
    }

    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("an http address has a path").extend(path);
        url
    }

    fn get(&self, path: &[&str]) -> RequestBuilder {
        self.authorised(self.client.get(self.at(path)))
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(header::AUTHORIZATION, self.bearer.clone())
    }

    fn refusal(&self, reason: String) -> Trouble {
        Trouble::Refused { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, reason }
    }

    /// Asks until there is an answer that another try would not change. Only for what may be asked twice.
    async fn until_answered<T: for<'de> Deserialize<'de>>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, Trouble> {
        let mut tries = self.tries();
        loop {
            match self.read(request()).await {
                Err(trouble) if !matches!(trouble, Trouble::Refused { .. }) => tries.again(trouble).await?,
                done => return done,
            }
        }
    }

    pub fn tries(&self) -> Tries {
        let (first, most) = self.limits.retry;
        Tries { pause: first, most, deadline: Instant::now() + self.limits.tries }
    }

    async fn read<T: for<'de> Deserialize<'de>>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let mut response = self.send(request).await?;
        let bytes = self.body(&mut response).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Trouble::Lost(format!("it answered with something else than promised: {error}")))
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MOST_ANSWER {
                return Err(Trouble::Lost("its answer does not end".into()));
            }
        }
        Ok(bytes)
    }

    /// An answer that says yes.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let mut response = request.send().await.map_err(|error| {
            let reason = self.without_token(&describe(&error));
            match () {
                () if error.is_redirect() => self.refusal(reason),
                () if error.is_connect() => Trouble::NotSent(reason),
                () => Trouble::Lost(reason),
            }
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let header = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let header = header.and_then(|seconds| seconds.trim().parse::<f64>().ok());
        let bytes = self.body(&mut response).await.unwrap_or_default();
        let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let text = ["detail", "title", "error"].iter().find_map(|key| said[key].as_str());
        let text: String = text.unwrap_or_default().chars().take(400).collect();
        let reason = self.without_token(&match text.trim() {
            "" => format!("it answered {status}"),
            text => format!("{text} ({})", status.as_u16()),
        });
        Err(match status {
            StatusCode::TOO_MANY_REQUESTS => {
                let seconds = said["retry_after"].as_f64().or(header);
                let after = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                Trouble::Busy { after, reason }
            }
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Trouble::Lost(reason)
            }
            status => Trouble::Refused { status, reason },
        })
    }

    fn lost(&self, error: &reqwest::Error) -> Trouble {
        Trouble::Lost(self.without_token(&describe(error)))
    }

    /// A vendor may repeat what it was told.
    fn without_token(&self, text: &str) -> String {
        text.replace(&self.token, "...")
    }
}

/// The tries of one request: pauses that grow, and an end.
pub struct Tries {
    pause: Duration,
    most: Duration,
    deadline: Instant,
}

impl Tries {
    /// Waits until it is time for another try; gives the trouble back when there is no more time for one.
    pub async fn again(&mut self, trouble: Trouble) -> Result<(), Trouble> {
        let jittered = self.pause.mul_f64(rand::rng().random_range(0.5..=1.0));
        let pause = match &trouble {
            Trouble::Busy { after: Some(after), .. } => jittered.max(*after),
            _ => jittered,
        };
        if Instant::now() + pause >= self.deadline {
            return Err(trouble);
        }
        tracing::debug!(?trouble, ?pause, "asking again");
        tokio::time::sleep(pause).await;
        self.pause = (self.pause * 2).min(self.most);
        Ok(())
    }
}

/// A download under way.
struct Fetch {
    api: Arc<Api>,
    url: Url,
    etag: Option<String>,
    /// How often it may still be taken up again.
    resumes: u32,
    length: Option<u64>,
    got: u64,
    deadline: Instant,
    response: Response,
}

impl Fetch {
    fn bytes(self) -> impl Stream<Item = Result<bytes::Bytes, ProviderError>> + Send {
        stream::try_unfold(
            self,
            |mut fetch| async move { Ok(fetch.next().await?.map(|chunk| (chunk, fetch))) },
        )
    }

    async fn next(&mut self) -> Result<Option<bytes::Bytes>, ProviderError> {
        loop {
            let reason = match tokio::time::timeout_at(self.deadline, self.response.chunk()).await {
                Err(_) => {
                    let took = self.api.limits.download;
                    let reason = format!("its file did not come within {took:?}");
                    return Err(ProviderError::Unreachable { provider: NAME, reason });
                }
                Ok(Ok(Some(chunk))) => {
                    self.got += chunk.len() as u64;
                    let most = self.length.unwrap_or(u64::MAX).min(self.api.limits.most_bytes);
                    if self.got > most {
                        let reason = format!("its file has more than {most} bytes");
                        return Err(ProviderError::BadOutput { provider: NAME, reason });
                    }
                    return Ok(Some(chunk));
                }
                Ok(Ok(None)) if self.length.is_none_or(|length| length == self.got) => return Ok(None),
                Ok(Ok(None)) => "it ended early".to_owned(),
                Ok(Err(error)) => describe(&error),
            };
            self.resume(&reason).await?;
        }
    }

    /// Goes on at the first byte that is missing.
    async fn resume(&mut self, reason: &str) -> Result<(), ProviderError> {
        let broken = |why: &str| ProviderError::Unreachable {
            provider: NAME,
            reason: format!("its file broke off after {} bytes: {why}", self.got),
        };
        if self.resumes == 0 {
            return Err(broken(reason));
        }
        let mut request =
            self.api.files.get(self.url.clone()).header(header::RANGE, format!("bytes={}-", self.got));
        if let Some(etag) = &self.etag {
            request = request.header(header::IF_RANGE, etag);
        }
        let response =
            self.api.send(request).await.map_err(|trouble| broken(&trouble.into_error().to_string()))?;
        let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let begins = format!("bytes {}-", self.got);
        if response.status() != StatusCode::PARTIAL_CONTENT
            || !range.is_some_and(|range| range.starts_with(&begins))
        {
            return Err(broken("the rest of it is not to be had by itself"));
        }
        self.resumes -= 1;
        self.response = response;
        Ok(())
    }
}

/// Where results lie: at Replicate's own hosts, or where the configured address is.
fn is_vendors(base: &Url, url: &Url) -> bool {
    let delivery = |host: &str| host == "replicate.delivery" || host.ends_with(".replicate.delivery");
    url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(delivery)
        || is_same_place(base, url)
}

fn is_same_place(base: &Url, url: &Url) -> bool {
    url.scheme() == base.scheme()
        && url.host_str() == base.host_str()
        && url.port_or_known_default() == base.port_or_known_default()
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An error with its causes, and without the address, which may be signed.
fn describe(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "it took too long".to_owned() } else { String::new() };
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    if text.is_empty() { "the connection broke".into() } else { text }
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
