//! One vendor's API: who asks, how long and how often, and how a request can fail.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{self, HeaderValue},
    redirect,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::{BackOff, Pace, Rate, Turn, bounded, describe, hidden, retry_after};
use crate::ProviderError;

/// How long, how often and how much.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Without a byte of an answer.
    pub silence: Duration,
    /// What a purchase's answer may wait for the result; at least a second if any.
    pub wait: Duration,
    /// Between two looks at what was started, growing from the first to the second.
    pub poll: (Duration, Duration),
    /// The same where the vendor calls when it is done, and calls may get lost.
    pub poll_called: (Duration, Duration),
    /// What is not done by then is called off.
    pub prediction: Duration,
    /// What has not begun by then is called off, where a vendor tells waiting from running.
    pub queue: Duration,
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
            queue: Duration::from_hours(1),
            retry: (Duration::from_secs(1), Duration::from_secs(20)),
            tries: Duration::from_secs(30),
            looks: 4,
            clocks: Duration::from_mins(2),
            download: Duration::from_mins(10),
            most_bytes: 1 << 30,
        }
    }
}

/// How a request failed.
#[derive(Debug)]
pub enum Trouble {
    /// It never left.
    NotSent(String),
    /// It may have been heard; its answer was not, or is one of a server in trouble.
    Lost(String),
    /// It was heard, and not done; or not asked, for the vendor wants to be left alone.
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
    pub fn into_error(self, provider: &'static str) -> ProviderError {
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

/// What is particular to a vendor.
#[derive(Clone, Copy)]
pub struct Vendor {
    pub name: &'static str,
    /// What the JSON of an error says, empty if nothing.
    pub says: fn(&Value) -> String,
    /// Whether a file at the second address belongs to the API at the first.
    pub has_file: fn(&Url, &Url) -> bool,
    /// What the vendor takes of requests that cost, and of all others.
    pub purchases: Option<Rate>,
    pub others: Option<Rate>,
    /// Plain http also to other machines, as long as no secret goes along.
    pub may_be_plain: bool,
}

/// Most bytes of an answer: a page of a hundred predictions with pictures in their inputs.
const MOST_ANSWER: usize = 64 << 20;

/// See the module's description.
pub struct Http {
    vendor: Vendor,
    base: Url,
    secret: Option<String>,
    bearer: Option<HeaderValue>,
    pub client: Client,
    pub(super) files: Client,
    pub limits: Limits,
    pace: Arc<Pace>,
}

impl Http {
    /// What is wrong with the address or the secret, if anything.
    pub fn new(
        vendor: Vendor,
        base: &str,
        secret: Option<String>,
        limits: Limits,
    ) -> Result<Arc<Self>, String> {
        let base = Url::parse(base.trim_end_matches('/')).map_err(|error| format!("{base}: {error}"))?;
        let may_be_plain = is_this_machine(&base) || vendor.may_be_plain && secret.is_none();
        if !(base.scheme() == "https" || base.scheme() == "http" && may_be_plain) {
            return Err(format!("{base}: expected an https address"));
        }
        let bearer = secret.as_ref().map(|secret| {
            if secret.is_empty() {
                return Err("the token is empty".to_owned());
            }
            let mut bearer = HeaderValue::try_from(format!("Bearer {secret}"))
                .map_err(|_| "the token has characters that no token has".to_owned())?;
            bearer.set_sensitive(true);
            Ok(bearer)
        });
        let own = base.clone();
        let only_there = redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > 3 {
                attempt.error("too many redirects")
            } else if (vendor.has_file)(&own, attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect to somewhere else")
            }
        });
        let account = secret.as_deref().unwrap_or_default();
        let silence = Some(limits.silence);
        let built = |client: reqwest::Result<Client>| client.map_err(|error| error.to_string());
        Ok(Arc::new(Self {
            // A redirect would take the secret along.
            client: built(client(limits.connect, silence, redirect::Policy::none()))?,
            files: built(client(limits.connect, silence, only_there))?,
            pace: Pace::of(vendor.name, base.as_str(), account, vendor.purchases, vendor.others),
            bearer: bearer.transpose()?,
            vendor,
            base,
            secret,
            limits,
        }))
    }

    pub fn name(&self) -> &'static str {
        self.vendor.name
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn may_fetch(&self, url: &Url) -> bool {
        (self.vendor.has_file)(&self.base, url)
    }

    /// The address of something at the API.
    pub fn at(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("an http address has a path").pop_if_empty().extend(path);
        url
    }

    pub fn get(&self, url: &Url) -> RequestBuilder {
        self.authorised(self.client.get(url.clone()), url)
    }

    pub fn post(&self, url: &Url) -> RequestBuilder {
        self.authorised(self.client.post(url.clone()), url)
    }

    /// The secret goes to the API alone.
    pub(super) fn authorised(&self, request: RequestBuilder, url: &Url) -> RequestBuilder {
        match &self.bearer {
            Some(bearer) if is_same_place(&self.base, url) => {
                request.header(header::AUTHORIZATION, bearer.clone())
            }
            _ => request,
        }
    }

    /// Asks until there is an answer that another try would not change. Only for what may be asked twice.
    pub async fn until_answered<T: for<'de> Deserialize<'de>>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, Trouble> {
        let mut tries = self.tries();
        loop {
            match self.read(request(), Turn::Other).await {
                Err(trouble) if !matches!(trouble, Trouble::Refused { .. }) => tries.again(trouble).await?,
                done => return done,
            }
        }
    }

    pub fn tries(&self) -> Tries {
        let (first, most) = self.limits.retry;
        Tries { pauses: BackOff::new(first, most), deadline: Instant::now() + self.limits.tries }
    }

    /// Asks once.
    pub async fn read<T: for<'de> Deserialize<'de>>(
        &self,
        request: RequestBuilder,
        turn: Turn,
    ) -> Result<T, Trouble> {
        let mut response = self.send(request, turn).await?;
        let bytes = self.body(&mut response).await?;
        // Some say yes with nothing.
        let bytes: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(bytes)
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
    pub(super) async fn send(&self, request: RequestBuilder, turn: Turn) -> Result<Response, Trouble> {
        let deadline = Instant::now() + self.limits.tries;
        self.pace.wait(turn, deadline).await.map_err(|after| {
            let reason = format!("it wants to be left alone for another {} s", after.as_secs());
            Trouble::Busy { after: Some(after), reason }
        })?;
        let mut response = request.send().await.map_err(|error| {
            let reason = self.said(&describe(&error));
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
        let headers = response.headers().clone();
        let bytes = self.body(&mut response).await.unwrap_or_default();
        let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let reason = match self.said(&(self.vendor.says)(&said)).as_str() {
            "" => format!("it answered {status}"),
            text => format!("{text} ({})", status.as_u16()),
        };
        Err(match status {
            StatusCode::TOO_MANY_REQUESTS => {
                let after = retry_after(&headers, &said);
                if let Some(after) = after {
                    self.pace.pause(after);
                }
                Trouble::Busy { after, reason }
            }
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Trouble::Lost(reason)
            }
            status => Trouble::Refused { status, reason },
        })
    }

    pub fn refusal(&self, reason: String) -> Trouble {
        Trouble::Refused { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, reason }
    }

    fn lost(&self, error: &reqwest::Error) -> Trouble {
        Trouble::Lost(self.said(&describe(error)))
    }

    /// What may be told on: short, and without the secret, which a vendor may repeat.
    pub fn said(&self, text: &str) -> String {
        bounded(&hidden(text, self.secret.as_deref()))
    }
}

/// The tries of one request: pauses that grow, and an end.
pub struct Tries {
    pauses: BackOff,
    deadline: Instant,
}

impl Tries {
    /// Waits until it is time for another try; gives the trouble back when there is no more time for one.
    pub async fn again(&mut self, trouble: Trouble) -> Result<(), Trouble> {
        let jittered = self.pauses.next();
        let pause = match &trouble {
            Trouble::Busy { after: Some(after), .. } => jittered.max(*after),
            _ => jittered,
        };
        if Instant::now() + pause >= self.deadline {
            return Err(trouble);
        }
        tracing::debug!(?trouble, ?pause, "asking again");
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// A client as all our requests have one.
pub fn client(
    connect: Duration,
    silence: Option<Duration>,
    redirects: redirect::Policy,
) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .connect_timeout(connect)
        .redirect(redirects)
        .user_agent(concat!("AdMint/", env!("CARGO_PKG_VERSION")));
    if let Some(silence) = silence {
        builder = builder.read_timeout(silence);
    }
    builder.build()
}

pub fn is_same_place(base: &Url, url: &Url) -> bool {
    url.scheme() == base.scheme()
        && url.host_str() == base.host_str()
        && url.port_or_known_default() == base.port_or_known_default()
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
