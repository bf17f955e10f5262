//! Planners that are language models behind HTTP: one conversation, in the dialect of whoever is asked.
//!
//! Whatever a model answers, it ends as an [`AdSpec`] or a [`ScenePlan`] that Studio's own rules have passed, or as
//! an error. The prompt is data to the model; nothing that it makes the model say can do more than be read as that.

mod answer;
mod anthropic;
mod http;
mod openai;
mod prices;
mod question;
mod reach;
mod sse;

use std::{fmt, sync::Arc};

use admint_domain::{AdSpec, Brief, Origins, Price, ScenePlan, Usd};
use admint_studio::draft;
use async_trait::async_trait;

use self::{
    anthropic::Anthropic,
    http::{Http, Spent},
    openai::OpenAi,
    question::Question,
    reach::Listing,
};
pub use self::{http::Patience, prices::TokenPrices};
use crate::{Bill, Failure, IdempotencyKey, Planned, Planner, ProviderError, Reach, RefusedPicture};

/// Most tokens of an answer. A plan takes about a tenth of it; models that think before they answer take more.
const MOST_TOKENS: u64 = 8_192;
/// Most tokens of a question, the longest prompt and the schema included.
const MOST_ASKED: u64 = 4_000;
/// The first answer, and one more that mends it.
const ROUNDS: u32 = 2;

/// What a service knows this installation by. It has no `Display`, and its `Debug` tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

/// Which model is asked, where, and how patiently.
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// The vendor's own if left out.
    pub base_url: Option<String>,
    pub model: String,
    pub key: Option<ApiKey>,
    /// The listed ones of vendor and model if left out, where there are such.
    pub prices: Option<TokenPrices>,
    pub patience: Patience,
}

/// How a vendor is asked and what its answers mean.
trait Dialect: Send + Sync {
    fn name(&self) -> &'static str;

    /// The vendor's own address.
    fn home(&self) -> &'static str;

    /// The settings of key and model, as an operator knows them.
    fn settings(&self) -> Settings;

    fn path(&self) -> &'static str;

    /// Where it lists its models.
    fn models_path(&self) -> &'static str;

    /// Header and value.
    fn credentials(&self, key: &str) -> (&'static str, String);

    fn headers(&self) -> &'static [(&'static str, &'static str)];

    fn body(&self, model: &str, question: &Question) -> serde_json::Value;

    /// Learns from a refusal of `body` what the server does not know. Whether asking anew makes sense.
    fn adapt(&self, body: &serde_json::Value, message: &str) -> bool;

    /// Takes up one event of a stream, or a whole answer.
    fn read(&self, event: &serde_json::Value, reading: &mut Reading);
}

#[derive(Clone, Copy)]
struct Settings {
    key: &'static str,
    model: &'static str,
}

/// An answer as far as it has come.
#[derive(Default)]
struct Reading {
    text: String,
    /// The vendor will not answer this, and says so.
    refusal: Option<String>,
    /// The vendor failed while it answered.
    trouble: Option<String>,
    ended: bool,
    asked: Option<u64>,
    answered: Option<u64>,
}

/// A language model that plans ads.
pub struct ChatPlanner {
    dialect: Arc<dyn Dialect>,
    http: Http,
    model: String,
    prices: Option<TokenPrices>,
}

impl ChatPlanner {
    /// Chat completions as OpenAI has them and many speak: OpenRouter, vLLM, Ollama, llama.cpp and so on.
    pub fn openai(config: ChatConfig) -> Result<Self, ProviderError> {
        Self::new(Arc::new(OpenAi::default()), config)
    }

    /// Anthropic's messages.
    pub fn anthropic(config: ChatConfig) -> Result<Self, ProviderError> {
        Self::new(Arc::new(Anthropic::default()), config)
    }

    /// Whether OpenAI, or whoever speaks like it, answers and knows the key.
    pub fn reach_openai(config: ChatConfig) -> impl Reach + 'static {
        Listing { dialect: OpenAi::default(), config }
    }

    pub fn reach_anthropic(config: ChatConfig) -> impl Reach + 'static {
        Listing { dialect: Anthropic::default(), config }
    }

    fn new(dialect: Arc<dyn Dialect>, config: ChatConfig) -> Result<Self, ProviderError> {
        let ChatConfig { base_url, model, key, prices, patience } = config;
        let base_url = base_url.unwrap_or_else(|| dialect.home().to_owned());
        let prices = prices.or_else(|| prices::listed(&base_url, &model));
        let http = Http::new(dialect.name(), &base_url, key, patience)?;
        Ok(Self { dialect, http, model, prices })
    }

    /// Asks, and once more with what is wrong with the answer.
    async fn plan<T: Send + 'static>(
        &self,
        question: Question,
        key: &IdempotencyKey,
        finish: impl Fn(&str) -> Result<T, Vec<String>> + Send + Sync + 'static,
    ) -> Result<Planned<T>, Failure> {
        let finish = Arc::new(finish);
        let mut cost = Price::Known(Usd::ZERO);
        let mut question = question;
        let mut wrong = Vec::new();
        for round in 0..ROUNDS {
            let key = IdempotencyKey::new(format_args!("{}-{round}", key.as_str()));
            let asked = self.http.ask(self.dialect.as_ref(), &self.model, &question, &key).await;
            for spent in &asked.spent {
                cost = add(cost, self.cost(*spent));
            }
            let text = asked.answer.map_err(|error| Failure { error, cost })?;
            let (finish, answer) = (finish.clone(), text.clone());
            let finished = tokio::task::spawn_blocking(move || finish(&answer)).await;
            match finished.unwrap_or_else(|panic| Err(vec![panic.to_string()])) {
                Ok(result) => {
                    let bills = vec![Bill { provider: self.dialect.name(), cost }];
                    let by = format!("{} {}", self.dialect.name(), self.model);
                    return Ok(Planned { result, by, bills, notes: Vec::new() });
                }
                Err(found) => {
                    tracing::info!(planner = self.dialect.name(), round, wrong = ?found, "the answer breaks rules");
                    question = question.mended(&text, &found);
                    wrong = found;
                }
            }
        }
        let reason = crate::vendor::bounded(&wrong.join("; "));
        Err(Failure { error: ProviderError::BadOutput { provider: self.dialect.name(), reason }, cost })
    }

    /// What was lost, and what nobody counted, is taken for as much as it can have been.
    fn cost(&self, spent: Spent) -> Price {
        match (spent, &self.prices) {
            (Spent::Nothing, _) => Price::Known(Usd::ZERO),
            (Spent::Uncounted, Some(prices)) => Price::Known(prices.cost(MOST_ASKED, MOST_TOKENS)),
            (Spent::Tokens { asked, answered }, Some(prices)) => Price::Known(prices.cost(asked, answered)),
            (_, None) => Price::Unknown,
        }
    }
}

fn add(one: Price, other: Price) -> Price {
    match (one, other) {
        (Price::Known(one), Price::Known(other)) => Price::Known(one + other),
        _ => Price::Unknown,
    }
}

#[async_trait]
impl Planner for ChatPlanner {
    fn name(&self) -> &'static str {
        self.dialect.name()
    }

    /// Studio reads the prompt beside the model.
    fn origins(&self, brief: &Brief) -> Origins {
        Origins { left_out: Vec::new(), ..admint_studio::plan_origins(brief) }
    }

    fn price(&self, _brief: &Brief) -> Price {
        self.cost(Spent::Uncounted)
    }

    async fn write_spec(&self, brief: &Brief, key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        let question = question::specification(brief);
        let brief = brief.clone();
        self.plan(question, key, move |text| draft::finish_spec(&brief, answer::specification(text)?)).await
    }

    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        let outline = draft::outline(brief, spec);
        let question = question::scenes(brief, spec, &outline);
        let (brief, spec) = (brief.clone(), spec.clone());
        let finish = move |text: &str| draft::finish_scenes(&brief, &spec, &answer::scenes(text, &outline)?);
        self.plan(question, key, finish).await
    }

    async fn rewrite_prompt(
        &self,
        brief: &Brief,
        refused: RefusedPicture<'_>,
        key: &IdempotencyKey,
    ) -> Result<Planned<String>, Failure> {
        let question = question::another_picture(brief, refused);
        let before = refused.scene.visual_prompt.clone();
        self.plan(question, key, move |text| answer::picture(text, &before)).await
    }
}
