//! One question over HTTP: deadlines, tries, limits, and what each try may have cost.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Response, StatusCode, redirect::Policy};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::{ApiKey, Dialect, Question, Reading, sse::Events};
use crate::{
    IdempotencyKey, ProviderError,
    vendor::{self, BackOff, Pace, Turn},
};

/// How long and how often is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// From one sign of life to the next: models think before they begin.
    pub silence: Duration,
    /// For one answer, from the question to its last byte.
    pub answer: Duration,
    /// For all tries together.
    pub all: Duration,
    /// How often a question is asked that meets an overloaded or failing service.
    pub tries: u32,
    /// Before the second try; doubled before each further one, and up to half of it left out by chance.
    pub pause: Duration,
    /// Most bytes of an answer, thoughts that are streamed along and framing included.
    pub bytes: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            answer: Duration::from_secs(120),
            all: Duration::from_secs(180),
            tries: 4,
            pause: Duration::from_secs(1),
            bytes: 8 << 20,
        }
    }
}

/// Most bytes of an answer's own text.
const TEXT: usize = 64 << 10;
/// Most things that a server may have to be asked without.
const ADAPTATIONS: u32 = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What a try was billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    Nothing,
    /// Something, perhaps: it was worked on, and nobody said how much.
    Uncounted,
    Tokens {
        asked: u64,
        answered: u64,
    },
}

/// What became of a question.
pub struct Asked {
    pub answer: Result<String, ProviderError>,
    /// One for each try.
    pub spent: Vec<Spent>,
}

/// A try that came to nothing.
struct Trouble {
    error: ProviderError,
    spent: Spent,
    next: Next,
}

enum Next {
    Give,
    /// After so long, where the service says so.
    Again(Option<Duration>),
    /// At once, for the question is put otherwise.
    Otherwise,
}

pub struct Http {
    name: &'static str,
    client: Client,
    base_url: String,
    key: Option<ApiKey>,
    patience: Patience,
    pace: Arc<Pace>,
}

impl Http {
    pub fn new(
        name: &'static str,
        base_url: &str,
        key: Option<ApiKey>,
        patience: Patience,
    ) -> Result<Self, ProviderError> {
        // A redirect would carry the key to wherever it leads. How long silence may last is told apart by where it
        // falls, below.
        let client = vendor::client(patience.connect, None, Policy::none())
            .map_err(|error| ProviderError::Unreachable { provider: name, reason: error.to_string() })?;
        let base_url = base_url.trim_end_matches('/').to_owned();
        let pace = Pace::of(name, &base_url, key.as_ref().map_or("", ApiKey::expose), None, None);
        Ok(Self { name, client, base_url, key, patience, pace })
    }

    /// The answer's text.
    pub async fn ask(
        &self,
        dialect: &dyn Dialect,
        model: &str,
        question: &Question,
        key: &IdempotencyKey,
    ) -> Asked {
        let end = Instant::now() + self.patience.all;
        let mut spent = Vec::new();
        let (mut tries, mut adaptations) = (0, 0);
        let mut pauses = BackOff::new(self.patience.pause, LONGEST_PAUSE);
        loop {
            // Others may have been told to leave the vendor alone.
            if let Err(after) = self.pace.wait(Turn::Purchase, end).await {
                let reason = format!("it wants to be left alone for another {} s", after.as_secs());
                let Trouble { error, .. } = self.unavailable(&reason, Spent::Nothing, Next::Give);
                return Asked { answer: Err(error), spent };
            }
            let left = end.saturating_duration_since(Instant::now()).min(self.patience.answer);
            let body = dialect.body(model, question);
            // Another question is another purchase.
            let key = IdempotencyKey::new(format_args!("{}-{adaptations}", key.as_str()));
            let tried = timeout(left, self.try_once(dialect, &body, &key)).await;
            let tried = tried.unwrap_or_else(|_| Err(self.slow("the answer took too long")));
            let Trouble { error, spent: lost, next } = match tried {
                Ok((text, used)) => {
                    spent.push(used);
                    return Asked { answer: Ok(text), spent };
                }
                Err(trouble) => trouble,
            };
            spent.push(lost);
            let pause = match next {
                Next::Otherwise if adaptations < ADAPTATIONS => {
                    adaptations += 1;
                    tracing::info!(planner = self.name, %error, "asked in another way");
                    continue;
                }
                Next::Again(after) if tries + 1 < self.patience.tries => {
                    tries += 1;
                    after.unwrap_or_else(|| pauses.next())
                }
                _ => return Asked { answer: Err(error), spent },
            };
            // Who is asked to wait for longer than there is time does not wait at all.
            if Instant::now() + pause >= end {
                return Asked { answer: Err(error), spent };
            }
            tracing::info!(planner = self.name, %error, pause_ms = pause.as_millis() as u64, "asked again");
            sleep(pause).await;
        }
    }

    async fn try_once(
        &self,
        dialect: &dyn Dialect,
        body: &Value,
        key: &IdempotencyKey,
    ) -> Result<(String, Spent), Trouble> {
        let mut request = self
            .client
            .post(format!("{}{}", self.base_url, dialect.path()))
            .header("accept", "text/event-stream, application/json")
            // Gateways that know it do not ask their vendor twice.
            .header("idempotency-key", key.as_str())
            .json(body);
        for (name, value) in dialect.headers() {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.key {
            let (name, value) = dialect.credentials(key.expose());
            let mut value = reqwest::header::HeaderValue::try_from(value)
                .map_err(|_| self.unauthorized(dialect, StatusCode::UNAUTHORIZED))?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let sent = timeout(self.patience.silence, request.send()).await;
        let response = match sent {
            Err(_) => return Err(self.slow("it did not begin to answer")),
            // What was never sent was not worked on.
            Ok(Err(error)) if error.is_connect() => return Err(self.broken(&error, Spent::Nothing)),
            Ok(Err(error)) => return Err(self.broken(&error, Spent::Uncounted)),
            Ok(Ok(response)) => response,
        };
        if response.status().is_success() {
            self.read(dialect, response).await
        } else {
            Err(self.refused(dialect, body, response).await)
        }
    }

    async fn read(&self, dialect: &dyn Dialect, response: Response) -> Result<(String, Spent), Trouble> {
        let is_json = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"));
        let mut reading = Reading::default();
        if is_json {
            let body = self.whole(response, self.patience.bytes).await?;
            let body = serde_json::from_slice(&body).map_err(|error| self.garbled(&error))?;
            dialect.read(&body, &mut reading);
        } else {
            self.follow(dialect, response, &mut reading).await?;
        }
        // What is counted before the end is not all of it.
        let spent = match (reading.asked, reading.answered) {
            (Some(asked), Some(answered)) if reading.ended => Spent::Tokens { asked, answered },
            _ => Spent::Uncounted,
        };
        let Reading { text, refusal, trouble, ended, .. } = reading;
        if let Some(reason) = refusal {
            let error = ProviderError::Refused { provider: self.name, reason: self.said(&reason) };
            return Err(Trouble { error, spent, next: Next::Give });
        }
        if let Some(reason) = trouble {
            return Err(self.unavailable(&reason, spent, Next::Again(None)));
        }
        if !ended {
            return Err(self.unavailable("the answer broke off", spent, Next::Again(None)));
        }
        Ok((text, spent))
    }

    async fn follow(
        &self,
        dialect: &dyn Dialect,
        mut response: Response,
        reading: &mut Reading,
    ) -> Result<(), Trouble> {
        let (mut events, mut bytes) = (Events::default(), 0);
        loop {
            let chunk = match timeout(self.patience.silence, response.chunk()).await {
                Err(_) => return Err(self.slow("it fell silent in the middle of its answer")),
                // The end of the connection is not yet the end of the answer; whoever reads it finds out.
                Ok(Err(error)) if !reading.ended => return Err(self.broken(&error, Spent::Uncounted)),
                Ok(Err(_) | Ok(None)) => break,
                Ok(Ok(Some(chunk))) => chunk,
            };
            bytes += chunk.len();
            for event in events.take(&chunk) {
                if event == "[DONE]" {
                    return Ok(());
                }
                self.take(dialect, &event, reading)?;
                if reading.trouble.is_some() {
                    return Ok(());
                }
            }
            if bytes > self.patience.bytes || reading.text.len() > TEXT {
                return Err(self.endless());
            }
        }
        if let Some(event) = events.rest().filter(|event| event != "[DONE]" && !reading.ended) {
            // What was cut in the middle is not garbled; it is not whole.
            let _ = self.take(dialect, &event, reading);
        }
        Ok(())
    }

    fn take(&self, dialect: &dyn Dialect, event: &str, reading: &mut Reading) -> Result<(), Trouble> {
        let event = serde_json::from_str(event).map_err(|error| self.garbled(&error))?;
        dialect.read(&event, reading);
        Ok(())
    }

    async fn whole(&self, mut response: Response, most: usize) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        loop {
            match timeout(self.patience.silence, response.chunk()).await {
                Err(_) => return Err(self.slow("it fell silent in the middle of its answer")),
                Ok(Err(error)) => return Err(self.broken(&error, Spent::Uncounted)),
                Ok(Ok(None)) => return Ok(body),
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
            }
            if body.len() > most {
                return Err(self.endless());
            }
        }
    }

    /// What an answer means that is no success.
    async fn refused(&self, dialect: &dyn Dialect, body: &Value, response: Response) -> Trouble {
        let (status, headers) = (response.status(), response.headers().clone());
        // A body that does not come says no less than its status.
        let said = self.whole(response, TEXT).await.unwrap_or_default();
        let said: Value = serde_json::from_slice(&said)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&said).into_owned()));
        let error = said.get("error").unwrap_or(&said);
        let message = self.said(&message_of(error));
        let is = |kinds: &[&str]| {
            ["code", "type"]
                .iter()
                .any(|field| error[*field].as_str().is_some_and(|kind| kinds.contains(&kind)))
        };
        let give = |error| Trouble { error, spent: Spent::Nothing, next: Next::Give };
        let refused = is(&["content_filter", "content_policy_violation"])
            || error.pointer("/metadata/reasons").is_some();
        match status.as_u16() {
            400 | 403 if refused => give(ProviderError::Refused { provider: self.name, reason: message }),
            401 | 403 => self.unauthorized(dialect, status),
            400..500
                if status.as_u16() == 402
                    || is(&["insufficient_quota", "billing_error", "billing_not_active"])
                    || message.contains("credit balance is too low") =>
            {
                give(ProviderError::OutOfCredit { provider: self.name, reason: message })
            }
            number @ (408 | 429 | 500..600) => {
                let after = vendor::retry_after(&headers, &said);
                if let (429, Some(after)) = (number, after) {
                    self.pace.pause(after);
                }
                let reason = format!("status {}: {message}", status.as_u16());
                self.unavailable(&reason, Spent::Nothing, Next::Again(after))
            }
            number => {
                let next = match number {
                    400 | 422 if dialect.adapt(body, &message) => Next::Otherwise,
                    _ => Next::Give,
                };
                let reason = match number {
                    404 => format!("{message} (check the setting {})", dialect.settings().model),
                    _ => message,
                };
                let error = ProviderError::Rejected { provider: self.name, status: number, reason };
                Trouble { error, spent: Spent::Nothing, next }
            }
        }
    }

    /// What the service says goes no further: it likes to repeat a part of the key.
    fn unauthorized(&self, dialect: &dyn Dialect, status: StatusCode) -> Trouble {
        let error = ProviderError::Unauthorized {
            provider: self.name,
            reason: format!("status {}: check the setting {}", status.as_u16(), dialect.settings().key),
        };
        Trouble { error, spent: Spent::Nothing, next: Next::Give }
    }

    fn unavailable(&self, reason: &str, spent: Spent, next: Next) -> Trouble {
        let error = ProviderError::Unreachable { provider: self.name, reason: self.said(reason) };
        Trouble { error, spent, next }
    }

    /// Who is slow once is slow again: the next in the chain is faster.
    fn slow(&self, reason: &str) -> Trouble {
        self.unavailable(reason, Spent::Uncounted, Next::Give)
    }

    fn broken(&self, error: &reqwest::Error, spent: Spent) -> Trouble {
        let next = if error.is_timeout() { Next::Give } else { Next::Again(None) };
        self.unavailable(&vendor::describe(error), spent, next)
    }

    fn garbled(&self, error: &serde_json::Error) -> Trouble {
        self.unusable(format!("its answer is no JSON: {error}"))
    }

    fn endless(&self) -> Trouble {
        self.unusable("its answer is longer than any plan".to_owned())
    }

    fn unusable(&self, reason: String) -> Trouble {
        let error = ProviderError::BadOutput { provider: self.name, reason };
        Trouble { error, spent: Spent::Uncounted, next: Next::Give }
    }

    /// What a vendor says, fit for a log: short, on one line, and without our key.
    fn said(&self, text: &str) -> String {
        vendor::bounded(&vendor::hidden(text, self.key.as_ref().map(ApiKey::expose)))
    }
}

/// The sentence in an error's JSON, whose shape differs from server to server.
pub fn message_of(error: &Value) -> String {
    let message = error.get("message").or_else(|| error.get("detail")).unwrap_or(error);
    match message {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
