//! Clips and pictures of models at Replicate, by its HTTP API. What a model takes and costs is in the catalogue.
//!
//! A purchase is never made twice. Replicate knows no idempotency key and gives back no mark that one could leave
//! with a prediction; but its listing tells the input of each. So the input is made the purchase's own, by a seed
//! that follows from the key, and where an answer may have got lost the listing is searched for it. Models without
//! a seed are told apart by the time: what was asked since, with this very input. Where that is not enough, nobody
//! guesses: [`ProviderError::Undecided`].
//!
//! Outputs are deleted by Replicate an hour after they were made, inputs too. A prediction that was called off
//! while it ran may be billed.

mod api;
mod images;
mod refusals;
mod webhooks;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::{AspectRatio, Credit, Origins, Price, SceneRole};
use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::Instant;

pub use api::ReplicateAccess;
use api::{Api, Prediction, into_error};
pub use images::ReplicateImages;
use refusals::is_refusal;
use webhooks::Waiting;
pub use webhooks::{Call, Forged, Webhooks};

use crate::{
    Download, IdempotencyKey, Limits, Model, ModelKind, Operation, Pictures, ProviderError,
    VideoCapabilities, VideoModel, VideoOutput, VideoRequest, shot, vendor::Trouble,
};

const NAME: &str = "replicate";

/// A file this large may go into a request as it is:
/// <https://replicate.com/docs/topics/predictions/input-files>.
const MOST_IN_PLACE: usize = 256 << 10;

/// Replicate queues what it cannot make at once, and takes 600 new predictions a minute.
const AT_ONCE: usize = 100;

/// One model at Replicate.
pub struct Replicate {
    api: Api,
    model: Model,
    pictures: Arc<dyn Pictures>,
    webhooks: Option<Arc<Webhooks>>,
}

/// What is asked of a model, but for pictures.
struct Asked {
    prompt: String,
    aspect: AspectRatio,
    seed: u32,
    /// None of a picture.
    seconds: Option<u32>,
}

/// What an operation is known by. Where its output lies is asked anew each time: addresses expire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    prediction: String,
    /// In the catalogue.
    model: String,
    seconds: u32,
    /// What its calls are told apart by, where it was asked to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    called: Option<String>,
}

impl Replicate {
    /// `pictures` are those that requests name. The error says what is wrong with the access or the model.
    pub fn new(
        access: ReplicateAccess,
        model: Model,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Self, String> {
        let mut models = Self::all(access, [model], pictures, limits, None)?;
        models.pop().ok_or_else(|| "there is no model".to_owned())
    }

    /// Several models of one account. The error says what is wrong with the access or with which model.
    pub fn all(
        access: ReplicateAccess,
        models: impl IntoIterator<Item = Model>,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
        webhooks: Option<Arc<Webhooks>>,
    ) -> Result<Vec<Self>, String> {
        let api = Api::new(access, limits)?;
        let of = |model: Model| {
            if model.provider != NAME || !model.makes_video() {
                return Err(format!("the model `{}` makes no clips at Replicate", model.id));
            }
            Ok(Self { api: api.clone(), model, pictures: pictures.clone(), webhooks: webhooks.clone() })
        };
        models.into_iter().map(of).collect()
    }

    /// Whose account it is, if Replicate answers and knows the token.
    pub async fn account(access: ReplicateAccess) -> Result<String, ProviderError> {
        let limits = Limits { silence: Duration::from_secs(10), ..Limits::default() };
        let api = Api::new(access, limits);
        api.map_err(|reason| ProviderError::Unauthorized { provider: NAME, reason })?.account().await
    }

    fn unsupported(reason: impl Into<String>) -> ProviderError {
        ProviderError::Unsupported { provider: NAME, reason: reason.into() }
    }

    fn bad_output(reason: impl Into<String>) -> ProviderError {
        ProviderError::BadOutput { provider: NAME, reason: reason.into() }
    }

    fn seconds(&self, request: &VideoRequest) -> u32 {
        self.model.duration_for(request.scene.length)
    }

    /// Everything of the input but pictures: what a listing can be searched for.
    fn input(&self, asked: &Asked) -> Map<String, Value> {
        let mapping = &self.model.input;
        let mut input = mapping.fixed.clone();
        let mut set = |field: &Option<String>, value: Value| {
            if let Some(field) = field {
                input.insert(field.clone(), value);
            }
        };
        set(&Some(mapping.prompt.clone()), asked.prompt.as_str().into());
        set(&mapping.negative_prompt, shot::UNWANTED.into());
        set(&mapping.aspect_ratio, self.model.ratio_for(asked.aspect).into());
        set(&mapping.seed, asked.seed.into());
        if let Some(seconds) = asked.seconds {
            set(&mapping.duration, seconds.into());
        }
        if let Some(resolution) = &self.model.resolution {
            set(&mapping.resolution, resolution.as_str().into());
        }
        input
    }

    /// The model has a field for a photo of the product.
    fn takes_photo(&self) -> bool {
        self.model.makes(ModelKind::ImageToVideo) || self.model.input.reference_images.is_some()
    }

    /// The fields for the photo, if the model and the ad have one: what is to be kept, or the first frame. A call to
    /// action, where the model can, ends on the photo too, and so comes to rest on the product.
    async fn pictures(&self, request: &VideoRequest) -> Result<Vec<(String, Value)>, ProviderError> {
        let photo = match &request.photo {
            Some(photo) if self.takes_photo() => photo,
            _ if self.model.makes(ModelKind::TextToVideo) => return Ok(Vec::new()),
            _ => {
                let title = &self.model.title;
                return Err(Self::unsupported(format!(
                    "{title} starts from a picture, and this ad has no photo of the product"
                )));
            }
        };
        let mapping = &self.model.input;
        let ground = request.spec.palette.background;
        let jpeg = shot::picture(self.pictures.as_ref(), photo, request.aspect, ground).await?;
        let address = Value::from(self.address_of(jpeg).await?);
        if let Some(field) = mapping.reference_images.clone() {
            return Ok(vec![(field, Value::Array(vec![address]))]);
        }
        let ends_on_it = request.scene.role == SceneRole::CallToAction;
        let last = mapping.last_frame.clone().filter(|_| ends_on_it);
        Ok(mapping
            .first_frame
            .clone()
            .into_iter()
            .chain(last)
            .map(|field| (field, address.clone()))
            .collect())
    }

    /// What an input names a picture by: the picture itself, as long as Replicate takes it so, or a file there.
    async fn address_of(&self, jpeg: Vec<u8>) -> Result<String, ProviderError> {
        if jpeg.len() <= MOST_IN_PLACE {
            return Ok(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg)));
        }
        self.api.upload("picture.jpg", "image/jpeg", jpeg).await
    }

    /// The prediction of this very input that was made since then, unless it came to nothing.
    async fn find(
        &self,
        input: &Map<String, Value>,
        since: SystemTime,
    ) -> Result<Option<Prediction>, ProviderError> {
        let since = since.checked_sub(self.api.limits().clocks).unwrap_or(since);
        for look in 0..self.api.limits().looks.max(1) {
            if look > 0 {
                // What was just made may not be on the list yet.
                tokio::time::sleep(self.api.limits().poll.0).await;
            }
            let listed = self.api.predictions_since(since.into()).await.map_err(|error| match error {
                ProviderError::Busy { provider, reason }
                | ProviderError::Unreachable { provider, reason } => {
                    ProviderError::AnswerLost { provider, reason }
                }
                undecided @ ProviderError::Undecided { .. } => undecided,
                // Whatever keeps the list from being read: the purchase may have been made all the same.
                other => ProviderError::AnswerLost { provider: NAME, reason: other.to_string() },
            })?;
            if let Some(found) = self.pick(listed, input)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn pick(
        &self,
        listed: Vec<Prediction>,
        input: &Map<String, Value>,
    ) -> Result<Option<Prediction>, ProviderError> {
        let undecided = |reason: String| ProviderError::Undecided { provider: NAME, reason };
        let is_ours = |prediction: &Prediction| match (&self.model.version, &prediction.version) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => prediction.model.as_ref().is_none_or(|model| *model == self.model.name),
        };
        let mut candidates: Vec<Prediction> = listed.into_iter().filter(is_ours).collect();
        candidates.retain(|made| !matches!(made.status.as_str(), "failed" | "canceled" | "aborted"));
        let forgotten = candidates.iter().find(|made| made.data_removed);
        let forgotten = forgotten.map(|made| made.id.clone());
        candidates.retain(|made| input.iter().all(|(field, value)| made.input.get(field) == Some(value)));
        match (candidates.len(), forgotten) {
            (0, None) => Ok(None),
            (0, Some(id)) => Err(undecided(format!("its input of {id} is deleted, which may be this one"))),
            (1, _) => Ok(candidates.pop()),
            (count, _) => Err(undecided(format!("{count} of its predictions have this very input"))),
        }
    }

    /// Has it made, once for each key. The pictures that go along are made only where something is bought.
    async fn buy(
        &self,
        key: &IdempotencyKey,
        asked: &Asked,
        pictures: impl Future<Output = Result<Vec<(String, Value)>, ProviderError>> + Send,
    ) -> Result<Operation, ProviderError> {
        let mut input = self.input(asked);
        if let Some(since) = key.may_have_been_asked_since()
            && let Some(found) = self.find(&input, since).await?
        {
            tracing::info!(prediction = found.id, "found what was bought before");
            return Ok(self.operation(found, asked, key));
        }
        let searched = input.clone();
        input.extend(pictures.await?);
        let input = Value::Object(input);
        let (name, version) = (self.model.name.as_str(), self.model.version.as_deref());
        let called = self.webhooks.as_ref().map(|webhooks| webhooks.address(&webhooks.token(key)));
        let mut tries = self.api.tries();
        let mut lost_since = None;
        loop {
            let sent = SystemTime::now();
            let trouble = match self.api.create(name, version, &input, called.as_deref()).await {
                Ok(prediction) => return Ok(self.operation(prediction, asked, key)),
                Err(trouble) => trouble,
            };
            if matches!(trouble, Trouble::Lost(_)) {
                let since = *lost_since.get_or_insert(sent);
                if let Some(found) = self.find(&searched, since).await? {
                    tracing::info!(prediction = found.id, "found what the lost answer was about");
                    return Ok(self.operation(found, asked, key));
                }
            }
            if let Trouble::Refused { status, reason } = trouble {
                return Err(match status.is_client_error() && is_refusal(&reason) {
                    true => ProviderError::Refused { provider: NAME, reason },
                    false => into_error(Trouble::Refused { status, reason }),
                });
            }
            tries.again(trouble).await.map_err(|trouble| match (lost_since, into_error(trouble)) {
                // It may yet appear on the list.
                (
                    Some(_),
                    ProviderError::Unreachable { provider, reason }
                    | ProviderError::Busy { provider, reason },
                ) => ProviderError::AnswerLost { provider, reason },
                (_, error) => error,
            })?;
        }
    }

    /// The prediction's file, once it has one.
    async fn fetch(&self, handle: &Handle) -> Result<Download, ProviderError> {
        let webhooks = self.webhooks.as_ref().zip(handle.called.as_deref());
        let mut waiting = webhooks.map(|(webhooks, token)| webhooks.waiting(token));
        let mut tries = self.api.tries();
        loop {
            // Asked anew each time: an address is good for an hour at most.
            let url = self.output(&handle.prediction, &mut waiting).await?;
            let trouble = match self.api.open(&url).await {
                Ok(download) => return Ok(download),
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Refused { status, reason } if matches!(status.as_u16(), 401 | 403 | 404 | 410) => {
                    let reason = format!("its file is not there: {reason}");
                    tries.again(Trouble::Lost(reason)).await.map_err(into_error)?;
                }
                Trouble::Refused { reason, .. } => return Err(Self::bad_output(reason)),
                trouble => tries.again(trouble).await.map_err(into_error)?,
            }
        }
    }

    fn operation(&self, prediction: Prediction, asked: &Asked, key: &IdempotencyKey) -> Operation {
        let handle = Handle {
            prediction: prediction.id,
            model: self.model.id.clone(),
            seconds: asked.seconds.unwrap_or_default(),
            called: self.webhooks.as_ref().map(|webhooks| webhooks.token(key)),
        };
        Operation {
            provider: NAME.into(),
            model: self.model.id.clone(),
            handle: serde_json::to_value(handle).expect("a handle is plain JSON"),
        }
    }

    fn handle(operation: &Operation) -> Result<Handle, ProviderError> {
        let unknown =
            || ProviderError::UnknownOperation { provider: NAME, handle: operation.handle.to_string() };
        if operation.provider != NAME {
            return Err(unknown());
        }
        serde_json::from_value(operation.handle.clone()).map_err(|_| unknown())
    }

    fn credit(&self) -> Credit {
        let Model { title, name, page, .. } = &self.model;
        Credit {
            name: title.clone(),
            version: self.model.version.clone().unwrap_or_else(|| "the newest at the time".into()),
            licence: self.model.licence.clone().unwrap_or_else(|| "LicenseRef-Vendor-Terms".into()),
            author: name.split('/').next().unwrap_or_default().to_owned(),
            source: page.clone(),
            used_for: "the pictures, made at Replicate".into(),
        }
    }

    /// Waits until the prediction has its output; the address of it.
    async fn output(&self, id: &str, waiting: &mut Option<Waiting>) -> Result<String, ProviderError> {
        let limits = self.api.limits();
        let deadline = Instant::now() + limits.prediction;
        let mut paces = if waiting.is_some() { limits.poll_called } else { limits.poll };
        let mut pause = paces.0;
        loop {
            let prediction = self.api.prediction(id).await?;
            match prediction.status.as_str() {
                "succeeded" => return address(&prediction),
                "failed" => {
                    let said = prediction.error.as_str().unwrap_or("it does not say why");
                    if is_refusal(said) {
                        return Err(ProviderError::Refused { provider: NAME, reason: said.to_owned() });
                    }
                    return Err(Self::bad_output(format!("its prediction failed: {said}")));
                }
                "canceled" | "aborted" => return Err(Self::bad_output("its prediction was called off")),
                _ if Instant::now() + pause >= deadline => {
                    // It may never end; nobody waits for it any more.
                    if let Err(error) = self.api.cancel(id).await {
                        tracing::warn!(%error, prediction = id, "a prediction that hangs was not called off");
                    }
                    let reason = format!("nothing within {} s", limits.prediction.as_secs());
                    return Err(ProviderError::TimedOut { provider: NAME, reason });
                }
                _ => {
                    let called = async {
                        match waiting {
                            Some(waiting) => waiting.called().await,
                            None => std::future::pending().await,
                        }
                    };
                    // Whoever was called and does not see it yet looks again soon.
                    if tokio::time::timeout(pause, called).await.is_ok() {
                        paces = limits.poll;
                        pause = paces.0;
                        continue;
                    }
                }
            }
            pause = pause.mul_f64(1.5).min(paces.1);
        }
    }
}

#[async_trait]
impl VideoModel for Replicate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self) -> &str {
        &self.model.id
    }

    fn title(&self) -> &str {
        &self.model.title
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities {
            image_to_video: self.model.makes(ModelKind::ImageToVideo),
            deterministic: false,
            any_length: false,
            drawn_anew: false,
            made_elsewhere: true,
            at_once: Some(AT_ONCE),
        }
    }

    fn origins(&self, request: &VideoRequest) -> Origins {
        let left_out = shot::left_out(&self.model, request, self.takes_photo());
        Origins { credits: vec![self.credit()], left_out }
    }

    fn price(&self, request: &VideoRequest) -> Price {
        self.model.price_of(self.seconds(request))
    }

    fn priced_on(&self) -> Option<&str> {
        self.model.price.as_ref().map(|rule| rule.date.as_str())
    }

    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        let asked = Asked {
            prompt: shot::prompt(request),
            aspect: request.aspect,
            seed: shot::seed(request.seed, key),
            seconds: Some(self.seconds(request)),
        };
        self.buy(key, &asked, self.pictures(request)).await
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let handle = Self::handle(operation)?;
        let download = self.fetch(&handle).await?;
        Ok(VideoOutput::Download(Download { seconds: Some(handle.seconds), ..download }))
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.api.cancel(&Self::handle(operation)?.prediction).await
    }
}

/// Models give a text, or a list of one, or name their file.
fn address(prediction: &Prediction) -> Result<String, ProviderError> {
    let output = match &prediction.output {
        Value::Array(outputs) => outputs.first().unwrap_or(&Value::Null),
        Value::Object(outputs) => {
            ["video", "image"].iter().find_map(|name| outputs.get(*name)).unwrap_or(&Value::Null)
        }
        other => other,
    };
    match output.as_str() {
        Some(url) if !url.is_empty() => Ok(url.to_owned()),
        _ if prediction.data_removed => {
            Err(Replicate::bad_output("its file is deleted, an hour after it was made"))
        }
        _ => Err(Replicate::bad_output("its prediction succeeded without a file")),
    }
}
